"""Every handler is tried through the dispatcher by everybody who may not: nobody enters, nothing is told, nothing changes but the talk itself."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.types import Update

from app.chat import surface_of
from bot.factory import make_dispatcher
from bot.rights import Open
from domain.access import TABLE, May, Role
from domain.authenticators import digits_at, step_of
from handlers.routes import build
from services.actors import Actor
from tests.house.chat_tries import DIGITS, Recorder, Registered, bodies, draft, registered, update
from tests.house.handler_entries import OPEN
from tests.house.two_counties import NAMES, Counties, Rows, two_counties_in
from tests.houses import BOT

BOOKKEEPING = {"dialogues": re.compile(""), "audit": re.compile(r"'action': 'access\.refused'")}
"""What a refusal may write: where the talk stands, and that somebody was refused."""
OWN = {
    "link_tries": re.compile(""), "authenticators": re.compile(""), "receipts": re.compile(r"'authenticators\.confirm'"), "tickets": re.compile(""),
    "audit": re.compile(r"'action': 'sessions\.ticket'"),
}  # fmt: skip
"""What somebody with the right elsewhere writes beside: that their six digits were used or wrong, and their own link to their own board."""
WITHOUT = frozenset({Role.AUDITOR, Role.ADMIN, Role.RESIDENT})
MOST_MESSAGES = 3
"""Six digits may be wrong only so often."""
STRANGER, RESIDENT = 4998, 4999
MISSING = (
    "no update of the walk reaches %s. What is found from the filters of a handler stands in tests/house/chat_tries.py: give `WORDS` or `bodies` what "
    "its filters let through, and `draft` what its dialogue keeps."
)
UNEXPLAINED = "%s asks for no right. Say in tests/house/handler_entries.py why, and which tables it may write for whoever it lets in."


def registrations() -> list[tuple[str, HandlerObject]]:
    return _handlers(build())


def _handlers(router: Any) -> list[tuple[str, HandlerObject]]:
    found = ((name, observer) for inner in router.chain_tail for name, observer in inner.observers.items() if name not in ("update", "error"))
    return [(name, handler) for name, observer in found for handler in observer.handlers]


Tried = tuple[Mapping[str, Any], str | None]
EVERY = [registered(number, name, handler) for number, (name, handler) in enumerate(registrations())]
GUARDED = [one for one in EVERY if isinstance(one.may, May)]
FREE = [one for one in EVERY if isinstance(one.may, Open)]


@dataclass(slots=True)
class Chat:
    """Two counties in chat. `matched` and `entered` are the numbers of the registrations that an update reached, and that were run."""

    counties: Counties
    dispatcher: Dispatcher
    bot: Bot
    telegram: Recorder
    handlers: list[HandlerObject]
    matched: list[int] = field(default_factory=list)
    entered: list[int] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def listen(self) -> None:
        for number, handler in enumerate(self.handlers):
            self._listen_at(number, handler)

    def _listen_at(self, number: int, handler: HandlerObject) -> None:
        check, call = handler.check, handler.call

        async def checked(*args: Any, **kwargs: Any) -> tuple[bool, dict[str, Any]]:
            fits, given = await check(*args, **kwargs)
            if fits:
                self.matched.append(number)
            return fits, given

        async def called(*args: Any, **kwargs: Any) -> Any:
            self.entered.append(number)
            return await call(*args, **kwargs)

        handler.check, handler.call = checked, called  # type: ignore[method-assign]

    async def feed(self, body: Mapping[str, Any], *, chat: int, state: str | None, ids: Mapping[str, str]) -> None:
        """One update of this chat while its dialogue stands so, with everything in it that such a dialogue may have kept."""
        self.matched.clear()
        self.entered.clear()
        self.telegram.said.clear()
        number = next(self.numbers)
        if state is not None:
            await self.counties.scene.town.house.dialogues.keep(str(chat), state=state, draft=draft(ids, state), update=number)
        if body.get("message", {}).get("text") == DIGITS:
            body = {"message": {"text": self._digits(chat)}}
        await self.dispatcher.feed_update(self.bot, self.update(body, chat=chat, number=number))

    def _digits(self, chat: int) -> str:
        """What the app of this person shows now."""
        app = next((one.app for one in self.counties.officials.values() if one.chat == chat), None)
        return digits_at(app, step_of(self.counties.scene.town.clock.now())) if app else DIGITS

    def update(self, body: Mapping[str, Any], *, chat: int, number: int) -> Update:
        return update(body, chat=chat, number=number, bot=self.bot)

    def told(self, words: Sequence[str]) -> list[str]:
        """Which of these stand in what was said. Names of people are nobody's business; a site's and an order's stand on posters."""
        return [word for word in words if any(word in said for said in self.telegram.said)]


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with two_counties_in(tmp_path) as counties:
        house, telegram, router = counties.scene.town.house, Recorder(), build()
        bot = Bot(f"{BOT}:walk", session=telegram, default=DefaultBotProperties(parse_mode="HTML"))
        dispatcher = make_dispatcher(
            router, services=house.services, catalogues=house.catalogues, clock=house.clock, surface=surface_of(house), dialogues=house.dialogues
        )
        made = Chat(counties, dispatcher, bot, telegram, [handler for _, handler in _handlers(router)])
        made.listen()
        yield made


async def tries(chat: Chat, one: Registered, ids: Mapping[str, str]) -> list[Tried]:
    """What reaches this handler for this chat, found by asking: the handler itself is not run."""
    found: list[Tried] = []
    for state in one.states:
        for body in bodies(one, ids):
            if await _reaches(chat, one, body, state):
                found.append((body, state))
    return found


def few(one: Registered, found: Sequence[Tried]) -> Sequence[Tried]:
    return found if one.observer == "callback_query" else found[:MOST_MESSAGES]


