"""Visits in chat: who is asked to go, to whom, and what came of it."""

from collections.abc import Mapping, Sequence
from html import escape
from uuid import UUID

from bot.keyboards.visits import MARKS, WHAT
from bot.views.marks import Detail, called, framed, reached, told_apart
from domain.deliveries import Message, Miss
from domain.text import N_
from domain.visits import Outcome, Visit
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.visits import VisitView

NUMBERED = N_("notice {number}")
UNNUMBERED = N_("a notice")
WANTED_ONE = N_("🚪 <b>One person could not be told by this bot</b>: {notice}, {time}.")
WANTED_MANY = N_("🚪 <b>{count} people could not be told by this bot</b>: {notice}, {time}.")
GO = N_("Please go there or phone, and say it yourself. Who they are, and where you note what came of it: /visits")
ALL_TOLD = N_("🚪 {notice}, {time}: nobody is left for you to visit.")
TO_VISIT_ONE = N_("🚪 <b>One person is waiting for you.</b> Tap the name, tell them what the notice says, and note what came of it.")
TO_VISIT_MANY = N_("🚪 <b>{count} people are waiting for you.</b> Tap a name, tell them what the notice says, and note what came of it.")
NOBODY = N_("Nobody is waiting for a visit of yours.")
WHO = N_("<b>{name}</b> · {village}")
PHONE = N_("Phone: {phone}")
NO_PHONE = N_("No phone number is known.")
SENT = N_("Not received: {notice}, {time}.")
WHY = N_("Why: {reason}.")
TRIED_ONE = N_("Somebody went there once and found nobody, {time}.")
TRIED_MANY = N_("Somebody went there {count} times and found nobody, the last time {time}.")
NOTED = N_("Noted: {note}")
SAY_THIS = N_("This is what they have to be told:")
WHAT_CAME = N_("What came of it?")
ADD_NOTE = N_("{name}: {outcome}. Where could they be? Write a few words, or tap the button.")
RECORDED = N_("{name}: {outcome}. Recorded at {time}.")
STILL_OPEN = N_("The visit stays open: they still have to be told.")
LEFT_ONE = N_("One more person is waiting for you.")
LEFT_MANY = N_("{count} more people are waiting for you.")
NONE_LEFT = N_("Nobody else is waiting for you.")
OVER = N_("This question is no longer open. Send /visits to see who is waiting.")

REASONS: Mapping[str, str] = {
    Miss.NO_CHAT: N_("no chat with this bot"),
    Miss.BLOCKED: N_("has blocked this bot"),
    Miss.DEACTIVATED: N_("the Telegram account is deleted"),
    Miss.TOO_LONG: N_("Telegram refused the message"),
    Miss.REJECTED: N_("Telegram refused the message"),
    Miss.GAVE_UP: N_("Telegram could not be reached"),
    Miss.EXPIRED: N_("it could not be sent in time"),
    Miss.CANCELLED: N_("the notice was withdrawn"),
}
"""Why a copy did not arrive, as people read it."""


def which(message: Message, catalogue: Catalogue) -> str:
    """The notice as people call it. Not escaped."""
    number = message.fields.get("number", "")
    return catalogue.say(NUMBERED, number=number) if number else catalogue.say(UNNUMBERED)


def wanted(message: Message, count: int, catalogue: Catalogue, *, formats: Formats) -> str:
    """HTML: whoever is responsible is asked to go; `message` is the request, `count` how many are left for this reader."""
    said = {"notice": escape(which(message, catalogue)), "time": formats.day_time(message.made_at)}
    asked = f"{catalogue.say_many(WANTED_ONE, WANTED_MANY, count, **said)}\n{catalogue.say(GO)}"
    return framed(asked if count else catalogue.say(ALL_TOLD, **said), drill=message.drill, catalogue=catalogue)


def overview(views: Sequence[VisitView], catalogue: Catalogue) -> str:
    return catalogue.say_many(TO_VISIT_ONE, TO_VISIT_MANY, len(views)) if views else catalogue.say(NOBODY)


def titles(views: Sequence[VisitView], villages: Mapping[str, str], catalogue: Catalogue, *, detail: Detail) -> list[tuple[UUID, str]]:
    """One button for each person: name, village, and a mark where somebody was there in vain."""
    names = told_apart([view.person for view in views], detail=detail, catalogue=catalogue)
    return [(view.visit.id, _title(view, names[view.person.id], villages.get(view.person.area, ""))) for view in views]


def _title(view: VisitView, name: str, village: str) -> str:
    mark = "🔁 " if view.visit.tries else ""
    drill = "🎓 " if view.visit.drill else ""
    return f"{mark}{drill}{name} · {village.partition(' · ')[0]}"


def card(view: VisitView, catalogue: Catalogue, *, detail: Detail, village: str, formats: Formats, saying: str = "") -> str:
    """HTML: who it is, what did not arrive and why, what came of earlier visits, and what is to be said (HTML too)."""
    visit, person = view.visit, view.person
    lines = [catalogue.say_html(WHO, name=called(person.name, detail=detail, catalogue=catalogue), village=village)]
    lines.append(catalogue.say_html(PHONE, phone=reached(person.phone, detail=detail)) if person.phone else catalogue.say(NO_PHONE))
    lines += [catalogue.say_html(SENT, notice=which(message, catalogue), time=formats.day_time(message.made_at)) for message in view.messages[-3:]]
    if visit.reason in REASONS:
        lines.append(catalogue.say(WHY, reason=catalogue.say(REASONS[visit.reason])))
    if visit.tries and visit.tried_at is not None:
        lines.append(catalogue.say_many(TRIED_ONE, TRIED_MANY, visit.tries, time=formats.day_time(visit.tried_at)))
    if visit.note:
        lines.append(catalogue.say_html(NOTED, note=visit.note))
    lines += ["", f"<b>{catalogue.say(SAY_THIS)}</b>", saying, ""] if saying else []
    lines.append(catalogue.say(WHAT_CAME))
    return framed("\n".join(lines), drill=visit.drill, catalogue=catalogue)


def ask_note(view: VisitView, outcome: Outcome, catalogue: Catalogue, *, detail: Detail) -> str:
    name = called(view.person.name, detail=detail, catalogue=catalogue)
    return framed(catalogue.say_html(ADD_NOTE, name=name, outcome=catalogue.say(WHAT[outcome])), drill=view.visit.drill, catalogue=catalogue)


def recorded(view: VisitView, done: Visit, left: int, catalogue: Catalogue, *, detail: Detail, formats: Formats) -> str:
    """HTML: what was noted, whether it is over, and how many are left."""
    outcome = done.outcome or Outcome.TOLD
    name = called(view.person.name, detail=detail, catalogue=catalogue)
    at = done.done_at or done.tried_at or done.made_at
    lines = [f"{MARKS[outcome]} " + catalogue.say_html(RECORDED, name=name, outcome=catalogue.say(WHAT[outcome]), time=formats.time(at))]
    if done.note:
        lines.append(catalogue.say_html(NOTED, note=done.note))
    if done.open:
        lines.append(catalogue.say(STILL_OPEN))
    others = left - (1 if done.open else 0)
    lines.append(catalogue.say_many(LEFT_ONE, LEFT_MANY, others) if others > 0 else catalogue.say(NONE_LEFT))
    return framed("\n".join(lines), drill=done.drill, catalogue=catalogue)
