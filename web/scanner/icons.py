"""The sign of the scanner on a phone's screen: the favicon as pictures of the sizes that phones ask for."""

import io
from collections.abc import Callable, Mapping

GROUND, PAPER, TICK = "#0b5c5c", "#ffffff", "#ffe14d"
UNITS = 32
_FINDERS = ((6, 6), (18, 6), (6, 18))
_TICK = ((18, 22.5), (21, 25.5), (26.5, 19))
_SMOOTH = 4


def icon(size: int, *, maskable: bool = False) -> bytes:
    """A PNG of `size` × `size`. A maskable one fills its whole square and keeps its drawing inside the middle that every phone shows."""
    from PIL import Image, ImageDraw

    big = size * _SMOOTH
    scale, shift = (big / UNITS * 0.72, big * 0.14) if maskable else (big / UNITS, 0.0)
    image = Image.new("RGBA", (big, big), GROUND if maskable else (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    if not maskable:
        draw.rounded_rectangle((0, 0, big - 1, big - 1), radius=7 * scale, fill=GROUND)
    for x, y in _FINDERS:
        draw.rectangle((shift + x * scale, shift + y * scale, shift + (x + 8) * scale - 1, shift + (y + 8) * scale - 1), fill=PAPER)
    line = [(shift + x * scale, shift + y * scale) for x, y in _TICK]
    draw.line(line, fill=TICK, width=round(3 * scale), joint="curve")
    for across, down in line:
        draw.ellipse((across - 1.5 * scale, down - 1.5 * scale, across + 1.5 * scale, down + 1.5 * scale), fill=TICK)
    written = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(written, "PNG")
    return written.getvalue()


ICONS: Mapping[str, Callable[[], bytes]] = {
    "icon-180.png": lambda: icon(180, maskable=True),
    "icon-192.png": lambda: icon(192),
    "icon-512.png": lambda: icon(512),
    "icon-maskable-512.png": lambda: icon(512, maskable=True),
}
"""Names in /scan/, and what draws each; 180 is what iPhones ask for, and they round it themselves."""
