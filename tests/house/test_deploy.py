"""What docs/deploy gives an operator fits the program: commands, settings, streams."""

import re
import shlex
from pathlib import Path

import pytest

from app.settings import PREFIX, SECRETS, Settings
from tests.house.sources import ROOT, named
from tests.house.test_readme import mashang_problem

DEPLOY = ROOT / "docs/deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
STARTED = re.compile(r"^ExecStart=.*?/\.venv/bin/mashang ([a-z][^'\n]*)", re.MULTILINE)
SETTING = re.compile(rf"{PREFIX}([A-Z_]+)=")


def test_there_are_units_for_one_process_and_for_several() -> None:
    assert {file.name for file in UNITS} >= {"mashang.service", "mashang-front@.service", "mashang-back@.service", "mashang-backup.service"}


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_a_unit_starts_a_command_that_exists(unit: Path) -> None:
    commands = STARTED.findall(unit.read_text(encoding="utf-8"))
    assert commands
    assert not [said for command in commands if (said := mashang_problem(shlex.split(command.replace("%%", "%"))))]


@pytest.mark.parametrize("file", sorted(DEPLOY.iterdir()), ids=named)
def test_a_setting_that_is_told_exists(file: Path) -> None:
    known = {name.upper() for name in Settings.model_fields} | {f"{secret}_FILE" for secret in SECRETS}
    assert set(SETTING.findall(file.read_text(encoding="utf-8"))) <= known


def test_the_proxy_holds_no_stream_back_and_says_who_came() -> None:
    lines = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    (live,) = re.findall(r"location /live/ \{([^}]*)\}", lines)
    assert "proxy_buffering off" in live
    assert "X-Forwarded-For $remote_addr" in lines
    assert "access_log off" in lines
