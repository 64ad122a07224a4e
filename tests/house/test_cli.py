"""The command line: instant help, and four exit codes that mean what they say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

HEAVY = ("aiogram", "aiohttp", "sqlalchemy", "alembic", "PIL", "reportlab", "openpyxl", "cwt", "apscheduler", "zxingcpp", "jinja2", "playwright")
HELP_SECONDS = 1.0
TRIES = 3
ASKED = "import sys; sys.argv = ['mashang', '--help']\nfrom app.__main__ import main\ntry: main()\nfinally: print('LOADED', *sys.modules)"


def mashang(*words: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process and a folder of its own, with these settings and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MASHANG_")}
    environment = inherited | {"MASHANG_DATA_DIR": str(folder / "data")} | settings
    command = [sys.executable, "-m", "app", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=False)
    loaded = {name.partition(".")[0] for name in done.stdout.partition("LOADED")[2].split()}
    assert "typer" in loaded, done.stderr
    assert not loaded & set(HEAVY)


def test_help_is_there_within_a_second(tmp_path: Path) -> None:
    """In seconds of the processor, the best of three: another test may have it meanwhile."""
    taken = []
    for _ in range(TRIES):
        before = os.times()
        done = mashang("--help", folder=tmp_path)
        after = os.times()
        taken.append(after.children_user + after.children_system - before.children_user - before.children_system)
        assert done.returncode == 0, done.stderr
    assert min(taken) <= HELP_SECONDS, taken


def test_a_command_that_is_done_exits_0(tmp_path: Path) -> None:
    done = mashang("init", folder=tmp_path, MASHANG_ISSUER="LS")
    assert done.returncode == 0, done.stderr


def test_a_refused_command_exits_1_and_keeps_the_keys(tmp_path: Path) -> None:
    mashang("init", folder=tmp_path, MASHANG_ISSUER="LS")
    keys = {file.name: file.read_bytes() for file in (tmp_path / "data" / "keys").iterdir()}

    again = mashang("init", folder=tmp_path, MASHANG_ISSUER="LS")

    assert again.returncode == 1
    assert again.stderr
    assert keys == {file.name: file.read_bytes() for file in (tmp_path / "data" / "keys").iterdir()}


@pytest.mark.parametrize(
    ("words", "settings"),
    [(("no-such-command",), {}), (("init", "--no-such-option"), {}), (("init",), {}), (("migrate",), {"MASHANG_TIMEZONE": "Mars", "MASHANG_WEB_PORT": "0"})],
)
def test_a_wrong_call_exits_2(words: tuple[str, ...], settings: dict[str, str], tmp_path: Path) -> None:
    done = mashang(*words, folder=tmp_path, **settings)
    assert done.returncode == 2
    assert all(name in done.stderr for name in settings), "all problems at once"


def test_a_missing_part_exits_3_and_says_which_command_makes_it(tmp_path: Path) -> None:
    done = mashang("export", "events", folder=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "mashang init" in done.stderr


def test_no_refusal_shows_a_traceback(tmp_path: Path) -> None:
    for words in (("init",), ("doctor",), ("areas", "import", "no-such-file.csv"), ("board", "rebuild")):
        assert "Traceback" not in mashang(*words, folder=tmp_path).stderr


def test_what_is_founded_is_for_its_own_account_alone_also_in_a_folder_that_was_open(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    done = mashang("init", folder=tmp_path, MASHANG_ISSUER="LS")
    assert done.returncode == 0, done.stderr
    made = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in made)
    assert {path.name for path in made if path.stat().st_mode & 0o077} == set()
    assert (tmp_path / "data" / "keys").stat().st_mode & 0o077 == 0
