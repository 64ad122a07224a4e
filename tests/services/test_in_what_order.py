"""At one door, in one batch, with a clock that stands still or goes back: what was learned last is what counts."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.rollcall import Happening, How
from domain.scans import Outcome, Purpose, Verdict, Via
from services.actors import Actor
from services.readings import BoardRow
from services.scans import Asked, Newcomer
from tests import cast
from tests.houses import Town, a_town

PEOPLE = (cast.LIN, cast.GRANNY_HU, cast.YE)
IN, OUT, KIN = Purpose.SHELTER_IN, Purpose.SHELTER_OUT, Purpose.TO_RELATIVES


async def asked(town: Town, keeper: Actor, who: tuple[str, str | None], purpose: Purpose, *, key: str) -> Asked:
    person = (await town.person(who[0])).id
    return Asked(key, keeper, purpose, Via.NAME, place=None if purpose is KIN else town.hall, person=person, note="青田县表姐家" if purpose is KIN else "")


async def at_once(town: Town, *steps: tuple[tuple[str, str | None], Purpose], key: str = "step") -> list[Verdict]:
    """These scans in one batch, in this order."""
    keeper = await town.actor(cast.KEEPER)
    batch = [await asked(town, keeper, who, purpose, key=f"{key} {number}") for number, (who, purpose) in enumerate(steps)]
    answers = await town.house.services.scans.record_many(batch)
    assert all(isinstance(answer, Verdict) for answer in answers), answers
    return [answer for answer in answers if isinstance(answer, Verdict)]


async def is_safe(town: Town, who: tuple[str, str | None]) -> bool:
    person = await town.person(who[0])
    async with town.house.works.read() as work:
        (member,) = await work.members.in_force([person.id])
    return member.standing is not None and member.standing.safe


async def taken(town: Town) -> int:
    return await town.house.services.shelters.taken(town.hall, drill=False)


@pytest.mark.parametrize("who", [cast.LIN, cast.LIN_WIFE, cast.LIN_SON, cast.GRANNY_HU, cast.YE])
async def test_in_and_out_again_in_one_batch_is_out_and_the_other_way_round_is_in(town: Town, who: tuple[str, str | None]) -> None:
    await town.order()
    await at_once(town, (who, IN), (who, OUT))
    assert not await is_safe(town, who)
    assert await taken(town) == 0
    await at_once(town, (who, IN), (who, OUT), (who, KIN), (who, IN), key="later")
    assert await is_safe(town, who)
    assert await taken(town) == 1


async def test_a_clock_that_is_set_back_does_not_make_an_older_arrival_the_last_word(town: Town) -> None:
    await town.order()
    await at_once(town, (cast.YE, IN))
    town.clock.go_on(minutes=-30)
    await at_once(town, (cast.YE, OUT), key="out")
    assert not await is_safe(town, cast.YE)


async def test_a_call_for_help_after_the_clock_was_set_back_is_open(town: Town) -> None:
    await town.order()
    ye = await town.linked(cast.YE)
    officer, rollcall = await town.actor(cast.OFFICER), town.house.services.rollcall
    await rollcall.ask_help(by=ye, key="first")
    member = await rollcall.member_for(by=ye)
    assert member is not None
    await rollcall.close_help(member.id, by=officer, key="closed")
    town.clock.go_on(minutes=-30)
    await rollcall.ask_help(by=ye, key="again")
    member = await rollcall.member_for(by=ye)
    assert member is not None and member.standing is not None and member.standing.needs_help


async def test_a_second_scan_out_counts_when_somebody_said_back_in_between(town: Town) -> None:
    await town.order()
    warden = await town.actor(cast.WARDEN)
    await at_once(town, (cast.YE, IN), (cast.YE, OUT))
    town.clock.go_on(seconds=20)
    await town.house.services.rollcall.tick([(await town.person("叶建国")).id], Happening.AT_SHELTER, How.SAW, by=warden, key="back")
    assert await is_safe(town, cast.YE)
    town.clock.go_on(seconds=20)
    (again,) = await at_once(town, (cast.YE, OUT), key="again")
    assert again.outcome is Outcome.ACCEPTED
    assert not await is_safe(town, cast.YE)


async def test_who_was_taken_back_by_mistake_is_counted_when_scanned_again_at_once(town: Town) -> None:
    await town.order()
    keeper, services = await town.actor(cast.KEEPER), town.house.services
    await at_once(town, (cast.YE, IN))
    async with town.house.works.read() as work:
        (member,) = await work.members.in_force([(await town.person("叶建国")).id])
        (event,) = (await work.members.events([member.id]))[member.id]
    await services.rollcall.annul(event.id, by=keeper, key="undo")
    assert not await is_safe(town, cast.YE)
    (again,) = await at_once(town, (cast.YE, IN), key="again")
    assert again.outcome is Outcome.ACCEPTED
    assert await is_safe(town, cast.YE)
    assert await taken(town) == 1


async def test_a_door_that_a_mistake_had_filled_is_open_when_it_was_taken_back(town: Town) -> None:
    await town.order()
    await at_once(town, (cast.YE, IN))
    assert await taken(town) == 1
    async with town.house.works.read() as work:
        (member,) = await work.members.in_force([(await town.person("叶建国")).id])
        (event,) = (await work.members.events([member.id]))[member.id]
    await town.house.services.rollcall.annul(event.id, by=await town.actor(cast.KEEPER), key="undo")
    assert await taken(town) == 0


STEPS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from((IN, OUT, KIN))), min_size=2, max_size=8)


Step = tuple[tuple[str, str | None], Purpose]
Outcomes = tuple[list[Verdict], tuple[BoardRow, ...], int, list[UUID | None]]


async def evening(folder: Path, steps: Sequence[Step], cuts: set[int]) -> Outcomes:
    """The same scans, a walk-in among them, cut into batches before these numbers."""
    async with a_town(folder) as town:
        order = await town.order()
        keeper = await town.actor(cast.KEEPER)
        batch = [await asked(town, keeper, who, purpose, key=str(number)) for number, (who, purpose) in enumerate(steps)]
        batch.insert(1, Asked("walk-in", keeper, IN, Via.CHAT, place=town.hall, newcomer=Newcomer("过路人")))
        answers: list[object] = []
        edges = [0, *sorted(cuts & set(range(1, len(batch)))), len(batch)]
        for start, end in pairwise(edges):
            answers += await town.house.services.scans.record_many(batch[start:end])
        officer = await town.actor(cast.OFFICER)
        board = await town.house.services.board.order(order.id, by=officer)
        missing = await town.house.services.board.people(order.id, by=officer)
        places = [town.hall if line.line.place == town.hall else None for line in missing]
        verdicts = [answer for answer in answers if isinstance(answer, Verdict)]
        assert len(verdicts) == len(batch), answers
        return verdicts, board.rows, await taken(town), places


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.sets(st.integers(1, 8), max_size=5))
async def test_however_the_same_scans_are_cut_into_batches_the_board_is_the_same(steps: list[Step], cuts: set[int]) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as many:
        together = await evening(Path(one), steps, set())
        apart = await evening(Path(many), steps, cuts)
    assert [(v.outcome, v.reason) for v in together[0]] == [(v.outcome, v.reason) for v in apart[0]]
    assert together[1:] == apart[1:]
