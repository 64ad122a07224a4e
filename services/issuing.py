"""Issuing codes 发码: a right, a reason, a limit, a line in the log, and a count of each day that goes to a second person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.access import May
from domain.codes import CodeOver, CodeStatus, CodeUnknown, Holder, IssuedCode, NoCodeYet
from domain.identifiers import normal_phone
from domain.issuing import (
    ENDS_SOON,
    HOUR,
    LIVE_LASTS,
    MOST_AT_ONCE,
    MOST_LIVE_AN_HOUR,
    SCOPED,
    CountWrong,
    HasCodeAlready,
    HolderUnknown,
    LiveTooOften,
    ReplacedAlready,
    Team,
    Why,
)
from domain.passes import HOLDERS, Pass, PassNotInForce
from domain.people import PersonUnknown
from services.actors import Actor
from services.audit import Trail
from services.codes import Card, Codes, Mint, area_of, areas_of, end, must_be_few
from services.office import CODE_LASTS
from services.ports import Clock, Ids, Work, Works

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A code in the register, with the name of its holder ("" for a blank card; masked at the edge)."""

    code: IssuedCode
    name: str
    status: CodeStatus
    ends_soon: bool


class Issuing:
    """Issues and replaces codes of every kind."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, mint: Mint, codes: Codes) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._mint = mint
        self._codes = codes

    async def issue(self, kind: Holder, holders: Sequence[UUID], *, by: Actor, reason: Why, area: str = "", lasts: timedelta = CODE_LASTS) -> list[Card]:
        """A first code for each holder. `area` is asked only for what the house keeps no list of (passes, vehicles, devices).

        Refuses when one of them has a code that works: that one is replaced; and whatever is known as a pass and not in force: it gets no code any more.
        """
        now = self._clock.now()
        async with self._works.write() as work:
            scope = await self._scope(work, kind, holders, by=by, now=now, area=area)
            await must_be_few(work, len(holders), by=by, now=now)
            for held in await self._their_passes(work, kind, holders, by=by, now=now):
                if not held.in_force(now=now):
                    raise PassNotInForce(number=held.number)
            old = await work.codes.of(holders)
            if any(code.status(now=now) is CodeStatus.LIVE for code in old.values()):
                raise HasCodeAlready()
            made = await self._mint.issue(work, kind, holders, by=by, now=now, lasts=lasts, scope=scope, reason=reason, area=area)
            for new in made:
                if new.holder in old:
                    await end(work, old[new.holder], now=now, replaced_by=new.cti)
        return [self._codes.card(code) for code in made]

    async def replace(self, kind: Holder, holder: UUID, *, by: Actor, reason: Why, area: str = "") -> Card:
        """A new code; every old one, also live ones and cards that were blank once, is revoked in the same transaction. What had an end keeps it."""
        async with self._works.write() as work:
            old = (await work.codes.of([holder])).get(holder)
            if old is None:
                raise NoCodeYet()
            if old.kind is not kind:
                raise HolderUnknown()
            others = [code for code in await work.codes.standing(holder, now=self._clock.now()) if not code.live and code.cti != old.cti]
            return await self._replaced(work, [old, *others], by=by, reason=reason, area=area)

    async def _replaced(self, work: Work, ended: Sequence[IssuedCode], *, by: Actor, reason: Why, area: str = "") -> Card:
        """One new code for the holder of these; the first of them says what it is like."""
        now, old = self._clock.now(), ended[0]
        kind, holder = old.kind, old.holder
        assert holder is not None
        scope = await self._scope(work, kind, [holder], by=by, now=now, area=old.scope or old.area or area)
        await must_be_few(work, 1, by=by, now=now)
        lasts = max(old.expires_at - now.replace(microsecond=0), timedelta()) if kind in SCOPED else CODE_LASTS
        if not lasts:
            raise NoCodeYet()
        await self._their_passes(work, kind, [holder], by=by, now=now)
        (new,) = await self._mint.issue(work, kind, [holder], by=by, now=now, lasts=lasts, scope=scope, reason=reason, area=old.area)
        for code in ended:
            await end(work, code, now=now, replaced_by=new.cti)
        await self._trail.add(work, by=by, action="codes.replace", subject=holder, now=now, drill=new.drill_only, reason=reason.value, kind=kind.value)
        return self._codes.card(new)

    async def _their_passes(self, work: Work, kind: Holder, holders: Sequence[UUID], *, by: Actor, now: datetime) -> list[Pass]:
        """Whoever may issue cards has no hand in passes: a new code for one is for those who decide on it. The operator decides on none and keeps the house."""
        found = list((await work.passes.many(holders)).values()) if kind in HOLDERS.values() else []
        for held in found if by.person is not None else ():
            by.must(May.APPROVE_PASS, now=now, area=held.area)
        return found

    async def replace_short(self, short: str, *, by: Actor, reason: Why) -> Card:
        """As `replace`, by the characters printed on the old card: this very card ends, and no other that its holder may have."""
        async with self._works.read() as work:
            code = (await work.codes.with_short([short])).get(short)
            area = await area_of(work, code) if code is not None else None
        by.must(May.ISSUE_CODE, now=self._clock.now(), area=area)
        if code is None or code.holder is None:
            raise CodeUnknown()
        async with self._works.write() as work:
            (lost,) = (await work.codes.with_cti([code.cti])).values()
            if lost.replaced_by is not None:
                raise ReplacedAlready(short=(await work.codes.with_cti([lost.replaced_by]))[lost.replaced_by].short)
            if lost.revoked_at is not None or lost.live:
                raise CodeOver()
            return await self._replaced(work, [lost], by=by, reason=reason)

    async def households(self, area: str, *, by: Actor, reason: Why) -> list[Card]:
        """A card for every household in this area that has none; in parts, so that nobody waits at the door meanwhile. The operator's limit is none."""
        now = self._clock.now()
        by.must(May.ISSUE_CODE, now=now, area=area)
        async with self._works.read() as work:
            people = await work.people.inside([area])
            homes = list(dict.fromkeys(person.household for person in people))
            with_code = await work.codes.of(homes)
        wanted = [home for home in homes if home not in with_code or with_code[home].status(now=now) is not CodeStatus.LIVE]
        cards: list[Card] = []
        for start in range(0, len(wanted), MOST_AT_ONCE):
            cards += await self.issue(Holder.HOUSEHOLD, wanted[start : start + MOST_AT_ONCE], by=by, reason=reason)
        return cards

    async def team(self, title: str, area: str, *, by: Actor, reason: Why) -> Card:
        """A team is filed by its name and area, and gets its code."""
        name = " ".join(title.split())[:60]
        team = Team(self._ids.derived(f"{area} {name}", "team"), name, area)
        by.must(May.ISSUE_CODE, now=self._clock.now(), area=area)
        async with self._works.write() as work:
            if not name or await work.areas.get(area) is None:
                raise HolderUnknown()
            await work.teams.put(team)
        (card,) = await self.issue(Holder.TEAM, [team.id], by=by, reason=reason)
        return card

    async def of_phone(self, phone: str, *, by: Actor, reason: Why) -> Card:
        """A first code for the person of the asker's area who has this number; after a withdrawal, or when none came with the list."""
        number, now = normal_phone(phone), self._clock.now()
        by.must(May.ISSUE_CODE, now=now)
        async with self._works.read() as work:
            found = [one for one in await work.people.with_phones([number]) if by.can(May.ISSUE_CODE, now=now, area=one.area)] if number else []
        if not found or (len(found) > 1 and not found[0].confirmed):
            raise PersonUnknown()
        (card,) = await self.issue(Holder.PERSON, [found[0].id], by=by, reason=reason)
        return card

    async def blanks(self, count: int, *, area: str, by: Actor, reason: Why, key: str = "") -> list[Card]:
        """Cards without an owner, printed for an area; with the same `key` again, the same cards."""
        now = self._clock.now()
        by.must(May.ISSUE_CODE, now=now, area=area)
        if not 1 <= count <= MOST_AT_ONCE:
            raise CountWrong(most=MOST_AT_ONCE)
        async with self._works.write() as work:
            if await work.areas.get(area) is None:
                raise HolderUnknown()
            made = await self._mint.again(work, count, key=key)
            if not made:
                await must_be_few(work, count, by=by, now=now)
                made = await self._mint.blanks(work, count, area=area, by=by, now=now, reason=reason, key=key)
        return [self._codes.card(code) for code in made]

    async def live(self, *, by: Actor) -> Card:
        """The asker's own code anew, for ten minutes; the printed one stays what it is."""
        now, person = self._clock.now(), by.registered()
        async with self._works.write() as work:
            if await work.codes.live_since(person, since=now - HOUR) >= MOST_LIVE_AN_HOUR:
                raise LiveTooOften(most=MOST_LIVE_AN_HOUR)
            if person not in await work.codes.of([person]):
                raise NoCodeYet()
            (made,) = await self._mint.issue(work, Holder.PERSON, [person], by=by, now=now, lasts=LIVE_LASTS, live=True, reason=Why.LIVE)
        return self._codes.card(made)

    async def _scope(self, work: Work, kind: Holder, holders: Sequence[UUID], *, by: Actor, now: datetime, area: str) -> str:
        """The area that the code says, "" for kinds that say none; refuses whoever may not issue where these belong."""
        if not holders:
            raise HolderUnknown()
        areas = await areas_of(work, kind, holders)
        if kind in (Holder.PASS, Holder.VEHICLE, Holder.DEVICE):
            if await work.areas.get(area) is None:
                raise HolderUnknown()
            areas = dict.fromkeys(holders, area)
        for holder in holders:
            if holder not in areas:
                by.must(May.ISSUE_CODE, now=now)
                raise HolderUnknown()
            by.must(May.ISSUE_CODE, now=now, area=areas[holder])
        return areas[holders[0]] if kind in SCOPED else ""

    async def listing(self, area: str, *, by: Actor, kind: Holder | None = None, most: int = MOST_LISTED) -> list[Listed]:
        """The newest codes of an area, for whoever may issue there."""
        now = self._clock.now()
        by.must(May.ISSUE_CODE, now=now, area=area)
        async with self._works.read() as work:
            return await self._listed(work, await work.codes.inside([area], kind=kind, most=most), now=now)

    async def found(self, short: str, *, by: Actor) -> list[Listed]:
        """The one code with these characters, where the asker may issue; nothing for anybody else's."""
        now = self._clock.now()
        by.must(May.ISSUE_CODE, now=now)
        async with self._works.read() as work:
            code = (await work.codes.with_short([short])).get(short)
            if code is None or not by.can(May.ISSUE_CODE, now=now, area=await area_of(work, code)):
                return []
            return await self._listed(work, [code], now=now)

    async def _listed(self, work: Work, codes: Sequence[IssuedCode], *, now: datetime) -> list[Listed]:
        names = await _names(work, [code.holder for code in codes if code.holder is not None])
        return [Listed(code, names.get(code.holder, "") if code.holder else "", code.status(now=now), _ends_soon(code, now)) for code in codes]


async def _names(work: Work, holders: Sequence[UUID]) -> dict[UUID, str]:
    """What a list calls each: a name, or the number of a household or a pass."""
    names = {id: person.name for id, person in (await work.people.many(holders)).items()}
    names |= {id: place.name for id, place in (await work.shelters.many(holders)).items()}
    names |= {id: site.name for id, site in (await work.sites.many(holders)).items()}
    names |= {id: team.title for id, team in (await work.teams.many(holders)).items()}
    names |= {id: home.number for id, home in (await work.people.households(holders)).items()}
    names |= {id: held.number for id, held in (await work.passes.many(holders)).items()}
    return names | {id: device.label for id, device in (await work.devices.many(holders)).items()}


def _ends_soon(code: IssuedCode, now: datetime) -> bool:
    """What has to be printed anew before long; what was made for a month or less, as passes and live codes are, never is."""
    lasting = code.expires_at - code.issued_at > ENDS_SOON / 2
    return lasting and code.status(now=now) is CodeStatus.LIVE and code.expires_at - now <= ENDS_SOON
