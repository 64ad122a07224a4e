"""/visits: whom the bot could not tell and I have to. Open one, go there, say what came of it."""

from uuid import UUID

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import callbacks
from bot.factory import Surface
from bot.keyboards import visits as keyboards
from bot.rights import Open, on
from bot.states import Visiting
from bot.views import notice_messages
from bot.views import visits as views
from domain.deliveries import Subject
from domain.visits import SAID, Outcome
from handlers.filters import Typed, asked
from handlers.replies import revised, said, unbuttoned
from locales.catalogue import Catalogue, Catalogues
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.visits import VisitView

ASKS_WHERE = frozenset({Outcome.NOT_FOUND, Outcome.MOVED_AWAY})


async def show_visits(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface) -> None:
    """/visits"""
    await state.clear()
    mine = await services.visits.mine(by=actor)
    titles = await _titles(mine, services, catalogue, surface)
    await message.answer(views.overview(mine, catalogue), reply_markup=keyboards.whom(titles, page=0))


async def _titles(mine: list[VisitView], services: Services, catalogue: Catalogue, surface: Surface) -> list[tuple[UUID, str]]:
    villages = await services.areas.titles([view.person.area for view in mine])
    return views.titles(mine, villages, catalogue, detail=surface.chat_detail)


async def turn_page(
    callback: CallbackQuery, *, callback_data: callbacks.VisitsPage, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface
) -> None:
    await state.clear()
    mine = await services.visits.mine(by=actor)
    titles = await _titles(mine, services, catalogue, surface)
    await revised(callback, views.overview(mine, catalogue), keyboards.whom(titles, page=max(0, callback_data.page)))


async def open_card(
    callback: CallbackQuery, *, callback_data: callbacks.VisitCard, actor: Actor, services: Services, catalogue: Catalogue, catalogues: Catalogues,
    state: FSMContext, surface: Surface,
) -> None:  # fmt: skip
    """Who it is, and the notice as they would have read it."""
    await state.clear()
    view = await services.visits.get(callback_data.visit, by=actor)
    village = (await services.areas.titles([view.person.area]))[view.person.area]
    newest = view.messages[-1]
    notice = newest.subject is Subject.NOTICE and await notice_messages.composed(newest, None, services, catalogue, catalogues, surface)
    saying = notice.text if notice else ""
    text = views.card(view, catalogue, detail=surface.chat_detail, village=village, formats=Formats(catalogue, surface.zone), saying=saying)
    await revised(callback, text, keyboards.outcomes(view.visit.id, catalogue) if view.visit.open else keyboards.all_visits(catalogue))


async def take_outcome(
    callback: CallbackQuery, *, callback_data: callbacks.VisitOutcome, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext,
    surface: Surface, key: str,
) -> None:  # fmt: skip
    """Who was told is done; who was not there is asked about first."""
    visit, outcome = callback_data.visit, callback_data.outcome
    if outcome in ASKS_WHERE:
        view = await services.visits.get(visit, by=actor)
        await state.set_state(Visiting.note)
        await state.set_data({"visit": visit.hex, "outcome": outcome.value})
        await revised(callback, views.ask_note(view, outcome, catalogue, detail=surface.chat_detail), keyboards.no_note(catalogue))
        return
    await state.clear()
    text = await _record(visit, outcome, "", actor=actor, services=services, catalogue=catalogue, surface=surface, key=key)
    await revised(callback, text, keyboards.all_visits(catalogue))


async def take_note(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface, key: str
) -> None:  # fmt: skip
    data = await state.get_data()
    await state.clear()
    note = message.text or ""
    text = await _record(
        UUID(data["visit"]), Outcome(data["outcome"]), note, actor=actor, services=services, catalogue=catalogue, surface=surface, key=key
    )  # fmt: skip
    await message.answer(text, reply_markup=keyboards.all_visits(catalogue))


async def add_nothing(
    callback: CallbackQuery, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface, key: str
) -> None:  # fmt: skip
    data = await state.get_data()
    await state.clear()
    text = await _record(
        UUID(data["visit"]), Outcome(data["outcome"]), "", actor=actor, services=services, catalogue=catalogue, surface=surface, key=key
    )  # fmt: skip
    await revised(callback, text, keyboards.all_visits(catalogue))


async def _record(
    visit: UUID, outcome: Outcome, note: str, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, key: str
) -> str:  # fmt: skip
    done = await services.visits.done(visit, outcome, by=actor, key=key, note=note)
    view = await services.visits.get(visit, by=actor)
    left = len(await services.visits.mine(by=actor))
    return views.recorded(view, done, left, catalogue, detail=surface.chat_detail, formats=Formats(catalogue, surface.zone))


async def over(callback: CallbackQuery, *, catalogue: Catalogue) -> None:
    """A button of a question that was left."""
    await unbuttoned(callback)
    await said(callback, catalogue.say(views.OVER))


def routes() -> Router:
    router = Router(name="visits")
    on(router.message, show_visits, asked("visits"), may=Open.REGISTERED)
    on(router.callback_query, turn_page, callbacks.VisitsPage.filter(), may=Open.REGISTERED)
    on(router.callback_query, open_card, callbacks.VisitCard.filter(), may=Open.REGISTERED)
    on(router.callback_query, take_outcome, callbacks.VisitOutcome.filter(F.outcome.in_(set(SAID))), may=Open.REGISTERED)
    on(router.callback_query, add_nothing, callbacks.VisitNoNote.filter(), Visiting.note, may=Open.REGISTERED)
    on(router.callback_query, over, callbacks.VisitNoNote.filter(), ~StateFilter(Visiting.note), may=Open.REGISTERED)
    on(router.message, take_note, Visiting.note, Typed(), may=Open.REGISTERED)
    return router
