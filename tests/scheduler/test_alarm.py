"""A pause that many may end."""

import asyncio

from scheduler.alarm import Alarm


async def test_whoever_rings_while_the_pause_is_ending_does_no_harm() -> None:
    alarm, ended = Alarm(), asyncio.Event()
    resting = asyncio.ensure_future(alarm.rest(forever(ended)))
    await asyncio.sleep(0)
    alarm.ring()
    for _ in range(5):
        asyncio.get_running_loop().call_soon(alarm.ring)
    while not resting.done():
        alarm.ring()
        await asyncio.sleep(0)
    await resting


async def test_a_ring_while_nobody_rests_ends_the_next_pause_at_once() -> None:
    alarm, never = Alarm(), asyncio.Event()
    alarm.ring()
    await alarm.rest(forever(never))


async def forever(never: asyncio.Event) -> None:
    await never.wait()
