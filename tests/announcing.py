"""Risk notices for tests: a draft with good words, drafted and approved by the right people, and groups of the cast."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from domain.colours import Level
from domain.deliveries import Delivery
from domain.notices import Draft, Notice, Part, PartKind, Risk, Wording
from domain.schedules import Repeat, Schedule
from services.actors import Actor
from services.deliveries import Result, Sent
from tests import cast
from tests.houses import Town

TEXTS = {"zh_CN": Wording("今夜有大风", "不要出门"), "en": Wording("Gales tonight", "Stay indoors")}
VILLAGE = Part(PartKind.AREA, cast.VILLAGE.code)
DRAFT = Draft(Level.BLUE, Risk.TYPHOON, (VILLAGE,), Schedule(Repeat.NOW), TEXTS)


async def drafted(town: Town, *, key: str = "n", by: tuple[str, str | None] = cast.OFFICER, sure: int | None = None, **changed: object) -> Notice:
    """A notice as its drafter confirmed it, exactly as it was shown."""
    notices, officer = town.house.services.notices, await town.actor(by)
    draft = replace(DRAFT, **changed)  # type: ignore[arg-type]
    preview = await notices.foresee(draft, by=officer)
    return await notices.draft(draft, shown=preview.shown[:16], by=officer, key=key, sure=sure)


async def approved(town: Town, notice: Notice, *, key: str = "a") -> Notice:
    notices, approver = town.house.services.notices, await town.actor(cast.APPROVER)
    preview = await notices.preview(notice.id, by=approver)
    return await notices.approve(notice.id, shown=preview.shown[:16], by=approver, key=key)


async def a_group(town: Town, *names: str, called: str = "值班组", key: str = "g") -> UUID:
    """A group of the village, owned by the officer, with these people."""
    groups, officer = town.house.services.groups, await town.actor(cast.OFFICER)
    group = await groups.make(called, cast.TOWNSHIP.code, by=officer, key=key)
    for name in names:
        await groups.add(group.id, (await town.person(name)).id, by=officer)
    return group.id


def to_group(group: UUID) -> Part:
    return Part(PartKind.GROUP, cast.TOWNSHIP.code, group=group)


async def delivered(town: Town, *, sent: Sent = Sent.OK) -> list[Delivery]:
    """Everything that is due is sent (or whatever `sent` says); what that was."""
    deliveries, done = town.house.services.deliveries, []
    while claimed := await deliveries.claim():
        done += claimed
        await deliveries.settle([(one, Result(sent, message_id=number)) for number, one in enumerate(claimed, 1)])
    return done


async def stranger_of(town: Town) -> Actor:
    return await town.actor(cast.OTHER_OFFICER)


@dataclass(frozen=True, slots=True)
class Announced:
    """A red notice that waits (and what an approver was shown), a blue one that is set, a group, and a code to tie it, said and not said yet."""

    waiting: Notice
    shown: str
    active: Notice
    group: UUID
    code: str
    binding: UUID


async def announced(town: Town) -> Announced:
    services, officer, approver = town.house.services, await town.actor(cast.OFFICER), await town.actor(cast.APPROVER)
    group = await a_group(town, cast.LIN[0])
    waiting = await drafted(town, key="red", level=Level.RED, parts=(to_group(group),))
    active = await drafted(town, key="blue", schedule=Schedule(Repeat.ONCE, at=town.clock.now() + timedelta(hours=1)))
    shown = (await services.notices.preview(waiting.id, by=approver)).shown
    code = await services.groups.bind_code(group, by=officer, key="b")
    binding, _ = await services.groups.met(code, number=-4001, by=officer)
    return Announced(waiting, shown, active, group, code, binding)
