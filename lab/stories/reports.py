"""Twelve people report what they see, with photos: for themselves or for somebody else, with a pin or in words, singly or as an album."""

import re

from lab.pictures import photograph
from lab.simulator.remote import buttons
from lab.stories.duty import Seen
from lab.stories.field import Field, Filed
from lab.stories.phones import Json, Phone, Wanted, has, says, text_of
from lab.stories.scene import Scene

NUMBER = re.compile(r"R-\d{4}-\d{4}")
KEPT = "📷"
NOT_KNOWN = "rpv:"


async def report(scene: Scene, ledger: Field, seen: Seen) -> str:
    """/report to its number, which it returns."""
    phone = scene.phones[seen.role]
    who = await phone.say("/report", has("rpf:"))
    kinds = await phone.tap(who, f"rpf:{int(seen.for_self)}", has("rpk:"))
    await phone.tap(kinds, f"rpk:{seen.kind}", lambda message: message["message_id"] > kinds["message_id"])
    hurt = await where(scene, phone, seen)
    trapped = await phone.tap(hurt, f"rpn:0:{seen.hurt}", has("rpn:1"))
    await phone.tap(trapped, f"rpn:1:{seen.trapped}", has("rpo:0"))
    photos = await phone.say(scene.words(seen.text), has("rpo:1"))
    await show(phone, seen)
    check = await phone.tap(photos, "rpo:1", has("rps:"))
    sent = await phone.tap(check, "rps:", is_receipt)
    found = NUMBER.search(text_of(sent))
    assert found is not None
    person = scene.invited[seen.role].name
    ledger.reports[found.group()] = Filed(found.group(), person, seen.kind, seen.for_self, seen.photos, seen.hurt, seen.trapped)
    return found.group()


def is_receipt(message: Json) -> bool:
    """The report was sent and has a number."""
    return "✅" in text_of(message) and NUMBER.search(text_of(message)) is not None and not buttons(message)


async def where(scene: Scene, phone: Phone, seen: Seen) -> Json:
    """A pin, of which somebody who reports for another says that it is the place; or words, with the village chosen. The next question."""
    if seen.pin is None:
        asked = await phone.say(scene.words(seen.words), lambda message: has("rpn:0")(message) or has("rpv:")(message))
        if not has("rpv:")(asked):
            return asked
        home = f"rpv:{scene.invited[seen.role].area_code}"
        return await phone.tap(asked, home if has(home)(asked) else NOT_KNOWN, has("rpn:0"))
    if seen.for_self:
        return await phone.pin(*seen.pin, has("rpn:0"))
    return await phone.tap(await phone.pin(*seen.pin, has("rpp:")), "rpp:1", has("rpn:0"))


async def show(phone: Phone, seen: Seen) -> None:
    """The photos; of an album the first is answered, singly each."""
    pictures = [photograph(seen.kind, seed=n, exif=n == 1) for n in range(1, seen.photos + 1)]
    lots = [pictures] if seen.album else [[picture] for picture in pictures]
    for lot in lots:
        await phone.show(lot, lambda message: KEPT in text_of(message))


async def heard(scene: Scene, ledger: Field, number: str, seen: Seen) -> None:
    """The sender is told of each step of the office, in its order."""
    for step in steps(seen.ends):
        message = await scene.phones[seen.role].told(is_step(step, number))
        scene.deliveries.append(message)
        ledger.heard(number, step)


def is_step(step: str, number: str) -> Wanted:
    """What the sender is told of this step of this report."""
    marked = {"verified": says("☑️", number), "assigned": says("👷", number), "closed": lambda one: says("✅", number)(one) and has("rpg:")(one)}
    return marked[step]


def steps(ends: str) -> list[str]:
    """What happens to a report, from being filed to where the office leaves it."""
    return {"filed": [], "verified": ["verified"], "assigned": ["verified", "assigned"], "closed": ["verified", "assigned", "closed"]}[ends]
