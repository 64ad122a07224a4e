"""`mashang story typhoon`: the order's evening, and beside it a notice to the duty group, reports from the field, a site and its gate."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lab.people import Invented
from lab.stories import coming_in, desk, duty, field_oracle, field_reckoning, gate, notice, reckoning, reports
from lab.stories.field import Field
from lab.stories.house import House
from lab.stories.order import Order, at_home, hearing, working
from lab.stories.playing import End
from lab.stories.reaper import NOTICE, SCAN
from lab.stories.scene import CONTACTS, ROLES, Furniture, Scene, furnished, lists, posts
from lab.stories.together import Together, Work
from lab.stories.watch import Held


class Typhoon(Order):
    """The order's evening with everything else that happens in it."""

    nothing: Mapping[str, Any] = {"people": 0, "with_phone": 0, "notices": dict.fromkeys(("targets", "sent", "failed", "pending", "unknown"), 0)} | (
        dict.fromkeys((
            "visit_tasks", "scans", "repeats", "at_shelter", "with_relatives", "reported", "walk_ins", "not_yet_safe", "reports", "on_site",
            "updates_lost", "duplicates", "in_flight_at_kills", "mismatches", "seconds",
        ), 0)
    )  # fmt: skip
    acts = 600
    marks: Sequence[str] = (SCAN, NOTICE)

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.duty = duty.on_duty(seed)
        self.field = Field(
            with_chat=frozenset(one.name for one in self.duty.chats.values()), without=frozenset(one.name for one in self.duty.unreached),
            responsible=self.duty.chats[duty.RESPONSIBLE].name,
        )  # fmt: skip
        self.poster = ""
        self._linked = asyncio.Event()
        self._filed: desk.Filed = asyncio.Queue()

    def invited(self) -> Mapping[str, Invented]:
        return {**super().invited(), **self.duty.chats}

    async def furnish(self, house: House, folder: Path) -> Furniture:
        evening = self.evening
        people = [*evening.people, *evening.officials.values(), evening.outsider, *self.duty.group]
        lines = [
            *lists(folder, people, [evening.hall]), *posts(evening), *duty.lists(self.duty, folder, owner=evening.officials["officer"])
        ]  # fmt: skip
        furniture = await furnished(house, lines, self.invited(), areas=[duty.TOWN], asks=[("sites", "list", "--json")])
        [site] = furniture.said[0].values()
        self.poster = site["link"].partition("?start=")[2]
        return furniture

    async def told(self, scene: Scene, together: Together) -> None:
        await together.all(*(coming_in.link(scene, role) for role in (*ROLES, *CONTACTS)))
        together.begin(self.link(scene, together))
        await self.play(scene, together)

    async def play(self, scene: Scene, together: Together) -> None:
        """Everything from the order on; the duty group may still be coming in."""
        await together.all(self._officer(scene), *working(scene), *hearing(scene), *self._reporting(scene), self._gate(scene), *self._on_duty(scene))

    async def link(self, scene: Scene, together: Together) -> None:
        """The duty group comes in beside everything else."""
        await together.all(*(coming_in.link(scene, role) for role in self.duty.chats))
        self._linked.set()

    async def _officer(self, scene: Scene) -> None:
        """The order first; then the notice; then whatever is reported."""
        await coming_in.order(scene)
        await self._linked.wait()
        await notice.schedule(scene, self.field)
        await desk.handle(scene, self.field, self._filed, count=len(self.duty.seen))

    def _reporting(self, scene: Scene) -> Iterator[Work]:
        """Residents when they have done what the order asks of them; wardens as soon as they have a chat."""
        for seen in self.duty.seen:
            before = at_home(scene, seen.role) if seen.role in CONTACTS else linked(self._linked)
            yield self._report(scene, seen, before)

    async def _report(self, scene: Scene, seen: duty.Seen, before: Work) -> None:
        await before
        async with scene.phones[seen.role].talking:
            number = await reports.report(scene, self.field, seen)
        self._filed.put_nowait((number, seen))
        await reports.heard(scene, self.field, number, seen)

    async def _gate(self, scene: Scene) -> None:
        await self._linked.wait()
        await gate.turned_away(scene, self.duty, self.field, duty.UNTRAINED, self.poster)
        await gate.at_work(scene, self.duty, self.field, self.poster)

    def _on_duty(self, scene: Scene) -> Iterator[Work]:
        yield from (notice.hear(scene, self.field, role, self.duty.chats[role].name) for role in self.duty.chats)
        yield notice.visit(scene, self.field, self.duty)

    def held_already(self, scene: Scene) -> Held:
        listed, before, names = super().held_already(scene), self.field.copy(), {code.holder: name for name, code in scene.codes.items()}

        def missing(lines: Sequence[str]) -> Iterator[str]:
            yield from listed(lines)
            yield from field_reckoning.not_held(before, lines, names)

        return missing

    def asks(self) -> Sequence[Sequence[str]]:
        return [*super().asks(), ("notices", "list", "--json"), ("reports", "list", "--json"), ("sites", "list", "--json")]

    def compared(self, scene: Scene, end: End) -> tuple[Mapping[str, Any], list[str]]:
        numbers, differences = super().compared(scene, end)
        truth, behind = field_oracle.reckon(end.lines)
        twice, flying = reckoning.duplicates(end.log, scene.deliveries), reckoning.in_flight(end.log, end.deaths)
        counted = {**numbers, **truth, "duplicates": twice, "in_flight_at_kills": flying}
        if end.board:
            names = {code.holder: name for name, code in scene.codes.items()}
            differences += field_reckoning.differences(self.field, truth, behind, names, end.said[1:])
            differences += field_reckoning.too_many(twice, flying=flying, unknown=truth["notices"]["unknown"])
        return counted, differences


async def linked(event: asyncio.Event) -> None:
    await event.wait()
