"""Every page there is, with somebody who may see it: what the walks of the browser tests go through.

A GET route that stands in neither table fails tests/web/test_accessibility.py, so that no page is forgotten.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from codes.signing import coordinates, new_key
from domain.access import Role
from domain.evacuations import Order
from domain.issuing import Why
from domain.lists import ListKind
from domain.passes import PassKind
from domain.reports import Report
from domain.scans import Purpose
from services.actors import Actor
from services.devices import Wanted
from tests import cast
from tests.announcing import drafted
from tests.gatehouse import MANAGER, NO_PHONE, TRAINED, Gatehouse, a_gatehouse
from tests.houses import Town
from tests.phones import a_phone
from tests.relief import a_relief
from tests.web.conftest import Client, Office
from tests.web.test_reports import reported

Who = tuple[str, str | None] | None
Visit = tuple[Who, str]
"""Who opens it (None: a stranger), and the address."""


@dataclass(slots=True)
class Scene:
    """An office in the middle of its work: an order, a code, a poster, a report, a notice, a site with people inside."""

    office: Office
    order: Order
    gate: Gatehouse
    report: Report
    code: str
    poster: str
    site_poster: str
    member: str
    upload: str
    notice: str
    somebody: str
    short: str
    keeper: str
    devices: tuple[str, ...]
    tickets: tuple[str, ...]
    cookies: dict[tuple[str, str | None], str] = field(default_factory=dict)

    async def cookie(self, who: tuple[str, str | None]) -> str:
        """The session cookie of somebody who is signed in."""
        if who not in self.cookies:
            client: Client = await self.office.sign_in(who)
            (self.cookies[who],) = [cookie.value for cookie in client.session.cookie_jar if cookie.key == "mashang"]
        return self.cookies[who]


OFFICER, ADMIN = cast.OFFICER, cast.MALLORY
PAGES: Mapping[str, Callable[[Scene], Sequence[Visit]]] = {
    "/": lambda scene: [(None, "/"), (OFFICER, "/nowhere"), (None, "/reports")],
    "/S/{code}": lambda scene: [
        (None, f"/S/{scene.code}"), (None, f"/S/{scene.poster}"), (None, f"/S/{scene.site_poster}"), (None, "/S/0000-0000-0000"),
    ],
    "/board/enter/{ticket}": lambda scene: [(None, "/board/enter/" + "A" * 43)],
    "/board": lambda scene: [(OFFICER, "/board?all=1"), (cast.OTHER_OFFICER, "/board")],
    "/board/{order}": lambda scene: [(OFFICER, f"/board/{scene.order.id}")],
    "/board/{order}/people": lambda scene: [
        (OFFICER, f"/board/{scene.order.id}/people?column=listed"), (OFFICER, f"/board/{scene.order.id}/people?column=verify"),
    ],
    "/board/member/{member}": lambda scene: [(OFFICER, f"/board/member/{scene.member}")],
    "/sites": lambda scene: [(MANAGER, "/sites")],
    "/sites/{site}": lambda scene: [(MANAGER, f"/sites/{scene.gate.yard.id}")],
    "/notices": lambda scene: [(OFFICER, "/notices")],
    "/reports": lambda scene: [(OFFICER, "/reports"), (OFFICER, "/reports?all=1")],
    "/console/cards": lambda scene: [(OFFICER, "/console/cards")],
    "/console/exports": lambda scene: [(OFFICER, "/console/exports")],
    "/console/import": lambda scene: [(ADMIN, "/console/import")],
    "/console/import/{upload}": lambda scene: [(ADMIN, f"/console/import/{scene.upload}")],
    "/login": lambda scene: [(None, "/login")],
    "/console/security": lambda scene: [(OFFICER, "/console/security")],
    "/console/security/digits": lambda scene: [(OFFICER, "/console/security/digits")],
    "/console/security/authenticator": lambda scene: [(OFFICER, "/console/security/authenticator")],
    "/console/approvals": lambda scene: [(cast.APPROVER, "/console/approvals")],
    "/console/approvals/orders/{order}": lambda scene: [(cast.APPROVER, f"/console/approvals/orders/{scene.order.id}")],
    "/console/approvals/notices/{notice}": lambda scene: [(cast.APPROVER, f"/console/approvals/notices/{scene.notice}")],
    "/console/users": lambda scene: [(ADMIN, "/console/users"), (ADMIN, "/console/users?words=nobody")],
    "/console/users/{person}": lambda scene: [(ADMIN, f"/console/users/{scene.somebody}")],
    "/console/passes": lambda scene: [(cast.APPROVER, "/console/passes"), (OFFICER, "/console/passes")],
    "/console/glass": lambda scene: [(OFFICER, "/console/glass"), (ADMIN, "/console/glass")],
    "/console/devices": lambda scene: [(ADMIN, "/console/devices")],
    "/console/devices/new/{person}": lambda scene: [(ADMIN, f"/console/devices/new/{scene.keeper}")],
    "/console/devices/tickets/{ticket}": lambda scene: [(ADMIN, f"/console/devices/tickets/{ticket}") for ticket in scene.tickets],
    "/console/devices/one/{device}": lambda scene: [(ADMIN, f"/console/devices/one/{device}") for device in scene.devices],
    "/console/devices/entries": lambda scene: [(OFFICER, "/console/devices/entries"), (cast.OTHER_OFFICER, "/console/devices/entries")],
    "/console/codes": lambda scene: [
        (OFFICER, "/console/codes"), (OFFICER, f"/console/codes?code={scene.short}"), (OFFICER, "/console/codes?code=nothing"),
        (cast.APPROVER, "/console/codes"),
    ],
    "/console/audit": lambda scene: [(cast.LIN, "/console/audit"), (cast.LIN, "/console/audit?action=nothing.")],
    "/reports/{number}": lambda scene: [(OFFICER, f"/reports/{scene.report.number}")],
}  # fmt: skip
"""Each route that answers with a page, and its visits."""
NO_PAGES: Mapping[str, str] = {
    "/scan": "leads to /scan/", **dict.fromkeys(("/scan/", "/scan/{file}"), "speaks the language of its browser: walked in tests/web/scanner"),
    "/S": "leads to the page of the code that was typed", "/s/{code}": "leads to /S/…", "/console": "leads to the first room",
    "/static/{hash}/{name}": "a file", "/robots.txt": "for machines", "/healthz": "for machines", "/readyz": "for machines",
    "/live/board/{order}": "a stream", "/live/board/{order}/page": "a stream", "/api/v1/orders/{order}/board": "JSON",
    "/reports/{number}/photos/{photo}": "a picture", "/console/exports/{kind}.{form}": "a file",
    "/login/state": "JSON", "/metrics": "for machines",
    **dict.fromkeys(("/login/code", "/login/digits", "/login/authenticator"), "needs a login of its own: walked in tests/journeys/test_signing_in.py"),
}  # fmt: skip
"""Each other GET route, and why it is no page."""


async def _cards(town: Town) -> None:
    """Blank cards of yesterday, far more than usual; one of them was given to two people. And cards of households."""
    services, officer = town.house.services, await town.actor(cast.OFFICER)
    (card, *_) = await services.issuing.blanks(40, area=cast.VILLAGE.code, by=officer, reason=Why.PRINTED)
    await services.issuing.households(cast.VILLAGE.code, by=officer, reason=Why.PRINTED)
    for who in (cast.YE, cast.GRANNY_HU):
        await services.blanks.bind(card.short, person=(await town.person(who[0])).id, by=officer, key=who[0])


async def a_scene(office: Office) -> Scene:
    """The scene, made through the use cases."""
    town = office.town
    order = await town.order()
    gate = await a_gatehouse(town)
    for who in (TRAINED, NO_PHONE):
        await gate.attempt(await gate.worker(who), f"in {who[0]}")
    town.clock.go_on(hours=1)
    await gate.attempt(await gate.worker(TRAINED), "elsewhere", site=gate.quarry)
    report = await reported(town, await town.actor(cast.LIN))
    await town.linked(cast.LIN)
    notice = await drafted(town)
    await town.house.services.notice_runs.release()
    await town.house.services.grants.give((await town.person(ADMIN[0])).id, Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)
    await town.house.services.grants.give((await town.person(cast.LIN[0])).id, Role.AUDITOR, by=Actor.operator(), area=cast.COUNTY.code)
    held = await town.house.services.grants.give((await town.person(cast.YE[0])).id, Role.GUARD, by=Actor.operator(), area=cast.VILLAGE.code)
    await town.house.services.grants.revoke(held.id, by=Actor.operator())
    await town.house.services.glass.open("邻县值班员联系不上，需代为登记", 15, by=await town.actor(cast.OTHER_OFFICER), key="glass")
    await _cards(town)
    await _passes(town)
    brought = "姓名,手机号,村代码,备注\n新来的,13905780099,331102001201,\n".encode()
    upload = await town.house.services.list_imports.keep(ListKind.PEOPLE, brought, by=await town.actor(ADMIN))
    lin, officer = await town.person(cast.LIN[0]), await town.actor(cast.OFFICER)
    async with town.house.works.read() as work:
        codes = await work.codes.of([lin.id, town.hall])
    devices, tickets = await _devices(office)
    (line, *_) = await town.house.services.board.people(order.id, by=officer)
    return Scene(office, order, gate, report, code=codes[lin.id].token, poster=codes[town.hall].token,
        site_poster=(await gate.card(gate.yard)).short, member=str(line.line.member), upload=str(upload.id), notice=str(notice.id),
        somebody=str((await town.person(cast.YE[0])).id), short=codes[lin.id].short, keeper=str((await town.person(cast.KEEPER[0])).id), devices=devices,
        tickets=tickets)


async def _passes(town: Town) -> None:
    """One waits, one is inside, one is inside past its end, one was refused, one revoked."""
    relief = await a_relief(town)
    short, held = await relief.granted(hours=1), await relief.granted(who="王小明", kind=PassKind.PERSON, hours=100, why_longer="道路未通")
    for one in (short, held):
        await relief.shows((await relief.card(one)).text)
    town.clock.go_on(hours=1)
    await relief.asked()
    refused = await relief.asked()
    await relief.passes.decide(refused.id, granted=False, why="桥断", by=await town.actor(cast.APPROVER))
    await relief.revoked(await relief.granted())


async def _devices(office: Office) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A phone in use with an entry that nobody could take, one that is silent, one that was withdrawn; a ticket that waits and one that was used."""
    town, services = office.town, office.town.house.services
    by = await town.actor(ADMIN)
    over, silent = await a_phone(town, "西门"), await a_phone(town, "后门", of=cast.OFFICER, drill=True)
    await services.devices.revoke(over.device.id, by=by, since=town.clock.now())
    town.clock.go_on(minutes=20)
    phone = await a_phone(town, "东门")
    await phone.send([phone.item(town.clock.now(), place=str(town.hall), via="name", walk_in={"name": "路过的人"}, purpose="to_relatives")])
    wanted = Wanted((await town.person(cast.KEEPER[0])).id, "南门", (Purpose.SHELTER_IN,), (town.hall,))
    waiting, used = await services.devices.offer(wanted, by=by), await services.devices.offer(wanted, by=by)
    x, y = coordinates(new_key().public_key())
    await services.devices.enrol(used.secret, x=x, y=y)
    devices = tuple(str(one.device.id) for one in (over, silent, phone))
    return devices, (str(waiting.ticket.id), str(used.ticket.id))
