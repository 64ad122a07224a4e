"""mashang keys: the ceremony as an operator goes through it, with the root key on another machine; and what is refused on the way."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.__main__ import cli
from codes.keyring import Keyring

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in a house of its own, whose root key is on a stick."""
    for name, value in (("DATA_DIR", str(tmp_path / "data")), ("ISSUER", "LS"), ("PUBLIC_URL", "https://ls.example.org")):
        monkeypatch.setenv(f"MASHANG_{name}", value)

    def command(*words: object) -> Result:
        return CliRunner().invoke(cli(), [str(word) for word in words])

    assert command("init", "--root-key", tmp_path / "stick" / "root.pem").exit_code == 0
    return command


def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick" / "root.pem"


def keyring(tmp_path: Path) -> Keyring:
    return Keyring.load(tmp_path / "data" / "keys")


def listed(run: Run) -> dict[str, Any]:
    done = run("keys", "list", "--json")
    assert done.exit_code == 0
    return dict(json.loads(done.stdout))


def person_keys(run: Run) -> list[dict[str, Any]]:
    return [key for key in listed(run)["keys"] if key["kinds"] == ["person"]]


def test_a_next_key_is_asked_for_here_signed_elsewhere_and_installed_here(run: Run, tmp_path: Path) -> None:
    assert run("keys", "add", "person").exit_code == 0
    request, signed = tmp_path / "data" / "keys" / "trust-request.json", tmp_path / "stick" / "trust.json"
    assert listed(run)["trust"]["sequence"] == 1
    done = run("keys", "sign", request, "--root-key", stick(tmp_path), "--out", signed)
    assert done.exit_code == 0
    assert "new: person key" in done.stdout
    assert run("keys", "install", signed, "--json").exit_code == 0
    old, new = person_keys(run)
    assert (old["status"], new["status"], new["private_here"], listed(run)["trust"]["sequence"]) == ("active", "next", True, 2)
    assert datetime.fromisoformat(new["from"]) - datetime.now(UTC) > timedelta(days=7)
    assert not request.exists()
    log = json.loads(run("audit", "list", "--action", "keys", "--json").stdout)
    assert [row["action"] for row in log] == ["keys.install"]


def test_no_private_key_is_in_what_travels_and_the_root_key_is_in_nothing_here(run: Run, tmp_path: Path) -> None:
    run("keys", "add", "all")
    folder = tmp_path / "data" / "keys"
    request = (folder / "trust-request.json").read_text()
    assert "PRIVATE" not in request
    root = stick(tmp_path).read_text().splitlines()[1]
    assert all(root not in file.read_text() for file in folder.iterdir())
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert len(list(folder.glob("*-*.pem"))) == 7 * 2 + 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("add", "person", "--days", "6"), "too_soon"), (("add", "person", "--emergency"), "no_emergency"), (("rotate", "person"), "no_next_key"),
        (("retire", "0000"), "unknown_key"), (("compromise", "ffff0000"), "unknown_key"), (("rotate", "person", "--emergency"), "no_next_key"),
    ],
)  # fmt: skip
def test_what_must_not_be_is_refused_with_its_reason_and_leaves_no_key_behind(run: Run, tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    before = sorted(file.name for file in (tmp_path / "data" / "keys").iterdir())
    done = run("keys", *words, "--root-key", stick(tmp_path))
    assert (done.exit_code, f"[{reason}]" in done.stderr) == (1, True), done.stderr
    assert sorted(file.name for file in (tmp_path / "data" / "keys").iterdir()) == before


def test_a_kind_or_a_key_that_there_is_not_is_a_wrong_call(run: Run) -> None:
    assert run("keys", "add", "horse").exit_code == 2
    assert run("keys", "retire", "not hex").exit_code == 2


def test_a_compromised_key_is_replaced_in_one_step_where_the_root_key_was_brought(run: Run, tmp_path: Path) -> None:
    (old,) = person_keys(run)
    done = run("keys", "compromise", old["kid"], "--replace", "--root-key", stick(tmp_path), "--json")
    assert done.exit_code == 0, done.stderr
    stolen, fresh = person_keys(run)
    assert (stolen["status"], fresh["status"]) == ("compromised", "active")
    again = run("keys", "compromise", old["kid"], "--root-key", stick(tmp_path))
    assert (again.exit_code, "[over_already]" in again.stderr) == (1, True)


def test_another_offices_root_key_signs_nothing_here(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASHANG_DATA_DIR", str(tmp_path / "other"))
    assert run("init", "--root-key", tmp_path / "other.pem").exit_code == 0
    monkeypatch.setenv("MASHANG_DATA_DIR", str(tmp_path / "data"))
    done = run("keys", "renew", "--root-key", tmp_path / "other.pem")
    assert (done.exit_code, "[wrong_root]" in done.stderr) == (1, True)
    assert listed(run)["trust"]["sequence"] == 1


def test_a_request_or_a_list_is_never_written_over(run: Run, tmp_path: Path) -> None:
    assert run("keys", "renew").exit_code == 0
    second = run("keys", "renew")
    assert (second.exit_code, "[request_there]" in second.stderr) == (1, True)
    request, out = tmp_path / "data" / "keys" / "trust-request.json", tmp_path / "trust.json"
    assert run("keys", "sign", request, "--root-key", stick(tmp_path), "--out", out).exit_code == 0
    again = run("keys", "sign", request, "--root-key", stick(tmp_path), "--out", out)
    assert (again.exit_code, "[file_there]" in again.stderr) == (1, True)


def test_an_older_list_is_refused_and_the_one_in_use_stays(run: Run, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text((tmp_path / "data" / "keys" / "trust.json").read_text())
    assert run("keys", "renew", "--root-key", stick(tmp_path)).exit_code == 0
    done = run("keys", "install", old)
    assert (done.exit_code, "[lower_sequence]" in done.stderr) == (1, True)
    old.write_text("{}")
    done = run("keys", "install", old)
    assert (done.exit_code, "[malformed]" in done.stderr) == (1, True)
    assert keyring(tmp_path).trust.sequence == 2


def test_both_lists_and_the_public_root_key_go_out_by_hand(run: Run, tmp_path: Path) -> None:
    assert run("keys", "rotate", "status", "--root-key", stick(tmp_path)).exit_code == 0
    assert run("keys", "export", tmp_path / "out").exit_code == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["revoked.json", "root-public.pem", "trust.json"]
    assert run("keys", "export", tmp_path / "out").exit_code == 0
    assert keyring(tmp_path).trust.sequence == 2
