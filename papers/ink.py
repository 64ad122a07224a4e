"""What a printed page is written with: words in the embedded font, lines, shapes, codes. Lengths are in millimetres from the upper left corner."""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

MM: Final = 72 / 25.4
FONT: Final = "NotoSansSC"
FILE: Final = Path(__file__).parent / "fonts" / "NotoSansSC.ttf"
NEVER_FIRST: Final = frozenset("，。、；：！？）》」』】…·,.;:!?)]}%")
QUIET: Final = 4
LEAST_MODULE: Final = 0.48
"""Millimetres: what a cheap printer and an old phone still tell apart."""
ASCENT: Final = 0.37
"""Half of a Chinese character's height above the middle of its line, in sizes."""

_MARKS: Final[dict[str, tuple[Sequence[tuple[float, float]], Sequence[Sequence[tuple[float, float]]]]]] = {
    "circle": ((), (((0.27, 0.52), (0.44, 0.69), (0.74, 0.34)),)),
    "triangle": (((0.5, 0.04), (1.0, 0.94), (0.0, 0.94)), (((0.5, 0.36), (0.5, 0.64)), ((0.5, 0.79), (0.5, 0.81)))),
    "octagon": (
        ((0.29, 0), (0.71, 0), (1, 0.29), (1, 0.71), (0.71, 1), (0.29, 1), (0, 0.71), (0, 0.29)),
        (((0.32, 0.32), (0.68, 0.68)), ((0.68, 0.32), (0.32, 0.68))),
    ),
}


class FontMissing(Exception):
    """Without the font no Chinese can be printed; the message says what brings it."""

    def __init__(self) -> None:
        super().__init__("The font for printing is missing (papers/fonts): `make assets` brings it; a wheel built with MASHANG_SKIP_ASSETS=1 has none.")


