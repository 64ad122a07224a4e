"""Lists are taken away by whoever may, of their own areas, masked unless they ask for them whole; nothing in them runs in a spreadsheet."""

import csv
import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from domain.lists import ListKind
from domain.sheets import COLUMNS, SheetKind
from papers.cells import DANGEROUS
from papers.tables import read_table
from services.actors import Actor
from services.list_imports import Read
from tests import cast
from tests.web.conftest import Client, Office


async def taken(client: Client, path: str) -> bytes:
    answer = await client.get(f"/console/exports/{path}")
    assert answer.status == 200, await answer.text()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    return await answer.read()


def rows(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("kind", SheetKind)
async def test_every_list_comes_in_both_formats(office: Office, kind: SheetKind) -> None:
    await office.town.order()
    client = await office.sign_in(cast.OFFICER)
    header, *_ = rows(await taken(client, f"{kind.value}.csv"))
    page = load_workbook(io.BytesIO(await taken(client, f"{kind.value}.xlsx"))).active
    assert page is not None
    assert [cell.value for cell in page[1]] == header
    assert len(header) == len(COLUMNS[kind])


async def test_names_and_numbers_are_masked_unless_they_are_asked_for_whole(office: Office) -> None:
    client = await office.sign_in(cast.OFFICER)
    masked, whole = (await taken(client, "people.csv")).decode(), (await taken(client, "people.csv?whole=1")).decode()
    assert (cast.LIN[0] in masked, cast.LIN[1] in masked) == (False, False)
    assert (cast.LIN[0] in whole, "+86" + cast.LIN[1] in whole) == (True, True)
    assert "周*班" not in whole
    assert cast.OTHER_OFFICER[0] not in whole, "of another county"


async def test_the_people_of_an_order_are_listed_with_those_not_yet_safe_first(office: Office) -> None:
    order = await office.town.order(drill=False)
    client = await office.sign_in(cast.OFFICER)
    header, *lines = rows(await taken(client, f"board.csv?order={order.number}"))
    safe = header.index("安全" if "安全" in header else "Safe")
    assert len(lines) == order.listed
    assert lines[0][safe] in ("否", "no")


async def test_a_drill_says_so_in_every_row(office: Office) -> None:
    async with office.town.house.works.write() as work:
        await work.people.change([replace(person, enrolled=True) for person in await work.people.inside([cast.VILLAGE.code])])
    await office.town.order(drill=True)
    header, *lines = rows(await taken(await office.sign_in(cast.OFFICER), "board.csv"))
    column = header.index("演练" if "演练" in header else "Drill")
    assert lines
    assert {line[column] for line in lines} <= {"演练", "Drill"}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_whole_list_comes_in_again_without_loss(office: Office, form: str) -> None:
    evil = {"name": "=林", "area_code": cast.VILLAGE.code, "household": "-9", "address": "+后山 @3", "tags": "alone_old;child"}
    services = office.town.house.services
    assert (await services.people_import.import_rows([(2, evil)], by=Actor.operator())).added == 1
    body = await taken(await office.sign_in(cast.OFFICER), f"people.{form}?whole=1")
    if form == "csv":
        assert not [cell for line in rows(body) for cell in line if DANGEROUS.match(cell) and not cell.startswith("'")]
    table = read_table(body, ListKind.PEOPLE)
    report = await services.list_imports.take_in(ListKind.PEOPLE, Read(table.rows, table.problems), by=Actor.operator())
    assert (report.added, report.changed, report.refused) == (0, 0, 0)
    assert report.unchanged == report.rows > 5


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_whole_list_of_shelters_comes_in_again_without_loss(office: Office, form: str) -> None:
    table = read_table(await taken(await office.sign_in(cast.OFFICER), f"shelters.{form}?whole=1"), ListKind.SHELTERS)
    report = await office.town.house.services.list_imports.take_in(ListKind.SHELTERS, Read(table.rows, table.problems), by=Actor.operator())
    assert (report.rows, report.unchanged) == (1, 1)


async def test_a_masked_list_does_not_come_in_again(office: Office) -> None:
    table = read_table(await taken(await office.sign_in(cast.OFFICER), "people.csv"), ListKind.PEOPLE)
    assert not table.rows
    assert {problem.refusal.code for problem in table.problems} == {"cell_masked"}


async def test_every_list_that_was_taken_away_is_in_the_log(office: Office) -> None:
    await taken(await office.sign_in(cast.OFFICER), "people.csv?whole=1")
    async with office.town.house.works.read() as work:
        found = [row for row, _ in await work.audit.all(most=1000) if row.action == "sheets.people"]
    assert [(row.facts["whole"], row.subject) for row in found] == [(True, "all")]


async def test_who_may_not_gets_no_list(office: Office, admin: None) -> None:
    for who in (cast.WARDEN, cast.MALLORY):
        assert (await (await office.sign_in(who)).get("/console/exports/people.csv")).status == 403
    officer = await office.sign_in(cast.OFFICER)
    assert (await officer.get(f"/console/exports/people.csv?area={cast.OTHER_COUNTY.code}")).status == 404
    assert (await officer.get("/console/exports/people.pdf")).status == 404
    page = await (await officer.get("/console/exports")).text()
    assert "/console/exports/people.xlsx?whole=1" in page
