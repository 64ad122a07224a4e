"""Checkpoints 卡口: where passes are shown, and what a code is worth there.

`judge` is the one table, for a guard in chat, for what a scanner uploads, and as the scanner itself says it with no network:

| what was shown | verdict | reason |
|---|---|---|
| no code of ours: nothing, another office's, forged, not in the register | no | what is wrong with it |
| a person's or a household's code, also a blank card | check | resident |
| a place's or a device's code | no | wrong_kind |
| a pass, vehicle or team that was revoked or replaced | no | revoked, replaced |
| one past its end (ten minutes of grace, as everywhere: SPEC §7) | no | expired |
| one for an area that has nothing to do with this checkpoint | no | out_of_area |
| one whose key is compromised | check | key_compromised |
| a drill's code where it is no drill | check | drill_only |
| a short code that was typed: nothing was signed | check | name_not_checked |
| every other pass, vehicle or team | go | ok |

A good pass that goes in although it is inside by the log is amber (inside): one of the two may be a copy. That is the log's word, not the code's, so it
stands beside this table: a guard in chat is asked by the house, a scanner asks by what it holds itself and is told the rest with the answer.

The first line that applies is the answer. What the register knows to be dead is red before a doubt is amber. An area has to do with a checkpoint
when one lies in the other: a pass for a village goes through the checkpoint of its township, a pass for the county through every one in it.
A scanner without network cannot know what the register learned since its last list; it asks its lists instead, and its word stands in the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.codes import Holder
from domain.errors import Conflict, Invalid, Unknown
from domain.passes import Pass, PassState
from domain.places import within
from domain.scans import Outcome, Reason
from domain.text import N_

GRACE = timedelta(minutes=10)
LONGEST_NAME = 60

PASSES = frozenset({Holder.PASS, Holder.VEHICLE, Holder.TEAM})
RESIDENTS = frozenset({Holder.PERSON, Holder.HOUSEHOLD})


class Word(StrEnum):
    """What stands over the whole screen: 可进 核对 无效."""

    GO = "go"
    CHECK = "check"
    NO = "no"


OUTCOMES: Mapping[Word, Outcome] = {Word.GO: Outcome.ACCEPTED, Word.CHECK: Outcome.CHECK, Word.NO: Outcome.REFUSED}
WORD_OF: Mapping[Outcome, Word] = {Outcome.ACCEPTED: Word.GO, Outcome.REPEAT: Word.GO, Outcome.CHECK: Word.CHECK, Outcome.REFUSED: Word.NO}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint; `area` is an official code. A closed one stays in the register."""

    id: UUID
    name: str
    area: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class CodeSeen:
    """What was shown. `reason` is OK for a sound signature, or what a reader or the register says about the code; `typed` = only its short code."""

    reason: Reason
    kind: Holder | None = None
    scope: str = ""
    expires_at: datetime | None = None
    typed: bool = False
    drill_only: bool = False


class CheckpointUnknown(Unknown):
    code = "checkpoint_unknown"
    text = N_("There is no such checkpoint.")


class CheckpointClosed(Conflict):
    code = "checkpoint_closed"
    text = N_("The checkpoint {name} is closed.")


class CheckpointNameMissing(Invalid):
    code = "checkpoint_name_missing"
    text = N_("The checkpoint needs a name of at most {most} characters.")


class CheckpointKnown(Conflict):
    code = "checkpoint_known"
    text = N_("There is a checkpoint of this name already.")


def checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not any(character.isalnum() for character in name) or len(name) > LONGEST_NAME:
        raise CheckpointNameMissing(most=LONGEST_NAME)
    return name


def concerns(area: str, checkpoint: Checkpoint) -> bool:
    """Whether a pass for this area has to do with this checkpoint. A pass without an area has not."""
    return bool(area) and (within(checkpoint.area, area) or within(area, checkpoint.area))


def judge(seen: CodeSeen, held: Pass | None, checkpoint: Checkpoint, at: datetime, *, drill: bool = False) -> tuple[Outcome, Reason]:
    """What this code is worth at this checkpoint at this moment: the table above. `held` is the pass behind it, None for a team's code."""
    word, reason = _judged(seen, held, checkpoint, at, drill=drill)
    return OUTCOMES[word], reason


DOUBTS = frozenset({Reason.KEY_COMPROMISED, Reason.NAME_NOT_CHECKED, Reason.DRILL_ONLY})
"""What a reader may say of a code that is ours: amber at most."""
DATED = frozenset({Reason.REVOKED, Reason.REPLACED, Reason.EXPIRED})
"""What a reader says of its own moment: for a pass, the time of the crossing decides."""


def _judged(seen: CodeSeen, held: Pass | None, checkpoint: Checkpoint, at: datetime, *, drill: bool) -> tuple[Word, Reason]:
    if seen.reason not in DOUBTS | DATED | {Reason.OK, Reason.BLANK_CARD}:
        return Word.NO, seen.reason
    if seen.kind in RESIDENTS or seen.reason is Reason.BLANK_CARD:
        return Word.CHECK, Reason.RESIDENT
    if seen.kind not in PASSES:
        return Word.NO, Reason.WRONG_KIND
    dead = _dead(seen, held, at)
    if dead is not None:
        return Word.NO, dead
    if not concerns(held.area if held is not None else seen.scope, checkpoint):
        return Word.NO, Reason.OUT_OF_AREA
    if seen.reason is Reason.KEY_COMPROMISED:
        return Word.CHECK, Reason.KEY_COMPROMISED
    if seen.drill_only and not drill:
        return Word.CHECK, Reason.DRILL_ONLY
    if seen.typed or seen.reason is Reason.NAME_NOT_CHECKED:
        return Word.CHECK, Reason.NAME_NOT_CHECKED
    return Word.GO, Reason.OK


def _dead(seen: CodeSeen, held: Pass | None, at: datetime) -> Reason | None:
    """Why a pass, vehicle or team opens nothing any more; None while it does."""
    if seen.reason in (Reason.REVOKED, Reason.REPLACED):
        return seen.reason
    if held is not None and held.revoked_by_then(at):
        return Reason.REVOKED
    if held is None and seen.kind is not Holder.TEAM:
        return Reason.UNKNOWN_CODE
    if held is not None and held.state in (PassState.ASKED, PassState.REFUSED):
        return Reason.UNKNOWN_CODE
    ends = held.valid_to if held is not None else seen.expires_at
    if (ends is not None and at >= ends + GRACE) or (ends is None and seen.reason is Reason.EXPIRED):
        return Reason.EXPIRED
    return None
