"""The whole evening of a typhoon through the real entrances, with the house killed twice: once after a scan, once while the notice goes out."""

from pathlib import Path

import pytest

from tests.lab.played import LONGEST, story

KEYS = [
    "people", "with_phone", "notices", "visit_tasks", "scans", "repeats", "at_shelter", "with_relatives", "reported", "walk_ins", "not_yet_safe",
    "reports", "on_site", "updates_lost", "duplicates", "in_flight_at_kills", "mismatches", "seconds",
]  # fmt: skip


@pytest.mark.long
@pytest.mark.timeout(LONGEST + 20)
async def test_everybody_is_told_reported_and_counted_though_the_house_is_killed_twice(tmp_path: Path) -> None:
    played = await story("typhoon", "--kills", "2", "--keep", str(tmp_path / "evening"))

    assert played.code == 0, played.words
    assert list(played.numbers) == KEYS
    found = {name: played.numbers[name] for name in ("people", "with_phone", "visit_tasks", "reports", "on_site", "updates_lost", "mismatches")}
    assert found == {"people": 60, "with_phone": 4, "visit_tasks": 4, "reports": 12, "on_site": 3, "updates_lost": 0, "mismatches": 0}
    sums = played.numbers["notices"]
    assert (sums["targets"], sums["failed"], sums["pending"], sums["sent"] + sums["unknown"]) == (40, 4, 0, 36)
    assert played.numbers["duplicates"] <= played.numbers["in_flight_at_kills"] + sums["unknown"]
    assert (tmp_path / "evening" / "serve-3.log").exists(), "there were not two kills"
