"""Buttons: Telegram takes 64 bytes, a prefix of three letters says which, and one id says whom."""

from enum import Enum
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID

import pytest

from bot import callbacks, notice_callbacks, pass_callbacks
from services.office import CONSENT_VERSION

if TYPE_CHECKING:
    from aiogram.filters.callback_data import CallbackData

MOST_BYTES = 64
LONGEST = {"code": "331102001201999", "version": f"{CONSENT_VERSION}-0000", "shown": "f" * callbacks.FINGERPRINT_SHOWN}
SOME_ID = UUID(int=2**128 - 1)


def kinds() -> list[type["CallbackData"]]:
    from aiogram.filters.callback_data import CallbackData

    declared = [*vars(callbacks).values(), *vars(notice_callbacks).values(), *vars(pass_callbacks).values()]
    return [each for each in declared if isinstance(each, type) and issubclass(each, CallbackData) and each is not CallbackData]


def longest(name: str, annotation: Any) -> object:
    """The value of this field that takes most bytes."""
    kind = next((each for each in get_args(annotation) if each is not type(None)), annotation)
    if kind is UUID:
        return SOME_ID
    if kind is bool:
        return True
    if kind is int:
        return 999_999
    if isinstance(kind, type) and issubclass(kind, Enum):
        return max(kind, key=lambda member: len(str(member.value).encode()))
    return LONGEST[name]


def test_there_are_buttons_to_look_at() -> None:
    assert len(kinds()) > 20


@pytest.mark.parametrize("kind", kinds())
def test_a_button_with_its_longest_values_fits(kind: type["CallbackData"]) -> None:
    data = kind(**{name: longest(name, field.annotation) for name, field in kind.model_fields.items()}).pack()
    assert len(data.encode()) <= MOST_BYTES, data
    assert kind.unpack(data).pack() == data


@pytest.mark.parametrize("kind", kinds())
def test_a_button_holds_at_most_one_id(kind: type["CallbackData"]) -> None:
    ids = [name for name, field in kind.model_fields.items() if UUID in (field.annotation, *get_args(field.annotation))]
    assert len(ids) <= 1, ids


def test_every_prefix_is_three_letters_and_used_once() -> None:
    prefixes = [kind.__prefix__ for kind in kinds()]
    assert not [prefix for prefix in prefixes if len(prefix) != 3 or not prefix.isalpha() or not prefix.islower()]
    assert len(set(prefixes)) == len(prefixes)


def test_buttons_are_declared_in_two_places() -> None:
    from aiogram.filters.callback_data import CallbackData

    from tests.house.sources import imported

    list(imported("bot", "handlers"))
    ours = [kind.__module__ for kind in CallbackData.__subclasses__() if kind.__module__.partition(".")[0] in ("bot", "handlers")]
    assert set(ours) == {callbacks.__name__, notice_callbacks.__name__, pass_callbacks.__name__}
