"""The scanner's scripts as they are written: short, without markup from text, and for phones that are years old."""

import json
import re
import subprocess
from pathlib import Path
from uuid import RFC_4122, UUID

import pytest

from lab.node import node
from tests.house.test_sizes import FILE_LINES
from tests.web.scanner.test_bundle import OURS

SCRIPTS = sorted(OURS.glob("*.js"))
MARKUP = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|parseFromString|srcdoc|eval)\b|document\.write|new Function|javascript:"
)
NEWER = re.compile(
    r"\?\?=|\|\|=|&&=|\.replaceAll\(|\.at\(|\bstructuredClone\b|Object\.hasOwn\b|\bstatic \{|\.findLast|Promise\.(?:any|withResolvers)|crypto\.randomUUID"
    r"|\bthis\.#|^\s*#\w+|AggregateError|Array\.fromAsync"
)
"""What Chrome 80 does not know: the oldest that the scanner is written for."""
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_short_and_makes_no_markup_and_is_understood_by_old_phones(script: Path) -> None:
    whole = script.read_text(encoding="utf-8")
    assert len(whole.splitlines()) <= FILE_LINES
    bare = COMMENT.sub("", whole)
    assert MARKUP.findall(bare) == []
    assert [line for line in bare.splitlines() if NEWER.search(line)] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_well_formed(script: Path) -> None:
    done = subprocess.run([node(), "--check", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_comes_from_elsewhere() -> None:
    for script in SCRIPTS:
        sources = re.findall(r"(?:from|import\()\s*[\"'](.*?)[\"']", script.read_text(encoding="utf-8"))
        assert all(re.fullmatch(r"(?:\./|/scan/)[a-z0-9-]+\.js", source) for source in sources), script.name


def test_random_ids_are_uuids_and_no_two_are_alike() -> None:
    line = f"import({json.dumps((OURS / 'ids.js').as_uri())}).then(({{uuid}}) => console.log(Array.from({{length: 500}}, uuid).join(' ')))"
    made = subprocess.run([node(), "--eval", line], capture_output=True, text=True, check=True).stdout.split()
    assert len(set(made)) == 500
    assert {(UUID(one).version, UUID(one).variant, str(UUID(one)) == one) for one in made} == {(4, RFC_4122, True)}
