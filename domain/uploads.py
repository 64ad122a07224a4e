"""What a device sends when it has a network again: items that happened, each under a key of its own, in signed batches.

An item is decided by what it says and by what the register knew at its instant, never by when it arrived. The same key twice is one item; the same key with
another body is a conflict, and both are kept. What cannot be taken is kept too, and shown on both sides.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, TypeVar
from uuid import UUID

from domain.errors import Invalid
from domain.rollcall import Happening, How
from domain.scans import Clocking, Purpose, Via, Way
from domain.text import N_

Word = TypeVar("Word", bound=StrEnum)

MOST_ITEMS: Final = 100
LONGEST_BODY: Final = 256 * 1024
LONGEST_TEXT: Final = 512
LONGEST_NOTE: Final = 120
MOST_MEMBERS: Final = 30
SMALL_SKEW: Final = timedelta(seconds=120)
LARGE_SKEW: Final = timedelta(hours=24)
AHEAD: Final = timedelta(minutes=10)
EARLIEST: Final = datetime(2020, 1, 1, tzinfo=UTC)
LONGEST: Final = 4_102_444_800_000  # ms; 2100-01-01


class What(StrEnum):
    """A scan of a code, a tick on the household list, or the undoing of one of them."""

    SCAN = "scan"
    TICK = "tick"
    UNDO = "undo"


class Shown(StrEnum):
    """What the device showed: 可进, 核对, 无效, 已登记."""

    GO = "go"
    CHECK = "check"
    NO = "no"
    KNOWN = "known"


class Taken(StrEnum):
    """What a device hears about an item: accepted and duplicate may be forgotten there; conflict and rejected stay visible on both sides."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class Why(StrEnum):
    """Why an item is rejected or disputed, beside the reasons of a scan (domain.scans.Reason)."""

    OK = "ok"
    MALFORMED = "malformed"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_YOURS = "not_yours"
    FROM_THE_FUTURE = "from_the_future"
    TOO_OLD = "too_old"
    KEY_CONFLICT = "key_conflict"
    NOT_ON_LIST = "not_on_list"
    NAME_MISSING = "name_missing"
    PLACE_MISSING = "place_missing"
    NOBODY_CHOSEN = "nobody_chosen"
    MEMBER_UNKNOWN = "member_unknown"
    NOTHING_TO_UNDO = "nothing_to_undo"
    BLANK_CARD = "blank_card"
    CARD_SHARED = "card_shared"
    NOT_BLANK = "not_blank"
    DEVICE_REVOKED = "device_revoked"


WORDS: Final[dict[Why, str]] = {
    Why.OK: N_("Recorded."),
    Why.MALFORMED: N_("This entry cannot be read; it was kept for the office."),
    Why.OUT_OF_SCOPE: N_("This device is not enrolled for this purpose at this place."),
    Why.NOT_YOURS: N_("You are not authorised to do this here. Ask your township office if you should be."),
    Why.FROM_THE_FUTURE: N_("The phone's clock is ahead: this would have happened in the future."),
    Why.TOO_OLD: N_("The phone's clock is wrong: this would have happened years ago."),
    Why.KEY_CONFLICT: N_("This scan arrived twice with different contents. Both are kept; nothing was counted twice."),
    Why.NOT_ON_LIST: N_("This person is not on the list of an order in force."),
    Why.NAME_MISSING: N_("Somebody without a code and without a name. Please add the name."),
    Why.PLACE_MISSING: N_("Please say where, in a few words: village, name of the family, or address."),
    Why.NOBODY_CHOSEN: N_("Nobody of the household was chosen."),
    Why.MEMBER_UNKNOWN: N_("The household has nobody with this number."),
    Why.NOTHING_TO_UNDO: N_("What is taken back has not arrived, or is not this device's."),
    Why.BLANK_CARD: N_("This card has no owner yet."),
    Why.CARD_SHARED: N_("This card was given to two people. The office decides whose it is."),
    Why.NOT_BLANK: N_("This card belongs to somebody already. Give this person another one."),
    Why.DEVICE_REVOKED: N_("This device was withdrawn, or its time is over. Hand it in; nothing that it sends is counted."),
}


class ItemInvalid(Invalid):
    code = "item_invalid"
    text = N_("This entry cannot be read; it was kept for the office.")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened in front of a device. Instants by its own clock; `skew` is server minus device as it last measured."""

    key: UUID
    seq: int
    what: What
    purpose: Purpose
    place: UUID | None
    way: Way | None
    drill: bool
    via: Via
    at: datetime
    boot: UUID
    mono: int
    shown: Shown
    text: str | None = None
    person: UUID | None = None
    walk_in: str | None = None
    count: int | None = None
    members: tuple[int, ...] = ()
    standing: Happening | None = None
    means: How | None = None
    skew: timedelta | None = None
    confirmed: bool = False
    note: str = ""
    annuls: UUID | None = None
    clear: bool | None = None
    """Of a place with relatives or elsewhere: whether it is outside the area that has to move; None = nobody asked."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When an item happened, by the house's clock, and what that is worth; `ahead` is one that would lie in the future."""

    at: datetime
    clock: Clocking
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """A signed body as it arrived: whose, when it was sent by that device's clock, and its items as they stand there."""

    id: UUID
    device: UUID
    sent_at: datetime
    exported: bool
    items: tuple[Any, ...]


