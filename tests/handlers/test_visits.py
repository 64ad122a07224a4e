"""/visits, as a warden sees it: who is waiting, what to say, what came of it; in both languages."""

import re
from dataclasses import replace

import pytest

from bot.keyboards import visits as keyboards
from bot.views import visits as views
from bot.views.marks import DRILL
from domain.people import Person
from domain.visits import Outcome
from services.visits import GATHERED
from tests import cast
from tests.handlers.stage import Json, Phone, Stage, words
from tests.services.test_deliveries import warned
from tests.waiting import until

TAG = re.compile(r"</?b>")


def say(stage: Stage, language: str, sentence: str, **fields: object) -> str:
    return TAG.sub("", stage.town.house.catalogues.of(language).say(sentence, **fields))


async def asked_to_go(stage: Stage, language: str, *, drill: bool = False) -> tuple[Phone, Json]:
    """A warden who has just been asked to visit four of the village."""
    warden = await stage.phone_of(cast.WARDEN)
    if language == "en":
        await warden.says("/language")
        await warden.taps(await warden.hears("choose your language"), "English")
        await warden.hears("")
    people = [await stage.town.person(name) for name, _ in (cast.LIN, cast.LIN_WIFE, cast.GRANNY_HU, cast.YE)]
    if drill:
        await enrol(stage, [*people, await stage.town.person(cast.WARDEN[0])])
        people = [await stage.town.person(person.name) for person in people]
    await warned(stage.town, *people, drill=drill)
    stage.town.clock.go_on(seconds=GATHERED.total_seconds())
    stage.town.house.wakeups.publish("deliveries")
    return warden, await warden.hears("/visits")


async def enrol(stage: Stage, people: list[Person]) -> None:
    async with stage.town.house.works.write() as work:
        await work.people.change([replace(person, enrolled=True) for person in people])


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_a_warden_is_asked_once_goes_and_says_what_came_of_it(stage: Stage, language: str) -> None:
    warden, call = await asked_to_go(stage, language)
    assert "4" in words(call)
    assert "N-0725-0001" in words(call)
    await warden.says("/visits")
    listed = await warden.hears(say(stage, language, views.TO_VISIT_MANY, count=4))
    await warden.taps(listed, "胡*婆")
    card = await warden.hears("平乐村")
    assert say(stage, language, views.REASONS["no_chat"]) in words(card)
    await warden.taps(card, say(stage, language, keyboards.WHAT[Outcome.TOLD]))
    done = await warden.hears(say(stage, language, views.LEFT_MANY, count=3))
    await warden.taps(done, "vpg")
    await warden.hears(say(stage, language, views.TO_VISIT_MANY, count=3))


async def test_who_was_not_there_stays_on_the_list_with_what_was_noted(stage: Stage) -> None:
    warden, _ = await asked_to_go(stage, "zh_CN")
    await warden.says("/visits")
    await warden.taps(await warden.hears(stage.say(views.TO_VISIT_MANY, count=4)), "胡*婆")
    await warden.taps(await warden.hears("平乐村"), stage.say(keyboards.WHAT[Outcome.NOT_FOUND]))
    question = await warden.hears(stage.say(keyboards.WHAT[Outcome.NOT_FOUND]))
    await warden.says("可能在 <女儿> 家")
    noted = await warden.hears(stage.say(views.STILL_OPEN))
    assert "可能在 <女儿> 家" in words(noted)
    await warden.taps(question, "vnn")
    await warden.hears(stage.say(views.OVER))
    await warden.says("/visits")
    await warden.taps(await warden.hears(stage.say(views.TO_VISIT_MANY, count=4)), "🔁 胡*婆")
    assert "可能在 <女儿> 家" in words(await warden.hears("平乐村"))


async def test_who_moved_away_needs_no_note(stage: Stage) -> None:
    warden, _ = await asked_to_go(stage, "zh_CN")
    await warden.says("/visits")
    await warden.taps(await warden.hears(stage.say(views.TO_VISIT_MANY, count=4)), "叶*国")
    await warden.taps(await warden.hears("平乐村"), stage.say(keyboards.WHAT[Outcome.MOVED_AWAY]))
    await warden.taps(await warden.hears(stage.say(keyboards.WHAT[Outcome.MOVED_AWAY])), "vnn")
    await warden.hears(stage.say(views.LEFT_MANY, count=3))


async def test_a_drill_says_so_at_every_step(stage: Stage) -> None:
    warden, call = await asked_to_go(stage, "zh_CN", drill=True)
    assert words(call).startswith(stage.say(DRILL))
    await warden.says("/visits")
    await warden.taps(await warden.hears(stage.say(views.TO_VISIT_MANY, count=4)), "🎓 胡*婆")
    card = await warden.hears("平乐村")
    assert words(card).startswith(stage.say(DRILL))
    await warden.taps(card, stage.say(keyboards.WHAT[Outcome.PHONED]))
    assert words(await warden.hears(stage.say(views.LEFT_MANY, count=3))).startswith(stage.say(DRILL))


async def test_who_has_nobody_to_visit_hears_that(stage: Stage) -> None:
    ye = await stage.phone_of(cast.YE)
    await ye.says("/visits")
    await ye.hears(stage.say(views.NOBODY))


async def test_who_blocked_the_bot_and_comes_back_is_told_again(stage: Stage) -> None:
    ye = await stage.phone_of(cast.YE)
    await stage.lab.block(ye.user)
    await stage.town.order()

    async def state() -> str:
        async with stage.town.house.works.read() as work:
            (contact,) = await work.contacts.of([(await stage.town.person(cast.YE[0])).id])
        return contact.state.value

    async def blocked() -> bool:
        return await state() == "blocked"

    await until(blocked)
    await stage.lab.unblock(ye.user)
    await ye.says("/me")
    await ye.hears("")
    assert await state() == "active"
