"""sendMessage by plain JSON over one kept session, and sendPhoto for the few with a picture: a broadcast needs no models. Three times as fast as a Bot."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aiogram.types import InlineKeyboardMarkup
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, FormData, TCPConnector
from aiohttp.connector import Connection

from bot.failures import reading
from services.deliveries import Result

HEADERS = {"Content-Type": "application/json"}
KEPT_SECONDS = 30.0
CONNECTING = 0.8
"""The part of the time-out in which a connection must stand; later it would be in doubt whether anything was sent."""

NETWORK = (ClientError, TimeoutError, OSError)

May = Callable[[], None]
"""Raises when nothing may be written any more."""


@dataclass(frozen=True)
class Composed:
    """What is sent for a delivery: HTML text and the buttons under it; with `picture`, a PNG, the text stands below it (1024 characters at most)."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    picture: bytes | None = None

    @cached_property
    def words(self) -> bytes:
        """The JSON of everything but the chat, without its opening brace: the same for every reader."""
        body: dict[str, Any] = {"text": self.text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
        if self.keyboard is not None:
            body["reply_markup"] = self.keyboard.model_dump(exclude_none=True)
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()[1:]

    def form(self, chat: int, picture: bytes) -> FormData:
        """The same as a form with its picture."""
        form = FormData({"chat_id": str(chat), "caption": self.text, "parse_mode": "HTML"})
        if self.keyboard is not None:
            form.add_field("reply_markup", self.keyboard.model_dump_json(exclude_none=True))
        form.add_field("photo", picture, filename="code.png", content_type="image/png")
        return form


class Connector(TCPConnector):
    """Asks once more when the connection stands, right before the first byte: it may have taken a while."""

    may: ContextVar[May | None] = ContextVar("may", default=None)

    async def connect(self, *about: Any, **more: Any) -> Connection:
        connection = await super().connect(*about, **more)
        if (may := self.may.get()) is not None:
            try:
                may()
            except BaseException:
                connection.release()
                raise
        return connection


class Sender:
    """One bot's way to send. Nothing connects before the first message; `close` at the end."""

    def __init__(self, token: str, *, api_url: str, proxy: str | None = None, timeout: float = 5.0) -> None:
        """`timeout` in seconds; who hears nothing within it does not know what became of the message."""
        self._url = f"{api_url}/bot{token}/sendMessage"
        self._photo_url = f"{api_url}/bot{token}/sendPhoto"
        self._proxy = proxy
        self._timeout = ClientTimeout(total=timeout, sock_connect=timeout * CONNECTING)
        self._session: ClientSession | None = None

    async def send(self, chat: int, composed: Composed, *, may: May | None = None) -> Result:
        """What Telegram said. Raises one of NETWORK when it said nothing, and whatever `may` raises, which is asked last."""
        asked = Connector.may.set(may)
        try:
            async with self._posted(chat, composed) as answer:
                return reading(answer.status, await answer.read())
        finally:
            Connector.may.reset(asked)

    def _posted(self, chat: int, composed: Composed) -> AbstractAsyncContextManager[ClientResponse]:
        if composed.picture is not None:
            return self._open().post(self._photo_url, data=composed.form(chat, composed.picture), proxy=self._proxy)
        body = b'{"chat_id":%d,%b' % (chat, composed.words)
        return self._open().post(self._url, data=body, headers=HEADERS, proxy=self._proxy)

    def _open(self) -> ClientSession:
        if self._session is None or self._session.closed:
            connector = Connector(limit=0, keepalive_timeout=KEPT_SECONDS)
            self._session = ClientSession(
                connector=connector, timeout=self._timeout, cookie_jar=DummyCookieJar(), skip_auto_headers=("Accept", "Accept-Encoding")
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
