"""Callers that come together share one commit; none is answered early, and none pays for another's mistake."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.nursery import Nursery
from services.reference import IN_HAND, referring
from storage.engine import DatabaseBusy, Databases, open_databases
from storage.writer import GroupCommit, GroupCommits, Spawn, WriterClosed

scans = sa.Table("scans", sa.MetaData(), sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False))
ROOT = Path(__file__).parents[2]

WITNESS = """
import asyncio, sys
import sqlalchemy as sa
from storage.engine import open_databases
from storage.writer import GroupCommit

async def main():
    databases = open_databases(sys.argv[1])
    async def run(asked):
        async with databases.write() as connection:
            for key in asked:
                await connection.execute(sa.text(f"INSERT INTO scans VALUES ({key})"))
        return asked
    async with asyncio.TaskGroup() as group:
        writer = GroupCommit(run, spawn=lambda work, *, name: group.create_task(work, name=name))
        async def caller(first):
            for key in range(first, 10**9, 8):
                print(await writer.submit(key), flush=True)
        for first in range(8):
            group.create_task(caller(first))

asyncio.run(main())
"""


class Journal:
    """A batch use case that notes what it was asked; it opens when told to, and says no to what it was told to refuse."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.refused: set[int] = set()
        self.poison: set[int] = set()
        self.failure: Callable[[], Exception] = lambda: ValueError("poison")
        self.open = asyncio.Event()
        self.open.set()

    async def run(self, asked: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(asked))
        await self.open.wait()
        if self.poison & set(asked):
            raise self.failure()
        return [KeyError(item) if item in self.refused else item * 2 for item in asked]


@pytest.fixture
async def spawn() -> AsyncIterator[Spawn]:
    """A nursery of the test's own: whatever is started here is ended with the test."""
    nursery = Nursery()
    yield nursery.spawn
    assert await nursery.close() == []


