"""Pictures of codes: an independent decoder reads every one back, and pictures from outside are not trusted."""

import io
import re
import struct
import zlib
from itertools import groupby
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_ALPHA_NUM

from codes.drawing import Shape, cut, font, length, lines, plain, shape_mask
from codes.errors import PictureProblem, PictureRefused
from codes.hosts import LONGEST_HOST, origin
from codes.payload import LARGEST_SCOPE, Kind
from codes.qr import LARGEST_FILE, QUIET, Face, modules, picture, read_picture, svg, symbol, terminal
from tests.codes.conftest import Office

SHORT = "7K3M-9QXP-2A4T"
LONG = "林*山，平乐村。请准备好证件、药品和手电，听到通知后由包户责任人带领前往平乐村文化礼堂。" * 6
LONGEST_URL = "https://code.lishui.gov.cn/"


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def problem(data: bytes) -> PictureProblem:
    with pytest.raises(PictureRefused) as refused:
        read_picture(data)
    return refused.value.problem


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def test_a_code_of_a_long_host_is_version_8_at_level_m_and_prints_at_30_mm(office: Office) -> None:
    host = origin(LONGEST_URL).partition("://")[2]
    assert len(host) <= LONGEST_HOST
    text = office.text(url="https://" + "a" * (LONGEST_HOST - 3) + ".cn")
    made = symbol(text)
    assert (made.version, made.error_correction, made.modules_count) == (8, ERROR_CORRECT_M, 49)
    assert [part.mode for part in made.data_list] == [MODE_ALPHA_NUM]
    assert 30 / (made.modules_count + 2 * QUIET) >= 0.48
    assert symbol(office.text(url="https://" + "a" * LONGEST_HOST + ".cn")).version == 9


def test_a_code_with_the_longest_scope_is_version_9(office: Office) -> None:
    assert symbol(office.text(Kind.PASS, scope=LARGEST_SCOPE, url="https://" + "a" * (LONGEST_HOST - 3) + ".cn")).version == 9


@pytest.mark.parametrize("banner", [None, "演练", "演练 · 非真实事件 DRILL, NOT A REAL EVENT"])
@pytest.mark.parametrize("caption", ["", "王*明 · 平乐村\n有效期至 2029-11-24", LONG, "Pingle village hall, " * 20])
@pytest.mark.parametrize("face", Face)
def test_every_picture_is_read_back_by_another_decoder(office: Office, face: Face, caption: str, banner: str | None) -> None:
    text = office.text()
    png = picture(text, face=face, word="立即转移到避难场所" if caption == LONG else "安全码", short=SHORT, caption=caption, banner=banner)
    assert read_picture(png) == [text]
    image = opened(png)
    assert image.width == 760
    assert 850 <= image.height <= 1250


