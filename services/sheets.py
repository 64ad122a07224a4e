"""Lists that leave the house: a row after the other, only of areas that the asker may EXPORT, masked unless they may UNMASK and say so."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access import May
from domain.evacuations import Order, OrderUnknown
from domain.identifiers import masked_id, masked_name, masked_phone
from domain.people import Person
from domain.places import Area, within
from domain.sheets import PERSONAL, SheetKind
from services.actors import Actor
from services.audit import Trail
from services.notice_lists import run_rows
from services.ports import Clock, Work, Works
from services.report_lists import taken_away

CHUNK = 500
HIDDEN = "***"
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list: `area` narrows it, `order` is an order's number (for the board), `whole` asks for names and numbers unmasked."""

    kind: SheetKind
    area: str | None = None
    order: str | None = None
    whole: bool = False


class Sheets:
    """Takes lists out. Every one is in the audit log before its first row."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail

    async def rows(self, wanted: Wanted, *, by: Actor) -> AsyncIterator[Row]:
        """The rows by column (domain/sheets.py). Refuses whoever may not EXPORT there, or may not UNMASK where whole names are wanted."""
        now = self._clock.now()
        by.must(May.EXPORT, now=now, area=wanted.area)
        if wanted.whole and wanted.kind in PERSONAL:
            by.must(May.UNMASK, now=now, area=wanted.area)
        async with self._works.read() as work:
            order = await _order(work, wanted.order) if wanted.kind is SheetKind.BOARD else None
            areas = {area.code: area for area in await work.areas.all()}
        async with self._works.write() as work:
            await self._trail.add(
                work, by=by, action=f"sheets.{wanted.kind.value}", subject=wanted.area or "all", now=now, whole=wanted.whole, order=wanted.order
            )  # fmt: skip
        view = View(wanted, by, now, areas, order)
        async for row in PARTS[wanted.kind](self._works, view):
            yield row


async def _order(work: Work, number: str | None) -> Order:
    """The order with this number; without one, the newest."""
    orders = sorted(await work.orders.all(), key=lambda order: (order.issued_at is not None, order.issued_at or order.drafted_at))
    found = [order for order in orders if order.issued_at is not None and number in (None, "", order.number)]
    if not found:
        raise OrderUnknown()
    return found[-1]


@dataclass(frozen=True, slots=True)
class View:
    """Who looks at which part, and how much of a person they see."""

    wanted: Wanted
    by: Actor
    now: datetime
    areas: Mapping[str, Area]
    order: Order | None

    def sees(self, area: str | None) -> bool:
        if area is None:
            return May.EXPORT in self.by.rights and self.wanted.area is None
        return self.by.can(May.EXPORT, now=self.now, area=area) and (self.wanted.area is None or within(area, self.wanted.area))

    def scopes(self) -> list[str]:
        """The subtrees to walk through."""
        if self.wanted.area is not None:
            return [self.wanted.area]
        if May.EXPORT in self.by.rights:
            return [code for code, area in self.areas.items() if area.parent is None]
        return self.by.areas_for(May.EXPORT, now=self.now)

    def whole(self, area: str | None) -> bool:
        return self.wanted.whole and self.by.can(May.UNMASK, now=self.now, area=area)

    def village(self, code: str | None) -> str:
        return self.areas[code].called if code is not None and code in self.areas else code or ""

    def name(self, person: Person | None) -> str:
        return "" if person is None else person.name if self.whole(person.area) else masked_name(person.name)

    def phone(self, person: Person | None) -> str:
        if person is None or not person.phone:
            return ""
        return person.phone if self.whole(person.area) else masked_phone(person.phone)


async def people(works: Works, view: View) -> AsyncIterator[Row]:
    """Everybody of the areas, some hundred at a time: a list of any length takes the same memory."""
    last: UUID | None = None
    scopes = view.scopes()
    while scopes:
        async with works.read() as work:
            some = await work.people.after(scopes, last=last, most=CHUNK, enrolled_only=False, known_by=view.now)
            if not some:
                return
            homes = await work.people.households({person.household for person in some})
            others = await work.people.many(_ids(each for person in some for each in (person.responsible, person.deputy)))
        for person in some:
            home, whole = homes[person.household], view.whole(person.area)
            yield {
                "name": view.name(person), "phone": view.phone(person), "id_number": _id_number(person, whole=whole), "area_code": person.area,
                "village": view.village(person.area), "household": home.number, "address": home.address if whole else HIDDEN if home.address else "",
                "relation": person.relation, "responsible_phone": view.phone(_of(others, person.responsible)),
                "deputy_phone": view.phone(_of(others, person.deputy)), "tags": ";".join(person.tags), "languages": ";".join(person.languages),
            }  # fmt: skip
        last = some[-1].id


def _id_number(person: Person, *, whole: bool) -> str:
    return "" if not person.id_number else person.id_number if whole else masked_id(person.id_number)


async def shelters(works: Works, view: View) -> AsyncIterator[Row]:
    async with works.read() as work:
        found = [shelter for shelter in await work.shelters.all() if view.sees(shelter.area)]
        keepers = await work.people.many(_ids(each for shelter in found for each in (shelter.keeper, shelter.deputy)))
    for shelter in found:
        yield {
            "name": shelter.name, "level": shelter.level.value, "area_code": shelter.area, "address": shelter.address, "places_day": shelter.places_day,
            "places_night": shelter.places_night, "keeper_phone": view.phone(_of(keepers, shelter.keeper)),
            "deputy_phone": view.phone(_of(keepers, shelter.deputy)), "lat": shelter.lat, "lon": shelter.lon, "state": shelter.state,
        }  # fmt: skip


async def board(works: Works, view: View) -> AsyncIterator[Row]:
    """The people of one order: who is not yet safe first, then by village, responsible person and household."""
    assert view.order is not None
    async with works.read() as work:
        lines = [line for line in await work.members.lines(view.order.id, area=None) if view.sees(line.area)]
        places = await work.shelters.many(_ids(line.place for line in lines))
    lines.sort(key=lambda line: (line.safe, not line.needs_help, line.area, str(line.responsible), str(line.household)))
    for start in range(0, len(lines), CHUNK):
        some = lines[start : start + CHUNK]
        async with works.read() as work:
            known = await work.people.many(_ids(each for line in some for each in (line.person, line.responsible)))
            homes = await work.people.households({line.household for line in some})
        for line in some:
            person, responsible, home = known[line.person], _of(known, line.responsible), homes.get(line.household)
            yield {
                "order": view.order.number, "drill": view.order.drill, "safe": line.safe, "needs_help": line.needs_help, "village": view.village(line.area),
                "household": home.number if home else "", "name": view.name(person), "phone": view.phone(person), "whereabouts": line.whereabouts,
                "reported": line.reported, "how": line.how, "at": line.at, "place": places[line.place].name if line.place in places else "",
                "walk_in": line.walk_in, "verify": line.verify, "responsible": view.name(responsible), "responsible_phone": view.phone(responsible),
            }  # fmt: skip


async def visits(works: Works, view: View) -> AsyncIterator[Row]:
    last: UUID | None = None
    while True:
        async with works.read() as work:
            some = await work.visits.after(last, most=CHUNK)
            if not some:
                return
            known = await work.people.many(_ids(each for visit in some for each in (visit.person, visit.responsible)))
        for visit in (visit for visit in some if view.sees(known[visit.person].area)):
            person, responsible = known[visit.person], _of(known, visit.responsible)
            yield {
                "drill": visit.drill, "village": view.village(person.area), "name": view.name(person), "phone": view.phone(person), "reason": visit.reason,
                "made_at": visit.made_at, "responsible": view.name(responsible), "responsible_phone": view.phone(responsible), "outcome": visit.outcome,
                "tries": visit.tries, "tried_at": visit.tried_at, "done_at": visit.done_at, "note": visit.note if view.whole(person.area) else "",
            }  # fmt: skip
        last = some[-1].id


async def copies(works: Works, view: View) -> AsyncIterator[Row]:
    """Each copy of each message to a person: sent, failed with its reason, pending or unknown."""
    last: UUID | None = None
    while True:
        async with works.read() as work:
            some = await work.deliveries.after(last, most=CHUNK)
            if not some:
                return
            known = await work.people.many(_ids(copy.person for copy in some))
        for copy in some:
            person = _of(known, copy.person)
            if person is not None and view.sees(person.area):
                yield {
                    "drill": copy.message.drill, "subject": copy.message.subject.value, "made_at": copy.message.made_at, "village": view.village(person.area),
                    "name": view.name(person), "channel": "telegram" if copy.contact else "", "state": copy.state, "reason": copy.reason or "",
                    "tries": copy.attempt,
                }  # fmt: skip
        last = some[-1].id


async def reports(works: Works, view: View) -> AsyncIterator[Row]:
    async with works.read() as work:
        found = await taken_away(work, view.by, view.now)
    for report in found:
        if view.wanted.area is None or view.sees(report.area):
            yield {
                "number": report.number, "drill": report.drill, "kind": report.kind, "state": report.state, "village": view.village(report.area),
                "at": report.filed_at, "hurt": report.hurt, "trapped": report.trapped, "photos": report.photos, "urgent": report.urgent,
            }  # fmt: skip


async def sites(works: Works, view: View) -> AsyncIterator[Row]:
    """Who is inside which site now."""
    async with works.read() as work:
        for site in (site for site in await work.sites.all() if view.sees(site.area)):
            stays = await work.gates.inside(site=site.id)
            known, workers = await work.people.many({stay.person for stay in stays}), await work.workers.many({stay.person for stay in stays})
            for stay in stays:
                person, worker = known.get(stay.person), workers.get(stay.person)
                yield {
                    "site": site.name, "village": view.village(site.area), "firm": site.firm, "drill": stay.drill, "name": view.name(person),
                    "phone": view.phone(person), "works_for": worker.firm if worker else "", "entered_at": stay.entered_at,
                    "entered_how": stay.entered_how, "last_proof": stay.last_proof,
                }  # fmt: skip


async def notices(works: Works, view: View) -> AsyncIterator[Row]:
    """Each run of each notice and where it stands; a notice without a run once."""
    async with works.read() as work:
        for notice in await work.notices.all():
            if not all(view.sees(area) for area in notice.areas):
                continue
            about = {
                "number": notice.number, "drill": notice.drill, "level": notice.level, "risk": notice.draft.risk, "state": notice.state,
                "areas": ";".join(map(view.village, notice.areas)),
            }  # fmt: skip
            runs = await run_rows(work, notice.id)
            for run in runs or [{}]:
                yield {**about, **run}


def _ids(found: Iterable[UUID | None]) -> set[UUID]:
    return {each for each in found if each is not None}


def _of(known: Mapping[UUID, Person], id: UUID | None) -> Person | None:
    return known.get(id) if id is not None else None


PARTS: Mapping[SheetKind, Callable[[Works, View], AsyncIterator[Row]]] = {
    SheetKind.PEOPLE: people, SheetKind.SHELTERS: shelters, SheetKind.BOARD: board, SheetKind.VISITS: visits, SheetKind.NOTICES: notices,
    SheetKind.COPIES: copies, SheetKind.REPORTS: reports, SheetKind.SITES: sites,
}  # fmt: skip
