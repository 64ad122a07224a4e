"""The bot and its dispatcher, made from what the operator decided."""

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Surface:
    """How the house looks in chat: our own address (None without one), how much of a person is said, the bot's name and deep link, the zone."""

    public_url: str | None
    chat_detail: Literal["codes", "short", "full"]
    bot_name: str
    bot_link: str
    zone: ZoneInfo
