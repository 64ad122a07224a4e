"""Buttons of the desk: the list of reports, and what can be decided about one."""

from collections.abc import Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import (
    ReportAssign,
    ReportAssignee,
    ReportClose,
    ReportLetBe,
    ReportOpen,
    ReportPage,
    ReportPhotos,
    ReportReject,
    ReportSame,
    ReportVerify,
)
from bot.keyboards.grid import button, column, in_rows, rows
from domain.reports import Report, ReportDeed, ReportState, allows
from domain.text import N_
from locales.catalogue import Catalogue
from services.report_desk import Sheet

VERIFY = N_("Verified")
ASSIGN = N_("Assign")
CLOSE = N_("Close")
REJECT = N_("Turn it down")
SAME = N_("Same as {number}")
PHOTOS = N_("Photos and map")
ALL = N_("All reports")
LET_BE = N_("Let it be")
OPEN_ONES = N_("Open reports")
LONGEST_LABEL = 60


def decisions(sheet: Sheet, catalogue: Catalogue, *, link: bool) -> InlineKeyboardMarkup:
    """What may be done now, by this reader; `link` when there is a page of ours to look at photos."""
    report, found = sheet.report, list[InlineKeyboardButton]()
    if sheet.handles and allows(report.state, ReportDeed.VERIFIED):
        found.append(button("☑️ " + catalogue.say(VERIFY), ReportVerify(report=report.id)))
    if sheet.handles and allows(report.state, ReportDeed.ASSIGNED):
        found.append(button("👷 " + catalogue.say(ASSIGN), ReportAssign(report=report.id)))
    if allows(report.state, ReportDeed.CLOSED):
        found.append(button("✅ " + catalogue.say(CLOSE), ReportClose(report=report.id)))
    if sheet.handles and allows(report.state, ReportDeed.REJECTED):
        found.append(button("⛔ " + catalogue.say(REJECT), ReportReject(report=report.id)))
    if sheet.handles and sheet.alike is not None and allows(report.state, ReportDeed.DUPLICATE):
        found.append(button("🔁 " + catalogue.say(SAME, number=sheet.alike.number), ReportSame(report=report.id)))
    if link:
        found.append(button("🖼 " + catalogue.say(PHOTOS), ReportPhotos(report=report.id)))
    return rows(*in_rows(found, 2))


def pages(lines: Sequence[tuple[UUID, str]], catalogue: Catalogue, *, page: int, count: int, size: int, every: bool) -> InlineKeyboardMarkup:
    """One button for each report, the neighbouring pages, and the other list."""
    shown = [[button(title[:LONGEST_LABEL], ReportOpen(report=id))] for id, title in lines]
    beside = [(mark, at) for mark, at in (("◀️", page - 1), ("▶️", page + 1)) if 0 <= at * size < count]
    turns = [button(f"{mark} {_span(at, count, size)}", ReportPage(page=at, every=every)) for mark, at in beside]
    return rows(*shown, turns, [button("🗂 " + catalogue.say(OPEN_ONES if every else ALL), ReportPage(page=0, every=not every))])


def _span(page: int, count: int, size: int) -> str:
    return f"{page * size + 1}–{min((page + 1) * size, count)} / {count}"


def hands(people: Sequence[tuple[UUID, str]], catalogue: Catalogue) -> InlineKeyboardMarkup:
    """Who could go; and the way out of a question whose answer is typed."""
    return column([*(button(name[:LONGEST_LABEL], ReportAssignee(person=id)) for id, name in people), button("✖️ " + catalogue.say(LET_BE), ReportLetBe())])


def see(report: Report, catalogue: Catalogue) -> InlineKeyboardMarkup | None:
    """For whoever a report was given to: when it is done, it is closed here."""
    if report.state is not ReportState.ASSIGNED:
        return None
    return column([button("✅ " + catalogue.say(CLOSE), ReportClose(report=report.id)), button("🖼 " + catalogue.say(PHOTOS), ReportPhotos(report=report.id))])
