"""The notice card 防灾避险明白卡 of a household: the eight things that the law wants on it, filled in where they are known, else lines to write on."""

from typing import Final

from domain.text import N_
from papers.imprint import LOOSE, Imprint, band, drill_frame, short_of, spoken
from papers.ink import Ink
from services.cards import Leaf

WIDE, HIGH = 190.0, 135.0
TITLE = N_("Hazard notice card")
FIELDS: Final = (
    N_("The place"), N_("Kind of hazard"), N_("Reach"), N_("Who is threatened"), N_("Warning signal"), N_("Way out"), N_("Place of refuge"),
    N_("Whom to call"),
)  # fmt: skip
HAZARDS: Final = (
    N_("Flash flood"), N_("Landslide"), N_("Mud flow"), N_("Unsafe house"), N_("River flood"), N_("Strong wind"), N_("Other: ")
)  # fmt: skip
SIGNALS: Final = (N_("Gong"), N_("Whistle"), N_("Loudspeaker"), N_("Phone call"), N_("Knock at the door"))
RESPONSIBLE = N_("Responsible person")
DEPUTY = N_("Deputy")
OFFICE = N_("Office")
EMERGENCY = N_("Danger to life: 119 · 120 · 110")
HANG_UP = N_("Hang this up where everybody sees it.")
GO = N_("At the signal, go at once and help old people, children and the sick. Nobody returns before it is lifted.")
LEFT, LABEL, RIGHT = 52.0, 30.0, 185.0
TOP, STEP = 15.5, 13.6


def draw_notice(ink: Ink, leaf: Leaf, imprint: Imprint) -> None:
    """190 × 135 mm, two on a page."""
    drill = leaf.card.code.drill_only
    key = f"notice-{drill}"
    ink.form(key, lambda: _frame(ink, imprint, drill=drill), wide=WIDE, high=HIGH)
    ink.code(leaf.card.text, 8, 18, 36)
    ink.words(short_of(leaf), 26, 61, size=4.6, bold=True, align="middle", most=40, loose=LOOSE)
    _say(ink, 0, leaf.village)
    _line(ink, 0, LEFT + LABEL + 3 + ink.width(leaf.village, 4) + 3)
    household = imprint.say_many("this household, {count} person; also:", "this household, {count} people; also:", len(leaf.members))
    _say(ink, 3, household)
    _line(ink, 3, LEFT + LABEL + 3 + ink.width(household, 4) + 3)
    _shelters(ink, leaf)
    _calls(ink, leaf, imprint)


def _frame(ink: Ink, imprint: Imprint, *, drill: bool) -> None:
    if drill:
        drill_frame(ink, wide=WIDE, high=HIGH)
    band(ink, imprint, imprint.say(TITLE), wide=WIDE, y=0, high=12, size=7, drill=drill)
    for number, label in enumerate(FIELDS):
        y = TOP + number * STEP
        ink.box(LEFT, y, LABEL, STEP, fill=0.92, line=0.3)
        ink.box(LEFT + LABEL, y, RIGHT - LEFT - LABEL, STEP, line=0.3)
        ink.words(imprint.say(label), LEFT + 1.8, y + STEP / 2, size=3.9, most=LABEL - 3, bold=True)
    _ticks(ink, imprint, 1, HAZARDS)
    _ticks(ink, imprint, 4, SIGNALS)
    for row in (2, 5):
        _line(ink, row, LEFT + LABEL + 3)
    y = ink.lines(imprint.say(GO), 8, 72, size=4, width=36, most=8, bold=True, step=1.45)
    ink.lines(imprint.say(HANG_UP), 8, max(y + 3, 106), size=3.2, width=36, most=3, grey=0.25)


def _ticks(ink: Ink, imprint: Imprint, row: int, words: tuple[str, ...]) -> None:
    """Boxes to tick, in one or two lines."""
    x, y = LEFT + LABEL + 3, TOP + row * STEP + STEP * 0.3
    for word in (imprint.say(each) for each in words):
        wide = 4.4 + ink.width(word, 3.4) + 3
        if x + wide > RIGHT:
            x, y = LEFT + LABEL + 3, y + STEP * 0.42
        ink.box(x, y - 1.6, 3.2, 3.2, line=0.1)
        ink.words(word, x + 4.4, y, size=3.4)
        x += wide
    if x < RIGHT - 25:
        ink.rule(x - 2, y + 2, RIGHT - 3, y + 2)


def _say(ink: Ink, row: int, words: str) -> None:
    ink.words(words, LEFT + LABEL + 3, TOP + row * STEP + STEP * 0.46, size=4, most=RIGHT - LEFT - LABEL - 6)


def _line(ink: Ink, row: int, x: float) -> None:
    y = TOP + (row + 0.72) * STEP
    if x < RIGHT - 12:
        ink.rule(x, y, RIGHT - 3, y)


def _shelters(ink: Ink, leaf: Leaf) -> None:
    if not leaf.refuges:
        _line(ink, 6, LEFT + LABEL + 3)
    for number, each in enumerate(leaf.refuges):
        y = TOP + 6 * STEP + STEP * ((number + 0.5) / len(leaf.refuges))
        told = "  ".join(filter(None, (each.name, each.address, spoken(each.phone))))
        ink.words(told, LEFT + LABEL + 3, y, size=3.7 if len(leaf.refuges) == 1 else 3.4, most=RIGHT - LEFT - LABEL - 6)


def _calls(ink: Ink, leaf: Leaf, imprint: Imprint) -> None:
    x, y = LEFT + LABEL + 3, TOP + 7 * STEP
    wide = (RIGHT - x) / 3
    for number, (label, phone) in enumerate(((RESPONSIBLE, leaf.phone), (DEPUTY, leaf.deputy_phone), (OFFICE, imprint.phone))):
        left = x + number * wide
        ink.words(imprint.say(label), left, y + 2.6, size=2.7, grey=0.25, most=wide - 2)
        if phone:
            ink.words(spoken(phone), left, y + 6.6, size=3.9, bold=True, most=wide - 2)
        else:
            ink.rule(left, y + 8, left + wide - 4, y + 8)
    ink.words(imprint.say(EMERGENCY), x, y + 11.2, size=3, most=RIGHT - x - 3)
