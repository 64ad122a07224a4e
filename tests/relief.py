"""Relief for the village: a team leader, a checkpoint on the road with a guard, and passes."""

from dataclasses import dataclass
from uuid import UUID

from domain.access import Role
from domain.checkpoints import Checkpoint
from domain.passes import Pass, PassKind, Wish
from domain.scans import Via, Way
from services.actors import Actor
from services.codes import Card
from services.crossings import CheckpointVerdict, Shown
from services.passes import Inside, Passes
from tests import cast
from tests.houses import Town

LEADER, GUARD = cast.YE, cast.LIN
ROAD = "平乐村口卡口"
PLATE = "浙K12345"
TEAM = "莲都区救援一队"


def wish(**changed: object) -> Wish:
    given: dict[str, object] = {"kind": PassKind.VEHICLE, "who": PLATE, "team": TEAM, "area": cast.VILLAGE.code, "hours": 24, "reason": "送发电机"}
    return Wish(**{**given, **changed})  # type: ignore[arg-type]


@dataclass
class Relief:
    """What goes on at the checkpoint."""

    town: Town
    road: Checkpoint
    count: int = 0

    @property
    def passes(self) -> Passes:
        return self.town.house.services.passes

    async def asked(self, **changed: object) -> Pass:
        self.count += 1
        return await self.passes.ask(wish(**changed), by=await self.town.actor(LEADER), key=f"ask {self.count}")

    async def granted(self, **changed: object) -> Pass:
        asked = await self.asked(**changed)
        return await self.passes.decide(asked.id, granted=True, by=await self.town.actor(cast.APPROVER))

    async def revoked(self, held: Pass, why: str = "任务取消") -> Pass:
        return await self.passes.revoke(held.id, why, by=await self.town.actor(cast.APPROVER))

    async def card(self, held: Pass) -> Card:
        return (await self.passes.card(held.id, by=await self.town.actor(LEADER)))[1]

    async def shows(self, text: str, way: Way = Way.IN, *, via: Via = Via.PHOTO, key: str = "", at: Checkpoint | None = None, confirmed: bool = False,
                    by: Actor | None = None) -> CheckpointVerdict:  # fmt: skip
        self.count += 1
        shown = Shown((at or self.road).id, way, text, via, confirmed)
        guard = by or await self.town.actor(GUARD)
        return await self.town.house.services.crossings.cross(shown, by=guard, key=key or f"cross {self.count}")

    async def inside(self) -> list[Inside]:
        return await self.passes.inside(by=await self.town.actor(cast.OFFICER))

    def later(self, **by: float) -> None:
        self.town.clock.go_on(**by)


async def a_relief(town: Town) -> Relief:
    services, operator = town.house.services, Actor.operator()
    road = await services.checkpoints.add(ROAD, cast.VILLAGE.code, by=operator)
    await services.grants.give((await town.person(LEADER[0])).id, Role.TEAM_LEADER, by=operator, area=cast.COUNTY.code)
    await services.grants.give((await town.person(GUARD[0])).id, Role.GUARD, by=operator, place=road.id)
    return Relief(town, road)


async def passes_in(town: Town, area: str, asker: Actor, decider: Actor) -> tuple[UUID, UUID, UUID]:
    """A checkpoint, a pass that waits for a decision, and one that was granted."""
    services = town.house.services
    post = await services.checkpoints.add(f"卡口 {area}", area, by=Actor.operator())
    asked, other = [await services.passes.ask(wish(area=area), by=asker, key=f"pass {area} {n}") for n in range(2)]
    await services.passes.decide(other.id, granted=True, by=decider)
    return post.id, asked.id, other.id
