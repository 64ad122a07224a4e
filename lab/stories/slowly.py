"""A story for the eyes: the same people do the same things in a demo, one after another and at a pace that one can follow."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from lab.people import Invented
from lab.simulator.chats import Persona
from lab.simulator.keeper import Keeper
from lab.simulator.remote import Remote
from lab.stories import coming_in
from lab.stories.house import House, environment
from lab.stories.phones import Lost, Patience, Street
from lab.stories.scene import CONTACTS, ROLES, Furniture, Scene, personas, phones
from lab.stories.together import Together
from lab.stories.typhoon import Typhoon

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
    """Nobody does anything earlier than `pace` seconds after somebody else did something."""

    def __init__(self, remote: Remote) -> None:
        super().__init__(remote, Open(), Open(), patience=AGES)
        self.pace = 0.0
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def pause(self) -> None:
        async with self._turn:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(self._next - loop.time())
            self._next = loop.time() + self.pace


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
        street, script, together = SlowStreet(remote), self._script, Together()
        scene = Scene(
            script.evening, script.invited(), street, self._furniture.codes, self._furniture.link_codes, public_url, phones(script.invited(), street),
            language=self._language,
        )  # fmt: skip
        said("everybody comes in …")
        try:
            await together.all(*(coming_in.link(scene, role) for role in (*ROLES, *CONTACTS)), script.link(scene, together))
            street.pace = self._pace
            said(f"the evening begins; somebody does something every {self._pace:g} s")
            await script.play(scene, together)
            said("the evening is over; everything stays as it is, and everybody in it can be taken over")
        except Lost as lost:
            said(f"the story stopped, because somebody was not answered as they had to be: {lost}")
        finally:
            await together.home()
