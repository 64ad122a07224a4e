"""The evenings on PostgreSQL and Redis, in two processes: with kills of either, and with one of the two servers away for a while."""

import os
from pathlib import Path

import pytest

from tests.lab.played import LONGEST, must_be_noticed, story

POSTGRES_URL, REDIS_URL = "MASHANG_TEST_POSTGRES_URL", "MASHANG_TEST_REDIS_URL"
AWAY = ("--outage-seconds", "10")
NOBODY_THERE = "127.0.0.1:9"

pytestmark = [
    pytest.mark.timeout(LONGEST + 20),
    pytest.mark.skipif(not os.environ.get(POSTGRES_URL), reason=f"{POSTGRES_URL} is not set: no PostgreSQL to try this on"),
    pytest.mark.skipif(not os.environ.get(REDIS_URL), reason=f"{REDIS_URL} is not set: no Redis to try this on"),
]


@pytest.mark.long
async def test_nobody_is_lost_though_the_process_that_answers_and_the_one_that_delivers_are_killed(tmp_path: Path) -> None:
    played = await story("typhoon", "--servers", "--kills", "2", "--keep", str(tmp_path / "evening"))

    assert played.code == 0, played.words
    found = {name: played.numbers[name] for name in ("people", "visit_tasks", "reports", "on_site", "updates_lost", "mismatches")}
    assert found == {"people": 60, "visit_tasks": 4, "reports": 12, "on_site": 3, "updates_lost": 0, "mismatches": 0}
    sums = played.numbers["notices"]
    assert (sums["targets"], sums["failed"], sums["pending"], sums["sent"] + sums["unknown"]) == (40, 4, 0, 36)
    assert played.numbers["duplicates"] <= played.numbers["in_flight_at_kills"] + sums["unknown"]
    logs = {file.name for file in (tmp_path / "evening").glob("*-1-*.log")}
    assert logs == {f"{name}-1-{start}.log" for name in ("bot-web", "delivery-scheduler") for start in (1, 2)}, "each was to be killed once"


@pytest.mark.long
@pytest.mark.parametrize(("away", "how"), [("database", "deaf"), ("redis", "cut")])
async def test_nobody_is_lost_though_a_server_is_away_in_the_middle_of_the_evening(away: str, how: str) -> None:
    played = await story("order", "--servers", "--outage", away, "--outage-how", how, *AWAY)

    assert played.code == 0, played.words
    found = {name: played.numbers[name] for name in ("people", "walk_ins", "updates_lost", "mismatches")}
    assert found == {"people": 60, "walk_ins": 2, "updates_lost": 0, "mismatches": 0}


@pytest.mark.long
async def test_a_fault_on_purpose_is_noticed_on_servers_too() -> None:
    await must_be_noticed("order", "double-send", "--servers")


@pytest.mark.parametrize("server", [("--database", f"postgresql://{NOBODY_THERE}/test"), ("--redis", f"redis://{NOBODY_THERE}/0")])
async def test_a_server_that_is_named_and_not_there_ends_it_with_a_sentence(server: tuple[str, str]) -> None:
    played = await story("order", "--servers", *server)

    assert played.code == 3
    assert "127.0.0.1:9" in played.words
    assert "Traceback" not in played.words
