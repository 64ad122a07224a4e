"""At a checkpoint: every code that is shown is one row of the log, with its way, also the refused ones. What it is worth is said in domain/checkpoints.py."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access import May
from domain.checkpoints import DATED, DOUBTS, Checkpoint, CheckpointClosed, CheckpointUnknown, CodeSeen, judge
from domain.codes import Holder, IssuedCode
from domain.passes import Crossing, Pass, inside
from domain.scans import REPEAT_WITHIN, Outcome, Purpose, Reason, Scan, Via, Way
from services.actors import Actor
from services.audit import Trail
from services.codes import Press, Seen, found_code
from services.evacuations import BOARD
from services.office import Office
from services.passes import INSIDE_SINCE
from services.ports import Clock, Ids, Wakeups, Work, Works


@dataclass(frozen=True, slots=True)
class Shown:
    """What a guard was shown: the text of a code, and which way its holder goes. `confirmed` = the guard has looked and lets them through."""

    checkpoint: UUID
    way: Way
    text: str
    via: Via
    confirmed: bool = False

    @property
    def body_hash(self) -> bytes:
        said = [str(self.checkpoint), self.way, self.text, self.via, str(self.confirmed)]
        return hashlib.sha256("\x1f".join(said).encode()).digest()


@dataclass(frozen=True, slots=True)
class CheckpointVerdict:
    """What the guard is told. `held` is the pass behind the code; `first_at` when the same was recorded a moment ago, or when the pass that goes in
    went in already.
    """

    scan: UUID
    outcome: Outcome
    reason: Reason
    checkpoint: Checkpoint
    way: Way
    at: datetime
    drill: bool
    kind: str = ""
    held: Pass | None = None
    first_at: datetime | None = None


def code_seen(seen: Seen, code: IssuedCode | None, *, at: datetime) -> CodeSeen:
    """What was shown, as the table of checkpoints wants it: what a reader saw, and what the register knew at that moment."""
    if code is None:
        ours = seen.reason in DOUBTS | DATED | {Reason.OK}
        return CodeSeen(Reason.UNKNOWN_CODE if ours else seen.reason, seen.kind, typed=seen.typed)
    reason = seen.reason
    if code.revoked_at is not None and at >= code.revoked_at:
        reason = Reason.REPLACED if code.replaced_by is not None else Reason.REVOKED
    elif code.holder is None:
        reason = Reason.BLANK_CARD
    return CodeSeen(reason, code.kind, code.scope, code.expires_at, seen.typed, code.drill_only)


class Crossings:
    """Records who goes through a checkpoint."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, press: Press, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._press = press
        self._wakeups = wakeups

    async def cross(self, shown: Shown, *, by: Actor, key: str) -> CheckpointVerdict:
        """Keep it and say what it means. Refuses, and keeps nothing, where the guard has no post or the checkpoint is closed."""
        now = self._clock.now()
        async with self._works.write() as work:
            place = await work.checkpoints.get(shown.checkpoint)
            if place is None:
                raise CheckpointUnknown()
            by.must(May.VERIFY_PASS, now=now, area=place.area, place=place.id)
            first = (await work.scans.with_keys([key])).get(key)
            if first is not None and first.body_hash == shown.body_hash:
                return await self._told(work, first, place)
            if not place.active:
                raise CheckpointClosed(name=place.name)
            scan = await self._scan(work, shown, place, by=by, key=key, now=now, conflict=first is not None)
            await work.scans.add([scan])
            if shown.confirmed and scan.outcome is Outcome.ACCEPTED:
                await self._trail.add(work, by=by, action="crossings.confirmed", subject=scan.id, now=now, drill=scan.drill, reason=scan.reason.value)
            verdict = await self._told(work, scan, place)
        self._wakeups.publish(BOARD)
        return verdict

    async def _scan(self, work: Work, shown: Shown, place: Checkpoint, *, by: Actor, key: str, now: datetime, conflict: bool) -> Scan:
        seen = self._press.read(shown.text, now=now)
        code = await found_code(work, seen)
        drill = self._office.drill_only
        held = await _pass_of(work, code)
        outcome, reason = judge(code_seen(seen, code, at=now), held, place, now, drill=drill)
        if conflict:
            outcome, reason = Outcome.REFUSED, Reason.KEY_CONFLICT
        if outcome is Outcome.CHECK and shown.confirmed:
            outcome = Outcome.ACCEPTED
        fields = {"held": str(held.id)} if held is not None else {}
        before = await work.scans.last_of_code(code.cti, purpose=Purpose.CHECKPOINT) if code is not None and outcome is Outcome.ACCEPTED else None
        if before is not None and (before.place, before.way) == (place.id, shown.way) and now - before.at_effective < REPEAT_WITHIN:
            outcome, reason, fields = Outcome.REPEAT, Reason.ALREADY_HERE, fields | {"at": before.at_effective.isoformat()}
        elif outcome is not Outcome.REFUSED and shown.way is Way.IN and (came := await _came_in(work, held, drill=drill, now=now)) is not None:
            fields |= {"at": came.at.isoformat()}
            if reason is Reason.OK:
                outcome, reason = (Outcome.ACCEPTED if shown.confirmed else Outcome.CHECK), Reason.INSIDE
        return Scan(
            self._ids.new(), key, shown.body_hash, code.kind.value if code is not None else (seen.kind or ""), None, code.cti if code is not None else seen.cti,
            seen.short, hashlib.sha256(shown.text.encode()).digest(), place.id, Purpose.CHECKPOINT, shown.via, by.person, None, now, now, outcome, reason,
            "proven", None, drill, way=shown.way, fields=fields,
        )  # fmt: skip

    async def _told(self, work: Work, scan: Scan, place: Checkpoint) -> CheckpointVerdict:
        held = await work.passes.get(UUID(scan.fields["held"])) if "held" in scan.fields else None
        first = datetime.fromisoformat(scan.fields["at"]) if "at" in scan.fields else None
        return CheckpointVerdict(
            scan.id, scan.outcome, scan.reason, place, scan.way or Way.IN, scan.at_effective, scan.drill, scan.kind, held, first
        )


async def _came_in(work: Work, held: Pass | None, *, drill: bool, now: datetime) -> Crossing | None:
    """The crossing by which this pass is inside already; None when it is not."""
    if held is None:
        return None
    crossings = await work.passes.crossings_of([held.id], since=now - INSIDE_SINCE)
    return inside(one for one in crossings if one.drill is drill).get(held.id)


async def _pass_of(work: Work, code: IssuedCode | None) -> Pass | None:
    if code is None or code.holder is None or code.kind not in (Holder.PASS, Holder.VEHICLE):
        return None
    return await work.passes.get(code.holder)
