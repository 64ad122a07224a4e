"""Groups and holidays come from lists at the command line, and what became of notices is read there."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.__main__ import cli
from tests import cast
from tests.houses import a_town

GROUPS = f"""群组,村代码,组长电话,姓名,手机,身份证号
防汛值班组,{cast.VILLAGE.code},{cast.OFFICER[1]},林大山,,
防汛值班组,{cast.VILLAGE.code},{cast.OFFICER[1]},,{cast.YE[1]},
防汛值班组,{cast.VILLAGE.code},{cast.OFFICER[1]},查无此人,,
"""
HOLIDAYS = "date,name,kind\n2026-10-01,国庆节,off\n2026-10-10,补班,work\n2026-13-01,没有这天,off\n"


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A town that is furnished and closed again."""
    async with a_town(tmp_path):
        pass
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, Any]:
    environment = {"MASHANG_DATA_DIR": str(folder), "MASHANG_ISSUER": "LS", "MASHANG_PUBLIC_URL": "https://ls.example.org", "MASHANG_LANGUAGE": "en"}
    done = CliRunner().invoke(cli(), [*words, "--json"], env=environment)
    return done.exit_code, json.loads(done.stdout) if done.stdout else done.stderr


def test_groups_holidays_and_notices_at_the_command_line(folder: Path) -> None:
    groups, holidays = folder / "groups.csv", folder / "holidays.csv"
    groups.write_text(GROUPS, encoding="utf-8-sig")
    holidays.write_text(HOLIDAYS, encoding="utf-8")
    code, report = run(folder, "groups", "import", str(groups))
    assert (code, report["added"], report["refused"], report["problems"][0]["code"]) == (0, 2, 1, "member_unknown")
    code, (group,) = run(folder, "groups", "list")
    assert (group["group"], group["members"], group["area"], group["posts"]) == ("防汛值班组", 2, cast.VILLAGE.code, None)
    code, report = run(folder, "notices", "holidays", str(holidays))
    assert (report["added"], report["refused"]) == (2, 1)
    assert run(folder, "notices", "list") == (0, [])
