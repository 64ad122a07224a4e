"""The committed vectors, read by the scanner's own JavaScript as they say. tests/codes/test_vectors.py asks Python the same."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lab.node import asked
from tests.codes.test_vectors import CASES, FRAME, held

LISTS, SHORT = held("lists"), held("short_codes")


def text_of(case: dict[str, Any]) -> str:
    return str(case["text"] if "text" in case else case["repeat"][0] * case["repeat"][1])


@cache
def answers() -> dict[str, Any]:
    """Everything in one run of node."""
    found: dict[str, Any] = asked(Path(__file__).with_name("read.mjs"), {
        "frame": FRAME,
        "texts": [text_of(case) for _, case in CASES],
        "lists": {name: [case["text"] for case in LISTS[name]] for name in ("trust", "revoked")},
        "short": {"typed": [one["text"] for one in SHORT["typed"]], "codes": [one["code"] for one in SHORT["made"]] + SHORT["wrong"]},
    })  # fmt: skip
    return found


def as_vector(payload: dict[str, Any] | None) -> dict[str, Any] | None:
    """A payload as verify.js gives it, in the words of the vectors."""
    if payload is None:
        return None
    return {
        "iss": payload["issuer"], "kind": payload["kind"], "cti": payload["cti"], "iat": payload["issuedAt"] // 1000,
        "exp": payload["expiresAt"] // 1000, "scope": payload["scope"], "drill_only": payload["drillOnly"], "live": payload["live"],
    }  # fmt: skip


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{group}: {case['name']}" for group, case in CASES])
def test_a_text_is_read_as_its_vector_says(number: int) -> None:
    case, reading = CASES[number][1], answers()["readings"][number]
    assert (reading["problem"], as_vector(reading["payload"])) == (case["problem"], case["payload"])


@pytest.mark.parametrize("name", ["trust", "revoked"])
def test_a_list_is_taken_or_refused_as_its_vector_says(name: str) -> None:
    wanted = {case["name"]: case["problem"] for case in LISTS[name]}
    assert len(wanted) == len(LISTS[name])
    assert dict(zip(wanted, answers()[name], strict=True)) == wanted


def test_short_codes_are_typed_and_refused_as_their_vectors_say() -> None:
    assert answers()["typed"] == [one["code"] for one in SHORT["typed"]]
    right = [{"valid": True, "grouped": one["grouped"]} for one in SHORT["made"]]
    assert answers()["codes"][: len(right)] == right
    assert not any(one["valid"] for one in answers()["codes"][len(right) :])
