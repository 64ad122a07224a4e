"""/code: colour, shape and word say what to do now; and how much of a name the chat says."""

from pathlib import Path
from uuid import uuid4

import pytest

from bot.views import codes as views
from bot.views.marks import told_apart
from codes.qr import Face
from domain.codes import Holder
from domain.people import NotRegistered, Person
from handlers.admissions import named
from locales.catalogue import Catalogues
from services.scans import Newcomer
from tests import cast
from tests.handlers.stage import Stage, a_stage, words


def is_photo(message: dict[str, object]) -> bool:
    return "photo" in message


@pytest.mark.feature(2)
async def test_a_code_turns_red_with_an_order_and_green_when_its_holder_is_safe(stage: Stage) -> None:
    services, lin = stage.town.house.services, await stage.phone_of(cast.LIN)
    await lin.says("/code")
    assert words(await lin.hears(is_photo)).startswith("🟢")
    order = await stage.town.order()
    await lin.hears(order.place)
    await lin.says("/code")
    red = await lin.hears(is_photo)
    assert words(red).startswith("🔴")
    assert order.way in words(red)
    assert red["reply_markup"]["inline_keyboard"]
    await services.evacuations.lift(order.id, by=await stage.town.actor(cast.APPROVER))
    await lin.hears("🟢")
    await lin.says("/code")
    assert words(await lin.hears(is_photo)).startswith("🟢")


def test_the_face_follows_order_and_standing() -> None:
    calm = views.Condition(None, None)
    assert (calm.face, calm.word, calm.drill) == (Face.GREEN, views.NORMAL, False)


async def test_a_keeper_also_gets_the_poster_of_the_own_shelter(stage: Stage) -> None:
    keeper = await stage.phone_of(cast.KEEPER)
    await keeper.says("/code")
    await keeper.hears(is_photo)
    poster = await keeper.hears(is_photo)
    (reading,) = await stage.lab.scan(poster["photo"][-1]["file_id"])
    answer = await stage.town.house.services.codes.public_answer(reading["text"])
    assert (answer.kind, answer.place) == (Holder.PLACE, stage.town.hall)


async def test_a_stranger_has_no_code(stage: Stage) -> None:
    anna = await stage.stranger()
    await anna.says("/code")
    await anna.hears(stage.say(NotRegistered.text))


@pytest.mark.parametrize(("detail", "said"), [("codes", ""), ("short", "胡*婆"), ("full", "胡阿婆")])
async def test_the_chat_says_as_much_of_a_name_as_the_office_decided(tmp_path: Path, detail: str, said: str) -> None:
    async with a_stage(tmp_path, chat_detail=detail) as stage:
        approver, warden = await stage.phone_of(cast.APPROVER), await stage.phone_of(cast.WARDEN)
        await stage.town.order()
        asked = words(await approver.hears("礼堂"))
        await warden.says("/list")
        listed = str((await warden.hears("3"))["reply_markup"])
        for shown in (asked, listed):
            assert said in shown
            assert ("胡" in shown) is (detail != "codes")
            assert ("胡阿婆" in shown) is (detail == "full")


@pytest.mark.parametrize(
    ("text", "newcomer"),
    [
        ("王小明", Newcomer("王小明")),
        (" 王小明  13800000000 ", Newcomer("王小明", "13800000000")),
        ("王小明13800000000", Newcomer("王小明", "13800000000")),
        ("王小明，１３８００００００００", Newcomer("王小明", "13800000000")),
        ("Anna Lee +49 170 1234567", Newcomer("Anna Lee", "+49 170 1234567")),
        ("老王 3 号", Newcomer("老王 3 号")),
    ],
)
def test_a_walk_in_is_written_as_people_write(text: str, newcomer: Newcomer) -> None:
    assert named(text) == newcomer


def test_two_names_that_look_alike_masked_are_told_apart() -> None:
    home = uuid4()
    alike = [
        Person(uuid4(), "林大山", "3311", home, phone="+8613905780011", relation="户主"),
        Person(uuid4(), "林小山", "3311", home, relation="儿子"),
        Person(uuid4(), "林中山", "3311", home),
        Person(uuid4(), "林中山", "3311", home),
        Person(uuid4(), "王小娥", "3311", home),
    ]
    names = told_apart(alike, detail="short", catalogue=Catalogues.packaged().of("zh"))
    assert list(names.values()) == ["林*山 户主 …0011", "林*山 儿子", "林*山 (3)", "林*山 (4)", "王*娥"]
