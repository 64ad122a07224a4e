"""The oracle on evenings written by hand: each case is what the design says in words."""

import json
from typing import Any

import pytest

from lab.stories.oracle import reckon

Row = dict[str, Any]
LIFTED = "2026-07-26T08:00:00+00:00"


def order(lifted_at: str | None = None) -> Row:
    return {"type": "order", "id": "o", "number": "E-0725-0001", "lifted_at": lifted_at}


def member(name: str, *, walk_in: bool = False) -> Row:
    return {"type": "member", "id": f"m-{name}", "order": "o", "person": name, "area": "331102104218", "walk_in": walk_in}


def event(name: str, kind: str, minute: int = 0, **more: Any) -> Row:
    at = f"2026-07-25T{20 + minute // 60:02}:{minute % 60:02}:00+00:00"
    plain = {"grade": "proven", "how": "scan", "by": "keeper", "clear": True, "certain": True, "annuls": None, "scan": None}
    return {"type": "event", "id": f"{name}-{kind}-{minute}", "member": f"m-{name}", "kind": kind, "at": at, **plain, **more}


def scan(outcome: str, purpose: str = "shelter_in") -> Row:
    return {"type": "scan", "outcome": outcome, "purpose": purpose}


def numbers(*rows: Row, lifted_at: str | None = None) -> dict[str, int]:
    return reckon(json.dumps(row) for row in (order(lifted_at), *rows))[0]


def safe(*events: Row, lifted_at: str | None = None) -> bool:
    return numbers(member("wang"), *events, lifted_at=lifted_at)["not_yet_safe"] == 0


def test_everybody_is_on_the_list_until_something_proves_otherwise() -> None:
    found = numbers(member("wang"), member("li"), event("li", "told", how="system"))
    assert (found["listed"], found["not_yet_safe"], found["at_shelter"]) == (2, 2, 0)


@pytest.mark.parametrize("kind", ["at_shelter", "with_relatives", "safe_elsewhere"])
def test_a_proven_arrival_takes_one_off_the_list(kind: str) -> None:
    found = numbers(member("wang"), event("wang", kind))
    assert (found["not_yet_safe"], found[kind]) == (0, 1)


def test_what_is_only_reported_stands_beside_the_list() -> None:
    found = numbers(member("wang"), event("wang", "with_relatives", grade="reported", how="heard"))
    assert (found["not_yet_safe"], found["reported"], found["with_relatives"]) == (1, 1, 0)


def test_a_later_arrival_outdates_a_report() -> None:
    found = numbers(member("wang"), event("wang", "at_shelter", grade="reported"), event("wang", "at_shelter", 5))
    assert (found["not_yet_safe"], found["reported"]) == (0, 0)


@pytest.mark.parametrize("kind", ["left", "moving", "refused", "forced"])
def test_a_reported_departure_puts_somebody_back(kind: str) -> None:
    assert not safe(event("wang", "at_shelter"), event("wang", kind, 30, grade="reported", how="heard"))


def test_being_persuaded_or_unreachable_says_nothing_about_where_somebody_is() -> None:
    assert safe(event("wang", "at_shelter"), event("wang", "persuading", 5), event("wang", "unreachable", 6))


def test_a_place_that_may_lie_inside_does_not_count() -> None:
    assert not safe(event("wang", "with_relatives", how="answer", clear=False))
    assert safe(event("wang", "with_relatives", how="answer", clear=False), event("wang", "with_relatives", 5, how="answer"))


def test_an_arrival_does_not_close_a_call_for_help_a_named_person_does() -> None:
    help_and_arrival = (event("wang", "need_help"), event("wang", "at_shelter", 10))
    assert not safe(*help_and_arrival)
    assert not safe(*help_and_arrival, event("wang", "help_closed", 20, by=None))
    assert safe(*help_and_arrival, event("wang", "help_closed", 20, by="warden"))


def test_what_was_annulled_never_happened_unless_the_annulment_was_annulled() -> None:
    arrival, undone = event("wang", "at_shelter"), event("wang", "annulled", 5, annuls="wang-at_shelter-0")
    assert not safe(arrival, undone)
    assert safe(arrival, undone, event("wang", "annulled", 6, annuls="wang-annulled-5"))


def test_absence_counts_when_a_second_person_says_so() -> None:
    assert not safe(event("wang", "not_present", by="a"), event("wang", "not_present", 5, by="a"))
    assert safe(event("wang", "not_present", by="a"), event("wang", "not_present", 5, by="b"))
    assert not safe(event("wang", "not_present", by="a"), event("wang", "left", 3), event("wang", "not_present", 5, by="b"))


def test_nobody_returns_before_the_order_is_lifted() -> None:
    assert not safe(event("wang", "returned", 30))
    assert not safe(event("wang", "returned", 30), lifted_at=LIFTED)
    assert safe(event("wang", "returned", 30, at="2026-07-26T09:00:00+00:00"), lifted_at=LIFTED)


def test_where_the_clocks_leave_it_open_the_less_safe_one_wins() -> None:
    assert not safe(event("wang", "left", 1), event("wang", "at_shelter", 5, certain=False))
    assert safe(event("wang", "left", 1), event("wang", "at_shelter", 30, certain=False))
    assert safe(event("wang", "left", 1), event("wang", "at_shelter", 5))


def test_the_order_of_arrival_and_repeats_change_nothing() -> None:
    told = [event("wang", "at_shelter", 1), event("wang", "left", 20), event("wang", "with_relatives", 40)]
    assert numbers(member("wang"), *told) == numbers(member("wang"), *reversed(told), *told)


def test_instants_are_compared_and_not_their_spelling() -> None:
    whole, fraction = event("wang", "at_shelter", at="2026-07-25T20:00:05+00:00"), event("wang", "left", at="2026-07-25T20:00:05.250000+00:00")
    assert not safe(whole, fraction)


def test_walk_ins_are_counted_apart_and_fill_no_gap() -> None:
    found = numbers(member("wang"), member("guest", walk_in=True), event("guest", "at_shelter"))
    assert (found["listed"], found["not_yet_safe"], found["walk_ins"], found["at_shelter"]) == (1, 1, 1, 1)


def test_scans_count_once_and_a_public_report_is_none() -> None:
    rows = [scan("accepted"), scan("accepted"), scan("repeat"), scan("refused"), scan("check"), scan("accepted", "reported_safe")]
    found = numbers(*rows)
    assert (found["scans"], found["repeats"]) == (2, 1)


def test_how_somebody_became_safe_is_told_by_the_event_that_decides() -> None:
    _, people = reckon(json.dumps(row) for row in (order(), member("wang"), event("wang", "safe_elsewhere", how="saw"), event("wang", "at_shelter", 20)))
    assert (people["wang"]["safe"], people["wang"]["kind"], people["wang"]["how"]) == (True, "at_shelter", "scan")
