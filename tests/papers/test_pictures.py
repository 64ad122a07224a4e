"""Pictures from strangers: only pixels pass, and what cannot be opened safely gets a sentence."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageDraw

from domain.errors import Refusal
from domain.reports import PhotoBroken, PhotoEmpty, PhotoKindUnknown, PhotoTooLarge, PhotoTooManyPixels
from papers.pictures import LARGEST_FILE, LONGEST_SIDE, Redrawing

SECRET = b"Xiaomi 14 Ultra"
GPS = 0x8825
MAKE, ORIENTATION, COMMENT = 0x010F, 0x0112, 0x9286


def encoded(form: str = "JPEG", *, size: tuple[int, int] = (640, 480), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", size, "navy")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="white")
    picture.convert(mode).save(out, form, **more)
    return out.getvalue()


def from_a_phone(**more: Any) -> bytes:
    """A photo with maker, place, orientation, comment and colour profile, as phones make them."""
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION], exif[COMMENT] = SECRET.decode(), 6, SECRET.decode()
    exif[GPS] = {1: "N", 2: (28.0, 27.0, 4.3), 3: "E", 4: (119.0, 55.0, 16.7)}
    return encoded(exif=exif, icc_profile=b"profile of " + SECRET, comment=SECRET, **more)


def markers(jpeg: bytes) -> set[int]:
    """The markers before the picture data."""
    found, at = set(), 2
    while jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


@pytest.mark.feature(14)
def test_no_byte_of_what_came_with_a_photo_survives() -> None:
    before = from_a_phone()
    assert before.count(SECRET) >= 3
    after = Redrawing().redrawn(before)
    assert SECRET not in after.body
    assert b"Exif" not in after.body and b"ICC_PROFILE" not in after.body and b"GPS" not in after.body
    assert not markers(after.body) & {*range(0xE1, 0xF0), 0xFE}
    assert not Image.open(io.BytesIO(after.body)).getexif()


def test_a_photo_held_sideways_is_upright_without_saying_so() -> None:
    after = Redrawing().redrawn(from_a_phone())
    assert (after.width, after.height) == (480, 640)
    upright = Image.open(io.BytesIO(after.body))
    assert upright.getpixel((470, 10)) >= (200, 200, 200)  # type: ignore[operator]
    assert upright.getpixel((10, 10)) <= (60, 60, 160)  # type: ignore[operator]


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (8000, 1000)])
def test_a_large_photo_becomes_small(size: tuple[int, int]) -> None:
    after = Redrawing().redrawn(encoded(size=size))
    assert max(after.width, after.height) == LONGEST_SIDE
    assert abs(after.width / after.height - size[0] / size[1]) < 0.02


MODES = {"PNG": ("RGB", "RGBA", "L", "P", "1", "I;16"), "WEBP": ("RGB", "RGBA"), "JPEG": ("L", "CMYK")}


@pytest.mark.parametrize(("form", "mode"), [(form, mode) for form, modes in MODES.items() for mode in modes])
def test_every_common_picture_becomes_a_plain_jpeg(form: str, mode: str) -> None:
    body = encoded(form, mode="L", size=(64, 64)) if mode == "I;16" else encoded(form, mode=mode)
    if mode == "I;16":
        out = io.BytesIO()
        Image.open(io.BytesIO(body)).convert("I;16").save(out, "PNG")
        body = out.getvalue()
    opened = Image.open(io.BytesIO(Redrawing().redrawn(body).body))
    assert (opened.format, opened.mode) == ("JPEG", "RGB")


def bomb(width: int, height: int) -> bytes:
    """Hundreds of megapixels in a few bytes: only the header says so."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


CASES = {
    "empty": (b"", PhotoEmpty),
    "text called jpg": (b"this is no picture", PhotoKindUnknown),
    "gif": (encoded("GIF"), PhotoKindUnknown),
    "bmp": (encoded("BMP"), PhotoKindUnknown),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", PhotoKindUnknown),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), PhotoKindUnknown),
    "pdf": (b"%PDF-1.7\n" + bytes(100), PhotoKindUnknown),
    "cut jpeg": (encoded(size=(1200, 900), quality=95)[:-4000], PhotoBroken),
    "half a png": (encoded("PNG", size=(1200, 900))[:1500], PhotoBroken),
    "only a header": (encoded()[:4], PhotoKindUnknown),
    "900 megapixels": (bomb(30_000, 30_000), PhotoTooManyPixels),
    "60 megapixels": (bomb(10_000, 6_000), PhotoTooManyPixels),
    "a line": (encoded("PNG", size=(4000, 2)), PhotoBroken),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_picture_that_can_be_opened_gets_a_sentence(case: str) -> None:
    body, refusal = CASES[case]
    with pytest.raises(Refusal) as said:
        Redrawing().redrawn(body)
    assert type(said.value) is refusal


def test_a_file_over_twenty_megabytes_is_not_even_looked_at() -> None:
    with pytest.raises(PhotoTooLarge) as said:
        Redrawing().redrawn(bytes(LARGEST_FILE + 1))
    assert said.value.fields == {"size": 21, "most": 20}
