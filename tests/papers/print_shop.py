"""What was printed, read back by strangers: pages by pdfium, codes by OpenCV, which knows nothing of the library that wrote them."""

from pathlib import Path
from typing import Any

import cv2
import numpy
import pypdfium2
import zxingcpp
from PIL import Image

DOTS = 200


def pages(file: Path, *, dots: int = DOTS, each: int = 1) -> list[Image.Image]:
    """Every page (or the first of `each` so many) in grey, as a printer of so many dots an inch would put it on paper."""
    document = pypdfium2.PdfDocument(str(file))
    try:
        return [page.render(scale=dots / 72).to_pil().convert("L") for page in (document[number] for number in range(0, len(document), each))]
    finally:
        document.close()


def words(file: Path) -> str:
    """Everything that can be marked and copied, page after page."""
    document = pypdfium2.PdfDocument(str(file))
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def codes(page: Image.Image) -> list[str]:
    """The texts of all codes on a page."""
    detector: Any = cv2.QRCodeDetectorAruco()
    found, texts, _, _ = detector.detectAndDecodeMulti(numpy.array(page))
    return [text for text in texts if text] if found else []


def codes_quickly(page: Image.Image) -> list[str]:
    """The same by a decoder that takes a hundredth of the time: where it matters which cards came out, and not how well they can be read."""
    return [found.text for found in zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))]
