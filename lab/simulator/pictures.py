"""Pictures: Telegram's JPEG sizes of an upload, and what a camera reads in one."""

import io

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from lab.simulator.errors import bad
from lab.simulator.files import Picture
from lab.simulator.limits import Limits

SIDES = (90, 320, 800)
QUALITY = 87


def photo_sizes(body: bytes, *, limits: Limits) -> list[Picture]:
    """JPEG sizes of a picture, smallest first, turned upright and without EXIF.

    Raises Refused as Telegram does: too large a file, not a picture, sides or ratio out of bounds.
    """
    if not body:
        raise bad("file must be non-empty")
    if len(body) > limits.photo_bytes:
        raise bad(
            f"file of size {len(body)} bytes is too big for a photo; the maximum size is {limits.photo_bytes} bytes"
        )
    try:
        with Image.open(io.BytesIO(body)) as opened:
            check_sides(opened.size, limits=limits)
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise bad("IMAGE_PROCESS_FAILED") from error
    longest = min(max(picture.size), limits.photo_longest)
    return [scaled(picture, side) for side in (*(side for side in SIDES if side < longest), longest)]


def check_sides(size: tuple[int, int], *, limits: Limits) -> None:
    """Refuse what Telegram calls PHOTO_INVALID_DIMENSIONS, before any pixel is decoded."""
    short, long = sorted(size)
    if short + long > limits.photo_sides or long > short * limits.photo_ratio:
        raise bad("PHOTO_INVALID_DIMENSIONS")


def scaled(picture: Image.Image, side: int) -> Picture:
    """`picture` as JPEG with its longer side at most `side`."""
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    copy.save(out, format="JPEG", quality=QUALITY)
    return Picture(out.getvalue(), copy.width, copy.height)


def read_codes(body: bytes, *, limits: Limits) -> list[str]:
    """The texts of all codes that can be read in a picture, in no promised order; [] when it is no picture."""
    try:
        with Image.open(io.BytesIO(body)) as opened:
            if sum(opened.size) > limits.photo_sides:
                return []
            picture = ImageOps.exif_transpose(opened).convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        return []
    return [found.text for found in zxingcpp.read_barcodes(picture) if found.text]
