"""Cards for printing: what stands on each, in the order of printing, a page at a time; blank ones, and codes for households that have none yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.access import May
from domain.cards import CardKind, Cursor, NothingToPrint, Refuge, TooManyCards, Wanted, told_mark
from domain.codes import CodeStatus, CodeUnknown, Holder, IssuedCode
from domain.identifiers import masked_name
from domain.issuing import Why
from domain.people import Household, Person
from domain.places import Area, parent_of, within
from domain.shelters import Shelter
from services.actors import Actor
from services.audit import Trail
from services.codes import Card, Codes, Mint, area_of, must_be_few
from services.households import number_members
from services.ports import Clock, Work, Works

MOST_AREAS = 600
MOST_REFUGES = 2
TOWNSHIP = 9
"""Digits of a township's code. A household's refuges are looked for in its village, then in its township."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One card. `phone` is the responsible person's, "" when nobody is known; `name` is masked; `members` are the numbers of a household."""

    card: Card
    area: str
    village: str
    phone: str = ""
    name: str = ""
    mark: str = ""
    number: int = 0
    members: tuple[int, ...] = ()
    deputy_phone: str = ""
    refuges: tuple[Refuge, ...] = ()
    address: str = ""

    @property
    def blank(self) -> bool:
        return self.card.code.holder is None


@dataclass(frozen=True, slots=True)
class Page:
    """Some cards, how many were left out because their holder has no living code, and where the next page begins; None after the last."""

    leaves: list[Leaf]
    left_out: int
    last: Cursor | None


@dataclass(slots=True)
class Known:
    """What a page of cards needs beside its holders."""

    areas: Mapping[str, Area] = field(default_factory=dict)
    people: Mapping[UUID, Person] = field(default_factory=dict)
    shelters: Sequence[Shelter] = ()

    def village(self, code: str) -> str:
        return self.areas[code].called if code in self.areas else code

    def phone(self, person: UUID | None) -> str:
        return (self.people[person].phone or "") if person is not None and person in self.people else ""

    def refuges(self, area: str) -> tuple[Refuge, ...]:
        """The shelters of the village, else of its township; the larger ones first."""
        for scope in (area[:12], area[:TOWNSHIP]):
            found = sorted((each for each in self.shelters if within(each.area, scope)), key=lambda each: (-each.places_night, each.name))
            if found:
                return tuple(Refuge(each.name, each.address, self.phone(each.keeper)) for each in found[:MOST_REFUGES])
        return ()


