"""A day without a network, small: three scanners in Chromium, a phone that is lost, and every scan arrives once."""

from pathlib import Path

import pytest

from tests.lab.played import LONGEST, SAID_OFFLINE, story

KEYS = ["engine", "people", "scans", "uploaded", "lost", "double_counted", "conflicts", "conflicts_listed", "restored", "seconds"]
SMALL = ("--people", "24")


@pytest.mark.long
@pytest.mark.feature(10)
@pytest.mark.browser
@pytest.mark.timeout(LONGEST + 20)
async def test_a_day_without_a_network_loses_nobody_counts_nobody_twice_and_lists_every_conflict(tmp_path: Path) -> None:
    played = await story("offline", *SMALL, "--keep", str(tmp_path / "day"))

    assert played.code == 0, played.words
    assert list(played.numbers) == KEYS
    told = played.numbers
    assert (told["engine"], told["people"], told["lost"], told["double_counted"]) == ("chromium", 24, 0, 0)
    assert told["uploaded"] == told["scans"] > 15
    assert told["conflicts"] == told["conflicts_listed"] > 0
    assert told["restored"] > 0


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.timeout(LONGEST + 20)
@pytest.mark.parametrize("fault", SAID_OFFLINE)
async def test_a_fault_on_purpose_is_noticed(fault: str) -> None:
    played = await story("offline", *SMALL, "--sabotage", fault)

    assert played.code == 1, played.words
    assert any(words in played.words for words in SAID_OFFLINE[fault]), played.words


@pytest.mark.parametrize("options", [*(("--sabotage", fault) for fault in ("double-send", "tick-as-scan", "lose-update")), ("--kills", "2"), ("--first",)])
async def test_what_proves_nothing_on_such_a_day_is_a_wrong_call(options: tuple[str, ...]) -> None:
    played = await story("offline", *options)

    assert (played.code, played.numbers) == (2, {})
    assert played.words.strip()


async def test_an_evening_of_an_order_has_no_batches_to_count_twice() -> None:
    played = await story("order", "--sabotage", "count-twice")

    assert (played.code, played.numbers) == (2, {})
    assert "notices" in played.words
