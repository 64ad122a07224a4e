"""People with a phone: each does one thing, waits for the answer, and never does it again. Who gets none has lost an update."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lab.simulator.remote import Remote, buttons
from lab.stories.house import PATIENCE

Json = dict[str, Any]
Wanted = Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds people wait in an open house.

    answer       for an answer, while nobody else gets one either
    passed_over  for an answer, when something else was said, or somebody who asked later was answered
    delivered    for a message that nobody asked for, which may have to wait until a lease of 30 seconds ends
    """

    answer: float
    passed_over: float
    delivered: float


LONG_POLL = 5
NO = "✏️"
"""What the house says no with when something should be said otherwise."""
PATIENT = Patience(PATIENCE, 30.0, 2 * PATIENCE)
HASTY = Patience(60.0, 20.0, 90.0)


class Standing(Protocol):
    """The house in the distance."""

    @property
    def up_since(self) -> float | None:
        """When it became ready, by the loop's clock; None while it is not."""

    def must_stand(self) -> None:
        """Raises when it fell by itself."""


class Counting(Protocol):
    """Whoever counts what people do."""

    def acted(self) -> None: ...

    def mark(self, what: str) -> None: ...


class Lost(Exception):
    """Somebody was not answered, or not with what this step of the evening must be answered with."""

    def __init__(self, who: str, what: str, *, update: int | None, heard: Sequence[str]) -> None:
        super().__init__(f"{who}: {what} was not answered as it should be; heard since: {' / '.join(heard) or 'nothing'}")
        self.update = update
        self.unheard = not heard


class Refused(Lost):
    """The house said no: by a notice over the chat, or by a message when the tap was too old for one."""


class Street:
    """What all phones share: the network, the house in the distance, and the time of the newest answer."""

    def __init__(self, remote: Remote, house: Standing, reaper: Counting, *, patience: Patience = PATIENT) -> None:
        self.remote = remote
        self.reaper = reaper
        self.patience = patience
        self.pace = 0.0
        """Seconds from one thing that somebody does to the next."""
        self._house = house
        self._newest = 0.0

    async def pause(self, who: str, what: str) -> None:
        """Before anybody does anything; people in a hurry do not pause."""

    @property
    def closed(self) -> bool:
        """Whether the house is down, or kept from what it needs."""
        return self._house.up_since is None

    def waits(self, since: float, *, seconds: float) -> bool:
        """Whether somebody who waits since this instant, and does so for so many seconds in an open house, still does."""
        up_since = self._house.up_since
        return up_since is None or asyncio.get_running_loop().time() - max(since, up_since) < seconds

    def answered(self, asked_at: float) -> None:
        self._newest = max(self._newest, asked_at)

    def gave_up(self, asked_at: float, *, heard: bool) -> bool:
        """Whether somebody who asked at this instant, and `heard` something else since, need not wait any longer."""
        self._house.must_stand()
        if self._house.up_since is None:
            return False
        since = max(asked_at, self._house.up_since)
        return asyncio.get_running_loop().time() - since > (self.patience.passed_over if heard or self._newest > since else self.patience.answer)


class Phone:
    """One person's chat with the bot."""

    def __init__(self, street: Street, user: int, name: str) -> None:
        self._street = street
        self._revision = 0
        self.user = user
        self.name = name
        self.updates: list[int] = []
        self.talking = asyncio.Lock()
        """Held by whoever goes through several steps that nobody else may come between."""

    async def say(self, text: str, wanted: Wanted, *, refusable: bool = False) -> Json:
        """Write something; the bot's message that is the answer. Raises Refused when it is `refusable` and the house says no."""
        return await self._ask(lambda: self._street.remote.say(self.user, text), text, wanted, refusable=refusable)

    async def start(self, payload: str, wanted: Wanted) -> Json:
        """Open a deep link."""
        return await self._ask(lambda: self._street.remote.start(self.user, payload), "/start …", wanted)

    async def show(self, pictures: Sequence[bytes], wanted: Wanted) -> Json:
        """Send a photo, or several as an album."""
        return await self._ask(lambda: self._street.remote.photos(self.user, pictures), f"{len(pictures)} photos", wanted)

    async def pin(self, latitude: float, longitude: float, wanted: Wanted) -> Json:
        """Send a place on the map."""
        return await self._ask(lambda: self._street.remote.place(self.user, latitude, longitude), "a pin", wanted)

    async def tap(self, message: Json, data: str, wanted: Wanted, *, refusable: bool = False) -> Json:
        """Press the button of a message whose data is, or else begins so. Raises Refused when it is `refusable` and the house says no."""
        shown = {button["callback_data"]: button["text"] for button in buttons(message) if "callback_data" in button}
        pressed = data if data in shown else next((one for one in shown if one.startswith(data)), None)
        if pressed is None:
            raise Lost(self.name, f"a button {data}", update=None, heard=[text_of(message)])
        press = lambda: self._street.remote.press(self.user, message["message_id"], data=pressed)  # noqa: E731
        return await self._ask(press, f"[{shown[pressed]}]", wanted, refusable=refusable)

    async def told(self, wanted: Wanted) -> Json:
        """A message that comes unasked, or came already."""
        since, after = asyncio.get_running_loop().time(), 0
        while self._street.waits(since, seconds=self._street.patience.delivered):
            seen = await self._street.remote.chat(self.user, after=after, timeout=LONG_POLL)
            found = fitting(seen, wanted)
            if found is not None:
                return found
            after = seen["revision"]
        raise Lost(self.name, "somebody who should have been told", update=None, heard=[])

    async def _ask(self, act: Callable[[], Awaitable[Json]], what: str, wanted: Wanted, *, refusable: bool = False) -> Json:
        await self._street.pause(self.name, what)
        before = (await self._street.remote.chat(self.user, after=1 << 40))["revision"]
        self._street.reaper.acted()
        asked_at = asyncio.get_running_loop().time()
        done = await act()
        self.updates.append(done["update_id"])
        heard: list[str] = []
        while not self._street.gave_up(asked_at, heard=bool(heard)):
            seen = await self._street.remote.chat(self.user, after=before, timeout=1)
            found = fitting(seen, wanted)
            if found is not None:
                self._street.answered(asked_at)
                return found
            if refusable and (alerts := [toast["text"] for toast in seen["toasts"] if toast["show_alert"]]):
                raise Refused(self.name, what, update=done["update_id"], heard=alerts)
            heard += [text_of(each["message"]) for each in seen["messages"] if each["message"]["from"]["is_bot"]]
            if refusable and (noes := [text for text in heard if text.startswith(NO)]):
                raise Refused(self.name, what, update=done["update_id"], heard=noes)
            before = seen["revision"]
        raise Lost(self.name, what, update=done["update_id"], heard=heard)


def fitting(seen: Json, wanted: Wanted) -> Json | None:
    """The first message of the bot that is wanted."""
    messages: list[Json] = [each["message"] for each in seen["messages"]]
    return next((message for message in messages if message["from"]["is_bot"] and wanted(message)), None)


def text_of(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


def has(prefix: str) -> Wanted:
    """A message with a button whose data begins so."""
    return lambda message: any(button.get("callback_data", "").startswith(prefix) for button in buttons(message))


def says(*words: str, but: str = "") -> Wanted:
    """A message with all of these words in it, and without a button of `but`."""
    return lambda message: all(word in text_of(message) for word in words) and not (but and has(but)(message))


def anything(message: Json) -> bool:
    """Any answer at all."""
    return bool(message)


def keyboard(message: Json) -> bool:
    """An answer that brings a menu under the typing field."""
    return "keyboard" in message.get("reply_markup", {})
