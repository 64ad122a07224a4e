"""The first admin on both databases: one code, one use, five tries."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.access import May, Role
from domain.founders import AdminThere, FounderCodeWrong, FounderTooOften, NoAreasYet
from domain.people import ConsentMissing
from services.actors import Actor
from services.office import CONSENT_VERSION
from services.people import Registration
from tests import cast
from tests.databases import a_place_for_one
from tests.fakes.clock import FakeClock
from tests.houses import BOT, Town, a_house, a_town

STRANGER = Actor(via="chat", bot=BOT, address="chat of a founder")
HERSELF = Registration(CONSENT_VERSION, "zh_CN", "孙建国", "13705780099", "")


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


async def test_a_stranger_with_the_code_is_admin_of_the_whole_office_once(town: Town) -> None:
    services = town.house.services
    code = await services.founders.make_code(by=Actor.operator())
    with pytest.raises(ConsentMissing):
        await services.founders.found(code, by=STRANGER, key="k")
    person = await services.founders.found(code.lower(), by=STRANGER, key="k", asked=HERSELF)
    assert person == await services.founders.found(code, by=STRANGER, key="k", asked=HERSELF)
    admin = await services.people.actor(channel="telegram", bot=BOT, address=STRANGER.address, language="zh_CN")
    assert (admin.person, admin.name) == (person, "孙建国")
    for area in (cast.COUNTY.code, cast.OTHER_VILLAGE.code):
        assert admin.can(May.GRANT, now=town.clock.now(), area=area)
    assert not admin.can(May.UNMASK, now=town.clock.now())
    assert (await services.grants.with_phone("13705780099")).id == person
    for again in (code, "0000-0000-0000-0000"):
        with pytest.raises(FounderCodeWrong):
            await services.founders.check(again, by=Actor(via="chat", bot=BOT, address="another chat"))
    with pytest.raises(AdminThere):
        await services.founders.make_code(by=Actor.operator())
    async with town.house.works.read() as work:
        assert [row.action for row, _ in await work.audit.all()].count("founders.found") == 1


async def test_somebody_who_is_known_already_is_admin_without_questions(town: Town) -> None:
    services = town.house.services
    code, lin = await services.founders.make_code(by=Actor.operator()), await town.linked(cast.LIN)
    assert await services.founders.found(code, by=lin, key="k") == lin.person
    assert (await town.actor(cast.LIN)).can(May.GRANT, now=town.clock.now())


async def test_a_code_made_while_another_became_admin_is_worth_nothing(town: Town) -> None:
    services = town.house.services
    code = await services.founders.make_code(by=Actor.operator())
    await services.grants.give((await town.person(cast.YE[0])).id, Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)
    with pytest.raises(AdminThere):
        await services.founders.found(code, by=STRANGER, key="k", asked=HERSELF)


async def test_a_newer_code_ends_the_older_one_and_each_ends_after_seven_days(town: Town) -> None:
    services = town.house.services
    old, new = [await services.founders.make_code(by=Actor.operator()) for _ in range(2)]
    with pytest.raises(FounderCodeWrong):
        await services.founders.check(old, by=STRANGER)
    await services.founders.check(new, by=STRANGER)
    town.clock.go_on(days=7)
    with pytest.raises(FounderCodeWrong):
        await services.founders.check(new, by=STRANGER)


async def test_five_wrong_codes_close_the_door_for_this_chat(town: Town) -> None:
    services = town.house.services
    code = await services.founders.make_code(by=Actor.operator())
    for guess in range(5):
        with pytest.raises(FounderCodeWrong):
            await services.founders.check(f"0000-0000-0000-000{guess}", by=STRANGER)
    with pytest.raises(FounderTooOften):
        await services.founders.found(code, by=STRANGER, key="k", asked=HERSELF)
    await services.founders.check(code, by=Actor(via="chat", bot=BOT, address="another chat"))


async def test_before_there_are_areas_the_code_waits(tmp_path: Path) -> None:
    async with a_house(tmp_path, clock=FakeClock()) as house:
        code = await house.services.founders.make_code(by=Actor.operator())
        for _ in range(6):
            with pytest.raises(NoAreasYet):
                await house.services.founders.found(code, by=STRANGER, key="k", asked=HERSELF)
