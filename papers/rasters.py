"""A PDF turned into pictures of its pages, as a scanner on a desk would see it."""

from collections.abc import Iterator
from typing import Final

from PIL import Image

DPI: Final = 200
POINTS: Final = 72
LARGEST_FILE: Final = 200 * 1024 * 1024
MOST_PIXELS: Final = 60_000_000
MAGIC: Final = b"%PDF-"


class NotAPdf(Exception):
    """The file cannot be drawn; the message says why."""


def is_pdf(body: bytes) -> bool:
    return MAGIC in body[:1024]


def pages(body: bytes, *, dpi: int = DPI) -> Iterator[Image.Image]:
    """Each page in grey, one in memory at a time. Raises NotAPdf for what is damaged, locked or too large."""
    import pypdfium2

    if len(body) > LARGEST_FILE:
        raise NotAPdf("too large")
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        raise NotAPdf(str(error)) from None
    try:
        for number in range(len(document)):
            page = document[number]
            wide, high = page.get_size()
            if wide * high * (dpi / POINTS) ** 2 > MOST_PIXELS:
                raise NotAPdf(f"page {number + 1} is too large")
            yield page.render(scale=dpi / POINTS, grayscale=True).to_pil().convert("L")
            page.close()
    finally:
        document.close()
