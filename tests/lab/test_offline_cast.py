"""The plan of a day without a network: what it promises, for any seed."""

from collections import Counter

import pytest

from lab.stories.offline_cast import BEGINS, DOORS, HOURS, Day, Purpose, Twice, Via, planned


@pytest.fixture(scope="module", params=[1, 2, 77])
def day(request: pytest.FixtureRequest) -> Day:
    return planned(request.param, people=400)


def test_the_same_seed_makes_the_same_day(day: Day) -> None:
    assert planned(1, people=60) == planned(1, people=60)
    assert planned(1, people=60) != planned(2, people=60)


def test_four_hundred_people_are_listed_and_most_of_them_come(day: Day) -> None:
    came = {name for act in day.acts for name in act.names}
    assert len(day.evening.people) == 400
    assert 340 < len(came) < 400


def test_one_in_twenty_scans_is_a_double_in_each_of_three_ways(day: Day) -> None:
    kinds = Counter(act.twice for act in day.acts if act.twice)
    first = sum(not act.twice for act in day.acts)
    assert set(kinds) == {Twice.AT_ONCE, Twice.ELSEWHERE, Twice.MOVED}
    assert 0.04 < kinds.total() / first < 0.06


def test_every_way_of_scanning_and_every_purpose_occurs(day: Day) -> None:
    assert {act.via for act in day.acts} == set(Via)
    assert not any(act.household for act in day.acts if act.via is Via.CAMERA)
    assert {act.purpose for act in day.acts} == set(Purpose)
    assert any(act.household for act in day.acts)
    assert any(act.undone for act in day.acts)


def test_everything_lies_within_the_day_and_in_order(day: Day) -> None:
    minutes = [act.minute for act in day.acts]
    assert minutes == sorted(minutes)
    assert minutes[0] >= BEGINS and minutes[-1] < HOURS * 60 - 5


def test_who_is_scanned_at_two_doors_within_ten_minutes_is_not_seen_afterwards(day: Day) -> None:
    for double in (act for act in day.acts if act.twice is Twice.ELSEWHERE):
        assert max(act.minute for act in day.acts if double.names[0] in act.names) == double.minute


def test_a_household_card_is_scanned_for_people_of_one_household(day: Day) -> None:
    homes = [set(names) for names in day.households.values()]
    for act in (act for act in day.acts if act.household):
        assert len(act.names) > 1
        assert any(set(act.names) <= home for home in homes)


def test_every_door_has_a_keeper_of_its_own(day: Day) -> None:
    assert len({door.phone for door in day.doors}) == len(DOORS)
    assert {hall.name for hall in day.halls} == {door.place for door in DOORS}
