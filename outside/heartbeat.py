"""The heartbeat 心跳: asks one address elsewhere while all is well, so that silence there raises the alarm when nothing here can."""

import logging
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout

SECONDS = 10.0

log = logging.getLogger("mashang.heartbeat")


class Heartbeat:
    """One GET to one address. It is never led elsewhere by an answer; the address is a secret and stands in no log."""

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        self._url = url
        self._seconds = seconds
        self._session: ClientSession | None = None
        self._failing = False

    async def send(self) -> bool:
        """True when somebody took it (2xx). Said in the log when it begins to fail, and when it works again."""
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=self._seconds))
        try:
            async with self._session.get(self._url, allow_redirects=False) as answer:
                why = "" if answer.ok and answer.status < 300 else f"status {answer.status}"
        except (ClientError, TimeoutError, OSError) as error:
            why = type(error).__name__
        if bool(why) != self._failing:
            self._failing = bool(why)
            log.warning("the heartbeat is not taken: %s", why) if why else log.warning("the heartbeat is taken again")
        return not why

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()
