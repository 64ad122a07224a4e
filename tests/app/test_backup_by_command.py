"""An operator backs up, loses everything, and has it again; what cannot be restored says so and changes nothing."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from app.commands.upgrade import KEPT
from lab.people import Invention, write_table
from storage.engine import open_databases
from storage.locks import held
from tests.app.test_imports_by_command import DIVISIONS, VILLAGE, Office
from tests.databases import an_empty_database


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once for this file, and copied for each test."""
    folder = tmp_path_factory.mktemp("office")
    made = Office(folder)
    assert made.run("init", "--root-key", str(folder / "away" / "root.pem"))[0] == 0
    made.table("areas", "import", str(DIVISIONS))
    made.table("people", "import", str(write_table(folder / "people.csv", Invention(7).village(VILLAGE, people=20))))
    return folder


@pytest.fixture
def office(furnished: Path, tmp_path: Path) -> Office:
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


@contextmanager
def another(office: Office, name: str) -> Iterator[Office]:
    """A server on which nothing was made yet."""
    folder = office.folder / name
    folder.mkdir()
    yield Office(folder)


def cards(office: Office) -> str:
    return office.run("codes", "list", "--area", VILLAGE, "--json")[1]


def audit(office: Office) -> dict[str, object]:
    answer: dict[str, object] = json.loads(office.run("audit", "verify", "--json")[1])
    return answer


def test_an_office_comes_back_on_another_server_from_its_backup_and_its_keys(office: Office) -> None:
    backup, keys = office.folder / "night.mashang", office.folder / "keys.mashang"
    assert office.table("backup", str(backup))["rows"] > 2000
    assert office.table("backup", "--keys", str(keys))["kind"] == "keys"
    assert office.table("backup", "--check", str(backup))["kind"] == "backup"
    with another(office, "new") as new:
        code, _, err = new.run("restore", str(backup))
        assert (code, "Restore the file of keys first" in err) == (3, True)
        assert new.run("restore", str(keys))[0] == 0
        assert new.run("restore", str(backup))[0] == 0
        assert cards(new) == cards(office)
        assert audit(new)["holds"] is True
        assert "0 standings changed" in new.run("board", "rebuild")[1]


def test_a_backup_with_keys_is_one_file_for_all_and_says_what_it_is(office: Office) -> None:
    backup = office.folder / "all.mashang"
    code, _, err = office.run("backup", str(backup), "--with-keys")
    assert (code, "keep it apart" in err) == (0, True)
    with another(office, "new") as new:
        assert new.run("restore", str(backup))[0] == 0
        assert cards(new) == cards(office)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_truncated_backup_is_refused_said_and_recorded_and_changes_nothing(office: Office, part: float) -> None:
    backup = office.folder / "night.mashang"
    office.table("backup", str(backup))
    backup.write_bytes(backup.read_bytes()[: int(backup.stat().st_size * part)])
    before, listed = audit(office)["rows"], cards(office)
    assert isinstance(before, int)
    code, out, err = office.run("restore", str(backup))
    assert (code, out) == (1, "")
    assert "[backup_damaged]" in err
    assert "restore refused: backup_damaged" in err
    assert cards(office) == listed
    assert audit(office)["rows"] == before + 3, "one row for the refusal, two for listing the cards"
    with another(office, "new") as new:
        assert new.run("restore", str(backup))[0] == 1
        assert not (new.folder / "data" / "mashang.db").exists()


def test_a_house_that_holds_something_is_never_restored_over(office: Office) -> None:
    backup = office.folder / "night.mashang"
    office.table("backup", str(backup))
    listed = cards(office)
    code, _, err = office.run("restore", str(backup))
    assert (code, "[target_filled]" in err) == (1, True)
    assert cards(office) == listed


def test_nothing_is_restored_under_a_house_that_serves(office: Office) -> None:
    backup = office.folder / "night.mashang"
    office.table("backup", str(backup))
    with held(office.folder / "data" / "mashang.db.lock"):
        for words in (("restore", str(backup)), ("upgrade",)):
            code, _, err = office.run(*words)
            assert (code, "[already_serving]" in err) == (1, True)


def test_the_backup_of_another_office_is_refused(office: Office) -> None:
    backup = office.folder / "night.mashang"
    office.table("backup", str(backup))
    with another(office, "stranger") as stranger:
        assert stranger.run("init", "--root-key", str(stranger.folder / "root.pem"))[0] == 0
        code, _, err = stranger.run("restore", str(backup))
        assert (code, "[backup_foreign]" in err) == (1, True)
        code, _, err = stranger.run("backup", "--check", str(backup))
        assert (code, "[backup_foreign]" in err) == (1, True)


@pytest.mark.parametrize("words", [("backup", "x", "--keys", "--check"), ("restore",), ("restore", "x", "--send-pending"), ("backup", "no/such/folder/x")])
def test_a_call_that_means_nothing_says_so(office: Office, words: tuple[str, ...]) -> None:
    assert office.run(*words)[0] == 2


def test_an_upgrade_backs_up_first_and_keeps_the_last_five(office: Office) -> None:
    theirs = office.folder / "data" / "backups" / "mine.mashang"
    for _ in range(KEPT + 2):
        answer = office.table("upgrade")
        assert answer["to"] == answer["newest"]
        assert office.run("backup", "--check", str(answer["backup"]))[0] == 0
    theirs.write_bytes(b"kept by hand")
    office.table("upgrade")
    files = sorted(theirs.parent.iterdir())
    assert (len(files), theirs in files) == (KEPT + 1, True)


async def test_an_upgrade_of_postgresql_waits_until_nobody_is_connected(tmp_path: Path) -> None:
    async with an_empty_database("postgres", tmp_path) as url:
        office = Office(tmp_path, MASHANG_DATABASE_URL=url)
        assert (await asyncio.to_thread(office.run, "init", "--root-key", str(tmp_path / "away" / "root.pem")))[0] == 0
        async with open_databases(url) as busy, busy.read() as connection:
            await connection.execute(text("SELECT 1"))
            code, _, err = await asyncio.to_thread(office.run, "upgrade")
            assert (code, "[already_serving]" in err) == (1, True)
        assert (await asyncio.to_thread(office.run, "upgrade"))[0] == 0


def test_what_was_held_can_be_let_go_later(office: Office) -> None:
    assert office.run("restore", "--send-pending", "--run-received")[:2] == (0, "0 copies are due now, 0 updates run again\n")
