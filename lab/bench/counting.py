"""What a broadcast came to, counted from the simulator's log and the house's own export: pure functions, for ours and for peers alike."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.simulator.tally import is_late, pauses
from lab.simulator.throttle import is_send

Json = dict[str, Any]
Span = tuple[float, float]
LAST_BREATH = 0.5
"""What a process had sent when it was killed is taken up to so many seconds later."""
SAYS_LITTLE = 500


@dataclass(frozen=True)
class Run:
    """A broadcast from outside. `downs` is when the house was dead: from each kill until it was ready again."""

    log: Json
    chats: Container[int]
    per_second: float
    timeout: float
    downs: Sequence[Span] = ()

    @property
    def sends(self) -> list[Json]:
        """Every message that arrived for one of the chats, taken or not, in order."""
        return [each for each in self.log["requests"] if is_send(each["method"]) and each["chat_id"] in self.chats]

    @property
    def taken(self) -> list[Json]:
        return [each for each in self.sends if each["accepted"]]

    def seconds(self) -> float:
        """From the first arrival to the last."""
        sends = self.sends
        return float(sends[-1]["at"] - sends[0]["at"]) if sends else 0.0

    def late_in_pause(self) -> int:
        asked = pauses(self.log)
        return sum(is_late(each, asked) for each in self.sends)

    def too_fast(self) -> int:
        """429s that nothing but the pace of the sender brought about: neither the weather, nor an earlier pause."""
        asked = pauses(self.log)
        halts = [each for each in self.sends if each["status"] == 429 and each["fault"] is None]
        return sum(not any(begun <= each["at"] < ended and chat in (None, each["chat_id"]) for begun, ended, chat in asked) for each in halts)

    def ideal(self) -> float:
        """The least time it could take: every arrival that was not out of turn at the full rate, every pause and every down once, one time-out."""
        sends = self.sends
        if not sends:
            return self.timeout
        within = (sends[0]["at"], sends[-1]["at"])
        quiet = [(begun, ended) for begun, ended, _ in pauses(self.log)]
        return (len(sends) - self.late_in_pause()) / self.per_second + covered([*quiet, *self.downs], within=within) + self.timeout

    def ratio(self) -> float:
        return self.seconds() / self.ideal()

    def duplicates(self) -> int:
        """Copies that were taken beyond each chat's first."""
        return sum(count - 1 for count in Counter(each["chat_id"] for each in self.taken).values())

    def unknown(self) -> int:
        """Copies that were taken, but whose answer was none, unreadable or 5xx: each excuses one duplicate."""
        return sum(doubtful(each) for each in self.taken)


def doubtful(taken: Json) -> bool:
    return not taken["answered"] or (taken["status"] or 0) >= SAYS_LITTLE


def covered(spans: Iterable[Span], *, within: Span) -> float:
    """Seconds that lie in at least one of the spans; what overlaps counts once."""
    total, reached = 0.0, within[0]
    for begun, ended in sorted(spans):
        total += max(0.0, min(ended, within[1]) - max(begun, reached))
        reached = max(reached, min(ended, within[1]))
    return total


def in_flight(run: Run, states: Mapping[int, str], *, died: float) -> int:
    """Copies that were taken and answered, but that the dead house does not know as sent; without those in doubt, which are counted elsewhere."""
    known = {each["chat_id"] for each in run.taken if each["at"] <= died + LAST_BREATH and not doubtful(each)}
    return sum(states.get(chat) == "leased" for chat in known)


def lost(run: Run, states: Mapping[int, str], chats: Iterable[int]) -> list[int]:
    """Chats that got nothing although the house does not say that it is in doubt; and those of which it says nothing final."""
    seen = {each["chat_id"] for each in run.taken}
    final = ("sent", "unknown", "failed")
    return [chat for chat in chats if states.get(chat) not in final or (chat not in seen and states[chat] != "unknown")]
