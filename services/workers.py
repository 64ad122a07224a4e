"""Workers 从业人员 taken in from a firm's list: each is a person of the register (found, or made), with a firm, a training and the sites they may enter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from domain.access import May
from domain.errors import Invalid, Refusal
from domain.people import Household, Person
from domain.sites import Site
from domain.text import N_
from domain.workers import Worker
from services.actors import Actor
from services.audit import Trail
from services.codes import Mint
from services.imports import Problem, Report
from services.office import Office
from services.people_import import Known, Row, TwiceInList, cleaned
from services.ports import Clock, Ids, Work, Works
from services.sites import FirmMissing, yes_or_no

FROM_LIST = "list"
NO_SITE = frozenset({"-", "none"})


class DayNotUsable(Invalid):
    code = "day_not_usable"
    text = N_("“{value}” is not a day. Write it like 2027-06-30.")


class SiteNotKnown(Invalid):
    code = "site_not_known"
    text = N_("Site “{value}” is not known. Import the sites first.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A usable row of a firm's list. `trained` and `until` None = the list says nothing about it; `sites` None = leave the lists alone."""

    row: Row
    firm: str
    trained: bool | None
    until: datetime | None
    sites: tuple[UUID, ...] | None


class Workers:
    """Takes in workers and knows firms."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, mint: Mint, office: Office) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._mint = mint
        self._office = office

    async def import_rows(self, rows: Sequence[tuple[int, dict[str, str]]], *, by: Actor, dry_run: bool = False) -> Report:
        """A bad row is reported, the good ones go in. Who is known already keeps home and household: a firm's list moves nobody's home."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        tally = {"added": 0, "changed": 0, "unchanged": 0}
        async with self._works.write() as work:
            lines, problems = await self._clean(work, rows)
            known = await self._known(work, lines)
            for line in lines:
                kind = await self._take_in(work, line, known, by=by, now=now, dry_run=dry_run)
                tally[kind] += 1
            if not dry_run and (tally["added"] or tally["changed"]):
                await self._trail.add(work, by=by, action="workers.import", subject="workers", now=now, added=tally["added"], changed=tally["changed"])
        return Report(len(rows), tally["added"], tally["changed"], tally["unchanged"], tuple(problems), dry_run=dry_run)

    async def _clean(self, work: Work, rows: Sequence[tuple[int, dict[str, str]]]) -> tuple[list[_Line], list[Problem]]:
        areas = await work.areas.many({row.get("area_code", "").strip() for _, row in rows})
        sites = _by_name(await work.sites.all())
        good: list[_Line] = []
        problems: list[Problem] = []
        seen: dict[tuple[str, ...], int] = {}
        for line, raw in rows:
            try:
                row = cleaned(line, {name: raw.get(name, "") for name in ("name", "phone", "id_number", "area_code")}, areas=areas)
                first = seen.setdefault(_identity(row), line)
                if first != line:
                    raise TwiceInList(line=first)
                good.append(self._line(row, raw, sites=sites))
            except Refusal as refusal:
                problems.append(Problem(line, refusal))
        return good, problems

    def _line(self, row: Row, raw: dict[str, str], *, sites: Mapping[str, Site]) -> _Line:
        text = {key: " ".join(value.split()) for key, value in raw.items()}
        if not text.get("firm"):
            raise FirmMissing()
        until = self._until(text.get("trained_until", ""))
        said = text.get("trained", "")
        trained = yes_or_no(said, otherwise=until is not None) if said or until is not None else None
        return _Line(row, text["firm"], trained, until, _sites(text.get("sites", ""), sites))

    def _until(self, text: str) -> datetime | None:
        """The end of that local day: a training that holds until the 30th holds all of the 30th."""
        if not text:
            return None
        try:
            day = date.fromisoformat(text.replace("/", "-").replace(".", "-"))
        except ValueError:
            raise DayNotUsable(value=text[:20]) from None
        return datetime.combine(day + timedelta(days=1), time(), self._office.zone).astimezone(self._clock.now().tzinfo)

    async def _known(self, work: Work, lines: Sequence[_Line]) -> Known:
        """Whoever may be one of these, found as the list of people finds them; of a village without numbers only who has no household there."""
        known = Known()
        bare = sorted({line.row.area for line in lines if not line.row.phone and not line.row.id_number})
        for home in await work.people.households_in(bare) if bare else []:
            known.open((home.area, home.number or home.address), home)
        known.take(await work.people.inside(bare) if bare else [])
        known.take(await work.people.with_phones({line.row.phone for line in lines if line.row.phone}))
        known.take(await work.people.with_id_numbers({line.row.id_number for line in lines if line.row.id_number}))
        return known

    async def _take_in(self, work: Work, line: _Line, known: Known, *, by: Actor, now: datetime, dry_run: bool) -> str:
        who = known.match(line.row, None)
        before = await work.workers.get(who.id) if who is not None else None
        lists = await work.sites.lists_of(who.id) if who is not None else set()
        fresh = self._worker(line, before, now=now)
        same = before is not None and replace(before, updated_at=None, person=fresh.person) == replace(fresh, updated_at=None)
        if same and (line.sites is None or set(line.sites) == lists):
            return "unchanged"
        if not dry_run:
            who = who or await self._newcomer(work, line.row, known, by=by, now=now)
            await work.workers.put([replace(fresh, person=who.id)])
            if line.sites is not None:
                await work.sites.set_lists(who.id, line.sites, at=now)
        return "added" if before is None else "changed"

    def _worker(self, line: _Line, before: Worker | None, *, now: datetime) -> Worker:
        """What the list says; what it leaves out about training stays as it was."""
        person = before.person if before is not None else UUID(int=0)
        if line.trained is None and before is not None:
            return replace(before, firm=line.firm, updated_at=now)
        return Worker(person, line.firm, bool(line.trained), line.until if line.trained else None, FROM_LIST, now)

    async def _newcomer(self, work: Work, row: Row, known: Known, *, by: Actor, now: datetime) -> Person:
        home = Household(self._ids.new(), row.area, "", "")
        who = Person(
            self._ids.new(), row.name, row.area, home.id, row.phone, row.id_number, enrolled=self._office.drill_only, created_at=now
        )  # fmt: skip
        known.open((row.area, str(home.id)), home)
        known.take([who])
        await work.people.add_households([home])
        await work.people.add([who])
        await self._mint.people(work, [who.id], by=by, now=now)
        return who


def _identity(row: Row) -> tuple[str, ...]:
    if row.id_number:
        return ("id", row.id_number)
    return ("phone", row.phone, row.name) if row.phone else ("village", row.area, row.name)


def _by_name(sites: Sequence[Site]) -> dict[str, Site]:
    """Sites whose name says which one is meant."""
    names = [site.name for site in sites]
    return {site.name: site for site in sites if names.count(site.name) == 1}


def _sites(text: str, known: Mapping[str, Site]) -> tuple[UUID, ...] | None:
    """The sites of a cell, `;` between them; `-` = none of them any more; an empty cell leaves the lists as they are."""
    if not text:
        return None
    names = [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]
    if all(name.lower() in NO_SITE for name in names):
        return ()
    for name in names:
        if name not in known:
            raise SiteNotKnown(value=name[:40])
    return tuple(dict.fromkeys(known[name].id for name in names))
