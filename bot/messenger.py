"""Claimed deliveries become messages: composed late, eight in flight, each with an honest outcome."""

from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class Composed:
    """What is sent for a delivery: HTML text and the buttons under it."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None
