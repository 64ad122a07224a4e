"""A site with a gate, its manager and its workers, for tests of use cases, chat and pages."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.gates import Direction
from domain.scans import Via
from domain.sites import Site
from services.actors import Actor
from services.codes import Card
from services.gates import GateVerdict, Passing
from tests import cast
from tests.houses import BOT, Town

YARD = "莲都新区安置房工地"
QUARRY = "上东采石场"
FIRM = "丽水一建"
MANAGER = cast.KEEPER
TRAINED = cast.YE
UNTRAINED = cast.LIN
EXPIRED = ("过期工", "13905780031")
NO_PHONE = ("无机工", None)


def site_row(name: str = YARD, **changed: str) -> dict[str, str]:
    return {
        "name": name, "area_code": cast.VILLAGE.code, "firm": FIRM, "address": "平乐村东头", "manager_phone": MANAGER[1] or "", "needs_registered": "yes",
        "needs_trained": "yes", "longest_hours": "12", **changed,
    }  # fmt: skip


def worker_row(who: tuple[str, str | None], **changed: str) -> dict[str, str]:
    return {"name": who[0], "phone": who[1] or "", "firm": FIRM, "area_code": cast.VILLAGE.code, "trained": "yes", **changed}


@dataclass(frozen=True, slots=True)
class Gatehouse:
    """The yard with its quarry next door; attempts at them, each under a key of its own."""

    town: Town
    yard: Site
    quarry: Site

    async def card(self, site: Site) -> Card:
        _, card, _ = await self.town.house.services.sites.poster(site.id, by=Actor.operator())
        return card

    async def attempt(self, by: Actor, key: str, *, site: Site | None = None, direction: Direction = Direction.IN, **how: object) -> GateVerdict:
        """By default a scan of the yard's poster by the actor."""
        passing: dict[str, object] = {"via": Via.LINK, **how}
        if direction is Direction.IN and not {"person", "card", "confirmed", "poster"} & set(how):
            passing["poster"] = (await self.card(site or self.yard)).text
        elif "poster" not in how:
            passing["site"] = (site or self.yard).id
        return await self.town.house.services.gates.pass_gate(Passing(direction, **passing), by=by, key=key)  # type: ignore[arg-type]

    async def worker(self, who: tuple[str, str | None]) -> Actor:
        person = await self.town.person(who[0])
        return Actor(via="chat", person=person.id, name=who[0], area=person.area, bot=BOT, address=f"chat {who[0]}")

    async def manager(self) -> Actor:
        return await self.town.actor(MANAGER)

    async def inside(self, site: Site | None = None) -> list[UUID]:
        async with self.town.house.works.read() as work:
            return [stay.person for stay in await work.gates.inside(site=(site or self.yard).id)]


async def a_gatehouse(town: Town, **yard: str) -> Gatehouse:
    services, operator = town.house.services, Actor.operator()
    rows = [(2, site_row(**yard)), (3, site_row(QUARRY, needs_trained="no", area_code=cast.NEXT_VILLAGE.code))]
    report = await services.sites.import_rows(rows, by=operator)
    assert not report.problems, report.problems
    yesterday = (town.clock.now() - timedelta(days=1)).date().isoformat()
    workers = [
        worker_row(TRAINED), worker_row(UNTRAINED, trained="no"), worker_row(EXPIRED, trained_until=yesterday),
        worker_row(NO_PHONE, trained_until="2027-06-30"),
    ]  # fmt: skip
    report = await services.workers.import_rows(list(enumerate(workers, 2)), by=operator)
    assert not report.problems, report.problems
    return Gatehouse(town, await services.sites.named(YARD), await services.sites.named(QUARRY))
