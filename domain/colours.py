"""The four warning colours 红橙黄蓝 (突发事件应对法 §63): each always with its shape, its numeral and its word, never the colour alone.

Palette and shapes were tried for contrast and for three kinds of colour blindness (ISO 22324, WCAG 2.2 §1.4.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.deliveries import Lane
from domain.text import N_


class Level(StrEnum):
    """I is the highest."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Colour:
    """How a level looks. `back` and `ink` are hex colours with at least 6.7:1 between them; `emoji` is a bar, `sign` the shape."""

    emoji: str
    sign: str
    shape: str
    numeral: str
    word: str
    degree: str
    back: str
    ink: str
    lane: Lane


COLOURS: Mapping[Level, Colour] = {
    Level.RED: Colour("🟥", "▲", "triangle", "Ⅰ", N_("Red"), N_("extremely severe"), "#b00020", "#ffffff", Lane.RED),
    Level.ORANGE: Colour("🟧", "◆", "diamond", "Ⅱ", N_("Orange"), N_("severe"), "#ff9a1f", "#000000", Lane.ORANGE),
    Level.YELLOW: Colour("🟨", "■", "square", "Ⅲ", N_("Yellow"), N_("fairly severe"), "#ffe14d", "#000000", Lane.YELLOW),
    Level.BLUE: Colour("🟦", "●", "circle", "Ⅳ", N_("Blue"), N_("ordinary"), "#1257c0", "#ffffff", Lane.BLUE),
}
