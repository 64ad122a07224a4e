"""The committed vectors: the same bytes that the script writes, and read by our reader as they say."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from codes import deeplink, shortcode
from codes.errors import ListRefused, Problem
from codes.payload import Kind, instant, seconds
from codes.reading import read
from codes.signing import from_base64url, point
from codes.trustlist import RevokedList, TrustList, open_revoked, open_trust
from tests.vectors.codes import make_vectors

FOLDER = Path(make_vectors.__file__).parent
GROUPS = ("good", "doubtful", "not_ours", "other_spellings", "broken", "unproven")


def held(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


FRAME = held("frame")
NOW = instant(FRAME["now"])
ROOT = point(from_base64url(FRAME["root"]["x"]), from_base64url(FRAME["root"]["y"]))
CASES = [(group, case) for group in GROUPS for case in held(group)]


@cache
def in_use() -> tuple[TrustList, RevokedList]:
    trust = open_trust(FRAME["trust"], root=ROOT, now=NOW)
    return trust, open_revoked(FRAME["revoked"], trust=trust, now=NOW)


def test_the_script_writes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    make_vectors.write(tmp_path)
    written = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert written == {file.name: file.read_bytes() for file in FOLDER.glob("*.json")}


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{group}: {case['name']}" for group, case in CASES])
def test_a_text_is_read_as_its_vector_says(group: str, case: dict[str, Any]) -> None:
    trust, revoked = in_use()
    text = case["text"] if "text" in case else case["repeat"][0] * case["repeat"][1]
    reading = read(text, hosts=FRAME["hosts"], trust=trust, revoked=revoked, now=NOW)
    assert reading.problem == case["problem"]
    assert (reading.problem is None) is (group == "good")
    if case["payload"] is None:
        assert reading.payload is None
        return
    seen = reading.payload
    assert seen is not None
    assert case["payload"] == {
        "iss": seen.issuer, "kind": seen.kind.word, "cti": seen.cti.hex(), "iat": seconds(seen.issued_at), "exp": seconds(seen.expires_at),
        "scope": seen.scope, "drill_only": seen.drill_only, "live": seen.live,
    }  # fmt: skip


def test_every_problem_has_a_vector() -> None:
    assert {case["problem"] for _, case in CASES} == {None, *Problem}


def test_short_codes_are_made_typed_and_refused_as_their_vectors_say() -> None:
    vectors = held("short_codes")
    for one in vectors["made"]:
        code = shortcode.make(bytes.fromhex(one["random"]))
        assert (code, shortcode.grouped(code), shortcode.valid(code)) == (one["code"], one["grouped"], True)
    for one in vectors["typed"]:
        assert shortcode.normalise(one["text"]) == one["code"], one["text"]
    for code in vectors["wrong"]:
        assert shortcode.normalise(code) == code
        assert not shortcode.valid(code)


def test_deep_links_are_made_and_refused_as_their_vectors_say() -> None:
    vectors = held("deep_links")
    key = bytes.fromhex(vectors["key"])
    for one in vectors["made"]:
        kind, cti = Kind[one["kind"].upper()], bytes.fromhex(one["cti"])
        assert deeplink.make(kind, cti, key=key) == one["parameter"]
        assert deeplink.read(one["parameter"], key=key) == deeplink.DeepLink(kind, cti)
    for parameter in vectors["refused"]:
        assert deeplink.read(parameter, key=key) is None, parameter


@pytest.mark.parametrize("case", held("lists")["trust"], ids=lambda case: case["name"])
def test_a_trust_list_is_taken_or_refused_as_its_vector_says(case: dict[str, Any]) -> None:
    assert _problem(lambda: open_trust(case["text"], root=ROOT, now=NOW, newest=in_use()[0])) == case["problem"]


@pytest.mark.parametrize("case", held("lists")["revoked"], ids=lambda case: case["name"])
def test_a_list_of_revoked_codes_is_taken_or_refused_as_its_vector_says(case: dict[str, Any]) -> None:
    trust, newest = in_use()
    assert _problem(lambda: open_revoked(case["text"], trust=trust, now=NOW, newest=newest)) == case["problem"]


def _problem(opening: Any) -> str | None:
    try:
        opening()
    except ListRefused as refused:
        return refused.problem.value
    return None
