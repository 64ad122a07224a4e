"""Who sends faster than Telegram allows is told to wait, as strictly as the profile says, and the log knows who came too early."""

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.simulator import tally
from lab.simulator.limits import Limits
from lab.simulator.remote import NotDone, Remote
from lab.simulator.server import Simulator
from lab.simulator.sprinkle import Rain, Sprinkle
from lab.simulator.throttle import Throttle
from tests.lab.conftest import LAO, MEI, TOKEN, LabClock

GROUP = -5_000_001
Look = Callable[..., int]


def throttle(clock: LabClock, profile: Any, *, seed: int = 0) -> Throttle:
    return Throttle(now=clock, limits=Limits(), profile=profile, seed=seed)


def sends(made: Throttle, chats: range | list[int]) -> list[int]:
    """What each of these was told to wait; 0 when it was let through."""
    halts = [made.look("sendMessage", chat_id=chat) for chat in chats]
    return [halt.seconds if halt else 0 for halt in halts]


def test_without_limits_anything_goes(clock: LabClock) -> None:
    assert set(sends(throttle(clock, "none"), [7] * 100)) == {0}


def test_strict_the_31st_within_a_second_closes_the_whole_bot_for_three(clock: LabClock) -> None:
    made = throttle(clock, "strict")
    assert sends(made, range(1, 32)) == [0] * 30 + [3]
    clock.at += 2.5
    assert sends(made, [77]) == [1]
    clock.at += 0.5
    assert sends(made, [77]) == [0]


@given(st.lists(st.floats(min_value=0, max_value=0.3), max_size=200))
def test_strict_no_second_ever_holds_more_than_thirty(pauses: list[float]) -> None:
    clock = LabClock()
    made, passed = throttle(clock, "strict"), []
    for chat, pause in enumerate(pauses, 1):
        clock.at += pause
        if sends(made, [chat]) == [0]:
            passed.append(clock.at)
    assert all(later - earlier >= 1.0 for earlier, later in zip(passed, passed[30:], strict=False))


@pytest.mark.parametrize("profile", ["strict", "scoped"])
def test_a_person_gets_one_message_a_second_and_a_group_twenty_a_minute(clock: LabClock, profile: str) -> None:
    made = throttle(clock, profile)
    assert sends(made, [7]) == [0]
    clock.at += 0.99
    assert sends(made, [7])[0] >= 1
    assert sends(made, [8]) == [0]
    for _ in range(20):
        clock.at += 0.5
        assert sends(made, [GROUP]) == [0]
    assert sends(made, [GROUP])[0] >= 50
    clock.at += 51
    assert sends(made, [GROUP, 7]) == [0, 0]


def test_scoped_who_was_over_waits_alone(clock: LabClock) -> None:
    made = throttle(clock, "scoped")
    assert sends(made, [7, 7, 8]) == [0, 5, 0]
    clock.at += 4.5
    assert sends(made, [7, 9]) == [1, 0]
    clock.at += 0.5
    assert sends(made, [7]) == [0]


def test_bursty_a_burst_is_tolerated_and_then_punished_for_long(clock: LabClock) -> None:
    waits = sends(throttle(clock, "bursty"), range(1, 60))
    assert waits[:45] == [0] * 45
    assert 5 <= waits[45] <= 20


def test_bursty_sometimes_only_one_chat_is_meant(clock: LabClock) -> None:
    scopes = [throttle(clock, "bursty", seed=seed).punish("sendMessage", 9, chat_id=7).scope for seed in range(40)]
    assert {"all", "chat"} == set(scopes)
    assert scopes.count("all") > scopes.count("chat")


def test_what_is_no_new_message_is_not_counted(clock: LabClock) -> None:
    made = throttle(clock, "strict")
    assert not any(made.look(method, chat_id=7) for method in ["editMessageText", "sendChatAction", "getUpdates"] * 40)
    assert sends(made, [7]) == [0]


async def post(http: aiohttp.ClientSession, simulator: Simulator, chat: int, text: str = "x") -> tuple[int, dict[str, Any]]:
    async with http.post(f"{simulator.url}/bot{TOKEN}/sendMessage", json={"chat_id": chat, "text": text}) as answer:
        return answer.status, await answer.json()


async def test_a_429_says_for_how_long_and_the_log_knows_who_came_too_early(
    lab: Remote, http: aiohttp.ClientSession, simulator: Simulator, clock: LabClock
) -> None:
    for chat in (MEI, LAO):
        await lab.start(chat)
    await lab.limit("strict")
    await lab.fault(kind="retry_after", method="sendMessage", seconds=7)
    status, told = await post(http, simulator, MEI)
    assert (status, told["parameters"]) == (429, {"retry_after": 7})
    clock.at += 0.2
    assert (await post(http, simulator, LAO))[0] == 429
    assert tally.late_in_pause(await lab.log(), chats={MEI, LAO}) == 0
    clock.at += 2
    assert (await post(http, simulator, LAO))[1]["parameters"] == {"retry_after": 5}
    assert tally.late_in_pause(await lab.log(), chats={MEI, LAO}) == 1
    assert tally.late_in_pause(await lab.log(), chats={MEI}) == 0
    clock.at += 5
    assert (await post(http, simulator, LAO))[0] == 200
    assert tally.late_in_pause(await lab.log(), chats={MEI, LAO}) == 1


async def test_scoped_nobody_else_comes_too_early(lab: Remote, http: aiohttp.ClientSession, simulator: Simulator, clock: LabClock) -> None:
    for chat in (MEI, LAO):
        await lab.start(chat)
    await lab.limit("scoped")
    await post(http, simulator, MEI)
    assert (await post(http, simulator, MEI))[0] == 429
    clock.at += 1
    assert (await post(http, simulator, LAO))[0] == 200
    assert tally.late_in_pause(await lab.log(), chats={MEI, LAO}) == 0


async def test_profiles_and_rain_are_checked(lab: Remote) -> None:
    with pytest.raises(NotDone, match="no such profile"):
        await lab.limit("lenient")
    for wrong in ({"hail": 1}, {"cut": 0.9, "hang": 0.2}, {"cut": -0.1}, {"cut": "x"}):
        with pytest.raises(NotDone):
            await lab.rain(**wrong)


async def test_rain_befalls_its_share_of_sends_and_the_same_ones_again(
    lab: Remote, http: aiohttp.ClientSession, simulator: Simulator, clock: LabClock
) -> None:
    await lab.start(MEI)
    for _ in range(2):
        await lab.rain(error=0.5, seed=3)
        for _ in range(40):
            await post(http, simulator, MEI)
    faults = [each["fault"] for each in (await lab.log())["requests"]]
    assert faults[:40] == faults[40:]
    assert 10 < faults[:40].count("error") < 30
    await lab.rain()
    assert (await post(http, simulator, MEI))[0] == 200


def test_every_kind_of_rain_falls() -> None:
    sprinkle = Sprinkle(Rain(retry_after=0.2, error=0.2, hang=0.2, cut=0.2, garbage=0.2))
    fallen = [fault for _ in range(200) if (fault := sprinkle.take("sendMessage"))]
    assert {fault.kind for fault in fallen} == {"retry_after", "error", "hang", "cut", "garbage"}
    assert {fault.takes_effect for fault in fallen if fault.kind == "error"} == {True, False}
    assert len(fallen) == 200
    assert sprinkle.take("getUpdates") is None
