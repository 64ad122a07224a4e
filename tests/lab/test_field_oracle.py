"""The oracle of the field on evenings written by hand: copies, visits, reports, gates."""

import json
from typing import Any

from lab.stories.field_oracle import reckon

Row = dict[str, Any]


def copy(person: str, state: str = "sent", reason: str | None = None, **more: Any) -> Row:
    return {"type": "delivery", "message": "m", "subject": "notice", "person": person, "state": state, "reason": reason, **more}


def visit(person: str) -> Row:
    return {"type": "visit", "message": "m", "person": person, "responsible": "warden"}


def report(number: str | None = "R-0725-0001", **more: Any) -> Row:
    plain = {"kind": "flood", "for_self": True, "state": "filed", "photos": 2, "hurt": 0, "trapped": 0}
    return {"type": "report", "id": f"id {number}", "number": number, **plain, **more}


def step(kind: str, minute: int, number: str = "R-0725-0001") -> Row:
    return {"type": "report_event", "report": f"id {number}", "kind": kind, "at": f"2026-07-25T20:{minute:02}:00+00:00"}


def passing(person: str, direction: str, minute: int, *, site: str = "dam", outcome: str = "accepted") -> Row:
    at = f"2026-07-25T20:{minute:02}:00+00:00"
    return {"type": "gate", "site": site, "person": person, "direction": direction, "outcome": outcome, "how": "scan", "at": at}


def counted(*rows: Row) -> tuple[dict[str, Any], Row]:
    return reckon(json.dumps(row) for row in rows)


def test_every_copy_is_counted_once_and_what_is_leased_still_waits() -> None:
    numbers, _ = counted(copy("a"), copy("b", "leased"), copy("c", "pending"), copy("d", "unknown"), copy("e", "failed", "no_chat"))
    assert numbers["notices"] == {"targets": 5, "sent": 1, "failed": 1, "pending": 2, "unknown": 1}


def test_other_messages_are_no_copies_of_a_notice() -> None:
    numbers, behind = counted(copy("a"), copy("a", subject="order_issued"), visit("z") | {"message": "other"})
    assert (numbers["notices"]["targets"], numbers["visit_tasks"], behind["told"]) == (1, 0, {"a": "sent"})


def test_whoever_one_copy_reached_or_may_reach_needs_no_visit() -> None:
    lost = [copy(person, "failed", "blocked") for person in "abc"]
    _, behind = counted(*lost, copy("a"), copy("b", "pending"), visit("c"))
    assert (behind["must_visit"], behind["visited"], behind["responsible"]) == ({"c"}, ["c"], {"warden"})


def test_a_report_stands_where_its_last_step_brought_it() -> None:
    steps = [step("filed", 0), step("closed", 9), step("verified", 3), step("assigned", 5)]
    numbers, behind = counted(report(), *steps, report(None))
    assert (numbers["reports"], behind["reports"]["R-0725-0001"]["stands"]) == (1, "closed")
    assert counted(report(), *steps, step("reopened", 12))[1]["reports"]["R-0725-0001"]["stands"] == "verified"
    assert counted(report(), step("filed", 0), step("refused", 2))[1]["reports"]["R-0725-0001"]["stands"] == "filed"


def test_somebody_is_where_they_came_in_last_and_did_not_go_out() -> None:
    rows = [passing("a", "in", 0), passing("b", "in", 1), passing("b", "out", 5), passing("b", "in", 6), passing("c", "in", 2, outcome="refused")]
    numbers, behind = counted(*rows, passing("a", "in", 9, site="mill"), passing("d", "in", 3), passing("d", "auto_close", 30))
    assert (numbers["on_site"], behind["inside"]) == (2, {"mill": {"a"}, "dam": {"b"}})


def test_the_order_of_the_lines_says_nothing() -> None:
    rows = [passing("a", "in", 0), passing("a", "out", 5), passing("a", "in", 6), passing("a", "out", 9)]
    assert counted(*rows)[0]["on_site"] == counted(*reversed(rows))[0]["on_site"] == 0


def test_going_out_elsewhere_leaves_nobody_less_here() -> None:
    assert counted(passing("a", "in", 0), passing("a", "out", 5, site="mill"))[1]["inside"] == {"dam": {"a"}}