def digest_of(raw: object) -> bytes:
    """What makes two bodies under one key the same item."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).digest()


def read_batch(raw: Mapping[str, Any]) -> Batch:
    """Raises ItemInvalid with the field that is wrong."""
    items = raw.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        raise ItemInvalid(field="items")
    return Batch(
        _uuid(raw, "batch"), _uuid(raw, "device"), _instant(raw, "at"), _flag(raw, "exported"), tuple(items)
    )  # fmt: skip


def read_item(raw: object) -> Item:
    """One item of a batch. Raises ItemInvalid with the field that is wrong; never anything else."""
    if not isinstance(raw, dict):
        raise ItemInvalid(field="item")
    walk_in = raw.get("walk_in")
    if walk_in is not None and not isinstance(walk_in, dict):
        raise ItemInvalid(field="walk_in")
    item = Item(
        key=_uuid(raw, "key"), seq=_number(raw, "seq"), what=_word(raw, "what", What), purpose=_word(raw, "purpose", Purpose),
        place=_uuid_or_none(raw, "place"), way=_word(raw, "way", Way) if raw.get("way") is not None else None, drill=_flag(raw, "drill"),
        via=_word(raw, "via", Via), at=_instant(raw, "at"), boot=_uuid(raw, "boot"), mono=_number(raw, "mono"), shown=_word(raw, "verdict", Shown),
        text=_text(raw, "text", LONGEST_TEXT), person=_uuid_or_none(raw, "person"), walk_in=_text(walk_in, "name", 80) if walk_in else None,
        count=_number(raw, "count") if raw.get("count") is not None else None, members=_members(raw),
        standing=_word(raw, "standing", Happening) if raw.get("standing") is not None else None,
        means=_word(raw, "means", How) if raw.get("means") is not None else None, skew=_span(raw, "skew"), confirmed=_flag(raw, "confirmed"),
        note=" ".join((_text(raw, "note", LONGEST_NOTE) or "").split()), annuls=_uuid_or_none(raw, "annuls"),
        clear=_flag(raw, "clear") if raw.get("clear") is not None else None,
    )  # fmt: skip
    if (item.what is What.UNDO) != (item.annuls is not None) or (item.what is What.TICK) != (item.standing is not None):
        raise ItemInvalid(field="what")
    return item


def asked_at(raw: Mapping[str, Any]) -> datetime:
    """When a request was signed, by the device's clock. Raises ItemInvalid."""
    return _instant(raw, "at")


def key_in(raw: object) -> UUID | None:
    """The key of an item that need not be readable otherwise; None where there is none."""
    try:
        return _uuid(raw, "key") if isinstance(raw, dict) else None
    except ItemInvalid:
        return None


def timing(item: Item, *, skew: timedelta | None, now: datetime, jumped: bool) -> Timing:
    """When the item happened: its own instant put right by the skew of its batch, never after `now`.

    Where the clock was set between the item and its sending, what was measured when it happened is believed. Without any skew (an export that never
    measured one), with one of more than a day, or after a jump, the instant is uncertain.
    """
    by = skew if skew is not None else item.skew
    if by is not None and item.skew is not None and abs(item.skew - by) > SMALL_SKEW:
        by, jumped = item.skew, True
    said = item.at + (by or timedelta(0))
    at, ahead = min(said, now - timedelta(microseconds=1)), said > now + AHEAD
    if jumped or by is None or abs(by) > LARGE_SKEW:
        return Timing(at, Clocking.UNCERTAIN, ahead)
    return Timing(at, Clocking.OK if abs(by) <= SMALL_SKEW else Clocking.CORRECTED, ahead)


def jumps(items: list[Item]) -> set[UUID]:
    """The keys of everything from a page whose clock was set while it stood open: wall clock and running time disagree, in the order of `seq`.

    On which side of the jump the clock was right nobody can say, so that no instant of that page is certain.
    """
    pages: dict[UUID, list[Item]] = {}
    for item in sorted(items, key=lambda one: one.seq):
        pages.setdefault(item.boot, []).append(item)
    return {item.key for page in pages.values() if any(_jumped(one, next_one) for one, next_one in pairwise(page)) for item in page}


def _jumped(one: Item, later: Item) -> bool:
    return abs((later.at - one.at) - timedelta(milliseconds=later.mono - one.mono)) > SMALL_SKEW


def _uuid(raw: Mapping[str, Any], name: str) -> UUID:
    value = raw.get(name)
    if not isinstance(value, str) or len(value) != 36:
        raise ItemInvalid(field=name)
    try:
        return UUID(value)
    except ValueError:
        raise ItemInvalid(field=name) from None


def _uuid_or_none(raw: Mapping[str, Any], name: str) -> UUID | None:
    return None if raw.get(name) is None else _uuid(raw, name)


def _number(raw: Mapping[str, Any], name: str) -> int:
    value = raw.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LONGEST:
        raise ItemInvalid(field=name)
    return value


def _span(raw: Mapping[str, Any], name: str) -> timedelta | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LONGEST <= value <= LONGEST:
        raise ItemInvalid(field=name)
    return timedelta(milliseconds=int(value))


def _instant(raw: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(_number(raw, name) / 1000, UTC)


def _flag(raw: Mapping[str, Any], name: str) -> bool:
    value = raw.get(name, False)
    if not isinstance(value, bool):
        raise ItemInvalid(field=name)
    return value


def _text(raw: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
        raise ItemInvalid(field=name)
    return value


def _members(raw: Mapping[str, Any]) -> tuple[int, ...]:
    value = raw.get("members")
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_MEMBERS or not all(type(one) is int and 0 < one < 1000 for one in value):
        raise ItemInvalid(field="members")
    return tuple(sorted(set(value)))


def _word(raw: Mapping[str, Any], name: str, kind: type[Word]) -> Word:
    value = raw.get(name)
    try:
        return kind(str(value))
    except ValueError:
        raise ItemInvalid(field=name) from None
