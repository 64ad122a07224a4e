"""The poster of a place: its name to be read from across the street, one code of 80 mm, and what to do."""

from typing import Final

from domain.text import N_
from papers.imprint import BAND, DRILL, Imprint, drill_frame, legend_row, short_of, spoken
from papers.ink import Ink
from services.cards import Leaf

WIDE, HIGH = 210.0, 297.0
QR = 84.0
HEAD = N_("Place code")
STEPS: Final = (
    N_("Show your card, pendant or phone to the staff: they scan it and you are recorded."),
    N_("With a phone: scan this code and say that you are here. The staff count you once more."),
    N_("Nothing with you? Tell the staff your name and your village."),
)
SHORT = N_("Short code")
EMERGENCY = N_("Danger to life: 119 · 120 · 110")


def draw_poster(ink: Ink, leaf: Leaf, imprint: Imprint) -> None:
    """One A4 page."""
    drill = leaf.card.code.drill_only
    rim = 5.0 if drill else 0.0
    ink.box(0, 0, WIDE, 62, fill=BAND)
    ink.words(leaf.name, WIDE / 2, 26, size=20, bold=True, grey=1, align="middle", most=WIDE - 26)
    about = "  ·  ".join(filter(None, (imprint.say(HEAD), leaf.village, leaf.address)))
    ink.words(about, WIDE / 2, 48, size=7.5, grey=1, align="middle", most=WIDE - 26)
    if drill:
        word = imprint.say(DRILL)
        ink.box(WIDE / 2 - ink.width(word, 9) / 2 - 5, 56, ink.width(word, 9) + 10, 13, fill=1, line=0, width=0.6)
        ink.words(word, WIDE / 2, 62.5, size=9, bold=True, align="middle")
        drill_frame(ink, wide=WIDE, high=HIGH, rim=rim)
    ink.code(leaf.card.text, (WIDE - QR) / 2, 77, QR)
    ink.words(f"{imprint.say(SHORT)}  {short_of(leaf)}", WIDE / 2, 173, size=9, bold=True, align="middle", most=WIDE - 26)
    y = 186.0
    for number, step in enumerate(STEPS, 1):
        ink.words(str(number), 22, y, size=9, bold=True, align="middle")
        y = ink.lines(imprint.say(step), 31, y, size=5.8, width=WIDE - 31 - 15, most=2) + 3.6
    legend_row(ink, imprint, 18, 246, width=WIDE - 30, size=5)
    ink.box(rim, 254, WIDE - 2 * rim, HIGH - 254 - rim, fill=BAND)
    told = "   ".join(filter(None, (imprint.office, spoken(imprint.phone))))
    ink.words(told, WIDE / 2, 266, size=8.5, bold=True, grey=1, align="middle", most=WIDE - 26)
    ink.words(imprint.say(EMERGENCY), WIDE / 2, 280, size=8, grey=1, align="middle", most=WIDE - 26)
