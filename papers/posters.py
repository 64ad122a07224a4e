"""A poster for a gate: A4 upright, one big code, what to do in every language of the house. Lengths are in millimetres, 300 dots an inch."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from codes.drawing import INK, WHITE, Font, Shape, fitting, font, lines, plain, rounded, shape_mask, stripes, stroke
from codes.qr import modules
from codes.shortcode import grouped
from domain.sites import Site
from domain.text import N_
from locales.catalogue import LANGUAGES, Catalogue, Catalogues
from papers.imprint import spoken
from services.codes import Card

DOTS: Final = 300
WIDE, HIGH = 210, 297
BLUE, PAPER = "#1257c0", "#eef3fb"
QR_LEAST: Final = 80

HEAD = N_("Scan to go in, scan to go out")
STEPS = (
    N_("Scan with the phone camera and open the chat. You are in when the chat says so, with site and time."),
    N_("Scan again when you leave, or press Out in the chat."),
    N_("No smartphone? Tell the guard your name; the guard records you in and out."),
)
SHORT = N_("Short code")
CALL = N_("Emergency on site")
EMERGENCY = N_("Danger to life: 119 · 120 · 110")
BANNER = N_("DRILL")


@dataclass(frozen=True, slots=True)
class Poster:
    """What a poster says. `text` is the code's; `drill` draws the frame of a drill."""

    name: str
    firm: str
    text: str
    short: str
    phone: str | None
    drill: bool


def site_poster(site: Site, card: Card, *, phone: str | None) -> Poster:
    """The poster of a site's gate. `phone` stands on it for everybody: the site's own emergency number."""
    return Poster(site.name, site.firm, card.text, grouped(card.short), phone, card.code.drill_only)


def poster_of(poster: Poster, catalogues: Catalogues) -> Image.Image:
    """The page as a picture, 2480 × 3508 dots. Takes about a second: call it in a thread."""
    page = Image.new("RGB", (_mm(WIDE), _mm(HIGH)), WHITE)
    tongues = [catalogues.of(language) for language in LANGUAGES]
    edge = _frame(page, poster, tongues)
    y = _head(page, poster, tongues, top=edge)
    y = _code(page, poster, tongues, top=y)
    _steps(page, tongues, top=y, bottom=HIGH - edge - 36)
    _foot(page, poster, tongues, bottom=HIGH - edge)
    return page


