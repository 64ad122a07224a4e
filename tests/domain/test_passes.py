"""Passes: what is asked for, when they end, and who is inside by the log, in whatever order it arrives."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.passes import Crossing, Pass, PassKind, PassState, Wish, inside
from domain.scans import Way

NOON = datetime(2026, 7, 25, 4, 0, tzinfo=UTC)
GOOD = {"kind": PassKind.PERSON, "who": "王小明", "team": "一队", "area": "331102", "hours": 24, "reason": "送药"}


def a_pass(**changed: object) -> Pass:
    given = {
        "id": UUID(int=1), "number": "T-0725-0001", "kind": PassKind.VEHICLE, "who": "浙K12345", "team": "一队", "area": "331102001201", "valid_from": NOON,
        "valid_to": NOON + timedelta(hours=24), "reason": "送药", "asked_by": UUID(int=2), "drill": False, "state": PassState.GRANTED,
    }  # fmt: skip
    return Pass(**{**given, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"who": "  "}, "pass_holder_missing"), ({"who": "长" * 41}, "pass_holder_missing"), ({"team": "—"}, "pass_team_missing"),
        ({"reason": ""}, "pass_reason_missing"), ({"hours": 0}, "pass_hours_wrong"), ({"hours": 721}, "pass_hours_wrong"),
        ({"hours": 73}, "why_longer_missing"), ({"hours": 73, "why_longer": "……"}, "why_longer_missing"),
    ],
)  # fmt: skip
def test_what_is_missing_is_refused_by_name(changed: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Wish(**{**GOOD, **changed}).checked()  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_pass_for_more_than_72_hours_needs_a_reason_and_one_for_72_does_not() -> None:
    assert Wish(**{**GOOD, "hours": 72}).checked().hours == 72  # type: ignore[arg-type]
    assert Wish(**{**GOOD, "hours": 100, "why_longer": " 道路  未通 "}).checked().why_longer == "道路 未通"  # type: ignore[arg-type]


def test_it_ends_by_itself_and_what_was_revoked_stays_revoked() -> None:
    held = a_pass()
    assert held.in_force(now=NOON) and held.standing(now=held.valid_to) is PassState.ENDED
    revoked = a_pass(state=PassState.REVOKED, revoked_at=NOON)
    assert revoked.standing(now=held.valid_to) is PassState.REVOKED
    assert not revoked.revoked_by_then(NOON - timedelta(seconds=1)) and revoked.revoked_by_then(NOON + timedelta(days=900))


CROSSINGS = st.lists(
    st.builds(
        lambda n, held, way, at: Crossing(UUID(int=n), f"key {n}", UUID(int=held), way, UUID(int=9), NOON + timedelta(minutes=at)),
        st.integers(100, 140), st.integers(1, 4), st.sampled_from(list(Way)), st.integers(0, 6),
    ),
    max_size=25, unique_by=lambda crossing: crossing.id,
)  # fmt: skip


@given(CROSSINGS, st.integers(0, 2**32), st.integers(0, 10))
def test_who_is_inside_does_not_depend_on_order_or_on_doubles(crossings: list[Crossing], seed: int, doubles: int) -> None:
    shuffled = [*crossings, *crossings[:doubles]]
    random.Random(seed).shuffle(shuffled)
    assert inside(shuffled) == inside(crossings)
    for held, crossing in inside(crossings).items():
        assert not [c for c in crossings if c.held == held and (c.at, c.key) > (crossing.at, crossing.key)], "by the last crossing"


def test_a_crossing_that_was_taken_back_never_was() -> None:
    way_in = Crossing(UUID(int=1), "a", UUID(int=5), Way.IN, UUID(int=9), NOON)
    out = Crossing(UUID(int=2), "b", UUID(int=5), Way.OUT, UUID(int=9), NOON + timedelta(minutes=5))
    undo = Crossing(UUID(int=3), "c", UUID(int=5), Way.OUT, UUID(int=9), NOON + timedelta(minutes=6), annuls=out.id)
    assert inside([way_in, out]) == {} and inside([undo, way_in, out]) == {way_in.held: way_in}
