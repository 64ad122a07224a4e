"""Passes: asked by a team or an official, decided by somebody else, revoked with a reason. The code comes and goes in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.access import TABLE, May, NotYours, Role
from domain.checkpoints import Checkpoint
from domain.deliveries import Lane, Message, Subject
from domain.passes import (
    HOLDERS,
    LONGEST,
    MOST_A_DAY,
    Crossing,
    OwnPass,
    Pass,
    PassDecided,
    PassNotInForce,
    PassOver,
    PassState,
    PassUnknown,
    TooManyPasses,
    Wish,
    checked_why,
    inside,
)
from domain.people import AreaUnknown
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.codes import Card, Codes, Mint
from services.office import Office
from services.ports import Clock, Ids, Wakeups, Work, Works

MOST = 500
INSIDE_SINCE = LONGEST + timedelta(days=30)
"""So far back a crossing may lie by which somebody is still inside."""


@dataclass(frozen=True, slots=True)
class Line:
    """A pass as a list shows it, with what the reader may do with it now. `asker` and `decider` are names."""

    held: Pass
    standing: PassState
    asker: str
    decider: str
    decides: bool
    revokes: bool
    replaces: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """A pass whose last crossing was inwards. `overdue` = its time is over, or it was revoked, and nobody saw it leave."""

    held: Pass
    crossing: Crossing
    checkpoint: Checkpoint
    standing: PassState

    @property
    def overdue(self) -> bool:
        return self.standing is not PassState.GRANTED


class Passes:
    """Asks, decides, revokes, replaces, and knows who is inside."""

    def __init__(
        self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, audience: Audience, mint: Mint, codes: Codes, wakeups: Wakeups
    ) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._audience = audience
        self._mint = mint
        self._codes = codes
        self._wakeups = wakeups

    async def ask(self, wish: Wish, *, by: Actor, key: str) -> Pass:
        """A pass for somebody or something, from now on; whoever may decide there is told."""
        now = self._clock.now()
        by.must(May.ASK_PASS, now=now)
        good = wish.checked()
        by.must(May.ASK_PASS, now=now, area=good.area)
        async with self._works.write() as work:
            id = self._ids.derived(key, "pass")
            if (again := await work.passes.get(id)) is not None:
                return again
            if await work.areas.get(good.area) is None:
                raise AreaUnknown(asked=good.area[:20])
            if await work.passes.count_since(by.registered(), since=now - timedelta(days=1)) >= MOST_A_DAY:
                raise TooManyPasses(most=MOST_A_DAY)
            made = await self._new(work, id, good, by=by, now=now)
            await work.passes.add(made)
            message = self._message(made, Subject.PASSES_ASKED, now=now)
            await self._audience.tell(work, await self._deciders(work, made, now=now), message, lane=Lane.ORANGE)
            await self._trail.add(work, by=by, action="passes.ask", subject=id, now=now, drill=made.drill, area=made.area, hours=good.hours)
        self._wakeups.publish("deliveries")
        return made

    async def _new(self, work: Work, id: UUID, wish: Wish, *, by: Actor, now: datetime) -> Pass:
        prefix = f"T-{self._office.day(now)}-"
        number = f"{prefix}{await work.passes.last_number(prefix) + 1:04}"
        at = now.replace(microsecond=0)
        return Pass(
            id, number, wish.kind, wish.who, wish.team, wish.area, at, at + timedelta(hours=wish.hours), wish.reason, by.registered(),
            self._office.drill_only, wish.why_longer,
        )  # fmt: skip

    async def _deciders(self, work: Work, held: Pass, *, now: datetime) -> set[UUID]:
        """Everybody who may decide there, but whoever asked."""
        roles = [role for role in Role if May.APPROVE_PASS in TABLE[role]]
        grants = [grant for role in roles for grant in await work.grants.with_role(role)]
        able = {grant.person for grant in grants if grant.holds(now=now) and grant.gives(May.APPROVE_PASS, area=held.area, place=None)}
        return able - {held.asked_by}

    def _message(self, held: Pass, subject: Subject, *, now: datetime) -> Message:
        """One for each thing that happens to a pass; what it says is read from the pass when it is sent."""
        return Message(self._ids.derived(str(held.id), subject.value), subject, held.id, held.drill, now)

    async def decide(self, wanted: UUID, *, granted: bool, why: str = "", by: Actor) -> Pass:
        """By somebody who may decide there and did not ask. A grant makes its code in the same transaction; a refusal needs a reason."""
        now = self._clock.now()
        async with self._works.write() as work:
            held = await self._found(work, wanted)
            by.must(May.APPROVE_PASS, now=now, area=held.area)
            if held.asked_by == by.registered():
                raise OwnPass()
            if held.state is (PassState.GRANTED if granted else PassState.REFUSED) and held.decided_by == by.person:
                return held
            if held.state is not PassState.ASKED:
                raise PassDecided(number=held.number)
            word = " ".join(why.split()) if granted and not why.strip() else checked_why(why)
            if granted and now >= held.valid_to:
                raise PassOver(number=held.number)
            decided = replace(held, state=PassState.GRANTED if granted else PassState.REFUSED, decided_by=by.person, decided_at=now, decided_why=word)
            if granted:
                decided = await self._coded(work, decided, by=by, now=now)
            await work.passes.change(decided)
            subject = Subject.PASSES_GRANTED if granted else Subject.PASSES_REFUSED
            await self._audience.tell(work, {held.asked_by}, self._message(decided, subject, now=now), lane=Lane.ORANGE)
            await self._trail.add(work, by=by, action="passes.grant" if granted else "passes.refuse", subject=wanted, now=now, drill=held.drill)
        self._wakeups.publish("deliveries")
        return decided

    async def _coded(self, work: Work, held: Pass, *, by: Actor, now: datetime) -> Pass:
        """With a new code, which ends when the pass ends."""
        lasts = held.valid_to - now.replace(microsecond=0)
        (code,) = await self._mint.issue(work, HOLDERS[held.kind], [held.id], by=by, now=now, lasts=lasts, scope=held.area)
        return replace(held, cti=code.cti)

    async def revoke(self, wanted: UUID, why: str, *, by: Actor) -> Pass:
        """For good, with every code of it. A pass that is only asked for can be taken back so too."""
        now = self._clock.now()
        async with self._works.write() as work:
            held = await self._found(work, wanted)
            if held.asked_by != by.registered() or held.state is not PassState.ASKED:
                by.must(May.APPROVE_PASS, now=now, area=held.area)
            if held.state is PassState.REVOKED:
                return held
            if held.state is PassState.REFUSED:
                raise PassDecided(number=held.number)
            revoked = replace(held, state=PassState.REVOKED, revoked_by=by.person, revoked_at=now, revoked_why=checked_why(why), cti=None)
            await self._end_codes(work, held, at=now)
            await work.passes.change(revoked)
            await self._audience.tell(work, {held.asked_by} - {by.person}, self._message(revoked, Subject.PASSES_REVOKED, now=now), lane=Lane.ORANGE)
            await self._trail.add(work, by=by, action="passes.revoke", subject=wanted, now=now, drill=held.drill)
        self._wakeups.publish("deliveries")
        return revoked

    async def _end_codes(self, work: Work, held: Pass, *, at: datetime) -> None:
        """Every code of this pass that is still good, whoever issued it: none may outlive it."""
        while (code := (await work.codes.of([held.id])).get(held.id)) is not None:
            await work.codes.revoke(code.cti, at=at)

    async def replace(self, wanted: UUID, *, by: Actor) -> tuple[Pass, Card]:
        """A new code for a pass that is in force (a lost phone, a lost paper): the old one is dead in the same transaction."""
        now = self._clock.now()
        async with self._works.write() as work:
            held = await self._found(work, wanted)
            if held.asked_by != by.registered():
                by.must(May.APPROVE_PASS, now=now, area=held.area)
            else:
                by.must(May.ASK_PASS, now=now, area=held.area)
            if not held.in_force(now=now):
                raise PassNotInForce(number=held.number)
            old = await work.codes.standing(wanted, now=now)
            fresh = await self._coded(work, held, by=by, now=now)
            for code in old:
                await work.codes.revoke(code.cti, at=now, replaced_by=fresh.cti)
            await work.passes.change(fresh)
            await self._trail.add(work, by=by, action="passes.replace", subject=wanted, now=now, drill=held.drill)
            return fresh, await self._card(work, fresh)

    async def card(self, wanted: UUID, *, by: Actor) -> tuple[Pass, Card]:
        """The code of a pass in force, for whoever asked for it or decides there."""
        async with self._works.read() as work:
            held = await self._found(work, wanted)
            self._must_concern(held, by=by)
            return held, await self._card(work, held)

    async def _card(self, work: Work, held: Pass) -> Card:
        code = (await work.codes.of([held.id])).get(held.id)
        if code is None or not held.in_force(now=self._clock.now()):
            raise PassNotInForce(number=held.number)
        return self._codes.card(code)

    async def show(self, wanted: UUID, *, by: Actor) -> Line:
        async with self._works.read() as work:
            held = await self._found(work, wanted)
            self._must_concern(held, by=by)
            return (await self._lines(work, [held], by=by))[0]

    async def listing(self, *, by: Actor) -> list[Line]:
        """Those that the reader asked for, and those of the areas where the reader decides; the newest first."""
        now = self._clock.now()
        by.must(May.ASK_PASS, now=now)
        async with self._works.read() as work:
            found = await work.passes.newest(most=MOST, areas=by.areas_for(May.APPROVE_PASS, now=now), asked_by=by.person)
            return await self._lines(work, found, by=by)

    async def everything(self, *, by: Actor) -> list[Pass]:
        """Every pass where the asker may EXPORT, for programs."""
        now = self._clock.now()
        by.must(May.EXPORT, now=now)
        async with self._works.read() as work:
            return [held for held in await work.passes.all() if by.can(May.EXPORT, now=now, area=held.area)]

    async def inside(self, *, by: Actor) -> list[Inside]:
        """The passes that are inside now by the last crossing, through the checkpoints of the reader's areas; the overdue first."""
        now = self._clock.now()
        by.must(May.SEE_BOARD, now=now)
        async with self._works.read() as work:
            places = {one.id: one for one in await work.checkpoints.all() if by.can(May.SEE_BOARD, now=now, area=one.area)}
            found = inside(await work.passes.crossings(since=now - INSIDE_SINCE))
            known = await work.passes.many(list(found))
        lines = [
            Inside(known[id], crossing, places[crossing.place], known[id].standing(now=now))
            for id, crossing in found.items()
            if id in known and crossing.place in places
        ]  # fmt: skip
        return sorted(lines, key=lambda line: (not line.overdue, line.crossing.at, line.held.number))

    async def _lines(self, work: Work, passes: Collection[Pass], *, by: Actor) -> list[Line]:
        now = self._clock.now()
        people = await work.people.many({id for held in passes for id in (held.asked_by, held.decided_by) if id is not None})

        def name(person: UUID | None) -> str:
            return people[person].name if person in people else ""

        lines = []
        for held in passes:
            standing, own = held.standing(now=now), held.asked_by == by.person
            able = by.can(May.APPROVE_PASS, now=now, area=held.area)
            asked, good = standing is PassState.ASKED, standing is PassState.GRANTED
            may = {"decides": able and asked and not own, "revokes": (able and good) or (own and asked), "replaces": (able or own) and good}
            lines.append(Line(held, standing, name(held.asked_by), name(held.decided_by), **may))
        return lines

    def _concerns(self, held: Pass, *, by: Actor) -> bool:
        return (by.person is not None and held.asked_by == by.person) or by.can(May.APPROVE_PASS, now=self._clock.now(), area=held.area)

    def _must_concern(self, held: Pass, *, by: Actor) -> None:
        if not self._concerns(held, by=by):
            raise NotYours()

    async def _found(self, work: Work, wanted: UUID) -> Pass:
        if (held := await work.passes.get(wanted)) is None:
            raise PassUnknown()
        return held
