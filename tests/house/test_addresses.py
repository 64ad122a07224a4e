"""The repository speaks of the project alone: no download address in a lock, no path of anybody's machine."""

import subprocess

import pytest

from tests.house.sources import ROOT

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


def test_no_file_holds_an_address_to_download_from_or_a_path_of_a_machine() -> None:
    found = []
    for name in tracked():
        raw = (ROOT / name).read_bytes()
        if b"\0" not in raw[:8192]:
            text = raw.decode("utf-8", errors="replace")
            found += [f"{name}: {foreign}" for foreign in FOREIGN if foreign in text]
    assert not found
