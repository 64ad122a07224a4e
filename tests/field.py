"""What people in the field send: pictures as phones make them."""

import io
from typing import Any

from PIL import Image


def a_photo(colour: str = "navy", *, size: tuple[int, int] = (640, 480), form: str = "JPEG", **more: Any) -> bytes:
    """An encoded picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **more)
    return out.getvalue()
