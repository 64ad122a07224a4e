"""Codes of people and places: issued, found, replaced, revoked; and what a reader sees in one."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.access import May
from domain.codes import CodeStatus, CodeUnknown, Holder, IssuedCode, NoCodeYet, NoKeySigns
from domain.issuing import ASKED, DAY, HOUR, MOST_A_DAY, MOST_AN_HOUR, IssuedTooMany, Why
from domain.people import PersonUnknown
from domain.places import within
from domain.scans import Reason
from domain.shelters import ShelterUnknown
from services.actors import Actor
from services.audit import Trail
from services.households import number_members
from services.office import CODE_LASTS, Office
from services.ports import Clock, Ids, Work, Works

CTI = 10
"""Bytes of a code's own number."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader made of a text: whose code (by `cti` or short code), or the reason why not. `reason` OK means a sound signature."""

    cti: bytes | None = None
    short: str | None = None
    kind: Holder | None = None
    reason: Reason = Reason.OK
    typed: bool = False
    live: bool = False
    issued_at: datetime | None = None


class Press(Protocol):
    """Signs and reads codes; holds the keys (the room `codes`, assembled in app)."""

    def sign(self, *, kind: Holder, cti: bytes, issued_at: datetime, expires_at: datetime, drill_only: bool, scope: str = "", live: bool = False) -> str: ...
    def short(self, random: bytes) -> str: ...
    def read(self, text: str, *, now: datetime) -> Seen: ...
    def url(self, token: str) -> str: ...
    def deep_link(self, kind: Holder, cti: bytes) -> str: ...


@dataclass(frozen=True, slots=True)
class Card:
    """A code ready to be drawn: the text of its QR, the short code beside it, the deep link for Telegram."""

    code: IssuedCode
    text: str
    short: str
    link: str


@dataclass(frozen=True, slots=True)
class Mint:
    """Issues codes inside somebody else's transaction."""

    ids: Ids
    press: Press
    office: Office
    trail: Trail

    async def people(self, work: Work, people: Sequence[UUID], *, by: Actor, now: datetime, reason: Why = Why.LISTED) -> list[IssuedCode]:
        return await self.issue(work, Holder.PERSON, people, by=by, now=now, reason=reason)

    async def newcomer(self, work: Work, person: UUID, *, by: Actor, now: datetime) -> None:
        """The code of somebody who has just come in. Where no key signs they come in all the same: a door waits for no operator."""
        with suppress(NoKeySigns):
            await self.people(work, [person], by=by, now=now, reason=Why.JOINED)

    async def places(self, work: Work, places: Sequence[UUID], *, by: Actor, now: datetime) -> list[IssuedCode]:
        return await self.issue(work, Holder.PLACE, places, by=by, now=now)

    async def issue(
        self, work: Work, kind: Holder, holders: Sequence[UUID | None], *, by: Actor, now: datetime, lasts: timedelta = CODE_LASTS, scope: str = "",
        live: bool = False, reason: Why = Why.LISTED, area: str = "", ctis: Sequence[bytes] = (),
    ) -> list[IssuedCode]:  # fmt: skip
        """One new code for each holder, written into the audit log as a whole; a holder of None makes a blank card, printed for `area`.
        The members of a household get their numbers with its first card. `ctis` are made here unless they are given.
        """
        if kind is Holder.HOUSEHOLD:
            await number_members(work, [holder for holder in holders if holder is not None])
        areas = await areas_of(work, kind, [holder for holder in holders if holder is not None])
        made = [
            self._one(kind, holder, cti, by=by, now=now, lasts=lasts, scope=scope, live=live)
            for holder, cti in zip(holders, ctis or [self.ids.random_bytes(CTI) for _ in holders], strict=True)
        ]  # fmt: skip
        issued = [replace(one, reason=reason.value, area=areas.get(one.holder, area or scope)) for one in made]
        await work.codes.add(issued)
        if issued:
            drill = self.office.drill_only
            await self.trail.add(work, by=by, action="codes.issue", subject=kind.value, now=now, drill=drill, count=len(issued), reason=reason.value)
        return issued

    async def blanks(self, work: Work, count: int, *, area: str, by: Actor, now: datetime, reason: Why, key: str = "") -> list[IssuedCode]:
        """Cards without an owner; a `key` makes them the ones that `again` finds."""
        ctis = self._ctis(key, count) if key else ()
        return await self.issue(work, Holder.PERSON, [None] * count, by=by, now=now, reason=reason, area=area, ctis=ctis)

    async def again(self, work: Work, count: int, *, key: str) -> list[IssuedCode]:
        """The cards that were made with this key, so that a form that comes twice makes one lot."""
        ctis = self._ctis(key, count) if key else []
        known = await work.codes.with_cti(ctis)
        return [known[cti] for cti in ctis if cti in known]

    def _ctis(self, key: str, count: int) -> list[bytes]:
        return [self.ids.derived(key, f"blank {at}").bytes[:CTI] for at in range(count)]

    def _one(self, kind: Holder, holder: UUID | None, cti: bytes, *, by: Actor, now: datetime, lasts: timedelta, scope: str, live: bool) -> IssuedCode:
        at = now.replace(microsecond=0)
        drill = self.office.drill_only
        token = self.press.sign(kind=kind, cti=cti, issued_at=at, expires_at=at + lasts, drill_only=drill, scope=scope, live=live)
        short = self.press.short(self.ids.random_bytes(7))
        return IssuedCode(cti, kind, holder, short, token, at, at + lasts, drill, by.person, scope=scope, live=live)


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """What anybody may learn from a code: whether it is ours and stands, and for a place, which. Never a person's name or status."""

    reason: Reason
    kind: Holder | None = None
    place: UUID | None = None
    link: str | None = None
    cti: bytes | None = None


