"""Who is inside 在场: headcounts, the question “still on site?”, and the end of a stay about which nobody said anything."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.access import TABLE, May, Role
from domain.deliveries import Lane, Message, Subject
from domain.gates import Direction, GateEvent, GateOutcome, GateReason, Passed, Stay, due_to_ask, due_to_close, fold
from domain.identifiers import normal_phone
from domain.people import ContactState, Person
from domain.scans import Via
from domain.sites import Site, SiteUnknown
from domain.workers import Worker, WorkerUnknown
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.office import Office
from services.ports import Clock, Ids, Wakeups, Work, Works

WINDOW = timedelta(minutes=30)
"""The manager hears about silent ends once in such a window, not once per person."""
LOOK_BACK = timedelta(hours=24)
MOST_FOUND = 8
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One person's stay, before masking."""

    person: Person
    worker: Worker | None
    stay: Stay


@dataclass(frozen=True, slots=True)
class Headcount:
    """A site now. `inside` is certain as far as its last proofs are; today's ends without a scan stand apart: nobody saw those people leave."""

    site: Site
    inside: tuple[Line, ...]
    auto_closed: tuple[Line, ...]
    elsewhere: tuple[Line, ...]

    @property
    def doubtful(self) -> int:
        """How many left, as far as we know, without a scan."""
        return len(self.auto_closed) + len(self.elsewhere)


async def project(work: Work, event: GateEvent) -> None:
    """Bring one person's stays up to an event that was just stored, whenever it happened: from the last stay that began before it."""
    assert event.person is not None
    checkpoint = await work.gates.last_stay(event.person, began_before=event.at_effective)
    since = checkpoint.entered_at if checkpoint is not None else None
    await work.gates.replace(event.person, fold(await work.gates.accepted(event.person, since=since)), since=since)


