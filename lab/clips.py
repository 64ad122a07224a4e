"""What a camera sees: a printed code held in front of it, sharp or blurred, straight or turned, in daylight or at night."""

import io
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFilter

from codes.qr import QUIET, modules

WIDE, HIGH = 1280, 720


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a code is held: its side in pixels, turned by degrees, tilted away (0 … 1), out of focus by pixels, in how much light, with how much noise."""

    side: int = 320
    turn: float = 0.0
    tilt: float = 0.0
    blur: float = 0.0
    light: float = 1.0
    noise: float = 6.0


def seen(text: str, view: View = View(), *, size: tuple[int, int] = (WIDE, HIGH), seed: int = 1) -> Image.Image:
    """A picture of `size` with the code of `text` on a card in its middle."""
    chance = random.Random(seed)
    table = _table(size, chance)
    card = _tilted(_card(text, view.side), view.tilt).rotate(view.turn, expand=True, resample=Image.Resampling.BICUBIC)
    table.paste(card, ((size[0] - card.width) // 2, (size[1] - card.height) // 2), card)
    grey = table.convert("RGB").filter(ImageFilter.GaussianBlur(view.blur))
    noise = Image.frombytes("L", size, chance.randbytes(size[0] * size[1])).convert("RGB")
    noisy = Image.blend(grey, noise, view.noise / 100)
    return noisy.point([round(value * view.light) for value in range(256)] * 3)


def jpeg(picture: Image.Image, *, quality: int = 80) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()


def clip(pictures: Iterable[Image.Image]) -> bytes:
    """A film as Chromium's fake camera plays it, over and over: JPEG after JPEG."""
    return b"".join(map(jpeg, pictures))


def waved(text: str, *, frames: int = 12, view: View = View()) -> Sequence[Image.Image]:
    """A code in a hand that is never quite still."""
    held = (replace(view, side=view.side + round(8 * math.sin(n)), turn=view.turn + 2 * math.cos(n)) for n in range(frames))
    return [seen(text, each, seed=number) for number, each in enumerate(held)]


def _card(text: str, side: int) -> Image.Image:
    """The symbol with its quiet zone on white, `side` pixels wide."""
    inside = modules(text)
    small = Image.new("L", (len(inside) + 2 * QUIET,) * 2, 255)
    for y, row in enumerate(inside):
        for x, dark in enumerate(row):
            if dark:
                small.putpixel((x + QUIET, y + QUIET), 0)
    large = small.resize((small.width * 8,) * 2, Image.Resampling.NEAREST).resize((side, side), Image.Resampling.BOX)
    return Image.merge("LA", (large, Image.new("L", large.size, 255))).convert("RGBA")


def _tilted(card: Image.Image, tilt: float) -> Image.Image:
    """The card leaning back: its upper edge is narrower."""
    if not tilt:
        return card
    width, height = card.size
    narrow = tilt * width / 4
    return card.transform(card.size, Image.Transform.PERSPECTIVE, _perspective(width, height, narrow), Image.Resampling.BICUBIC)


def _perspective(width: int, height: int, narrow: float) -> tuple[float, ...]:
    """Coefficients that take the trapezium (upper edge from `narrow` to `width − narrow`) back to the whole card."""
    wider = width / (width - 2 * narrow)
    return wider, wider * narrow / height, -wider * narrow, 0.0, wider, 0.0, 0.0, (wider - 1) / height


def _table(size: tuple[int, int], chance: random.Random) -> Image.Image:
    """Something that is not a code: a surface with light from one side and a few dark things on it."""
    table = Image.linear_gradient("L").rotate(90).resize(size).point([90 + value // 4 for value in range(256)])
    draw = ImageDraw.Draw(table)
    for _ in range(12):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        draw.rectangle((x, y, x + chance.randrange(20, 160), y + chance.randrange(10, 60)), fill=chance.randrange(40, 200))
    return table.convert("RGBA")
