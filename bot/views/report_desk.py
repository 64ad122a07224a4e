"""A report in chat, as the desk reads it. Names as far as they may be said here; photos only behind a link to our own page."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from uuid import UUID

from bot.factory import Surface
from bot.keyboards import report_desk as keyboards
from bot.messenger import Composed
from bot.views.marks import called, framed, reached
from bot.views.reports import STATES, facts, kind_of, step
from domain.deliveries import Message, Subject
from domain.errors import Refusal
from domain.reports import Report, ReportDeed
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.report_desk import Listing, Sheet, Step

NEW = N_("📝 <b>Report {number}</b>, sent at {time}.")
SHOWN = N_("📝 <b>Report {number}</b>, of {time}.")
NEW_URGENT = N_("🚨 <b>Report {number}: people are hurt or trapped</b>. Sent at {time}.")
OPENED_AGAIN = N_("❗ <b>Report {number} is open again</b>: its reporter says that it is not solved.")
GIVEN = N_("👷 <b>Report {number} was given to you.</b> When it is done, close it here.")
YOURS_AGAIN = N_("❗ Report {number}, which was yours, is open again: its reporter says that it is not solved. The desk decides who goes.")
WITH_YOU_BEFORE = N_("❗ <b>Report {number}, which was yours, is open again</b>: its reporter says that it is not solved.")
STATE = N_("State: {state}")
REPORTER = N_("Reported by: {name}")
REPORTER_PHONE = N_("Phone: {phone}")
GUEST = N_('Reported by: not registered. <a href="tg://user?id={address}">Write to them here</a>.')
GUEST_QUIET = N_("Reported by: not registered.")
ASSIGNED_TO = N_("Given to: {name}")
MAYBE = N_("🔁 Maybe the same as {number} ({state}).")
NO_LONGER = N_("Report {number} is not on your desk any more.")
LIST = N_("<b>Open reports</b>: {count}")
LIST_ALL = N_("<b>All reports</b>: {count}")
NONE = N_("No report is open in your areas.")
NONE_AT_ALL = N_("No report was sent from your areas.")
WHO_GOES = N_("Report {number}: who deals with it? Tap a name, or type one.")
WHO_ELSE = N_("Report {number}: type the name of the person or team that deals with it.")
HOW_CLOSED = N_("Report {number}: what was done? The reporter reads these words.")
WHY_REJECTED = N_("Report {number}: why is it not taken up? The reporter reads these words.")
DONE: dict[ReportDeed, str] = {
    ReportDeed.FILED: N_("sent by {name}, {time}"),
    ReportDeed.VERIFIED: N_("verified by {name}, {time}"),
    ReportDeed.ASSIGNED: N_("assigned by {name}, {time}"),
    ReportDeed.CLOSED: N_("closed by {name}, {time}"),
    ReportDeed.REJECTED: N_("rejected by {name}, {time}"),
    ReportDeed.DUPLICATE: N_("marked as the same by {name}, {time}"),
    ReportDeed.REOPENED: N_("opened again by {name}, {time}"),
}
REPORTERS = N_("the reporter")
DONE_NOW = N_("✔️ Report {number}: {deed}.")
BEFORE_YOU = N_("⚠️ Report {number}: somebody was before you: {deed}. Nothing was changed.")
PHOTO_LINK = N_("Photos and everything about {number}, once and within two minutes:\n{link}")
NO_PAGE = N_("This office has no web address yet, so photos cannot be shown. The operator sets MASHANG_PUBLIC_URL.")
LEFT_AS_IT_IS = N_("Nothing was changed.")
HURT_MARK = N_("{count} hurt or trapped")


def line(report: Report, titles: dict[str, str], catalogue: Catalogue) -> str:
    """One report on a button: state, kind, number, place, people."""
    people = (report.hurt or 0) + (report.trapped or 0)
    parts = [
        f"{STATES[report.state][0]}{kind_of(report, catalogue).split(' ')[0]} {report.number}",
        titles.get(report.area or "", "") or kind_of(report, catalogue).partition(" ")[2],
        "🚑 " + catalogue.say(HURT_MARK, count=people) if people else "",
        f"📷{report.photos}" if report.photos else "",
    ]
    return " · ".join(part for part in parts if part)


def listing(found: Listing, catalogue: Catalogue, *, every: bool) -> str:
    if not found.count:
        return catalogue.say(NONE_AT_ALL if every else NONE)
    return catalogue.say(LIST_ALL if every else LIST, count=found.count)


def card(sheet: Sheet, title: str, surface: Surface, catalogue: Catalogue, *, head: str = SHOWN) -> str:
    """HTML: what is known, where it stands, and by whom, as far as this may be said here."""
    report = sheet.report
    time = Formats(catalogue, surface.zone).day_time(report.filed_at or report.begun_at)
    icon, state = STATES[report.state]
    lines = [catalogue.say(head, number=report.number, time=time), catalogue.say(STATE, state=f"{icon} {catalogue.say(state)}")]
    lines += [*facts(report, title, catalogue), *_author(sheet, surface, catalogue)]
    if sheet.assignee:
        lines.append(catalogue.say_html(ASSIGNED_TO, name=called(sheet.assignee, detail=surface.chat_detail, catalogue=catalogue)))
    if sheet.alike is not None and report.duplicate_of is None:
        lines.append(catalogue.say(MAYBE, number=sheet.alike.number, state=catalogue.say(STATES[sheet.alike.state][1])))
    last = [moment for moment in sheet.moments if moment.event.kind in DONE and moment.event.kind is not ReportDeed.FILED]
    lines += [_moment(last[-1].event.kind, last[-1].by, last[-1].event.at, surface, catalogue)] if last else []
    if last and last[-1].event.words and last[-1].event.kind in (ReportDeed.CLOSED, ReportDeed.REJECTED):
        lines[-1] += f": {escape(last[-1].event.words)}"
    return framed("\n".join(lines), drill=report.drill, catalogue=catalogue)


def _author(sheet: Sheet, surface: Surface, catalogue: Catalogue) -> list[str]:
    if sheet.reporter is None:
        return [catalogue.say_html(GUEST, address=sheet.guest) if sheet.guest and sheet.handles else catalogue.say(GUEST_QUIET)]
    lines = [catalogue.say_html(REPORTER, name=called(sheet.reporter.name, detail=surface.chat_detail, catalogue=catalogue))]
    if sheet.reporter.phone and surface.chat_detail != "codes":
        lines.append(catalogue.say_html(REPORTER_PHONE, phone=reached(sheet.reporter.phone, detail=surface.chat_detail)))
    return lines


def _moment(deed: ReportDeed, by: str, at: datetime, surface: Surface, catalogue: Catalogue) -> str:
    name = called(by, detail=surface.chat_detail, catalogue=catalogue) if by else catalogue.say(REPORTERS)
    return catalogue.say_html(DONE[deed], name=name, time=Formats(catalogue, surface.zone).time(at))


def outcome(decided: Step, surface: Surface, catalogue: Catalogue, *, to: str = "") -> str:
    """HTML: done, and to whom it was given; or who was first and with what."""
    deed = _moment(decided.event.kind, decided.by, decided.event.at, surface, catalogue)
    text = catalogue.say(DONE_NOW if decided.fresh else BEFORE_YOU, number=decided.report.number, deed=deed)
    if decided.event.kind is ReportDeed.ASSIGNED and to:
        text += "\n" + catalogue.say_html(ASSIGNED_TO, name=called(to, detail=surface.chat_detail, catalogue=catalogue))
    return framed(text, drill=decided.report.drill, catalogue=catalogue)


async def composed(message: Message, reader: Actor, services: Services, surface: Surface, catalogue: Catalogue) -> Composed:
    """Every message about a report: to its author, to the desk, to whoever deals with it."""
    match message.subject:
        case Subject.REPORT_STEP:
            return Composed(*await step(message.about, message.fields["event"], services, catalogue))
        case Subject.REPORT_ASSIGNED:
            return await given(message, reader, services, surface, catalogue)
        case _:
            return await filed(message, reader, services, surface, catalogue)


async def filed(message: Message, reader: Actor, services: Services, surface: Surface, catalogue: Catalogue) -> Composed:
    """To the desk: a new report, or one that was opened again."""
    try:
        sheet = await services.report_desk.show(message.about, by=reader)
    except Refusal:
        return Composed(catalogue.say(NO_LONGER, number=await services.report_desk.number_of(message.about)))
    again = _kind(sheet, message) is ReportDeed.REOPENED
    head = OPENED_AGAIN if again else NEW_URGENT if sheet.report.urgent else NEW
    text = card(sheet, await _title(sheet.report, services), surface, catalogue, head=head)
    return Composed(text, keyboards.decisions(sheet, catalogue, link=surface.public_url is not None))


async def given(message: Message, reader: Actor, services: Services, surface: Surface, catalogue: Catalogue) -> Composed:
    """To whoever shall deal with it; or to whoever did, when it was opened again."""
    try:
        sheet = await services.report_desk.show(message.about, by=reader)
    except Refusal:
        report, happened, _ = await services.reports.told(message.about, UUID(message.fields["event"]))
        said = YOURS_AGAIN if happened.kind is ReportDeed.REOPENED else NO_LONGER
        return Composed(framed(catalogue.say(said, number=report.number), drill=report.drill, catalogue=catalogue))
    head = GIVEN if _kind(sheet, message) is ReportDeed.ASSIGNED else WITH_YOU_BEFORE
    text = card(sheet, await _title(sheet.report, services), surface, catalogue, head=head)
    return Composed(text, keyboards.see(sheet.report, catalogue))


def _kind(sheet: Sheet, message: Message) -> ReportDeed | None:
    """The step that this message is about."""
    return next((moment.event.kind for moment in sheet.moments if str(moment.event.id) == message.fields.get("event")), None)


async def _title(report: Report, services: Services) -> str:
    return (await services.areas.titles([report.area]))[report.area] if report.area is not None else ""


def named(people: Sequence[tuple[UUID, str, str]]) -> list[tuple[UUID, str]]:
    """Buttons for those who could be sent: name and village."""
    return [(id, f"{name} · {village}" if village else name) for id, name, village in people]

