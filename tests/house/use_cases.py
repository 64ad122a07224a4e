"""Every use case that asks for a right, ready to be tried by anybody: with arguments that are good when the right person comes."""

import atexit
import hashlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import UUID

from domain.access import May, Role
from domain.authenticators import NoAuthenticator
from domain.deliveries import Message, Subject
from domain.evacuations import Destination, Order
from domain.glass import Glass
from domain.lists import ListKind
from domain.logins import LoginCodeWrong
from domain.notices import Notice, NoticeState
from domain.notices import fingerprint as fingerprint_of
from domain.reports import NothingAlike, Report, ReportKind, ReportNotVerified
from domain.rollcall import Happening, How
from domain.scans import Purpose, Via
from domain.sheets import SheetKind
from domain.visits import Outcome, Visit
from services.actors import Actor
from services.audit import Asked as AuditAsked
from services.list_imports import Read
from services.scans import Asked, Newcomer
from services.sheets import Wanted
from services.users import Wanted as UsersWanted
from tests import cast
from tests.announcing import DRAFT, VILLAGE, Announced, announced
from tests.blanks import with_blanks
from tests.fakes.clock import FakeClock
from tests.field import a_photo
from tests.gatehouse import YARD, site_row
from tests.house.card_cases import CARD_CASES
from tests.house.device_cases import DEVICE_CASES
from tests.house.devices import with_device
from tests.house.pass_cases import PASS_CASES
from tests.house.site_cases import SITE_CASES
from tests.houses import HALL, Town, a_house, a_town, hall_row
from tests.relief import passes_in

OTHER_HALL = "上东村文化礼堂"
NEXT = (cast.NEXT_VILLAGE.code,)
RELATIVES = {"purpose": Purpose.TO_RELATIVES, "place": None, "note": "城里女儿家"}
WHERE = "沿村道向东，过桥"
WHY = "邻县值班员联系不上，需代为登记"
VISIT, WARNING, GLASS = UUID(int=51), UUID(int=52), UUID(int=53)


@dataclass(frozen=True, slots=True)
class Scene:
    """A town on a night: one order in force, one waiting for a second person, one person counted, one who called for help."""

    town: Town
    order: Order
    draft: Order
    people: dict[str, UUID]
    members: dict[str, UUID]
    hall: UUID
    other_hall: UUID
    tick: UUID
    grant: UUID
    short: str
    poster: str
    site: UUID
    report: Report
    photo: UUID
    announced: Announced
    glass: UUID
    blank: str
    claimed: str
    home: UUID
    checkpoint: UUID
    held: UUID
    granted: UUID
    device: dict[str, UUID]

    @property
    def services(self) -> Any:
        return self.town.house.services


