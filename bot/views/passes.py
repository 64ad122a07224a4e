"""Words about passes: the questions, the card of one, and its code as a picture."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from bot.factory import Surface
from bot.keyboards import passes as keyboards
from bot.messenger import Composed
from bot.views.codes import BANNER, VALID_UNTIL
from bot.views.marks import called, framed
from codes.qr import Face, picture
from codes.shortcode import grouped
from domain.deliveries import Message, Subject
from domain.errors import Refusal
from domain.passes import KINDS, LONGEST, STATES, Pass, PassKind, PassState, Wish
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.codes import Card
from services.passes import Line

MOST_SHOWN = 12

LIST = N_("🎫 <b>Passes</b>. Open one, or ask for a new one.")
NONE = N_("🎫 <b>Passes</b>. There is none yet. A pass lets relief people and vehicles through the checkpoints of an area.")
WHICH_KIND = N_("For whom? Tap, or write 1 for a person, 2 for a vehicle.")
WHO: Mapping[PassKind, str] = {
    PassKind.PERSON: N_("What is the name of the person who shall carry it?"), PassKind.VEHICLE: N_("What is the number plate of the vehicle?"),
}  # fmt: skip
TEAM = N_("Which team or unit is it for?")
WHICH_AREA = N_("For which area? Tap, or write its name or code.")
HOW_LONG = N_("For how many hours from now? Tap, or write a number. Above 72 a reason is asked for.")
WHY_LONGER = N_("Why does it have to be good for more than 72 hours?")
WHAT_FOR = N_("What is it for? Write it in a few words.")
CHECK = N_("Ask for this pass? Tap, or write 1 for yes, 2 for no.")
YES = N_("yes")
NO = N_("no")
HOURS_LINE = N_("For: {count} h")
SENT = N_("📨 Pass {number} is asked for. Whoever decides has been told; the pass comes here.")
NOT_ASKED = N_("No pass was asked for.")
WHY_REFUSED = N_("Why is pass {number} refused? Whoever asked for it reads this.")
WHY_REVOKED = N_("Why is pass {number} revoked? From then on every checkpoint turns it back; this cannot be undone.")
GRANTED = N_("✅ Pass {number} is granted. Its code goes to whoever asked.")
REFUSED = N_("⛔ Pass {number} is refused.")
REVOKED = N_("🚫 Pass {number} is revoked.")
ASKED_TO_DECIDE = N_("🎫 <b>A pass is asked for</b>. Whoever asks does not decide; please do.")
ARRIVED = N_("✅ <b>Pass {number}</b> is granted. Show this code at the checkpoint, or pass it on.")
REPLACED = N_("✅ <b>Pass {number}</b> has a new code. The old one is dead from this moment.")
ARRIVED_REFUSED = N_("⛔ <b>Pass {number}</b> is refused: {reason}")
ARRIVED_REVOKED = N_("🚫 <b>Pass {number}</b> is revoked: {reason}. It opens nothing any more.")
GONE = N_("🎫 Pass {number} has ended meanwhile.")
UNTIL = N_("until {until}")
FOR_PERSON = N_("RELIEF PASS")
FOR_VEHICLE = N_("VEHICLE PASS")

HEAD = N_("<b>{number}</b> · {state}")
WHOSE = N_("{kind}: <b>{who}</b>")
TEAM_LINE = N_("Team: {team}")
AREA_LINE = N_("Area: {area}")
SPAN = N_("From {start} to {end}")
REASON = N_("Reason: {reason}")
LONGER = N_("Why longer: {reason}")
ASKER = N_("Asked by: {name}")
DECIDED = N_("Decided: {why}")


def holder(held: Pass, catalogue: Catalogue, surface: Surface) -> str:
    """A name as far as it may be said; a plate in full, because the guard compares it with the one on the vehicle."""
    if held.kind is PassKind.VEHICLE and surface.chat_detail != "codes":
        return held.who
    return called(held.who, detail=surface.chat_detail, catalogue=catalogue)


def summary(wish: Wish, area: str, catalogue: Catalogue) -> str:
    """Everything that will be asked for, as its asker typed it."""
    say = catalogue.say_html
    lines = [
        catalogue.say(CHECK), say(WHOSE, kind=catalogue.say(KINDS[wish.kind]), who=wish.who), say(TEAM_LINE, team=wish.team), say(AREA_LINE, area=area),
        say(HOURS_LINE, count=wish.hours), say(REASON, reason=wish.reason),
    ]  # fmt: skip
    return "\n".join([*lines, *([say(LONGER, reason=wish.why_longer)] if wish.why_longer else [])])


def listing(lines: Sequence[Line], catalogue: Catalogue, surface: Surface) -> list[tuple[UUID, str]]:
    """The words on the button of each."""
    shown = sorted(lines, key=lambda line: not line.decides)[:MOST_SHOWN]
    return [(line.held.id, f"{line.held.number} · {holder(line.held, catalogue, surface)} · {catalogue.say(STATES[line.standing])}") for line in shown]


def details(held: Pass, area: str, catalogue: Catalogue, surface: Surface) -> list[str]:
    """What it is for; the reasons in full only where whole names may be said."""
    say, formats = catalogue.say_html, Formats(catalogue, surface.zone)
    lines = [
        say(WHOSE, kind=catalogue.say(KINDS[held.kind]), who=holder(held, catalogue, surface)), say(TEAM_LINE, team=held.team), say(AREA_LINE, area=area),
        say(SPAN, start=formats.day_time(held.valid_from), end=formats.day_time(held.valid_to)),
    ]  # fmt: skip
    if surface.chat_detail != "codes":
        lines.append(say(REASON, reason=held.reason))
        lines += [say(LONGER, reason=held.why_longer)] if held.why_longer else []
    return lines


def card(line: Line, area: str, catalogue: Catalogue, surface: Surface) -> str:
    held = line.held
    lines = [catalogue.say_html(HEAD, number=held.number, state=catalogue.say(STATES[line.standing])), *details(held, area, catalogue, surface)]
    lines.append(catalogue.say_html(ASKER, name=called(line.asker, detail=surface.chat_detail, catalogue=catalogue)))
    word = held.revoked_why or held.decided_why
    lines += [catalogue.say_html(DECIDED, why=word)] if word else []
    return framed("\n".join(lines), drill=held.drill, catalogue=catalogue)


def drawn(held: Pass, card: Card, area: str, catalogue: Catalogue, surface: Surface) -> bytes:
    """PNG of a pass. No name stands on it: who it belongs to is said by the register. Takes some 50 ms: call it in a thread."""
    end = catalogue.say(UNTIL, until=Formats(catalogue, surface.zone).day_time(held.valid_to))
    return picture(
        card.text, face=Face.GREEN, word=catalogue.say(FOR_PERSON if held.kind is PassKind.PERSON else FOR_VEHICLE), short=grouped(card.short),
        caption=f"{held.number} · {held.team}\n{area}\n{end}", banner=catalogue.say(BANNER) if held.drill or card.code.drill_only else None,
    )  # fmt: skip


async def pictured(held: Pass, card: Card, sentence: str, services: Services, catalogue: Catalogue, surface: Surface) -> tuple[bytes, str]:
    """The picture and the words below it."""
    area = (await services.areas.titles([held.area]))[held.area]
    made = await asyncio.to_thread(drawn, held, card, area, catalogue, surface)
    until = Formats(catalogue, surface.zone).day_time(held.valid_to)
    lines = [catalogue.say_html(sentence, number=held.number), *details(held, area, catalogue, surface)[:3]]
    lines.append(catalogue.say_html(VALID_UNTIL, short=grouped(card.short), until=until))
    return made, framed("\n".join(lines), drill=held.drill, catalogue=catalogue)


def longest() -> int:
    return LONGEST // timedelta(hours=1)


async def composed(message: Message, reader: Actor, services: Services, catalogue: Catalogue, surface: Surface) -> Composed:
    """To whoever decides, and to whoever asked; what holds when it is sent. A pass that ended meanwhile brings no code."""
    line = await services.passes.show(message.about, by=reader)
    held = line.held
    if message.subject is Subject.PASSES_ASKED:
        area = (await services.areas.titles([held.area]))[held.area]
        text = f"{catalogue.say(ASKED_TO_DECIDE)}\n{card(line, area, catalogue, surface)}"
        return Composed(text, keyboards.actions(line, catalogue))
    if message.subject is Subject.PASSES_GRANTED and line.standing is PassState.GRANTED:
        try:
            _, code = await services.passes.card(held.id, by=reader)
        except Refusal:
            return Composed(catalogue.say_html(GONE, number=held.number))
        made, text = await pictured(held, code, ARRIVED, services, catalogue, surface)
        return Composed(text, picture=made)
    if message.subject is Subject.PASSES_REFUSED:
        text = catalogue.say_html(ARRIVED_REFUSED, number=held.number, reason=held.decided_why)
    elif message.subject is Subject.PASSES_REVOKED or line.standing is PassState.REVOKED:
        text = catalogue.say_html(ARRIVED_REVOKED, number=held.number, reason=held.revoked_why)
    else:
        text = catalogue.say_html(GONE, number=held.number)
    return Composed(framed(text, drill=held.drill, catalogue=catalogue))
