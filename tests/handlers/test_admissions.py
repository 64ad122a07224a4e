"""At the door: one message, one card, and the record that belongs to it."""

import struct
import zlib

import pytest

from bot.keyboards import rollcall
from bot.keyboards import scans as keyboards
from bot.views import scans as views
from codes.qr import Face, picture
from domain.codes import Holder
from domain.people import PhoneInvalid
from domain.scans import Outcome, Purpose, Via
from tests import cast
from tests.handlers.door import at_the_door, card_of, scans, word
from tests.handlers.stage import Stage, words


async def test_a_photo_of_a_code_is_a_scan_and_the_same_code_again_is_a_repeat(stage: Stage) -> None:
    await stage.town.order()
    keeper = await at_the_door(stage)
    card = await card_of(stage, cast.GRANNY_HU)
    photo = picture(card.text, face=Face.GREEN, word="平安", short=card.short)
    await stage.lab.photos(keeper.user, [photo])
    told = words(await keeper.hears(word(stage, Outcome.ACCEPTED)))
    assert "胡*婆" in told
    assert "1" in told
    await stage.lab.photos(keeper.user, [photo])
    await keeper.hears(word(stage, Outcome.REPEAT))
    assert [(scan.outcome, scan.via) for scan in await scans(stage)] == [(Outcome.ACCEPTED, Via.PHOTO), (Outcome.REPEAT, Via.PHOTO)]


async def test_a_typed_short_code_is_admitted_after_the_name_was_checked_also_when_tapped_twice(stage: Stage) -> None:
    await stage.town.order()
    keeper = await at_the_door(stage)
    card = await card_of(stage, cast.GRANNY_HU)
    await keeper.says(f"{card.short[:4]}-{card.short[4:8].lower()} {card.short[8:]}")
    check = await keeper.hears(word(stage, Outcome.CHECK))
    assert "胡*婆" in words(check)
    await keeper.taps(check, stage.say(keyboards.MATCHES))
    await keeper.hears(word(stage, Outcome.ACCEPTED))
    assert [scan.outcome for scan in await scans(stage)] == [Outcome.CHECK, Outcome.ACCEPTED]


async def test_a_name_that_does_not_match_admits_nobody(stage: Stage) -> None:
    await stage.town.order()
    keeper = await at_the_door(stage)
    await keeper.says((await card_of(stage, cast.GRANNY_HU)).short)
    await keeper.taps(await keeper.hears(word(stage, Outcome.CHECK)), "✖️")
    await keeper.hears(stage.say(views.NOT_THEM))
    assert [scan.outcome for scan in await scans(stage)] == [Outcome.CHECK]


async def test_a_deep_link_scans_for_whoever_is_scanning(stage: Stage) -> None:
    await stage.town.order()
    keeper = await at_the_door(stage)
    await stage.lab.start(keeper.user, (await card_of(stage, cast.YE)).link.partition("start=")[2])
    await keeper.hears(word(stage, Outcome.ACCEPTED))


async def test_a_person_found_by_name_goes_to_relatives(stage: Stage) -> None:
    await stage.town.order()
    keeper = await stage.phone_of(cast.KEEPER)
    await keeper.says("/scan")
    await keeper.taps(await keeper.hears("📷"), stage.say(keyboards.AIMS[Purpose.TO_RELATIVES]))
    await keeper.hears(stage.say(views.WHICH_RELATIVES))
    await keeper.says("上东村 叶家")
    await keeper.hears("上东村 叶家")
    await keeper.says("叶建")
    await keeper.taps(await keeper.hears(stage.say(views.PICK)), "叶*国")
    assert "上东村 叶家" in words(await keeper.hears(word(stage, Outcome.ACCEPTED)))
    (scan,) = await scans(stage)
    assert (scan.purpose, scan.via, scan.place) == (Purpose.TO_RELATIVES, Via.NAME, None)


