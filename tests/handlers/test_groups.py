"""Groups in chat: made, filled, emptied, tied to a Telegram group by their owner alone; and what a Telegram group says itself."""

import re

from bot.keyboards import groups as keyboards
from bot.middlewares.private import COME_ALONE
from bot.views import groups as views
from domain.access import NotYours
from domain.chats import ChatState
from domain.groups import GroupNameTaken, MemberUnknown
from domain.notices import Part, PartKind
from services.groups import GroupView
from tests import cast
from tests.announcing import drafted
from tests.handlers.stage import Phone, Stage, words
from tests.waiting import until

CODE = re.compile(r"group-[0-9a-f]+")


async def made(stage: Stage, officer: Phone, *, called: str = "防汛值班组") -> None:
    await officer.says("/group")
    await officer.taps(await officer.hears(stage.say(views.NO_GROUPS)), stage.say(keyboards.NEW))
    await officer.hears(stage.say(views.WHERE))
    await officer.says("平乐")
    await officer.taps(await officer.hears(stage.say(views.WHERE)), cast.VILLAGE.name)
    await officer.hears(stage.say(views.NAME))
    await officer.says(called)


async def only_group(stage: Stage) -> GroupView:
    (view,) = await stage.town.house.services.groups.listing(by=await stage.town.actor(cast.OFFICER))
    return view


async def test_a_group_is_made_filled_by_phone_and_name_and_somebody_is_taken_out(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await made(stage, officer)
    await officer.taps(await officer.hears(stage.say(views.OURS)), stage.say(keyboards.ADD))
    await officer.hears("防汛值班组")
    await officer.says("139 0578 0012")
    await officer.taps(await officer.hears(stage.say(views.PICK)), "叶*国")
    await officer.hears("叶*国")
    await officer.says("郑外县")
    await officer.hears(stage.say(MemberUnknown.text))
    await officer.says("阿婆")
    await officer.taps(await officer.hears(stage.say(views.PICK)), "胡*婆")
    added = await officer.hears("胡*婆")
    await officer.taps(added, stage.say(keyboards.BACK))
    await officer.taps(await officer.hears(stage.say(views.OURS)), stage.say(keyboards.MEMBERS))
    await officer.taps(await officer.hears("2"), "叶*国")
    await officer.hears("叶*国")
    assert (await only_group(stage)).members == 1
    await officer.says("/group")
    listed = await officer.hears(stage.say(views.LIST))
    await officer.taps(listed, stage.say(keyboards.NEW))
    await officer.taps(await officer.hears(stage.say(views.WHERE)), cast.COUNTY.name)
    await officer.hears(stage.say(views.NAME))
    await officer.says("防汛值班组")
    await officer.hears(stage.say(views.OURS))
    await officer.says("/group")
    await officer.taps(await officer.hears(stage.say(views.LIST)), stage.say(keyboards.NEW))
    await officer.taps(await officer.hears(stage.say(views.WHERE)), cast.COUNTY.name)
    await officer.hears(stage.say(views.NAME))
    await officer.says("防汛值班组")
    await officer.hears(stage.say(GroupNameTaken.text, name="防汛值班组"))


async def tied(stage: Stage, officer: Phone, *, chat: int) -> None:
    """The owner takes the link, adds the bot with it, and confirms in private."""
    await officer.taps(await officer.hears(stage.say(views.OURS)), stage.say(keyboards.BIND))
    code = CODE.search(words(await officer.hears("group-")))
    assert code
    await stage.lab.add_bot(chat, by=officer.user, payload=code[0])
    await officer.taps(await officer.hears("防汛群"), stage.say(keyboards.YES))
    await officer.hears(stage.say(views.BOUND, group="防汛值班组"))


async def said_in(stage: Stage, chat: int, *, reader: Phone) -> list[str]:
    seen = await stage.lab.inside(chat).chat(reader.user)
    return [words(each["message"]) for each in seen["messages"] if each["message"]["from"]["is_bot"]]


async def test_a_telegram_group_gets_posts_moves_and_throws_the_bot_out(stage: Stage) -> None:
    officer, services = await stage.phone_of(cast.OFFICER), stage.town.house.services
    await made(stage, officer)
    chat = await stage.lab.found("防汛群", owner=officer.user)
    await tied(stage, officer, chat=chat)
    group = (await only_group(stage)).group
    await services.groups.add(group.id, (await stage.town.person("林大山")).id, by=await stage.town.actor(cast.OFFICER))
    await drafted(stage.town, parts=(Part(PartKind.GROUP, group.area, group=group.id),), key="1")
    await services.notice_runs.release()

    async def posted() -> bool:
        return any("🟦" in text and "林" not in text for text in await said_in(stage, chat, reader=officer))

    await until(posted)
    moved = await stage.lab.migrate(chat, by=officer.user)

    async def known_by_its_new_number() -> bool:
        async with stage.town.house.works.read() as work:
            row = await work.chats.get(group.chat) if group.chat else None
        return row is not None and row.address == str(moved)

    await until(known_by_its_new_number)
    await stage.lab.remove_bot(moved, by=officer.user)

    async def out() -> bool:
        return (await only_group(stage)).posts is ChatState.BLOCKED

    await until(out)
    await officer.says("/group")
    await officer.taps(await officer.hears(stage.say(views.LIST)), "gop")
    await officer.hears(stage.say(views.THROWN_OUT))


async def test_nobody_but_the_owner_ties_a_telegram_group_and_no_dialogue_happens_there(stage: Stage) -> None:
    officer, mallory = await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.MALLORY)
    await made(stage, officer)
    await officer.taps(await officer.hears(stage.say(views.OURS)), stage.say(keyboards.BIND))
    code = CODE.search(words(await officer.hears("group-")))
    assert code
    chat = await stage.lab.found("防汛群", owner=mallory.user)
    await stage.lab.add_bot(chat, by=mallory.user, payload=code[0])

    async def refused() -> bool:
        return any(stage.say(NotYours.text) in text for text in await said_in(stage, chat, reader=mallory))

    await until(refused)
    await stage.lab.inside(chat).say(mallory.user, "/notice@mashang_lab_bot")

    async def sent_away() -> bool:
        return any(stage.say(COME_ALONE, link="")[:5] in text for text in await said_in(stage, chat, reader=mallory))

    await until(sent_away)
    assert (await only_group(stage)).posts is None
