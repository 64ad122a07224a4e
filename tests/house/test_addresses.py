"""The repository speaks of the project alone: no download address in a lock, no path of anybody's machine."""

import re
import subprocess

import pytest

from tests.house.sources import ROOT

PINNED = re.compile(r"[a-z0-9.-]+==[0-9][^ ;]*( ; [^;\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
DEVELOPMENT = "# development\n"
# Written in pieces, so that this file does not hold what it looks for.
FOREIGN = tuple("".join(parts) for parts in (
    ("pypi", ".org"), ("python", "hosted.org"), ("registry.", "npmjs"), ("npm", "mirror.com"), ("mirrors.", "aliyun"), ("tuna.", "tsinghua"), ("unpkg", ".com"),
    ("jsdelivr", ".net"), ("cdnjs.", "cloudflare"), ("--index", "-url"), ("/ro", "ot/"), ("/ho", "me/"), ("/Us", "ers/"), ("/wo", "rk/"), ("file", ":///"),
))  # fmt: skip


def tracked() -> list[str]:
    """Every text file that is or is about to be in the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_lock_holds_names_versions_and_hashes_only() -> None:
    lines = (ROOT / "requirements.lock").read_text().replace(DEVELOPMENT, "").splitlines()
    assert not [line for line in lines if not PINNED.fullmatch(line) and not HASH.fullmatch(line)]


def test_the_lock_has_two_sections_without_a_package_in_both() -> None:
    halves = (ROOT / "requirements.lock").read_text().split(DEVELOPMENT)
    run, development = ([line.split("==")[0] for line in half.splitlines() if "==" in line] for half in halves)
    assert "aiogram" in run
    assert "hatchling" in run
    assert "pytest" in development
    assert not set(run) & set(development)


def test_no_file_holds_an_address_to_download_from_or_a_path_of_a_machine() -> None:
    found = []
    for name in tracked():
        raw = (ROOT / name).read_bytes()
        if b"\0" not in raw[:8192]:
            text = raw.decode("utf-8", errors="replace")
            found += [f"{name}: {foreign}" for foreign in FOREIGN if foreign in text]
    assert not found
