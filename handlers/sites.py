"""At a gate: a poster's code in any form is a check-in; /site shows a guard who is inside, and records those without a phone."""

import asyncio
import re
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from aiogram import Router
from aiogram.filters import BaseFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardMarkup, Message

from bot import callbacks
from bot.factory import Surface
from bot.keyboards import sites as keyboards
from bot.rights import Open, on
from bot.states import Gating
from bot.views import sites as views
from codes import shortcode
from codes.shortcode import grouped
from domain.access import May
from domain.errors import Invalid, Refusal
from domain.gates import Direction, LeftTimeUnreadable
from domain.scans import Via
from handlers.filters import Typed, asked
from handlers.replies import NO_PREVIEW, noticed, revised, said
from locales.catalogue import Catalogue, Catalogues
from papers.posters import as_pdf, poster_of, site_poster
from services.actors import Actor
from services.bundle import Services
from services.gates import Passing
from services.ports import Clock

TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3])\D?([0-5]\d)\D?")


class CodeTyped(BaseFilter):
    """The twelve characters under a code, however typed."""

    async def __call__(self, message: Message) -> bool:
        typed = shortcode.normalise(message.text or "")
        return typed is not None and shortcode.valid(typed)


def gatehouse(catalogue: Catalogue, surface: Surface) -> views.Gatehouse:
    return views.Gatehouse(catalogue, surface.zone, surface.chat_detail)


async def enter_by_poster(
    message: Message, text: str, *, via: Via, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, key: str
) -> None:  # fmt: skip
    """One's own check-in: the poster was scanned, or its short code typed."""
    verdict = await services.gates.pass_gate(Passing(Direction.IN, via, poster=text), by=actor, key=key)
    await message.answer(views.verdict_card(verdict, gatehouse(catalogue, surface)), reply_markup=keyboards.own(verdict, catalogue))


async def _own(
    callback: CallbackQuery, passing: Passing, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, key: str
) -> None:  # fmt: skip
    verdict = await services.gates.pass_gate(passing, by=actor, key=key)
    await revised(callback, views.verdict_card(verdict, gatehouse(catalogue, surface)), keyboards.own(verdict, catalogue))


async def go_out(
    callback: CallbackQuery, *, callback_data: callbacks.GateOut, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, key: str
) -> None:  # fmt: skip
    passing = Passing(Direction.OUT, Via.CHAT, site=callback_data.site)
    await _own(callback, passing, actor=actor, services=services, catalogue=catalogue, surface=surface, key=key)


async def come_in(
    callback: CallbackQuery, *, callback_data: callbacks.GateIn, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, key: str
) -> None:  # fmt: skip
    """After a stay that ended automatically: the poster was scanned a moment ago, and this says what it meant."""
    passing = Passing(Direction.IN, Via.CHAT, site=callback_data.site, confirmed=True)
    await _own(callback, passing, actor=actor, services=services, catalogue=catalogue, surface=surface, key=key)


async def still_here(
    callback: CallbackQuery, *, callback_data: callbacks.GateStill, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, key: str
) -> None:  # fmt: skip
    passing = Passing(Direction.STILL, Via.CHAT, site=callback_data.site)
    await _own(callback, passing, actor=actor, services=services, catalogue=catalogue, surface=surface, key=key)


async def ask_when(callback: CallbackQuery, *, callback_data: callbacks.GateLeft, catalogue: Catalogue, state: FSMContext) -> None:
    await state.set_state(Gating.left)
    await state.set_data({"site": str(callback_data.site)})
    await said(callback, catalogue.say(views.WHEN_LEFT))


async def take_when(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext, key: str
) -> None:  # fmt: skip
    """When they left, as they say it; the newest such time that lies before now."""
    site = UUID((await state.get_data())["site"])
    try:
        at = left_at(message.text or "", now=clock.now().astimezone(surface.zone))
        verdict = await services.gates.pass_gate(Passing(Direction.OUT, Via.CHAT, site=site, at=at), by=actor, key=key)
    except Invalid as refusal:
        await message.answer(f"✏️ {catalogue.say_html(refusal.text, **refusal.fields)}\n\n{catalogue.say(views.WHEN_LEFT)}")
        return
    await state.clear()
    await message.answer(views.verdict_card(verdict, gatehouse(catalogue, surface)), reply_markup=keyboards.own(verdict, catalogue))


