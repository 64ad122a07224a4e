"""What a story says when notices, reports or gates do not add up: each difference in words, and silence when all is well."""

import json
from collections import Counter
from typing import Any

import pytest

from lab.stories.duty import SITE, on_duty
from lab.stories.field import Field, Filed
from lab.stories.field_oracle import reckon
from lab.stories.field_reckoning import differences, not_held, too_many
from lab.stories.house import Said

Row = dict[str, Any]
NAMES = {"w": "warden", "a": "ann", "b": "bo", "c": "cai"}


def told() -> Field:
    """Two with a chat got the notice, one without is to be visited; one report with two photos was closed; bo went in."""
    field = Field(frozenset({"ann", "bo"}), frozenset({"cai"}), "warden", "N-0725-0001", {"ann", "bo"}, {"cai"})
    field.reports["R-0725-0001"] = Filed("R-0725-0001", "ann", "flood", True, 2, 0, 1, "closed", ("verified", "closed"))
    field.passed("bo", "in", how="scan")
    field.refused("cai")
    return field


def export() -> list[Row]:
    gate = {"type": "gate", "site": "s", "at": "2026-07-25T20:00:00+00:00", "direction": "in", "how": "scan"}
    kinds = enumerate(("filed", "verified", "closed"))
    steps = [{"type": "report_event", "report": "r", "kind": kind, "at": f"2026-07-25T20:0{n}:00+00:00"} for n, kind in kinds]
    return [
        *({"type": "delivery", "message": "m", "subject": "notice", "person": person, "state": "sent", "reason": None} for person in "ab"),
        {"type": "delivery", "message": "m", "subject": "notice", "person": "c", "state": "failed", "reason": "no_chat"},
        {"type": "visit", "message": "m", "person": "c", "responsible": "w"},
        {"type": "report", "id": "r", "number": "R-0725-0001", "kind": "flood", "for_self": True, "state": "closed", "photos": 2, "hurt": 0, "trapped": 1},
        *steps, gate | {"person": "b", "outcome": "accepted"}, gate | {"person": "c", "outcome": "refused"},
        {"type": "presence", "site": "s", "person": "b", "left_at": None},
    ]  # fmt: skip


RUN = {"targets": 3, "sent": 2, "failed": 1, "pending": 0, "unknown": 0}


def commands(*, photos: int = 2, inside: int = 1, number: str = "N-0725-0001", **run: int) -> list[Said]:
    """What the three lists say."""
    reports = [{"number": "R-0725-0001", "kind": "flood", "for_self": True, "state": "closed", "photos": photos, "hurt": 0, "trapped": 1}]
    answers = [json.dumps([{"number": number, "runs": [RUN | run]}]), json.dumps(reports), json.dumps({"site": "s", "name": SITE, "inside": inside})]
    return [Said(0, answer, "") for answer in answers]


def said(field: Field, rows: list[Row], lists: list[Said] | None = None) -> list[str]:
    truth, behind = reckon(json.dumps(row) for row in rows)
    return differences(field, truth, behind, NAMES, lists or commands())


def changed(at: int, **more: Any) -> list[Row]:
    rows = export()
    rows[at] |= more
    return rows


def test_agreement_says_nothing() -> None:
    assert said(told(), export()) == []
    assert list(not_held(told(), map(json.dumps, export()), NAMES)) == []


@pytest.mark.parametrize(("rows", "words"), [
    (changed(0, state="failed", reason="blocked"), "ann: has the notice, the export says blocked"),
    (changed(2, state="sent", reason=None), "cai: never saw the notice, the export says sent"),
    (export()[1:], "ann: has the notice, the export says no copy of the notice"),
    (export()[:3] + export()[4:], "visits: ['cai'] were not reached, there are tasks for []"),
    (changed(3, responsible="a"), "visits: {'a'} have to go, and not warden"),
    (changed(4, photos=1), "R-0725-0001: photos is 2 for its sender, 1 in the export, 2 in the list"),
    (changed(4, trapped=0), "R-0725-0001: trapped is 1 for its sender, 0 in the export, 1 in the list"),
    (changed(4, number=None), "R-0725-0001: its sender knows it, the export does not know it, the list knows it"),
    (changed(7, kind="assigned"), "R-0725-0001: the desk was told closed, its steps say assigned, the export closed, the list closed"),
    (export()[:8] + export()[9:], f"{SITE}: ['bo'] were told that they are in, the gate says [], the stays [], the list 1"),
    (changed(8, how="guard"), "bo: told 1 × in accepted by scan at the gate, the export holds 0"),
    (export()[:9] + export()[10:], "cai: told 1 × in refused by scan at the gate, the export holds 0"),
])  # fmt: skip
def test_each_difference_of_the_export_is_said(rows: list[Row], words: str) -> None:
    assert words in said(told(), rows)


@pytest.mark.parametrize(("lists", "words"), [
    (commands(photos=3), "R-0725-0001: photos is 2 for its sender, 2 in the export, 3 in the list"),
    (commands(inside=2), f"{SITE}: ['bo'] were told that they are in, the gate says ['bo'], the stays ['bo'], the list 2"),
    (commands(number="N-0725-0002"), "notices: the officer was told of N-0725-0001, the list shows ['N-0725-0002']"),
    (commands(sent=3), f"notices: the export holds {RUN}, the list shows [{RUN | {'sent': 3}}]"),
])  # fmt: skip
def test_each_difference_of_the_lists_is_said(lists: list[Said], words: str) -> None:
    assert words in said(told(), export(), lists)


def test_a_step_that_the_sender_never_heard_is_said() -> None:
    field = told()
    field.handled("R-0725-0001", "closed")
    field.heard("R-0725-0001", "verified")
    assert "R-0725-0001: the desk was told closed, its sender heard verified and closed and verified" in said(field, export())


def test_while_the_evening_goes_on_only_what_is_missing_is_certain() -> None:
    rows = changed(4, photos=1)
    assert list(not_held(told(), map(json.dumps, rows), NAMES)) == ["R-0725-0001: ann sent 2 photos, the export holds 1"]
    out = {"type": "gate", "site": "s", "person": "b", "at": "2026-07-25T21:00:00+00:00", "direction": "out", "how": "scan", "outcome": "accepted"}
    assert list(not_held(told(), map(json.dumps, [*export(), out]), NAMES)) == []


def test_more_doubles_than_can_be_excused_are_said() -> None:
    assert not list(too_many(3, flying=2, unknown=1))
    assert list(too_many(4, flying=2, unknown=1)) == ["4 messages came twice; 2 were in flight at kills, of 1 nobody knows"]


@pytest.mark.parametrize("seed", range(1, 41))
def test_every_seed_makes_a_duty_that_can_be_played(seed: int) -> None:
    duty = on_duty(seed)
    assert (len(duty.group), len(duty.chats), len({one.name for one in duty.group}), len({one.phone for one in duty.chats.values()})) == (40, 36, 40, 36)
    assert all(not one.phone for one in duty.unreached)
    reporters = [seen.role for seen in duty.seen]
    assert len(reporters) == len(set(reporters)) == 12
    assert {seen.album for seen in duty.seen} == {seen.for_self for seen in duty.seen} == {bool(seen.pin) for seen in duty.seen} == {True, False}
    assert all(1 <= seen.photos <= 4 and bool(seen.pin) != bool(seen.words) for seen in duty.seen)
    assert Counter(seen.ends for seen in duty.seen)["closed"] >= 3
    assert on_duty(seed) == duty
