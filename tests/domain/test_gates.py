"""The rule of a gate: hours by day and over midnight, and everything that is missing at once."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest

from domain.gates import GateReason, Passed, Stay, due_to_ask, due_to_close, missing
from domain.sites import Site, SiteState
from domain.workers import Worker

NOW = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)
SITE = Site(UUID(int=1), "工地", "331102001201", "一建", "", needs_trained=True)
WORKER = Worker(UUID(int=2), "一建", trained=True, trained_until=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("opens", "closes", "local", "open_"),
    [
        (None, None, time(3), True), (time(6), time(20), time(6), True), (time(6), time(20), time(20), False), (time(6), time(20), time(5, 59), False),
        (time(20), time(6), time(23), True), (time(20), time(6), time(5, 59), True), (time(20), time(6), time(12), False),
    ],
)  # fmt: skip
def test_a_gate_is_open_in_its_hours_also_over_midnight(opens: time | None, closes: time | None, local: time, open_: bool) -> None:
    assert Site(UUID(int=1), "工地", "3311", "一建", "", opens=opens, closes=closes).takes_in(local) is open_


def why(site: Site = SITE, worker: Worker | None = WORKER, *, now: datetime = NOW, listed: bool = False, has_list: bool = False) -> list[GateReason]:
    return missing(site, local=time(10), worker=worker, listed=listed, has_list=has_list, now=now)


def test_who_fulfils_the_rule_comes_in_and_a_training_ends_at_its_instant() -> None:
    assert why() == []
    assert why(now=NOW + timedelta(days=1)) == [GateReason.TRAINING_EXPIRED]
    assert why(worker=Worker(WORKER.person, "一建", trained=True)) == []


def test_everything_that_is_missing_is_said_at_once() -> None:
    closed = Site(SITE.id, "工地", "3311", "一建", "", needs_trained=True, state=SiteState.CLOSED)
    assert why(closed, None, has_list=True) == [GateReason.SITE_CLOSED, GateReason.NOT_REGISTERED, GateReason.NOT_ON_LIST, GateReason.NOT_TRAINED]


def test_a_site_that_asks_for_nothing_takes_everybody() -> None:
    assert why(Site(SITE.id, "工地", "3311", "一建", "", needs_registered=False), None) == []


def test_a_stay_is_asked_about_before_it_ends_and_a_short_one_halfway() -> None:
    stay = Stay(UUID(int=3), SITE.id, WORKER.person, NOW, Passed.SCAN, NOW, drill=False)
    assert due_to_ask(stay, SITE) == NOW + timedelta(hours=11)
    assert due_to_close(stay, SITE) is None
    short = Site(SITE.id, "工地", "3311", "一建", "", longest=timedelta(hours=1))
    assert due_to_ask(stay, short) == NOW + timedelta(minutes=30)
