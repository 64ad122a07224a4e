"""Who prints, in which language, on which day: what stands on every card, and the parts that all kinds share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from codes.shortcode import grouped
from domain.codes import Holder
from domain.text import N_
from locales.catalogue import Catalogue
from papers.ink import QUIET, Ink, stencil
from services.cards import Leaf

TITLES: Final[Mapping[Holder, str]] = {Holder.PERSON: N_("Personal safety code"), Holder.HOUSEHOLD: N_("Household safety code")}
NAME = N_("Name")
VILLAGE = N_("Village")
CALL = N_("Call")
TAKE_ALONG = N_("Take this with you when you leave. At the shelter, staff scan it.")
SAYS: Final = (
    ("circle", (0.0, 0.41, 0.29), N_("Green: you are recorded, come in")),
    ("triangle", (1.0, 0.88, 0.3), N_("Yellow: name check, then come in")),
    ("octagon", (0.69, 0.0, 0.13), N_("Red: not valid, ask the staff")),
)
SHORT_SAYS: Final = (N_("Green: come in"), N_("Yellow: name check"), N_("Red: not valid"))
DRILL = N_("DRILL")
LOOSE: Final = 0.05
"""How far apart the signs of a short code stand."""
BAND: Final = 0.13
"""How dark a band is; not black, so that it takes less ink and a stamp shows on it."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """The office, its phone, the day, and the language of one print."""

    office: str
    phone: str
    day: str
    catalogue: Catalogue

    def say(self, sentence: str, **fields: object) -> str:
        return self.catalogue.say(sentence, **fields)

    def say_many(self, one: str, many: str, count: int) -> str:
        return self.catalogue.say_many(one, many, count)

    def call(self, leaf: Leaf) -> str:
        """The number to call: the responsible person's, else the office's; "" for none."""
        return spoken(leaf.phone or self.phone)


def spoken(phone: str) -> str:
    """138 0578 0000 for a number in China, as it is read aloud."""
    national = phone.removeprefix("+86")
    return f"{national[:3]} {national[3:7]} {national[7:]}" if national != phone and len(national) == 11 else phone


def short_of(leaf: Leaf) -> str:
    return grouped(leaf.card.short)


def band(ink: Ink, imprint: Imprint, title: str, *, wide: float, y: float, high: float, size: float, drill: bool) -> None:
    """The dark band with what this is, and whose; in a drill with its word, between stripes, so that nobody takes it for the real thing."""
    ink.box(0, y, wide, high, fill=BAND)
    taken = ink.words(title, 3.5, y + high / 2, size=size, bold=True, grey=1, most=wide * 0.5)
    if drill:
        word = imprint.say(DRILL)
        plate = ink.width(word, size * 0.85) + 3
        left = 3.5 + taken + 2
        ink.box(left, y + high * 0.12, plate, high * 0.76, fill=1)
        ink.words(word, left + plate / 2, y + high / 2, size=size * 0.85, bold=True, align="middle")
        taken += plate + 2
    ink.words(imprint.office, wide - 3.5, y + high / 2, size=min(3.2, size * 0.75), grey=1, align="right", most=wide - taken - 9)


def drill_frame(ink: Ink, *, wide: float, high: float, rim: float = 1.6) -> None:
    """Stripes along the edges of a card for drills."""
    for x, y, w, h in ((0, 0, wide, rim), (0, high - rim, wide, rim), (0, 0, rim, high), (wide - rim, 0, rim, high)):
        ink.box(x, y, w, h, fill=1)
        ink.stripes(x, y, w, h)


def field(ink: Ink, label: str, value: str, x: float, y: float, *, to: float, size: float = 3.1, big: float = 3.8, bold: bool = False) -> None:
    """A label and its value; a line to write on where there is none."""
    start = x + max(ink.words(label, x, y, size=size, grey=0.25) + 1.6, 8)
    if value:
        ink.words(value, start, y, size=big, bold=bold, most=to - start)
    else:
        ink.rule(start, y + size * 0.8, to, y + size * 0.8, width=0.25)


def legend(ink: Ink, imprint: Imprint, x: float, y: float, *, width: float, size: float = 2.9, step: float = 3.9) -> None:
    """What each colour means, a line each: colour, shape and word."""
    for number, (shape, colour, sentence) in enumerate(SAYS):
        middle = y + number * step
        ink.shape(shape, x, middle - step * 0.43, step * 0.86, colour=colour)
        ink.words(imprint.say(sentence), x + step + 0.8, middle, size=size, most=width - step - 0.8)


def legend_row(ink: Ink, imprint: Imprint, x: float, y: float, *, width: float, size: float = 3.2) -> None:
    """What each colour means, side by side and in fewer words."""
    for number, ((shape, colour, _), sentence) in enumerate(zip(SAYS, SHORT_SAYS, strict=True)):
        left = x + number * width / 3
        ink.shape(shape, left, y - size * 0.65, size * 1.3, colour=colour)
        ink.words(imprint.say(sentence), left + size * 1.3 + 1, y, size=size, most=width / 3 - size * 1.3 - 2)


def code_size(leaf: Leaf, *, least: float, module: float = 0.49) -> float:
    """How wide the QR must be, so that its modules can be told apart, without its quiet zone."""
    return max(least, stencil(leaf.card.text)[0] * module)


def quiet(size: float, count: int = 49) -> float:
    return QUIET * size / count


def cut_marks(ink: Ink, *, left: float, top: float, wide: float, high: float, across: int, down: int) -> None:
    """Where to cut: marks outside the cards, and crosses between them."""
    for column in range(across + 1):
        x = left + column * wide
        ink.rule(x, top - 6, x, top - 1.5, width=0.15)
        ink.rule(x, top + down * high + 1.5, x, top + down * high + 6, width=0.15)
    for row in range(down + 1):
        y = top + row * high
        ink.rule(left - 6, y, left - 1.5, y, width=0.15)
        ink.rule(left + across * wide + 1.5, y, left + across * wide + 6, y, width=0.15)
    for column in range(across + 1):
        for row in range(down + 1):
            x, y = left + column * wide, top + row * high
            ink.rule(x - 1.2, y, x + 1.2, y, width=0.1, grey=0.5)
            ink.rule(x, y - 1.2, x, y + 1.2, width=0.1, grey=0.5)
