"""The oracle of a day without a network, on days written by hand: each case is what the design says in words."""

import json
from typing import Any

import pytest

from lab.stories.offline_oracle import ends, reckon

Row = dict[str, Any]
KIND = {"shelter_in": "at_shelter", "shelter_out": "left", "to_relatives": "with_relatives"}


def at(minute: float) -> str:
    return f"2026-07-25T{int(minute // 60):02}:{int(minute % 60):02}:{int(minute * 60 % 60):02}+00:00"


def shown(person: str, minute: float, place: str | None = "A", *, purpose: str = "shelter_in", kept: bool = True, undone: bool = False) -> Row:
    return {"person": person, "door": "d", "purpose": purpose, "place": place, "at": at(minute), "kept": kept, "undone": undone}


def held(*rows: Row, certain: bool = True) -> list[Row]:
    """The export of a house that took all of these as they were."""
    lines: list[Row] = [{"type": "order", "id": "o"}]
    lines += [{"type": "member", "id": f"m-{person}", "person": person, "walk_in": False} for person in sorted({row["person"] for row in rows})]
    for n, row in enumerate(rows):
        if row["kept"]:
            same = {part: row[part] for part in ("place", "at")}
            lines.append({"type": "scan", "id": f"s{n}", "key": f"k{n}", "outcome": "accepted", "person": row["person"], "purpose": row["purpose"], **same})
            event = {"type": "event", "id": f"e{n}", "member": f"m-{row['person']}", "kind": KIND[row["purpose"]], "certain": certain, **same}
            lines.append(event | {"scan": f"s{n}", "annuls": None})
        if row["undone"]:
            lines.append(event | {"id": f"u{n}", "kind": "annulled", "scan": None, "annuls": f"e{n}"})
    return lines


def told(lines: list[Row], *rows: Row) -> tuple[dict[str, int], set[str], list[str]]:
    return reckon(map(json.dumps, lines), rows, {})


DAY = (shown("wang", 10), shown("li", 12, "B"), shown("zhao", 15, None, purpose="to_relatives"))


def test_a_day_on_which_all_was_taken_adds_up() -> None:
    numbers, clashing, words = told(held(*DAY), *DAY)
    assert numbers == {"people": 3, "scans": 3, "uploaded": 3, "lost": 0, "double_counted": 0, "conflicts": 0, "at_shelter": 2, "with_relatives": 1}
    assert (clashing, words) == (set(), [])


def test_a_scan_that_is_not_in_the_export_is_lost() -> None:
    lines = [row for row in held(*DAY) if row.get("id") not in ("s1", "e1")]
    numbers, _, words = told(lines, *DAY)
    assert (numbers["uploaded"], numbers["lost"]) == (2, 1)
    assert any("is not in the export" in line for line in words)


def test_a_scan_without_its_event_leaves_somebody_on_the_list_and_is_told() -> None:
    _, _, words = told([row for row in held(*DAY) if row.get("id") != "e0"], *DAY)
    assert words == ["wang: kind is at_shelter, the export says None", "wang: place is A, the export says None"]


def test_a_scan_that_is_counted_beyond_what_was_shown_is_double() -> None:
    lines = [*held(*DAY), held(*DAY)[4] | {"id": "again", "key": "other"}]
    numbers, _, words = told(lines, *DAY)
    assert (numbers["double_counted"], numbers["lost"]) == (1, 0)
    assert any("is counted beyond what was shown" in line for line in words)


def test_what_the_phone_called_known_must_not_be_counted() -> None:
    again = shown("wang", 10.5, kept=False)
    assert told(held(*DAY), *DAY, again)[0]["double_counted"] == 0
    assert told(held(*DAY, shown("wang", 10.5)), *DAY, again)[0]["double_counted"] == 1


def test_two_shelters_within_ten_minutes_are_a_conflict_and_one_person() -> None:
    rows = (shown("wang", 10, "A"), shown("wang", 14, "B"))
    numbers, clashing, words = told(held(*rows), *rows)
    assert (numbers["conflicts"], numbers["at_shelter"], clashing, words) == (1, 1, {"wang"}, [])


@pytest.mark.parametrize(
    "rows",
    [
        (shown("wang", 10, "A"), shown("wang", 31, "B")),
        (shown("wang", 10, "A"), shown("wang", 12, "A", purpose="shelter_out"), shown("wang", 14, "B")),
        (shown("wang", 10, "A", undone=True), shown("wang", 14, "B")),
        (shown("wang", 10, "A"), shown("wang", 14, "B"), shown("wang", 60, "B")),
        (shown("wang", 10, "A"), shown("wang", 14, "A")),
    ],
    ids=["moved", "left in between", "taken back", "seen again later", "the same shelter"],
)
def test_these_are_no_conflict(rows: tuple[Row, ...]) -> None:
    numbers, clashing, words = told(held(*rows), *rows)
    assert (numbers["conflicts"], clashing, words) == (0, set(), [])


def test_what_was_taken_back_never_happened() -> None:
    rows = (shown("wang", 10, undone=True),)
    numbers, _, words = told(held(*rows), *rows)
    assert (numbers["scans"], numbers["uploaded"], numbers["at_shelter"], words) == (1, 1, 0, [])
    lines = [row for row in held(*rows) if row.get("kind") != "annulled"]
    assert told(lines, *rows)[2] == ["wang: kind is None, the export says at_shelter", "wang: place is None, the export says A"]


def test_a_wrong_instant_is_told_unless_the_clock_is_called_uncertain() -> None:
    rows, later = (shown("wang", 10),), (shown("wang", 17),)
    assert told(held(*later), *rows)[2] == ["wang: shelter_in is dated 0:07:00 off by a clock that is called certain"]
    assert told(held(*later, certain=False), *rows)[2] == []


def test_of_two_within_one_instant_the_less_safe_one_is_the_end() -> None:
    from datetime import datetime

    now = datetime.fromisoformat(at(5))
    assert ends([(now, "left", "A"), (now, "at_shelter", "A")])["kind"] == "left"
