"""How an answer to the person in front of the bot reaches Telegram: first in line, patient, and not upset by what makes no difference."""

from collections.abc import AsyncGenerator
from typing import Any, TypeVar, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiohttp import ClientSession

from bot.failures import already_so, never_left, not_editable, unreachable, wait_asked
from bot.pacer import DIRECT, Closed, Pacer
from services.ports import Clock

Returned = TypeVar("Returned")
PAUSES = (0.5, 1.0, 2.0, 4.0)
LONGEST_WAIT = 10.0


class AnswerSession(BaseSession):
    """Requests of handlers. Waits for its turn, asks again when Telegram could not be reached, and gives up within seconds.

    What Telegram refuses because it makes no difference any more counts as done; an edit of a message that is gone is sent anew.
    """

    def __init__(self, inner: BaseSession, *, pacer: Pacer, clock: Clock) -> None:
        super().__init__(api=inner.api, json_loads=inner.json_loads, json_dumps=inner.json_dumps, timeout=inner.timeout)
        self._inner = inner
        self._pacer = pacer
        self._clock = clock

    async def make_request(self, bot: Bot, method: TelegramMethod[Returned], timeout: int | None = None) -> Returned:  # noqa: ASYNC109  aiogram's name
        try:
            return await self._patiently(bot, method, within=timeout)
        except AiogramError as error:
            if already_so(error):
                return cast(Returned, True)
            if isinstance(method, EditMessageText) and not_editable(error):
                return cast(Returned, await self._patiently(bot, _anew(method), within=timeout))
            raise

    async def _patiently(self, bot: Bot, method: TelegramMethod[Returned], *, within: int | None) -> Returned:
        deadline = self._clock.monotonic() + LONGEST_WAIT
        for pause in PAUSES:
            try:
                return await self._once(bot, method, within=within)
            except (AiogramError, Closed) as error:
                wait = wait_asked(error) or pause
                if not unreachable(error) or self._clock.monotonic() + wait > deadline:
                    raise
            await self._clock.sleep(wait)
        return await self._once(bot, method, within=within)

    async def _once(self, bot: Bot, method: TelegramMethod[Returned], *, within: int | None) -> Returned:
        chat = getattr(method, "chat_id", None)
        if not isinstance(chat, int):
            return await self._inner(bot, method, within)
        async with self._pacer.turn(chat, lane=DIRECT):
            try:
                taken = await self._inner(bot, method, within)
            except AiogramError as error:
                self._heard(chat, error)
                raise
        self._pacer.taken(chat)
        return taken

    def _heard(self, chat: int, error: AiogramError) -> None:
        if (wait := wait_asked(error)) is not None:
            self._pacer.refused(chat, after=wait)
        elif unreachable(error):
            self._pacer.unreachable(never_left=never_left(error))
        else:
            self._pacer.answered(chat)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109  aiogram's name
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        async for chunk in self._inner.stream_content(url, headers, timeout, chunk_size, raise_for_status):
            yield chunk

    async def close(self) -> None:
        """The inner session is its maker's to close."""


def _anew(edit: EditMessageText) -> SendMessage:
    """The same words and buttons as a new message."""
    return SendMessage(chat_id=edit.chat_id or 0, text=edit.text or "", reply_markup=edit.reply_markup, parse_mode=edit.parse_mode)


def answering(bot: Bot, *, pacer: Pacer, clock: Clock) -> Bot:
    """The same bot, for handlers: everything that it says goes through an AnswerSession."""
    return Bot(bot.token, session=AnswerSession(bot.session, pacer=pacer, clock=clock), default=bot.default)


class ThroughProxy(AiohttpSession):
    """A session towards Telegram through a proxy: http:// by aiohttp itself, socks5:// with the package aiohttp-socks."""

    def __init__(self, proxy: str, *, api: TelegramAPIServer, timeout: float) -> None:
        plain = proxy.startswith("http")
        super().__init__(None if plain else proxy, api=api, timeout=timeout)
        self._through = proxy if plain else None

    async def create_session(self) -> ClientSession:
        if self._through is None:
            return await super().create_session()
        if self._session is None or self._session.closed:
            self._session = ClientSession(connector=self._connector_type(**self._connector_init), proxy=self._through)
        return self._session
