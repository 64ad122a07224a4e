"""What else goes on in the demo's county: a group with a notice that comes every morning, reports with photos, a site and who is behind its gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from app.container import House
from domain.access import Role
from domain.colours import Level
from domain.gates import Direction
from domain.notices import Draft, Part, PartKind, Risk, Wording
from domain.passes import Wish
from domain.reports import ReportKind
from domain.scans import Via, Way
from domain.schedules import Repeat, Schedule
from services.actors import Actor
from services.crossings import Shown
from services.gates import Passing

EVERY_MORNING = time(7, 30)
Table = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A report of somebody with a post, with its photos; `steps` is how far the desk has brought it: 0 sent, 1 verified, 2 assigned."""

    by: Role
    kind: ReportKind
    for_self: bool
    village: str
    place: str
    text: str
    photos: Sequence[bytes]
    trapped: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Relief:
    """A checkpoint over an area, and the passes that are asked for: all but the last are granted, the first has gone in."""

    checkpoint: str
    area: str
    wishes: Sequence[Wish]


@dataclass(frozen=True, slots=True)
class FieldSetting:
    """The tables of group, site and workers; the words of the notice by language; what is reported; who comes to help."""

    groups: Table
    sites: Table
    workers: Table
    notice: Mapping[str, tuple[str, str]]
    sightings: Sequence[Sighting]
    relief: Relief


async def furnish_field(house: House, setting: FieldSetting, actors: Mapping[Role, Actor]) -> str:
    """Everything of it; the short code on the poster of the one site."""
    services, operator = house.services, Actor.operator()
    await services.group_import.import_rows(numbered(setting.groups), by=operator)
    await services.sites.import_rows(numbered(setting.sites), by=operator)
    await services.workers.import_rows(numbered(setting.workers), by=operator)
    await scheduled(house, setting.notice, by=actors[Role.DUTY_OFFICER])
    for number, sighting in enumerate(setting.sightings, 1):
        await reported(house, sighting, key=f"demo report {number}", by=actors[sighting.by], desk=actors[Role.DUTY_OFFICER])
    await on_the_road(house, setting.relief, leader=actors[Role.SITE_MANAGER], guard=actors[Role.WORKER], approver=actors[Role.APPROVER])
    return await at_the_gate(house, worker=actors[Role.WORKER], manager=actors[Role.SITE_MANAGER])


async def scheduled(house: House, words: Mapping[str, tuple[str, str]], *, by: Actor) -> None:
    """A yellow notice to the group, every morning."""
    [view] = await house.services.groups.listing(by=by)
    draft = Draft(
        Level.YELLOW, Risk.TYPHOON, (Part(PartKind.GROUP, view.group.area, group=view.group.id),), Schedule(Repeat.DAILY, clock=EVERY_MORNING),
        {language: Wording(*said) for language, said in words.items()}, drill=True,
    )  # fmt: skip
    shown = (await house.services.notices.foresee(draft, by=by)).shown
    await house.services.notices.draft(draft, shown=shown, by=by, key="demo notice")


async def reported(house: House, sighting: Sighting, *, key: str, by: Actor, desk: Actor) -> None:
    """From the first question to where the desk has brought it."""
    reports = house.services.reports
    report = (await reports.begin(for_self=sighting.for_self, by=by, key=key)).id
    await reports.choose_kind(report, sighting.kind, by=by)
    await reports.put_place(report, sighting.place, by=by)
    await reports.put_village(report, sighting.village, by=by)
    await reports.count_people(report, by=by, hurt=0)
    await reports.count_people(report, by=by, trapped=sighting.trapped)
    await reports.describe(report, sighting.text, by=by)
    for number, photo in enumerate(sighting.photos):
        await house.services.report_photos.add(report, photo, by=by, key=f"{key} photo {number}")
    await reports.send(report, by=by, key=f"{key} sent")
    if sighting.steps > 0:
        await house.services.report_desk.verify(report, by=desk, key=f"{key} verified")
    if sighting.steps > 1:
        hands = await house.services.report_desk.hands(report, by=desk)
        await house.services.report_desk.assign(report, by=desk, key=f"{key} assigned", to=hands[0].id)


async def on_the_road(house: House, relief: Relief, *, leader: Actor, guard: Actor, approver: Actor) -> None:
    """One leads a relief team, one stands at the checkpoint; a vehicle has gone in, and a pass waits for a decision."""
    services, operator = house.services, Actor.operator()
    post = await services.checkpoints.add(relief.checkpoint, relief.area, by=operator)
    await services.grants.give(leader.registered(), Role.TEAM_LEADER, by=operator, area=relief.area)
    await services.grants.give(guard.registered(), Role.GUARD, by=operator, place=post.id)
    leader, guard = [await services.people.actor_of(who.registered(), via=who.via) for who in (leader, guard)]
    asked = [await services.passes.ask(wish, by=leader, key=f"demo pass {number}") for number, wish in enumerate(relief.wishes)]
    for held in asked[:-1]:
        await services.passes.decide(held.id, granted=True, by=approver)
    _, card = await services.passes.card(asked[0].id, by=leader)
    await services.crossings.cross(Shown(post.id, Way.IN, card.text, Via.PHOTO), by=guard, key="demo crossing")


async def at_the_gate(house: House, *, worker: Actor, manager: Actor) -> str:
    """One came in by the poster, the guard brought in two who have no phone, and one without training was turned away. The poster's short code."""
    services = house.services
    [site] = await services.sites.listing(by=Actor.operator())
    assert site.card is not None and manager.person is not None
    guard = await services.people.actor_of(manager.person, via=manager.via)
    await services.gates.pass_gate(Passing(Direction.IN, Via.TYPED, poster=site.card.short), by=worker, key="demo gate poster")
    async with house.works.read() as work:
        others = sorted(await work.sites.listed(site.site.id) - {worker.person}, key=lambda id: id.bytes)
    for number, person in enumerate(others):
        await brought_in(house, site.site.id, person, by=guard, key=f"demo gate {number}")
    return site.card.short


async def brought_in(house: House, site: UUID, person: UUID, *, by: Actor, key: str) -> None:
    """By a guard who checked the name; kept as refused when something is missing."""
    await house.services.gates.pass_gate(Passing(Direction.IN, Via.NAME, site=site, person=person, confirmed=True), by=by, key=key)


def numbered(table: Table) -> list[tuple[int, dict[str, str]]]:
    """Rows as an import takes them, the header being line 1."""
    return [(number, dict(row)) for number, row in enumerate(table, 2)]
