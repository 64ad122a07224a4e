"""The warden's list on paper: everybody of a village with a small code to scan and boxes to tick, for a whole night without power and network."""

from collections.abc import Sequence
from typing import Final

from domain.codes import Holder
from domain.text import N_
from papers.imprint import LOOSE, Imprint, code_size, drill_frame, quiet, short_of, spoken
from papers.ink import Ink
from services.cards import Leaf

WIDE, HIGH = 210.0, 297.0
ACROSS, DOWN = 2, 9
ON_A_PAGE = ACROSS * DOWN
LEFT, TOP, CELL_WIDE, CELL_HIGH = 10.0, 27.0, 95.0, 28.6
TITLE = N_("Roll call list")
OF_HOUSEHOLDS = N_("Households")
BOXES: Final = (N_("Left"), N_("At shelter"), N_("With relatives"), N_("Needs help"))
TIME = N_("Time")
MARK = N_("Household {mark}")
NUMBER = N_("no. {number}")
PAGE = N_("{village} · page {page}")
WRITTEN = N_("Printed {day}. Tick and write the time; it is entered later. Personal data: keep it, hand it in, never photograph it.")
DRILL = N_("DRILL")
DONE = N_("Filled in by: ")


def draw_roll(ink: Ink, leaves: Sequence[Leaf], imprint: Imprint, *, page: int) -> None:
    """One page of at most eighteen, all of one village."""
    first = leaves[0]
    drill = first.card.code.drill_only
    if drill:
        drill_frame(ink, wide=WIDE, high=HIGH, rim=3)
    title = imprint.say(TITLE) + (f" · {imprint.say(OF_HOUSEHOLDS)}" if first.card.code.kind is Holder.HOUSEHOLD else "")
    taken = ink.words(title, LEFT, 13, size=7, bold=True, most=100)
    if drill:
        word = imprint.say(DRILL)
        ink.box(LEFT + taken + 3, 8.6, ink.width(word, 6) + 4, 8.8, fill=0.1)
        ink.words(word, LEFT + taken + 5, 13, size=6, bold=True, grey=1)
    ink.words(imprint.say(PAGE, village=first.village, page=page), WIDE - LEFT, 12, size=5, bold=True, align="right", most=80)
    ink.words(" · ".join(filter(None, (imprint.office, spoken(imprint.phone)))), LEFT, 20, size=3.2, grey=0.2, most=95)
    ink.words(imprint.say(DONE) + "_" * 26, WIDE - LEFT, 20.5, size=3.2, align="right", most=80)
    for at, leaf in enumerate(leaves):
        column, row = divmod(at, DOWN)
        ink.at(LEFT + column * CELL_WIDE, TOP + row * CELL_HIGH)
        _entry(ink, leaf, imprint)
    ink.at(0, 0)
    ink.words(imprint.say(WRITTEN, day=imprint.day), LEFT, HIGH - 8, size=3, grey=0.2, most=WIDE - 2 * LEFT)


def _entry(ink: Ink, leaf: Leaf, imprint: Imprint) -> None:
    size = code_size(leaf, least=24)
    ink.code(leaf.card.text, 0.5, (CELL_HIGH - size) / 2, size)
    x = size + quiet(size) + 1.5
    to = CELL_WIDE - 3
    ink.rule(x, CELL_HIGH, to, CELL_HIGH, width=0.15, grey=0.6)
    lives = imprint.say(MARK, mark=leaf.mark) if leaf.mark else ""
    if leaf.card.code.kind is Holder.HOUSEHOLD:
        head, beside = lives or short_of(leaf), imprint.say_many("{count} person", "{count} people", len(leaf.members))
    else:
        head, beside = leaf.name, " ".join(filter(None, (lives, imprint.say(NUMBER, number=leaf.number) if leaf.number else "")))
    taken = ink.words(head, x, 4.6, size=4.8, bold=True, most=34)
    ink.words(beside, to, 4.6, size=3.2, align="right", grey=0.2, most=to - x - taken - 2)
    ink.words(short_of(leaf), x, 10.2, size=4, bold=True, most=to - x, loose=LOOSE)
    for number, word in enumerate(BOXES):
        left, y = x + (number % 2) * (to - x) / 2, 15.6 + (number // 2) * 5
        ink.box(left, y - 1.7, 3.4, 3.4, line=0.1)
        ink.words(imprint.say(word), left + 4.6, y, size=3.2, most=(to - x) / 2 - 6)
    label = ink.words(imprint.say(TIME), x, 25.6, size=3.2)
    ink.rule(x + label + 1, 27, to, 27, width=0.15)
