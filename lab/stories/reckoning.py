"""Ledger, board and oracle side by side: every difference in words."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from lab.simulator.limits import Limits
from lab.simulator.tally import turn_of, turns, unanswered, unknown
from lab.simulator.throttle import SECOND, is_send
from lab.stories.house import Death
from lab.stories.ledger import Ledger

Json = dict[str, Any]
REFERENCE = re.compile(r"\bU5\d{8}\b")
LAST_BREATH = 0.5
"""What the killed process had sent is taken up to so many seconds after its death; no new one can speak so soon."""
DURABLE_WITHIN = 0.5
"""What was answered longer ago than so many seconds is durable."""


def numbers_differ(ledger: Ledger, oracle: Mapping[str, int], board: Mapping[str, int]) -> Iterator[str]:
    """Where one of the three counts otherwise than the ledger of what people were told."""
    for name, told in ledger.numbers().items():
        if oracle[name] != told:
            yield f"{name}: people were told of {told}, the export holds {oracle[name]}"
        if name in board and board[name] != told:
            yield f"{name}: people were told of {told}, the board shows {board[name]}"
    for name, told in ledger.shares().items():
        if board[name] != told:
            yield f"{name}: by what people were told it is {told}, the board shows {board[name]}"


def people_differ(ledger: Ledger, stands: Mapping[str, Json]) -> Iterator[str]:
    """Where somebody stands otherwise, or by another proof, than they or the one who answers for them were told."""
    for name in sorted({*ledger.listed, *ledger.lines}):
        found = stands.get(name)
        if found is None:
            yield f"{name} is not among the members of the order"
        elif found["walk_in"] is (name in ledger.listed):
            yield f"{name} is listed and a walk-in in one"
        elif found["safe"] is not ledger.is_safe(name):
            yield f"{name}: told {'safe' if ledger.is_safe(name) else 'not safe'}, the export says {'safe' if found['safe'] else 'not safe'}"
        elif found["safe"] and found["how"] != ledger.how(name):
            yield f"{name}: safe by {ledger.how(name)}, the export says by {found['how']}"
    for name in sorted(set(stands) - {*ledger.listed, *ledger.lines}):
        yield f"{name}: nobody was told of them, but they are a member of the order"


def not_held(ledger: Ledger, lines: Iterable[str], names: Mapping[str, str]) -> Iterator[str]:
    """What somebody was told is recorded, and what is not among the events of the export, with the same proof. Of people whom `names` has, by their ids."""
    rows = [json.loads(line) for line in lines]
    members = {row["id"]: names.get(row["person"]) for row in rows if row["type"] == "member"}
    held = Counter((members.get(row["member"]), row["kind"], row["how"]) for row in rows if row["type"] == "event")
    for name in sorted(set(names.values()) & ledger.lines.keys()):
        for (kind, how), times in sorted(Counter((told.kind, told.how) for told in ledger.lines[name]).items()):
            if held[name, kind, how] < times:
                yield f"{name}: told {times} × {kind} by {how}, the export holds {held[name, kind, how]}"


def lost(log: Json, given_up: Iterable[int]) -> list[int]:
    """Updates that nobody answered: by the simulator's log, and by those who gave up waiting."""
    return sorted({*unanswered(log), *given_up})


def parked(texts: Sequence[str]) -> set[str]:
    """Reference numbers that people were told instead of an answer."""
    return {number for text in texts for number in REFERENCE.findall(text)}


def sends(log: Json) -> list[Json]:
    """What Telegram took, and put into a chat."""
    return [each for each in log["requests"] if each["accepted"] and is_send(each["method"])]


def said_twice(log: Json) -> Iterator[tuple[Json, Json]]:
    """Pairs of sends with the same content to one chat in one turn."""
    chats = turns(log)
    seen: dict[tuple[int, int, str], Json] = {}
    for each in sends(log):
        key = (each["chat_id"], turn_of(each, chats), each["digest"])
        if key in seen:
            yield seen[key], each
        seen[key] = each


def told_twice(log: Json, deliveries: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Pairs of sends of a message that came unasked, in whatever turns."""
    taken = sends(log)
    by_id = {each["message_id"]: each for each in taken}
    wanted = {(by_id[message["message_id"]]["chat_id"], by_id[message["message_id"]]["digest"]) for message in deliveries}
    same: dict[tuple[int, str], list[Json]] = {}
    for each in taken:
        if (each["chat_id"], each["digest"]) in wanted:
            same.setdefault((each["chat_id"], each["digest"]), []).append(each)
    for lot in same.values():
        yield from pairwise(lot)


def doubled(log: Json, deaths: Sequence[Death]) -> Iterator[str]:
    """Sends with the same content to one chat in one turn, beyond the first, between which nobody killed the house.

    An answer that Telegram took but that could not be read excuses one.
    """
    excess = [
        f"chat {again['chat_id']}: message {again['message_id']} says again what was said in the same turn"
        for before, again in said_twice(log)
        if not killed_between(before, again, deaths)
    ]
    excused = unknown({**log, "requests": [each for each in log["requests"] if not any(abs(each["at"] - death.at) < 1 for death in deaths)]})
    yield from excess[excused:]


def killed_between(before: Json, again: Json, deaths: Sequence[Death]) -> bool:
    """Whether the very process that said something first may have been dead when it was said again."""
    return any(of(before, death) and before["at"] <= death.at + LAST_BREATH <= again["at"] for death in deaths)


def of(asked: Json, death: Death) -> bool:
    """Whether whoever asked was killed then; where the log does not tell processes apart, it was everybody."""
    return not asked.get("by") or asked["by"] == death.name


def delivered_twice(log: Json, deliveries: Sequence[Json], deaths: Sequence[Death]) -> Iterator[str]:
    """Messages that came unasked, and came more than once although nobody killed the house in between."""
    for before, again in told_twice(log, deliveries):
        if not killed_between(before, again, deaths):
            yield f"chat {again['chat_id']} was told the same twice (message {again['message_id']})"


def duplicates(log: Json, deliveries: Iterable[Json]) -> int:
    """How many messages Telegram took a second time, for whatever reason."""
    return len({again["message_id"] for _, again in (*said_twice(log), *told_twice(log, deliveries))})


def in_flight(log: Json, deaths: Sequence[Death]) -> int:
    """How many sends were open when the process that made them was killed, or answered so shortly before that this may not have been durable."""
    return sum(
        any(of(each, death) and each["at"] <= death.at + LAST_BREATH and ended(each) >= death.at - DURABLE_WITHIN for death in deaths) for each in sends(log)
    )


def too_fast(log: Json) -> list[str]:
    """In words, when Telegram took more from the bot within some second than it allows to all chats together."""
    times = sorted(each["at"] for each in sends(log))
    most = max((n - next(m for m in range(n + 1) if times[m] > at - SECOND) + 1 for n, at in enumerate(times)), default=0)
    return [f"{most} messages arrived within one second, {Limits.sends_per_second} are allowed"] if most > Limits.sends_per_second else []


def ended(asked: Json) -> float:
    return float(asked["at"] + (asked["seconds"] or 0))