def as_png(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", dpi=(DOTS, DOTS))
    return out.getvalue()


def as_pdf(page: Image.Image) -> bytes:
    """One page of exactly A4."""
    out = io.BytesIO()
    page.quantize(64, dither=Image.Dither.NONE).convert("RGB").save(out, "PDF", resolution=DOTS)
    return out.getvalue()


def _mm(length: float) -> int:
    return round(length * DOTS / 25.4)


def _frame(page: Image.Image, poster: Poster, tongues: Sequence[Catalogue]) -> float:
    """Stripes and a plate around a drill; where the rest begins."""
    if not poster.drill:
        return 0
    rim = 11.0
    stripes(page, (0, 0, page.width, page.height), one=INK, other=WHITE, width=_mm(2))
    page.paste(WHITE, (_mm(rim), _mm(rim), page.width - _mm(rim), page.height - _mm(rim)))
    words, face = fitting(" ".join(tongue.say(BANNER) for tongue in tongues), size=_mm(7), least=_mm(4), width=_mm(120), bold=True)
    half = round(face.getlength(words) / 2) + _mm(6)
    page.paste(INK, (page.width // 2 - half, 0, page.width // 2 + half, _mm(rim)))
    _centred(page, words, face, y=_mm(rim / 2), fill=WHITE, bold=True)
    return rim


def _head(page: Image.Image, poster: Poster, tongues: Sequence[Catalogue], *, top: float) -> float:
    """The site's name as large as it fits, in two lines at most; under it what to do, in one line a language."""
    inner = WIDE - 2 * max(top, 8) - 12
    name = plain(poster.name, longest=60)
    words, face = fitting(name, size=_mm(20), least=_mm(13), width=_mm(inner), bold=True)
    rows = [words]
    if words != name:
        half = face.getlength(name) / 2 + 2 * face.size
        rows = lines(name, face, width=min(half, _mm(inner - 8)), most=2)
    line = 24 if len(rows) == 1 else 19
    high = 10 + line * len(rows) + 28
    page.paste(BLUE, (_mm(top), _mm(top), page.width - _mm(top), _mm(top + high)))
    for number, row in enumerate(rows):
        _centred(page, row, face, y=_mm(top + 5 + line * (number + 0.5)), fill=WHITE, bold=True)
    y = top + 10 + line * len(rows)
    for number, tongue in enumerate(tongues):
        said, head = fitting(tongue.say(HEAD), size=_mm(11 if number == 0 else 8), least=_mm(5), width=_mm(inner), bold=number == 0)
        _centred(page, said, head, y=_mm(y + 6 + 13 * number), fill=WHITE, bold=number == 0)
    return top + high


def _code(page: Image.Image, poster: Poster, tongues: Sequence[Catalogue], *, top: float) -> float:
    inside = modules(poster.text)
    scale = -(-_mm(QR_LEAST) // len(inside))
    small = Image.new("1", (len(inside), len(inside)), 1)
    small.putdata([0 if module else 1 for row in inside for module in row])
    sharp = small.resize((len(inside) * scale,) * 2, Image.Resampling.NEAREST)
    quiet = 4 * scale
    y = _mm(top + 3) + quiet // 2
    page.paste(sharp, ((page.width - sharp.width) // 2, y))
    y += sharp.height + quiet
    label = " / ".join(tongue.say(SHORT) for tongue in tongues)
    small_face, big = font(_mm(5)), font(_mm(10), mono=True)
    whole = round(small_face.getlength(label)) + _mm(5) + round(big.getlength(poster.short))
    x = (page.width - whole) // 2
    _words(page, label, small_face, x=x, y=y + _mm(2), fill=INK)
    _words(page, poster.short, big, x=x + round(small_face.getlength(label)) + _mm(5), y=y + _mm(2), fill=INK, bold=True)
    return (y + _mm(10)) * 25.4 / DOTS


def _steps(page: Image.Image, tongues: Sequence[Catalogue], *, top: float, bottom: float) -> None:
    """The steps in a column a language."""
    left, gap = 16.0, 8.0
    wide = (WIDE - 2 * left - gap) / 2
    rounded(page, (_mm(left - 5), _mm(top), page.width - _mm(left - 5), _mm(bottom - 3)), radius=_mm(4), fill=PAPER)
    for column, tongue in enumerate(tongues):
        face = font(_mm(5.2 if column == 0 else 4.6))
        y, x = top + 7.5, left + column * (wide + gap)
        for number, step in enumerate(STEPS, 1):
            _words(page, f"{number}", font(_mm(6.5)), x=_mm(x), y=_mm(y), fill=BLUE, bold=True)
            for line in lines(tongue.say(step), face, width=_mm(wide - 7), most=5):
                _words(page, line, face, x=_mm(x + 7), y=_mm(y), fill=INK)
                y += 6.6
            y += 2.4


def _foot(page: Image.Image, poster: Poster, tongues: Sequence[Catalogue], *, bottom: float) -> None:
    top = bottom - 36
    page.paste(INK, (_mm(HIGH - bottom), _mm(top), page.width - _mm(HIGH - bottom), _mm(bottom)))
    page.paste(WHITE, (_mm(24), _mm(top + 9)), shape_mask(Shape.TRIANGLE, _mm(18)))
    rows = [(" / ".join(tongue.say(EMERGENCY) for tongue in tongues), 5.5), (plain(poster.firm, longest=60), 5.5)]
    if poster.phone:
        rows.insert(0, (" / ".join(tongue.say(CALL) for tongue in tongues) + f"  {spoken(poster.phone)}", 8.0))
    step = 30 / (len(rows) + 0.4)
    for number, (row, size) in enumerate(rows):
        fitted, face = fitting(row, size=_mm(size), least=_mm(3.5), width=_mm(WIDE - 70))
        _words(page, fitted, face, x=_mm(50), y=_mm(top + 3 + step * (number + 0.6)), fill=WHITE, bold=number == 0)


def _centred(page: Image.Image, text: str, face: Font, *, y: int, fill: str, bold: bool = False) -> None:
    _words(page, text, face, x=round((page.width - face.getlength(text)) / 2), y=y, fill=fill, bold=bold)


def _words(page: Image.Image, text: str, face: Font, *, x: int, y: int, fill: str, bold: bool = False) -> None:
    """`text` with the middle of a line of letters at height `y`."""
    ImageDraw.Draw(page).text((x, y), text, font=face, fill=fill, anchor="lm", stroke_width=stroke(face, bold=bold), stroke_fill=fill)
