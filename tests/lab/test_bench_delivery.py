"""The delivery benchmark measures what really happened: a good sender passes, and each kind of bad one is found out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from lab.bench import peer, peers
from lab.bench.broadcast import Asked, Weather, broadcast
from lab.bench.counting import Run, covered, in_flight, lost
from lab.bench.crowd import FIRST_CHAT, TOKEN, Crowd, everybody, furnished, personas
from lab.bench.delivery import missed, slow
from lab.simulator.faults import Fault
from lab.simulator.server import Simulator
from lab.simulator.throttle import Profile
from tests.lab.conftest import LabClock

CHATS = range(FIRST_CHAT, FIRST_CHAT + 60)
FINE = {"limit_ratio": 1.0, "late_in_pause": 0, "lost": 0, "duplicates": 2, "unknown": 1, "in_flight_at_kills": 1, "unthrottled_ratio": 0.9, "peers": {}}
KEYS = ["limit_ratio", "late_in_pause", "lost", "duplicates", "unknown", "in_flight_at_kills", "unthrottled_ratio", "peers"]


def sent(chat: int, at: float, **more: Any) -> dict[str, Any]:
    """A line of the simulator's log."""
    fine = {"method": "sendMessage", "status": 200, "accepted": True, "answered": True, "written_at": None, "retry_after": None, "scope": None, "fault": None}
    return fine | {"chat_id": chat, "at": at} | more


def refused(chat: int, at: float, *, wait: int, scope: str = "all") -> dict[str, Any]:
    return sent(chat, at, status=429, accepted=False, written_at=at, retry_after=wait, scope=scope)


def run(*requests: dict[str, Any], downs: tuple[tuple[float, float], ...] = ()) -> Run:
    return Run({"requests": list(requests)}, range(1, 1000), 30, 5.0, downs)


def test_what_overlaps_is_excused_once() -> None:
    assert covered([(0, 10), (5, 12), (6, 7), (20, 30)], within=(2, 25)) == 10 + 5


def test_a_pace_of_thirty_a_second_is_at_the_limit_and_half_of_it_is_not() -> None:
    full = run(*(sent(n, n / 30) for n in range(1, 900)))
    half = run(*(sent(n, n / 15) for n in range(1, 900)))
    assert full.ratio() < 1.0
    assert half.ratio() > 1.5
    assert slow(FINE | {"limit_ratio": half.ratio()})


def test_a_pause_and_a_restart_are_no_fault_of_the_sender_but_what_comes_after_them_is() -> None:
    still = run(refused(1, 0, wait=60), sent(1, 61), downs=((50, 70),))
    assert still.ratio() < 1.0
    late = run(refused(1, 0, wait=60), sent(1, 140), downs=((50, 70),))
    assert late.ratio() > 1.5


def test_who_sends_on_during_a_pause_is_seen_and_gains_nothing_by_it() -> None:
    heedless = run(refused(1, 0, wait=10), sent(2, 0.2), sent(3, 0.3), sent(4, 9.9), sent(1, 10.1))
    assert heedless.late_in_pause() == 2
    assert missed(FINE | {"late_in_pause": 2})
    assert heedless.ideal() == pytest.approx(3 / 30 + 10 + 5)


def test_a_429_about_one_chat_keeps_only_that_chat_waiting() -> None:
    assert run(refused(1, 0, wait=10, scope="chat"), sent(2, 5), sent(1, 6)).late_in_pause() == 1


def test_a_copy_too_many_needs_a_reason() -> None:
    twice = run(sent(1, 0), sent(1, 2), sent(2, 3, answered=False, status=None), sent(2, 4), sent(3, 5, status=502), sent(3, 6))
    assert (twice.duplicates(), twice.unknown()) == (3, 2)
    assert missed(FINE | {"duplicates": 3, "unknown": 2, "in_flight_at_kills": 0})
    assert not missed(FINE)


def test_what_a_dead_house_did_not_know_was_in_flight() -> None:
    seen = run(sent(1, 0), sent(2, 1), sent(3, 1, answered=False, status=None), sent(4, 9))
    assert in_flight(seen, {1: "sent", 2: "leased", 3: "leased", 4: "leased", 5: "leased"}, died=2) == 1


