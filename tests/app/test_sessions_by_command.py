"""The first admin's code, lost authenticators and sessions at the command line."""

from pathlib import Path

import pytest

from tests import cast
from tests.app.test_notices_by_command import run
from tests.houses import a_town
from tests.signing import Apps


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A town whose approver has an authenticator, closed again."""
    async with a_town(tmp_path) as town:
        await Apps(town).sign_in(cast.APPROVER)
    return tmp_path


def test_lost_apps_sessions_and_the_first_admin_at_the_command_line(folder: Path) -> None:
    phone = cast.APPROVER[1] or ""
    assert run(folder, "people", "reset-totp", phone)[0] == 0
    assert run(folder, "people", "reset-totp", phone)[0] == 1
    assert run(folder, "people", "end-sessions", phone) == (0, {"ended": 0})
    assert run(folder, "people", "end-sessions", "13800000000")[0] == 1
    code, made = run(folder, "people", "admin-code")
    assert (code, len(made["admin_code"])) == (0, 19)
    run(folder, "people", "grant", phone, "admin", "--area", cast.COUNTY.code)
    refused, said = run(folder, "people", "admin-code")
    assert (refused, "admin_there" in said) == (1, True)
