"""Who speaks, in which language they are answered, and what they are refused."""

import json
from typing import Any
from uuid import UUID

import pytest

from domain.access import May, Role
from domain.errors import FAMILIES, Invalid
from domain.people import NotRegistered
from lab.simulator.remote import Remote
from services.actors import Actor
from services.intake import Received
from services.office import CONSENT_VERSION
from tests import cast
from tests.bot.conftest import BOT_ID, MEI, TOM, Desk, routed, texts

LONG = "Your words are too long. " * 12


class TooLong(Invalid):
    code = "too_long"
    text = LONG


def opened(name: str = "EVERYBODY") -> Any:
    from bot.rights import Open

    return Open[name]


async def link(desk: Desk, who: tuple[str, str | None], *, chat: int, language: str) -> UUID:
    """A person of the cast with this chat."""
    person = await desk.town.person(who[0])
    people = desk.town.house.services.people
    digits = await people.make_link_code(person.id, by=Actor.operator(), key=f"code {chat}")
    stranger = Actor(via="chat", bot=BOT_ID, address=str(chat))
    await people.link(digits, language=language, consent=CONSENT_VERSION, by=stranger, key=f"link {chat}")
    return person.id


def translated(desk: Desk, language: str, sentence: str, **fields: object) -> str:
    return desk.town.house.catalogues.of(language).say(sentence, **fields)


async def refuses(message: Any) -> None:
    raise NotRegistered()


async def test_a_refusal_is_said_in_the_language_of_the_reader_and_leaves_the_dialogue_where_it_was(desk: Desk, lab: Remote) -> None:
    async def begins(message: Any, state: Any) -> None:
        await state.set_state("name")
        await state.update_data(language="en")

    async def goes_wrong(message: Any) -> None:
        raise NotRegistered()

    from aiogram.filters import Command

    router = routed((begins, Command("start"), opened()), (goes_wrong, None, opened()))
    await lab.say(TOM, "hello")
    await lab.start(MEI)
    await desk.answered(router)
    await lab.say(MEI, "hello")
    await desk.answered(routed((goes_wrong, None, opened())))
    said = translated(desk, "en", NotRegistered.text)
    assert await texts(lab, TOM) == await texts(lab, MEI) == [f"🔍 {said}"]
    assert await desk.town.house.dialogues.load(str(MEI)) == ("name", {"language": "en"})


async def test_a_stranger_is_answered_in_the_language_of_their_telegram(desk: Desk, lab: Remote) -> None:
    heard: list[str] = []

    async def hears(message: Any, actor: Actor, catalogue: Any) -> None:
        assert actor.language == catalogue.language
        assert actor.person is None
        assert actor.address == str(message.chat.id)
        heard.append(catalogue.language)

    await lab.say(MEI, "x")
    await desk.answered(routed((hears, None, opened())))
    await lab.say(TOM, "x")
    await desk.answered(routed((hears, None, opened())))
    assert heard == ["zh_CN", "en"]


async def test_a_linked_contact_is_answered_in_the_language_they_chose(desk: Desk, lab: Remote) -> None:
    person = await link(desk, cast.LIN, chat=MEI, language="en")
    heard: list[tuple[str, UUID | None]] = []

    async def hears(message: Any, actor: Actor, catalogue: Any) -> None:
        heard.append((catalogue.language, actor.person))

    await lab.say(MEI, "x")
    await desk.answered(routed((hears, None, opened())))
    assert heard == [("en", person)]


async def test_a_handler_for_the_registered_refuses_a_stranger_and_one_with_a_right_refuses_mallory(desk: Desk, lab: Remote) -> None:
    from aiogram.filters import Command

    reached: list[str] = []

    async def mine(message: Any) -> None:
        reached.append("me")

    async def draft(message: Any) -> None:
        reached.append("order")

    def router() -> Any:
        return routed((mine, Command("me"), opened("REGISTERED")), (draft, Command("order"), May.DRAFT_ORDER))

    await link(desk, cast.MALLORY, chat=MEI, language="en")
    officer = await link(desk, cast.OFFICER, chat=TOM, language="en")
    await lab.say(MEI, "/order")
    await desk.answered(router())
    assert reached == []
    assert (await texts(lab, MEI))[0].startswith("⛔")
    await lab.say(TOM, "/order")
    await lab.say(MEI, "/me")
    await desk.answered(router())
    assert sorted(reached) == ["me", "order"]
    stranger = await lab.create(first_name="Nobody")
    await lab.say(stranger, "/me")
    await desk.answered(router())
    assert sorted(reached) == ["me", "order"]
    assert (await texts(lab, stranger))[0].startswith("🔍")
    assert any(grant.role is Role.DUTY_OFFICER for grant in (await desk.town.house.services.people.actor_of(officer, via="cli")).grants)