def left_at(text: str, *, now: datetime) -> datetime:
    """17:30, 1730, 17点30: today, or yesterday when that is still to come. Raises LeftTimeUnreadable."""
    found = TIME_OF_DAY.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        raise LeftTimeUnreadable()
    at = now.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    return at if at <= now else at - timedelta(days=1)


async def show_site(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext
) -> None:  # fmt: skip
    """/site: for a guard or manager the headcount of their site, or the choice of one; for everybody else where they are inside."""
    await state.clear()
    found = await services.presence.sites(by=actor)
    if len(found) == 1:
        text, keyboard = await _headcount(found[0][0].id, actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock)
        await message.answer(text, reply_markup=keyboard, link_preview_options=NO_PREVIEW)
    elif found:
        lines = [(site, catalogue.say(views.SITE_LINE, site=site.name, count=count)) for site, count in found[:30]]
        await message.answer(catalogue.say(views.WHICH_SITE), reply_markup=keyboards.sites(lines))
    await _where_i_am(message, asked_for=not found, actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock)


async def _where_i_am(
    message: Message, *, asked_for: bool, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock
) -> None:  # fmt: skip
    mine = await services.presence.mine(by=actor)
    if mine is not None:
        text = views.inside_now(*mine, gatehouse(catalogue, surface), now=clock.now())
        await message.answer(text, reply_markup=keyboards.leave(mine[0].id, catalogue))
    elif asked_for:
        await message.answer(catalogue.say(views.NOT_INSIDE))


async def _headcount(
    site: UUID, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock
) -> tuple[str, InlineKeyboardMarkup]:  # fmt: skip
    count = await services.presence.on_site(site, by=actor)
    text = views.headcount(count, gatehouse(catalogue, surface), now=clock.now(), drill=services.office.drill_only)
    if surface.public_url is not None:
        ticket = await services.sessions.ticket(by=actor)
        text += "\n\n" + catalogue.say_html(views.PAGE, link=f"{surface.public_url.rstrip('/')}/board/enter/{ticket}")
    return text, keyboards.at_the_gate(site, catalogue)


async def choose_site(
    callback: CallbackQuery, *, callback_data: callbacks.SiteChosen, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock
) -> None:  # fmt: skip
    text, keyboard = await _headcount(callback_data.site, actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock)
    await revised(callback, text, keyboard)


async def send_poster(
    callback: CallbackQuery, *, callback_data: callbacks.SitePoster, actor: Actor, services: Services, catalogue: Catalogue, catalogues: Catalogues
) -> None:  # fmt: skip
    site, card, manager = await services.sites.poster(callback_data.site, by=actor)
    poster = site_poster(site, card, phone=manager.phone if manager is not None else None)
    body = await asyncio.to_thread(lambda: as_pdf(poster_of(poster, catalogues)))
    if callback.message is not None:
        caption = catalogue.say_html(views.POSTER, short=grouped(card.short))
        await callback.message.answer_document(BufferedInputFile(body, "poster.pdf"), caption=caption)
    await noticed(callback)


async def ask_whom(
    callback: CallbackQuery, *, callback_data: callbacks.SiteSomebody, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext
) -> None:  # fmt: skip
    """Somebody without a phone: from now on each name, number or code that is typed is one person at this gate."""
    if not any(site.id == callback_data.site for site, _ in await services.presence.sites(by=actor)):
        await revised(callback, catalogue.say(views.SITE_FIRST))
        return
    await state.set_state(Gating.who)
    await state.set_data({"site": str(callback_data.site)})
    await said(callback, catalogue.say(views.WHOM), keyboards.done(catalogue))


async def take_whom(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, state: FSMContext, key: str
) -> None:  # fmt: skip
    """A card's code, or a name or phone number to choose by."""
    text = (message.text or "").strip()
    site = UUID((await state.get_data())["site"])
    if (shortcode.normalise(text) is not None and shortcode.valid(shortcode.normalise(text) or "")) or "/" in text:
        await record_card(message, text, actor=actor, services=services, catalogue=catalogue, surface=surface, state=state, key=key)
        return
    try:
        found = await services.presence.find(site, text, by=actor)
    except Refusal as refusal:
        await message.answer(f"✏️ {catalogue.say_html(refusal.text, **refusal.fields)}", reply_markup=keyboards.done(catalogue))
        return
    choices = views.choices(found, gatehouse(catalogue, surface))
    await message.answer(catalogue.say(views.PICK), reply_markup=keyboards.people(choices))


