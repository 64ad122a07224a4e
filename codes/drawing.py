"""What a picture is drawn with: shapes with smooth edges, the font, lines that fit. Sizes are in pixels."""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

Colour = str
Font = ImageFont.FreeTypeFont
Point = tuple[float, float]

WHITE: Final = "#ffffff"
INK: Final = "#16161a"
_SMOOTH: Final = 4
_SANS, _MONO = 2, 7  # the Simplified Chinese faces inside the collection
_ELLIPSIS: Final = "…"
_EMOJI: Final = 0x1F000
_NEVER_FIRST: Final = frozenset("，。、；：！？）》」』】…·,.;:!?)]}%")


class Shape(StrEnum):
    """Told apart without colour, and from across a room."""

    CIRCLE = "circle"
    TRIANGLE = "triangle"
    OCTAGON = "octagon"
    HOUSE = "house"


_OUTLINE: Final[dict[Shape, Sequence[Point]]] = {
    Shape.TRIANGLE: ((0.5, 0.04), (1.0, 0.94), (0.0, 0.94)),
    Shape.OCTAGON: ((0.29, 0), (0.71, 0), (1, 0.29), (1, 0.71), (0.71, 1), (0.29, 1), (0, 0.71), (0, 0.29)),
    Shape.HOUSE: ((0.5, 0.02), (1.0, 0.5), (0.86, 0.5), (0.86, 0.98), (0.14, 0.98), (0.14, 0.5), (0.0, 0.5)),
}
_MARK: Final[dict[Shape, Sequence[Sequence[Point]]]] = {
    Shape.CIRCLE: (((0.27, 0.52), (0.44, 0.69), (0.74, 0.34)),),
    Shape.TRIANGLE: (((0.5, 0.36), (0.5, 0.64)), ((0.5, 0.795), (0.5, 0.805))),
    Shape.OCTAGON: (((0.32, 0.32), (0.68, 0.68)), ((0.68, 0.32), (0.32, 0.68))),
    Shape.HOUSE: (((0.5, 0.92), (0.5, 0.7)),),
}
_STROKE: Final = {Shape.CIRCLE: 0.1, Shape.TRIANGLE: 0.1, Shape.OCTAGON: 0.12, Shape.HOUSE: 0.2}


@cache
def font(size: int, *, mono: bool = False) -> Font:
    """Noto Sans CJK at this size, read from its file when the first picture asks for it."""
    from noto_cjk_sans_otc import FONT_PATH

    return ImageFont.truetype(str(FONT_PATH), size, index=_MONO if mono else _SANS, layout_engine=ImageFont.Layout.BASIC)


def shape_mask(shape: Shape, size: int) -> Image.Image:
    """`shape` with its mark cut out, as a mask of `size` × `size`."""
    big = size * _SMOOTH
    mask = Image.new("L", (big, big), 0)
    draw = ImageDraw.Draw(mask)
    if shape in _OUTLINE:
        draw.polygon([(x * (big - 1), y * (big - 1)) for x, y in _OUTLINE[shape]], fill=255)
    else:
        draw.ellipse((0, 0, big - 1, big - 1), fill=255)
    for line in _MARK[shape]:
        _cut(draw, [(x * big, y * big) for x, y in line], width=round(_STROKE[shape] * big), round_ends=shape is not Shape.HOUSE)
    return mask.resize((size, size), Image.Resampling.LANCZOS)


def rounded(image: Image.Image, box: tuple[int, int, int, int], *, radius: int, fill: Colour) -> None:
    """A filled rectangle with smooth round corners; the right and lower edges are outside."""
    left, top, right, bottom = box
    wide, high, corner = right - left, bottom - top, 2 * radius
    disc = Image.new("L", (corner * _SMOOTH,) * 2, 0)
    ImageDraw.Draw(disc).ellipse((0, 0, disc.width - 1, disc.height - 1), fill=255)
    disc = disc.resize((corner, corner), Image.Resampling.LANCZOS)
    mask = Image.new("L", (wide, high), 255)
    for x in (0, radius):
        for y in (0, radius):
            quarter = disc.crop((x, y, x + radius, y + radius))
            mask.paste(quarter, (x and wide - radius, y and high - radius))
    image.paste(fill, box, mask)


