"""In the village: four with a chat answer for themselves, the warden goes from house to house, somebody opens the public page."""

from typing import Any

from domain.identifiers import masked_name
from lab.simulator.remote import buttons
from lab.stories.cast import Tick
from lab.stories.ledger import HELP, HELP_OVER, Told
from lab.stories.phones import Lost, Phone, anything, has, says, text_of
from lab.stories.scene import Scene

Json = dict[str, Any]
RELATIVES = "碧湖镇 大陈村 姐姐家"
TOWN = "丽水市区 中山街 12 号"
INSIDE = "上陈村 隔壁邻居家"
SOS, GREEN = "🆘", "🟢"
PROVEN_BY = ("saw", "spoke")


async def answer(scene: Scene, role: str, kind: str, *, where: str = "", outside: bool | None = None, beside: tuple[str, ...] = ()) -> None:
    """/safe to the end: where, whether that is outside, who is with me. Who lives alone is not asked the last."""
    phone = scene.phones[role]
    question = await phone.say("/safe", has("saf:"))
    alone = len(scene.evening.household_of(getattr(scene.evening.contacts, role).name)) == 1

    def end(message: Json) -> bool:
        return message["message_id"] > question["message_id"] and (not buttons(message) if alone else has("wmd")(message))

    at = await phone.tap(question, f"saf:{kind}", (lambda message: message["message_id"] > question["message_id"] and not buttons(message)) if where else end)
    if where:
        at = await phone.say(scene.words(where), has("out:") if outside is not None else end)
    if outside is not None:
        at = await phone.tap(at, f"out:{int(outside)}", end)
    for name in beside:
        code = scene.codes[name].hex
        at = await phone.tap(at, f"wme:{code}:1", has(f"wme:{code}:0"))
    if not alone:
        await phone.tap(at, "wmd", lambda message: message["message_id"] == at["message_id"] and not has("wmd")(message))


async def answerer(scene: Scene) -> None:
    """With relatives, and so are those of her household whom she sees beside her."""
    contacts = scene.evening.contacts
    beside = tuple(one.name for one in contacts.with_me)
    await answer(scene, "answerer", "with_relatives", where=RELATIVES, beside=beside)
    for name in (contacts.answerer.name, *beside):
        scene.ledger.write(name, Told("with_relatives", "answer"))


async def mover(scene: Scene) -> None:
    """Says first a place that may lie inside the area, which does not count, and then a better one."""
    name = scene.evening.contacts.mover.name
    await answer(scene, "mover", "safe_elsewhere", where=INSIDE, outside=False)
    scene.ledger.write(name, Told("safe_elsewhere", "answer", clear=False))
    await answer(scene, "mover", "safe_elsewhere", where=TOWN, outside=True)
    scene.ledger.write(name, Told("safe_elsewhere", "answer"))


async def arriver(scene: Scene) -> None:
    """Says to be at the shelter, which is only reported until the keeper has seen the code."""
    await answer(scene, "arriver", "at_shelter")
    scene.ledger.write(scene.evening.contacts.arriver.name, Told("at_shelter", "answer", proven=False))
    scene.signals.arrival_said.set()


async def caller(scene: Scene) -> None:
    """Asks for help; is admitted later and still in need, until somebody closes the call."""
    phone, name = scene.phones["caller"], scene.evening.contacts.caller.name
    called = await phone.say("/help", says(SOS))
    scene.ledger.write(name, Told(HELP, "answer"))
    await phone.say(scene.words("老人腿脚不便，走不了"), lambda message: message["message_id"] > called["message_id"] and SOS not in text_of(message))
    scene.signals.help_called.set()
    await scene.signals.caller_admitted.wait()
    await condition(phone, mark=SOS)
    scene.signals.still_in_need.set()
    await scene.signals.help_over.wait()
    await condition(phone, mark=GREEN)


async def condition(phone: Phone, *, mark: str) -> None:
    """/code says how one stands: 🆘 while the call is open, 🟢 when it is over."""
    await phone.say("/code", lambda message: "photo" in message and mark in text_of(message) and (mark == SOS or SOS not in text_of(message)))


async def warden(scene: Scene) -> None:
    """From house to house; at the end the call for help is closed, by name."""
    phone = scene.phones["warden"]
    for tick in scene.evening.ticks:
        await say_of(scene, phone, tick)
        proven = tick.how in PROVEN_BY
        scene.ledger.write(tick.name, Told(tick.kind, tick.how, proven=proven))
    await scene.street.remote.replay(phone.updates[-1])
    await scene.signals.still_in_need.wait()
    call = await phone.told(has("hcl:"))
    scene.deliveries.append(call)
    await phone.tap(call, "hcl:", lambda message: message["message_id"] == call["message_id"] and not has("hcl:")(message))
    scene.ledger.write(scene.evening.contacts.caller.name, Told(HELP_OVER, "spoke"))
    scene.signals.help_over.set()


async def say_of(scene: Scene, phone: Phone, tick: Tick) -> None:
    """Find the household, choose the person, say what happened, where, and how it is known."""
    who = scene.codes[tick.name].hex
    home = await household(scene, phone, tick.name)
    chosen = await phone.tap(home, f"who:{who}:1", has("whd"))
    what = await phone.tap(chosen, "whd", has(f"hap:{tick.kind}"))
    if tick.kind == "refused":
        means = await phone.tap(what, f"hap:{tick.kind}", has("how:"))
    else:
        await phone.tap(what, f"hap:{tick.kind}", lambda message: message["message_id"] == what["message_id"] and not has("hap:")(message))
        means = await phone.say(scene.words(TOWN if tick.kind == "safe_elsewhere" else RELATIVES), lambda message: has("how:")(message) or has("out:")(message))
        if has("out:")(means):
            means = await phone.tap(means, "out:1", has("how:"))
    await phone.tap(means, f"how:{tick.how}", has("und:"))


async def household(scene: Scene, phone: Phone, name: str) -> Json:
    """The opened household of somebody: by its head's masked name, then by opening all.

    The list moves while others become safe, so that one may slip from a page not yet seen to one seen already: then it is read again.
    """
    head, who = masked_name(scene.evening.household_of(name)[0].name), f"who:{scene.codes[name].hex}"
    tried: set[str] = set()
    for words in (head, head, "", ""):
        page: Json | None = await phone.say("/list", has("hse:"))
        while page is not None:
            homes = [each["callback_data"] for each in buttons(page) if each["callback_data"].startswith("hse:") and words in each["text"]]
            untried = next((home for home in homes if home not in tried), None)
            if untried is None:
                onward = next_page(page)
                page = await phone.tap(page, onward, has("hse:")) if onward else None
                continue
            tried.add(untried)
            opened = await phone.tap(page, untried, has("who:"))
            if has(who)(opened):
                return opened
            page = await phone.tap(opened, "hpg:0", has("hse:"))
    raise Lost(phone.name, f"the household of {name}", update=None, heard=[])


def next_page(page: Json) -> str | None:
    """The button that turns the page forward."""
    return next((each["callback_data"] for each in buttons(page) if "▶" in each["text"]), None)


async def stranger(scene: Scene) -> None:
    """Somebody who found a card opens its link: the public answer, and nothing changes."""
    await scene.phones["stranger"].start(scene.codes[scene.evening.by_page.name].payload, anything)
