"""With the limit lifted: durable deliveries a second of the real `serve` on one core, held against bare aiogram on the same core, in turn."""

import asyncio
import os
import shutil
import statistics
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from lab.bench.crowd import TOKEN, Crowd, copies, surroundings
from lab.demo import ROOT
from lab.stories.house import House, HouseFell

AT_ONCE = 30
IN_FLIGHT = 200
TIMES = 5
WARMING = 4
"""The first fourth of the messages is not counted, of neither."""
PATIENCE = 120.0
LOOK = 0.2


@dataclass(frozen=True)
class Rates:
    """Messages a second, the middle of several runs of each."""

    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


async def measured(crowd: Crowd, folder: Path, *, times: int = TIMES) -> Rates:
    """Both on core 0 against a stub on core 1, one after the other in turn. `crowd` has its notice filled in, and nothing of it sent."""
    async with stub() as url:
        ours, bare = [], []
        for turn in range(times):
            ours.append(await by_the_house(crowd, folder / f"unthrottled-{turn}", url))
            bare.append(await by_aiogram(len(crowd.chats), url))
    return Rates(statistics.median(ours), statistics.median(bare))


async def by_the_house(crowd: Crowd, folder: Path, url: str) -> float:
    """Each of those in flight sends its next message only when its last result is durable: what arrives in a second was made durable in it."""
    with on_core(0):
        house = crowd.copied(folder, api=url, LAB_SEND_RATE="0", SEND_IN_FLIGHT=str(IN_FLIGHT))
        await house.open()
    try:
        return await rate_at(url, len(crowd.chats), house=house)
    finally:
        await house.leave()
        shutil.rmtree(folder)


async def by_aiogram(messages: int, url: str) -> float:
    with on_core(0):
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "lab.bench.bare", url, TOKEN, str(messages), str(AT_ONCE), cwd=ROOT)
    try:
        return await rate_at(url, messages)
    finally:
        await process.wait()


async def rate_at(url: str, messages: int, *, house: House | None = None) -> float:
    """Messages a second as they arrived, once all are there; the stub has forgotten them then."""
    warm = messages // WARMING
    async with aiohttp.ClientSession(url) as session, asyncio.timeout(PATIENCE):
        while True:
            if house is not None:
                house.must_stand()
            async with session.get("/arrived") as answer:
                arrived: list[float] = await answer.json()
            if len(arrived) >= messages:
                break
            await asyncio.sleep(LOOK)
        await session.get("/reset")
    return (messages - warm) / (arrived[messages - 1] - arrived[warm - 1])


@asynccontextmanager
async def stub(delay_ms: int = 0) -> AsyncIterator[str]:
    """The stub in a process of its own; its address."""
    with on_core(1):
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "lab.bench.stub", str(delay_ms), cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.wait()


@contextmanager
def on_core(number: int) -> Iterator[None]:
    """Whatever is started in the block runs on this core alone; where there is only one, on that."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(before)[number % len(before)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def filled(crowd: Crowd, *, database: str | None = None) -> None:
    """The notice is released and every copy written, and none is sent: a house that only keeps time, until its work is done."""
    environment = surroundings(crowd.folder, api="http://127.0.0.1:9", database=database)
    keeper = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "serve", "--only", "scheduler", env=environment, stdout=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    house = House(crowd.folder, environment)
    try:
        async with asyncio.timeout(PATIENCE):
            while await written(house) < len(crowd.chats):
                if keeper.returncode is not None:
                    raise HouseFell("mashang serve ended by itself", code=keeper.returncode, said="")
                await asyncio.sleep(LOOK)
    finally:
        keeper.terminate()
        await keeper.wait()


async def written(house: House) -> int:
    """Copies that have a row of their own."""
    return len(await copies(house, house.folder / "events.jsonl"))
