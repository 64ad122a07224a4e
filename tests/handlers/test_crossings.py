"""A guard in chat: choose the post and the way, then card after card; the doubtful are looked at first."""

import pytest

from bot.keyboards import crossings as keyboards
from bot.views import crossings as views
from domain.access import Role
from domain.checkpoints import Word
from domain.scans import Outcome, Reason, Way
from services.actors import Actor
from tests import cast
from tests.handlers.stage import Stage, words
from tests.relief import GUARD, PLATE, ROAD, Relief, a_relief


@pytest.fixture
async def relief(stage: Stage) -> Relief:
    return await a_relief(stage.town)


def word(stage: Stage, of: Word) -> str:
    return stage.say(views.WORDS[of][1])


async def outcomes(relief: Relief) -> list[tuple[Outcome, Way | None]]:
    async with relief.town.house.works.read() as work:
        return [(scan.outcome, scan.way) for scan in await work.scans.all()]


async def test_a_short_code_is_amber_until_the_guard_has_looked(stage: Stage, relief: Relief) -> None:
    guard = await stage.phone_of(GUARD)
    card = await relief.card(await relief.granted())
    await guard.says("/checkpoint")
    await guard.hears(ROAD)
    await guard.says(card.short)
    doubt = await guard.hears(word(stage, Word.CHECK))
    assert words(doubt).startswith("🟡") and PLATE in words(doubt)
    await guard.taps(doubt, stage.say(keyboards.THROUGH))
    assert words(await guard.hears(stage.say(views.CHECKED))).startswith("🟢")
    assert await outcomes(relief) == [(Outcome.CHECK, Way.IN), (Outcome.ACCEPTED, Way.IN)]


async def test_a_second_car_with_the_same_pass_is_looked_at_first(stage: Stage, relief: Relief) -> None:
    guard = await stage.phone_of(GUARD)
    card = await relief.card(await relief.granted())
    await relief.shows(card.text)
    relief.later(minutes=10)
    await guard.says("/checkpoint")
    await guard.hears(ROAD)
    await guard.says(card.text)
    doubt = await guard.hears("还没有出来")
    assert words(doubt).startswith("🟡") and PLATE in words(doubt)
    await guard.taps(doubt, stage.say(keyboards.NOT_THROUGH))
    await guard.hears(stage.say(views.TURNED_BACK))
    assert await outcomes(relief) == [(Outcome.ACCEPTED, Way.IN), (Outcome.CHECK, Way.IN)]
    assert len(await relief.inside()) == 1


async def test_whoever_is_turned_back_is_not_counted(stage: Stage, relief: Relief) -> None:
    guard = await stage.phone_of(GUARD)
    person = await stage.town.house.services.codes.of_person((await stage.town.person(cast.YE[0])).id, by=await stage.town.actor(cast.WARDEN))
    await guard.says("/scan")
    await guard.hears(ROAD)
    await guard.says(person.text)
    doubt = await guard.hears(stage.say(views.WHY[Reason.RESIDENT]))
    await guard.taps(doubt, stage.say(keyboards.NOT_THROUGH))
    await guard.hears(stage.say(views.TURNED_BACK))
    assert await outcomes(relief) == [(Outcome.CHECK, Way.IN)]


async def test_a_deep_link_opens_on_the_card_and_the_way_out_is_one_tap(stage: Stage, relief: Relief) -> None:
    guard = await stage.phone_of(GUARD)
    card = await relief.card(await relief.granted())
    await guard.says("/checkpoint")
    await guard.taps(await guard.hears(ROAD), stage.say(keyboards.WAYS[Way.OUT]))
    await guard.hears(stage.say(views.MODE_OUT, place=ROAD))
    await stage.lab.start(guard.user, card.link.partition("start=")[2])
    assert stage.say(views.OUT_WORD) in words(await guard.hears("🟢"))
    await guard.says("https://evil.example/?next=javascript:alert(1)")
    await guard.hears(word(stage, Word.NO))
    assert await outcomes(relief) == [(Outcome.ACCEPTED, Way.OUT), (Outcome.REFUSED, Way.OUT)]


async def test_two_posts_are_offered_and_nobody_stands_without_one(stage: Stage, relief: Relief) -> None:
    services = stage.town.house.services
    other = await services.checkpoints.add("上东卡口", cast.NEXT_VILLAGE.code, by=Actor.operator())
    await services.grants.give((await stage.town.person(GUARD[0])).id, Role.GUARD, by=Actor.operator(), place=other.id)
    guard = await stage.phone_of(GUARD)
    await guard.says("/checkpoint")
    await guard.taps(await guard.hears(stage.say(views.WHICH_POST)), "上东卡口")
    started = await guard.hears("上东卡口")
    await guard.taps(started, stage.say(keyboards.STOP))
    await guard.hears(stage.say(views.STOPPED))
    for one in (relief.road, other):
        await services.checkpoints.set_active(one.id, active=False, by=Actor.operator())
    await guard.says("/checkpoint")
    await guard.hears(stage.say(views.NO_POST))
