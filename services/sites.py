"""Sites 作业场所: imported from the office's list; a manager answers for each; each has a place code for its poster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from domain.access import Grant, May, Role
from domain.errors import Invalid, Refusal
from domain.identifiers import normal_phone
from domain.people import Person
from domain.sites import LONGEST_STAY, Site, SiteState, SiteUnknown
from domain.text import N_
from services.actors import Actor
from services.audit import Trail
from services.codes import Card, Codes, Mint
from services.imports import Problem, Report
from services.people_import import AreaNotKnown
from services.ports import Clock, Ids, Work, Works

YES, NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
LEAST_HOURS, MOST_HOURS = 0.5, 72


class SiteNameMissing(Invalid):
    code = "site_name_missing"
    text = N_("The site has no name.")


class FirmMissing(Invalid):
    code = "firm_missing"
    text = N_("The firm is missing.")


class NotYesOrNo(Invalid):
    code = "not_yes_or_no"
    text = N_("“{value}” is neither yes nor no.")


class HoursInvalid(Invalid):
    code = "hours_invalid"
    text = N_("“{value}” are no opening hours. Give both, like 06:00 and 20:00, or neither.")


class LongestInvalid(Invalid):
    code = "longest_invalid"
    text = N_("“{value}” is not a longest stay of half an hour to 72 hours.")


class ManagerNotKnown(Invalid):
    code = "manager_not_known"
    text = N_("Nobody has the manager’s phone number; the site went in without a manager.")


@dataclass(frozen=True, slots=True)
class Listed:
    """A site with how many people are inside now, and what its poster says; no card when its code was withdrawn."""

    site: Site
    inside: int
    card: Card | None


class Sites:
    """Imports sites and says which are whose."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, mint: Mint, codes: Codes) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._mint = mint
        self._codes = codes

    async def get(self, site: UUID) -> Site | None:
        """What anybody may know who stands before its poster."""
        async with self._works.read() as work:
            return await work.sites.get(site)

    async def told(self, site: UUID) -> Site:
        """The site that a message is about."""
        if (found := await self.get(site)) is None:
            raise SiteUnknown()
        return found

    async def named(self, name: str) -> Site:
        """The one site of this name; refuses when there is none, or more than one."""
        async with self._works.read() as work:
            found = [site for site in await work.sites.all() if site.name == name]
        if len(found) != 1:
            raise SiteUnknown()
        return found[0]

    async def listing(self, *, by: Actor) -> list[Listed]:
        """Every site where the asker may print: for posters and for programs."""
        now = self._clock.now()
        by.must(May.PRINT, now=now)
        async with self._works.read() as work:
            sites = [site for site in await work.sites.all() if by.can(May.PRINT, now=now, area=site.area)]
            counts, codes = await work.gates.counts(), await work.codes.of([site.id for site in sites])
        return [Listed(site, counts.get(site.id, 0), self._codes.card(codes[site.id]) if site.id in codes else None) for site in sites]

    async def poster(self, site: UUID, *, by: Actor) -> tuple[Site, Card, Person | None]:
        """A site, the card of its living code and its manager, for printing. A site whose code was withdrawn gets a new one."""
        now = self._clock.now()
        async with self._works.write() as work:
            place = await work.sites.get(site)
            if place is None:
                raise SiteUnknown()
            if not by.can(May.MUSTER, now=now, area=place.area, place=place.id):
                by.must(May.PRINT, now=now, area=place.area)
            found = (await work.codes.of([site])).get(site)
            if found is None:
                (found,) = await self._mint.places(work, [site], by=by, now=now)
            manager = await work.people.get(place.manager) if place.manager is not None else None
        return place, self._codes.card(found), manager

    async def set_state(self, site: UUID, state: SiteState, *, by: Actor) -> Site:
        """A closed site lets nobody in; whoever is inside can still go out."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.write() as work:
            if (place := await work.sites.get(site)) is None:
                raise SiteUnknown()
            by.must(May.GRANT, now=now, area=place.area)
            await work.sites.set_state(site, state)
            await self._trail.add(work, by=by, action="sites.state", subject=site, now=now, state=state.value)
        return place

    async def import_rows(self, rows: Sequence[tuple[int, dict[str, str]]], *, by: Actor, dry_run: bool = False) -> Report:
        """Take in sites; the same name in the same area is the same site; managers get their grant and the site a poster code."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        problems: list[Problem] = []
        lots: dict[str, list[Site]] = {"new": [], "changed": [], "unchanged": []}
        async with self._works.write() as work:
            known = {(site.area, site.name): site for site in await work.sites.all()}
            before = dict(known)
            for line, row in rows:
                try:
                    site, warning = await self._site(work, row, known=known)
                except Refusal as refusal:
                    problems.append(Problem(line, refusal))
                    continue
                if warning is not None:
                    problems.append(Problem(line, warning, warning=True))
                old = known.get((site.area, site.name))
                known[site.area, site.name] = site
                lots["new" if old is None else "changed" if old != site else "unchanged"].append(site)
            if not dry_run and (lots["new"] or lots["changed"]):
                await self._store(work, lots["new"], lots["changed"], before=before, by=by)
        return Report(len(rows), len(lots["new"]), len(lots["changed"]), len(lots["unchanged"]), tuple(problems), dry_run=dry_run)

    async def _store(self, work: Work, new: list[Site], changed: list[Site], *, before: dict[tuple[str, str], Site], by: Actor) -> None:
        now = self._clock.now()
        await work.sites.put([*new, *changed])
        await self._mint.places(work, [site.id for site in new], by=by, now=now)
        for site in [*new, *changed]:
            old = before.get((site.area, site.name))
            if old is not None and old.manager is not None and old.manager != site.manager:
                for grant in await self._grants(work, old.manager, site, now=now):
                    await work.grants.revoke(grant.id, at=now)
            if site.manager is not None and not await self._grants(work, site.manager, site, now=now):
                await work.grants.add(Grant(self._ids.new(), site.manager, Role.SITE_MANAGER, None, site.id, None))
        await self._trail.add(work, by=by, action="sites.import", subject="sites", now=now, added=len(new), changed=len(changed))

    async def _grants(self, work: Work, person: UUID, site: Site, *, now: datetime) -> list[Grant]:
        return [g for g in await work.grants.of(person) if g.place == site.id and g.role is Role.SITE_MANAGER and g.holds(now=now)]

    async def _site(self, work: Work, row: dict[str, str], *, known: dict[tuple[str, str], Site]) -> tuple[Site, Refusal | None]:
        text = {key: " ".join(value.split()) for key, value in row.items()}
        name, area, firm = text.get("name", ""), text.get("area_code", ""), text.get("firm", "")
        if not name:
            raise SiteNameMissing()
        if await work.areas.get(area) is None:
            raise AreaNotKnown(value=area[:20])
        if not firm:
            raise FirmMissing()
        manager, warning = await _manager(work, text.get("manager_phone", ""))
        before = known.get((area, name))
        site = Site(
            before.id if before else self._ids.new(), name, area, firm, text.get("address", ""), manager,
            yes_or_no(text.get("needs_registered", ""), otherwise=True), yes_or_no(text.get("needs_trained", ""), otherwise=False),
            *_hours(text.get("opens", ""), text.get("closes", "")), _longest(text.get("longest_hours", "")), before.state if before else SiteState.OPEN,
        )  # fmt: skip
        return site, warning


