"""/group: named groups and who is in them. And what a Telegram group itself may say to us: a binding code, that it moved, that we are out."""

from typing import Any
from uuid import UUID

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from bot import notice_callbacks as callbacks
from bot.factory import Surface
from bot.keyboards import groups as keyboards
from bot.middlewares.private import BINDING, GROUPS, binding_code
from bot.rights import Open, on
from bot.states import Grouping
from bot.views import groups as views
from bot.views.marks import called, told_apart
from domain.access import May
from domain.groups import BINDING_LASTS
from domain.people import Person
from handlers.filters import Typed, asked
from handlers.replies import noticed, revised
from locales.catalogue import Catalogue, Catalogues
from services.actors import Actor
from services.bundle import Services
from services.groups import GroupView
from services.ports import Clock

OUT = frozenset({"left", "kicked"})


async def show_groups(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    """/group"""
    await state.clear()
    mine = await services.groups.listing(by=actor)
    await message.answer(catalogue.say(views.LIST if mine else views.NO_GROUPS), reply_markup=keyboards.listing(mine, catalogue))


async def back_to_groups(callback: CallbackQuery, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    await state.clear()
    mine = await services.groups.listing(by=actor)
    await revised(callback, catalogue.say(views.LIST if mine else views.NO_GROUPS), keyboards.listing(mine, catalogue))


async def ask_area(callback: CallbackQuery, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    await state.clear()
    await state.set_state(Grouping.area)
    offers = await services.notice_lists.offers("", by=actor)
    await revised(callback, catalogue.say(views.WHERE), keyboards.areas(offers, catalogue))


async def look_for_area(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue) -> None:
    offers = await services.notice_lists.offers(message.text or "", by=actor)
    await message.answer(catalogue.say(views.WHERE), reply_markup=keyboards.areas(offers, catalogue))


async def take_area(callback: CallbackQuery, *, callback_data: callbacks.GroupIn, catalogue: Catalogue, state: FSMContext) -> None:
    await state.update_data(area=callback_data.code)
    await state.set_state(Grouping.name)
    await revised(callback, catalogue.say(views.NAME), keyboards.only_back(catalogue))


async def make(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str) -> None:
    group = await services.groups.make(message.text or "", (await state.get_data())["area"], by=actor, key=key)
    await state.clear()
    text, keyboard = await _card(await services.groups.get(group.id, by=actor), actor, services, catalogue)
    await message.answer(text, reply_markup=keyboard)


async def _card(view: GroupView, actor: Actor, services: Services, catalogue: Catalogue) -> tuple[str, Any]:
    area = (await services.areas.titles([view.group.area]))[view.group.area]
    ours = services.groups.keeps(view.group, by=actor)
    return views.card(view, area, catalogue, ours=ours), keyboards.card(view, catalogue, ours=ours, owned=view.group.owner == actor.person)


async def open_group(
    callback: CallbackQuery, *, callback_data: callbacks.GroupOpen, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext
) -> None:
    await state.clear()
    text, keyboard = await _card(await services.groups.get(callback_data.group, by=actor), actor, services, catalogue)
    await revised(callback, text, keyboard)


async def ask_whom(
    callback: CallbackQuery, *, callback_data: callbacks.GroupAdd, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface
) -> None:
    view = await services.groups.get(callback_data.group, by=actor)
    await state.set_state(Grouping.adding)
    await state.set_data({"group": str(callback_data.group)})
    text = catalogue.say_html(views.WHOM, group=view.group.called)
    await revised(callback, text, keyboards.people({}, view.group.id, catalogue))


async def look_for_person(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface) -> None:
    group = UUID((await state.get_data())["group"])
    found = await services.groups.candidates(group, message.text or "", by=actor)
    names = told_apart(found, detail=surface.chat_detail, catalogue=catalogue)
    await message.answer(catalogue.say(views.PICK), reply_markup=keyboards.people(names, group, catalogue))


async def add(
    callback: CallbackQuery, *, callback_data: callbacks.GroupPick, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface
) -> None:
    group = UUID((await state.get_data())["group"])
    count = await services.groups.add(group, callback_data.person, by=actor)
    text = await _about(views.ADDED, callback_data.person, group, count, actor=actor, services=services, catalogue=catalogue, surface=surface)
    await revised(callback, text, keyboards.people({}, group, catalogue))


async def _about(sentence: str, person: UUID, group: UUID, count: int, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface) -> str:
    who = await services.people.person(person, by=actor)
    view = await services.groups.get(group, by=actor)
    name = called(who.name, detail=surface.chat_detail, catalogue=catalogue)
    return catalogue.say_html(sentence, name=name, group=view.group.called, count=count)


async def show_members(
    callback: CallbackQuery, *, callback_data: callbacks.GroupMembers, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext,
    surface: Surface,
) -> None:  # fmt: skip
    await state.set_state(Grouping.members)
    await state.set_data({"group": str(callback_data.group)})
    people = await services.groups.members(callback_data.group, by=actor)
    text, keyboard = await _members(callback_data.group, people, actor, services, catalogue, surface)
    await revised(callback, text, keyboard)


async def _members(group: UUID, people: list[Person], actor: Actor, services: Services, catalogue: Catalogue, surface: Surface) -> tuple[str, Any]:
    view = await services.groups.get(group, by=actor)
    shown = people[: keyboards.MOST_SHOWN]
    names = told_apart(shown, detail=surface.chat_detail, catalogue=catalogue)
    return views.members(view, len(shown), catalogue), keyboards.members(names, group, catalogue)


async def look_for_member(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface) -> None:
    group = UUID((await state.get_data())["group"])
    asked_for = "".join((message.text or "").split()).casefold()
    people = [person for person in await services.groups.members(group, by=actor) if asked_for in "".join(person.name.split()).casefold()]
    text, keyboard = await _members(group, people, actor, services, catalogue, surface)
    await message.answer(text, reply_markup=keyboard)


async def take_out(
    callback: CallbackQuery, *, callback_data: callbacks.GroupOut, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface
) -> None:
    group = UUID((await state.get_data())["group"])
    count = await services.groups.remove(group, callback_data.person, by=actor)
    said = await _about(views.REMOVED, callback_data.person, group, count, actor=actor, services=services, catalogue=catalogue, surface=surface)
    people = await services.groups.members(group, by=actor)
    text, keyboard = await _members(group, people, actor, services, catalogue, surface)
    await revised(callback, f"{said}\n\n{text}", keyboard)


async def make_binding(
    callback: CallbackQuery, *, callback_data: callbacks.GroupBind, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, key: str
) -> None:
    """A link that adds the bot to a group of the owner's choice, and says the code there."""
    code = await services.groups.bind_code(callback_data.group, by=actor, key=key)
    link = f"{surface.bot_link}?startgroup={code}" if surface.bot_link else ""
    command = f"/start@{surface.bot_name} {code}"
    minutes = int(BINDING_LASTS.total_seconds() // 60)
    await revised(callback, views.bind(link, command, minutes, catalogue), keyboards.people({}, callback_data.group, catalogue))


async def unbind(callback: CallbackQuery, *, callback_data: callbacks.GroupUnbind, actor: Actor, services: Services, catalogue: Catalogue) -> None:
    await services.groups.unbind(callback_data.group, by=actor)
    text, keyboard = await _card(await services.groups.get(callback_data.group, by=actor), actor, services, catalogue)
    await revised(callback, views.under(catalogue.say(views.UNBOUND), text), keyboard)


async def confirm(callback: CallbackQuery, *, callback_data: callbacks.GroupConfirm, actor: Actor, services: Services, catalogue: Catalogue) -> None:
    if not callback_data.yes:
        await revised(callback, catalogue.say(views.NOT_BOUND))
        return
    group = await services.groups.bind(callback_data.binding, by=actor)
    await revised(callback, catalogue.say_html(views.BOUND, group=group.called))


async def no_longer(callback: CallbackQuery, *, catalogue: Catalogue) -> None:
    """A button of a question that is over."""
    await noticed(callback, catalogue.say(views.OVER), alert=True)


async def met_in_group(message: Message, *, bot: Bot, services: Services, catalogues: Catalogues, catalogue: Catalogue, clock: Clock) -> None:
    """The code was said in a Telegram group. Whoever said it must be the owner, and is asked in private; the group learns nothing."""
    user, code = message.from_user, binding_code(message)
    if user is None or code is None:
        return
    by = await services.people.actor(channel="telegram", bot=bot.id, address=str(user.id), language=catalogue.language)
    binding, group = await services.groups.met(code, number=message.chat.id, by=by)
    theirs = catalogues.of(by.language)
    text = theirs.say_html(views.CONFIRM, group=group.called, title=(message.chat.title or "")[:60])
    await bot.send_message(int(by.address), text, reply_markup=keyboards.confirm(binding, theirs))
    await message.answer(theirs.say(views.TO_PRIVATE))


async def moved(message: Message, *, bot: Bot, services: Services) -> None:
    """A group became a supergroup: said in the old chat, and in the new one."""
    if message.migrate_to_chat_id is not None:
        await services.chats.moved(bot=bot.id, old=message.chat.id, new=message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        await services.chats.moved(bot=bot.id, old=message.migrate_from_chat_id, new=message.chat.id)


async def put_out(update: ChatMemberUpdated, *, bot: Bot, services: Services) -> None:
    """The bot was taken out of a group; nothing is posted there until its owner ties it again."""
    await services.chats.left(bot=bot.id, number=update.chat.id)


def in_groups() -> Router:
    """The only handlers that hear what happens in a group."""
    router = Router(name="in groups")
    on(router.message, moved, F.migrate_to_chat_id | F.migrate_from_chat_id, may=Open.EVERYBODY)
    on(router.message, met_in_group, F.chat.type.in_(GROUPS), F.text.regexp(BINDING), may=Open.EVERYBODY)
    on(router.my_chat_member, put_out, F.chat.type.in_(GROUPS), F.new_chat_member.status.in_(OUT), may=Open.EVERYBODY)
    return router


def routes() -> Router:
    router = Router(name="groups")
    may = May.DRAFT_NOTICE
    on(router.message, show_groups, asked("group"), may=may)
    on(router.callback_query, back_to_groups, callbacks.GroupList.filter(), may=may)
    on(router.callback_query, ask_area, callbacks.GroupNew.filter(), may=may)
    on(router.message, look_for_area, Grouping.area, Typed(), may=may)
    on(router.callback_query, take_area, callbacks.GroupIn.filter(), StateFilter(Grouping.area), may=may)
    on(router.message, make, Grouping.name, Typed(), may=may)
    on(router.callback_query, open_group, callbacks.GroupOpen.filter(), may=may)
    on(router.callback_query, ask_whom, callbacks.GroupAdd.filter(), may=may)
    on(router.message, look_for_person, Grouping.adding, Typed(), may=may)
    on(router.callback_query, add, callbacks.GroupPick.filter(), StateFilter(Grouping.adding), may=may)
    on(router.callback_query, show_members, callbacks.GroupMembers.filter(), may=may)
    on(router.message, look_for_member, Grouping.members, Typed(), may=may)
    on(router.callback_query, take_out, callbacks.GroupOut.filter(), StateFilter(Grouping.members), may=may)
    on(router.callback_query, make_binding, callbacks.GroupBind.filter(), may=may)
    on(router.callback_query, unbind, callbacks.GroupUnbind.filter(), may=may)
    on(router.callback_query, confirm, callbacks.GroupConfirm.filter(), may=may)
    for data in (callbacks.GroupIn, callbacks.GroupPick, callbacks.GroupOut):
        on(router.callback_query, no_longer, data.filter(), may=may)
    return router
