"""The use cases of printing, as tests/house/use_cases.py tries them: name, who, role, call, and False where it is not bound to an area."""

from typing import Any

from domain.access import Role
from domain.cards import CardKind, Wanted
from tests import cast

CARDS = Wanted(CardKind.CARD, cast.VILLAGE.code)

CARD_CASES: tuple[Any, ...] = (
    ("cards.areas", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.cards.areas(by=by), False),
    ("cards.begin", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.cards.begin(CARDS, by=by)),
    ("cards.page", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.cards.page(CARDS, last=None, most=5, by=by)),
    ("cards.blanks", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.cards.blanks(CARDS, 2, by=by)),
    ("cards.single", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.cards.single(s.short, by=by)),
    ("cards.again", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.cards.again(CARDS, [b"x"], by=by)),
)
