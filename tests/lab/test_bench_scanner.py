"""The scanner's benchmark counts only frames with the right verdict, says which photos were not read, and runs against a real house."""

from typing import Any

import pytest

from lab.bench.scanner import figures, measured, missed, slow

TEXT = "HTTPS://LS.EXAMPLE.ORG/S/A"


def frame(whole: float, *, text: str | None = TEXT, problem: str | None = None) -> dict[str, Any]:
    return {"text": text, "problem": problem, "whole": whole, "decoder": whole / 2, "verify": 1.0}


def test_only_frames_with_the_right_verdict_count() -> None:
    seen = [*(frame(float(n)) for n in range(1, 20)), frame(0.1, text=None, problem="no_text"), frame(0.1, problem="expired")]
    told = figures(seen, text=TEXT, photos={"dark": True, "turned": False})
    assert (told["frame_ms_median"], told["frame_ms_p95"], told["frames"], told["frames_seen"]) == (10.0, 19.0, 19, 21)
    assert missed(told) == ["the turned photo was not read"]
    assert slow(told) == []


def test_missing_verdicts_and_slow_ones_are_told_apart() -> None:
    told = figures([frame(140.0), frame(1.0, text=None)], text=TEXT, photos={})
    assert missed(told) == ["only 1 of 2 frames gave the verdict"]
    assert slow(told) == ["frame to verdict takes 140.0 ms, the goal is 100"]
    assert slow(figures([], text=TEXT, photos={}))


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.scripts
async def test_a_film_of_a_real_code_gets_its_verdicts() -> None:
    told = await measured(frames=8)
    assert missed(told) == []
    assert told["engine"] == "chromium"
