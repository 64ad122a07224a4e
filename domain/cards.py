"""Printed cards: which kinds there are, what one print is asked for, and what stands on a card. Never a person's name, except masked on the warden's list."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.errors import Conflict, Invalid, Unknown
from domain.identifiers import masked_name
from domain.text import N_

MOST_BLANKS: Final = 10_000
MARK: Final = re.compile(r"[0-9A-Za-z./#号户组栋幢室单元楼第 -]{1,16}")
HEADS: Final = frozenset({"户主", "本人", "head", "self"})
"""How lists call the householder in the column of relations."""


class CardKind(StrEnum):
    """What is printed: cards for the pocket and for the neck, the warden's list, posters of places, the notice card 明白卡 of a household."""

    CARD = "card"
    PENDANT = "pendant"
    SHEET = "sheet"
    POSTER = "poster"
    NOTICE = "notice-card"


BLANK_KINDS: Final = frozenset({CardKind.CARD, CardKind.PENDANT})
HOUSEHOLD_KINDS: Final = frozenset({CardKind.CARD, CardKind.SHEET})
"""Kinds that can be had for households instead of people. The notice card always is for a household."""


class NotOfThisKind(Invalid):
    code = "not_of_this_kind"
    text = N_("Blank ones are printed as card or pendant, household ones as card or sheet, and not both at once.")


class BlanksOutOfRange(Invalid):
    code = "blanks_out_of_range"
    text = N_("Between 1 and {most} blank cards are made at once.")


class NothingToPrint(Unknown):
    code = "nothing_to_print"
    text = N_("There is nothing of this kind to print in this area.")


class TooManyCards(Invalid):
    code = "too_many_cards"
    text = N_("{count} cards are too many at once here; the most is {most}. Choose a smaller area, or print them on the server with `mashang cards print`.")


class PrintStandsHalfDone(Conflict):
    code = "print_stands_half_done"
    text = N_("Another print stands half done in {file}. Finish it with the command that began it, or delete that file and the parts beside it.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One print. `blank` > 0 asks for so many codes without a holder; `household` for one card a household instead of one a person."""

    kind: CardKind
    area: str
    household: bool = False
    blank: int = 0

    def __post_init__(self) -> None:
        if (self.blank and (self.household or self.kind not in BLANK_KINDS)) or (self.household and self.kind not in HOUSEHOLD_KINDS):
            raise NotOfThisKind()
        if not 0 <= self.blank <= MOST_BLANKS:
            raise BlanksOutOfRange(most=MOST_BLANKS)

    @property
    def of_households(self) -> bool:
        return self.household or self.kind is CardKind.NOTICE


@dataclass(frozen=True, slots=True)
class Refuge:
    """A shelter as a card names it."""

    name: str
    address: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a print came, in the order in which it goes: area, then household, then person (of places: their order)."""

    area: str
    household: UUID
    person: UUID


def told_mark(mark: str) -> str:
    """A household's own mark as it may stand on a list: a number as it is, anything else may be the householder's name and is masked."""
    return mark if MARK.fullmatch(mark) else masked_name(mark)
