"""A whole evening through the real entrances, with the house killed once."""

from pathlib import Path

import pytest

from tests.lab.played import LONGEST, story

KEYS = {
    "people", "with_phone", "scans", "repeats", "at_shelter", "with_relatives", "safe_elsewhere", "reported", "walk_ins", "not_yet_safe",
    "updates_lost", "mismatches", "seconds",
}  # fmt: skip


@pytest.mark.long
@pytest.mark.timeout(LONGEST + 20)
async def test_an_evening_with_a_kill_loses_nobody_and_every_number_holds(tmp_path: Path) -> None:
    played = await story("order", "--kills", "1", "--keep", str(tmp_path / "evening"))

    assert played.code == 0, played.words
    assert set(played.numbers) == KEYS
    found = {name: played.numbers[name] for name in ("people", "with_phone", "walk_ins", "repeats", "updates_lost", "mismatches")}
    assert found == {"people": 60, "with_phone": 4, "walk_ins": 2, "repeats": 1, "updates_lost": 0, "mismatches": 0}
    assert (tmp_path / "evening" / "serve-2.log").exists(), "there was no kill"