class Cards:
    """Hands out what is printed. Each print is in the audit log before its first card."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail, mint: Mint, codes: Codes) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail
        self._mint = mint
        self._codes = codes

    async def areas(self, *, by: Actor) -> list[Area]:
        """Where the asker may print, by code; of very many only down to the township."""
        now = self._clock.now()
        by.must(May.PRINT, now=now)
        async with self._works.read() as work:
            found = [area for area in await work.areas.all() if by.can(May.PRINT, now=now, area=area.code)]
        found.sort(key=lambda area: area.code)
        return found if len(found) <= MOST_AREAS else [area for area in found if len(area.code) <= TOWNSHIP]

    async def begin(self, wanted: Wanted, *, by: Actor, done: int = 0, most: int | None = None) -> int:
        """How many cards this print has at most. Refuses who may not PRINT there, an area without anything to print, and more than `most`.

        `done` were printed before, by the run that was interrupted.
        """
        now = self._may(wanted, by)
        async with self._works.write() as work:
            count = await self._count(work, wanted)
            if count == 0:
                raise NothingToPrint()
            if most is not None and count > most:
                raise TooManyCards(count=count, most=most)
            await self._trail.add(
                work, by=by, action="cards.print", subject=wanted.area, now=now, kind=wanted.kind.value, household=wanted.of_households, count=count,
                blank=wanted.blank, done=done,
            )  # fmt: skip
        return count

    async def page(self, wanted: Wanted, *, last: Cursor | None, most: int, by: Actor) -> Page:
        """The next cards. Households without a code get one, and their members get numbers, before it is printed."""
        now = self._may(wanted, by)
        if wanted.kind is CardKind.POSTER:
            async with self._works.read() as work:
                return await self._places(work, wanted.area, now=now)
        if wanted.of_households:
            async with self._works.write() as work:
                return await self._homes(work, wanted.area, last=last, most=most, by=by, now=now)
        async with self._works.read() as work:
            return await self._people(work, wanted.area, last=last, most=most, now=now)

    async def blanks(self, wanted: Wanted, count: int, *, by: Actor) -> list[Leaf]:
        """New codes without a holder: bound to somebody at the first scan. Within the limit of issuing, as blank cards are everywhere."""
        now = self._may(wanted, by)
        async with self._works.write() as work:
            await must_be_few(work, count, by=by, now=now)
            issued = await self._mint.blanks(work, count, area=wanted.area, by=by, now=now, reason=Why.PRINTED)
            known = await _known(work, {wanted.area}, ())
        return [self._blank(code, wanted.area, known) for code in issued]

    async def single(self, short: str, *, by: Actor) -> tuple[Wanted, Leaf]:
        """One card anew, by its short code: of a person, a household, or a blank one. Refuses a code that does not stand, and kinds that are no cards."""
        now = self._clock.now()
        by.must(May.PRINT, now=now)
        async with self._works.write() as work:
            code = (await work.codes.with_short([short])).get(short)
            if code is None:
                raise CodeUnknown()
            area = await area_of(work, code) or ""
            by.must(May.PRINT, now=now, area=area)
            if code.kind not in (Holder.PERSON, Holder.HOUSEHOLD) or code.live or code.status(now=now) is not CodeStatus.LIVE:
                raise NothingToPrint()
            wanted = Wanted(CardKind.CARD, area, household=code.kind is Holder.HOUSEHOLD)
            leaf = await self._leaf(work, code, area)
            await self._trail.add(work, by=by, action="cards.print", subject=area, now=now, kind=code.kind.value, count=1)
        return wanted, leaf

    async def _leaf(self, work: Work, code: IssuedCode, area: str) -> Leaf:
        """A blank one is nobody's; a household's members get their numbers before it is printed."""
        holders = [code.holder] if code.holder is not None else []
        homes = await work.people.households(holders) if code.kind is Holder.HOUSEHOLD else {}
        await number_members(work, list(homes))
        people = await work.people.in_households(list(homes)) if homes else list((await work.people.many(holders)).values())
        officials = (who for each in people for who in (each.responsible, each.deputy))
        known = await _known(work, {area}, officials)
        if homes:
            return self._home(homes[holders[0]], sorted(people, key=lambda each: each.number), code, known)
        phone = known.phone(people[0].responsible) if people else ""
        return Leaf(self._codes.card(code), area, known.village(area), phone)

    async def again(self, wanted: Wanted, ctis: Sequence[bytes], *, by: Actor) -> list[Leaf]:
        """Blank cards that were issued before and are still blank, in the order asked for."""
        self._may(wanted, by)
        async with self._works.read() as work:
            found, known = await work.codes.with_cti(ctis), await _known(work, {wanted.area}, ())
        return [self._blank(found[cti], wanted.area, known) for cti in ctis if cti in found and found[cti].holder is None]

    def _may(self, wanted: Wanted, by: Actor) -> datetime:
        now = self._clock.now()
        by.must(May.PRINT, now=now, area=wanted.area)
        if wanted.blank or wanted.of_households:
            by.must(May.ISSUE_CODE, now=now, area=wanted.area)
        return now

    async def _count(self, work: Work, wanted: Wanted) -> int:
        if wanted.blank:
            return wanted.blank if await work.areas.get(wanted.area) is not None else 0
        if wanted.kind is CardKind.POSTER:
            return len((await self._places(work, wanted.area, now=self._clock.now())).leaves)
        return await (work.cards.count_households(wanted.area) if wanted.of_households else work.cards.count_people(wanted.area))

    def _blank(self, code: IssuedCode, area: str, known: Known) -> Leaf:
        return Leaf(self._codes.card(code), area, known.village(area))

    async def _people(self, work: Work, area: str, *, last: Cursor | None, most: int, now: datetime) -> Page:
        people = await work.cards.people_after(area, last=last, most=most)
        living = _living(await work.codes.of([each.id for each in people]), now=now)
        known = await _known(work, {each.area for each in people}, (each.responsible for each in people))
        homes = await work.people.households({each.household for each in people})
        leaves = [
            Leaf(
                self._codes.card(living[each.id]), each.area, known.village(each.area), known.phone(each.responsible), masked_name(each.name),
                told_mark(homes[each.household].number), each.number,
            )
            for each in people if each.id in living
        ]  # fmt: skip
        end = Cursor(people[-1].area, people[-1].household, people[-1].id) if len(people) == most else None
        return Page(leaves, len(people) - len(leaves), end)

    async def _homes(self, work: Work, area: str, *, last: Cursor | None, most: int, by: Actor, now: datetime) -> Page:
        homes = await work.cards.households_after(area, last=last, most=most)
        living = _living(await work.codes.of([each.id for each in homes]), now=now)
        without = [each.id for each in homes if each.id not in living]
        issued = await self._mint.issue(work, Holder.HOUSEHOLD, without, by=by, now=now, reason=Why.PRINTED)
        living |= {code.holder: code for code in issued if code.holder is not None}
        await number_members(work, [each.id for each in homes])
        members: dict[UUID, list[Person]] = {each.id: [] for each in homes}
        for person in sorted(await work.people.in_households(list(members)), key=lambda each: each.number):
            members[person.household].append(person)
        officials = (who for lot in members.values() for each in lot for who in (each.responsible, each.deputy))
        known = await _known(work, {each.area for each in homes}, officials, shelters=True)
        leaves = [self._home(each, members[each.id], living[each.id], known) for each in homes]
        end = Cursor(homes[-1].area, homes[-1].id, homes[-1].id) if len(homes) == most else None
        return Page(leaves, 0, end)

    def _home(self, home: Household, members: Sequence[Person], code: IssuedCode, known: Known) -> Leaf:
        phones = [known.phone(each.responsible) for each in members if known.phone(each.responsible)]
        deputies = [known.phone(each.deputy) for each in members if known.phone(each.deputy)]
        return Leaf(
            self._codes.card(code), home.area, known.village(home.area), phones[0] if phones else "", mark=told_mark(home.number),
            members=tuple(each.number for each in members), deputy_phone=deputies[0] if deputies else "", refuges=known.refuges(home.area),
        )  # fmt: skip

    async def _places(self, work: Work, area: str, *, now: datetime) -> Page:
        """Shelters, then sites, by area and name."""
        places = [(each.area, each.name, each.id, each.address) for each in await work.shelters.all() if within(each.area, area)]
        places += [(each.area, each.name, each.id, each.firm) for each in await work.sites.all() if within(each.area, area)]
        living = _living(await work.codes.of([each[2] for each in places]), now=now)
        known = await _known(work, {each[0] for each in places}, ())
        leaves = [
            Leaf(self._codes.card(living[id]), where, known.village(where), name=name, address=address)
            for where, name, id, address in sorted(places) if id in living
        ]  # fmt: skip
        return Page(leaves, len(places) - len(leaves), None)


async def _known(work: Work, areas: set[str], officials: Iterable[UUID | None], *, shelters: bool = False) -> Known:
    places = await work.shelters.all() if shelters else []
    keepers = {each.keeper for each in places if any(within(each.area, (parent_of(area) or area)[:TOWNSHIP]) for area in areas)}
    wanted = {each for each in (*officials, *keepers) if each is not None}
    return Known(await work.areas.many(areas), await work.people.many(wanted), places)


def _living(codes: Mapping[UUID, IssuedCode], *, now: datetime) -> dict[UUID, IssuedCode]:
    return {holder: code for holder, code in codes.items() if code.status(now=now) is CodeStatus.LIVE}
