"""What the benchmark of the keeper promises, and what it says when that was not kept."""

from typing import Any

import pytest

from lab.bench.keeper import missed, slow

GOOD: dict[str, Any] = {
    "cards": 30, "admitted": 30, "seconds": 77.0, "seconds_each_median": 2.5, "seconds_each_longest": 3.6, "engine": "chromium",
}  # fmt: skip


def test_thirty_cards_in_time_are_neither_missed_nor_slow() -> None:
    assert (missed(GOOD), slow(GOOD)) == ([], [])


@pytest.mark.parametrize("wrong", [{"admitted": 29}, {"cards": 12, "admitted": 12}])
def test_a_card_that_was_not_let_in_is_a_broken_promise(wrong: dict[str, Any]) -> None:
    assert missed(GOOD | wrong)


@pytest.mark.parametrize("late", [{"seconds": 121.0}, {"seconds_each_longest": 4.1}, {"seconds_each_longest": None}])
def test_what_took_too_long_is_told(late: dict[str, Any]) -> None:
    assert slow(GOOD | late)
