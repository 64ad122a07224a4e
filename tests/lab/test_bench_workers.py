"""The workers' benchmark counts what both were busy with, sees a copy that came twice, and says what it lacks."""

import os
import subprocess
import sys

import aiohttp
import pytest

from lab.bench.stub import chat_of
from lab.bench.unthrottled import stub
from lab.bench.workers import AHEAD, Run, missed, pair, rate, slow
from lab.stories.house import HouseFell
from tests.house.sources import ROOT

FINE = {"ratio": 1.9, "lost": 0, "duplicates": 0}


def test_only_what_comes_while_every_worker_has_enough_to_do_is_counted() -> None:
    busy = [n / 100 for n in range(4000)]
    idle = [40.0 + n for n in range(2 * AHEAD)]
    assert rate(busy + idle, since=5, workers=2) == pytest.approx(100)
    with pytest.raises(HouseFell, match="too few"):
        rate(busy, since=39, workers=1)


def test_what_is_lost_or_comes_twice_breaks_a_promise_and_a_low_ratio_is_only_told() -> None:
    assert not missed(FINE)
    assert not slow(FINE)
    assert missed(FINE | {"lost": 1}) == ["1 were lost"]
    assert missed(FINE | {"duplicates": 2}) == ["2 came twice"]
    assert slow(FINE | {"ratio": 1.6})
    assert pair(Run(100, 0, 0), Run(190, 0, 0))["ratio"] == 1.9


async def test_the_stub_knows_for_whom_each_message_was_and_answers_after_its_delay() -> None:
    async with stub(30) as api, aiohttp.ClientSession(api) as session:
        for chat in (5, -1007, 5):
            async with session.post("/bot1/sendMessage", data=b'{"chat_id":%d,"text":"x"}' % chat) as answer:
                assert (await answer.json())["ok"]
        async with session.get("/chats") as answer:
            assert await answer.json() == [5, -1007, 5]
        async with session.get("/arrived") as answer:
            first, second, third = await answer.json()
    assert second - first >= 0.03
    assert third - second >= 0.03
    assert chat_of(b"no chat at all") == 0


def test_without_a_postgresql_the_benchmark_says_so_and_exits_3() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MASHANG_")}
    for words in ((), ("--database", "postgresql://nobody@127.0.0.1:1/x")):
        done = subprocess.run(
            [sys.executable, "-m", "app", "bench", "workers", "--json", *words], cwd=ROOT, env=kept, capture_output=True, text=True, check=False, timeout=60
        )  # fmt: skip
        assert done.returncode == 3, done.stderr
        assert "PostgreSQL" in done.stderr
