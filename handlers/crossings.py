"""A guard at a checkpoint: /checkpoint, or /scan for whoever has no shelter; then every photo, text or link is one check and one card."""

import asyncio
from typing import Any
from uuid import UUID

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import pass_callbacks as callbacks
from bot.factory import Surface
from bot.keyboards import crossings as keyboards
from bot.rights import Open, on
from bot.states import Guarding
from bot.views import crossings as views
from bot.views.scans import PICTURES, TOO_MANY
from codes import shortcode
from codes.errors import PictureRefused
from codes.qr import read_picture
from domain.access import May
from domain.checkpoints import Checkpoint
from domain.scans import Outcome, Via, Way
from handlers import scans
from handlers.admissions import KEPT_DOUBTS, MOST_CODES, picture_of
from handlers.filters import Typed, asked
from handlers.replies import revised
from locales.catalogue import Catalogue
from services.actors import Actor
from services.bundle import Services
from services.crossings import CheckpointVerdict, Shown
from services.ports import Clock


async def begin(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    """Whoever has one post is ready at once."""
    found = await services.checkpoints.posts(by=actor)
    await state.clear()
    if not found:
        await message.answer(catalogue.say(views.NO_POST))
    elif len(found) > 1:
        await state.set_state(Guarding.post)
        await message.answer(catalogue.say(views.WHICH_POST), reply_markup=keyboards.posts(found[:12]))
    else:
        text = await _ready(found[0], catalogue, state)
        await message.answer(text, reply_markup=keyboards.ways(Way.IN, catalogue))


async def take_post(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, clock: Clock) -> None:
    """/scan: at a shelter for whoever admits people anywhere, else at a checkpoint."""
    if actor.can(May.ADMIT, now=clock.now()):
        await scans.begin(message, actor=actor, services=services, catalogue=catalogue, state=state, clock=clock)
        return
    await begin(message, actor=actor, services=services, catalogue=catalogue, state=state)


async def _ready(post: Checkpoint, catalogue: Catalogue, state: FSMContext) -> str:
    await state.set_state(Guarding.ready)
    await state.set_data({"checkpoint": str(post.id), "name": post.name, "way": Way.IN.value})
    return views.mode(Way.IN, post.name, catalogue)


async def choose_post(
    callback: CallbackQuery, *, callback_data: callbacks.GuardPost, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext
) -> None:  # fmt: skip
    chosen = [post for post in await services.checkpoints.posts(by=actor) if post.id == callback_data.checkpoint]
    if not chosen:
        await revised(callback, catalogue.say(views.NO_POST))
        return
    await revised(callback, await _ready(chosen[0], catalogue, state), keyboards.ways(Way.IN, catalogue))


async def choose_way(callback: CallbackQuery, *, callback_data: callbacks.GuardWay, catalogue: Catalogue, state: FSMContext) -> None:
    data = await state.get_data()
    if "checkpoint" not in data:
        await revised(callback, catalogue.say(views.POST_FIRST))
        return
    await state.update_data(way=callback_data.way.value)
    await revised(callback, views.mode(callback_data.way, data["name"], catalogue), keyboards.ways(callback_data.way, catalogue))


async def take_text(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, state: FSMContext, key: str
) -> None:  # fmt: skip
    await check_text(message, (message.text or "").strip(), actor=actor, services=services, catalogue=catalogue, surface=surface, state=state, key=key)


async def check_text(
    message: Message, text: str, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, state: FSMContext, key: str
) -> None:  # fmt: skip
    """A link, a deep link's parameter, or the characters under a code."""
    via = Via.TYPED if shortcode.normalise(text) is not None else Via.LINK
    verdict = await _crossed(text, via, actor=actor, services=services, state=state, key=key)
    await _answer(message, verdict, catalogue, surface)


async def take_picture(
    message: Message, *, bot: Bot, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, state: FSMContext, key: str
) -> None:  # fmt: skip
    """A photo, or a picture sent as a file: every code in it is one check."""
    try:
        texts = await asyncio.to_thread(read_picture, await picture_of(message, bot))
    except PictureRefused as refused:
        await message.answer(catalogue.say(PICTURES[refused.problem]))
        return
    for number, text in enumerate(texts[:MOST_CODES]):
        verdict = await _crossed(text, Via.PHOTO, actor=actor, services=services, state=state, key=f"{key}|{number}")
        await _answer(message, verdict, catalogue, surface)
    if len(texts) > MOST_CODES:
        await message.answer(catalogue.say(TOO_MANY, count=len(texts), most=MOST_CODES))


async def _crossed(text: str, via: Via, *, actor: Actor, services: Services, state: FSMContext, key: str) -> CheckpointVerdict:
    """One check in the mode of now; what is doubtful is remembered, to be asked again when the guard has looked."""
    data = await state.get_data()
    verdict = await services.crossings.cross(Shown(UUID(data["checkpoint"]), Way(data["way"]), text, via), by=actor, key=key)
    if verdict.outcome is Outcome.CHECK:
        doubts: dict[str, Any] = dict(data.get("doubts", {}))
        doubts[verdict.scan.hex] = [data["checkpoint"], data["way"], text, via.value]
        await state.update_data(doubts=dict(list(doubts.items())[-KEPT_DOUBTS:]))
    return verdict


async def _answer(message: Message, verdict: CheckpointVerdict, catalogue: Catalogue, surface: Surface) -> None:
    keyboard = keyboards.looked(verdict.scan, catalogue) if verdict.outcome is Outcome.CHECK else None
    await message.answer(views.card(verdict, catalogue, surface), reply_markup=keyboard)


async def settle(
    callback: CallbackQuery, *, callback_data: callbacks.GuardLooked, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface,
    state: FSMContext,
) -> None:  # fmt: skip
    """The guard has looked. The key comes from the doubtful check, so that two taps are one crossing."""
    if not callback_data.yes:
        await revised(callback, catalogue.say(views.TURNED_BACK))
        return
    doubt = (await state.get_data()).get("doubts", {}).get(callback_data.scan.hex)
    if doubt is None:
        await revised(callback, catalogue.say(views.SCAN_AGAIN))
        return
    place, way, text, via = doubt
    shown = Shown(UUID(place), Way(way), text, Via(via), confirmed=True)
    verdict = await services.crossings.cross(shown, by=actor, key=f"{callback_data.scan.hex}|looked")
    await revised(callback, views.card(verdict, catalogue, surface))


async def stop(callback: CallbackQuery, *, catalogue: Catalogue, state: FSMContext) -> None:
    await state.clear()
    await revised(callback, catalogue.say(views.STOPPED))


def routes() -> Router:
    router = Router(name="crossings")
    on(router.message, begin, asked("checkpoint"), may=May.VERIFY_PASS)
    on(router.message, take_post, asked("scan"), may=Open.REGISTERED)
    on(router.message, take_text, Guarding.ready, Typed(), may=May.VERIFY_PASS)
    on(router.message, take_picture, Guarding.ready, F.photo, may=May.VERIFY_PASS)
    on(router.message, take_picture, Guarding.ready, F.document, may=May.VERIFY_PASS)
    on(router.callback_query, choose_post, callbacks.GuardPost.filter(), may=May.VERIFY_PASS)
    on(router.callback_query, choose_way, callbacks.GuardWay.filter(), may=May.VERIFY_PASS)
    on(router.callback_query, settle, callbacks.GuardLooked.filter(), may=May.VERIFY_PASS)
    on(router.callback_query, stop, callbacks.GuardStop.filter(), may=May.VERIFY_PASS)
    return router