Call = Callable[[Scene, Actor], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class UseCase:
    """`who` may do it with `role` over the county (or at the hall, for a keeper); `scoped` = over another county it is refused."""

    name: str
    who: tuple[str, str | None]
    role: Role
    call: Call
    scoped: bool = True


async def a_night(town: Town) -> Scene:
    """The scene, made by the right people."""
    services = town.house.services
    order = await town.order()
    officer, keeper, warden, approver = [await town.actor(who) for who in (cast.OFFICER, cast.KEEPER, cast.WARDEN, cast.APPROVER)]
    draft = await services.evacuations.draft(NEXT, Destination(town.hall, HALL, WHERE), by=officer, key="another")
    next_door = hall_row(name=OTHER_HALL) | {"area_code": cast.NEXT_VILLAGE.code, "keeper_phone": cast.MALLORY[1] or ""}
    await services.shelters.import_rows([(2, next_door)], by=Actor.operator())
    people = {who[0]: (await town.person(who[0])).id for who in (cast.LIN, cast.LIN_WIFE, cast.LIN_SON, cast.GRANNY_HU, cast.YE, cast.MALLORY)}
    await services.rollcall.tick([people[cast.LIN[0]]], Happening.MOVING, How.SAW, by=warden, key="tick")
    await services.rollcall.ask_help(by=Actor(via="chat", person=people[cast.GRANNY_HU[0]]), key="help")
    async with town.house.works.read() as work:
        members = {member.person: member.id for member in await work.members.of(order.id)}
        events = await work.members.events([members[people[cast.LIN[0]]]])
        tick = next(event.id for lot in events.values() for event in lot if event.kind is Happening.MOVING)
    card = await services.codes.of_person(people[cast.YE[0]], by=officer)
    poster = await services.codes.of_place(town.hall, by=keeper)
    await _to_visit(town, people[cast.GRANNY_HU[0]])
    grant = await services.grants.give(people[cast.YE[0]], Role.GUARD, by=Actor.operator(), area=cast.VILLAGE.code)
    await services.sites.import_rows([(2, site_row(needs_trained="no", needs_registered="no"))], by=Actor.operator())
    return Scene(
        town, order, draft, people, {name: members[id] for name, id in people.items() if id in members}, town.hall,
        await services.shelters.named(OTHER_HALL), tick, grant.id, card.short, poster.short, (await services.sites.named(YARD)).id,
        *await _reported(town), await announced(town), await _with_glass(town, people[cast.GRANNY_HU[0]]), *await with_blanks(town, people[cast.YE[0]]),
        (await town.person(cast.LIN[0])).household,
        *await passes_in(town, cast.VILLAGE.code, officer, approver),
        await with_device(town, people[cast.YE[0]], by=Actor.operator()),
    )  # fmt: skip


@asynccontextmanager
async def a_night_in(folder: Path) -> AsyncIterator[Scene]:
    """The scene in a house of its own, copied from one that this process furnished once."""
    model, scene = await _furnished_once()
    shutil.copytree(model, folder, dirs_exist_ok=True)
    clock = FakeClock(scene.town.clock.now())
    async with a_house(folder, clock=clock) as house:
        yield replace(scene, town=Town(house, clock, scene.hall))


_MADE: list[tuple[Path, Scene]] = []


async def _furnished_once() -> tuple[Path, Scene]:
    if not _MADE:
        folder = Path(mkdtemp(prefix="mashang-night-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        async with a_town(folder) as town:
            scene = await a_night(town)
        _MADE.append((folder, scene))
    return _MADE[0]


async def _reported(town: Town) -> tuple[Report, UUID]:
    """A resident has sent a report with a photo."""
    lin, services = await town.actor(cast.LIN), town.house.services
    draft = await services.reports.begin(for_self=True, by=lin, key="report")
    await services.reports.choose_kind(draft.id, ReportKind.FLOOD, by=lin)
    await services.reports.put_village(draft.id, cast.VILLAGE.code, by=lin)
    await services.report_photos.add(draft.id, a_photo(), by=lin, key="photo")
    filed = await services.reports.send(draft.id, by=lin, key="sent")
    async with town.house.works.read() as work:
        (photo,) = await work.media.of(draft.id)
    return filed.report, photo.id


async def _with_glass(town: Town, person: UUID) -> UUID:
    """An open break-glass of somebody who has lost the role for it: it gives nothing, and may be ended."""
    now = town.clock.now()
    async with town.house.works.write() as work:
        await work.glass.add(Glass(GLASS, person, WHY, False, now, now + timedelta(hours=1)))
    return GLASS


async def _to_visit(town: Town, person: UUID) -> None:
    """A warning that did not reach this person."""
    now = town.clock.now()
    async with town.house.works.write() as work:
        await work.deliveries.add_message(Message(WARNING, Subject.ORDER_LIFTED, WARNING, False, now))
        await work.visits.add([Visit(VISIT, WARNING, person, (await town.person(cast.WARDEN[0])).id, False, "no_chat", now)])


def asked(scene: Scene, by: Actor, **how: Any) -> Asked:
    return Asked(**{"key": "walk", "by": by, "purpose": Purpose.SHELTER_IN, "via": Via.NAME, "place": scene.hall, **how})


async def exported(scene: Scene, by: Actor) -> list[Any]:
    return [line async for line in scene.services.exports.events(by=by)]


async def approved(scene: Scene, by: Actor) -> object:
    return await scene.services.evacuations.approve(scene.draft.id, fingerprint=scene.draft.fingerprint, by=by, key="w")


async def closed(scene: Scene, by: Actor) -> object:
    """What is not verified is refused as that, to the right person alone."""
    try:
        return await scene.services.report_desk.close(scene.report.id, "好了", by=by, key="w")
    except ReportNotVerified:
        return None


async def put_together(scene: Scene, by: Actor) -> object:
    try:
        return await scene.services.report_desk.mark_same(scene.report.id, by=by, key="w")
    except NothingAlike:
        return None


async def _reset(scene: Scene, by: Actor) -> object:
    """There is none: the right person reads that, and nobody else."""
    try:
        return await scene.services.authenticators.reset(_person(scene, cast.YE), by=by)
    except NoAuthenticator:
        return None


async def _asked_to_sign_in(scene: Scene, by: Actor) -> object:
    """No browser waits with this code: whoever has a role reads that."""
    try:
        return await scene.services.logins.ask("0000-0000", by=by)
    except LoginCodeWrong:
        return None


def _hall(scene: Scene) -> Destination:
    return Destination(scene.hall, HALL, WHERE)


def _person(scene: Scene, who: tuple[str, str | None]) -> UUID:
    return scene.people[who[0]]


def _draft_notice(scene: Scene, by: Actor) -> Awaitable[object]:
    return scene.services.notices.draft(DRAFT, shown=fingerprint(scene), by=by, key="w")  # type: ignore[no-any-return]


def fingerprint(scene: Scene) -> str:
    """Of the draft as this officer is shown it: the walk never sends what was not looked at."""
    made = Notice(UUID(int=0), "", DRAFT, cast.COUNTY.code, NoticeState.WAITING, UUID(int=0), scene.town.clock.now())
    return fingerprint_of(made, members="")


async def taken_out(scene: Scene, by: Actor) -> list[Any]:
    return [row async for row in scene.services.sheets.rows(Wanted(SheetKind.PEOPLE, area=cast.VILLAGE.code, whole=True), by=by)]


async def _upload(scene: Scene, by: Actor) -> UUID:
    """A file of the asker's own that waits; somebody without the right has none."""
    if by.person is not None and by.can(May.GRANT, now=scene.town.clock.now()):
        return (await scene.services.list_imports.keep(ListKind.AREAS, b"code,name", by=by)).id  # type: ignore[no-any-return]
    return UUID(int=53)


async def waiting(scene: Scene, by: Actor) -> object:
    return await scene.services.list_imports.waiting(await _upload(scene, by), by=by)


async def dropped(scene: Scene, by: Actor) -> object:
    return await scene.services.list_imports.drop(await _upload(scene, by), by=by)


async def confirmed(scene: Scene, by: Actor) -> object:
    digest = hashlib.sha256(b"code,name").hexdigest()
    return await scene.services.list_imports.confirm(await _upload(scene, by), Read(()), digest=digest, by=by)


LIST_CASES = (
    UseCase("list_imports.mapping", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.list_imports.mapping(ListKind.PEOPLE, by=by), scoped=False),
    UseCase("list_imports.take_in", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.list_imports.take_in(ListKind.AREAS, Read(()), by=by), scoped=False),
    UseCase("list_imports.keep", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.list_imports.keep(ListKind.AREAS, b"code,name", by=by), scoped=False),
    UseCase("list_imports.waiting", cast.MALLORY, Role.ADMIN, waiting, scoped=False),
    UseCase("list_imports.drop", cast.MALLORY, Role.ADMIN, dropped, scoped=False),
    UseCase("list_imports.confirm", cast.MALLORY, Role.ADMIN, confirmed, scoped=False),
    UseCase("sheets.rows", cast.OFFICER, Role.DUTY_OFFICER, taken_out),
)  # fmt: skip

NOTICE_CASES = (
    UseCase("notices.foresee", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.notices.foresee(DRAFT, by=by)),
    UseCase("notices.counted", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.notices.counted([VILLAGE], drill=False, by=by)),
    UseCase("notices.draft", cast.OFFICER, Role.DUTY_OFFICER, _draft_notice),
    UseCase("notices.preview", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.notices.preview(s.announced.waiting.id, by=by)),
    UseCase("notices.approve", cast.APPROVER, Role.APPROVER,
        lambda s, by: s.services.notices.approve(s.announced.waiting.id, shown=s.announced.shown, by=by, key="w")),
    UseCase("notices.reject", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.notices.reject(s.announced.waiting.id, by=by, key="w")),
    UseCase("notices.cancel", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.notices.cancel(s.announced.active.id, by=by, key="w")),
    UseCase("notice_lists.offers", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.notice_lists.offers("", by=by), scoped=False),
    UseCase("notice_lists.listing", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.notice_lists.listing(by=by), scoped=False),
    UseCase("notice_lists.story", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.notice_lists.story(s.announced.active.id, by=by)),
    UseCase("notice_lists.everything", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.notice_lists.everything(by=by), scoped=False),
    UseCase("notice_lists.import_holidays", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.notice_lists.import_holidays([], by=by), scoped=False),
    UseCase("groups.make", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.make("抢险组", cast.VILLAGE.code, by=by, key="w")),
    UseCase("groups.listing", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.listing(by=by), scoped=False),
    UseCase("groups.everything", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.everything(by=by), scoped=False),
    UseCase("groups.get", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.get(s.announced.group, by=by)),
    UseCase("groups.candidates", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.candidates(s.announced.group, cast.YE[0], by=by)),
    UseCase("groups.members", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.members(s.announced.group, by=by)),
    UseCase("groups.add", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.add(s.announced.group, _person(s, cast.YE), by=by)),
    UseCase("groups.add", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.groups.add(s.announced.group, _person(s, cast.YE), by=by)),
    UseCase("groups.remove", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.remove(s.announced.group, _person(s, cast.LIN), by=by)),
    UseCase("groups.bind_code", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.bind_code(s.announced.group, by=by, key="w")),
    UseCase("groups.met", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.met(s.announced.code, number=-4001, by=by)),
    UseCase("groups.bind", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.bind(s.announced.binding, by=by)),
    UseCase("groups.unbind", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.groups.unbind(s.announced.group, by=by)),
    UseCase("group_import.import_rows", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.group_import.import_rows([], by=by), scoped=False),
)  # fmt: skip

RIGHTS_CASES = (
    UseCase("users.listing", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.users.listing(UsersWanted(area=cast.VILLAGE.code), by=by)),
    UseCase("users.show", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.users.show(_person(s, cast.YE), by=by)),
    UseCase("glass.open", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.glass.open(WHY, 15, by=by, key="w"), scoped=False),
    UseCase("glass.listing", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.glass.listing(by=by), scoped=False),
    UseCase("glass.end", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.glass.end(s.glass, by=by), scoped=False),
    UseCase("audit.listing", cast.LIN, Role.AUDITOR, lambda s, by: s.services.audit_log.listing(AuditAsked(), by=by, most=10), scoped=False),
)

USE_CASES = (
    *(UseCase(*case) for case in PASS_CASES),
    *NOTICE_CASES,
    *(UseCase(*case) for case in (*CARD_CASES, *DEVICE_CASES)),
    *LIST_CASES,
    UseCase("evacuations.draft", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.evacuations.draft(NEXT, _hall(s), by=by, key="w")),
    UseCase("evacuations.foresee", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.evacuations.foresee([cast.VILLAGE.code], by=by)),
    UseCase("evacuations.preview", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.evacuations.preview(s.draft.id, by=by)),
    UseCase("evacuations.approve", cast.APPROVER, Role.APPROVER, approved),
    UseCase("evacuations.reject", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.evacuations.reject(s.draft.id, by=by)),
    UseCase("evacuations.lift", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.evacuations.lift(s.order.id, by=by)),
    UseCase("evacuations.get", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.evacuations.get(s.order.id, by=by)),
    UseCase("board.orders", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.board.orders(by=by), scoped=False),
    UseCase("board.order", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.board.order(s.order.id, by=by)),
    UseCase("board.people", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.board.people(s.order.id, by=by)),
    UseCase("board.people", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.board.people(s.order.id, by=by, area=cast.VILLAGE.code)),
    UseCase("board.timeline", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.board.timeline(s.members[cast.LIN[0]], by=by)),
    UseCase("board.rebuild", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.board.rebuild(by=by), scoped=False),
    UseCase("codes.of_person", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.codes.of_person(_person(s, cast.LIN), by=by)),
    UseCase("codes.of_place", cast.KEEPER, Role.KEEPER, lambda s, by: s.services.codes.of_place(s.hall, by=by)),
    UseCase("codes.of_place", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.codes.of_place(s.hall, by=by)),
    UseCase("codes.listing", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.codes.listing(cast.VILLAGE.code, by=by)),
    UseCase("lists.for_official", cast.KEEPER, Role.KEEPER, lambda s, by: s.services.lists.for_official(by=by), scoped=False),
    UseCase("lists.note_change", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.lists.note_change(2, changes=["renewed"], by=by), scoped=False),
    UseCase("codes.revoke", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.codes.revoke(s.short, by=by)),
    UseCase("codes.revoke", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.codes.revoke(s.poster, by=by)),
    UseCase("rollcall.tick", cast.WARDEN, Role.WARDEN,
        lambda s, by: s.services.rollcall.tick([_person(s, cast.LIN)], Happening.REFUSED, How.SAW, by=by, key="w")),
    UseCase("rollcall.annul", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.rollcall.annul(s.tick, by=by, key="w")),
    UseCase("rollcall.annul", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.rollcall.annul(s.tick, by=by, key="w")),
    UseCase("rollcall.close_help", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.rollcall.close_help(s.members[cast.GRANNY_HU[0]], by=by, key="w")),
    UseCase("rollcall.households", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.rollcall.households(by=by), scoped=False),
    UseCase("people.make_link_code", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.people.make_link_code(_person(s, cast.LIN), by=by, key="w")),
    UseCase("people.person", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.people.person(_person(s, cast.LIN), by=by)),
    UseCase("people.find", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.people.find(cast.LIN[0], by=by)),
    UseCase("scans.record", cast.KEEPER, Role.KEEPER, lambda s, by: s.services.scans.record(asked(s, by, person=_person(s, cast.LIN)))),
    UseCase("scans.record", cast.KEEPER, Role.KEEPER, lambda s, by: s.services.scans.record(asked(s, by, text=s.short, via=Via.TYPED))),
    UseCase("scans.record", cast.KEEPER, Role.KEEPER, lambda s, by: s.services.scans.record(asked(s, by, newcomer=Newcomer("路人甲")))),
    UseCase("scans.record", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.scans.record(asked(s, by, person=_person(s, cast.LIN)))),
    UseCase("scans.record", cast.KEEPER, Role.KEEPER, lambda s, by: s.services.scans.record(asked(s, by, **RELATIVES, person=_person(s, cast.LIN)))),
    *RIGHTS_CASES,
    UseCase("grants.give", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.grants.give(_person(s, cast.YE), Role.WARDEN, by=by, area=cast.VILLAGE.code)),
    UseCase("grants.give", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.grants.give(_person(s, cast.YE), Role.KEEPER, by=by, place=s.hall)),
    UseCase("grants.revoke", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.grants.revoke(s.grant, by=by)),
    UseCase("sessions.of_person", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.sessions.of_person(_person(s, cast.YE), by=by)),
    UseCase("sessions.end_all", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.sessions.end_all(_person(s, cast.YE), by=by)),
    UseCase("authenticators.reset", cast.MALLORY, Role.ADMIN, _reset),
    UseCase("logins.ask", cast.OFFICER, Role.DUTY_OFFICER, _asked_to_sign_in, scoped=False),
    UseCase("approvals.waiting", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.approvals.waiting(by=by), scoped=False),
    UseCase("founders.make_code", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.founders.make_code(by=by), scoped=False),
    UseCase("sessions.ticket", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.sessions.ticket(by=by), scoped=False),
    UseCase("visits.get", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.visits.get(VISIT, by=by)),
    UseCase("visits.done", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.visits.done(VISIT, Outcome.PHONED, by=by, key="w")),
    UseCase("visits.open_in", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.visits.open_in(cast.VILLAGE.code, by=by)),
    UseCase("visits.of_message", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.visits.of_message(WARNING, by=by), scoped=False),
    UseCase("report_desk.listing", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.report_desk.listing(by=by), scoped=False),
    UseCase("report_desk.show", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.report_desk.show(s.report.number, by=by)),
    UseCase("report_desk.show", cast.OFFICER, Role.INFORMANT, lambda s, by: s.services.report_desk.show(s.report.id, by=by)),
    UseCase("report_desk.verify", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.report_desk.verify(s.report.id, by=by, key="w")),
    UseCase("report_desk.assign", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.report_desk.assign(s.report.id, by=by, key="w", name="一队")),
    UseCase("report_desk.close", cast.OFFICER, Role.DUTY_OFFICER, closed),
    UseCase("report_desk.reject", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.report_desk.reject(s.report.id, "不在本县", by=by, key="w")),
    UseCase("report_desk.mark_same", cast.OFFICER, Role.DUTY_OFFICER, put_together),
    UseCase("report_desk.hands", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.report_desk.hands(s.report.id, by=by)),
    UseCase("report_desk.photo", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.report_desk.photo(s.report.number, s.photo, by=by)),
    UseCase("report_desk.unmask", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.report_desk.unmask(s.report.number, by=by)),
    UseCase("report_desk.rows", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.report_desk.rows(by=by), scoped=False),
    UseCase("exports.events", cast.OFFICER, Role.DUTY_OFFICER, exported, scoped=False),
    UseCase("areas.import_rows", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.areas.import_rows([], by=by), scoped=False),
    UseCase("people_import.import_rows", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.people_import.import_rows([], by=by), scoped=False),
    *(UseCase(*case) for case in SITE_CASES),
    UseCase("shelters.import_rows", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.shelters.import_rows([], by=by), scoped=False),
)  # fmt: skip
