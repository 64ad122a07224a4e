"""A report in chat, as its author reads it: the questions, what was understood, and what became of it."""

from collections.abc import Sequence
from html import escape
from uuid import UUID

from aiogram.types import InlineKeyboardMarkup

from bot.factory import Surface
from bot.keyboards import reports as keyboards
from bot.keyboards.reports import KINDS
from bot.views.marks import EMERGENCY, framed
from bot.views.rollcall import TOLD_NOBODY
from domain.reports import MOST_PHOTOS, Report, ReportDeed, ReportState
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.bundle import Services
from services.reports import Filed

WHO = N_("<b>Report damage or danger.</b> Is it about where you are now, or about somebody else or another place?")
DANGER = N_("In danger of life call 119, 120 or 110 first.")
SENT_BEFORE = N_("What you reported before:")
KIND = N_("What happened? Tap it, or write it.")
PLACE_HERE = N_("Where is it? Send where you are with the button, or write the village and what is nearby.")
PLACE_THERE = N_(
    "Where is it? Write the village and what is nearby. You can also attach a location (📎 → Location) and choose the point on the map: "
    "the place itself, not where you are."
)
PIN = N_("Is this pin the place itself, or only where you are now?")
VILLAGE = N_("Which village is it in? Tap it, or type a part of its name.")
HURT = N_("Is anybody hurt? How many? Tap or send a number.")
TRAPPED = N_("Is anybody trapped or cut off? How many? Tap or send a number.")
CALL_NOW = N_("🚨 <b>Please call now</b>: 119 fire and rescue, 120 ambulance, 110 police.")
CALL_OFFICE = N_("☎️ Emergency office: {phone}")
OR_HELP = N_("Is it you who needs help? Send /help. The report can go out at once with the button below.")
TEXT = N_("What do you see? A few words: how deep, how wide, what is needed. Or skip it.")
PHOTOS = N_("Photos? Send up to {most}, also as an album. Without any, or when all are sent, tap the button.")
PHOTOS_AFTER = N_("Photos can follow now: send them here. When all are sent, tap the button.")
PHOTO_KEPT = N_("📷 Photo {count} of {most} is kept.")
ALBUM_KEPT = N_("📷 Your photos are being kept.")
SO_FAR = N_("<b>So far</b>")
CHECK = N_("<b>Please check</b>")
LINE_KIND = N_("What: {kind}")
LINE_PLACE = N_("Where: {place}")
LINE_PIN = N_("Pin: {lat}, {lon}")
LINE_STANDS = N_("You are at: {lat}, {lon} (not the place)")
LINE_PEOPLE = N_("Hurt: {hurt} · trapped: {trapped}")
LINE_TEXT = N_("In your words: {text}")
LINE_PHOTOS = N_("Photos: {count}")
UNKNOWN = N_("not known")
FOR_SELF = N_("Reported by somebody who is there")
FOR_OTHER = N_("Reported for somebody else or another place")
SENT = N_("✅ <b>Report {number}</b> was sent at {time}.")
SENT_ALREADY = N_("Report {number} was sent already.")
TOLD_ONE = N_("One official was told at once.")
TOLD_MANY = N_("{count} officials were told at once.")
YOU_HEAR = N_("You hear here when it is verified, assigned and closed.")
PHOTOS_ADDED = N_("Report {number} has {count} photos now. Thank you.")
STOPPED = N_("Stopped. Nothing was sent, and the photos are deleted.")
PAUSED = N_("Stopped here. Nothing was sent. What you filled in is kept for a day: go on with /report.")
STOPPED_SENT = N_("Good. Report {number} stays as it was sent.")
OVER = N_("This report is no longer being written. Send /report to begin another.")
FIRST_WHO = N_("Please tap first whom it is about. Then send the photo again: it was not kept yet.")
REOPENED = N_("Report {number} is open again, and the officials were told.")
NOT_CLOSED = N_("Report {number} is being worked on already.")

STATES: dict[ReportState, tuple[str, str]] = {
    ReportState.DRAFT: ("✏️", N_("being written")),
    ReportState.DROPPED: ("✖️", N_("stopped")),
    ReportState.FILED: ("🆕", N_("sent")),
    ReportState.VERIFIED: ("☑️", N_("verified")),
    ReportState.ASSIGNED: ("👷", N_("assigned")),
    ReportState.CLOSED: ("✅", N_("closed")),
    ReportState.REJECTED: ("⛔", N_("rejected")),
    ReportState.DUPLICATE: ("🔁", N_("same as another")),
}
STEPS: dict[ReportDeed, str] = {
    ReportDeed.VERIFIED: N_("☑️ Report {number}: somebody checked it. It is so, and it will be dealt with."),
    ReportDeed.ASSIGNED: N_("👷 Report {number}: somebody was sent to deal with it."),
    ReportDeed.CLOSED: N_("✅ Report {number} is closed: {words}"),
    ReportDeed.REJECTED: N_("⛔ Report {number} was not taken up. Reason: {words}"),
    ReportDeed.DUPLICATE: N_("🔁 Report {number} is about the same as {first}, which is being worked on. You hear here what becomes of it."),
}
STILL_SO = N_("If it is not solved, tap the button: it is opened again.")
LONGEST_SHOWN = 300


