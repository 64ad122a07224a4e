"""Groups as Telegram has them: who hears what, who was put out, and a chat whose number changes."""

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from lab.simulator import tally
from lab.simulator.chats import BotProfile
from lab.simulator.remote import NotDone, Remote
from lab.simulator.server import Simulator
from tests.lab.conftest import LAO, MEI, PERSONAS, qr_picture

if TYPE_CHECKING:
    from aiogram import Bot

BOT = 4242
UPGRADED = "Bad Request: group chat was upgraded to a supergroup chat"


async def group_of(lab: Remote, *, kind: str = "group", bot: bool = True) -> int:
    return await lab.found("溪口村值班群", owner=LAO, members=[MEI], kind=kind, bot=bot)


async def heard(bot: "Bot") -> list[Any]:
    """The updates that wait, confirmed."""
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return updates


async def test_a_bot_hears_that_it_was_added_and_can_greet(bot: "Bot", lab: Remote) -> None:
    group = await group_of(lab, bot=False)
    assert -1_000_000_000_000 < group < 0
    done = await lab.add_bot(group, by=MEI)
    joined, told = await heard(bot)
    assert done["updates"] == [joined.update_id, told.update_id]
    change = joined.my_chat_member
    assert (change.chat.id, change.chat.type, change.chat.title, change.from_user.id) == (group, "group", "溪口村值班群", MEI)
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("left", "member")
    assert [each.id for each in told.message.new_chat_members] == [BOT]
    greeting = await bot.send_message(group, "各位好")
    assert greeting.chat.title == "溪口村值班群"
    seen = await lab.inside(group).chat(LAO)
    assert seen["messages"][-1]["message"]["text"] == "各位好"
    assert tally.unanswered(await lab.log()) == []


async def test_in_privacy_mode_a_bot_hears_only_what_is_meant_for_it(bot: "Bot", lab: Remote) -> None:
    group = await group_of(lab)
    await heard(bot)
    inside = lab.inside(group)
    assert (await inside.say(MEI, "下雨了"))["update_id"] is None
    assert (await inside.say(MEI, "/report"))["update_id"] is None
    assert (await inside.say(MEI, "/report@another_lab_bot"))["update_id"] is None
    assert (await inside.say(MEI, "/report@Mashang_Lab_Bot"))["update_id"]
    own = await bot.send_message(group, "收到")
    assert (await inside.say(MEI, "/report"))["update_id"], "the bot was the last to speak"
    assert (await inside.say(MEI, "桥头", reply_to=own.message_id))["update_id"]
    theirs = await inside.say(LAO, "好")
    assert (await inside.say(MEI, "好的", reply_to=theirs["message_id"]))["update_id"] is None
    assert [each.message.text for each in await heard(bot)] == ["/report@Mashang_Lab_Bot", "/report", "桥头"]


async def test_an_administrator_hears_everything(bot: "Bot", lab: Remote) -> None:
    group = await group_of(lab)
    await lab.change(group, "status", status="administrator")
    await lab.inside(group).say(MEI, "下雨了")
    promoted, said = (await heard(bot))[-2:]
    assert promoted.my_chat_member.new_chat_member.status == "administrator"
    assert promoted.my_chat_member.new_chat_member.can_delete_messages is True
    assert said.message.text == "下雨了" and said.message.from_user.id == MEI
    assert await bot.delete_message(group, said.message.message_id)


