"""The beginning of the evening: eight people tie their chat to their name on the list, an order is drafted, approved, told."""

import re

from lab.stories.cast import WAY
from lab.stories.phones import has, says
from lab.stories.scene import CONTACTS, Scene

TOLD = (*CONTACTS, "warden", "keeper")


async def link(scene: Scene, role: str) -> None:
    """/start, language, consent, the eight digits; at the end the own code as a picture, and a welcome."""
    phone = scene.phones[role]
    languages = await phone.start("", has("lng:"))
    consent = await phone.tap(languages, f"lng:{scene.language}", has("cns:"))
    entrance = await phone.tap(consent, "cns:", has("beg:"))
    question = await phone.tap(entrance, "beg:1", lambda message: message["message_id"] > entrance["message_id"] and not has("beg:")(message))
    code = await phone.say(scene.link_codes[role], lambda message: "photo" in message and message["message_id"] > question["message_id"])
    await phone.told(lambda message: message["message_id"] > code["message_id"])
    scene.pictures[role] = await scene.street.remote.picture(code["photo"][-1]["file_id"])


async def order(scene: Scene) -> None:
    """An officer drafts, an approver decides on what was shown, and everybody with a chat is told once."""
    await draft(scene)
    approver = scene.phones["approver"]
    asked = await approver.told(has("apv:"))
    scene.deliveries.append(asked)
    [data] = {button["callback_data"] for row in asked["reply_markup"]["inline_keyboard"] for button in row if button["callback_data"].endswith(":1")}
    _, order_id, _, _ = data.split(":")
    scene.order = order_id
    await approver.tap(asked, data, lambda message: message["message_id"] == asked["message_id"] and not has("apv:")(message))
    scene.signals.order_out.set()


async def draft(scene: Scene) -> None:
    """/order: which village, where to, which way; real; to a second person."""
    officer = scene.phones["officer"]
    question = await officer.say("/order", lambda message: not has("oar:")(message))
    areas = await officer.say("上陈", has("oar:"))
    chosen = await officer.tap(areas, "oar:331102104218", has("oad"))
    places = await officer.tap(chosen, "oad", has("osh:"))
    await officer.tap(places, "osh:", lambda message: message["message_id"] > places["message_id"])
    kinds = await officer.say(scene.words(WAY), lambda message: has("odr:")(message) or has("odf:")(message))
    check = await officer.tap(kinds, "odr:0", has("odf:")) if has("odr:")(kinds) else kinds
    sent = await officer.tap(check, "odf:1", lambda message: message["message_id"] == check["message_id"] and not has("odf:")(message))
    number = re.search(r"E-\d{4,8}-\d{4}", sent["text"])
    if number is None or question["message_id"] >= check["message_id"]:
        scene.wrong.append(f"the drafted order has no number: {sent['text']}")


async def hear(scene: Scene, role: str) -> None:
    """The order reaches a contact, the warden or the keeper, unasked."""
    await scene.signals.order_out.wait()
    scene.deliveries.append(await scene.phones[role].told(says(scene.words(WAY))))