@pytest.mark.parametrize("face", Face)
def test_a_picture_is_read_back_after_telegram_made_it_small_and_grainy(office: Office, face: Face) -> None:
    text = office.text()
    image = opened(picture(text, face=face, word="安全码", short=SHORT, caption="王*明", banner="演练"))
    small = image.resize((360, image.height * 360 // image.width), Image.Resampling.BILINEAR).rotate(7, expand=True, fillcolor="white")
    assert read_picture(encoded(small, "JPEG", quality=40)) == [text]


@pytest.mark.parametrize("face", Face)
def test_four_light_modules_stand_around_the_dark_ones(office: Office, face: Face) -> None:
    image = opened(picture(office.text(), face=face, word="安全码", short=SHORT, banner="演练"))
    (found,) = zxingcpp.read_barcodes(image)
    corner = found.position
    module = (corner.top_right.x - corner.top_left.x) / 49
    assert module >= 10
    around = (
        corner.top_left.x - 4 * module + 2, corner.top_left.y - 4 * module + 2,
        corner.bottom_right.x + 4 * module - 2, corner.bottom_right.y + 4 * module - 2,
    )  # fmt: skip
    framed = image.crop(tuple(map(round, around))).convert("L")  # type: ignore[arg-type]
    ring = round(4 * module) - 6
    edges = ((0, 0, framed.width, ring), (0, 0, ring, framed.height), (framed.width - ring, 0, framed.width, framed.height))
    assert all(framed.crop(edge).getextrema()[0] == 255 for edge in edges)


def test_each_face_has_its_own_colour_shape_and_enough_contrast() -> None:
    assert len({face.colour for face in Face}) == len({face.shape for face in Face}) == len(Face)
    for face in Face:
        assert contrast(face.colour, face.ink) >= 4.5
    assert {shape_mask(shape, 64).tobytes() for shape in Shape} == {shape_mask(face.shape, 64).tobytes() for face in Face}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_faces_differ_also_in_a_grey_copy_of_the_head(office: Office) -> None:
    heads = {face: opened(picture(office.text(), face=face, word="码", short=SHORT)).crop((0, 0, 760, 140)).convert("L") for face in Face}
    assert len({head.point(lambda value: 255 if value > 128 else 0).tobytes() for head in heads.values()}) == len(Face)


@pytest.mark.parametrize("word", ["安全码", "立即转移到避难场所", "Shelter: check in here", "W" * 60])
@pytest.mark.parametrize("banner", [None, "演练", "演练" * 30])
def test_no_word_touches_the_edge_of_its_band(office: Office, word: str, banner: str | None) -> None:
    image = opened(picture(office.text(), face=Face.RED, word=word, short=SHORT, banner=banner))
    top = 84 if banner else 0
    for left in (30, 760 - 60):
        assert image.crop((left, top + 4, left + 30, top + 140)).getcolors() == [(30 * 136, (0xB0, 0x00, 0x20))]


def test_a_drill_is_striped_all_around_and_a_real_code_is_not(office: Office) -> None:
    def stripes_at_the_left(banner: str | None) -> int:
        image = opened(picture(office.text(), face=Face.GREEN, word="安全码", short=SHORT, banner=banner)).convert("L")
        return sum(1 for _ in groupby(image.crop((10, 100, 11, 700)).tobytes(), key=lambda value: value > 128))

    assert stripes_at_the_left(None) == 1
    assert stripes_at_the_left("演练") > 20


def test_a_caption_is_wrapped_and_what_does_not_fit_ends_with_dots() -> None:
    face = font(32)
    assert lines("", face, width=600, most=4) == []
    assert lines("一\n二\n\n三", face, width=600, most=4) == ["一", "二", "三"]
    wrapped = lines(LONG, face, width=600, most=4)
    assert len(wrapped) == 4
    assert wrapped[-1].endswith("…")
    assert all(length(line, face) <= 600 for line in wrapped)
    assert not any(line.startswith(("，", "。", "、")) for line in wrapped)
    assert lines("scan with any phone camera today", face, width=250, most=4) == ["scan with any", "phone camera", "today"]
    assert all(length(line, face) <= 200 for line in lines("W" * 300, face, width=200, most=4))
    assert cut("安全", face, width=600) == "安全"


def test_the_font_has_every_character_that_a_status_needs() -> None:
    missing = font(40).getmask("\U000f0000").getbbox(), bytes(font(40).getmask("\U000f0000"))
    for character in "安全码准备转移立即避难演练示有效期至王林·…，。":
        mask = font(40).getmask(character)
        assert (mask.getbbox(), bytes(mask)) != missing, character


def test_what_a_font_cannot_draw_is_left_out() -> None:
    assert plain("王\x00\x1b[31m🙂 \u202e明\n\n二", longest=100).replace(" ", "") == "王[31m明\n\n二"
    assert len(plain("字" * 1000, longest=400)) == 400


def test_a_terminal_shows_the_modules_in_half_blocks(office: Office) -> None:
    text = office.text()
    shown = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in terminal(text).split("\n")]
    upper = [[block in " ▄" for block in line] for line in shown]
    lower = [[block in " ▀" for block in line] for line in shown]
    rows = [row for pair in zip(upper, lower, strict=True) for row in pair][:57]
    assert {len(row) for row in rows} == {57}
    assert [row[QUIET:-QUIET] for row in rows[QUIET : QUIET + 49]] == modules(text)
    drawn = Image.new("L", (57, 57), 255)
    drawn.putdata([0 if dark else 255 for row in rows for dark in row])
    assert read_picture(encoded(drawn.resize((570, 570), Image.Resampling.NEAREST), "PNG")) == [text]


def test_an_svg_is_one_element_without_style_and_holds_the_modules(office: Office) -> None:
    text = office.text()
    drawn = svg(text, label='the code of "Hu" & <Lin>')
    root = ET.fromstring(drawn)
    assert root.get("viewBox") == "0 0 57 57"
    assert root.get("aria-label") == 'the code of "Hu" & <Lin>'
    assert not any("style" in key or key.startswith("on") for element in root.iter() for key in element.keys())  # noqa: SIM118
    dark = [[False] * 49 for _ in range(49)]
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn):
        for at in range(int(run)):
            dark[int(y) - QUIET][int(x) - QUIET + at] = True
    assert dark == modules(text)
    assert 'aria-hidden="true"' in svg(text)