@cache
def _registered(file: Path) -> Any:
    """The font, known to reportlab under its name; read once. reportlab's own settings are the process's, and are made here."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    rl_config.useA85 = 0  # bytes as they are: a third faster, a fifth smaller

    if not file.is_file():
        raise FontMissing()
    face = TTFont(FONT, str(file))
    pdfmetrics.registerFont(face)
    return face


def must_have_font() -> None:
    """Refuses before anything is issued or written."""
    if not FILE.is_file():
        raise FontMissing()


class Ink:
    """One file being written. `high` is the height of the page or of the form that is being drawn, `left` and `top` where its corner stands on it."""

    def __init__(self, target: Path, *, wide: float, high: float, title: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._face = _registered(FILE)
        self._canvas: Any = Canvas(str(target), pagesize=(wide * MM, high * MM), pageCompression=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("Mashang")
        self._page = high
        self._forms: set[str] = set()
        self.high, self.left, self.top = high, 0.0, 0.0

    def at(self, left: float, top: float) -> None:
        self.left, self.top = left, top

    def page(self) -> None:
        self._canvas.showPage()
        self.at(0, 0)

    def save(self) -> None:
        self._canvas.save()

    def form(self, name: str, draw: Any, *, wide: float, high: float) -> None:
        """Put what `draw` draws here; it is drawn once in a file, however often it is put."""
        if name not in self._forms:
            corner = (self.left, self.top)
            self._canvas.beginForm(name, 0, 0, wide * MM, high * MM)
            self.high, self.left, self.top = high, 0.0, 0.0
            draw()
            self._canvas.endForm()
            self._forms.add(name)
            self.high, (self.left, self.top) = self._page, corner
        self._canvas.saveState()
        self._canvas.translate(self.left * MM, (self.high - self.top - high) * MM)
        self._canvas.doForm(name)
        self._canvas.restoreState()

    def width(self, words: str, size: float) -> float:
        return float(self._face.stringWidth(words, size))

    def words(
        self, words: str, x: float, y: float, *, size: float, bold: bool = False, grey: float = 0.0, align: str = "left", most: float | None = None,
        loose: float = 0.0,
    ) -> float:  # fmt: skip
        """Words with the middle of their line at `y`, `size` high; made smaller where they would be wider than `most`. The width they take.

        `loose` puts so much of `size` between the signs, so that two of a short code are not read as one.
        """
        wide = self.width(words, size) + loose * size * (len(words) - 1)
        if most is not None and wide > most:
            size, wide = size * most / wide, most
        start = {"left": x, "right": x - wide, "middle": x - wide / 2}[align]
        canvas = self._canvas
        canvas.setFillGray(grey)
        text = canvas.beginText(*self._xy(start, y + size * ASCENT))
        text.setFont(FONT, size * MM)
        if loose:
            text.setCharSpace(loose * size * MM)
        if bold:
            canvas.setStrokeGray(grey)
            canvas.setLineWidth(size * MM * 0.022)
            text.setTextRenderMode(2)
        text.textOut(words)
        if bold:
            text.setTextRenderMode(0)
        if loose:
            text.setCharSpace(0)
        canvas.drawText(text)
        return wide

    def lines(self, words: str, x: float, y: float, *, size: float, width: float, step: float = 1.35, most: int = 9, **how: Any) -> float:
        """Words in lines of this width, the first with its middle at `y`; where the line after the last would stand."""
        for line in self.broken(words, size=size, width=width)[:most]:
            self.words(line, x, y, size=size, most=width, **how)
            y += size * step
        return y

    def broken(self, words: str, *, size: float, width: float) -> list[str]:
        """Words in lines: between Chinese characters, and at the spaces of other languages; no line begins with a stop."""
        found: list[str] = []
        line = ""
        for piece in _pieces(words):
            if line and self.width((line + piece).rstrip(), size) > width and piece[0] not in NEVER_FIRST:
                found.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        return [*found, line.rstrip()] if line.strip() else found

    def rule(self, x: float, y: float, to_x: float, to_y: float, *, width: float = 0.2, grey: float = 0.0, dash: tuple[float, ...] = ()) -> None:
        self._canvas.setStrokeGray(grey)
        self._canvas.setLineWidth(width * MM)
        self._canvas.setDash([each * MM for each in dash] if dash else [])
        self._canvas.line(*self._xy(x, y), *self._xy(to_x, to_y))
        self._canvas.setDash([])

    def box(self, x: float, y: float, wide: float, high: float, *, fill: float | None = None, line: float | None = None, width: float = 0.25) -> None:
        """A rectangle, its corner above left: filled with this grey, or drawn around."""
        canvas = self._canvas
        if fill is not None:
            canvas.setFillGray(fill)
        if line is not None:
            canvas.setStrokeGray(line)
            canvas.setLineWidth(width * MM)
        left, low = self._xy(x, y + high)
        canvas.rect(left, low, wide * MM, high * MM, stroke=int(line is not None), fill=int(fill is not None))

    def circle(self, x: float, y: float, radius: float, *, width: float = 0.3, grey: float = 0.0, dash: tuple[float, ...] = ()) -> None:
        self._canvas.setStrokeGray(grey)
        self._canvas.setLineWidth(width * MM)
        self._canvas.setDash([each * MM for each in dash] if dash else [])
        self._canvas.circle(*self._xy(x, y), radius * MM, stroke=1, fill=0)
        self._canvas.setDash([])

    def stripes(self, x: float, y: float, wide: float, high: float, *, step: float = 3.0) -> None:
        """The slanting stripes of a drill."""
        canvas = self._canvas
        canvas.saveState()
        path = canvas.beginPath()
        left, low = self._xy(x, y + high)
        path.rect(left, low, wide * MM, high * MM)
        canvas.clipPath(path, stroke=0, fill=0)
        canvas.setFillGray(0)
        at = -high
        while at < wide:
            path = canvas.beginPath()
            for number, (px, py) in enumerate(((at, high), (at + high, 0), (at + high + step / 2, 0), (at + step / 2, high))):
                (path.lineTo if number else path.moveTo)(*self._xy(x + px, y + py))
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
            at += step
        canvas.restoreState()

    def shape(self, name: str, x: float, y: float, size: float, *, colour: tuple[float, float, float]) -> None:
        """One of the three signs, in its colour, with its mark in it, the light one with an edge: told apart in grey as well.

        `x`, `y` is its corner above left.
        """
        canvas, (outline, marks) = self._canvas, _MARKS[name]
        canvas.setFillColorRGB(*colour)
        if outline:
            path = canvas.beginPath()
            for number, (px, py) in enumerate(outline):
                (path.lineTo if number else path.moveTo)(*self._xy(x + px * size, y + py * size))
            path.close()
            canvas.setStrokeGray(0)
            canvas.setLineWidth(size * 0.04 * MM)
            canvas.drawPath(path, stroke=int(name == "triangle"), fill=1)
        else:
            canvas.circle(*self._xy(x + size / 2, y + size / 2), size / 2 * MM, stroke=0, fill=1)
        canvas.setStrokeGray(0 if name == "triangle" else 1)
        canvas.setLineWidth(size * 0.12 * MM)
        canvas.setLineCap(1)
        for mark in marks:
            path = canvas.beginPath()
            for number, (px, py) in enumerate(mark):
                (path.lineTo if number else path.moveTo)(*self._xy(x + px * size, y + py * size))
            canvas.drawPath(path, stroke=1, fill=0)
        canvas.setLineCap(0)

    def code(self, text: str, x: float, y: float, size: float) -> None:
        """The QR of `text`, `size` wide without its quiet zone: a stencil of one bit a module, which no printer smooths and which makes no gaps."""
        count, bits = stencil(text)
        assert size / count >= LEAST_MODULE, "too small to be read from paper"
        left, low = self._xy(x, y + size)
        wide = size * MM
        picture = f"BI /W {count} /H {count} /IM true /BPC 1 /F /AHx ID\n{bits}>\nEI"
        self._canvas._code.append(f"q 0 g {wide:.3f} 0 0 {wide:.3f} {left:.3f} {low:.3f} cm\n{picture} Q")

    def _xy(self, x: float, y: float) -> tuple[float, float]:
        return (self.left + x) * MM, (self.high - self.top - y) * MM


@lru_cache(maxsize=4)
def stencil(text: str) -> tuple[int, str]:
    """The QR of `text` at level M: how many modules wide, and its rows as bits in hexadecimal, 0 = dark.

    zxing makes it thirty times as fast as the library that draws for chats and pages.
    """
    import zxingcpp
    from PIL import Image

    made: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=1, add_quiet_zones=False)
    wide = made.shape[1]
    return wide, Image.frombytes("L", (wide, wide), bytes(memoryview(made))).convert("1").tobytes().hex()


def _pieces(words: str) -> list[str]:
    """What must not be broken: a Chinese character, or a word with the space after it."""
    found: list[str] = []
    word = ""
    for sign in words:
        if ord(sign) > 0x2E80:
            found += [word, sign] if word else [sign]
            word = ""
        else:
            word += sign
            if sign == " ":
                found.append(word)
                word = ""
    return [*found, word] if word else found
