"""An operator enrols, lists and withdraws phones at the command line."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from app.__main__ import cli
from app.container import opened
from codes.signing import coordinates, new_key
from tests import cast
from tests.houses import HALL, a_town, settings_in

ENROL = ("enrol", "--for", cast.KEEPER[1], "--label", "东门", "--purposes", "shelter_in,shelter_out", "--place", HALL)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A town that is furnished and closed again."""
    async with a_town(tmp_path):
        pass
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, Any]:
    environment = {"MASHANG_DATA_DIR": str(folder), "MASHANG_ISSUER": "LS", "MASHANG_PUBLIC_URL": "https://ls.example.org", "MASHANG_LANGUAGE": "en"}
    done = CliRunner().invoke(cli(), ["devices", *words, "--json"], env=environment)
    return done.exit_code, json.loads(done.stdout) if done.stdout else done.stderr


def phone_comes(folder: Path, ticket: str) -> UUID:
    """A phone scans the ticket: it makes a key and is enrolled."""

    async def work() -> UUID:
        async with opened(settings_in(folder)) as house:
            x, y = coordinates(new_key().public_key())
            return (await house.services.devices.enrol(ticket, x=x, y=y)).id

    return asyncio.run(work())


def test_a_phone_is_enrolled_listed_and_withdrawn(folder: Path) -> None:
    code, offered = run(folder, *ENROL, "--days", "3")
    assert (code, offered["url"]) == (0, f"https://ls.example.org/scan/#enrol={offered['ticket']}")
    assert len(offered["ticket"]) == 26 and datetime.fromisoformat(offered["expires"]).tzinfo is not None
    assert run(folder, "list") == (0, [])
    device = str(phone_comes(folder, offered["ticket"]))
    code, (line,) = run(folder, "list")
    assert (line["device"], line["label"], line["state"], line["places"], line["purposes"]) == (device, "东门", "works", [HALL], ["shelter_in", "shelter_out"])
    assert cast.KEEPER[0] not in json.dumps(line, ensure_ascii=False)
    assert run(folder, "revoke", device, "--since", "2026-01-01T08:00") == (0, {"device": device, "demoted": 0})
    assert run(folder, "list")[1][0]["state"] == "withdrawn"
    code, said = run(folder, "revoke", device)
    assert code == 1 and "device_over_already" in said


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("enrol", "--for", "13900000000", *ENROL[3:]), "person_unknown"),
        (("enrol", "--for", cast.LIN[1], *ENROL[3:]), "place_not_theirs"),
        ((*ENROL, "--place", "没有这个地方"), "place_unknown"),
        ((*ENROL[:5], "--purposes", "fly", *ENROL[7:]), "purpose_invalid"),
        ((*ENROL, "--with-list", "20260101-0001"), "order_unknown"),
    ],
)
def test_what_cannot_be_enrolled_is_refused_by_name(folder: Path, words: tuple[str, ...], named: str) -> None:
    code, said = run(folder, *words)
    assert code == 1 and named in said


@pytest.mark.parametrize("words", [("revoke", "no-id"), ("revoke", str(UUID(int=1)), "--since", "yesterday")])
def test_what_is_no_id_and_no_time_is_a_wrong_call(folder: Path, words: tuple[str, ...]) -> None:
    assert run(folder, *words)[0] == 2
