"""The bench of printed cards: real prints by the command, and a slow machine is told so."""

import pytest

from lab.bench.cards import measured, slow


@pytest.mark.long
@pytest.mark.timeout(240)
def test_it_prints_as_many_as_it_says_and_far_faster_than_qrcode_draws() -> None:
    figures = measured(1000)
    assert {"per_second", "peak_mb", "qrcode_ratio"} <= figures.keys()
    assert figures["cards"] == 1000
    assert figures["qrcode_ratio"] > 1
    assert figures["peak_mb"] < 1.3 * figures["peak_mb_of_1000"]


def test_what_is_below_the_goal_is_said() -> None:
    good = {"per_second": 501, "peak_mb": 130, "peak_mb_of_1000": 120}
    assert not slow(good)
    assert len(slow(good | {"per_second": 499, "peak_mb": 500})) == 2
