"""A poster on A4: read back by an independent decoder, large enough on paper, in both languages."""

import io
import re

import pytest
import zxingcpp
from PIL import Image

from codes.shortcode import grouped
from locales.catalogue import Catalogues
from papers.posters import DOTS, HEAD, QR_LEAST, Poster, as_pdf, as_png, poster_of

TEXT = "HTTPS://LS.EXAMPLE.ORG/S/" + "A7B3C4D5E6" * 18 + "ABCDEF"
SHORT = grouped("7K3M9QXW2R4T")
LONG = "莲都新区安置房工地二标段项目部" * 8


def page(**changed: object) -> Image.Image:
    poster = Poster(**{"name": "上东采石场", "firm": "丽水一建", "text": TEXT, "short": SHORT, "phone": "+8613805780002", "drill": False, **changed})  # type: ignore[arg-type]
    return poster_of(poster, Catalogues.packaged())


@pytest.mark.parametrize("changed", [{}, {"drill": True}, {"name": LONG, "firm": LONG}, {"phone": None}, {"name": "Yard\u202e🦺\x07 No. 3"}], ids=str)
def test_a_poster_is_read_back_by_another_decoder(changed: dict[str, object]) -> None:
    drawn = Image.open(io.BytesIO(as_png(page(**changed))))
    (found,) = zxingcpp.read_barcodes(drawn)
    assert found.text == TEXT


def test_the_code_is_at_least_eighty_millimetres_wide_and_stands_free() -> None:
    drawn = page().convert("L")
    (found,) = zxingcpp.read_barcodes(drawn)
    corners = found.position
    wide = corners.top_right.x - corners.top_left.x
    assert wide >= QR_LEAST / 25.4 * DOTS
    module = wide / 49
    left, top = round(corners.top_left.x - 3.5 * module), round(corners.top_left.y + wide / 2)
    assert {drawn.getpixel((x, top)) for x in range(left, left + round(3 * module))} == {255}


def test_a_poster_is_a4_as_a_picture_and_as_a_page() -> None:
    drawn = page()
    assert drawn.size == (2480, 3508)
    assert Image.open(io.BytesIO(as_png(drawn))).info["dpi"] == pytest.approx((DOTS, DOTS), abs=1)
    (box,) = re.findall(rb"MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", as_pdf(drawn))
    assert [float(edge) / 72 * 25.4 for edge in box] == pytest.approx((210, 297), abs=0.2)


def test_a_poster_speaks_both_languages() -> None:
    said = {Catalogues.packaged().of(language).say(HEAD) for language in ("zh_CN", "en")}
    assert len(said) == 2
