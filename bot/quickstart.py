"""aiogram in one second instead of five.

`import aiogram` builds the pydantic schema of each of its 600 models, and again of every model inside each. A house that starts
again in the middle of the night needs three dozen of them. So while aiogram is imported its models are told to build themselves at first
use, with the names they refer to at hand (docs/decisions/0011). Where that does not work, everything is built as usual.
"""

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

Names = dict[str, object]
SAMPLE: Mapping[str, object] = {
    "update_id": 1,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": {"id": 1, "is_bot": False, "first_name": "A"}, "text": "/start"},
}


def import_aiogram() -> None:
    """Import aiogram, its models built at first use. Once it is imported, however that came about, this does nothing."""
    if "aiogram" in sys.modules:
        return
    names: Names = {}
    with _postponed(names):
        importlib.import_module("aiogram")
    models = _models()
    for model in models:
        if model.__pydantic_parent_namespace__ is None:
            model.__pydantic_parent_namespace__ = names
    if not _works():
        for model in models:
            model.model_rebuild(force=True, _types_namespace=names)


@contextmanager
def _postponed(names: Names) -> Iterator[None]:
    """Models defined inside are built later; what aiogram says of the names they refer to is kept in `names`."""
    rebuild = BaseModel.__dict__["model_rebuild"]

    def later(cls: type[BaseModel], /, *, _types_namespace: Mapping[str, object] | None = None, **_: object) -> None:
        names.update(_types_namespace or {})

    config = BaseModel.model_config
    config["defer_build"] = True
    BaseModel.model_rebuild = classmethod(later)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
        del config["defer_build"]


def _models() -> list[type[BaseModel]]:
    from aiogram import methods, types

    listed: list[Any] = [getattr(room, name) for room in (types, methods) for name in room.__all__]
    return [model for model in listed if isinstance(model, type) and issubclass(model, BaseModel)]


def _works() -> bool:
    """What every house does with its first update and its first answer."""
    from aiogram.methods import SendMessage
    from aiogram.methods.base import Response
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

    try:
        Message.model_rebuild()
        message = Update.model_validate(SAMPLE).message
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="A", callback_data="a")]])
        answer = SendMessage(chat_id=1, text="A", reply_markup=keyboard).model_dump(exclude_none=True)
        heard = Response[Message].model_validate({"ok": True, "result": SAMPLE["message"]})
    except Exception:  # noqa: BLE001  whatever is different in another version of aiogram or pydantic
        return False
    return message is not None and message.text == "/start" and heard.result is not None and answer["text"] == "A"
