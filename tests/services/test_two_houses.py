"""Two processes over one PostgreSQL: what two people do at the same instant happens once, and the second hears of the first."""

import asyncio
from pathlib import Path

from domain.access import Role
from domain.colours import Level
from domain.deliveries import Subject
from domain.gates import Direction, GateOutcome
from domain.notices import NoticeDecided, NoticeState
from domain.reports import ReportDeed
from domain.scans import Via
from services.actors import Actor
from services.gates import Passing
from tests import cast
from tests.announcing import delivered, drafted
from tests.databases import an_empty_database
from tests.gatehouse import a_gatehouse
from tests.houses import a_house, a_town
from tests.services.test_reports import a_report, deeds


async def test_two_approvals_two_desk_steps_and_two_scans_at_the_same_instant_happen_once(tmp_path: Path) -> None:
    async with (
        an_empty_database("postgres", tmp_path) as url, a_town(tmp_path, database_url=url) as town,
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
