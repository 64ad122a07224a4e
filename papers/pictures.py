"""Pictures from strangers: opened with every door closed, drawn anew without anything that came with them."""

import io
import struct
import zlib
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.reports import PhotoBroken, PhotoEmpty, PhotoKindUnknown, PhotoTooLarge, PhotoTooManyPixels
from services.report_photos import Redrawn

LARGEST_FILE: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 2048
SHORTEST_SIDE: Final = 16
QUALITY: Final = 85
FORMATS: Final = ("JPEG", "PNG", "WEBP")
MEGABYTE: Final = 1024 * 1024

_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, OverflowError)


class Redrawing:
    """Makes a fresh JPEG of a JPEG, PNG or WebP: upright, at most 2048 pixels long, without EXIF, place, profile or comment.

    Only pixels pass. What a file is is read from its bytes, never from its name.
    """

    def redrawn(self, body: bytes) -> Redrawn:
        """Blocks for some tenths of a second: call it in a thread. Refuses an empty, unknown, damaged or too large file, before much of it is unpacked."""
        if not body:
            raise PhotoEmpty()
        if len(body) > LARGEST_FILE:
            raise PhotoTooLarge(size=-(-len(body) // MEGABYTE), most=LARGEST_FILE // MEGABYTE)
        picture = _pixels(body)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=QUALITY, optimize=True)
        return Redrawn(out.getvalue(), picture.width, picture.height)


def _pixels(body: bytes) -> Image.Image:
    """Upright and small, on white where it was transparent."""
    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PhotoTooManyPixels()
            if min(opened.size) < SHORTEST_SIDE:
                raise PhotoBroken()
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except UnidentifiedImageError:
        raise PhotoKindUnknown() from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoTooManyPixels() from None
    except _BROKEN:
        raise PhotoBroken() from None
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright.getchannel("A"))
    return clean
