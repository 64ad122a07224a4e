"""Any evening at all: the fold agrees with the story's oracle, needs no order of arrival, and errs only towards a visit too many."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rollcall import SAFE, WHEREABOUTS, Grade, Happening, How, MemberEvent, Standing, standing
from lab.stories.oracle import member_stands

MEMBER = UUID(int=1)
PEOPLE = (None, UUID(int=201), UUID(int=202))
PLACES = (None, UUID(int=101), UUID(int=102))
START = datetime(2026, 7, 25, 10, 0, tzinfo=UTC)
MINUTES = (0, 1, 2, 5, 9, 10, 11, 30, 60)
LIFT = st.sampled_from([None, *(START + timedelta(minutes=minute) for minute in (0, 5, 30))])
MOST = 7


@st.composite
def evenings(draw: st.DrawFn) -> list[MemberEvent]:
    """Some events of one member, also at one instant, by doubtful clocks, about each other and in any order."""
    count = draw(st.integers(0, MOST))
    made = []
    for number in range(1, count + 1):
        at = START + timedelta(minutes=draw(st.sampled_from(MINUTES)))
        made.append(
            MemberEvent(
                UUID(int=draw(st.sampled_from([0, 1])) << 64 | number), MEMBER, draw(st.sampled_from(list(Happening))), at,
                at + timedelta(minutes=draw(st.sampled_from([0, 20]))), draw(st.sampled_from(list(How))), draw(st.sampled_from(list(Grade))),
                drill=False, by=draw(st.sampled_from(PEOPLE)), place=draw(st.sampled_from(PLACES)), clear=draw(st.booleans()), certain=draw(st.booleans()),
            )
        )  # fmt: skip
    for number, event in enumerate(made[1:], 1):
        if event.kind is Happening.ANNULLED:
            made[number] = MemberEvent(**{name: getattr(event, name) for name in event.__slots__} | {"annuls": made[draw(st.integers(0, number - 1))].id})
    return draw(st.permutations(made))


def exported(event: MemberEvent) -> dict[str, object]:
    """As `mashang export events` says it."""
    return {
        "id": str(event.id), "kind": event.kind.value, "how": event.how.value, "grade": event.grade.value, "at": event.at_effective.isoformat(),
        "received": event.at_received.isoformat(), "by": str(event.by) if event.by else None, "clear": event.clear, "certain": event.certain,
        "annuls": str(event.annuls) if event.annuls else None,
    }  # fmt: skip


@settings(max_examples=400)
@given(evenings(), LIFT)
def test_on_any_evening_the_fold_agrees_with_the_oracle(events: list[MemberEvent], lifted_at: datetime | None) -> None:
    ours = standing(events, lifted_at=lifted_at)
    truth = member_stands([exported(event) for event in events], lifted_at=lifted_at)
    where = ours.whereabouts
    said = (ours.safe, ours.needs_help, where and where.kind.value, where and where.how.value, ours.reported is not None)
    assert said == (truth["safe"], truth["needs_help"], truth["kind"], truth["how"], truth["reported"])


@settings(max_examples=200)
@given(evenings(), LIFT, st.randoms(use_true_random=False))
def test_neither_the_order_of_arrival_nor_repeats_matter(events: list[MemberEvent], lifted_at: datetime | None, random: object) -> None:
    again = [*events, *events[: len(events) // 2]]
    random.shuffle(again)  # type: ignore[attr-defined]
    assert standing(again, lifted_at=lifted_at) == standing(events, lifted_at=lifted_at)


@settings(max_examples=300)
@given(evenings(), LIFT)
def test_nobody_is_safe_whose_last_word_is_not(events: list[MemberEvent], lifted_at: datetime | None) -> None:
    """The naive list: nothing annulled, no clock doubted; whose latest proven instant says anything but safe, or nothing was proven, is not safe."""
    plain = [event for event in events if event.kind is not Happening.ANNULLED]
    stand: Standing = standing(plain, lifted_at=lifted_at)
    proven = [event for event in plain if event.kind in WHEREABOUTS and event.grade is Grade.PROVEN]
    latest = [event for event in proven if event.at_effective == max(other.at_effective for other in proven)]
    if not latest or any(event.kind not in SAFE for event in latest):
        assert not stand.safe
