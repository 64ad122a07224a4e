"""Pictures of codes for people: in chat, on pages, in a terminal. And the way back, from a photo to its texts.

A picture says its status three times: by colour, by shape, by word. Bulk printing draws its own.
"""

import io
import struct
import zlib
from enum import StrEnum
from html import escape
from typing import Final

from PIL import Image, ImageDraw
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage
from qrcode.main import QRCode

from codes.drawing import INK, WHITE, Font, Shape, fitting, font, lines, plain, rounded, shape_mask, stripes, stroke
from codes.errors import PictureProblem, PictureRefused

QUIET: Final = 4
"""Light modules around a QR (ISO/IEC 18004)."""

LARGEST_FILE: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
FORMATS: Final = ("JPEG", "PNG", "WEBP")

_WIDTH, _EDGE, _RADIUS, _PAD = 760, 26, 30, 34
_BANNER, _HEADER, _ICON, _GAP = 84, 148, 100, 26
_QR, _SHORT, _LINE, _CAPTION, _MOST_LINES = 627, 50, 46, 32, 4
_ATTEMPTS: Final = (1600, 4000)
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)


class Face(StrEnum):
    """What a framed code says at first sight."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    PLACE = "place"

    @property
    def colour(self) -> str:
        return {"green": "#00694b", "yellow": "#ffe14d", "red": "#b00020", "place": "#1257c0"}[self.value]

    @property
    def ink(self) -> str:
        """The colour of words on `colour`, at a contrast of 6.5 : 1 or more."""
        return INK if self is Face.YELLOW else WHITE

    @property
    def shape(self) -> Shape:
        return {"green": Shape.CIRCLE, "yellow": Shape.TRIANGLE, "red": Shape.OCTAGON, "place": Shape.HOUSE}[self.value]


def modules(text: str) -> list[list[bool]]:
    """The QR of `text` at level M without quiet zone, True = dark. Upper-case links take the alphanumeric mode: version 8."""
    return [[bool(module) for module in row] for row in symbol(text).modules]


def symbol(text: str) -> QRCode[PilImage]:
    """The smallest QR at level M that holds `text`."""
    made = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, image_factory=PilImage)
    made.add_data(text, optimize=0)  # one segment, in the smallest mode that holds all of it
    made.make(fit=True)
    return made


def picture(text: str, *, face: Face, word: str, short: str, caption: str = "", banner: str | None = None) -> bytes:
    """A PNG, 760 pixels wide, of the QR of `text` in the frame of `face`.

    `word` is the big one beside the shape, `short` the grouped short code, `caption` what stands below (line breaks are
    kept, what is too long ends with …), `banner` marks a drill: its words across the top and stripes all around.
    """
    small = font(_CAPTION)
    below = lines(plain(caption, longest=400), small, width=_WIDTH - 4 * _EDGE - 2 * _PAD, most=_MOST_LINES)
    rim, top = (_EDGE, _BANNER) if banner else (0, 0)
    panel = _PAD + _PAD // 2 + _QR + _SHORT + (_PAD // 2 + len(below) * _LINE if below else 0)
    image = Image.new("RGB", (_WIDTH, top + _HEADER + panel + _EDGE + rim), face.colour)
    if banner:
        _draw_banner(image, plain(banner, longest=40), fill=face.colour)
    _draw_header(image, face, plain(word, longest=40), top=top)
    rounded(image, (rim + _EDGE, top + _HEADER, _WIDTH - rim - _EDGE, image.height - rim - _EDGE), radius=_RADIUS, fill=WHITE)
    y = top + _HEADER + _PAD // 4
    image.paste(_qr_image(text), ((_WIDTH - _QR) // 2, y))
    y += _QR + _SHORT // 2
    _centred(image, plain(short, longest=20), font(_SHORT, mono=True), y=y, fill=INK, bold=True)
    y += _SHORT // 2 + _PAD + _LINE // 2
    for number, line in enumerate(below):
        _centred(image, line, small, y=y + number * _LINE, fill=INK)
    return _png(image)


def terminal(text: str) -> str:
    """The QR in half blocks, white on black by escape sequences, so that it can be scanned in any terminal theme."""
    inside = modules(text)
    size = len(inside) + 2 * QUIET
    dark = {(x + QUIET, y + QUIET) for y, row in enumerate(inside) for x, module in enumerate(row) if module}
    blocks = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    rows = ("".join(blocks[(x, y) in dark, y + 1 == size or (x, y + 1) in dark] for x in range(size)) for y in range(0, size, 2))
    return "\n".join(f"\x1b[97;40m{row}\x1b[0m" for row in rows)


def svg(text: str, *, label: str | None = None) -> str:
    """The QR as one SVG element without `style`, for a strict page; `label` is what a screen reader says, else it is silent."""
    inside = modules(text)
    size = len(inside) + 2 * QUIET
    runs = "".join(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for y, row in enumerate(inside) for x, length in _runs(row))
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" {role} shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{runs}"/></svg>'
    )


def read_picture(data: bytes) -> list[str]:
    """The texts of all QR codes in a JPEG, PNG or WebP file, in reading order.

    Raises PictureRefused: `too_large` above 10 MB or 50 megapixels (by the header, before anything is unpacked),
    `not_a_picture`, `no_code_found`.
    """
    if len(data) > LARGEST_FILE:
        raise PictureRefused(PictureProblem.TOO_LARGE)
    try:
        found = _texts(_opened(data))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused(PictureProblem.TOO_LARGE) from None
    except _BROKEN:
        raise PictureRefused(PictureProblem.NOT_A_PICTURE) from None
    if not found:
        raise PictureRefused(PictureProblem.NO_CODE_FOUND)
    return found


def read_sheet(data: bytes) -> list[str]:
    """As `read_picture`, for a picture of many codes: none is left out because others were found sooner."""
    read_picture(data)
    return read_page(_opened(data))


def read_page(grey: Image.Image) -> list[str]:
    """The texts of all QR codes on a page in grey, in reading order: at full size and at every smaller one."""
    found = dict.fromkeys(_seen(grey))
    for longest in _ATTEMPTS:
        copy = grey.copy()
        copy.thumbnail((longest, longest), Image.Resampling.BOX)
        found |= dict.fromkeys(_seen(copy))
    return list(found)


def _opened(data: bytes) -> Image.Image:
    """The first frame in grey, opened lazily and unpacked no larger than the largest attempt needs."""
    opened = Image.open(io.BytesIO(data), formats=FORMATS)
    if opened.width * opened.height > MOST_PIXELS:
        raise PictureRefused(PictureProblem.TOO_LARGE)
    opened.draft("L", (_ATTEMPTS[-1], _ATTEMPTS[-1]))
    if not opened.has_transparency_data:
        return opened.convert("L")
    grey = opened.convert("LA")
    paper = Image.new("L", grey.size, 255)
    paper.paste(grey.getchannel("L"), mask=grey.getchannel("A"))
    return paper


def _texts(grey: Image.Image) -> list[str]:
    """Reading a smaller copy first is faster and forgives noise; a small code in a large photo needs the larger one."""
    tried: tuple[int, int] | None = None
    for longest in _ATTEMPTS:
        copy = grey.copy()
        copy.thumbnail((longest, longest), Image.Resampling.BOX)
        if copy.size == tried:
            break
        tried = copy.size
        if texts := _seen(copy):
            return texts
    return []


def _seen(grey: Image.Image) -> list[str]:
    import zxingcpp

    barcodes = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode), text_mode=zxingcpp.TextMode.Plain)
    barcodes.sort(key=lambda one: (one.position.top_left.y, one.position.top_left.x))
    return list(dict.fromkeys(one.text for one in barcodes if one.text))


def _draw_banner(image: Image.Image, words: str, *, fill: str) -> None:
    """Stripes around everything, and the words on a plate across the top."""
    stripes(image, (0, 0, image.width, image.height), one=INK, other=WHITE, width=14)
    image.paste(fill, (_EDGE, _BANNER, image.width - _EDGE, image.height - _EDGE))
    fitted, face = fitting(words, size=48, least=24, width=image.width - 8 * _EDGE, bold=True)
    half, middle = round(face.getlength(fitted)) // 2 + 32, image.width // 2
    image.paste(INK, (middle - half, 0, middle + half, _BANNER))
    _centred(image, fitted, face, y=_BANNER // 2, fill=WHITE, bold=True)


def _draw_header(image: Image.Image, face: Face, word: str, *, top: int) -> None:
    fitted, big = fitting(word, size=88, least=36, width=image.width - 7 * _EDGE - _ICON - _GAP, bold=True)
    x, middle = (image.width - _ICON - _GAP - round(big.getlength(fitted))) // 2, top + _HEADER // 2
    image.paste(face.ink, (x, middle - _ICON // 2), shape_mask(face.shape, _ICON))
    _words(image, fitted, big, x=x + _ICON + _GAP, y=middle, fill=face.ink, bold=True)


def _qr_image(text: str) -> Image.Image:
    """Black on white, _QR × _QR, each module the same whole number of pixels."""
    inside = modules(text)
    small = Image.new("1", (len(inside), len(inside)), 1)
    small.putdata([0 if module else 1 for row in inside for module in row])
    scale = _QR // (len(inside) + 2 * QUIET)
    sharp = small.resize((len(inside) * scale,) * 2, Image.Resampling.NEAREST)
    paper = Image.new("RGB", (_QR, _QR), WHITE)
    paper.paste(sharp, ((_QR - sharp.width) // 2,) * 2)
    return paper


def _centred(image: Image.Image, text: str, face: Font, *, y: int, fill: str, bold: bool = False) -> None:
    _words(image, text, face, x=round((image.width - face.getlength(text)) / 2), y=y, fill=fill, bold=bold)


def _words(image: Image.Image, text: str, face: Font, *, x: int, y: int, fill: str, bold: bool = False) -> None:
    """`text` with the middle of its Chinese characters at height `y`."""
    _, above, _, below = face.getbbox("国", anchor="ls")
    baseline = y - (above + below) / 2
    ImageDraw.Draw(image).text((x, baseline), text, font=face, fill=fill, anchor="ls", stroke_width=stroke(face, bold=bold), stroke_fill=fill)


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules begin in a row, and how many follow one another."""
    starts = [x for x, module in enumerate(row) if module and (x == 0 or not row[x - 1])]
    return [(x, next((end for end in range(x, len(row)) if not row[end]), len(row)) - x) for x in starts]


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=False)
    return out.getvalue()