async def _manager(work: Work, text: str) -> tuple[UUID | None, Refusal | None]:
    if not text:
        return None, None
    phone = normal_phone(text)
    people = await work.people.with_phones([phone]) if phone else []
    if not people or not people[0].confirmed:
        return None, ManagerNotKnown()
    return people[0].id, None


def yes_or_no(text: str, *, otherwise: bool) -> bool:
    """A cell of a list; an empty one is `otherwise`. Raises NotYesOrNo."""
    said = text.lower()
    if not said:
        return otherwise
    if said not in YES | NO:
        raise NotYesOrNo(value=text[:20])
    return said in YES


def _hours(opens: str, closes: str) -> tuple[time | None, time | None]:
    if not opens and not closes:
        return None, None
    try:
        hours = time.fromisoformat(opens.zfill(5)), time.fromisoformat(closes.zfill(5))
    except ValueError:
        raise HoursInvalid(value=f"{opens} {closes}".strip()[:20]) from None
    if hours[0] == hours[1] or any(hour.tzinfo is not None for hour in hours):
        raise HoursInvalid(value=f"{opens} {closes}"[:20])
    return hours


def _longest(text: str) -> timedelta:
    if not text:
        return LONGEST_STAY
    try:
        hours = float(text)
    except ValueError:
        raise LongestInvalid(value=text[:20]) from None
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        raise LongestInvalid(value=text[:20])
    return timedelta(minutes=round(hours * 60))
