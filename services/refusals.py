"""Every refused attempt leaves a trace: a line in the log, and for a registered person a row of the audit log."""

import logging
from dataclasses import dataclass

from domain.access import NotHere
from domain.errors import NotAllowed, Refusal
from domain.people import NotRegistered
from services.actors import Actor
from services.audit import Trail
from services.ports import Clock, Works

MINUTE = 60.0
MOST_A_MINUTE = 12
MOST_REMEMBERED = 10_000

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Again:
    """When the same attempt was last written down, and how often it came since."""

    at: float
    unwritten: int = 0


def true_reason(refusal: Refusal) -> Refusal:
    """What lies behind the words that were said."""
    cause = refusal.__cause__
    return cause if isinstance(refusal, NotHere) and isinstance(cause, Refusal) else refusal


def is_about_rights(refusal: Refusal) -> bool:
    """Whether this "no" is recorded: no right, no session, nobody known, or an id that is not theirs."""
    return isinstance(refusal, NotAllowed | NotHere | NotRegistered)


class Refusals:
    """Called by the entrances, once for each request, update or command that was refused.

    A person fills at most a dozen rows a minute in each process, and the same attempt one; how many more there were stands in the next row.
    """

    def __init__(self, works: Works, *, clock: Clock, trail: Trail) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail
        self._same: dict[tuple[object, str, str], _Again] = {}
        self._rows: dict[object, list[float]] = {}

    async def note(self, refusal: Refusal, *, by: Actor, entrance: str, what: str, reference: str = "") -> None:
        """Write down who was refused what, and why. Anything that is no refusal about rights is left alone."""
        if not is_about_rights(refusal):
            return
        code = true_reason(refusal).code
        who = str(by.person) if by.person is not None else "operator" if by.rights else "stranger"
        fields = {"code": code, "entrance": entrance, "what": what, "actor": who, **({"reference": reference} if reference else {})}
        log.warning("refused: %s, %s %s, by %s", code, entrance, what, who, extra=fields)
        if by.person is None or (more := self._due(by.person, code, what)) is None:
            return
        async with self._works.write() as work:
            facts: dict[str, str | int | bool | None] = {"code": code, "entrance": entrance, "what": what, "reference": reference, "more": more}
            await self._trail.add(work, by=by, action="access.refused", subject=by.person, now=self._clock.now(), drill=False, **facts)

    def _due(self, person: object, code: str, what: str) -> int | None:
        """How many of the same went unwritten before; None when this one goes unwritten too."""
        now = self._clock.monotonic()
        self._forget(now)
        same = self._same.get((person, code, what))
        rows = [at for at in self._rows.get(person, ()) if now - at < MINUTE]
        if same is not None and (now - same.at < MINUTE or len(rows) >= MOST_A_MINUTE):
            same.unwritten += 1
            return None
        if len(rows) >= MOST_A_MINUTE:
            self._same[person, code, what] = _Again(now - MINUTE, 1)
            return None
        self._rows[person] = [*rows, now]
        self._same[person, code, what] = _Again(now)
        return same.unwritten if same is not None else 0

    def _forget(self, now: float) -> None:
        if len(self._same) > MOST_REMEMBERED:
            self._same = {key: again for key, again in self._same.items() if now - again.at < MINUTE}
            self._rows = {person: rows for person, rows in self._rows.items() if rows and now - rows[-1] < MINUTE}