class Codes:
    """The register of codes."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail, press: Press) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail
        self._press = press

    def card(self, code: IssuedCode) -> Card:
        return Card(code, self._press.url(code.token), code.short, self._press.deep_link(code.kind, code.cti))

    async def mine(self, *, by: Actor) -> Card:
        """The asker's own code."""
        return await self._of(by.registered())

    async def of_person(self, person: UUID, *, by: Actor) -> Card:
        """Somebody else's code, for who may issue codes there."""
        async with self._works.read() as work:
            who = await work.people.get(person)
        if who is None:
            raise PersonUnknown()
        by.must(May.ISSUE_CODE, now=self._clock.now(), area=who.area)
        return await self._of(person)

    async def of_place(self, place: UUID, *, by: Actor) -> Card:
        """A place's poster, for its keeper and the office."""
        async with self._works.read() as work:
            shelter = await work.shelters.get(place)
        if shelter is None:
            raise ShelterUnknown()
        by.must(May.SEE_BOARD, now=self._clock.now(), area=shelter.area, place=place)
        return await self._of(place)

    async def _of(self, holder: UUID) -> Card:
        async with self._works.read() as work:
            found = await work.codes.of([holder])
        if holder not in found:
            raise NoCodeYet()
        return self.card(found[holder])

    async def listing(self, area: str, *, by: Actor) -> list[tuple[str, Card]]:
        """Every living code of people, shelters and sites inside an area with its holder's name, for printing; each listing is in the log."""
        now = self._clock.now()
        by.must(May.PRINT, now=now, area=area)
        async with self._works.write() as work:
            names = {person.id: person.name for person in await work.people.inside([area])}
            names |= {shelter.id: shelter.name for shelter in await work.shelters.all() if within(shelter.area, area)}
            names |= {site.id: site.name for site in await work.sites.all() if within(site.area, area)}
            found = await work.codes.of(list(names))
            await self._trail.add(work, by=by, action="codes.listing", subject=area, now=now, count=len(found))
        return [(names[holder], self.card(code)) for holder, code in found.items()]

    async def revoke(self, short: str, *, by: Actor) -> IssuedCode:
        """End a code without a new one; live codes of the same holder end with it."""
        now = self._clock.now()
        seen = self._press.read(short, now=now)
        async with self._works.write() as work:
            code = await found_code(work, seen)
            if code is None:
                raise CodeUnknown()
            by.must(May.REVOKE_CODE, now=now, area=await area_of(work, code))
            await end(work, code, now=now)
            await self._trail.add(work, by=by, action="codes.revoke", subject=code.holder or "blank", now=now, drill=code.drill_only, kind=code.kind.value)
        return code

    async def public_answer(self, text: str) -> PublicAnswer:
        """The answer to a camera: the same for an unknown and a foreign code, and without a person in it."""
        now = self._clock.now()
        seen = self._press.read(text, now=now)
        async with self._works.read() as work:
            code = await found_code(work, seen)
        if code is None:
            return PublicAnswer(seen.reason if seen.reason is not Reason.OK else Reason.UNKNOWN_CODE)
        reason = status_reason(code, seen, now=now)
        link = self._press.deep_link(code.kind, code.cti)
        return PublicAnswer(reason, code.kind, code.holder if code.kind is Holder.PLACE else None, link, code.cti)

    async def note_guessing(self, count: int, *, by: Actor) -> None:
        """For the log: so many wrong short codes were typed in one minute, over all callers, that somebody may be trying them one after another."""
        async with self._works.write() as work:
            await self._trail.add(work, by=by, action="codes.guessing", subject="short codes", now=self._clock.now(), count=count)

    async def owner(self, text: str) -> UUID | None:
        """The person behind a code, for a use case that says nothing about them to whoever shows it."""
        seen = self._press.read(text, now=self._clock.now())
        async with self._works.read() as work:
            code = await found_code(work, seen)
        return code.holder if code is not None and code.kind is Holder.PERSON else None