async def turns(count: int = 10) -> None:
    """Let everything that can go on go on."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_one_caller_is_written_at_once(spawn: Spawn) -> None:
    journal = Journal()
    writer = GroupCommit(journal.run, spawn=spawn)
    assert await writer.submit(1) == 2
    assert await writer.submit(2) == 4
    assert journal.batches == [[1], [2]]


async def test_those_who_come_while_a_commit_runs_share_the_next_one_in_order(spawn: Spawn) -> None:
    journal = Journal()
    journal.open.clear()
    writer = GroupCommit(journal.run, spawn=spawn, most=4)
    async with asyncio.TaskGroup() as group:
        callers = [group.create_task(writer.submit(0))]
        await turns()
        callers += [group.create_task(writer.submit(number)) for number in range(1, 7)]
        await turns()
        assert not any(caller.done() for caller in callers)
        journal.open.set()
    assert [caller.result() for caller in callers] == [0, 2, 4, 6, 8, 10, 12]
    assert journal.batches == [[0], [1, 2, 3, 4], [5, 6]]


async def test_nobody_is_answered_before_the_commit(spawn: Spawn, databases: Databases) -> None:
    async with databases.write() as connection:
        await connection.run_sync(scans.metadata.create_all)

    async def run(asked: Sequence[int]) -> Sequence[int]:
        async with databases.write() as connection:
            await connection.execute(sa.insert(scans), [{"key": key} for key in asked])
        return asked

    writer = GroupCommit(run, spawn=spawn)

    async def caller(key: int) -> None:
        answer = await writer.submit(key)
        async with databases.read() as connection:
            assert (await connection.execute(sa.select(scans.c.key).where(scans.c.key == answer))).scalar_one() == key

    await asyncio.gather(*(caller(key) for key in range(60)))


async def test_a_refused_item_is_refused_to_its_own_caller_only(spawn: Spawn) -> None:
    journal = Journal()
    journal.refused = {2}
    writer = GroupCommit(journal.run, spawn=spawn)
    answers = await asyncio.gather(*(writer.submit(number) for number in (1, 2, 3)), return_exceptions=True)
    assert [answers[0], answers[2]] == [2, 6]
    assert isinstance(answers[1], KeyError)
    assert journal.batches == [[1, 2, 3]]


async def test_a_poisoned_item_does_not_sink_the_others(spawn: Spawn) -> None:
    journal = Journal()
    journal.poison = {2}
    writer = GroupCommit(journal.run, spawn=spawn)
    answers = await asyncio.gather(*(writer.submit(number) for number in (1, 2, 3)), return_exceptions=True)
    assert [answers[0], answers[2]] == [2, 6]
    assert isinstance(answers[1], ValueError)
    assert journal.batches == [[1, 2, 3], [1], [2], [3]]
    assert await writer.submit(4) == 8


async def test_an_item_that_fails_alone_is_not_tried_twice(spawn: Spawn) -> None:
    journal = Journal()
    journal.poison = {2}
    writer = GroupCommit(journal.run, spawn=spawn)
    with pytest.raises(ValueError, match="poison"):
        await writer.submit(2)
    assert journal.batches == [[2]]


async def test_a_busy_database_is_told_to_all_at_once(spawn: Spawn) -> None:
    journal = Journal()
    journal.poison, journal.failure = {2}, lambda: DatabaseBusy("locked")
    writer = GroupCommit(journal.run, spawn=spawn)
    answers = await asyncio.gather(*(writer.submit(number) for number in (1, 2, 3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseBusy] * 3
    assert journal.batches == [[1, 2, 3]]


async def test_too_few_answers_are_a_fault_and_are_not_written_twice(spawn: Spawn) -> None:
    calls: list[Sequence[int]] = []

    async def run(asked: Sequence[int]) -> list[int]:
        calls.append(asked)
        return []

    writer = GroupCommit(run, spawn=spawn)
    with pytest.raises(RuntimeError, match="1 were asked and 0 answered"):
        await writer.submit(1)
    assert calls == [[1]]


async def test_a_caller_who_leaves_does_not_stop_the_others(spawn: Spawn) -> None:
    journal = Journal()
    journal.open.clear()
    writer = GroupCommit(journal.run, spawn=spawn)
    async with asyncio.TaskGroup() as group:
        taken = [group.create_task(writer.submit(number)) for number in (1, 2)]
        await turns()
        waiting = [group.create_task(writer.submit(number)) for number in (3, 4)]
        await turns()
        taken[0].cancel()
        waiting[0].cancel()
        await turns()
        journal.open.set()
    assert (taken[1].result(), waiting[1].result()) == (4, 8)
    assert journal.batches == [[1, 2], [4]]


async def test_closing_commits_what_waits_and_takes_nothing_new(spawn: Spawn) -> None:
    journal = Journal()
    journal.open.clear()
    writer = GroupCommit(journal.run, spawn=spawn, most=1)
    async with asyncio.TaskGroup() as group:
        callers = [group.create_task(writer.submit(number)) for number in (1, 2, 3)]
        await turns()
        closing = group.create_task(writer.close())
        await turns()
        with pytest.raises(WriterClosed):
            await writer.submit(4)
        assert not closing.done()
        journal.open.set()
    assert [caller.result() for caller in callers] == [2, 4, 6]
    await writer.close()


async def test_closing_a_writer_that_nobody_used_is_nothing(spawn: Spawn) -> None:
    await GroupCommit(Journal().run, spawn=spawn).close()


async def test_a_stopped_writer_leaves_nobody_waiting() -> None:
    journal = Journal()
    journal.open.clear()
    loops: list[asyncio.Task[None]] = []
    async with asyncio.TaskGroup() as group:

        def start(work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
            loops.append(group.create_task(work, name=name))
            return loops[-1]

        writer = GroupCommit(journal.run, spawn=start, most=1)
        callers = [group.create_task(outcome(writer, number)) for number in (1, 2)]
        await turns()
        loops[0].cancel()
    assert [type(caller.result()) for caller in callers] == [WriterClosed, WriterClosed]


async def test_one_loop_serves_all_callers_and_all_writers_drain_together() -> None:
    names: list[str] = []
    async with asyncio.TaskGroup() as group:

        def start(work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
            names.append(name)
            return group.create_task(work, name=name)

        commits = GroupCommits(spawn=start, most=10)
        one = commits(Journal().run, name="scans")
        two = commits(Journal().run, name="deliveries")
        answers = await asyncio.gather(*(writer.submit(number) for number in range(50) for writer in (one, two)))
        assert sum(answers) == 2 * 2 * sum(range(50))
        await commits.close()
    assert names == ["scans", "deliveries"]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=30),
    st.sets(st.integers(0, 29)),
    st.integers(1, 7),
)
@settings(max_examples=40, deadline=None)
def test_everybody_gets_exactly_the_answer_to_what_they_asked(
    callers: list[tuple[int, int]], poisoned: set[int], most: int
) -> None:
    async def play() -> None:
        journal = Journal()
        journal.poison, journal.refused = (
            {item for item in poisoned if item % 2},
            {item for item in poisoned if not item % 2},
        )
        async with asyncio.TaskGroup() as group:
            writer = GroupCommit(journal.run, spawn=lambda work, *, name: group.create_task(work, name=name), most=most)

            async def caller(number: int, patience: int) -> object:
                await turns(patience)
                return await outcome(writer, number)

            asked = [group.create_task(caller(number, patience)) for number, (_, patience) in enumerate(callers)]
            answers = await asyncio.gather(*asked)
            await writer.close()
        for number, answer in enumerate(answers):
            expected = {True: ValueError, False: KeyError}[number % 2 == 1] if number in poisoned else int
            assert type(answer) is expected
            assert answer == number * 2 or expected is not int

    asyncio.run(play())


async def test_what_was_answered_is_there_after_a_kill(database_url: str) -> None:
    async with open_databases(database_url) as databases:
        async with databases.write() as connection:
            await connection.run_sync(scans.metadata.create_all)
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WITNESS, database_url, stdout=PIPE, cwd=ROOT
        )
        assert program.stdout is not None
        said = [int(await program.stdout.readline()) for _ in range(200)]
        program.send_signal(signal.SIGKILL)
        rest, _ = await program.communicate()
        said += [int(line) for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]
        async with databases.read() as connection:
            kept = set((await connection.execute(sa.select(scans.c.key))).scalars())
    assert set(said) <= kept
    assert len(kept) <= len(said) + 8


async def outcome(writer: GroupCommit[int, int], number: int) -> object:
    """The answer, or the exception that came instead."""
    try:
        return await writer.submit(number)
    except (ValueError, KeyError, WriterClosed) as error:
        return error


async def test_a_group_commit_belongs_to_nobodys_request_although_one_began_it(spawn: Spawn) -> None:
    numbers: list[str] = []

    async def run(asked: Sequence[int]) -> list[int]:
        numbers.append(IN_HAND.get())
        return list(asked)

    commit: GroupCommit[int, int] = GroupCommit(run, spawn=spawn)
    with referring("W-1"):
        await commit.submit(1)
    await commit.submit(2)
    await commit.close()
    assert numbers == ["", ""]
