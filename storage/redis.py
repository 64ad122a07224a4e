"""Wake-ups between processes, by Redis. It carries no fact: losing it costs seconds (the timetable rings by itself), nothing else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from services.ports import Clock
from storage.memory import MemoryWakeups, Ticks
from storage.writer import Spawn

CHANNEL = "mashang:{office}:wakeups"
PAUSES = (0.5, 1.0, 2.0, 5.0)
PATIENCE = 5.0
FAILURES = (RedisError, OSError, TimeoutError)

log = logging.getLogger("mashang.redis")


class RedisWakeups:
    """The twin of MemoryWakeups for a house of several processes: inside this process at once, to the others through Redis.

    `degraded` while Redis does not answer; said once in the log when it begins and when it ends.
    """

    def __init__(self, url: str, *, office: str, clock: Clock, spawn: Spawn) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0), decode_responses=True)
        self._channel = CHANNEL.format(office=office)
        self._clock = clock
        self._here = MemoryWakeups()
        self._outgoing: set[str] = set()
        self._rung = asyncio.Event()
        self._spawn = spawn
        self.degraded = False

    def start(self) -> None:
        """Begin to listen and to tell; until the nursery ends both, which closes the connections."""
        self._spawn(self._listening(), name="redis listening")
        self._spawn(self._kept(self._tell), name="redis telling")

    def publish(self, topic: str) -> None:
        """Never waits: here at once, elsewhere soon; a topic that waits to be told is told once."""
        self._here.publish(topic)
        self._outgoing.add(topic)
        self._rung.set()

    def subscribe(self, topic: str) -> Ticks:
        """See MemoryWakeups.subscribe."""
        return self._here.subscribe(topic)

    async def _listening(self) -> None:
        try:
            await self._kept(self._listen)
        finally:
            await self._redis.aclose()

    async def _tell(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            for topic in sorted(self._outgoing):
                await self._redis.publish(self._channel, topic)
                self._outgoing.discard(topic)
            self._well()

    async def _listen(self) -> None:
        async with self._redis.pubsub() as ears:
            await ears.subscribe(self._channel)
            self._well()
            async for message in ears.listen():
                if message["type"] == "message":
                    self._here.publish(message["data"])

    async def _kept(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run the loop again after every failure, with growing pauses. (The client's own, which come before it says that it failed, are switched off.)"""
        failures = 0
        while True:
            began = self._clock.monotonic()
            try:
                await loop()
            except FAILURES as error:
                failures = 1 if self._clock.monotonic() - began > PAUSES[-1] else failures + 1
                if not self.degraded:
                    log.warning("Redis does not answer (%s): other processes hear of changes a second later", type(error).__name__)
                self.degraded = True
                self._rung.set()
            await self._clock.sleep(PAUSES[min(failures, len(PAUSES)) - 1])

    def _well(self) -> None:
        if self.degraded:
            log.warning("Redis answers again")
        self.degraded = False
