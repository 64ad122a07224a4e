"""Forged tokens: the scanner's JavaScript takes none, throws at none, and says of each what Python says; a reader with a hole is found out."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codes.errors import Problem
from lab.bench.fuzz_scanner import SCRIPTS, measured, missed
from tests.house.sources import ROOT

HOLES = {
    "the upper s": ("token.js", "return s > 0n && s <= ORDER / 2n;", "return true;"),
    "a second spelling": ("token.js", "if (toBase32(again) !== token)", "if (false)"),
    "bytes after the item": ("cbor.js", "if (reader.at !== data.length)", "if (false)"),
    "another kind's key": ("verify.js", "!key.kinds.includes(payload.kind)", "false"),
    "no signature": ("verify.js", "? null : \"bad_signature\"", "? null : null"),
    "an exception": ("cbor.js", "if (count > this.data.length - this.at) throw new Unreadable(\"malformed\");", ""),
}  # fmt: skip


def test_no_forged_token_is_taken_and_python_says_the_same_of_each() -> None:
    figures = measured(tokens=12_000, seed=4, compared=4_000)
    assert missed(figures) == [], figures["examples"]
    assert (figures["tokens"], figures["compared"]) == (12_000, 4_000)
    assert figures["words"].keys() == {"good", *(problem.value for problem in Problem)}


@pytest.mark.parametrize("hole", HOLES)
def test_a_reader_with_a_hole_is_found_out(hole: str, tmp_path: Path) -> None:
    name, right, wrong = HOLES[hole]
    scripts = shutil.copytree(SCRIPTS, tmp_path / "scan")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    whole = (scripts / name).read_text(encoding="utf-8")
    assert right in whole
    (scripts / name).write_text(whole.replace(right, wrong), encoding="utf-8")
    assert missed(measured(tokens=3_000, seed=5, compared=1_000, scripts=scripts))


def test_the_command_prints_one_json_object() -> None:
    words = ("bench", "fuzz-scanner", "--tokens", "500", "--compare", "100", "--seed", "6", "--json")
    done = subprocess.run([sys.executable, "-m", "app", *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert '"false_accepts": 0' in done.stdout
