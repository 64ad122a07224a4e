"""The table of checkpoints, walked line by line."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from domain import checkpoints
from domain.checkpoints import OUTCOMES, Checkpoint, CodeSeen, Word, judge
from domain.codes import Holder
from domain.passes import PassState
from domain.scans import REASONS, Outcome, Reason
from tests.domain.test_passes import NOON, a_pass

ROAD = Checkpoint(UUID(int=7), "路口", "331102001")
SOUND = CodeSeen(Reason.OK, Holder.VEHICLE, "331102001201", NOON + timedelta(hours=24))
HELD = a_pass()


def seen(reason: Reason = Reason.OK, kind: Holder | None = Holder.VEHICLE, **more: object) -> CodeSeen:
    return CodeSeen(reason, kind, "331102001201", NOON + timedelta(hours=24), **more)  # type: ignore[arg-type]


NOT_OURS = (
    Reason.NOT_A_CODE, Reason.TOO_LONG, Reason.FOREIGN, Reason.FORGED, Reason.UNREADABLE, Reason.SHORT_CODE_WRONG, Reason.UNKNOWN_CODE,
)  # fmt: skip
WALK = [
    *((seen(reason, None), None, Word.NO, reason) for reason in NOT_OURS),
    *((seen(kind=kind), None, Word.CHECK, Reason.RESIDENT) for kind in (Holder.PERSON, Holder.HOUSEHOLD)),
    *((seen(reason, Holder.PERSON), None, Word.CHECK, Reason.RESIDENT) for reason in (Reason.REVOKED, Reason.EXPIRED, Reason.KEY_COMPROMISED)),
    (seen(Reason.BLANK_CARD, Holder.PERSON), None, Word.CHECK, Reason.RESIDENT),
    *((seen(kind=kind), None, Word.NO, Reason.WRONG_KIND) for kind in (Holder.PLACE, Holder.DEVICE)),
    (seen(Reason.REVOKED), HELD, Word.NO, Reason.REVOKED),
    (seen(Reason.REPLACED), HELD, Word.NO, Reason.REPLACED),
    (seen(), a_pass(state=PassState.REVOKED, revoked_at=NOON), Word.NO, Reason.REVOKED),
    (seen(Reason.KEY_COMPROMISED), a_pass(state=PassState.REVOKED, revoked_at=NOON), Word.NO, Reason.REVOKED),
    (seen(), a_pass(valid_to=NOON - timedelta(minutes=10)), Word.NO, Reason.EXPIRED),
    (seen(), a_pass(valid_to=NOON - timedelta(minutes=9)), Word.GO, Reason.OK),
    (seen(), None, Word.NO, Reason.UNKNOWN_CODE),
    (seen(), a_pass(state=PassState.ASKED), Word.NO, Reason.UNKNOWN_CODE),
    (seen(), a_pass(area="331121"), Word.NO, Reason.OUT_OF_AREA),
    (seen(Reason.KEY_COMPROMISED), HELD, Word.CHECK, Reason.KEY_COMPROMISED),
    (seen(drill_only=True), HELD, Word.CHECK, Reason.DRILL_ONLY),
    (seen(typed=True), HELD, Word.CHECK, Reason.NAME_NOT_CHECKED),
    (seen(), HELD, Word.GO, Reason.OK),
    (seen(), a_pass(area="331102"), Word.GO, Reason.OK),
    (seen(kind=Holder.PASS), HELD, Word.GO, Reason.OK),
    (seen(kind=Holder.TEAM), None, Word.GO, Reason.OK),
    (CodeSeen(Reason.OK, Holder.TEAM, "331121", NOON + timedelta(hours=1)), None, Word.NO, Reason.OUT_OF_AREA),
    (CodeSeen(Reason.OK, Holder.TEAM, "", NOON + timedelta(hours=1)), None, Word.NO, Reason.OUT_OF_AREA),
    (CodeSeen(Reason.OK, Holder.TEAM, "331102", NOON - timedelta(hours=1)), None, Word.NO, Reason.EXPIRED),
    (CodeSeen(Reason.EXPIRED, Holder.TEAM, "331102"), None, Word.NO, Reason.EXPIRED),
    (CodeSeen(Reason.REVOKED, Holder.TEAM, "331102"), None, Word.NO, Reason.REVOKED),
]


@pytest.mark.parametrize(("shown", "held", "word", "reason"), WALK)
def test_every_line_of_the_table_holds(shown: CodeSeen, held: object, word: Word, reason: Reason) -> None:
    assert judge(shown, held, ROAD, NOON) == (OUTCOMES[word], reason)  # type: ignore[arg-type]


def test_every_line_of_the_table_is_walked() -> None:
    lines = re.findall(r"^\| .* \| (go|check|no) \| (.*) \|$", checkpoints.__doc__ or "", re.MULTILINE)
    assert len(lines) == 10
    told = {(word.value, reason.value) for _, _, word, reason in WALK}
    for word, reasons in lines:
        for reason in reasons.split(", "):
            assert reason == "what is wrong with it" or (word, reason) in told, (word, reason)


def test_whatever_is_shown_there_is_an_answer_and_words_for_it() -> None:
    for reason in Reason:
        for kind in (None, *Holder):
            outcome, why = judge(seen(reason, kind), HELD, ROAD, NOON)
            assert outcome in OUTCOMES.values() and why in REASONS
            if kind in (Holder.PASS, Holder.VEHICLE, Holder.TEAM) and reason in (Reason.REVOKED, Reason.REPLACED, *NOT_OURS):
                assert outcome is Outcome.REFUSED, "what is dead is red"


def test_a_compromised_key_alone_is_amber_and_never_red() -> None:
    assert judge(seen(Reason.KEY_COMPROMISED), HELD, ROAD, NOON)[0] is Outcome.CHECK


def test_a_crossing_before_the_revocation_was_good_and_stays_so() -> None:
    """Uploads come late: what happened at nine is judged as of nine."""
    revoked = a_pass(state=PassState.REVOKED, revoked_at=NOON)
    assert judge(seen(), revoked, ROAD, NOON - timedelta(minutes=1))[0] is Outcome.ACCEPTED
    assert judge(seen(), revoked, ROAD, NOON + timedelta(days=300))[0] is Outcome.REFUSED


def test_a_drills_pass_is_good_in_a_drill() -> None:
    assert judge(seen(drill_only=True), HELD, ROAD, NOON, drill=True) == (Outcome.ACCEPTED, Reason.OK)
