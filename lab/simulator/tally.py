"""What an oracle computes from the answer of `/lab/log`; pure functions over its JSON.

A *turn* of a chat is the time from one update to the next one queued there. A script that waits for the answer before
it acts again in the same chat makes turns clear.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Container, Sequence
from typing import Any

from lab.simulator.throttle import is_send

Json = dict[str, Any]
GRACE = 0.25
"""So long after a 429 was written a request may still arrive that was sent before it could be read."""
SILENT = ("sendchataction",)


def unconfirmed(log: Json) -> list[int]:
    """Updates that Telegram would still hold: neither confirmed nor expired nor dropped on request."""
    ended = ("confirmed_at", "expired_at", "dropped_at")
    return [each["update_id"] for each in log["updates"] if all(each[name] is None for name in ended)]


def turns(log: Json) -> dict[int, list[Json]]:
    """The updates of each chat, in the order in which they were queued."""
    chats: dict[int, list[Json]] = {}
    for update in log["updates"]:
        chats.setdefault(update["chat_id"], []).append(update)
    return chats


def turn_of(asked: Json, chats: dict[int, list[Json]]) -> int:
    """How many updates of its chat were queued before a request."""
    return bisect([update["order"] for update in chats.get(asked["chat_id"], [])], asked["order"])


def unanswered(log: Json) -> list[int]:
    """Updates in whose turn nothing was said, edited or answered: updates lost.

    An album is answered when any of its photos is. Updates that expired or were dropped, and those that only tell what
    happened to a chat, are left out.
    """
    chats = turns(log)
    heard: set[tuple[int, int]] = set()
    pressed: set[str] = set()
    for each in log["requests"]:
        if each["accepted"] and each["method"].lower() == "answercallbackquery":
            pressed.add(each["callback_query_id"])
        elif each["accepted"] and each["chat_id"] is not None and each["method"].lower() not in SILENT:
            heard.add((each["chat_id"], turn_of(each, chats)))
    seen = {
        updates[turn - 1].get("album") for chat_id, turn in heard if 0 < turn <= len(updates := chats.get(chat_id, []))
    } - {None}
    return sorted(
        update["update_id"]
        for chat_id, updates in chats.items()
        for turn, update in enumerate(updates, start=1)
        if not update.get("service")
        and update["expired_at"] is None
        and update["dropped_at"] is None
        and update["callback_query_id"] not in pressed
        and (chat_id, turn) not in heard
        and (update.get("album") is None or update["album"] not in seen)
    )


def duplicates(log: Json) -> int:
    """Sends with the same content to the same chat within one turn, beyond the first."""
    chats = turns(log)
    seen: Counter[tuple[int, int, str]] = Counter()
    for each in log["requests"]:
        if each["accepted"] and is_send(each["method"]):
            seen[each["chat_id"], turn_of(each, chats), each["digest"]] += 1
    return sum(count - 1 for count in seen.values())


def unknown(log: Json) -> int:
    """Calls that took effect but were answered unreadably, with 5xx or not at all: they excuse as many duplicates."""
    return sum(
        1 for each in log["requests"] if each["accepted"] and (not each["answered"] or (each["status"] or 0) >= 500)
    )


def pauses(log: Json) -> list[tuple[float, float, int | None]]:
    """What each 429 asked for: from when its answer had been written until when, and of which chat (None: of the whole bot)."""
    halts = [each for each in log["requests"] if each["written_at"] is not None]
    return [(each["written_at"], each["written_at"] + each["retry_after"], None if each["scope"] == "all" else each["chat_id"]) for each in halts]


def late_in_pause(log: Json, *, chats: Container[int]) -> int:
    """Sends to these chats that arrived more than 250 ms after a 429 that concerned them, and before its time was over."""
    asked = pauses(log)
    return sum(is_late(each, asked) for each in log["requests"] if is_send(each["method"]) and each["chat_id"] in chats)


def is_late(sent: Json, asked: Sequence[tuple[float, float, int | None]]) -> bool:
    """Whether this one arrived in a pause, when the one who sent it could have known."""
    return any(begun + GRACE < sent["at"] < ended and chat in (None, sent["chat_id"]) for begun, ended, chat in asked)
