"""The notice to the duty group: scheduled by the officer in chat, heard by everybody on duty, said at the door to those without a chat."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.identifiers import masked_name
from lab.simulator.remote import buttons
from lab.stories.duty import GROUP, RESPONSIBLE, Duty
from lab.stories.field import Field
from lab.stories.phones import Json, Refused, has, says, text_of
from lab.stories.reaper import NOTICE
from lab.stories.scene import Scene

NUMBER = re.compile(r"N-\d{4}-\d{4}")
ZONE = ZoneInfo("Asia/Shanghai")
AHEAD = (10, 40, 120)
"""So many seconds from now the notice is to go out; when that is past before all is written, the officer begins again."""
STEPS_LEFT = 8
"""So many things are still to be done then."""
CAUTION = "今夜到明天有大暴雨，小流域山洪和地质灾害风险高"
ACTION = "值守人员立即到岗，逐户查看低洼和山边住户，险情先报告后处置"
TOLD = "✅"


async def schedule(scene: Scene, ledger: Field) -> None:
    """A yellow notice for the group, at a time a little ahead."""
    for number, seconds in enumerate(AHEAD, 1):
        try:
            ledger.notice = await drafted(scene, ahead=timedelta(seconds=seconds + STEPS_LEFT * scene.street.pace))
            break
        except Refused:
            if number == len(AHEAD):
                raise
    scene.signals.notice_set.set()


async def drafted(scene: Scene, *, ahead: timedelta) -> str:
    """/notice to its number. Refused when its time came before it was written."""
    officer = scene.phones["officer"]
    level = await officer.say("/notice", has("ntl:"))
    risk = await officer.tap(level, "ntl:yellow", has("ntr:"))
    asked = await officer.tap(risk, "ntr:typhoon", lambda message: has("ntk:")(message) or offered(message))
    audience = await officer.tap(asked, "ntk:0", offered) if has("ntk:")(asked) else asked
    group = next(button["callback_data"] for button in buttons(audience) if GROUP in button["text"])
    chosen = await officer.tap(audience, group, has("ntp"))
    begins = await officer.tap(chosen, "ntp", has("ntb"))
    when = await officer.tap(begins, "ntb", has("nts:"))
    await officer.tap(when, "nts:once", lambda message: message["message_id"] == when["message_id"] and not has("nts:")(message))
    at = (datetime.now(ZONE) + ahead).strftime("%H:%M:%S")
    check = await worded(scene, await officer.say(at, has("ntm"), refusable=True))
    done = await officer.tap(check, "ntn:", lambda message: NUMBER.search(text_of(message)) is not None, refusable=True)
    return found.group() if (found := NUMBER.search(text_of(done))) else ""


def offered(message: Json) -> bool:
    """The groups that a notice may go to."""
    return has("ntg:")(message) and any(GROUP in button["text"] for button in buttons(message))


async def worded(scene: Scene, first: Json) -> Json:
    """What may happen and what to do, in the one language of tonight, for everybody. Refused when the time came meanwhile."""
    officer = scene.phones["officer"]
    if scene.language == "en":
        first = await officer.tap(first, "ntm", lambda message: message["message_id"] == first["message_id"] and not has("ntm")(message), refusable=True)
    action = await officer.say(scene.words(CAUTION), lambda one: one["message_id"] > first["message_id"] and not has("ntm")(one), refusable=True)
    shown = lambda one: one["message_id"] > action["message_id"] and (has("ntm")(one) or has("ntn:")(one))  # noqa: E731
    last = await officer.say(scene.words(ACTION), shown, refusable=True)
    return last if has("ntn:")(last) else await officer.tap(last, "ntm", has("ntn:"), refusable=True)


async def hear(scene: Scene, ledger: Field, role: str, name: str) -> None:
    """The notice comes into a chat of the group."""
    await scene.signals.notice_set.wait()
    message = await scene.phones[role].told(says(scene.words(CAUTION)))
    scene.street.reaper.mark(NOTICE)
    scene.deliveries.append(message)
    ledger.told.add(name)


async def visit(scene: Scene, ledger: Field, duty: Duty) -> None:
    """The warden is asked to go to those without a chat, sees who they are, and has told the first of them."""
    await scene.signals.notice_set.wait()
    phone = scene.phones[RESPONSIBLE]
    asked = await phone.told(lambda message: says("🚪", ledger.notice)(message) and not buttons(message))
    scene.deliveries.append(asked)
    async with phone.talking:
        whom = await phone.say("/visits", has("vis:"))
        waiting = [each["text"] for each in buttons(whom) if each["callback_data"].startswith("vis:")]
        ledger.visited |= {one.name for one in duty.unreached if any(masked_name(one.name) in text for text in waiting)}
        if len(waiting) != len(duty.unreached):
            scene.wrong.append(f"the warden is to visit {waiting}, which should be {len(duty.unreached)} people")
        card = await phone.tap(whom, "vis:", has("vdo:"))
        told = next(each["callback_data"] for each in buttons(card) if each["text"].startswith(TOLD))
        await phone.tap(card, told, lambda message: has("vpg:")(message) and not has("vdo:")(message))
