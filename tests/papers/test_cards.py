"""Every kind of print is read back from paper by a decoder that did not write it, can be copied as text, and names nobody."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy
import pytest
from PIL import Image, ImageFilter

from codes.shortcode import grouped
from domain.cards import CardKind, Wanted
from locales.catalogue import LANGUAGES
from papers.imprint import Imprint
from papers.ink import LEAST_MODULE, stencil
from papers.printing import Job, Printed, draw, print_cards
from services.actors import Actor
from tests import cast
from tests.houses import Town, a_town
from tests.papers.print_shop import codes, pages, words

OFFICE = "莲都区应急管理局"
KINDS = (
    Wanted(CardKind.CARD, cast.VILLAGE.code), Wanted(CardKind.CARD, cast.VILLAGE.code, household=True), Wanted(CardKind.CARD, cast.VILLAGE.code, blank=11),
    Wanted(CardKind.PENDANT, cast.VILLAGE.code), Wanted(CardKind.PENDANT, cast.VILLAGE.code, blank=5), Wanted(CardKind.SHEET, cast.VILLAGE.code),
    Wanted(CardKind.SHEET, cast.VILLAGE.code, household=True), Wanted(CardKind.POSTER, cast.VILLAGE.code), Wanted(CardKind.NOTICE, cast.VILLAGE.code),
)  # fmt: skip


def called(wanted: Wanted) -> str:
    return f"{wanted.kind.value}{'-household' * wanted.household}{'-blank' * bool(wanted.blank)}"


each_kind = pytest.mark.parametrize("wanted", KINDS, ids=called)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The cast, and a village full of neighbours, one of whose households is called by the householder's name."""
    async with a_town(tmp_path / "house") as town:
        rows = [
            (line, {
                "name": f"林{'春夏秋冬'[line % 4]}生", "phone": f"1390001{line:04}", "area_code": cast.VILLAGE.code,
                "household": "林春生" if line < 6 else str(line // 4), "responsible_phone": cast.WARDEN[1] or "",
            })
            for line in range(2, 26)
        ]  # fmt: skip
        assert (await town.house.services.people_import.import_rows(rows, by=Actor.operator())).added == 24
        yield town


async def printed(town: Town, wanted: Wanted, target: Path, *, language: str = "zh_CN", phone: str = "0578-2012345") -> Printed:
    imprint = Imprint(OFFICE, phone, "2026-11-23", town.house.catalogues.of(language))
    return await print_cards(town.house.services.cards, Job(wanted, target, imprint), by=Actor.operator())


async def registered(town: Town) -> dict[str, str]:
    """Every code that was ever issued: the text of its QR, and its short code."""
    async with town.house.works.read() as work:
        people = await work.people.inside([cast.VILLAGE.code])
        found = await work.codes.of([*(each.id for each in people), *{each.household for each in people}, town.hall])
    return {card.text: card.short for card in map(town.house.services.codes.card, found.values())}


@each_kind
async def test_every_printed_code_is_read_back_by_another_decoder(town: Town, tmp_path: Path, wanted: Wanted) -> None:
    answer = await printed(town, wanted, tmp_path / "out.pdf")
    read = [text for page in pages(tmp_path / "out.pdf") for text in codes(page)]
    assert len(read) == len(set(read)) == answer.cards >= 1
    if not wanted.blank:
        assert set(read) <= set(await registered(town))
    for text in read:
        assert (await town.house.services.codes.public_answer(text)).reason.value == "ok"


@pytest.mark.long
@each_kind
async def test_a_page_that_hangs_askew_is_blurred_and_grey_is_read_all_the_same(town: Town, tmp_path: Path, wanted: Wanted) -> None:
    await printed(town, wanted, tmp_path / "out.pdf")
    page = pages(tmp_path / "out.pdf")[0]
    straight = set(codes(page))
    askew = page.rotate(7, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    blurred = page.filter(ImageFilter.GaussianBlur(0.9))
    grey = page.point([80 + value * 120 // 255 for value in range(256)])
    assert straight
    assert {name: set(codes(each)) ^ straight for name, each in {"askew": askew, "blurred": blurred, "grey": grey}.items()} == {
        "askew": set(), "blurred": set(), "grey": set(),
    }  # fmt: skip


@each_kind
@pytest.mark.parametrize("language", LANGUAGES)
async def test_words_can_be_copied_and_name_nobody(town: Town, tmp_path: Path, wanted: Wanted, language: str) -> None:
    answer = await printed(town, wanted, tmp_path / "out.pdf", language=language)
    said = words(tmp_path / "out.pdf")
    assert OFFICE in said
    assert cast.VILLAGE.name in said
    if not wanted.blank:
        assert sum(grouped(short) in said for short in (await registered(town)).values()) == answer.cards
    async with town.house.works.read() as work:
        people = await work.people.inside([cast.VILLAGE.code])
    bare = said.replace(" ", "")
    assert not [each.name for each in people if each.name in bare]
    residents = [each.phone.removeprefix("+86") for each in people if each.phone and "1390001" in each.phone]
    assert not [number for number in residents if number in bare]


async def test_the_list_masks_names_and_a_household_that_is_called_by_one(town: Town, tmp_path: Path) -> None:
    await printed(town, Wanted(CardKind.SHEET, cast.VILLAGE.code), tmp_path / "out.pdf")
    said = words(tmp_path / "out.pdf")
    assert "林*生" in said
    assert "户号 林*生" in said
    assert "户号 4" in said


async def test_a_card_says_whom_to_call_and_what_the_colours_mean(town: Town, tmp_path: Path) -> None:
    await printed(town, Wanted(CardKind.CARD, cast.VILLAGE.code), tmp_path / "out.pdf")
    said = words(tmp_path / "out.pdf")
    for word in ("138 0578 0001", "绿", "黄", "红", "姓名"):
        assert word in said
    await printed(town, Wanted(CardKind.CARD, cast.VILLAGE.code, blank=1), tmp_path / "blank.pdf")
    assert "0578-2012345" in words(tmp_path / "blank.pdf")


async def test_a_household_card_lists_numbers_that_stay(town: Town, tmp_path: Path) -> None:
    wanted = Wanted(CardKind.CARD, cast.VILLAGE.code, household=True)
    await printed(town, wanted, tmp_path / "first.pdf")
    async with town.house.works.read() as work:
        before = {each.id: each.number for each in await work.people.inside([cast.VILLAGE.code])}
    newcomer = {"name": "林新生", "area_code": cast.VILLAGE.code, "household": "4"}
    await town.house.services.people_import.import_rows([(2, newcomer)], by=Actor.operator())
    await printed(town, wanted, tmp_path / "second.pdf")
    async with town.house.works.read() as work:
        people = await work.people.inside([cast.VILLAGE.code])
    assert {each.id: each.number for each in people if each.name != "林新生"} == before
    homes = {each.household for each in people}
    for home in homes:
        numbers = sorted(each.number for each in people if each.household == home)
        assert numbers == list(range(1, len(numbers) + 1))


async def test_a_notice_card_has_the_eight_things_that_the_law_wants(town: Town, tmp_path: Path) -> None:
    await printed(town, Wanted(CardKind.NOTICE, cast.VILLAGE.code), tmp_path / "out.pdf")
    said = words(tmp_path / "out.pdf")
    wanted = ("位置", "类型", "范围", "受威胁对象", "预警信号", "撤离转移路线", "避灾安置场所", "应急联系方式")
    assert not [word for word in wanted if word not in said]
    assert "平乐村文化礼堂" in said


async def test_codes_are_as_large_as_a_cheap_printer_needs_them(town: Town, tmp_path: Path) -> None:
    """Version 8 and 30 mm on cards, 80 mm on posters; nothing below 0.48 mm a module, not even on the list."""
    text = next(iter(await registered(town)))
    count, _ = stencil(text)
    assert count == 49
    assert min(30, 24, 36, 52) / count >= LEAST_MODULE
    await printed(town, Wanted(CardKind.CARD, cast.VILLAGE.code, blank=1), tmp_path / "card.pdf")
    await printed(town, Wanted(CardKind.POSTER, cast.VILLAGE.code), tmp_path / "poster.pdf")
    for name, least in (("card", 30), ("poster", 80)):
        page = pages(tmp_path / f"{name}.pdf")[0]
        assert widest_code(page) >= least - 0.3


def widest_code(page: Image.Image) -> float:
    """Millimetres from corner to corner of the one code on a page."""
    found, corners = cv2.QRCodeDetectorAruco().detectMulti(numpy.array(page))
    assert found
    (top_left, top_right, *_) = corners[0]
    return float(numpy.linalg.norm(top_right - top_left)) * 25.4 / 200


async def test_a_drill_says_so_on_every_card(town: Town, tmp_path: Path) -> None:
    wanted = Wanted(CardKind.CARD, cast.VILLAGE.code)
    page = await town.house.services.cards.page(wanted, last=None, most=9, by=Actor.operator())
    drill = [replace(leaf, card=replace(leaf.card, code=replace(leaf.card.code, drill_only=True))) for leaf in page.leaves]
    job = Job(wanted, tmp_path / "drill.pdf", Imprint(OFFICE, "", "2026-11-23", town.house.catalogues.of("zh_CN")))
    draw(job.target, drill, job, ("", 0), lambda count: None)
    assert words(tmp_path / "drill.pdf").count("演练") == len(drill)
