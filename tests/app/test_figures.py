"""What is counted has a name that the runbook explains, labels that are closed sets, and shows what really happened."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.figures import MOST_SERIES, OTHER, CountedWorks, PrometheusFigures
from domain.deliveries import DeliveryState
from domain.errors import Conflict
from domain.scans import Purpose, Scan, Via
from services import figures as named
from services.deliveries import Settled
from services.figures import ALL, Figure, Shape
from services.scans import Asked
from storage.engine import DatabaseBusy
from tests import cast
from tests.fakes.clock import FakeClock
from tests.houses import Town, a_town

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"


def full_name(figure: Figure) -> str:
    return f"mashang_{figure.name}{'_total' if figure.shape is Shape.COUNTER else ''}"


@pytest.mark.parametrize("figure", ALL, ids=lambda figure: figure.name)
def test_the_runbook_explains_every_figure(figure: Figure) -> None:
    assert f"`{full_name(figure)}`" in RUNBOOK.read_text(encoding="utf-8")


def test_the_runbook_and_its_alert_rules_name_no_figure_that_does_not_exist() -> None:
    written = set(re.findall(r"mashang_[a-z_]+", RUNBOOK.read_text(encoding="utf-8")))
    series = {f"{full_name(figure)}_bucket" for figure in ALL if figure.shape is Shape.HISTOGRAM}
    assert written <= series | {full_name(figure) for figure in ALL}


def test_every_figure_that_is_declared_is_counted() -> None:
    declared = {name for name, value in vars(named).items() if isinstance(value, Figure)}
    assert len(declared) == len(ALL)
    assert {vars(named)[name].name for name in declared} == {figure.name for figure in ALL}


def test_a_figure_never_grows_without_end() -> None:
    figures = PrometheusFigures(version="1")
    for number in range(MOST_SERIES + 100):
        figures.count(named.REFUSALS, "web", str(number))
    lines = [line for line in figures.page().decode().splitlines() if line.startswith("mashang_refusals_total")]
    assert len(lines) == MOST_SERIES + 1
    assert f'mashang_refusals_total{{code="{OTHER}",entrance="{OTHER}"}} 100.0' in lines


def test_labels_that_do_not_fit_are_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="refusals"):
        PrometheusFigures(version="1").count(named.REFUSALS, "web")


def counted(town: Town) -> tuple[PrometheusFigures, CountedWorks]:
    figures = PrometheusFigures(version="1")
    return figures, CountedWorks(town.house.works, figures=figures, clock=FakeClock())


async def test_what_is_not_committed_is_not_counted(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        figures, works = counted(town)
        scan = await a_scan(town)
        with pytest.raises(Conflict):
            async with works.write() as work:
                await work.scans.add([scan])
                raise Conflict
        assert b"mashang_scans_total{" not in figures.page()


async def a_scan(town: Town) -> Scan:
    """One that is not stored yet."""
    await town.order()
    keeper = await town.actor(cast.KEEPER)
    person = await town.person(cast.YE[0])
    await town.house.services.scans.record(Asked("k", keeper, Purpose.SHELTER_IN, Via.NAME, town.hall, person=person.id, confirmed=True))
    async with town.house.works.read() as work:
        (scan,) = await work.scans.all()
    return replace(scan, id=town.house.ids.new(), client_key="again")


async def test_verdicts_and_results_are_counted_by_their_words_when_they_are_durable(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        figures, works = counted(town)
        await town.linked(cast.LIN)
        scan = await a_scan(town)
        async with works.write() as work:
            await work.scans.add([scan])
        claimed = await town.house.services.deliveries.claim()
        (first, *_) = claimed
        async with works.write() as work:
            await work.deliveries.settle([Settled(first.id, DeliveryState.SENT, message_id=1), Settled(first.id, DeliveryState.PENDING)])
        text = figures.page().decode()
    assert 'mashang_scans_total{purpose="shelter_in",reason="ok",verdict="accepted"} 1.0' in text
    assert 'mashang_deliveries_settled_total{reason="none",state="sent"} 1.0' in text
    assert 'state="pending"' not in text
    assert 'mashang_transaction_seconds_count{kind="write"} 2.0' in text


async def test_a_database_that_stays_locked_is_counted(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        figures, works = counted(town)
        with pytest.raises(DatabaseBusy):
            async with works.write():
                raise DatabaseBusy("locked")
        assert b"mashang_database_busy_total 1.0" in figures.page()
