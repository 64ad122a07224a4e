"""Cards as a camera sees them: each picture is still its code, and a clip is as long as it says."""

import io
from pathlib import Path
from random import Random

import pytest

from lab.cards import RATE, drawn, held, photo, printed, write_clip

TEXT = "HTTPS://SAFE.EXAMPLE.GOV.CN/S/" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 5


def read(picture: object) -> list[str]:
    import zxingcpp

    return [code.text for code in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("seed", range(12))
def test_a_photo_of_a_card_is_read_however_it_is_held(seed: int) -> None:
    from PIL import Image

    assert read(Image.open(io.BytesIO(photo(TEXT, Random(seed))))) == [TEXT]


def test_two_hands_do_not_hold_alike() -> None:
    random = Random(1)
    assert held(drawn(TEXT), random).tobytes() != held(drawn(TEXT), random).tobytes()


def test_a_clip_holds_every_card_for_as_long_as_it_says(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mjpeg", [drawn(TEXT), drawn(TEXT)], Random(1), first=0.5, hold=1, gap=0.5, rest=1)
    frames = clip.read_bytes().split(b"\xff\xd8\xff")[1:]
    assert len(frames) == RATE * 4.5


def test_codes_are_cut_out_of_a_printed_page(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    from PIL import Image
    from reportlab.pdfgen.canvas import Canvas

    sheet = Canvas(str(tmp_path / "sheet.pdf"))
    texts = [TEXT, TEXT[:-1] + "A"]
    for number, text in enumerate(texts):
        drawn(text).save(tmp_path / f"{number}.png")
        sheet.drawImage(str(tmp_path / f"{number}.png"), 80, 100 + 300 * number, 85, 85)
    sheet.save()
    cards = list(printed(tmp_path / "sheet.pdf"))
    assert sorted(card.text for card in cards) == sorted(texts)
    for card in cards:
        assert isinstance(card.picture, Image.Image)
        assert read(card.picture) == [card.text]
