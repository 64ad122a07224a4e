"""The keeper at the door: thirty-eight people by link, typed code, name and photo, one repeat, one forged code, one who is on no list."""

import asyncio
from typing import Any

from domain.identifiers import masked_name
from lab.stories.cast import Place, Visit, Way
from lab.stories.phones import Phone, has, says, text_of
from lab.stories.reaper import SCAN
from lab.stories.scene import Code, Scene

RECORDED, CHECK, AGAIN, NOT = "✅", "🔶", "🔁", "⛔"
RELATIVES = "碧湖镇 大陈村 表哥家"
REPEAT_AFTER = 5
FORGE_AFTER = 9
REPLAY_AFTER = 14
MINUTE = 60


async def keep(scene: Scene) -> None:
    """Everybody in the order of the plan; between them what goes wrong on such an evening."""
    keeper = scene.phones["keeper"]
    mode = await keeper.say("/scan", has("aim:"))
    place = Place.SHELTER
    for number, visit in enumerate(scene.evening.visits, 1):
        if visit.place is not place:
            mode, place = await change(scene, keeper, mode, visit.place), visit.place
        await wait_for(scene, visit)
        await record(scene, keeper, visit)
        if number == REPEAT_AFTER:
            await once_more(scene, keeper, scene.evening.visits[number - 2])
        if number == FORGE_AFTER:
            await forged(scene, keeper)
        if number == REPLAY_AFTER:
            for _ in range(2):
                await scene.street.remote.replay(keeper.updates[-1])
        if visit.name == scene.evening.contacts.caller.name:
            scene.signals.caller_admitted.set()


async def change(scene: Scene, keeper: Phone, mode: dict[str, Any], place: Place) -> dict[str, Any]:
    """Another mode: to relatives, asked where once; or into the shelter."""
    if place is Place.RELATIVES:
        await keeper.tap(mode, "aim:to_relatives", lambda message: message["message_id"] == mode["message_id"] and not has("aim:")(message))
        return await keeper.say(scene.words(RELATIVES), has("aim:"))
    return await keeper.tap(mode, "aim:shelter_in", lambda message: message["message_id"] == mode["message_id"] and not says(scene.words(RELATIVES))(message))


async def wait_for(scene: Scene, visit: Visit) -> None:
    """Two of them come only after they did something else."""
    if visit.name == scene.evening.contacts.caller.name:
        await scene.signals.help_called.wait()
    if visit.name == scene.evening.contacts.arriver.name:
        await scene.signals.arrival_said.wait()


async def record(scene: Scene, keeper: Phone, visit: Visit) -> None:
    """One person, by the way of the plan; the ledger has them when the keeper was told so."""
    code, told = scene.codes[visit.name], says(RECORDED, masked_name(visit.name))
    match visit.way:
        case Way.LINK:
            await keeper.start(code.payload, told)
        case Way.PHOTO:
            await keeper.show([scene.pictures["arriver"]], told)
        case Way.TYPED:
            doubt = await keeper.say(grouped(code), says(CHECK, masked_name(visit.name)))
            await keeper.tap(doubt, "chk:", says(RECORDED, masked_name(visit.name)))
        case Way.NAME:
            found = await keeper.say(visit.name, has(f"pck:{code.hex}"))
            await keeper.tap(found, f"pck:{code.hex}", told)
    scene.ledger.scanned(visit.name, visit.place.value)
    scene.scanned_at[visit.name] = asyncio.get_running_loop().time()
    scene.street.reaper.mark(SCAN)


def grouped(code: Code) -> str:
    """As it stands under the picture."""
    return "-".join(code.short[at : at + 4] for at in range(0, len(code.short), 4))


async def once_more(scene: Scene, keeper: Phone, visit: Visit) -> None:
    """Somebody who stands there already: within a minute kept, told as known, not counted; later counted again."""
    code, name = scene.codes[visit.name], masked_name(visit.name)
    answer = await keeper.start(code.payload, lambda message: says(AGAIN, name)(message) or says(RECORDED, name)(message))
    if AGAIN in text_of(answer):
        scene.ledger.repeats += 1
        return
    scene.ledger.scanned(visit.name, visit.place.value)
    if asyncio.get_running_loop().time() - scene.scanned_at[visit.name] < MINUTE:
        scene.wrong.append(f"{visit.name} was recorded twice within a minute")


async def forged(scene: Scene, keeper: Phone) -> None:
    """A code of somebody who is still at home, with two characters changed; who holds it comes in by name."""
    genuine = scene.codes[scene.evening.by_page.name].text
    changed = "B" if genuine[-40] != "B" else "C"
    refusal = await keeper.say(genuine[:-40] + changed + genuine[-39:], says(NOT))
    scene.ledger.refused += 1
    question = await keeper.tap(refusal, "wlk", lambda message: message["message_id"] > refusal["message_id"] and not says(NOT)(message))
    newcomer = scene.evening.newcomer
    told = says(RECORDED, masked_name(newcomer))
    await keeper.say(f"{newcomer} 19900055555", lambda message: message["message_id"] > question["message_id"] and told(message))
    scene.ledger.scanned(newcomer, Place.SHELTER.value, how="saw")
    scene.street.reaper.mark(SCAN)
