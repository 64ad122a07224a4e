"""Delivery workers beside each other, with the limit lifted: what two `serve --only delivery` bring over one, on one PostgreSQL, in one run."""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import aiohttp

from lab.bench.crowd import Crowd, copies, furnished, surroundings
from lab.bench.unthrottled import filled, stub
from lab.stories.house import READY, HouseFell

TARGETS = 4000
DELAY_MS = 40
AHEAD = 1000
"""What a worker claims ahead without a limit: the last ones of each are not counted, since another may be idle by then."""
SETTLED = 0.5
"""Seconds after all are ready that are not counted."""
PATIENCE = 300.0
LOOK = 0.2
GOAL = 1.7


class ServerAbsent(Exception):
    """There is no PostgreSQL to measure on, or no client for it."""


@dataclass(frozen=True)
class Run:
    """What so many workers did."""

    per_second: float
    duplicates: int
    lost: int


async def measured(server: str, *, targets: int = TARGETS, delay_ms: int = DELAY_MS) -> dict[str, Any]:
    """`server` is a PostgreSQL on which databases of its own are made and dropped again. ServerAbsent when it cannot be spoken to."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mashang-bench-")))
        model = await stack.enter_async_context(a_database(server))
        crowd = await furnished(folder / "crowd", people=targets, database=model)
        await filled(crowd, database=model)
        runs = {}
        for delay in (delay_ms, 0):
            for workers in (1, 2):
                runs[delay, workers] = await once(crowd, folder / f"{delay}-{workers}", server, model=model, workers=workers, delay_ms=delay)
                say(f"{workers} workers, answers after {delay} ms: {runs[delay, workers]}")
    sums = {name: sum(getattr(run, name) for run in runs.values()) for name in ("duplicates", "lost")}
    return {"targets": targets, **pair(runs[delay_ms, 1], runs[delay_ms, 2]), **sums, "latency_ms": delay_ms, "cpu_bound": pair(runs[0, 1], runs[0, 2])}


def pair(one: Run, two: Run) -> dict[str, float]:
    return {
        "one_per_second": round(one.per_second, 1), "two_per_second": round(two.per_second, 1), "ratio": round(two.per_second / one.per_second, 3),
    }  # fmt: skip


async def once(crowd: Crowd, folder: Path, server: str, *, model: str, workers: int, delay_ms: int) -> Run:
    """The same notice once more, out of a copy of the filled database, by so many workers at once."""
    await asyncio.to_thread(folder.mkdir)
    async with a_database(server, model=model) as database, stub(delay_ms) as api:
        house = crowd.copied(folder, api=api, database=database, LAB_SEND_RATE="0")
        async with at_work(folder, workers, surroundings(folder, api=api, database=database, LAB_SEND_RATE="0")) as all_ready:
            arrived, chats = await told(api, targets=len(crowd.chats))
        states = await copies(house, folder / "events.jsonl")
    seen = set(chats)
    lost = sum(state != "sent" and crowd.chats[person] not in seen for person, state in states.items()) + len(crowd.chats) - len(states)
    return Run(rate(arrived, since=all_ready + SETTLED, workers=workers), len(chats) - len(seen), lost)


def rate(arrived: list[float], *, since: float, workers: int) -> float:
    """Messages a second while every worker had enough to do."""
    counted = [at for at in sorted(arrived)[: -workers * AHEAD] if at >= since]
    if len(counted) < AHEAD // 2:
        raise HouseFell("too few messages to measure by: ask for more", code=None, said="")
    return (len(counted) - 1) / (counted[-1] - counted[0])


@asynccontextmanager
async def at_work(folder: Path, workers: int, environment: Mapping[str, str]) -> AsyncIterator[float]:
    """So many processes that only deliver, begun together; when the last of them was ready."""
    command = [sys.executable, "-m", "app", "serve", "--only", "delivery"]
    processes = []
    try:
        for number in range(workers):
            with (folder / f"worker-{number}.log").open("wb") as log:
                processes.append(await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=log))
        async with asyncio.timeout(PATIENCE):
            lines = await asyncio.gather(*(process.stdout.readline() for process in processes if process.stdout is not None))
        if not all(line.startswith(READY.encode()) for line in lines):
            raise HouseFell("mashang serve --only delivery did not open", code=None, said=(folder / "worker-0.log").read_text(errors="replace"))
        yield time.monotonic()
    finally:
        for process in processes:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def told(api: str, *, targets: int) -> tuple[list[float], list[int]]:
    """When each message arrived, and for whom; once nothing more comes."""
    async with aiohttp.ClientSession(api) as session, asyncio.timeout(PATIENCE):
        before = -1
        while True:
            async with session.get("/chats") as answer:
                chats: list[int] = await answer.json()
            if len(chats) >= targets and len(chats) == before:
                break
            before = len(chats)
            await asyncio.sleep(LOOK if len(chats) < targets else 1.0)
        async with session.get("/arrived") as answer:
            return await answer.json(), chats


@asynccontextmanager
async def a_database(server: str, *, model: str | None = None) -> AsyncIterator[str]:
    """A new database on this server, empty or a copy of `model`; gone at the end."""
    name = f"mashang_bench_{uuid4().hex}"
    like = f' TEMPLATE "{urlsplit(model).path[1:]}"' if model else ""
    await ordered(server, f'CREATE DATABASE "{name}"{like}')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        await ordered(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def ordered(server: str, statement: str) -> None:
    try:
        import asyncpg
    except ImportError:
        raise ServerAbsent("PostgreSQL's client is not installed: pip install 'mashang[postgres]'") from None
    try:
        connection = await asyncpg.connect(urlunsplit(urlsplit(server)._replace(scheme="postgresql")), timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise ServerAbsent(f"PostgreSQL cannot be reached: {type(error).__name__}") from None
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def missed(figures: Mapping[str, Any]) -> list[str]:
    """The promises that these figures break, in words."""
    return [f"{figures[name]} {words}" for name, words in (("lost", "were lost"), ("duplicates", "came twice")) if figures[name]]


def slow(figures: Mapping[str, Any]) -> list[str]:
    return [f"two workers are under {GOAL} times one"] if figures["ratio"] < GOAL else []


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
