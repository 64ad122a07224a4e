"""`mashang story order`: one village, one order, one evening with the house killed now and then; does every number hold?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lab.people import Invented
from lab.stories import coming_in, door, oracle, pages, reckoning, village
from lab.stories.cast import COUNTY, planned
from lab.stories.house import House
from lab.stories.playing import End
from lab.stories.reaper import ACTS, SCAN
from lab.stories.scene import CONTACTS, ROLES, Furniture, Scene, by_name, furnish, invited
from lab.stories.together import Together, Work
from lab.stories.watch import Held


class Order:
    """The evening of one order."""

    nothing: Mapping[str, Any] = dict.fromkeys((
        "people", "with_phone", "scans", "repeats", "at_shelter", "with_relatives", "safe_elsewhere", "reported", "walk_ins", "not_yet_safe",
        "updates_lost", "mismatches", "seconds",
    ), 0)  # fmt: skip
    acts = ACTS
    marks: Sequence[str] = (SCAN,)

    def __init__(self, seed: int) -> None:
        self.evening = planned(seed)

    def invited(self) -> Mapping[str, Invented]:
        return invited(self.evening)

    async def furnish(self, house: House, folder: Path) -> Furniture:
        return await furnish(house, self.evening, folder)

    async def told(self, scene: Scene, together: Together) -> None:
        await together.all(*(coming_in.link(scene, role) for role in (*ROLES, *CONTACTS)))
        await together.all(coming_in.order(scene), *working(scene), *hearing(scene), *(at_home(scene, role) for role in CONTACTS))

    async def board(self, scene: Scene) -> Mapping[str, int]:
        return await pages.board(scene)

    def held_already(self, scene: Scene) -> Held:
        before, names = scene.ledger.copy(), {code.holder: name for name, code in scene.codes.items()}
        return lambda lines: reckoning.not_held(before, lines, names)

    def asks(self) -> Sequence[Sequence[str]]:
        return [("codes", "list", "--json", "--area", COUNTY)]

    def compared(self, scene: Scene, end: End) -> tuple[Mapping[str, Any], list[str]]:
        """The oracle's numbers; every difference between ledger, board and oracle."""
        names = {code.holder: name for name, code in by_name(end.said[0].values()).items()}
        numbers, stands = oracle.reckon(end.lines)
        found = {names.get(person, person): row for person, row in stands.items()}
        counted = numbers | {"people": numbers["listed"], "with_phone": len(scene.pictures.keys() & set(CONTACTS))}
        if not end.board:
            return counted, []
        held = reckoning.not_held(scene.ledger, end.lines, names)
        return counted, [*reckoning.numbers_differ(scene.ledger, numbers, end.board), *reckoning.people_differ(scene.ledger, found), *held]


def working(scene: Scene) -> Iterator[Work]:
    """What is done at the door, in the village and in browsers, from the order on."""
    yield from (after_order(scene, work) for work in (door.keep, village.warden, village.stranger, pages.report))


def hearing(scene: Scene) -> Iterator[Work]:
    """The officials who are told of the order."""
    yield from (coming_in.hear(scene, role) for role in ("warden", "keeper"))


async def after_order(scene: Scene, work: Callable[[Scene], Work]) -> None:
    """Somebody who begins when the order is out."""
    await scene.signals.order_out.wait()
    await work(scene)


async def at_home(scene: Scene, role: str) -> None:
    """Somebody with a chat, who does something when told to move."""
    await coming_in.hear(scene, role)
    await {"answerer": village.answerer, "mover": village.mover, "arriver": village.arriver, "caller": village.caller}[role](scene)
