"""The door before a service: open, cut, deaf, healed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from lab.proxy import Proxy

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
WITHIN = 5.0
SILENCE = 0.2


@pytest.fixture
async def door() -> AsyncIterator[Proxy]:
    """Before a service that says everything again."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(line)
        except ConnectionError:
            return
        finally:
            writer.close()

    service = await asyncio.start_server(echo, "127.0.0.1", 0)
    proxy = Proxy("127.0.0.1", service.sockets[0].getsockname()[1])
    await proxy.start()
    yield proxy
    await proxy.close()
    service.close()


async def knock(door: Proxy) -> Line:
    return await asyncio.open_connection("127.0.0.1", door.port)


async def say(line: Line, text: bytes) -> bytes:
    reader, writer = line
    writer.write(text + b"\n")
    return (await asyncio.wait_for(reader.readline(), WITHIN)).rstrip()


async def test_what_is_said_passes_in_both_directions(door: Proxy) -> None:
    line = await knock(door)
    assert await say(line, b"well?") == b"well?"
    line[1].close()


async def test_whoever_is_cut_off_is_told_so_at_once_and_nobody_is_let_in_until_it_is_healed(door: Proxy) -> None:
    line = await knock(door)
    await say(line, b"well?")
    door.cut()
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(line[0].read(1), WITHIN)
    with pytest.raises(ConnectionRefusedError):
        await knock(door)
    line[1].close()

    await door.heal()
    again = await knock(door)
    assert await say(again, b"and now?") == b"and now?"
    again[1].close()


async def test_a_deaf_service_takes_everybody_and_answers_nobody_until_it_is_healed(door: Proxy) -> None:
    old = await knock(door)
    await say(old, b"well?")
    door.grow_deaf()
    new = await knock(door)
    for reader, writer in (old, new):
        writer.write(b"hello?\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readline(), SILENCE)

    await door.heal()
    for reader, writer in (old, new):
        assert await asyncio.wait_for(reader.readline(), WITHIN) == b"hello?\n"
        writer.close()


async def test_a_mute_door_lets_the_question_in_and_loses_the_answer(door: Proxy) -> None:
    line = await knock(door)
    assert await say(line, b"well?") == b"well?"
    door.lose_answers()
    with pytest.raises(ConnectionResetError):
        await say(line, b"and now?")
    assert door.swallowed.is_set()
    await door.heal()
    again = await knock(door)
    assert await say(again, b"well?") == b"well?"
    for each in (line, again):
        each[1].close()
