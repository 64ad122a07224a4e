"""Reading just enough of a raw update to store it: its number, and the chat whose order it belongs to."""

import json
from typing import Any

from domain.errors import Invalid
from domain.text import N_
from services.intake import Received

NOBODY = "bot"
LARGEST = 2**63 - 1


class UpdateInvalid(Invalid):
    code = "update_invalid"
    text = N_("This is not an update from Telegram.")


def received(body: bytes) -> Received:
    """An update as it came, body untouched. UpdateInvalid for anything but a JSON object with an `update_id`.

    The chat is the one the message or the pressed button is in, else the account that acted (its private chat has the
    same number), else the bot itself.
    """
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        raise UpdateInvalid() from None
    number = update.get("update_id") if isinstance(update, dict) else None
    if type(number) is not int or not 0 <= number <= LARGEST:
        raise UpdateInvalid()
    return Received(number, _chat(update), body)


def spoken(body: bytes) -> str | None:
    """The language code of whoever acted, as Telegram says it; UpdateInvalid as `received`."""
    received(body)
    events = [value for value in json.loads(body).values() if isinstance(value, dict)]
    said = [who.get("language_code") for event in events if isinstance(who := event.get("from"), dict)]
    return next((code for code in said if isinstance(code, str)), None)


def _chat(update: dict[str, Any]) -> str:
    """`update` has one more key than its number: what happened."""
    events = [value for value in update.values() if isinstance(value, dict)]
    for event in events:
        message = event.get("message")
        for holder, name in ((event, "chat"), (message, "chat"), (event, "from"), (event, "user")):
            who = holder.get(name) if isinstance(holder, dict) else None
            if isinstance(who, dict) and type(who.get("id")) is int:
                return str(who["id"])
    return NOBODY
