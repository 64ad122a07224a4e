"""Six digits between a button and what it does, for whoever has an authenticator; who has none goes on by the button alone."""

from dataclasses import dataclass

from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message

from bot.failures import already_so, not_editable
from bot.views import digits as views
from domain.sessions import Factor
from handlers.replies import NO_PREVIEW, said
from locales.catalogue import Catalogue
from services.actors import Actor
from services.bundle import Services

WITH_DIGITS = Factor.BOTH.value


@dataclass(frozen=True, slots=True)
class Pressed:
    """The button that waited for the digits, and the message that it stands under."""

    data: str
    message: int
    before: str


async def wanted(callback: CallbackQuery, at: State, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> bool:
    """True when digits were asked for now. The dialogue that was open waits."""
    if not await services.authenticators.held(actor.person):
        return False
    data, was = await state.get_data(), await state.get_state()
    kept = data["kept"] if "pressed" in data else {"state": was, "data": data}
    message = callback.message
    before = message.html_text if isinstance(message, Message) else ""
    await state.set_state(at)
    await state.set_data({"pressed": callback.data, "under": message.message_id if message else 0, "before": before, "kept": kept})
    await said(callback, catalogue.say(views.ASKED))
    return True


async def confirmed(message: Message, *, actor: Actor, services: Services, state: FSMContext, key: str) -> Pressed:
    """The button that may be acted on now; refuses wrong digits, and the question stays. The digits do not stay in the chat."""
    try:
        await services.authenticators.confirm(message.text or "", by=actor, key=key)
    finally:
        await _deleted(message)
    data = await state.get_data()
    return Pressed(data["pressed"], data["under"], data["before"])


async def closed(message: Message, pressed: Pressed, text: str, *, state: FSMContext) -> None:
    """What was decided stands under what was shown; then the dialogue goes on that had been open."""
    kept = (await state.get_data())["kept"]
    await state.set_state(kept["state"])
    await state.set_data(kept["data"])
    assert message.bot is not None
    try:
        await message.bot.edit_message_text(text, chat_id=message.chat.id, message_id=pressed.message, link_preview_options=NO_PREVIEW)
    except TelegramBadRequest as error:
        if not_editable(error):
            await message.answer(text, link_preview_options=NO_PREVIEW)
        elif not already_so(error):
            raise


async def _deleted(message: Message) -> None:
    try:
        await message.delete()
    except TelegramBadRequest as error:
        if not already_so(error):
            raise
