"""An operator prints by the command: killed without warning it goes on, and without its font it says what is missing."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from lab.people import Invention, write_table
from tests.app.test_imports_by_command import DIVISIONS, VILLAGE, Office
from tests.house.sources import ROOMS, ROOT
from tests.papers.print_shop import codes_quickly, pages, words
from tests.waiting import until

PEOPLE = 40


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once for this file, and copied for each test."""
    folder = tmp_path_factory.mktemp("office")
    made = Office(folder, MASHANG_OFFICE_NAME="莲都区应急管理局", MASHANG_OFFICE_PHONE="0578-2012345")
    assert made.run("init", "--root-key", str(folder / "away" / "root.pem"))[0] == 0
    made.table("areas", "import", str(DIVISIONS))
    made.table("people", "import", str(write_table(folder / "people.csv", Invention(3).village(VILLAGE, people=PEOPLE))))
    return folder


@pytest.fixture
def office(furnished: Path, tmp_path: Path) -> Office:
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path, MASHANG_OFFICE_NAME="莲都区应急管理局", MASHANG_OFFICE_PHONE="0578-2012345")


def test_cards_are_printed_in_either_language(office: Office) -> None:
    target = office.folder / "out.pdf"
    for language, word in (("zh_CN", "个人安全码"), ("en", "Personal safety code")):
        answer = office.table("cards", "print", "--area", VILLAGE, "--kind", "card", "--pdf", str(target), "--language", language)
        assert (answer["cards"], answer["left_out"], answer["resumed"], answer["files"]) == (PEOPLE, 0, 0, [str(target)])
        said = words(target)
        assert said.count(word) == PEOPLE
        assert "莲都区应急管理局" in said
    assert target.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--kind", "card", "--pdf", "out.txt"], 2), (["--kind", "card", "--pdf", "nowhere/out.pdf"], 2), (["--kind", "banknote", "--pdf", "out.pdf"], 2),
        (["--kind", "sheet", "--blank", "3", "--pdf", "out.pdf"], 1), (["--kind", "poster", "--pdf", "out.pdf"], 1),
    ],
)  # fmt: skip
def test_a_wrong_call_and_a_refusal_have_their_exits(office: Office, words: list[str], code: int) -> None:
    *options, file = words
    assert office.run("cards", "print", "--area", VILLAGE, *options, str(office.folder / file))[0] == code
    assert not list(office.folder.glob("out*"))


def test_without_an_address_nothing_is_printed(office: Office) -> None:
    bare = {name: value for name, value in settings(office).items() if name != "MASHANG_PUBLIC_URL"} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "app", "cards", "print", "--area", VILLAGE, "--kind", "card", "--pdf", "out.pdf"]
    done = subprocess.run(command, cwd=office.folder, env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, "MASHANG_PUBLIC_URL" in done.stderr) == (3, True)


def settings(office: Office) -> dict[str, str]:
    """What another process needs to work on the same office."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MASHANG_")}
    return inherited | {"MASHANG_DATA_DIR": str(office.folder / "data"), "MASHANG_ISSUER": "LS", "MASHANG_PUBLIC_URL": "https://ls.example.org"}


async def killed(office: Office, command: list[str], *, when: Path) -> None:
    """Run it, and end it by signal 9 as soon as this file is there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=office.folder, env=settings(office) | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    await until(lambda: when.exists() or process.returncode is not None, within=100)
    process.kill()
    assert await process.wait() == -signal.SIGKILL


def test_a_print_that_was_killed_goes_on(office: Office) -> None:
    """By signal 9, as soon as the second part is whole: nothing is printed twice, nothing is left out."""
    command = ["-m", "app", "cards", "print", "--area", VILLAGE, "--kind", "card", "--blank", "3400", "--pdf", "out.pdf", "--json"]
    asyncio.run(killed(office, command, when=office.folder / "out-002.pdf"))
    environment = settings(office) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, *command], cwd=office.folder, env=environment, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert (answer["cards"], answer["resumed"] in (1000, 2000, 3000, 3400)) == (3400, True), answer
    read = Counter(text for name in answer["files"] for page in pages(office.folder / name, each=40) for text in codes_quickly(page))
    assert set(read.values()) == {1}
    shorts = [line for name in answer["files"] for line in words(office.folder / name).split() if len(line) == 14 and line.count("-") == 2]
    assert len(shorts) == len(set(shorts)) == 3400


def test_without_the_font_it_says_so_and_issues_nothing(office: Office, tmp_path: Path) -> None:
    """In a copy of the program that was built with MASHANG_SKIP_ASSETS=1."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / "bare" / room, ignore=shutil.ignore_patterns("fonts", "npm", "__pycache__"))
    command = [sys.executable, "-m", "app", "cards", "print", "--area", VILLAGE, "--kind", "card", "--blank", "2", "--pdf", str(tmp_path / "out.pdf")]
    done = subprocess.run(
        command, cwd=tmp_path / "bare", env=settings(office) | {"PYTHONPATH": str(tmp_path / "bare")}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "make assets" in done.stderr
    assert not (tmp_path / "out.pdf").exists()
