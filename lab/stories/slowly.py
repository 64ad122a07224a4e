"""A story for the eyes: the same people do the same things in a demo, one after another and at a pace that one can follow."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from lab.people import Invented
from lab.simulator.chats import Persona
from lab.simulator.keeper import Bell, Keeper
from lab.simulator.remote import Remote
from lab.stories import coming_in
from lab.stories.house import House, environment
from lab.stories.phones import Lost, Patience, Street
from lab.stories.scene import CONTACTS, ROLES, Furniture, Scene, personas, phones
from lab.stories.together import Together
from lab.stories.typhoon import Typhoon

STEP = 0.2
MOST_IN_A_ROW = 16
AGES = Patience(answer=3600.0, passed_over=3600.0, delivered=24 * 3600.0)


class Open:
    """A house in this very process: it stands as long as anybody asks, and nobody need hurry."""

    up_since: float | None = None

    def must_stand(self) -> None:
        """It does."""

    def acted(self) -> None:
        """Nobody counts."""

    def mark(self, what: str) -> None:
        """Nobody counts."""


class SlowStreet(Street):
    """Nobody does anything earlier than `pace` seconds after anybody did something, and whoever talks goes on until they pause themselves."""

    def __init__(self, remote: Remote, *, said: Callable[[str, str], object]) -> None:
        """`said` hears of everything that somebody does."""
        super().__init__(remote, Open(), Open(), patience=AGES)
        self.hurried: frozenset[str] = frozenset()
        """Who need not wait for anybody."""
        self._said = said
        self._next = 0.0
        self._waiting: list[str] = []
        self._bell = Bell()
        self._talks, self._in_a_row = "", 0

    async def pause(self, who: str, what: str) -> None:
        if not self.pace or who in self.hurried:
            return
        loop = asyncio.get_running_loop()
        self._waiting.append(who)
        while (left := self._next - loop.time()) > 0 or self._turn() != who:
            await self._bell.wait(max(left, STEP))
        self._waiting.remove(who)
        self._in_a_row = self._in_a_row + 1 if who == self._talks else 1
        self._talks, self._next = who, loop.time() + self.pace
        self._bell.ring()
        self._said(who, what)

    def _turn(self) -> str:
        """Whose it is: whoever talked last, if they want to go on and have not talked for long; else whoever has waited longest."""
        goes_on = self._talks in self._waiting and self._in_a_row < MOST_IN_A_ROW
        others = [who for who in self._waiting if who != self._talks]
        return self._talks if goes_on or not others else others[0]


class Show:
    """The typhoon's evening in the county of a demo. `prepare` before the doors open, `begin` once they are, `end` at last."""

    def __init__(self, seed: int, *, pace: float, language: str) -> None:
        self._script = Typhoon(seed)
        self._pace = pace
        self._language = language
        self._furniture: Furniture | None = None
        self._keeper = Keeper()

    def personas(self) -> list[Persona]:
        """Everybody who has a phone tonight."""
        return personas(self._script.invited())

    @property
    def officer(self) -> Invented:
        """The duty officer, in whose name a viewer looks at the board."""
        return self._script.evening.officials["officer"]

    async def prepare(self, folder: Path, settings: Mapping[str, str]) -> None:
        """Lists, posts and link codes by command, with these settings; the tables stay in the folder."""
        self._furniture = await self._script.furnish(House(folder, environment(folder, **settings)), folder)

    def begin(self, remote: Remote, *, public_url: str, said: Callable[[str], object]) -> None:
        """From now on, beside everything else; `said` gets what there is to see, line by line."""
        self._keeper.spawn(self._play(remote, public_url, said), name="story")

    async def end(self) -> None:
        await self._keeper.close()

    async def _play(self, remote: Remote, public_url: str, said: Callable[[str], object]) -> None:
        assert self._furniture is not None
        script, together = self._script, Together()
        names = {role: one.name for role, one in script.invited().items()}
        street = SlowStreet(remote, said=lambda who, what: said(f"{names.get(who, who)} · {what}"))
        scene = Scene(
            script.evening, script.invited(), street, self._furniture.codes, self._furniture.link_codes, public_url, phones(script.invited(), street),
            language=self._language,
        )  # fmt: skip
        said("everybody comes in …")
        try:
            await together.all(*(coming_in.link(scene, role) for role in (*ROLES, *CONTACTS)))
            together.begin(self._link(scene, street, together))
            street.pace = self._pace
            said(f"the evening begins; somebody does something every {self._pace:g} s")
            await script.play(scene, together)
            said("the evening is over; everything stays as it is, and everybody in it can be taken over")
        except Lost as lost:
            said(f"the story stopped, because somebody was not answered as they had to be: {lost}")
        finally:
            await together.home()

    async def _link(self, scene: Scene, street: SlowStreet, together: Together) -> None:
        """The duty group comes in beside the evening, as fast as it can: forty times the same is no story."""
        street.hurried = frozenset(self._script.duty.chats)
        await self._script.link(scene, together)
        street.hurried = frozenset()