async def test_nobody_is_sent_to_relatives_inside_what_has_to_move_unasked(stage: Stage) -> None:
    await stage.town.order(cast.TOWNSHIP.code)
    keeper = await stage.phone_of(cast.KEEPER)
    await keeper.says("/scan")
    await keeper.taps(await keeper.hears("📷"), stage.say(keyboards.AIMS[Purpose.TO_RELATIVES]))
    await keeper.hears(stage.say(views.WHICH_RELATIVES))
    await keeper.says("上东村 叶家")
    await keeper.taps(await keeper.hears(cast.TOWNSHIP.name), stage.say(rollcall.NOT_OUTSIDE))
    await keeper.hears(stage.say(views.WHICH_RELATIVES))
    await keeper.says("上东村 叶家")
    await keeper.taps(await keeper.hears(cast.TOWNSHIP.name), stage.say(rollcall.IT_IS_OUTSIDE))
    await keeper.hears("上东村 叶家")
    await keeper.says("叶建")
    await keeper.taps(await keeper.hears(stage.say(views.PICK)), "叶*国")
    await keeper.hears(word(stage, Outcome.ACCEPTED))


@pytest.mark.feature(2)
async def test_a_walk_in_takes_a_tap_and_one_message(stage: Stage) -> None:
    await stage.town.order()
    keeper = await at_the_door(stage)
    forged = (await card_of(stage, cast.YE)).text[:-6] + "AAAAAA"
    await keeper.says(forged)
    await keeper.taps(await keeper.hears(word(stage, Outcome.REFUSED)), stage.say(keyboards.ADD_WALK_IN))
    await keeper.hears(stage.say(views.WALK_IN))
    await keeper.says("王小明 12345")
    await keeper.hears(stage.say(PhoneInvalid.text))
    await keeper.says("王小明 13800000000")
    assert "王*明" in words(await keeper.hears(word(stage, Outcome.ACCEPTED)))
    await keeper.says("+ 李四")
    await keeper.hears(word(stage, Outcome.ACCEPTED))
    assert (await stage.town.person("王小明")).phone == "+8613800000000"
    assert (await stage.town.person("李四")).phone is None


@pytest.mark.parametrize("case", ["text called jpg", "huge", "no code"])
async def test_a_picture_that_cannot_be_read_gets_a_clear_sentence(stage: Stage, case: str) -> None:
    await stage.town.order()
    keeper = await at_the_door(stage)
    body, sentence = {
        "text called jpg": (b"this is no picture", views.PICTURES["not_a_picture"]),  # type: ignore[index]
        "huge": (huge_png(30_000, 30_000), views.PICTURES["too_large"]),  # type: ignore[index]
        "no code": (blank_png(), views.PICTURES["no_code_found"]),  # type: ignore[index]
    }[case]
    await stage.lab.document(keeper.user, body, filename="a.jpg")
    await keeper.hears(stage.say(sentence))
    assert await scans(stage) == []


def huge_png(width: int, height: int) -> bytes:
    """900 megapixels in a few bytes: only the header says so."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def blank_png() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (200, 200), 255).save(out, "PNG")
    return out.getvalue()


async def test_words_in_place_of_a_code_are_looked_for_as_a_name_and_four_thousand_characters_are_refused(stage: Stage) -> None:
    await stage.town.order()
    keeper = await at_the_door(stage)
    await keeper.says("没有此人")
    await keeper.hears(stage.say(views.NOBODY))
    await keeper.says("A1" * 2000)
    await keeper.hears(word(stage, Outcome.REFUSED))
    (scan,) = await scans(stage)
    assert scan.reason.value == "too_long"


async def test_nobody_scans_without_the_right_to_admit(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await stage.town.order()
    await lin.hears("⚠️")
    for text in ("/scan", "pst"):
        await lin.says(text)
        await lin.hears("")
    assert await scans(stage) == []


async def test_a_shelters_code_is_no_persons(stage: Stage) -> None:
    await stage.town.order()
    keeper = await at_the_door(stage)
    poster = await stage.town.house.services.codes.of_place(stage.town.hall, by=await stage.town.actor(cast.KEEPER))
    assert poster.code.kind is Holder.PLACE
    await keeper.says(poster.text)
    await keeper.hears(word(stage, Outcome.REFUSED))
