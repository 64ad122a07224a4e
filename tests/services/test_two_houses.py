"""Two processes over one PostgreSQL: what two people do at the same instant happens once, and the second hears of the first."""

import asyncio
from datetime import timedelta
from pathlib import Path

from domain.access import Role
from domain.colours import Level
from domain.deliveries import Subject
from domain.gates import Direction, GateOutcome
from domain.notices import NoticeDecided, NoticeState
from domain.reports import ReportDeed
from domain.scans import Via
from domain.uploads import Taken, read_batch
from services.actors import Actor
from services.gates import Passing
from services.uploads import Sent
from tests import cast
from tests.announcing import delivered, drafted
from tests.databases import a_place_for_one
from tests.gatehouse import a_gatehouse
from tests.houses import a_house, a_town
from tests.phones import a_phone
from tests.services.test_reports import a_report, deeds
from tests.services.test_scans import card, kept, not_yet_safe


async def test_two_approvals_two_desk_steps_and_two_scans_at_the_same_instant_happen_once(tmp_path: Path) -> None:
    async with (
        a_place_for_one("postgres", tmp_path) as url, a_town(tmp_path, database_url=url) as town,
        a_house(tmp_path, clock=town.clock, database_url=url) as other,
    ):  # fmt: skip
        house, operator = town.house, Actor.operator()
        lin = await town.linked(cast.LIN)
        mallory = await town.person(cast.MALLORY[0])
        for role in (Role.APPROVER, Role.DUTY_OFFICER):
            await house.services.grants.give(mallory.id, role, by=operator, area=cast.COUNTY.code)
        approver, second, officer = await town.actor(cast.APPROVER), await town.actor(cast.MALLORY), await town.actor(cast.OFFICER)
        waiting = await drafted(town, level=Level.RED)
        shown = (await house.services.notices.preview(waiting.id, by=approver)).shown
        decided = await asyncio.gather(
            house.services.notices.approve(waiting.id, shown=shown, by=approver, key="a"),
            other.services.notices.approve(waiting.id, shown=shown, by=second, key="b"),
            other.services.notices.reject(waiting.id, by=second, key="c"), return_exceptions=True,
        )  # fmt: skip
        assert sum(isinstance(each, NoticeDecided) for each in decided) == 2
        async with house.works.read() as work:
            approved = await work.notices.get(waiting.id)
        assert approved is not None
        released = await asyncio.gather(*(each.services.notice_runs.release() for each in (house, other, house, other)))
        assert sum(released) == (1 if approved.state is NoticeState.ACTIVE else 0)
        got = [one.address for one in await delivered(town) if one.message.subject is Subject.NOTICE]
        assert got == [f"chat {cast.LIN[0]}"] * sum(released)
        report = await a_report(town, lin)
        steps = await asyncio.gather(
            house.services.report_desk.verify(report.id, by=officer, key="v"), other.services.report_desk.verify(report.id, by=second, key="w"),
        )  # fmt: skip
        assert sorted(step.fresh for step in steps) == [False, True]
        assert await deeds(town, report.id) == [ReportDeed.FILED, ReportDeed.VERIFIED]
        gate = await a_gatehouse(town)
        worker = await gate.worker(cast.YE)
        passings = [Passing(Direction.IN, Via.LINK, poster=(await gate.card(site)).text) for site in (gate.yard, gate.quarry)]
        verdicts = await asyncio.gather(
            *(each.services.gates.pass_gate(passing, by=worker, key=f"{n}") for n, (each, passing) in enumerate(zip((house, other), passings, strict=True)))
        )
        assert {verdict.outcome for verdict in verdicts} == {GateOutcome.ACCEPTED}
        assert sorted([len(await gate.inside(gate.yard)), len(await gate.inside(gate.quarry))]) == [0, 1]


async def test_the_same_batch_that_reaches_two_processes_at_once_is_stored_once(tmp_path: Path) -> None:
    """A phone whose answer is late sends again, and the other process takes it."""
    async with (
        a_place_for_one("postgres", tmp_path) as url, a_town(tmp_path, database_url=url) as town,
        a_house(tmp_path, clock=town.clock, database_url=url) as other,
    ):  # fmt: skip
        order = await town.order()
        town.clock.go_on(hours=3)
        phone = await a_phone(town)
        before = await not_yet_safe(town, order.id)
        at = town.clock.now() - timedelta(hours=1)
        items = [phone.item(at, text=await card(town, name), place=str(town.hall)) for name in ("胡阿婆", "林大山")]
        items.append(phone.item(at, via="name", walk_in={"name": "过路人"}, place=str(town.hall)))
        actor = await town.house.services.people.actor_of(phone.device.person, via="device")
        sent = Sent(read_batch(phone.batch(items)), phone.device, actor)
        answers = await asyncio.gather(*(each.services.uploads.take(sent) for each in (town.house, other, town.house, other)))
        taken = sorted([one.taken for one in answer.items] for answer in answers)
        assert taken == [[Taken.ACCEPTED] * 3] + [[Taken.DUPLICATE] * 3] * 3
        assert await not_yet_safe(town, order.id) == before - 2
        assert len(await kept(town)) == 3
        async with town.house.works.read() as work:
            assert len(await work.devices.all_items()) == 3
