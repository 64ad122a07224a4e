"""Codes by command: a reason for each, what ends soon, and lines that a program can read."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.app.test_imports_by_command import DIVISIONS, VILLAGE, Office

LIST = f"name,phone,area_code,household\n林大山,13905780001,{VILLAGE},1\n王小娥,13905780002,{VILLAGE},1\n叶建国,13905780003,{VILLAGE},2\n"


@pytest.fixture
def village(tmp_path: Path) -> Office:
    office, people = Office(tmp_path), tmp_path / "people.csv"
    assert office.run("init", "--root-key", str(tmp_path / "away" / "root.pem"))[0] == 0
    office.table("areas", "import", str(DIVISIONS))
    people.write_text(LIST, encoding="utf-8")
    office.table("people", "import", str(people))
    return office


def lines(office: Office, *words: str) -> list[dict[str, Any]]:
    code, out, err = office.run("codes", *words, "--json")
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


def test_every_household_gets_a_card_once_and_the_register_lists_them(village: Office) -> None:
    issued = lines(village, "issue", "--kind", "household", "--area", VILLAGE, "--reason", "printed")
    assert len(issued) == 2
    assert lines(village, "issue", "--kind", "household", "--area", VILLAGE, "--reason", "printed") == []
    listed = lines(village, "list", "--area", VILLAGE, "--kind", "household")
    assert {line["short"] for line in listed} == {line["short"] for line in issued}
    assert all(line["reason"] == "printed" and line["ends_within_60_days"] is False for line in listed)


def test_nothing_is_issued_without_a_reason_of_the_list(village: Office) -> None:
    assert village.run("codes", "issue", "--kind", "household", "--area", VILLAGE)[0] == 2
    assert village.run("codes", "blanks", "2", "--area", VILLAGE, "--reason", "because")[0] == 2
    assert village.run("codes", "issue", "--kind", "castle", "--area", VILLAGE, "--reason", "other")[0] == 2


def test_a_card_is_replaced_by_phone_or_by_its_characters_and_withdrawn(village: Office) -> None:
    (first,) = lines(village, "replace", "13905780001", "--reason", "lost")
    (second,) = lines(village, "replace", first["short"], "--reason", "damaged")
    assert first["holder"] == second["holder"]
    assert village.run("codes", "revoke", second["short"])[0] == 0
    assert village.run("codes", "replace", "13905780001", "--reason", "lost")[0] == 1
    (again,) = lines(village, "issue", "--kind", "person", "--phone", "13905780001", "--reason", "other")
    states = {line["short"]: line["status"] for line in lines(village, "list", "--area", VILLAGE, "--kind", "person")}
    assert [states[one["short"]] for one in (first, second, again)] == ["replaced", "revoked", "live"]


def test_blank_cards_teams_and_passes_are_issued(village: Office) -> None:
    assert len(lines(village, "blanks", "3", "--area", VILLAGE, "--reason", "drill")) == 3
    (team,) = lines(village, "issue", "--kind", "team", "--name", "救援一队", "--area", VILLAGE, "--reason", "other")
    assert team["text"].startswith("HTTPS://LS.EXAMPLE.ORG/S/")
    (device,) = lines(village, "issue", "--kind", "device", "--holder", str(UUID(int=7)), "--area", VILLAGE, "--reason", "other")
    assert (device["area"], device["holder_kind"]) == (VILLAGE, "device")
    assert village.run("codes", "issue", "--kind", "pass", "--holder", "x", "--area", VILLAGE, "--reason", "other")[0] == 1


def test_the_listing_for_printing_says_when_each_ends(village: Office) -> None:
    listed = lines(village, "list", "--area", VILLAGE)
    assert {line["name"] for line in listed} == {"林大山", "王小娥", "叶建国"}
    assert all(line["expires_at"] > line["issued_at"] for line in listed)