def test_two_codes_in_one_photo_are_both_read_from_the_top(office: Office) -> None:
    one, other = office.text(), office.text(Kind.PLACE)
    sheet = Image.new("RGB", (760, 2000), "white")
    for n, text in enumerate((one, other)):
        sheet.paste(opened(picture(text, face=Face.PLACE, word="码", short=SHORT)), (0, n * 1000))
    assert read_picture(encoded(sheet, "JPEG", quality=80)) == [one, other]


def test_a_small_code_in_a_large_photo_is_found(office: Office) -> None:
    text = office.text()
    photo = Image.new("RGB", (6000, 4000), "#7a8a70")
    photo.paste(opened(picture(text, face=Face.GREEN, word="码", short=SHORT)).resize((380, 470)), (4200, 2700))
    assert read_picture(encoded(photo, "JPEG", quality=85)) == [text]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_photos_come_in_three_formats_grey_or_see_through(office: Office, kind: str) -> None:
    text = office.text()
    image = opened(picture(text, face=Face.YELLOW, word="码", short=SHORT))
    assert read_picture(encoded(image.convert("L"), kind)) == [text]
    if kind != "JPEG":
        see_through = image.convert("RGBA")
        see_through.putalpha(image.convert("L").point(lambda value: 255 if value < 60 else 0))
        assert read_picture(encoded(see_through, kind, lossless=True)) == [text]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width: int, height: int) -> bytes:
    """A PNG that says it is large; there is next to nothing behind it."""
    ihdr = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + ihdr + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (10_000, 9_500), (10_001, 5_000), (2_000_000_000, 1)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(width: int, height: int) -> None:
    """Whoever unpacked it first would find it cut short, and say `not_a_picture`."""
    assert problem(header(width, height)) is PictureProblem.TOO_LARGE
    assert problem(header(5000, 5000)[:-40]) is PictureProblem.NOT_A_PICTURE


def test_a_file_that_is_too_large_is_refused_by_its_length() -> None:
    assert problem(bytes(LARGEST_FILE + 1)) is PictureProblem.TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [b"", b"this is a text named photo.jpg", b"\xff\xd8\xff\xe0 and then nothing", b"GIF89a" + bytes(100), b"<svg xmlns='http://www.w3.org/2000/svg'/>",
     b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"\x89PNG\r\n\x1a\n" + bytes(50), b"RIFF\x00\x00\x00\x00WEBPVP8 "],
)  # fmt: skip
def test_what_is_not_a_photo_is_refused(data: bytes) -> None:
    assert problem(data) is PictureProblem.NOT_A_PICTURE


def test_a_photo_that_was_cut_short_is_refused(office: Office) -> None:
    whole = encoded(opened(picture(office.text(), face=Face.GREEN, word="码", short=SHORT)), "JPEG")
    assert problem(whole[: len(whole) // 3]) is PictureProblem.NOT_A_PICTURE


def test_a_photo_without_a_code_says_so() -> None:
    assert problem(encoded(Image.new("RGB", (800, 600), "#888"), "JPEG")) is PictureProblem.NO_CODE_FOUND
    bars = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode("690123456789", zxingcpp.BarcodeFormat.EAN13), scale=4)
    assert problem(encoded(Image.fromarray(bars), "PNG")) is PictureProblem.NO_CODE_FOUND


def test_any_text_in_a_code_comes_back_whatever_it_is() -> None:
    for text in ("你好", "<script>alert(1)</script>", "https://evil.example/S/ABC", "x" * 1500):
        image = Image.new("L", (len(modules(text)) + 8,) * 2, 255)
        for y, row in enumerate(modules(text)):
            for x, dark in enumerate(row):
                image.putpixel((x + 4, y + 4), 0 if dark else 255)
        assert read_picture(encoded(image.resize((image.width * 6,) * 2, Image.Resampling.NEAREST), "PNG")) == [text]
