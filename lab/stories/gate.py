"""At a gate: workers come in by the poster's code, one goes out and in again, one without training is told why not; the guard's count agrees."""

from lab.stories.duty import SITE, Duty, workers
from lab.stories.field import Field
from lab.stories.phones import has, says
from lab.stories.scene import Scene

INSIDE, GONE, NOT = "✅", "👋", "⛔"


async def at_work(scene: Scene, duty: Duty, ledger: Field, poster: str) -> None:
    """Everybody who wants to work tonight, one after the other; `poster` is what its code carries as a deep link."""
    for role in workers():
        await come_in(scene, duty, ledger, role, poster)
    back = workers()[1]
    await go_out(scene, duty, ledger, back)
    await come_in(scene, duty, ledger, back, poster)


async def come_in(scene: Scene, duty: Duty, ledger: Field, role: str, poster: str) -> None:
    await scene.phones[role].start(poster, says(INSIDE, SITE))
    ledger.passed(duty.chats[role].name, "in", how="scan")


async def go_out(scene: Scene, duty: Duty, ledger: Field, role: str) -> None:
    """By the button under the answer to having come in."""
    phone = scene.phones[role]
    inside = await phone.told(lambda message: has("gto:")(message) and says(INSIDE, SITE)(message))
    await phone.tap(inside, "gto:", says(GONE, SITE))
    ledger.passed(duty.chats[role].name, "out", how="button")


async def turned_away(scene: Scene, duty: Duty, ledger: Field, role: str, poster: str) -> None:
    """The answer names what is missing, and the attempt is kept."""
    await scene.phones[role].start(poster, says(NOT, SITE, scene.words("培训")))
    ledger.refused(duty.chats[role].name)
