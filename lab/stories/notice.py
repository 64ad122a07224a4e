"""The notice to the duty group: scheduled by the officer in chat, and what everybody on duty hears of it."""

from lab.stories.duty import Duty
from lab.stories.field import Field
from lab.stories.scene import Scene


async def schedule(scene: Scene, ledger: Field) -> None:
    """A yellow notice for the group."""


async def hear(scene: Scene, ledger: Field, role: str, name: str) -> None:
    """The notice."""


async def visit(scene: Scene, ledger: Field, duty: Duty) -> None:
    """Whom the bot could not tell."""