def opening(sent: Sequence[Report], catalogue: Catalogue) -> str:
    """The first question, with what this account reported before."""
    lines = [catalogue.say(WHO), catalogue.say(DANGER)]
    if sent:
        lines += ["", catalogue.say(SENT_BEFORE), *(f"{STATES[each.state][0]} {each.number} · {catalogue.say(STATES[each.state][1])}" for each in sent)]
    return "\n".join(lines)


def kind_of(report: Report, catalogue: Catalogue) -> str:
    icon, words = KINDS[report.kind] if report.kind is not None else ("❔", UNKNOWN)
    return f"{icon} {catalogue.say(words)}"


def place_of(report: Report, title: str) -> str:
    """Village and words, as far as there are any. Not escaped."""
    return " · ".join(part for part in (title, report.place) if part)


def number_of(count: int | None, catalogue: Catalogue) -> str:
    return catalogue.say(UNKNOWN) if count is None else str(count)


def facts(report: Report, title: str, catalogue: Catalogue) -> list[str]:
    """HTML: a line for each thing that is known. `title` is the village, or "" when there is none."""
    lines = [catalogue.say_html(LINE_KIND, kind=kind_of(report, catalogue))]
    if place := place_of(report, title):
        lines.append(catalogue.say_html(LINE_PLACE, place=place))
    if report.pin is not None:
        said = LINE_PIN if report.pin_is_place else LINE_STANDS
        lines.append(catalogue.say(said, lat=f"{report.pin.lat:.5f}", lon=f"{report.pin.lon:.5f}"))
    people = {"hurt": number_of(report.hurt, catalogue), "trapped": number_of(report.trapped, catalogue)}
    lines.append(catalogue.say(LINE_PEOPLE, **people))
    if report.text:
        shown = report.text if len(report.text) <= LONGEST_SHOWN else report.text[:LONGEST_SHOWN] + "…"
        lines.append(catalogue.say_html(LINE_TEXT, text=shown))
    return [*lines, catalogue.say(LINE_PHOTOS, count=report.photos)]


def check(report: Report, title: str, catalogue: Catalogue) -> str:
    """HTML: everything once more, before it is sent."""
    text = "\n".join([catalogue.say(CHECK), catalogue.say(FOR_SELF if report.for_self else FOR_OTHER), *facts(report, title, catalogue)])
    return framed(text, drill=report.drill, catalogue=catalogue)


def so_far(report: Report, title: str, catalogue: Catalogue) -> str:
    """HTML: what is filled in already, for whoever goes on with it."""
    return "\n".join([catalogue.say(SO_FAR), catalogue.say(FOR_SELF if report.for_self else FOR_OTHER), *facts(report, title, catalogue)])


def calls(surface: Surface, catalogue: Catalogue) -> list[str]:
    """Whom to call when people are hurt or trapped."""
    return [catalogue.say(CALL_NOW), *([catalogue.say_html(CALL_OFFICE, phone=surface.office_phone)] if surface.office_phone else [])]


def sent(filed: Filed, surface: Surface, catalogue: Catalogue) -> str:
    """HTML: the number, who was told, and whom to call."""
    report = filed.report
    if not filed.fresh:
        return catalogue.say(SENT_ALREADY, number=report.number)
    time = Formats(catalogue, surface.zone).time(report.filed_at or report.begun_at)
    told = catalogue.say_many(TOLD_ONE, TOLD_MANY, filed.told) if filed.told else catalogue.say(TOLD_NOBODY)
    lines = [catalogue.say(SENT, number=report.number, time=time), told]
    lines += calls(surface, catalogue) if report.urgent else [catalogue.say(EMERGENCY)]
    return framed("\n".join([*lines, catalogue.say(YOU_HEAR)]), drill=report.drill, catalogue=catalogue)


async def step(about: UUID, event: str, services: Services, catalogue: Catalogue) -> tuple[str, InlineKeyboardMarkup | None]:
    """HTML for the author: what happened to the report, in the words that were written; after closing with a way to say that it is not solved."""
    report, happened, first = await services.reports.told(about, UUID(event))
    fields = {"number": report.number, "words": happened.words, "first": first}
    text = catalogue.say_html(STEPS[happened.kind], **fields)
    if happened.kind is not ReportDeed.DUPLICATE and first:
        text = f"{text} ({escape(first)})"
    closed = happened.kind is ReportDeed.CLOSED and report.state is ReportState.CLOSED
    if closed:
        text += "\n" + catalogue.say(STILL_SO)
    return framed(text, drill=report.drill, catalogue=catalogue), keyboards.reopen(report.id, catalogue) if closed else None


def kept(count: int, catalogue: Catalogue, *, album: bool) -> str:
    return catalogue.say(ALBUM_KEPT) if album else catalogue.say(PHOTO_KEPT, count=count, most=MOST_PHOTOS)