async def record_card(
    message: Message, text: str, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, state: FSMContext, key: str
) -> None:  # fmt: skip
    """The code of somebody's card, typed or scanned with the guard's own phone."""
    site = UUID((await state.get_data())["site"])
    via = Via.TYPED if shortcode.normalise(text) is not None else Via.LINK
    verdict = await services.gates.pass_gate(Passing(Direction.IN, via, site=site, card=text), by=actor, key=key)
    await message.answer(views.verdict_card(verdict, gatehouse(catalogue, surface)), reply_markup=keyboards.guards(verdict, catalogue))


async def pick(
    callback: CallbackQuery, *, callback_data: callbacks.SitePerson, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface,
    state: FSMContext, key: str,
) -> None:  # fmt: skip
    """The person was chosen from the list; the gate says what it thinks before anything counts."""
    passing = await _at_work(state, Passing(Direction.IN, Via.NAME, person=callback_data.person))
    await _record(callback, passing, actor=actor, services=services, catalogue=catalogue, surface=surface, key=key)


async def go_way(
    callback: CallbackQuery, *, callback_data: callbacks.SiteWay, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface,
    state: FSMContext, key: str,
) -> None:  # fmt: skip
    """In, out or still inside, after the name was checked."""
    way = callback_data.way if callback_data.way in (Direction.IN, Direction.OUT, Direction.STILL) else Direction.STILL
    passing = await _at_work(state, Passing(way, Via.NAME, person=callback_data.person, confirmed=True))
    await _record(callback, passing, actor=actor, services=services, catalogue=catalogue, surface=surface, key=key)


async def _at_work(state: FSMContext, passing: Passing) -> Passing | None:
    """The attempt at the gate where this guard works; None when the guard stopped."""
    site = (await state.get_data()).get("site") if await state.get_state() == Gating.who.state else None
    return replace(passing, site=UUID(site)) if site is not None else None


async def _record(
    callback: CallbackQuery, passing: Passing | None, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, key: str
) -> None:  # fmt: skip
    if passing is None:
        await revised(callback, catalogue.say(views.SITE_FIRST))
        return
    verdict = await services.gates.pass_gate(passing, by=actor, key=key)
    await revised(callback, views.verdict_card(verdict, gatehouse(catalogue, surface)), keyboards.guards(verdict, catalogue))


async def stop(callback: CallbackQuery, *, callback_data: callbacks.SiteDone, catalogue: Catalogue, state: FSMContext) -> None:
    if callback_data.again:
        await revised(callback, catalogue.say(views.NOT_THEM), keyboards.done(catalogue))
        return
    await state.clear()
    await revised(callback, catalogue.say(views.STOPPED))


def routes() -> Router:
    router = Router(name="sites")
    on(router.message, show_site, asked("site"), may=Open.REGISTERED)
    on(router.message, take_whom, Gating.who, Typed(), may=May.MUSTER)
    on(router.message, take_when, Gating.left, Typed(), may=Open.REGISTERED)
    on(router.callback_query, go_out, callbacks.GateOut.filter(), may=Open.REGISTERED)
    on(router.callback_query, come_in, callbacks.GateIn.filter(), may=Open.REGISTERED)
    on(router.callback_query, still_here, callbacks.GateStill.filter(), may=Open.REGISTERED)
    on(router.callback_query, ask_when, callbacks.GateLeft.filter(), may=Open.REGISTERED)
    on(router.callback_query, choose_site, callbacks.SiteChosen.filter(), may=May.MUSTER)
    on(router.callback_query, send_poster, callbacks.SitePoster.filter(), may=May.MUSTER)
    on(router.callback_query, ask_whom, callbacks.SiteSomebody.filter(), may=May.MUSTER)
    on(router.callback_query, pick, callbacks.SitePerson.filter(), may=May.MUSTER)
    on(router.callback_query, go_way, callbacks.SiteWay.filter(), may=May.MUSTER)
    on(router.callback_query, stop, callbacks.SiteDone.filter(), may=May.MUSTER)
    return router