class Presence:
    """Says who is inside, and keeps that honest."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, audience: Audience, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._audience = audience
        self._wakeups = wakeups

    async def sites(self, *, by: Actor) -> list[tuple[Site, int]]:
        """The sites where the asker may muster, with how many people are inside; nothing for whoever may nowhere."""
        now = self._clock.now()
        async with self._works.read() as work:
            counts = await work.gates.counts()
            found = [site for site in await work.sites.all() if by.can(May.MUSTER, now=now, area=site.area, place=site.id)]
        return [(site, counts.get(site.id, 0)) for site in found]

    async def mine(self, *, by: Actor) -> tuple[Site, Stay] | None:
        """Where the asker is inside now."""
        if by.person is None:
            return None
        async with self._works.read() as work:
            stay = await work.gates.last_stay(by.person)
            site = await work.sites.get(stay.site) if stay is not None and stay.inside else None
        return (site, stay) if site is not None and stay is not None else None

    async def on_site(self, site: UUID, *, by: Actor) -> Headcount:
        """Who is inside, since when, by which last proof; and who left today without a scan."""
        now = self._clock.now()
        async with self._works.read() as work:
            place = await self._mustered(work, site, by=by, now=now)
            inside = await work.gates.inside(site=site)
            silent = await work.gates.left_unscanned(site, since=self._office.midnight(now))
            lines = await self._lines(work, [*inside, *silent])
        closed = [line for line in lines[len(inside) :] if line.stay.left_how is Passed.AUTO_CLOSED]
        return Headcount(place, tuple(lines[: len(inside)]), tuple(closed), tuple(line for line in lines[len(inside) :] if line not in closed))

    async def find(self, site: UUID, words: str, *, by: Actor) -> list[tuple[Person, Worker | None]]:
        """Whom the guard may mean: anybody by phone number; by a part of the name whoever belongs to this site (its list, its firm, inside now),
        by the whole name any worker. At most 8; refuses when there is none.
        """
        now = self._clock.now()
        async with self._works.read() as work:
            place = await self._mustered(work, site, by=by, now=now)
            if (phone := normal_phone(words)) is not None:
                people = await work.people.with_phones([phone])
            else:
                people = await self._called(work, place, "".join(words.split()).casefold())
            known = await work.workers.many([person.id for person in people])
        if not people:
            raise WorkerUnknown()
        people.sort(key=lambda person: (len(person.name), person.name, str(person.id)))
        return [(person, known.get(person.id)) for person in people[:MOST_FOUND]]

    async def _called(self, work: Work, site: Site, asked: str) -> list[Person]:
        everyone = {worker.person: worker for worker in await work.workers.all()}
        own = await work.sites.listed(site.id) | {stay.person for stay in await work.gates.inside(site=site.id)}
        own |= {person for person, worker in everyone.items() if worker.firm == site.firm}
        found = (await work.people.many({*own, *everyone})).values()
        names = [(person, "".join(person.name.split()).casefold()) for person in found]
        return [person for person, name in names if asked and (name == asked or (person.id in own and asked in name))]

    async def _mustered(self, work: Work, site: UUID, *, by: Actor, now: datetime) -> Site:
        place = await work.sites.get(site)
        by.must(May.MUSTER, now=now, area=place.area if place else None, place=site)
        if place is None:
            raise SiteUnknown()
        return place

    async def _lines(self, work: Work, stays: Sequence[Stay]) -> list[Line]:
        ids = {stay.person for stay in stays}
        people, workers = await work.people.many(ids), await work.workers.many(ids)
        return [Line(people[stay.person], workers.get(stay.person), stay) for stay in stays if stay.person in people]

    async def look_after(self) -> int:
        """Ask whoever has been inside long, end what nobody answered, tell the managers. How many stays were asked about or ended."""
        now = self._clock.now()
        async with self._works.read() as work:
            due = await self._due(work, now=now)
            digest = await self._windows(work, now=now)
        if not due and not digest:
            return 0
        async with self._works.write() as work:
            due = await self._due(work, now=now)
            for site, stay, direction, at in due:
                await self._house_says(work, site, stay, direction, at, now=now)
            await self._ask(work, [(site, stay) for site, stay, direction, _ in due if direction is Direction.ASKED], now=now)
            for site_id, began, count in await self._windows(work, now=now):
                await self._digest(work, site_id, began, count, now=now)
        self._wakeups.publish("deliveries")
        return len(due)

    async def _due(self, work: Work, *, now: datetime) -> list[tuple[Site, Stay, Direction, datetime]]:
        stays = await work.gates.inside()
        sites = await work.sites.many({stay.site for stay in stays})
        due: list[tuple[Site, Stay, Direction, datetime]] = []
        for stay in stays:
            site = sites[stay.site]
            ends = due_to_close(stay, site)
            if ends is not None and now >= ends:
                due.append((site, stay, Direction.AUTO_CLOSE, ends))
            elif stay.asked_at is None and now >= due_to_ask(stay, site):
                due.append((site, stay, Direction.ASKED, now))
        return due[:MOST_AT_ONCE]

    async def _house_says(self, work: Work, site: Site, stay: Stay, direction: Direction, at: datetime, *, now: datetime) -> None:
        """One event of the house's own; its key says which stay and which proof, so that two processes say it once."""
        key = f"{direction.value}|{stay.id}|{stay.last_proof.isoformat()}"
        event = GateEvent(
            self._ids.derived(key, "gate"), key, b"", site.id, stay.person, direction, Via.CHAT, Passed.AUTO_CLOSED, GateOutcome.ACCEPTED,
            GateReason.OK, at, now, None, stay.drill, basis=stay.last_proof if direction is Direction.AUTO_CLOSE else None,
        )  # fmt: skip
        await work.gates.add([event])
        await project(work, event)

    async def _ask(self, work: Work, asked: Sequence[tuple[Site, Stay]], *, now: datetime) -> None:
        """Each person in their own chat; for those without one the manager, once in a window."""
        contacts = await work.contacts.of([stay.person for _, stay in asked])
        reachable = {contact.person for contact in contacts if contact.state is ContactState.ACTIVE}
        silent: dict[UUID, list[Stay]] = {}
        for site, stay in asked:
            if stay.person not in reachable:
                silent.setdefault(site.id, []).append(stay)
                continue
            id = self._ids.derived(f"asked|{stay.id}|{stay.last_proof.isoformat()}", "message")
            fields = {"since": stay.entered_at.isoformat(), "ends": (now + site.asked_before).isoformat()}
            await self._audience.tell(work, [stay.person], Message(id, Subject.SITE_ASKED, site.id, stay.drill, now, fields), lane=Lane.YELLOW)
        for site_id, stays in silent.items():
            key = f"site-asked|{site_id}|{int(now.timestamp() // WINDOW.total_seconds())}"
            await self._tell_managers(work, key, Subject.SITE_ASKED, site_id, len(stays), drill=stays[0].drill, now=now)

    async def _windows(self, work: Work, *, now: datetime) -> list[tuple[UUID, int, int]]:
        """Windows that are over, in which stays ended by themselves, and of which nobody was told: site, number of the window, how many."""
        seconds = WINDOW.total_seconds()
        count: dict[tuple[UUID, int], int] = {}
        for event in await work.gates.received(Direction.AUTO_CLOSE, since=now - LOOK_BACK):
            window = int(event.at_received.timestamp() // seconds)
            if (window + 1) * seconds <= now.timestamp():
                count[event.site, window] = count.get((event.site, window), 0) + 1
        return [(site, window, n) for (site, window), n in count.items() if await work.receipts.find(f"site-left|{site}|{window}") is None]

    async def _digest(self, work: Work, site: UUID, window: int, count: int, *, now: datetime) -> None:
        await self._tell_managers(work, f"site-left|{site}|{window}", Subject.SITE_LEFT, site, count, drill=self._office.drill_only, now=now)

    async def _tell_managers(self, work: Work, key: str, subject: Subject, site: UUID, count: int, *, drill: bool, now: datetime) -> None:
        if await work.receipts.find(key) is not None:
            return
        place = await work.sites.get(site)
        people = {place.manager} if place is not None and place.manager is not None else set()
        for role in Role:
            if May.MUSTER in TABLE[role]:
                people |= {grant.person for grant in await work.grants.with_role(role) if grant.place == site and grant.holds(now=now)}
        message = Message(self._ids.derived(key, "message"), subject, site, drill, now, {"count": str(count)})
        await self._audience.tell(work, people, message, lane=Lane.YELLOW)
        await work.receipts.keep(key, use_case="presence.look_after", answer={"count": str(count)}, at=now)

    async def rebuild(self, *, by: Actor) -> int:
        """Make every stay again from the events; how many people it concerned."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.write() as work:
            people = await work.gates.people()
            for person in people:
                await work.gates.replace(person, fold(await work.gates.accepted(person)), since=None)
            await self._trail.add(work, by=by, action="presence.rebuild", subject="stays", now=now, people=len(people))
        return len(people)


async def exported(work: Work, *, by: Actor, now: datetime) -> AsyncIterator[dict[str, Any]]:
    """Every attempt and every stay at the sites whose area the asker may export, without names."""
    sites = {site.id for site in await work.sites.all() if by.can(May.EXPORT, now=now, area=site.area)}
    for event in (event for event in await work.gates.all() if event.site in sites):
        yield {
            "type": "gate", "id": str(event.id), "key": event.client_key, "site": str(event.site), "person": str(event.person) if event.person else None,
            "direction": event.direction.value, "via": event.via.value, "how": event.how.value, "outcome": event.outcome.value,
            "reason": event.reason.value, "at": event.at_effective.isoformat(), "received": event.at_received.isoformat(),
            "by": str(event.by) if event.by else None, "drill": event.drill,
        }  # fmt: skip
    for stay in (stay for stay in await work.gates.stays() if stay.site in sites):
        yield {
            "type": "presence", "id": str(stay.id), "site": str(stay.site), "person": str(stay.person), "entered_at": stay.entered_at.isoformat(),
            "how_entered": stay.entered_how.value, "last_proof": stay.last_proof.isoformat(), "left_at": stay.left_at.isoformat() if stay.left_at else None,
            "how_left": stay.left_how.value if stay.left_how else None, "drill": stay.drill,
        }  # fmt: skip