async def test_a_refused_press_is_answered_with_an_alert_and_a_message(desk: Desk, lab: Remote) -> None:
    from aiogram import Router
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    from bot.rights import on

    async def too_long(query: Any) -> None:
        raise TooLong()

    router = Router()
    on(router.callback_query, refuses, may=opened())
    await lab.start(TOM)
    await desk.fetch()
    rows = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="A")]])
    sent = await desk.bot.send_message(TOM, "press", reply_markup=rows)
    await lab.press(TOM, sent.message_id, data="A")
    await desk.answered(router)
    said = f"🔍 {translated(desk, 'en', NotRegistered.text)}"
    [toast] = (await lab.chat(TOM))["toasts"]
    assert toast["show_alert"]
    assert toast["text"] == said
    assert await texts(lab, TOM) == ["press", said]

    router = Router()
    on(router.callback_query, too_long, may=opened())
    await lab.press(TOM, sent.message_id, data="A")
    await desk.answered(router)
    assert not (await lab.chat(TOM))["toasts"][1]["text"]
    assert (await texts(lab, TOM))[-1] == f"✏️ {LONG.strip()}"


def in_group(number: int, text: str) -> Received:
    who = {"id": TOM, "is_bot": False, "first_name": "Tom", "language_code": "en"}
    message = {"message_id": number, "date": 1, "chat": {"id": -5, "type": "group", "title": "g"}, "from": who, "text": text}
    return Received(number, "-5", json.dumps({"update_id": number, "message": message}).encode())


async def test_in_a_group_the_bot_is_silent_but_for_the_way_to_the_private_chat(desk: Desk) -> None:
    from handlers.filters import BY_COMMAND
    from tests.waiting import until

    said: list[Any] = []

    async def watching(make_request: Any, bot: Any, method: Any) -> Any:
        said.append(method)
        from aiogram.types import Chat, Message

        return Message(message_id=1, date=desk.clock.now(), chat=Chat(id=-5, type="group"))

    async def never(message: Any) -> None:
        raise AssertionError

    desk.bot.session.middleware(watching)
    lines = ("hello", "/weather", "/start@another_bot", "/scan@mashang_lab_bot", "/start", *(f"/{command}" for command in BY_COMMAND))
    await desk.receive(*(in_group(number, text) for number, text in enumerate(lines, 1)))
    async with desk.answering(routed((never, None, opened()))):
        await until(desk.empty)
    assert await desk.updates.parked(BOT_ID) == 0
    assert [type(method).__name__ for method in said] == ["SendMessage"] * (2 + len(BY_COMMAND))
    assert {method.chat_id for method in said} == {-5}
    assert all("t.me/mashang_lab_bot" in method.text for method in said)


def test_a_dispatcher_is_not_made_with_a_handler_that_says_nothing_about_rights() -> None:
    from aiogram import Router

    from bot.rights import Open, declared, on, undeclared

    outer, inner = Router(), Router()
    on(outer.message, refuses, may=Open.REGISTERED)
    inner.callback_query.register(refuses)
    outer.include_router(inner)
    assert undeclared(outer) == ["tests.bot.test_middlewares.refuses"]
    assert [(name, may) for name, _, may in declared(outer)] == [("message", Open.REGISTERED), ("callback_query", None)]


async def test_the_dispatcher_names_the_silent_handlers(desk: Desk) -> None:
    from aiogram import Router

    from bot.rights import RightMissing

    router = Router()
    router.message.register(refuses)
    with pytest.raises(RightMissing, match="refuses"):
        desk.dispatcher(router)


async def test_a_handler_without_a_right_that_slipped_in_later_is_a_fault(desk: Desk) -> None:
    from bot.middlewares.rights import RightsMiddleware
    from bot.rights import RightMissing

    class Handler:
        callback = refuses
        flags: dict[str, Any] = {}

    async def never(event: Any, data: Any) -> None:
        raise AssertionError

    with pytest.raises(RightMissing):
        await RightsMiddleware(desk.clock, desk.town.house.services)(never, None, {"actor": Actor(via="chat"), "handler": Handler()})  # type: ignore[arg-type]


def test_every_family_of_refusals_has_its_sign() -> None:
    from bot.failures import ANSWERS

    assert set(ANSWERS) == set(FAMILIES)
    assert len(set(ANSWERS.values())) == len(FAMILIES)


async def test_the_menu_of_commands_is_in_the_language_of_the_reader(desk: Desk, lab: Remote) -> None:
    from bot.factory import COMMANDS, set_commands

    await set_commands(desk.bot, desk.town.house.catalogues)
    await lab.start(TOM)
    menu = (await lab.chat(TOM))["commands"]
    assert [each["command"] for each in menu] == [name for name, _ in COMMANDS]
    assert [each["description"] for each in menu] == [about for _, about in COMMANDS]