async def test_others_words_can_only_be_deleted_by_who_administers(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest

    group = await group_of(lab)
    said = await lab.inside(group).say(MEI, "/x@mashang_lab_bot")
    with pytest.raises(TelegramBadRequest, match="Bad Request: message can't be deleted"):
        await bot.delete_message(group, said["message_id"])


async def test_a_startgroup_link_adds_the_bot_and_says_its_payload(bot: "Bot", lab: Remote) -> None:
    group = await group_of(lab, bot=False)
    done = await lab.add_bot(group, by=LAO, payload="AbC_-1")
    updates = await heard(bot)
    assert done["updates"] == [each.update_id for each in updates] and len(updates) == 3
    said = updates[-1].message
    assert (said.text, said.chat.id, said.from_user.id) == ("/start@mashang_lab_bot AbC_-1", group, LAO)
    assert [(each.type, each.offset, each.length) for each in said.entities] == [("bot_command", 0, 22)]


@pytest.mark.parametrize(("kind", "status"), [("group", "left"), ("supergroup", "kicked")])
async def test_a_bot_that_was_put_out_is_told_and_refused(bot: "Bot", lab: Remote, kind: str, status: str) -> None:
    from aiogram.exceptions import TelegramForbiddenError

    group = await group_of(lab, kind=kind)
    await heard(bot)
    await lab.remove_bot(group, by=LAO)
    updates = await heard(bot)
    assert updates[-1].my_chat_member.new_chat_member.status == status
    assert [each.message.left_chat_member.id for each in updates[:-1]] == ([BOT] if kind == "group" else [])
    for call in (bot.send_message(group, "x"), bot.get_chat(group), bot.leave_chat(group)):
        with pytest.raises(TelegramForbiddenError, match=f"Forbidden: bot was kicked from the {kind} chat"):
            await call
    assert (await lab.inside(group).say(MEI, "/x@mashang_lab_bot"))["update_id"] is None
    await lab.add_bot(group, by=LAO)
    assert (await bot.send_message(group, "wieder da")).message_id


async def test_a_bot_that_left_is_no_member(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

    group = await group_of(lab, kind="supergroup")
    assert await bot.leave_chat(group)
    assert (await heard(bot))[-1].my_chat_member.new_chat_member.status == "left"
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot is not a member of the supergroup chat"):
        await bot.send_message(group, "x")
    await lab.start(MEI)
    with pytest.raises(TelegramBadRequest, match="chat member status can't be changed in private chats"):
        await bot.leave_chat(MEI)


async def test_a_group_the_bot_was_never_in_is_no_chat(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest

    group = await group_of(lab, bot=False)
    for number in (group, -77):
        with pytest.raises(TelegramBadRequest, match="Bad Request: chat not found"):
            await bot.send_message(number, "x")


async def test_a_group_becomes_a_supergroup_and_says_where_it_went(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramMigrateToChat

    group = await group_of(lab)
    old = await bot.send_message(group, "before")
    await heard(bot)
    new = await lab.migrate(group, by=LAO)
    assert new < -1_000_000_000_000
    moved, joined, came = await heard(bot)
    assert (moved.message.chat.id, moved.message.migrate_to_chat_id) == (group, new)
    assert (joined.my_chat_member.chat.id, joined.my_chat_member.new_chat_member.status) == (new, "member")
    assert (came.message.chat.id, came.message.migrate_from_chat_id, came.message.message_id) == (new, group, 1)
    assert came.message.sender_chat.id == new
    for call in (bot.send_message(group, "x"), bot.edit_message_text("y", chat_id=group, message_id=old.message_id)):
        with pytest.raises(TelegramMigrateToChat) as told:
            await call
        assert told.value.migrate_to_chat_id == new
    assert [each["description"] for each in (await lab.log())["requests"] if each["status"] == 400] == [UPGRADED] * 2
    assert (await bot.send_message(new, "after")).message_id == 2
    assert (await bot.get_chat_member_count(new)) == 3
    with pytest.raises(NotDone, match="the group is gone"):
        await lab.inside(group).say(MEI, "x")
    assert (await lab.group(group))["migrated_to"] == new and (await lab.group(new))["migrated_from"] == group


async def test_a_deleted_group_says_so(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramForbiddenError

    group, wide = await group_of(lab), await group_of(lab, kind="supergroup")
    await heard(bot)
    for each in (group, wide):
        await lab.change(each, "delete")
    with pytest.raises(TelegramForbiddenError, match="Forbidden: the group chat was deleted"):
        await bot.send_message(group, "x")
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was kicked from the supergroup chat"):
        await bot.send_message(wide, "x")
    [gone] = await heard(bot)
    assert (gone.my_chat_member.chat.id, gone.my_chat_member.new_chat_member.status) == (wide, "left")


async def test_a_bot_may_be_kept_from_writing(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest
    from aiogram.types import BufferedInputFile

    group = await group_of(lab, kind="supergroup")
    await lab.change(group, "status", status="restricted")
    with pytest.raises(TelegramBadRequest, match="Bad Request: not enough rights to send text messages to the chat"):
        await bot.send_message(group, "x")
    with pytest.raises(TelegramBadRequest, match="Bad Request: not enough rights to send photos to the chat"):
        await bot.send_photo(group, BufferedInputFile(qr_picture("x"), "x.png"))
    assert (await heard(bot))[-1].my_chat_member.new_chat_member.status == "restricted"


async def test_people_come_and_go_and_may_only_act_where_they_are(bot: "Bot", lab: Remote) -> None:
    group = await group_of(lab)
    guest = await lab.create(first_name="张三")
    await heard(bot)
    with pytest.raises(NotDone, match="the person is not in this group"):
        await lab.inside(group).say(guest, "x")
    await lab.change(group, "join", user_id=guest, by=MEI)
    await lab.change(group, "leave", user_id=guest)
    with pytest.raises(NotDone, match="does not administer this group"):
        await lab.change(group, "leave", user_id=LAO, by=MEI)
    came, went = await heard(bot)
    assert [each.id for each in came.message.new_chat_members] == [guest] and came.message.from_user.id == MEI
    assert went.message.left_chat_member.id == guest


async def test_what_is_pressed_in_a_group_is_answered_to_the_one_who_pressed(bot: "Bot", lab: Remote) -> None:
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    group = await group_of(lab)
    rows = [[InlineKeyboardButton(text="收到", callback_data="A")]]
    sent = await bot.send_message(group, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))
    inside = lab.inside(group)
    await inside.press(MEI, sent.message_id, data="A")
    query = (await heard(bot))[-1].callback_query
    assert (query.from_user.id, query.message.chat.id) == (MEI, group)
    await bot.answer_callback_query(query.id, text="好")
    assert [each["text"] for each in (await inside.chat(MEI))["toasts"]] == ["好"]
    assert (await inside.chat(LAO))["toasts"] == []


async def test_members_are_asked_for(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest

    group = await group_of(lab, kind="supergroup")
    stranger = await lab.create(first_name="张三")
    about = await bot.get_chat(group)
    assert (about.type, about.title) == ("supergroup", "溪口村值班群")
    statuses = [(await bot.get_chat_member(group, number)).status for number in (LAO, MEI, BOT, stranger)]
    assert statuses == ["creator", "member", "member", "left"]
    assert [each.user.id for each in await bot.get_chat_administrators(group)] == [LAO]
    with pytest.raises(TelegramBadRequest, match="Bad Request: user not found"):
        await bot.get_chat_member(group, 99)
    await lab.start(MEI)
    assert (await bot.get_chat(MEI)).first_name == "王小梅"
    with pytest.raises(TelegramBadRequest, match="there are no administrators in the private chat"):
        await bot.get_chat_administrators(MEI)


async def test_a_bot_may_stay_away_from_all_groups_or_hear_all_that_is_said(bot: "Bot", lab: Remote, http: aiohttp.ClientSession) -> None:
    me = await bot.get_me()
    assert (me.can_join_groups, me.can_read_all_group_messages) == (True, False)
    others = {
        "1:shy": BotProfile(1, "shy_bot", "Shy", can_join_groups=False),
        "2:open": BotProfile(2, "open_bot", "Open", reads_all=True),
    }
    made = Simulator(others, personas=PERSONAS)
    await made.start()
    shy, listening = Remote(http, made.url, bot=1), Remote(http, made.url, bot=2)
    group = await group_of(listening)
    with pytest.raises(NotDone, match="this bot can't be added to groups"):
        await shy.add_bot(group, by=LAO)
    assert (await listening.inside(group).say(MEI, "下雨了"))["update_id"]
    async with http.get(f"{made.url}/bot1:shy/getMe") as answer:
        assert (await answer.json())["result"]["can_join_groups"] is False
    await made.stop()


async def test_the_list_of_chats_names_groups_and_who_is_in_them(lab: Remote) -> None:
    group = await group_of(lab)
    await lab.inside(group).say(MEI, "下雨了")
    [row] = (await lab.ask("GET", "/overview"))["groups"]
    assert (row["id"], row["title"], row["last"]["text"], row["last"]["from"]) == (group, "溪口村值班群", "下雨了", MEI)
    assert {each["user_id"]: each["unread"] for each in row["people"]} == {MEI: 0, LAO: 1}
    assert row["members"] == {str(MEI): "member", str(LAO): "creator", str(BOT): "member"}
