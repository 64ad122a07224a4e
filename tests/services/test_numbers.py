"""The numbers that people say on the phone: the day comes again every year, the number does not."""

from pathlib import Path

import pytest

from tests import cast
from tests.announcing import drafted
from tests.databases import a_place_for_one
from tests.houses import a_town
from tests.services.test_reports import a_report


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_on_the_same_day_a_year_later_reports_notices_and_orders_still_get_a_number(database: str, tmp_path: Path) -> None:
    async with a_place_for_one(database, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        lin = await town.linked(cast.LIN)
        said = []
        for year in range(2):
            order = await town.order(key=f"order {year}")
            await town.house.services.evacuations.lift(order.id, by=await town.actor(cast.APPROVER))
            said.append(order.number)
            said.append((await drafted(town, key=f"notice {year}")).number)
            said.append((await a_report(town, lin, key=f"report {year}")).number or "")
            town.clock.go_on(days=365)
    assert said == ["E-0725-0001", "N-0725-0001", "R-0725-0001", "E-0725-0002", "N-0725-0002", "R-0725-0002"]
