"""Every use case is tried by a stranger, a resident, another county, and with a revoked and an expired grant; nothing may change."""

import ast
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.access import Grant, NotYours, Role
from domain.errors import Refusal
from domain.people import NotRegistered, PersonUnknown
from services.actors import Actor
from storage.metadata import metadata
from tests import cast
from tests.house.issuing_cases import USE_CASES
from tests.house.sources import files, parsed
from tests.house.use_cases import Scene, UseCase, a_night_in, exported
from tests.houses import BOT

OPEN = {
    "areas.get", "areas.named", "areas.titles", "shelters.many", "shelters.named", "shelters.near", "shelters.taken",
    "codes.mine", "issuing.live", "people.register", "people.link", "people.me", "people.set_language",
    "presence.sites", "presence.mine", "notices.runs_of",
    "visits.mine", "visits.told",
    "reports.mine", "reports.begin", "reports.draft", "reports.choose_kind", "reports.put_pin", "reports.say_what_pin_is", "reports.put_place",
    "reports.put_village", "reports.count_people", "reports.describe", "reports.add_words", "reports.send", "reports.stop", "reports.reopen",
    "report_photos.expect", "report_photos.add", "report_photos.refuse",
    "sessions.step_up", "sessions.renew", "sessions.mine", "sessions.end", "sessions.end_others", "logins.answer",
    "authenticators.mine", "authenticators.confirm", "authenticators.replace", "authenticators.renew_codes", "founders.check", "founders.found",
    "device_doors.hello", "device_doors.roster", "device_doors.find",
    "rollcall.answer", "rollcall.ask_help", "rollcall.household_of", "rollcall.order_for", "rollcall.member_for",
}  # fmt: skip
"""Asks for no right: public facts, what people do for themselves, and what a device asks behind its signature (tests/web/test_devices_api.py)."""
REFUSED = (NotYours, NotRegistered, PersonUnknown)
SOME_GRANT = UUID(int=7)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with a_night_in(tmp_path) as scene:
        yield scene


async def everything(scene: Scene) -> dict[str, list[str]]:
    """Every row of every table."""
    async with scene.town.house.databases.read() as connection:
        return {table.name: sorted(map(str, await connection.execute(select(table)))) for table in metadata.sorted_tables}


async def holding(scene: Scene, case: UseCase, **changed: object) -> Actor:
    """The right person with one grant, as it should be except for what is `changed`."""
    actor = await scene.town.actor(case.who)
    assert actor.person is not None
    at_a_place = case.role is Role.KEEPER
    grant = Grant(SOME_GRANT, actor.person, case.role, None if at_a_place else cast.COUNTY.code, scene.hall if at_a_place else None, None)
    return replace(actor, grants=(replace(grant, **changed),))  # type: ignore[arg-type]


async def intruders(scene: Scene, case: UseCase) -> dict[str, Actor]:
    now = scene.town.clock.now()
    resident = Actor(via="chat", person=scene.people[cast.YE[0]], bot=BOT, address="chat of a resident")
    found = {
        "a stranger": Actor(via="chat", bot=BOT, address="chat of a stranger"),
        "a resident": resident,
        "a revoked grant": await holding(scene, case, revoked_at=now - timedelta(minutes=1)),
        "a grant that ends now": await holding(scene, case, until=now),
    }
    if case.scoped:
        found["another county"] = await holding(scene, case, area=cast.OTHER_COUNTY.code, place=None)
    if case.scoped and case.role is Role.KEEPER:
        found["an unknown place"] = await holding(scene, case, place=UUID(int=9))
    return found


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(USE_CASES)), ids=[f"{number}-{case.name}" for number, case in enumerate(USE_CASES)])
async def test_nobody_gets_in_but_who_has_the_right(number: int, scene: Scene) -> None:
    """The right person comes last: without that the refusals would prove nothing."""
    case = USE_CASES[number]
    before = await everything(scene)
    for who, actor in (await intruders(scene, case)).items():
        try:
            answer: object = await case.call(scene, actor)
        except Refusal as refusal:
            answer = refusal
        assert isinstance(answer, REFUSED), f"{who} tried {case.name} and got {answer!r}"
        assert await everything(scene) == before, f"{who} was refused, and yet something changed"
    await case.call(scene, await holding(scene, case))


async def test_another_county_sees_an_empty_board(scene: Scene) -> None:
    assert not await scene.services.board.orders(by=await scene.town.actor(cast.OTHER_OFFICER))


async def test_another_county_exports_nothing_of_this_one(scene: Scene) -> None:
    everywhere = await exported(scene, Actor.operator())
    assert {line["type"] for line in everywhere} >= {"order", "member", "event"}
    assert not await exported(scene, await scene.town.actor(cast.OTHER_OFFICER))


async def test_a_warden_of_another_county_answers_for_no_household_here(scene: Scene) -> None:
    case = next(case for case in USE_CASES if case.name == "rollcall.households")
    assert not await scene.services.rollcall.households(by=await holding(scene, case, area=cast.OTHER_COUNTY.code))


def test_the_walk_misses_no_use_case() -> None:
    """Every public method that is told `by=` stands in the walk, or in the list of those that ask for no right."""
    told = set()
    for file in files("services"):
        for room in (node for node in parsed(file).body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")):
            methods = (node for node in room.body if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"))
            told |= {f"{file.stem}.{method.name}" for method in methods if "by" in {argument.arg for argument in method.args.kwonlyargs}}
    walked = {case.name for case in USE_CASES}
    inside = {
        "audience.holders", "audit.add", "audit.refusals", "code_rows.issued", "codes.blanks", "codes.issue", "codes.newcomer", "codes.note_guessing",
        "codes.people",
        "codes.places", "authenticators.refusal", "authenticators.set_up", "device_rows.settle", "ports.end", "refusals.note",
    }  # fmt: skip
    assert not told - walked - OPEN - inside
    assert not walked - told - {"scans.record"}
