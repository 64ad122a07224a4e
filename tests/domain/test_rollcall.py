"""Who is not yet safe: the fold from events to a standing."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rollcall import Grade, Happening, How, MemberEvent, Standing, living, standing

MEMBER = UUID(int=1)
SHELTER_A, SHELTER_B = UUID(int=101), UUID(int=102)
WARDEN, NEIGHBOUR = UUID(int=201), UUID(int=202)
START = datetime(2026, 7, 25, 10, 0, tzinfo=UTC)


def event(number: int, kind: Happening, *, minute: float = 0, grade: Grade = Grade.PROVEN, **more: object) -> MemberEvent:
    at = START + timedelta(minutes=minute)
    return MemberEvent(UUID(int=number), MEMBER, kind, at, at, How.SCAN, grade, drill=False, **more)  # type: ignore[arg-type]


def test_who_was_only_listed_is_not_safe() -> None:
    assert not standing([event(1, Happening.LISTED), event(2, Happening.TOLD, minute=1)]).safe


@pytest.mark.parametrize("kind", [Happening.AT_SHELTER, Happening.WITH_RELATIVES, Happening.SAFE_ELSEWHERE])
def test_a_proven_arrival_takes_a_person_off_the_list(kind: Happening) -> None:
    assert standing([event(1, kind)]).safe


@pytest.mark.parametrize("kind", [Happening.AT_SHELTER, Happening.WITH_RELATIVES, Happening.SAFE_ELSEWHERE])
def test_hearsay_is_shown_beside_and_takes_nobody_off_the_list(kind: Happening) -> None:
    stand = standing([event(1, kind, grade=Grade.REPORTED)])
    assert not stand.safe
    assert stand.reported is not None


def test_hearsay_that_says_safe_does_not_unmake_a_scan() -> None:
    stand = standing([event(1, Happening.AT_SHELTER, place=SHELTER_A), event(2, Happening.SAFE_ELSEWHERE, minute=5, grade=Grade.REPORTED)])
    assert stand.safe
    assert stand.reported is not None


def test_hearsay_that_says_gone_back_puts_a_person_back_on_the_list() -> None:
    assert not standing([event(1, Happening.AT_SHELTER), event(2, Happening.LEFT, minute=30, grade=Grade.REPORTED)]).safe


def test_an_order_that_arrives_late_does_not_move_who_is_safe() -> None:
    assert standing([event(1, Happening.AT_SHELTER), event(2, Happening.TOLD, minute=3)]).safe


@pytest.mark.parametrize("kind", [Happening.RETURNED, Happening.SAFE_ELSEWHERE, Happening.WITH_RELATIVES])
def test_hearsay_of_somebody_inside_the_area_puts_them_back_on_the_list(kind: Happening) -> None:
    assert not standing([event(1, Happening.AT_SHELTER), event(2, kind, minute=30, grade=Grade.REPORTED, clear=False)]).safe


@pytest.mark.parametrize("kind", [Happening.LEFT, Happening.REFUSED, Happening.RETURNED, Happening.NOT_PRESENT])
@pytest.mark.parametrize("first", [1, 3])
def test_of_two_events_at_one_instant_the_less_safe_one_wins(kind: Happening, first: int) -> None:
    stand = standing([event(first, kind), event(2, Happening.AT_SHELTER)])
    assert not stand.safe
    assert stand.verify is (kind is not Happening.NOT_PRESENT)


@pytest.mark.parametrize("first", [1, 3])
def test_a_call_for_help_and_its_closing_at_one_instant_stay_open(first: int) -> None:
    assert standing([event(first, Happening.NEED_HELP), event(2, Happening.HELP_CLOSED, by=WARDEN)]).needs_help


def test_who_went_home_by_a_doubtful_clock_is_not_safe_at_a_shelter() -> None:
    assert not standing([event(1, Happening.RETURNED, certain=False), event(2, Happening.AT_SHELTER, minute=5)]).safe


def test_two_who_say_absent_do_not_count_when_somebody_saw_the_person_between_them() -> None:
    absent = [event(1, Happening.NOT_PRESENT, by=WARDEN), event(3, Happening.NOT_PRESENT, minute=20, by=NEIGHBOUR)]
    assert standing(absent).safe
    assert not standing([*absent, event(2, Happening.REFUSED, minute=10, grade=Grade.REPORTED)]).safe


def test_going_home_dated_after_the_lift_but_told_before_it_does_not_count() -> None:
    early = MemberEvent(UUID(int=1), MEMBER, Happening.RETURNED, START + timedelta(hours=9), START, How.SPOKE, Grade.PROVEN, drill=False)
    assert not standing([early], lifted_at=START + timedelta(hours=1)).safe


def test_scanning_out_puts_a_person_back_on_the_list() -> None:
    assert not standing([event(1, Happening.AT_SHELTER), event(2, Happening.LEFT, minute=30)]).safe


def test_a_call_for_help_wins_over_every_earlier_arrival() -> None:
    stand = standing([event(1, Happening.AT_SHELTER), event(2, Happening.NEED_HELP, minute=30)])
    assert stand.needs_help
    assert not stand.safe


def test_an_arrival_does_not_close_a_call_for_help_but_a_named_person_does() -> None:
    called = [event(1, Happening.NEED_HELP), event(2, Happening.AT_SHELTER, minute=10)]
    assert standing(called).needs_help
    assert standing([*called, event(3, Happening.HELP_CLOSED, minute=20)]).needs_help
    closed = standing([*called, event(3, Happening.HELP_CLOSED, minute=20, by=WARDEN)])
    assert closed.safe
    assert not closed.needs_help


def test_safe_without_a_place_outside_the_area_is_not_safe() -> None:
    assert not standing([event(1, Happening.AT_SHELTER), event(2, Happening.SAFE_ELSEWHERE, minute=30, clear=False)]).safe


def test_one_person_saying_absent_is_not_enough_and_the_same_person_twice_neither() -> None:
    once = event(1, Happening.NOT_PRESENT, by=WARDEN)
    assert not standing([once]).safe
    assert not standing([once, event(2, Happening.NOT_PRESENT, minute=1, by=WARDEN)]).safe
    assert standing([once, event(2, Happening.NOT_PRESENT, minute=1, by=NEIGHBOUR)]).safe


def test_going_home_counts_only_after_the_order_was_lifted() -> None:
    home = event(1, Happening.RETURNED, minute=60)
    assert not standing([home]).safe
    assert not standing([home], lifted_at=START + timedelta(minutes=61)).safe
    assert standing([home], lifted_at=START + timedelta(minutes=59)).safe


def test_taking_a_tick_back_puts_the_person_back_and_taking_that_back_again_too() -> None:
    tick = event(1, Happening.WITH_RELATIVES)
    back = event(2, Happening.ANNULLED, minute=1, annuls=tick.id)
    again = event(3, Happening.ANNULLED, minute=2, annuls=back.id)
    assert not standing([tick, back]).safe
    assert standing([tick, back, again]).safe


def test_seen_at_two_shelters_within_minutes_is_counted_once_and_marked_to_verify() -> None:
    stand = standing([event(1, Happening.AT_SHELTER, place=SHELTER_A), event(2, Happening.AT_SHELTER, minute=4, place=SHELTER_B)])
    assert stand.safe
    assert stand.verify
    assert set(stand.seen_at) == {SHELTER_A, SHELTER_B}


def test_seen_at_a_second_shelter_much_later_is_a_move() -> None:
    stand = standing([event(1, Happening.AT_SHELTER, place=SHELTER_A), event(2, Happening.AT_SHELTER, minute=45, place=SHELTER_B)])
    assert stand.safe
    assert not stand.verify


def test_where_clocks_leave_the_order_open_the_less_safe_event_wins() -> None:
    events = [event(1, Happening.LEFT, minute=0, certain=False), event(2, Happening.AT_SHELTER, minute=3, place=SHELTER_A)]
    stand = standing(events)
    assert not stand.safe
    assert stand.verify


KINDS = [kind for kind in Happening if kind is not Happening.ANNULLED]
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 40), st.sampled_from(list(Grade)), st.booleans(), st.sampled_from([WARDEN, NEIGHBOUR])),
    max_size=6,
)


def told(raw: list[tuple[Happening, int, Grade, bool, UUID]], *, annulled: bool = False) -> list[MemberEvent]:
    events = [
        event(n + 1, kind, minute=minute, grade=grade, certain=certain, by=by, place=SHELTER_A) for n, (kind, minute, grade, certain, by) in enumerate(raw)
    ]
    if annulled and events:
        events.append(event(99, Happening.ANNULLED, minute=50, annuls=events[0].id))
    return events


@given(HAPPENINGS, st.randoms(), st.booleans())
@settings(max_examples=150)
def test_neither_order_nor_repeats_of_arrival_change_the_picture(raw: list[tuple[Happening, int, Grade, bool, UUID]], dice: object, annulled: bool) -> None:
    events = told(raw, annulled=annulled)
    shuffled = [*events, *events[:3]]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert standing(shuffled) == standing(events)


@given(HAPPENINGS)
@settings(max_examples=150)
def test_nobody_is_ever_safe_without_a_proof_that_still_stands(raw: list[tuple[Happening, int, Grade, bool, UUID]]) -> None:
    events = told(raw)
    stand = standing(events)
    if stand.safe:
        assert stand.whereabouts is not None
        assert stand.whereabouts.grade is Grade.PROVEN
        assert stand.whereabouts in living(events)
        assert not stand.needs_help


@given(HAPPENINGS)
@settings(max_examples=100)
def test_a_call_for_help_at_the_end_always_wins(raw: list[tuple[Happening, int, Grade, bool, UUID]]) -> None:
    stand = standing([*told(raw), event(90, Happening.NEED_HELP, minute=60)])
    assert stand.needs_help
    assert not stand.safe


def test_every_order_of_a_small_story_ends_the_same() -> None:
    story = [
        event(1, Happening.AT_SHELTER, place=SHELTER_A),
        event(2, Happening.LEFT, minute=20, place=SHELTER_A),
        event(3, Happening.NEED_HELP, minute=25),
        event(4, Happening.WITH_RELATIVES, minute=40),
        event(5, Happening.HELP_CLOSED, minute=50, by=WARDEN),
    ]
    ends: set[Standing] = {standing(order) for order in permutations(story)}
    assert len(ends) == 1
    assert ends.pop().safe