async def _reaches(chat: Chat, one: Registered, body: Mapping[str, Any], state: str | None) -> bool:
    house = chat.counties.scene.town.house
    event = getattr(chat.update(body, chat=RESIDENT, number=0), one.observer)
    given = {"bot": chat.bot, "raw_state": state, "catalogue": house.catalogues.of("zh_CN"), "services": house.services, "surface": None, "state": None}
    fits, _ = await chat.handlers[one.number].check(event, **given, actor=Actor(via="chat"), clock=house.clock, key="")
    return fits


def intruders(chat: Chat, may: May) -> dict[str, tuple[int, bool]]:
    """The chat of everybody who may not, and whether they have the right elsewhere."""
    found = {"a stranger": (STRANGER, False), "a resident": (RESIDENT, False)}
    for (role, how), one in chat.counties.officials.items():
        holds = may in TABLE[role]
        if (holds and how != "here") or (how == "here" and not holds and role in WITHOUT):
            found[str(one)] = one.chat, how in ("there", "elsewhere")
    return found


def written(counties: Counties, before: Rows, *, own: bool = False, more: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """What changed beside the bookkeeping."""
    found = {}
    for table, rows in counties.changed(before).items():
        expected = [book[table] for book in (BOOKKEEPING, *([OWN] if own else [])) if table in book]
        left = [row for row in rows if not any(each.search(row) for each in expected)]
        if left and table not in more:
            found[table] = left
    return found


@pytest.mark.long
@pytest.mark.parametrize("one", GUARDED, ids=lambda one: one.label)
async def test_who_may_not_does_not_enter_and_who_may_elsewhere_reaches_nothing_here(one: Registered, chat: Chat) -> None:
    ids, secret, may = chat.counties.here, chat.counties.secret, one.may
    found = few(one, await tries(chat, one, ids))
    assert found, MISSING % one.label
    assert isinstance(may, May)
    for who, (number, elsewhere) in intruders(chat, may).items():
        for body, state in found if elsewhere else found[:1]:
            before = chat.counties.rows()
            await chat.feed(body, chat=number, state=state, ids=ids)
            what = f"{who}: {one.label} by {body} in {state}"
            assert one.number in chat.matched, f"{what} reached {[EVERY[each].label for each in chat.matched]}"
            assert elsewhere or not chat.entered, f"{what} let them in"
            assert chat.telegram.said, f"{what} was not answered"
            assert not chat.told(secret), f"{what} told {chat.told(secret)}: {chat.telegram.said}"
            left = written(chat.counties, before, own=elsewhere)
            assert not left, f"{what} was refused, and yet: {left}"


@pytest.mark.long
@pytest.mark.parametrize("one", GUARDED, ids=lambda one: one.label)
async def test_who_may_enters_and_reaches_nothing_of_another_county(one: Registered, chat: Chat) -> None:
    """With the ids of the other county on every button and in everything that the dialogue kept."""
    ids, role = chat.counties.there, next(role for role in reversed(Role) if one.may in TABLE[role])
    secret = chat.counties.other_secret
    for body, state in few(one, await tries(chat, one, ids)):
        before = chat.counties.rows()
        await chat.feed(body, chat=chat.counties.officials[role, "here"].chat, state=state, ids=ids)
        what = f"{role}: {one.label} by {body} in {state}"
        assert one.number in chat.entered, f"{what} did not enter"
        assert chat.telegram.said, f"{what} was not answered"
        assert not chat.told(secret), f"{what} told {chat.told(secret)}: {chat.telegram.said}"
        left = written(chat.counties, before, own=True)
        assert not left, f"{what} wrote {left}"


@pytest.mark.long
@pytest.mark.parametrize("one", FREE, ids=lambda one: one.label)
async def test_a_handler_for_everybody_tells_nobody_of_others_and_writes_only_what_it_says(one: Registered, chat: Chat) -> None:
    assert one.name in OPEN, UNEXPLAINED % one.name
    why, tables = OPEN[one.name]
    assert why
    ids = chat.counties.here
    found = await tries(chat, one, ids)
    for who, number in everybody(chat).items():
        reached = 0
        for body, state in found:
            before = chat.counties.rows()
            await chat.feed(body, chat=number, state=state, ids=ids)
            what = f"{who}: {one.label} by {body} in {state}"
            reached += one.number in chat.matched
            assert one.may is Open.EVERYBODY or number != STRANGER or one.number not in chat.entered, f"{what} let a stranger in"
            assert not chat.told(NAMES), f"{what} told {chat.told(NAMES)}: {chat.telegram.said}"
            if one.number in chat.matched:
                left = written(chat.counties, before, own=True, more=tables)
                assert not left, f"{what} wrote {sorted(left)}: {left}"
            if reached >= MOST_MESSAGES and one.observer == "message":
                break
        assert reached, MISSING % one.label


def everybody(chat: Chat) -> dict[str, int]:
    """Who has nothing to do here: nobody, and officials of the other county and of none any more."""
    some = ((Role.DUTY_OFFICER, "there"), (Role.WARDEN, "there"), (Role.SITE_MANAGER, "revoked"))
    return {"a stranger": STRANGER} | {str(one): one.chat for one in (chat.counties.officials[each] for each in some)}


def test_every_handler_is_tried_and_nothing_is_explained_that_asks_for_a_right() -> None:
    """Each of them by a test of its own above, which fails when nothing reaches it."""
    assert [one.number for one in sorted(GUARDED + FREE, key=lambda one: one.number)] == list(range(len(registrations())))
    for one in FREE:
        assert one.name in OPEN, UNEXPLAINED % one.name
    assert set(OPEN) <= {one.name for one in FREE}
