"""How a tap is answered: the message it sat under changes, so that the same button is not pressed twice, and a re-run does no harm."""

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message

from bot.failures import already_so, not_editable

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def noticed(callback: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Tell Telegram that the tap arrived; too late is no harm."""
    try:
        await callback.answer(text, show_alert=alert)
    except TelegramBadRequest as error:
        if not already_so(error):
            raise


async def revised(callback: CallbackQuery, text: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
    """The message under which the tap happened now says this; a message that cannot be edited is followed by a new one."""
    message = callback.message
    if not isinstance(message, Message):
        await said(callback, text, keyboard)
        return
    try:
        await message.edit_text(text, reply_markup=keyboard, link_preview_options=NO_PREVIEW)
    except TelegramBadRequest as error:
        if not_editable(error):
            await message.answer(text, reply_markup=keyboard, link_preview_options=NO_PREVIEW)
        elif not already_so(error):
            raise
    await noticed(callback)


async def said(callback: CallbackQuery, text: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
    """A new message in the chat of the tap."""
    if callback.message is not None:
        await callback.message.answer(text, reply_markup=keyboard, link_preview_options=NO_PREVIEW)
    await noticed(callback)


async def unbuttoned(callback: CallbackQuery) -> None:
    """The message keeps its words and loses its buttons."""
    if isinstance(callback.message, Message):
        try:
            await callback.message.edit_reply_markup(reply_markup=None)
        except TelegramBadRequest as error:
            if not (already_so(error) or not_editable(error)):
                raise
    await noticed(callback)
