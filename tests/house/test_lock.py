"""The lock: names, versions and hashes, in two halves, and everything that pyproject.toml asks for."""

import re
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.house.sources import ROOT, pyproject

DEVELOPMENT = "# development\n"
PINNED = re.compile(r"([a-z0-9.-]+)==([0-9][^ ;]*)( ; [^;\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
PROJECT: Any = pyproject()
NEEDED = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
EXTRAS = [each for extra in PROJECT["project"]["optional-dependencies"].values() for each in extra]
WORKSHOP = [*PROJECT["dependency-groups"]["dev"], *EXTRAS]


def halves() -> tuple[str, str]:
    run, development = (ROOT / "requirements.lock").read_text(encoding="utf-8").split(DEVELOPMENT)
    return run, development


def pinned(half: str) -> dict[str, str]:
    """Name to version."""
    return {found[1]: found[2] for line in half.splitlines() if (found := PINNED.fullmatch(line))}


def test_the_lock_holds_names_versions_and_hashes_only() -> None:
    lines = "".join(halves()).splitlines()
    assert not [line for line in lines if not PINNED.fullmatch(line) and not HASH.fullmatch(line)]


def test_every_version_has_its_hashes() -> None:
    lines = "".join(halves()).splitlines()
    assert not [line for line, following in zip(lines, [*lines[1:], ""], strict=True) if PINNED.fullmatch(line) and not HASH.fullmatch(following)]


def test_no_package_is_in_both_halves() -> None:
    run, development = map(pinned, halves())
    assert not set(run) & set(development)


@pytest.mark.parametrize("asked", NEEDED)
def test_what_the_program_needs_is_in_the_first_half(asked: str) -> None:
    wanted = Requirement(asked)
    assert wanted.specifier.contains(pinned(halves()[0])[wanted.name.lower()])


@pytest.mark.parametrize("asked", WORKSHOP)
def test_what_its_tests_need_is_in_the_lock(asked: str) -> None:
    wanted = Requirement(asked)
    assert wanted.specifier.contains(pinned("".join(halves()))[wanted.name.lower()])


def test_the_extras_are_no_part_of_the_first_half() -> None:
    """`make run` downloads what one machine needs and no more."""
    assert not {Requirement(asked).name for asked in WORKSHOP} & set(pinned(halves()[0]))


def test_what_builds_the_wheel_is_pinned_and_is_what_the_lock_holds() -> None:
    requires = PROJECT["build-system"]["requires"]
    assert sorted(requires) == sorted(PROJECT["dependency-groups"]["build"])
    assert {Requirement(each).name: pinned(halves()[0])[Requirement(each).name] for each in requires} == dict(each.split("==") for each in requires)
