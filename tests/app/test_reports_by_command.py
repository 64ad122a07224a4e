"""Reports at the command line: what was sent, without a name or a word."""

from pathlib import Path

from domain.reports import ReportKind
from services.actors import Actor
from tests.app.test_imports_by_command import Office
from tests.houses import BOT, a_town

GUEST = Actor(via="chat", bot=BOT, address="999001", language="en")


async def sent(folder: Path) -> None:
    async with a_town(folder) as town:
        reports = town.house.services.reports
        draft = await reports.begin(for_self=False, by=GUEST, key="r")
        await reports.choose_kind(draft.id, ReportKind.ROAD, by=GUEST)
        await reports.put_place(draft.id, "平乐村 王家门口", by=GUEST)
        await reports.send(draft.id, by=GUEST, key="sent")


def test_reports_are_listed_for_programs_and_for_people(tmp_path: Path) -> None:
    import asyncio

    office = Office(tmp_path)
    asyncio.run(sent(tmp_path / "data"))
    code, out, err = office.run("reports", "list", "--json")
    assert code == 0, err
    assert '"number": "R-0725-0001"' in out and '"kind": "road"' in out
    assert "王家" not in out
    code, out, _ = office.run("reports", "list")
    assert code == 0 and "R-0725-0001" in out