def stripes(image: Image.Image, box: tuple[int, int, int, int], *, one: Colour, other: Colour, width: int) -> None:
    """Slanted stripes, as around a building site."""
    left, top, right, bottom = box
    across, down = (right - left) * 2, (bottom - top) * 2
    tile = Image.new("RGB", (across, down), one)
    draw = ImageDraw.Draw(tile)
    for x in range(-down, across + down, width * 4):
        draw.polygon(((x, down), (x + width * 2, down), (x + width * 2 + down, 0), (x + down, 0)), fill=other)
    image.paste(tile.resize((right - left, bottom - top), Image.Resampling.LANCZOS), (left, top))


def fitting(text: str, *, size: int, least: int, width: float, bold: bool = False) -> tuple[str, Font]:
    """`text` and the largest font of `least` … `size` in which it fits into `width`; cut with … when none does."""
    for points in range(size, least - 1, -2):
        if length(text, font(points), bold=bold) <= width:
            return text, font(points)
    return cut(text, font(least), width=width, bold=bold), font(least)


def lines(text: str, face: Font, *, width: float, most: int) -> list[str]:
    """`text` in at most `most` lines of `width`, broken at blanks and between Chinese characters; the last one cut with … ."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        rest = paragraph.strip()
        while rest and len(found) <= most:
            line, rest = _first_line(rest, face, width=width)
            found.append(line)
    if len(found) > most:
        found = [*found[: most - 1], cut(f"{found[most - 1]}{_ELLIPSIS}", face, width=width)]
    return found


def cut(text: str, face: Font, *, width: float, bold: bool = False) -> str:
    """As much of `text` as fits into `width`, with … when something is missing."""
    if length(text, face, bold=bold) <= width:
        return text
    kept = text.rstrip(_ELLIPSIS)
    while kept and length(f"{kept}{_ELLIPSIS}", face, bold=bold) > width:
        kept = kept[:-1].rstrip()
    return f"{kept}{_ELLIPSIS}"


def length(text: str, face: Font, *, bold: bool = False) -> float:
    return face.getlength(text) + 2 * stroke(face, bold=bold)


def stroke(face: Font, *, bold: bool) -> int:
    """The font comes in one weight; a thin outline in the same colour makes it bold."""
    return max(1, round(face.size / 40)) if bold else 0


def plain(text: str, *, longest: int) -> str:
    """`text` without what the font cannot draw: control characters and emoji; cut before it can cost anything."""
    composed = unicodedata.normalize("NFC", text[:longest])
    kept = "".join(c if c == "\n" or c.isprintable() else " " for c in composed if ord(c) < _EMOJI or unicodedata.category(c) == "Lo")
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip("\n")


def _cut(draw: ImageDraw.ImageDraw, line: Sequence[Point], *, width: int, round_ends: bool) -> None:
    draw.line(list(line), fill=0, width=width, joint="curve")
    for x, y in line if round_ends else ():
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=0)


def _first_line(text: str, face: Font, *, width: float) -> tuple[str, str]:
    """The longest beginning that fits, ended where a line may end, and the rest."""
    if face.getlength(text) <= width:
        return text, ""
    end = 1
    while end < len(text) and face.getlength(text[: end + 1]) <= width:
        end += 1
    at = next((place for place in range(end, 0, -1) if _may_break(text, place)), end)
    return text[:at].rstrip(), text[at:].lstrip()


def _may_break(text: str, at: int) -> bool:
    """Whether a line may end before `text[at]`."""
    if text[at] == " ":
        return True
    return text[at] not in _NEVER_FIRST and (_broad(text[at - 1]) or _broad(text[at]))


def _broad(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
