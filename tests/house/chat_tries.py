"""What reaches every handler, found from its own filters: a press of every kind of its button, a command, or words in the state where it waits for them."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Any, get_args
from uuid import UUID

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.filters.logic import _InvertFilter, _OrFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, GetFile, TelegramMethod
from aiogram.types import Chat, File, Message, Update

from bot import callbacks, notice_callbacks
from bot.rights import FLAG, Open
from bot.states import Confirming
from domain.access import May
from services.office import CONSENT_VERSION
from tests.field import a_photo
from tests.houses import BOT

GROUP = -4001
DIGITS = "123456"
"""Stands for what the app of the sender shows."""
WORDS = (DIGITS, "张三", "13705780099", "2", "ABCD-EFGH-JKMN-PQRS", "/start", "/start x", "/start login-ABCD2345", "/start group-0123456789abcdef")
UNKNOWN = str(UUID(int=99))
OTHERWISE: Mapping[str, tuple[str, ...]] = {
    "order": ("order", "draft"), "notice": ("notice", "active"), "shown": ("shown_order", "shown_notice"),
    "held": ("held", "granted"),
}
"""Fields of buttons that stand for several kinds of id."""


@dataclass(frozen=True, slots=True)
class Registered:
    """One registration of a handler."""

    number: int
    observer: str
    name: str
    may: May | Open
    states: tuple[str | None, ...]
    buttons: tuple[type, ...]
    commands: tuple[str, ...]

    @property
    def label(self) -> str:
        more = [each.__name__ for each in self.buttons] + [f"/{command}" for command in self.commands] + [str(state) for state in self.states[:1] if state]
        return " ".join((f"{self.number}", self.name, *more))


def registered(number: int, observer: str, handler: HandlerObject) -> Registered:
    states, buttons, commands, anywhere = list[str | None](), list[type](), list[str](), True
    for each in _plain(handler):
        if isinstance(each, CallbackQueryFilter):
            buttons.append(each.callback_data)
        elif isinstance(each, Command):
            commands += [str(command) for command in each.commands]
        elif isinstance(each, State | StateFilter):
            anywhere = False
            states += _states(each)
    name = f"{handler.callback.__module__.removeprefix('handlers.')}.{handler.callback.__qualname__}"
    found = tuple(dict.fromkeys(states)) if not anywhere else (None,)
    return Registered(number, observer, name, handler.flags[FLAG], found, tuple(buttons), tuple(commands))


def _plain(handler: HandlerObject) -> Iterator[Any]:
    for each in handler.filters or ():
        callback = each.callback
        if isinstance(callback, _OrFilter):
            yield from (target.callback for target in callback.targets)
        elif not isinstance(callback, _InvertFilter):
            yield callback


def _states(found: State | StateFilter) -> list[str | None]:
    named: Sequence[Any] = (found,) if isinstance(found, State) else found.states
    states: list[str | None] = []
    for each in named:
        states += each.__all_states_names__ if isinstance(each, type) and issubclass(each, StatesGroup) else [getattr(each, "state", each)]
    return states


def presses(button: type, ids: Mapping[str, str]) -> list[str]:
    """One of every kind of this button, with these ids."""
    fields = {name: _values(name, field.annotation, ids) for name, field in button.model_fields.items()}  # type: ignore[attr-defined]
    return list(dict.fromkeys(button(**dict(zip(fields, values, strict=True))).pack() for values in itertools.product(*fields.values())))


def _values(name: str, kind: Any, ids: Mapping[str, str]) -> Sequence[Any]:
    if isinstance(kind, UnionType):
        return [None, *(value for each in get_args(kind) if each is not type(None) for value in list(_values(name, each, ids))[:1])]
    if kind is bool:
        return (True, False)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)
    if kind is int:
        return (0, 1)
    if kind is UUID:
        return [UUID(ids.get(each, UNKNOWN)) for each in OTHERWISE.get(name, (name,))]
    return {"version": (CONSENT_VERSION,), "code": (ids["area"], "zh_CN"), "shown": [ids[each][:16] for each in OTHERWISE["shown"]]}[name]


def confirmed(ids: Mapping[str, str], state: str) -> str:
    """The button for which six digits are asked in this state."""
    buttons: Mapping[str | None, Any] = {
        Confirming.order.state: callbacks.Decision(order=UUID(ids["draft"]), shown=ids["shown_order"][:16], yes=True),
        Confirming.lift.state: callbacks.Lift(order=UUID(ids["order"]), sure=True),
        Confirming.notice.state: notice_callbacks.NoticeDecision(notice=UUID(ids["notice"]), shown=ids["shown_notice"][:16], yes=True),
    }  # fmt: skip
    assert state in buttons or not state.startswith("Confirming:"), f"say in tests/house/chat_tries.py what is pressed before {state}"
    return str(buttons[state].pack()) if state in buttons else ""


def draft(ids: Mapping[str, str], state: str) -> dict[str, Any]:
    """What a dialogue may have kept, whichever it is."""
    kept = {
        "order": ids["order"], "report": ids["report"], "seen": 1, "purpose": "shelter_in", "place": ids["shelter"], "note": "城里", "clear": True,
        "household": ids["household"], "who": [UUID(ids["person"]).hex], "kind": "moving", "areas": [ids["area"]], "shelter": ids["shelter"], "way": "过桥",
        "drill": False, "group": ids["group"], "area": ids["area"], "name": "张三", "phone": "13705780099", "village": ids["area"], "consent": CONSENT_VERSION,
        "founder": "ABCDEFGHJKMNPQRS", "trail": [], "parts": [{"kind": "area", "area": ids["area"]}], "level": "blue", "risk": "typhoon",
        "schedule": {"repeat": "now"}, "people": 2, "firms": [["甲", ids["area"]]],
        "texts": {"zh_CN": {"caution": "大风", "action": "不要出门"}, "en": {"caution": "Gales", "action": "Stay in"}},
        "path": [], "meant": "城里", "since": "2026-07-25T02:00:00+00:00", "outcome": "phoned",
        "villages": [ids["area"]], "site": ids["site"], "visit": ids["visit"], "member": ids["member"], "person": ids["person"],
    }  # fmt: skip
    if state.startswith("Passing:"):
        kept |= {"kind": "vehicle", "who": "浙K12345", "team": "一队", "hours": 24, "reason": "送药", "held": ids["held"]}
    if state.startswith("Guarding:"):
        kept |= {"checkpoint": ids["checkpoint"], "way": "in"}
    return kept | {"pressed": confirmed(ids, state), "under": 1, "before": "…", "kept": {"state": None, "data": {}}}


def bodies(found: Registered, ids: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Bodies of updates that may be for this handler, without who sends them."""
    if found.observer == "callback_query":
        yield from ({"callback_query": {"data": data}} for button in found.buttons for data in presses(button, ids))
        yield {"callback_query": {"data": "xyz:1"}}
    elif found.observer == "my_chat_member":
        bot = {"id": BOT, "is_bot": True, "first_name": "码上"}
        was, now = [{"status": status, "user": bot} for status in ("member", "left")]
        yield {"my_chat_member": {"chat": _group(), "date": 1, "old_chat_member": was, "new_chat_member": now}}
    else:
        photo = {"file_id": "f", "file_unique_id": "u", "width": 640, "height": 480}
        file = {"file_id": "f", "file_unique_id": "u", "mime_type": "image/jpeg"}
        contents: list[dict[str, Any]] = [{"text": f"/{command}"} for command in found.commands]
        contents += [{"text": text} for text in (*WORDS, ids["code"], f"/start {ids['code']}")]
        contents += [{"photo": [photo]}, {"document": file}, {"location": {"latitude": 28.4, "longitude": 119.9}}]
        contents += [{"contact": {"phone_number": "+8613705780099", "first_name": "张"}}, {"voice": {**file, "duration": 1}}, {"sticker": _sticker(file)}]
        contents += [{"video": {**file, "width": 1, "height": 1, "duration": 1}}, {"audio": {**file, "duration": 1}}]
        contents += [{"animation": {**file, "width": 1, "height": 1, "duration": 1}}, {"video_note": {**file, "length": 1, "duration": 1}}]
        contents += [{"chat": _group(), "text": "/start group-0123456789abcdef"}, {"chat": _group(), "migrate_to_chat_id": -100123}]
        yield from ({"message": content} for content in contents)


