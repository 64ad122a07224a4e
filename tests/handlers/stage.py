"""A whole house with its chat on a lab server, and the cast holding telephones: what people say, tap and see."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.polling import TOPIC
from lab.simulator.chats import BotProfile
from lab.simulator.remote import NotDone, Remote, buttons
from lab.simulator.server import Simulator
from services.actors import Actor
from services.office import CONSENT_VERSION
from services.updates_in import received
from tests.fakes.clock import FakeClock
from tests.houses import Town, a_town
from tests.waiting import until

TOKEN = "4242:lab-token_A"
BOT_ID = 4242
Json = dict[str, Any]


class RunningClock(FakeClock):
    """Time passes by itself, from a fixed day on; a test may still move it."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime(2026, 7, 25, 2, 0, tzinfo=UTC) + timedelta(seconds=time.monotonic() - self._began) + self._ahead

    def monotonic(self) -> float:
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def go_on(self, **by: float) -> None:
        self._ahead += timedelta(**by)


@dataclass
class Phone:
    """Somebody's telephone. What the bot says is read in order, and only once."""

    lab: Remote
    user: int
    seen_up_to: int = 0
    unread: list[Json] = field(default_factory=list)

    async def hears(self, wanted: str | Callable[[Json], bool], *, within: int = 60) -> Json:
        """The next message of the bot (new or changed) that says `wanted`; everything before it counts as read."""
        matches = wanted if callable(wanted) else lambda message: wanted in words(message)
        heard: list[str] = []
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            while self.unread:
                message = self.unread.pop(0)
                if matches(message):
                    return message
                heard.append(words(message))
            seen = await self.lab.chat(self.user, after=self.seen_up_to, timeout=1)
            self.seen_up_to = seen["revision"]
            self.unread += [each["message"] for each in seen["messages"] if each["message"]["from"]["is_bot"]]
        raise AssertionError(f"the bot did not say {wanted!r}, but {heard}")

    async def says(self, text: str) -> None:
        await self._read_all()
        await self.lab.say(self.user, text)

    async def taps(self, message: Json, label: str) -> None:
        """The button whose words, or whose data's prefix, begin so."""
        found = [b for b in buttons(message) if label in b["text"] or b.get("callback_data", "").split(":")[0] == label]
        assert found, f"no button {label!r} among {[b['text'] for b in buttons(message)]}"
        await self._read_all()
        await self.lab.press(self.user, message["message_id"], data=found[0]["callback_data"])

    async def _read_all(self) -> None:
        """What came before is not the answer to what is done now."""
        seen = await self.lab.chat(self.user, after=self.seen_up_to, timeout=0)
        self.seen_up_to, self.unread = seen["revision"], []


def words(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


@dataclass
class Stage:
    """The town, its telephones, and the lab between them."""

    town: Town
    lab: Remote
    next_user: int = 1001
    next_forged: int = 900_000_000

    async def stranger(self, *, language: str = "zh-hans", phone: str = "") -> Phone:
        self.next_user += 1
        await self.lab.create(id=self.next_user, first_name="某人", language_code=language, phone=phone)
        return Phone(self.lab, self.next_user)

    async def phone_of(self, who: tuple[str, str | None]) -> Phone:
        """One of the cast with a linked chat, started."""
        phone = await self.stranger()
        person = await self.town.person(who[0])
        people = self.town.house.services.people
        digits = await people.make_link_code(person.id, by=Actor.operator(), key=f"code {who[0]}")
        by = Actor(via="chat", bot=BOT_ID, address=str(phone.user))
        await people.link(digits, language="zh_CN", consent=CONSENT_VERSION, by=by, key=f"link {who[0]}")
        await self.lab.start(phone.user)
        await phone.hears("")
        return phone

    async def forged(self, data: str, *, by: int, chat: int | None = None) -> None:
        """A press as no app makes it: any data, under a message of this chat (default: one's own). Returns when it was worked on."""
        updates, house = self.town.house.updates, self.town.house
        person = {"id": by, "is_bot": False, "first_name": "某人", "language_code": "zh-hans"}
        under = {"message_id": 1, "date": 1, "chat": {"id": chat or by, "type": "private", "first_name": "某人"}, "text": "任意"}
        self.next_forged += 1
        pressed = {"id": str(self.next_forged), "from": person, "chat_instance": "1", "data": data, "message": under}
        body = json.dumps({"update_id": self.next_forged, "callback_query": pressed}).encode()
        assert await updates.receive(BOT_ID, [received(body)]) == 1
        house.wakeups.publish(TOPIC)

        async def worked_on() -> bool:
            return not await updates.waiting(BOT_ID, most=5)

        await until(worked_on)

    def say(self, sentence: str, **fields: object) -> str:
        """A sentence as the cast reads it, without the tags that Telegram takes away."""
        said = self.town.house.catalogues.of("zh_CN").say(sentence, **fields)
        for tag in ("b", "code", "s"):
            said = said.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
        return said


@asynccontextmanager
async def a_stage(folder: Path, **changed: object) -> AsyncIterator[Stage]:
    from app.chat import chatting

    simulator = Simulator({TOKEN: BotProfile(BOT_ID, "mashang_lab_bot", "码上")})
    await simulator.start()
    settings = {"bot_token": SecretStr(TOKEN), "bot_api_url": simulator.url, "bot_link": "https://t.me/mashang_lab_bot", **changed}
    try:
        async with (
            a_town(folder, clock=RunningClock(), **settings) as town,
            aiohttp.ClientSession() as http,
            chatting(town.house, answers=True, delivers=True) as side,
        ):
            await side.start()
            yield Stage(town, Remote(http, simulator.url))
    finally:
        await simulator.stop()


__all__ = ["NotDone", "Phone", "Stage", "a_stage", "words"]
