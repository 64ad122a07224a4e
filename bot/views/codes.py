"""A code as a picture: colour, shape and word say the same thing."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.views.marks import framed
from codes.qr import Face, picture
from codes.shortcode import grouped
from domain.evacuations import Order, OrderState
from domain.rollcall import Member
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.codes import Card

MUST_MOVE = N_("MOVE NOW")
SAFE = N_("SAFE")
NORMAL = N_("NORMAL")
SHELTER = N_("SHELTER")
BANNER = N_("DRILL")
ON_PICTURE = N_("Safety code · show it at the shelter")
ON_POSTER = N_("Scan with the phone camera")
VALID_UNTIL = N_("Short code <code>{short}</code>, valid until {until}.")
RED = N_("🔴 <b>You are to move.</b> Order {number}: go to {place}. Way: {way}. Show this code there, or answer below.")
GREEN = N_("🟢 <b>You are counted as safe.</b> Order {number}: please stay there until it is lifted.")
LIFTED = N_("🟢 <b>Order {number} is lifted.</b> You may return.")
CALM = N_("🟢 <b>No order concerns you now.</b> Show this code at a shelter; the keeper scans it.")
LIVE_UNTIL = N_("Live code · ends {time}")
LIVE = N_("⏱ <b>Live code until {time}.</b> Short code <code>{short}</code>. It ends by itself; your printed code stays valid.")
HELP_OPEN = N_("🆘 Your call for help is open.")


@dataclass(frozen=True, slots=True)
class Condition:
    """What decides the colour: the order that concerns the holder, and the holder's standing in it."""

    order: Order | None
    member: Member | None

    @property
    def in_force(self) -> bool:
        return self.order is not None and self.order.state is OrderState.ISSUED

    @property
    def safe(self) -> bool:
        standing = self.member.standing if self.member is not None else None
        return standing is not None and standing.safe

    @property
    def face(self) -> Face:
        return Face.RED if self.in_force and not self.safe else Face.GREEN

    @property
    def word(self) -> str:
        if not self.in_force:
            return NORMAL
        return SAFE if self.safe else MUST_MOVE

    @property
    def drill(self) -> bool:
        return self.order is not None and self.order.drill


def drawn(card: Card, condition: Condition, catalogue: Catalogue) -> bytes:
    """PNG of a person's code. Takes some 50 ms: call it in a thread."""
    return picture(
        card.text, face=condition.face, word=catalogue.say(condition.word), short=grouped(card.short), caption=catalogue.say(ON_PICTURE),
        banner=catalogue.say(BANNER) if condition.drill or card.code.drill_only else None,
    )  # fmt: skip


def drawn_live(card: Card, condition: Condition, catalogue: Catalogue, formats: Formats) -> bytes:
    """PNG of a code made on demand, with the moment of its end in it."""
    return picture(
        card.text, face=condition.face, word=catalogue.say(condition.word), short=grouped(card.short),
        caption=catalogue.say(LIVE_UNTIL, time=formats.second(card.code.expires_at)),
        banner=catalogue.say(BANNER) if condition.drill or card.code.drill_only else None,
    )  # fmt: skip


def live_caption(card: Card, condition: Condition, catalogue: Catalogue, formats: Formats) -> str:
    text = catalogue.say_html(LIVE, time=formats.time(card.code.expires_at), short=grouped(card.short))
    return framed(text, drill=condition.drill, catalogue=catalogue)


def poster(card: Card, name: str, catalogue: Catalogue) -> bytes:
    """PNG of a shelter's code, to be printed or shown at the door."""
    return picture(
        card.text, face=Face.PLACE, word=catalogue.say(SHELTER), short=grouped(card.short), caption=f"{name}\n{catalogue.say(ON_POSTER)}",
        banner=catalogue.say(BANNER) if card.code.drill_only else None,
    )  # fmt: skip


def valid_until(card: Card, catalogue: Catalogue, zone: ZoneInfo) -> str:
    return catalogue.say_html(VALID_UNTIL, short=grouped(card.short), until=day(card.code.expires_at, zone))


def day(at: datetime, zone: ZoneInfo) -> str:
    """2029-07-25, the same in every language."""
    return at.astimezone(zone).date().isoformat()


def caption(card: Card, condition: Condition, catalogue: Catalogue, zone: ZoneInfo) -> str:
    """HTML under the picture, below Telegram's 1024 characters."""
    lines = [_sentence(condition, catalogue)]
    standing = condition.member.standing if condition.member is not None else None
    if standing is not None and standing.needs_help:
        lines.append(catalogue.say(HELP_OPEN))
    lines.append(valid_until(card, catalogue, zone))
    return framed("\n".join(lines), drill=condition.drill, catalogue=catalogue)


def _sentence(condition: Condition, catalogue: Catalogue) -> str:
    order = condition.order
    if order is None:
        return catalogue.say(CALM)
    if not condition.in_force:
        return catalogue.say_html(LIFTED, number=order.number)
    if condition.safe:
        return catalogue.say_html(GREEN, number=order.number)
    return catalogue.say_html(RED, number=order.number, place=order.place, way=order.way)