async def area_of(work: Work, code: IssuedCode) -> str | None:
    """Where the holder of a code belongs now; a blank card, where it was printed for."""
    found = await areas_of(work, code.kind, [code.holder]) if code.holder is not None else {}
    return found.get(code.holder) or code.area or code.scope or None


async def areas_of(work: Work, kind: Holder, holders: Sequence[UUID]) -> dict[UUID | None, str]:
    """Where these belong, as far as the house knows: of passes, vehicles and devices the code itself says it."""
    match kind:
        case Holder.PERSON:
            return {id: area for id, area in (await work.people.areas_of(holders)).items()}
        case Holder.HOUSEHOLD:
            return {id: home.area for id, home in (await work.people.households(holders)).items()}
        case Holder.PLACE:
            shelters = await work.shelters.many(holders)
            sites = [await work.sites.get(holder) for holder in holders if holder not in shelters]
            return {**{id: shelter.area for id, shelter in shelters.items()}, **{site.id: site.area for site in sites if site is not None}}
        case Holder.TEAM:
            return {id: team.area for id, team in (await work.teams.many(holders)).items()}
        case _:
            return {}


async def must_be_few(work: Work, count: int, *, by: Actor, now: datetime) -> None:
    """So many an hour and a day for each official. The operator at the server's command line issues for whole lists."""
    if by.person is None:
        return
    for most, span in ((MOST_AN_HOUR, HOUR), (MOST_A_DAY, DAY)):
        if count + await work.codes.issued(since=now - span, until=None, by=by.person, reasons=ASKED) > most:
            raise IssuedTooMany(hour=MOST_AN_HOUR, day=MOST_A_DAY)


async def end(work: Work, code: IssuedCode, *, now: datetime, replaced_by: bytes | None = None) -> None:
    """Revoke it, and what else was made for the same holder on demand: nothing that it led to works any longer."""
    await work.codes.revoke(code.cti, at=now, replaced_by=replaced_by)
    if code.holder is not None:
        for other in await work.codes.standing(code.holder, now=now):
            if other.live:
                await work.codes.revoke(other.cti, at=now)


async def found_code(work: Work, seen: Seen) -> IssuedCode | None:
    """The register's row for what was seen, by cti or by short code."""
    if seen.cti is not None:
        return (await work.codes.with_cti([seen.cti])).get(seen.cti)
    if seen.short is not None:
        return (await work.codes.with_short([seen.short])).get(seen.short)
    return None


def status_reason(code: IssuedCode, seen: Seen, *, now: datetime) -> Reason:
    """OK, or why this code, though ours, needs a second look."""
    match code.status(now=now):
        case CodeStatus.REVOKED:
            return Reason.REVOKED
        case CodeStatus.REPLACED:
            return Reason.REPLACED
        case CodeStatus.EXPIRED:
            return Reason.EXPIRED
        case _:
            return Reason.CARD_SHARED if code.shared else seen.reason