def _group() -> dict[str, Any]:
    return {"id": GROUP, "type": "group", "title": "值班组"}


def _sticker(file: Mapping[str, Any]) -> dict[str, Any]:
    return {"file_id": "f", "file_unique_id": file["file_unique_id"], "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}


def update(body: Mapping[str, Any], *, chat: int, number: int, bot: Bot) -> Update:
    """The same as it comes from the telephone with this chat."""
    person = {"id": chat, "is_bot": False, "first_name": "某人", "language_code": "zh-hans"}
    private = {"id": chat, "type": "private", "first_name": "某人"}
    ((kind, content),) = body.items()
    if kind == "callback_query":
        under = {"message_id": 1, "date": 1, "chat": private, "text": "任意"}
        content = {"id": str(number), "from": person, "chat_instance": "1", "message": under, **content}
    else:
        content = {"message_id": 2, "date": 1, "chat": private, "from": person, **content}
    return Update.model_validate({"update_id": number, kind: content}, context={"bot": bot})


class Recorder(BaseSession):
    """Telegram, as far as an answer needs it: everything is taken, and what was said is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram's own signature
        words = method.model_dump(exclude_none=True, exclude_defaults=True, exclude={"photo", "document"}, warnings=False)
        self.said.append(f"{type(method).__name__} {words}")
        if isinstance(method, GetFile):
            return File(file_id="f", file_unique_id="u", file_path="photos/f.jpg")
        if isinstance(method, AnswerCallbackQuery | DeleteMessage):
            return True
        return Message.model_validate({"message_id": 3, "date": 1, "chat": Chat(id=1, type="private"), "text": "…"}, context={"bot": bot})

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        yield a_photo()

    async def close(self) -> None:
        """Nothing is open."""
