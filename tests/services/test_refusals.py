"""Whoever is refused leaves a trace that does not flood."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from domain.access import NotHere, NotYours
from domain.audit import AuditRow
from domain.evacuations import OrderUnknown, OwnDraft
from domain.people import NotRegistered
from domain.shelters import ShelterUnknown
from services.actors import Actor
from tests import cast
from tests.houses import Town, a_town

WHAT = "GET /board/{order}"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path) as town:
        yield town


async def rows(town: Town) -> list[AuditRow]:
    async with town.house.works.read() as work:
        return [row for row, _ in await work.audit.all() if row.action == "access.refused"]


async def refused(town: Town, by: Actor, refusal: Any = None, what: str = WHAT) -> None:
    await town.house.services.refusals.note(refusal or NotYours(), by=by, entrance="web", what=what, reference="W-1")


async def test_an_official_who_is_refused_stands_in_the_log_once_a_minute_with_how_often(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    mallory = await town.actor(cast.MALLORY)
    for _ in range(5):
        await refused(town, mallory)
    (first,) = await rows(town)
    assert (first.actor, first.subject) == (mallory.person, str(mallory.person))
    assert first.facts == {"code": "not_yours", "entrance": "web", "what": WHAT, "reference": "W-1", "more": 0}
    town.clock.go_on(seconds=60)
    await refused(town, mallory)
    assert [row.facts["more"] for row in await rows(town)] == [0, 4]
    assert len([record for record in caplog.records if "not_yours" in record.getMessage()]) == 6


async def test_nobody_floods_the_log_by_trying_everything(town: Town) -> None:
    mallory = await town.actor(cast.MALLORY)
    for number in range(40):
        await refused(town, mallory, what=f"GET /{number}")
    assert len(await rows(town)) == 12
    town.clock.go_on(seconds=60)
    await refused(town, mallory, what="GET /39")
    assert (await rows(town))[-1].facts["more"] == 1


async def test_the_record_says_the_reason_that_was_not_said(town: Town) -> None:
    mallory = await town.actor(cast.MALLORY)
    for behind, what in ((OrderUnknown(), "a"), (NotYours(), "b")):
        veil = NotHere()
        veil.__cause__ = behind
        await refused(town, mallory, veil, what)
    assert [row.facts["code"] for row in await rows(town)] == ["order_unknown", "not_yours"]


async def test_a_stranger_stands_in_the_lines_only(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    await refused(town, Actor(via="web"), NotRegistered())
    assert not await rows(town)
    (line,) = [record for record in caplog.records if record.name == "services.refusals"]
    assert "not_registered" in line.getMessage()
    assert vars(line)["actor"] == "stranger"
    assert vars(line)["reference"] == "W-1"


async def test_a_no_that_is_not_about_rights_is_not_recorded(town: Town) -> None:
    mallory = await town.actor(cast.MALLORY)
    await refused(town, mallory, ShelterUnknown())
    assert not await rows(town)
    await refused(town, mallory, OwnDraft())
    assert len(await rows(town)) == 1
