"""Cards of people for the pocket and for the neck, and of households: each with its code, its short code and no name of anybody."""

from domain.codes import Holder
from domain.text import N_
from papers.imprint import CALL, LOOSE, NAME, TAKE_ALONG, TITLES, VILLAGE, Imprint, band, drill_frame, field, legend, legend_row, short_of
from papers.ink import Ink
from services.cards import Leaf

CARD_WIDE, CARD_HIGH = 95.0, 54.0
LARGE_WIDE, LARGE_HIGH = 95.0, 135.0
QR, PENDANT_QR = 30.0, 52.0
MOST_MEMBERS = 24
MEMBERS_TOP, MEMBERS_BOTTOM = 60.0, 106.0

HELP_ME = N_("Please scan to help me")
HOLE = N_("hole")
MEMBERS = N_("Members by number; write the names yourselves")
FOUND = N_("Found it? Please call.")
WHO_IS_HERE = N_("Scan once for all: staff tick the numbers of who is here.")
MORE = N_("and {count} more")


def draw_card(ink: Ink, leaf: Leaf, imprint: Imprint) -> None:
    """95 × 54 mm. What is the same for a village is drawn once in a file."""
    drill = leaf.card.code.drill_only
    ink.form(f"card-{_same(leaf, imprint)}", lambda: _card(ink, leaf, imprint, drill=drill), wide=CARD_WIDE, high=CARD_HIGH)
    ink.code(leaf.card.text, 5, 11.5, QR)
    ink.words(short_of(leaf), 20, 47.3, size=4.3, bold=True, align="middle", most=34, loose=LOOSE)


def _card(ink: Ink, leaf: Leaf, imprint: Imprint, *, drill: bool) -> None:
    if drill:
        drill_frame(ink, wide=CARD_WIDE, high=CARD_HIGH)
    band(ink, imprint, imprint.say(TITLES[Holder.PERSON]), wide=CARD_WIDE, y=0, high=8, size=4.6, drill=drill)
    x, to = 40.0, CARD_WIDE - 4
    field(ink, imprint.say(NAME), "", x, 14.5, to=to)
    field(ink, imprint.say(VILLAGE), leaf.village, x, 20.3, to=to)
    field(ink, imprint.say(CALL), imprint.call(leaf), x, 26.4, to=to, big=5.2, bold=True)
    ink.lines(imprint.say(TAKE_ALONG), x, 32.2, size=2.9, width=to - x, most=2, step=1.3)
    legend(ink, imprint, x, 41.2, width=to - x)


def draw_pendant(ink: Ink, leaf: Leaf, imprint: Imprint) -> None:
    """95 × 135 mm, with a hole: for whoever cannot say it, a stranger reads what to do."""
    drill = leaf.card.code.drill_only
    ink.form(f"pendant-{_same(leaf, imprint)}", lambda: _pendant(ink, leaf, imprint, drill=drill), wide=LARGE_WIDE, high=LARGE_HIGH)
    ink.code(leaf.card.text, (LARGE_WIDE - PENDANT_QR) / 2, 33.6, PENDANT_QR)
    ink.words(short_of(leaf), LARGE_WIDE / 2, 93.5, size=7.2, bold=True, align="middle", most=LARGE_WIDE - 12, loose=LOOSE)


def _pendant(ink: Ink, leaf: Leaf, imprint: Imprint, *, drill: bool) -> None:
    if drill:
        drill_frame(ink, wide=LARGE_WIDE, high=LARGE_HIGH)
    middle = LARGE_WIDE / 2
    ink.circle(middle, 7, 2.5, dash=(0.8, 0.6))
    ink.words(imprint.say(HOLE), middle + 4.5, 7, size=2.6, grey=0.4)
    band(ink, imprint, imprint.say(TITLES[Holder.PERSON]), wide=LARGE_WIDE, y=13, high=10, size=5.6, drill=drill)
    ink.words(imprint.say(HELP_ME), middle, 26.6, size=4.6, bold=True, align="middle", most=LARGE_WIDE - 10)
    to = LARGE_WIDE - 7
    field(ink, imprint.say(NAME), "", 7, 101.5, to=to, size=3.8)
    field(ink, imprint.say(VILLAGE), leaf.village, 7, 108, to=to, size=3.8, big=4.6)
    field(ink, imprint.say(CALL), imprint.call(leaf), 7, 115.5, to=to, size=3.8, big=8, bold=True)
    ink.words(imprint.say(TAKE_ALONG), middle, 123, size=3.1, align="middle", most=LARGE_WIDE - 10)
    legend_row(ink, imprint, 7, 129.5, width=LARGE_WIDE - 13, size=3)


def draw_household(ink: Ink, leaf: Leaf, imprint: Imprint) -> None:
    """95 × 135 mm: one code for everybody who lives together, and a line for each to write a name on."""
    drill = leaf.card.code.drill_only
    ink.form(f"household-{_same(leaf, imprint)}", lambda: _household(ink, leaf, imprint, drill=drill), wide=LARGE_WIDE, high=LARGE_HIGH)
    ink.code(leaf.card.text, 7, 16.5, 34)
    ink.words(short_of(leaf), 47, 46, size=5, bold=True, most=LARGE_WIDE - 52, loose=LOOSE)
    shown = leaf.members[:MOST_MEMBERS]
    rows = max(6, -(-len(shown) // 2))
    wide = 32.5 if len(shown) > rows else LARGE_WIDE - 20
    step = (MEMBERS_BOTTOM - MEMBERS_TOP) / rows
    for at, number in enumerate(shown):
        column, row = divmod(at, rows)
        left, y = 7 + column * 42.5, MEMBERS_TOP + (row + 0.6) * step
        ink.words(str(number), left + 4, y, size=min(4.4, step * 0.7), bold=True, align="right")
        ink.rule(left + 6, y + step * 0.3, left + 6 + wide, y + step * 0.3, width=0.2)
    if len(leaf.members) > len(shown):
        ink.words(imprint.say(MORE, count=len(leaf.members) - len(shown)), LARGE_WIDE - 7, 55.5, size=3, align="right")


def _household(ink: Ink, leaf: Leaf, imprint: Imprint, *, drill: bool) -> None:
    if drill:
        drill_frame(ink, wide=LARGE_WIDE, high=LARGE_HIGH)
    band(ink, imprint, imprint.say(TITLES[Holder.HOUSEHOLD]), wide=LARGE_WIDE, y=0, high=10, size=5.6, drill=drill)
    x, to = 47.0, LARGE_WIDE - 6
    field(ink, imprint.say(VILLAGE), leaf.village, x, 18, to=to, size=3.4, big=4.4)
    ink.words(imprint.say(CALL), x, 25.5, size=3.4, grey=0.25)
    if imprint.call(leaf):
        ink.words(imprint.call(leaf), x, 31.5, size=6, bold=True, most=to - x)
    else:
        ink.rule(x, 34, to, 34)
    ink.words(imprint.say(FOUND), x, 38, size=3, grey=0.25, most=to - x)
    ink.words(imprint.say(MEMBERS), 7, 56, size=3.4, bold=True, most=LARGE_WIDE - 14)
    ink.lines(imprint.say(WHO_IS_HERE), 7, 110.5, size=3.2, width=LARGE_WIDE - 13, most=2)
    legend(ink, imprint, 7, 119, width=LARGE_WIDE - 13, size=3.3, step=4.8)


def _same(leaf: Leaf, imprint: Imprint) -> str:
    """What cards have in common that look alike but for the code."""
    key = f"{leaf.village}|{imprint.call(leaf)}|{leaf.card.code.drill_only}"
    return key.encode().hex()
