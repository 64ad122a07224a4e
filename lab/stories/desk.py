"""The duty officer's desk: each report that comes in is looked at, and brought as far as the plan says."""

import asyncio

from lab.stories.duty import Seen
from lab.stories.field import Field
from lab.stories.phones import Json, Wanted, has, text_of
from lab.stories.reports import steps
from lab.stories.scene import Scene

DONE = "已派人处置，现场恢复正常"
Filed = asyncio.Queue[tuple[str, Seen]]


async def handle(scene: Scene, ledger: Field, filed: Filed, *, count: int) -> None:
    """So many reports, in the order in which they were sent."""
    for _ in range(count):
        number, seen = await filed.get()
        message = await scene.phones["officer"].told(about(number, has("rdv:")))
        scene.deliveries.append(message)
        for step in steps(seen.ends):
            message = await {"verified": verify, "assigned": assign, "closed": close}[step](scene, number, message)
            ledger.handled(number, step)


async def verify(scene: Scene, number: str, message: Json) -> Json:
    return await scene.phones["officer"].tap(message, "rdv:", later(message, about(number, has("rda:"))))


async def assign(scene: Scene, number: str, message: Json) -> Json:
    """To the first of those whom the house proposes."""
    officer = scene.phones["officer"]
    who = await officer.tap(message, "rda:", later(message, has("rdt:")))
    return await officer.tap(who, "rdt:", later(who, about(number, has("rdc:"))))


async def close(scene: Scene, number: str, message: Json) -> Json:
    """With words that the reporter will read."""
    officer = scene.phones["officer"]
    how = await officer.tap(message, "rdc:", later(message, about(number)))
    return await officer.say(scene.words(DONE), later(how, about(number, lambda one: not has("rdc:")(one))))


def about(number: str, wanted: Wanted = bool) -> Wanted:
    """A message that names this report, and is wanted besides."""
    return lambda message: number in text_of(message) and wanted(message)


def later(than: Json, wanted: Wanted) -> Wanted:
    """A message that came after another one."""
    return lambda message: message["message_id"] > than["message_id"] and wanted(message)
