"""Cards as a camera sees them: drawn or printed, held a little askew under uneven light, one after another in a clip."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from lab.clips import jpeg

if TYPE_CHECKING:
    from PIL.Image import Image

WIDE, HIGH = 640, 480
RATE = 30
"""Frames a second that Chromium takes from a clip."""
TILT, BLUR, NOISE = 9.0, (0.2, 0.9), 5
DESK, PAPER = 96, 236
QUALITY, PHOTO_QUALITY = 72, 85
DPI = 200
AROUND = 0.16
"""How much of the card beside its code is cut out of a printed sheet, as a share of the code."""
FILL = 0.58
"""How much of the frame's height a code fills."""


class RasteriserAbsent(Exception):
    """Nothing here draws a PDF."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A code on a printed page: what it says, and what it looks like there."""

    text: str
    picture: "Image"


def drawn(text: str) -> "Image":
    """A card that was never printed: its code on paper."""
    import zxingcpp
    from PIL import Image

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return Image.fromarray(code.to_image(scale=5, add_quiet_zones=True))


def printed(pdf: Path) -> Iterator[Printed]:
    """Every code of a PDF as it comes out of a printer at 200 dpi, by its pages. RasteriserAbsent without pypdfium2."""
    import zxingcpp

    try:
        import pypdfium2
    except ImportError:
        raise RasteriserAbsent("pip install pypdfium2") from None
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            sheet = page.render(scale=DPI / 72).to_pil().convert("L")
            for code in zxingcpp.read_barcodes(sheet, zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])):
                yield Printed(code.text, cut_out(sheet, code.position))
    finally:
        document.close()


def cut_out(sheet: "Image", position: object) -> "Image":
    """A code and a little of its card."""
    corners = [getattr(position, corner) for corner in ("top_left", "top_right", "bottom_right", "bottom_left")]
    left, right = min(one.x for one in corners), max(one.x for one in corners)
    top, bottom = min(one.y for one in corners), max(one.y for one in corners)
    more = round(AROUND * (right - left))
    return sheet.crop((left - more, top - more, right + more, bottom + more))


def held(card: "Image", random: Random, *, wide: int = WIDE, high: int = HIGH) -> "Image":
    """The card in a hand: turned, not in the middle, brighter on one side, not quite sharp."""
    from PIL import Image, ImageChops, ImageFilter

    side = round(FILL * high * random.uniform(0.92, 1.08))
    card = card.convert("L").resize((side, round(side * card.height / card.width)), Image.Resampling.LANCZOS)
    mask = Image.new("L", card.size, 255)
    angle = random.uniform(-TILT, TILT)
    card, mask = (one.rotate(angle, Image.Resampling.BICUBIC, expand=True) for one in (card, mask))
    frame = Image.new("L", (wide, high), DESK)
    spot = [(have - need) // 2 + round(random.uniform(-0.06, 0.06) * have) for have, need in zip(frame.size, card.size, strict=True)]
    frame.paste(card, (spot[0], spot[1]), mask)
    light = Image.linear_gradient("L").rotate(random.choice((0, 90, 180, 270))).resize((wide, high)).point(lambda shade: 168 + shade // 3)
    lit = ImageChops.multiply(frame, light)
    noise = Image.effect_noise((wide, high), NOISE)
    return ImageChops.add(lit, noise, scale=1, offset=-128).filter(ImageFilter.GaussianBlur(random.uniform(*BLUR)))


def photo(text: str, random: Random) -> bytes:
    """A photo of a card, as a phone takes it."""
    return jpeg(held(drawn(text), random, wide=800, high=600), quality=PHOTO_QUALITY)


def write_clip(file: Path, cards: Iterable["Image"], random: Random, *, first: float, hold: float, gap: float, rest: float) -> Path:
    """A clip for Chromium's fake camera: an empty desk for `first` seconds, each card for `hold`, `gap` between two, and a `rest` at the end.

    The frames are whole pictures one after another (MJPEG): no other program is needed. A card trembles while it is held.
    """
    from PIL import Image

    desk = jpeg(Image.new("L", (WIDE, HIGH), DESK), quality=QUALITY)
    with file.open("wb") as out:
        out.write(desk * round(first * RATE))
        for card in cards:
            frames = trembling(held(card, random), random)
            for n in range(round(hold * RATE)):
                out.write(frames[n % len(frames)])
            out.write(desk * round(gap * RATE))
        out.write(desk * round(rest * RATE))
    return file


def trembling(picture: "Image", random: Random) -> Sequence[bytes]:
    """The same picture a pixel or two to the side, again and again."""
    from PIL import ImageChops

    return [jpeg(ImageChops.offset(picture, random.randint(-2, 2), random.randint(-2, 2)), quality=QUALITY) for _ in range(5)]
