"""aiogram starts quickly, and is whole nevertheless."""

import subprocess
import sys

from aiogram import methods, types
from aiogram.methods.base import Response
from pydantic import BaseModel

BOTH_WAYS = """
import sys
if sys.argv[1] == "quickly":
    from bot.quickstart import import_aiogram
    import_aiogram()
import json
from aiogram.methods import SendMessage, SendMediaGroup
from aiogram.types import InputMediaPhoto, Update, InlineKeyboardMarkup
update = Update.model_validate_json(sys.stdin.read())
said = [update.model_dump(mode="json", exclude_none=True, warnings=False)]
try:
    InlineKeyboardMarkup(inline_keyboard="nonsense")
except ValueError as error:
    said.append(len(error.errors()))
said.append(repr(SendMediaGroup(chat_id=1, media=[InputMediaPhoto(media="a"), InputMediaPhoto(media="b")])))
said.append(sorted(SendMessage.model_fields))
print(json.dumps(said, sort_keys=True))
"""
UPDATE = """{"update_id": 7, "callback_query": {"id": "1", "chat_instance": "2", "data": "saf:at_shelter",
"from": {"id": 5, "is_bot": false, "first_name": "\u7532", "language_code": "zh-hans"},
"message": {"message_id": 3, "date": 1764000000, "chat": {"id": 5, "type": "private", "first_name": "\u7532"}, "text": "?",
"photo": [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}],
"reply_markup": {"inline_keyboard": [[{"text": "!", "callback_data": "saf:at_shelter"}]]}}}}"""


def models() -> list[type[BaseModel]]:
    listed = [getattr(room, name) for room in (types, methods) for name in room.__all__]
    return [model for model in listed if isinstance(model, type) and issubclass(model, BaseModel)]


def test_every_model_of_aiogram_can_be_built_when_it_is_wanted() -> None:
    for model in models():
        model.model_rebuild()
        assert model.__pydantic_complete__, model


def test_every_answer_of_telegram_can_be_read() -> None:
    answers = [model.__returning__ for model in models() if issubclass(model, methods.TelegramMethod) and not isinstance(model.__returning__, property)]
    assert answers
    for answer in answers:
        Response[answer].model_rebuild()  # type: ignore[valid-type]
        assert Response[answer].__pydantic_complete__, answer  # type: ignore[valid-type]


def test_it_reads_and_writes_as_the_slow_one_does() -> None:
    said = [
        subprocess.run([sys.executable, "-c", BOTH_WAYS, way], input=UPDATE, capture_output=True, text=True, check=True).stdout for way in ("quickly", "slowly")
    ]
    assert said[0] == said[1]
