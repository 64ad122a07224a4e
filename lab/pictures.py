"""Invented photographs, drawn by code: hills, rain, and what somebody would report. The same seed draws the same picture."""

import io
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDE, HIGH = 640, 480
QUALITY = 80
MAKE, MODEL = 0x010F, 0x0110
GPS = 0x8825
SKY, GRASS, ROCK = (108, 122, 138), (72, 96, 66), (92, 84, 74)
WATER, FOAM, MUD = (122, 100, 72), (172, 154, 126), (112, 82, 54)
WALL, ROOF, WOOD, ROAD, LINE = (214, 206, 190), (66, 62, 64), (88, 62, 42), (70, 72, 76), (222, 222, 214)
FLAME, SMOKE = (226, 112, 34), (52, 50, 52)


def photograph(what: str, *, seed: int = 1, exif: bool = False) -> bytes:
    """A JPEG of what a report of this kind may show; with `exif`, the camera's name and a position are in it."""
    from PIL import Image
    from PIL.ImageDraw import Draw

    random = Random(f"{what} {seed}")
    picture = Image.new("RGB", (WIDE, HIGH), SKY)
    canvas = Draw(picture)
    hills(canvas, random)
    SUBJECTS.get(what, village)(canvas, random)
    rain(canvas, random)
    said = Image.Exif()
    if exif:
        said[MAKE], said[MODEL] = "Mashang Lab", "Invented camera"
        said[GPS] = {1: "N", 2: (28.0, 27.0, 36.0), 3: "E", 4: (119.0, 55.0, 12.0)}
    body = io.BytesIO()
    picture.save(body, "JPEG", quality=QUALITY, exif=said)
    return body.getvalue()


def hills(canvas: "ImageDraw", random: Random) -> None:
    """Two ridges before a grey sky, and the ground."""
    for row, shade in ((0.36, 34), (0.48, 14)):
        edge = [(x, HIGH * row + random.uniform(-40, 40)) for x in range(0, WIDE + 81, 80)]
        canvas.polygon([(0, HIGH), *edge, (WIDE, HIGH)], fill=tuple(part + shade for part in GRASS))
    canvas.rectangle((0, HIGH * 0.62, WIDE, HIGH), fill=GRASS)


def rain(canvas: "ImageDraw", random: Random) -> None:
    for _ in range(160):
        x, y = random.uniform(0, WIDE), random.uniform(0, HIGH)
        canvas.line((x, y, x - 5, y + 16), fill=(176, 186, 196))


def village(canvas: "ImageDraw", random: Random) -> None:
    for left in (70, 250, 430):
        cottage(canvas, left + random.uniform(-25, 25), HIGH * 0.66)


def cottage(canvas: "ImageDraw", left: float, floor: float) -> None:
    canvas.rectangle((left, floor - 80, left + 120, floor), fill=WALL)
    canvas.polygon([(left - 14, floor - 80), (left + 60, floor - 128), (left + 134, floor - 80)], fill=ROOF)
    canvas.rectangle((left + 48, floor - 42, left + 74, floor), fill=WOOD)


def road(canvas: "ImageDraw") -> None:
    canvas.polygon([(250, HIGH * 0.62), (360, HIGH * 0.62), (560, HIGH), (60, HIGH)], fill=ROAD)
    for n in range(4):
        canvas.line((305 + 2 * n, HIGH * (0.64 + 0.09 * n), 306 + 2 * n, HIGH * (0.68 + 0.09 * n)), fill=LINE, width=3 + n)


def flood(canvas: "ImageDraw", random: Random) -> None:
    """Water up to the doors."""
    village(canvas, random)
    canvas.rectangle((0, HIGH * 0.6, WIDE, HIGH), fill=WATER)
    for _ in range(40):
        x, y = random.uniform(0, WIDE), random.uniform(HIGH * 0.62, HIGH)
        canvas.arc((x, y, x + 46, y + 12), 190, 350, fill=FOAM, width=2)


def landslide(canvas: "ImageDraw", random: Random) -> None:
    """Earth and stones over the road."""
    road(canvas)
    canvas.polygon([(380, HIGH * 0.3), (WIDE, HIGH * 0.34), (WIDE, HIGH * 0.9), (180, HIGH * 0.86)], fill=MUD)
    for _ in range(30):
        x, y, size = random.uniform(240, WIDE), random.uniform(HIGH * 0.5, HIGH * 0.88), random.uniform(8, 30)
        canvas.ellipse((x, y, x + size, y + size * 0.7), fill=ROCK)


def fallen_tree(canvas: "ImageDraw", random: Random) -> None:
    """A tree across the road."""
    road(canvas)
    y = HIGH * random.uniform(0.74, 0.82)
    canvas.line((110, y + 20, 520, y - 24), fill=WOOD, width=20)
    for _ in range(50):
        x = random.uniform(360, 560)
        canvas.ellipse((x, y - random.uniform(0, 80), x + 26, y - random.uniform(-20, 20) + 24), fill=(54, 88, 48))


def broken_house(canvas: "ImageDraw", random: Random) -> None:
    """A wall has come down."""
    cottage(canvas, 240, HIGH * 0.72)
    canvas.polygon([(330, HIGH * 0.56), (376, HIGH * 0.54), (380, HIGH * 0.72), (310, HIGH * 0.72)], fill=SMOKE)
    for _ in range(24):
        x, y = random.uniform(290, 440), random.uniform(HIGH * 0.7, HIGH * 0.78)
        canvas.rectangle((x, y, x + 22, y + 10), fill=WALL)


def fire(canvas: "ImageDraw", random: Random) -> None:
    for n in range(9):
        canvas.ellipse((300 + 22 * n, 150 - 18 * n, 340 + 26 * n, 190 - 16 * n), fill=tuple(part + 5 * n for part in SMOKE))
    cottage(canvas, 250, HIGH * 0.74)
    for n in range(14):
        x = 260 + n * 8
        canvas.polygon([(x - 14, HIGH * 0.6), (x, HIGH * random.uniform(0.3, 0.45)), (x + 14, HIGH * 0.6)], fill=FLAME)


def power_line(canvas: "ImageDraw", random: Random) -> None:
    """A pole that leans."""
    canvas.line((300, HIGH * 0.9, 300 + random.uniform(60, 110), HIGH * 0.2), fill=WOOD, width=12)
    canvas.line((0, HIGH * 0.3, 370, HIGH * 0.24), fill=SMOKE, width=3)
    canvas.line((370, HIGH * 0.24, WIDE, HIGH * 0.85), fill=SMOKE, width=3)


def dyke(canvas: "ImageDraw", random: Random) -> None:
    """Water comes through a bank."""
    canvas.rectangle((0, HIGH * 0.45, WIDE, HIGH * 0.6), fill=WATER)
    canvas.polygon([(0, HIGH * 0.56), (WIDE, HIGH * 0.56), (WIDE, HIGH * 0.8), (0, HIGH * 0.8)], fill=ROCK)
    x = random.uniform(240, 340)
    canvas.polygon([(x, HIGH * 0.56), (x + 70, HIGH * 0.56), (x + 150, HIGH), (x - 60, HIGH)], fill=FOAM)


SUBJECTS: dict[str, "Callable[[ImageDraw, Random], None]"] = {
    "flood": flood, "landslide": landslide, "road": fallen_tree, "house": broken_house, "fire": fire, "power": power_line, "dyke": dyke,
}  # fmt: skip