def test_who_got_nothing_is_lost_unless_the_house_says_that_it_does_not_know() -> None:
    seen = run(sent(1, 0), sent(2, 1))
    states = {1: "sent", 2: "pending", 3: "sent", 4: "unknown", 5: "failed"}
    assert lost(seen, states, range(1, 7)) == [2, 3, 5, 6]
    assert missed(FINE | {"lost": 1})


@pytest.fixture
async def world() -> AsyncIterator[Simulator]:
    made = await a_world("strict")
    yield made
    await made.stop()


async def a_world(profile: Profile) -> Simulator:
    from lab.bench.crowd import BOT

    made = Simulator({TOKEN: BOT}, personas=personas(len(CHATS)), preview=False, profile=profile)
    await made.start()
    everybody(made, CHATS)
    return made


async def test_a_sender_that_bursts_and_does_not_listen_is_found_out(world: Simulator) -> None:
    async with aiohttp.ClientSession() as session:

        async def send(chat: int) -> None:
            await session.post(f"{world.url}/bot{TOKEN}/sendMessage", json={"chat_id": chat, "text": "x"})

        await asyncio.gather(*(send(chat) for chat in CHATS[:40]))
        await asyncio.sleep(0.4)
        await asyncio.gather(*(send(chat) for chat in CHATS[40:]))
    seen = Run({"requests": world.world.ledger.after(0)}, CHATS, 30, 5.0)
    assert len(seen.taken) == 30
    assert seen.late_in_pause() == 20
    assert seen.too_fast() == 1
    assert len(lost(seen, dict.fromkeys(CHATS, "sent"), CHATS)) == 30


async def test_a_peer_sends_in_a_process_of_its_own_and_is_counted_like_us() -> None:
    calm = Asked("strict", weather=Weather(retry_after=0, error=0, hang=0, cut=0, garbage=0))
    seen = await peers.alone("sleep_loop", 5, calm, pause=1)
    assert (seen["delivered"], seen["of"], seen["late_in_pause"], seen["refused"]) == (5, 5, 0, 1)


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(peer.NEEDED, "no_such_module_here", "no-such-package")
    with pytest.raises(peers.PeersAbsent, match="pip install no-such-package"):
        peers.must_be_there()


async def test_the_weather_can_ask_for_silence_in_every_profile() -> None:
    clock = LabClock()
    for profile in ("strict", "scoped", "bursty"):
        world = await a_world(profile)
        world.world.faults.add(Fault(kind="retry_after", method="sendMessage", seconds=3))
        async with aiohttp.ClientSession() as session, session.post(f"{world.url}/bot{TOKEN}/sendMessage", json={"chat_id": CHATS[0], "text": "x"}) as said:
            assert (said.status, (await said.json())["parameters"]) == (429, {"retry_after": 3})
        await world.stop()
    assert clock.at


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Crowd:
    return asyncio.run(furnished(tmp_path_factory.mktemp("crowd"), people=60))


def quick(**more: Any) -> Asked:
    return Asked("strict", per_second=120, quiet=1.0, **more)


@pytest.mark.long
async def test_a_small_crowd_gets_its_notice_through_rain_and_a_kill(crowd: Crowd, tmp_path: Path) -> None:
    weather = Weather(retry_after=0, error=0.05, hang=0, cut=0.04, garbage=0.04)
    seen = await broadcast(crowd, tmp_path, quick(kills=1, weather=weather))
    assert (seen.lost, seen.late_in_pause) == (0, 0)
    assert seen.duplicates <= seen.unknown + seen.in_flight_at_kills
    assert seen.states["sent"] + seen.states.get("unknown", 0) == 60
    assert seen.arrived >= 60
    assert seen.down > 0


@pytest.mark.long
async def test_a_house_that_sends_everything_twice_is_found_out(crowd: Crowd, tmp_path: Path) -> None:
    weather = Weather(retry_after=0, error=0, hang=0, cut=0, garbage=0)
    seen = await broadcast(crowd, tmp_path, quick(kills=0, weather=weather, settings={"LAB_SABOTAGE": "double-send"}))
    assert seen.duplicates >= 50
    figures = FINE | {name: getattr(seen, name) for name in ("duplicates", "unknown", "in_flight_at_kills")}
    assert missed(figures)
    assert list(figures) == KEYS
