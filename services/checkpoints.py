"""Checkpoints: set up by whoever gives roles there, closed when they are over, chosen by the guards who stand at them."""

from uuid import UUID

from domain.access import May
from domain.checkpoints import Checkpoint, CheckpointKnown, CheckpointUnknown, checked_name
from domain.people import AreaUnknown
from services.actors import Actor
from services.audit import Trail
from services.ports import Clock, Ids, Works


class Checkpoints:
    """The register of checkpoints."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail

    async def add(self, name: str, area: str, *, by: Actor) -> Checkpoint:
        """A new one; a name is given once in the office."""
        now = self._clock.now()
        by.must(May.GRANT, now=now, area=area)
        made = Checkpoint(self._ids.new(), checked_name(name), area)
        async with self._works.write() as work:
            if await work.areas.get(area) is None:
                raise AreaUnknown(asked=area[:20])
            if any(one.name == made.name for one in await work.checkpoints.all()):
                raise CheckpointKnown()
            await work.checkpoints.add(made)
            await self._trail.add(work, by=by, action="checkpoints.add", subject=made.id, now=now, area=area)
        return made

    async def set_active(self, checkpoint: UUID, *, active: bool, by: Actor) -> Checkpoint:
        """A closed one takes no crossing in chat any more; what its scanners still upload is kept."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.write() as work:
            if (found := await work.checkpoints.get(checkpoint)) is None:
                raise CheckpointUnknown()
            by.must(May.GRANT, now=now, area=found.area)
            await work.checkpoints.set_active(checkpoint, active=active)
            await self._trail.add(work, by=by, action="checkpoints.state", subject=checkpoint, now=now, active=active)
        return found

    async def named(self, name: str) -> Checkpoint:
        """The one of this name."""
        async with self._works.read() as work:
            found = [one for one in await work.checkpoints.all() if one.name == " ".join(name.split())]
        if not found:
            raise CheckpointUnknown()
        return found[0]

    async def listing(self, *, by: Actor) -> list[Checkpoint]:
        """Every one where the asker gives roles, also the closed ones: for programs."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.read() as work:
            return [one for one in await work.checkpoints.all() if by.can(May.GRANT, now=now, area=one.area)]

    async def posts(self, *, by: Actor) -> list[Checkpoint]:
        """Those where the asker may check passes now: own posts first."""
        now = self._clock.now()
        by.must(May.VERIFY_PASS, now=now)
        own = by.posts(May.VERIFY_PASS, now=now)
        async with self._works.read() as work:
            found = [one for one in await work.checkpoints.all() if one.active and by.can(May.VERIFY_PASS, now=now, area=one.area, place=one.id)]
        return sorted(found, key=lambda one: one.id not in own)
