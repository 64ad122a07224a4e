"""Stored updates become answers: in order per chat, many chats at once, done only after the person was answered."""

import asyncio
import logging
from collections.abc import Collection, Coroutine, Sequence
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from aiogram import Bot, Dispatcher
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError

from bot.failures import nobody_there, trace, unreachable, wait_asked
from bot.middlewares.turn import Turn, reference
from bot.pacer import Pacer
from bot.polling import TOPIC, Poller
from bot.session import answering
from bot.stopping import Stopping
from domain.text import N_
from locales.catalogue import Catalogues
from services.intake import FAULTS_BEFORE_PARKING, Dialogues, Hand, Stored, Updates
from services.ports import Clock, Wakeups
from services.updates_in import received, spoken

__all__ = ["Answerer", "Poller"]

log = logging.getLogger("mashang.answers")

AT_ONCE = 32
LEASE = timedelta(seconds=10)
WINDOW = 200
WIDEST = 25_600
LONGEST_PAUSE = 30.0
OUR_FAULT = N_("Something went wrong on our side, and it is not your fault. If it is urgent, call your village officer. Reference number: {reference}")


class Spawn(Protocol):
    """Starts a task and keeps it (app/nursery.py)."""

    def __call__(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]: ...


class Answerer:
    """Feeds what waits in the intake to the handlers until stopped.

    A handler that faults is run again; at the third fault the update is parked and the person is told a reference
    number. An outage of Telegram is no fault: the update waits for it to pass, however long.
    """

    def __init__(
        self, dispatcher: Dispatcher, bot: Bot, *, updates: Updates, dialogues: Dialogues, catalogues: Catalogues, pacer: Pacer,
        clock: Clock, wakeups: Wakeups, spawn: Spawn, holder: UUID, lease: timedelta = LEASE, at_once: int = AT_ONCE,
    ) -> None:  # fmt: skip
        """`at_once` is how many chats are answered at the same time. A chat is in the hand of the `holder` for a `lease`, which bot/hands.py renews."""
        self._dispatcher = dispatcher
        self._bot = answering(bot, pacer=pacer, clock=clock)
        self._updates = updates
        self._dialogues = dialogues
        self._catalogues = catalogues
        self._clock = clock
        self._wakeups = wakeups
        self._spawn = spawn
        self._holder = holder
        self._lease = lease
        self._at_once = at_once
        self._in_hand: dict[bytes, asyncio.Task[None]] = {}
        self._resting = 0
        self._window = WINDOW
        self._stopping = Stopping()

    async def run(self) -> None:
        """Until `stop`; then every handler that runs is finished before this returns."""
        failures = 0
        async with self._wakeups.subscribe(TOPIC) as ticks:
            while not self._stopping.asked:
                try:
                    await self._start_what_waits()
                    failures = 0
                except Exception as error:  # noqa: BLE001  the intake could not be read; it is asked again
                    failures += 1
                    log.error("the intake cannot be read (%d in a row): %s", failures, trace(error))
                    await self._stopping.wait(self._clock.sleep(min(LONGEST_PAUSE, 0.5 * 2.0 ** min(failures, 8))))
                    continue
                if not self._stopping.asked:
                    await anext(ticks)
        while self._in_hand:
            await asyncio.wait(list(self._in_hand.values()))

    def stop(self) -> None:
        """Start nothing new; what waits for another try stays in the intake."""
        self._stopping.ask()
        self._wakeups.publish(TOPIC)

    def _room(self) -> int:
        """How many more chats may be taken in hand. Who waits for an outage to pass takes no place from others."""
        return self._at_once - (len(self._in_hand) - self._resting)

    async def _start_what_waits(self) -> None:
        """Start a task for each chat that has something waiting and none in hand, as long as there is room.

        When few chats fill the whole window, the window grows until others are seen behind them.
        """
        crowded = True
        while crowded and self._room() > 0 and not self._stopping.asked:
            seen = await self._updates.look(self._bot.id, most=self._window, holder=self._holder, now=self._clock.now())
            free = [lane for lane in seen.lanes if lane not in self._in_hand]
            if free:
                await self._take(free[: self._room()])
            crowded = seen.rows == self._window and self._window < WIDEST and self._room() > 0
            if crowded:
                self._window *= 2
            elif seen.rows < WINDOW:
                self._window = WINDOW

    async def _take(self, free: Sequence[bytes]) -> None:
        """What waits in these lanes is in our hand, unless another process was quicker."""
        now, lanes = self._clock.now(), dict[bytes, list[Stored]]()
        rows = await self._updates.take(self._bot.id, free, holder=self._holder, now=now, until=now + self._lease, most=self._window)
        for row in rows:
            lanes.setdefault(row.lane, []).append(row)
        for lane, waiting in lanes.items():
            self._in_hand[lane] = self._spawn(self._in_order(lane, waiting), name="answering a chat")

    def in_hand(self) -> set[bytes]:
        """The lanes that are being answered."""
        return set(self._in_hand)

    def let_go(self, lanes: Collection[bytes]) -> None:
        """These are somebody else's now: whatever runs for them here ends at once, unsettled."""
        for lane in lanes:
            if (task := self._in_hand.get(lane)) is not None:
                task.cancel()

    async def _in_order(self, lane: bytes, rows: Sequence[Stored]) -> None:
        released = False
        try:
            for row in rows:
                last = row is rows[-1]
                if self._stopping.asked or not await self._until_done(row, last=last):
                    return
                released = last
        except Exception as error:  # noqa: BLE001  the intake could not be written; the row still waits there
            log.error("an update could not be settled: %s", trace(error))
            await self._rest(LONGEST_PAUSE / 10)
        finally:
            try:
                if not released:
                    await self._updates.release([lane], holder=self._holder)
            except Exception as error:  # noqa: BLE001  its lease ends by itself
                log.error("a chat could not be released: %s", trace(error))
            finally:
                del self._in_hand[lane]
                self._wakeups.publish(TOPIC)

    async def _until_done(self, row: Stored, *, last: bool) -> bool:
        """True when the row is done or parked; False when it was left for later, because the house is closing."""
        faults, outages, turn = row.faults, 0, Turn()
        while (error := await self._failed(row, turn)) is not None:
            if unreachable(error):
                outages += 1
                log.warning("update %d: Telegram is out of reach (%d in a row)", row.update_id, outages, extra={"reference": reference(row.update_id)})
                await self._rest(wait_asked(error) or min(LONGEST_PAUSE, 2.0 ** min(outages, 8)))
            else:
                faults = await self._faulted(row, error, faults=faults, turn=turn)
                if faults >= FAULTS_BEFORE_PARKING:
                    if last:
                        await self._updates.release([row.lane], holder=self._holder)
                    return True
                await self._rest(0.5 * 2.0**faults)
            if self._stopping.asked:
                return False
        await self._updates.done(row.id, hand=Hand(self._holder, row.lane), last=last)
        return True

    async def _rest(self, seconds: float) -> None:
        """Wait before another try; others may go on meanwhile."""
        self._resting += 1
        self._wakeups.publish(TOPIC)
        await self._stopping.wait(self._clock.sleep(seconds))
        self._resting -= 1

    async def _failed(self, row: Stored, turn: Turn) -> Exception | None:
        """What went wrong in one run; None when the person was answered, or has gone."""
        try:
            await self._run(row, turn)
        except Exception as error:  # noqa: BLE001  a handler may fail in any way; nothing of it may reach other chats
            return None if nobody_there(error) else error
        return None

    async def _run(self, row: Stored, turn: Turn) -> None:
        """One run of the handler, from where the dialogue stood before the first. A kind of update that is not known is not for us."""
        chat = received(row.body).chat
        await self._dialogues.rewind(chat, update=row.update_id)
        update = Update.model_validate_json(row.body, context={"bot": self._bot})
        if _known(update):
            answer = await self._dispatcher.feed_update(self._bot, update, turn=turn)
            if isinstance(answer, TelegramMethod):
                await self._bot(answer)

    async def _faulted(self, row: Stored, error: Exception, *, faults: int, turn: Turn) -> int:
        """How many faults there were. Before the last one parks the row the person is told, so that nobody waits for an answer."""
        said = reference(row.update_id)
        log.error("update %d faulted, reference %s: %s", row.update_id, said, trace(error), extra={"reference": said})
        if faults + 1 >= FAULTS_BEFORE_PARKING:
            await self._tell(row, reference=said, turn=turn)
        return await self._updates.fault(row.id, reference=said, hand=Hand(self._holder, row.lane))

    async def _tell(self, row: Stored, *, reference: str, turn: Turn) -> None:
        try:
            chat = received(row.body).chat
            if chat.isdecimal():
                catalogue = turn.catalogue or self._catalogues.of(spoken(row.body))
                await self._bot.send_message(int(chat), catalogue.say_html(OUR_FAULT, reference=reference))
        except Exception as error:  # noqa: BLE001  the row is parked whether the person could be told or not
            log.error("reference %s could not be told: %s", reference, trace(error), extra={"reference": reference})


def _known(update: Update) -> bool:
    try:
        return bool(update.event_type)
    except UpdateTypeLookupError:
        return False
