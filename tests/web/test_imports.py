"""A list is brought by a page: looked at, tried, taken in, once, by whoever may, exactly as it was looked at."""

import io
import re
from typing import Any

import pytest
from aiohttp import FormData
from sqlalchemy import select

from domain.access import Role
from domain.lists import LARGEST_UPLOAD
from services.actors import Actor
from storage.audit import audit
from storage.lists import uploads
from tests import cast
from tests.web.conftest import Client, Office
from web.middlewares.csrf import FIELD

LIST = f"姓名,手机号,村代码,户号,责任干部号码\n新来的,13905780099,{cast.VILLAGE.code},7,{cast.WARDEN[1]}\n错的,12,{cast.VILLAGE.code},8,\n".encode()


def upload(office: Office, client: Client, body: bytes, *, kind: str = "people", **changed: str) -> FormData:
    form = FormData()
    for name, value in (office.form(client, kind=kind) | changed).items():
        form.add_field(name, value)
    form.add_field("file", io.BytesIO(body), filename="名单.csv", content_type="text/csv")
    return form


async def brought(office: Office, client: Client, body: bytes = LIST, **how: str) -> str:
    answer = await client.post("/console/import", data=upload(office, client, body, **how), allow_redirects=False)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


def hidden(page: str) -> dict[str, str]:
    fields = dict(re.findall(r'<input type="hidden" name="((?:column-\d+|digest))" value="([^"]*)"', page))
    chosen = re.findall(r'<select name="(column-\d+)".*?(?:<option value="([^"]*)" selected>|</select>)', page, re.DOTALL)
    return {name: value or "-" for name, value in chosen} | fields


async def rows_of(office: Office, table: Any) -> list[Any]:
    async with office.town.house.databases.read() as connection:
        return list((await connection.execute(select(table))).all())


@pytest.fixture
async def browser(office: Office, admin: None) -> Client:
    return await office.sign_in_with_digits(cast.MALLORY)


async def test_a_list_goes_from_a_file_over_a_preview_and_a_trial_into_the_house(office: Office, browser: Client) -> None:
    where = await brought(office, browser)
    page = await (await browser.get(where)).text()
    assert "新*的" in page
    assert "新来的" not in page
    fields = hidden(page)
    assert (fields["column-0"], fields["column-4"]) == ("name", "-")

    tried = await (await browser.post(f"{where}/check", data=office.form(browser, **(fields | {"column-4": "responsible_phone"})))).text()
    assert "第 3 行" in tried or "Line 3" in tried
    assert len(await rows_of(office, uploads)) == 1

    done = await browser.post(f"{where}/take", data=office.form(browser, **hidden(tried)))
    assert done.status == 200
    person = await office.town.person("新来的")
    assert person.responsible == (await office.town.person(cast.WARDEN[0])).id
    assert not await rows_of(office, uploads)
    actions = [row.action for row in await rows_of(office, audit)]
    assert {"lists.upload", "lists.confirm", "people.import", "lists.mapping"} <= set(actions)
    assert (await browser.post(f"{where}/take", data=office.form(browser, **hidden(tried)))).status == 410

    again = hidden(await (await browser.get(await brought(office, browser))).text())
    assert again["column-4"] == "responsible_phone", "what was said of a header is known next time"


async def test_a_list_is_taken_in_only_after_six_digits(office: Office, admin: None) -> None:
    browser = await office.sign_in(cast.MALLORY)
    where = await brought(office, browser)
    fields = hidden(await (await browser.get(where)).text())
    assert (await browser.post(f"{where}/take", data=office.form(browser, **fields), allow_redirects=False)).status == 403
    assert len(await rows_of(office, uploads)) == 1


async def test_another_file_than_the_one_that_was_looked_at_is_never_taken(office: Office, browser: Client) -> None:
    where = await brought(office, browser)
    fields = hidden(await (await browser.get(where)).text()) | {"digest": "00" * 32}
    assert (await browser.post(f"{where}/take", data=office.form(browser, **fields))).status == 409
    assert len(await rows_of(office, uploads)) == 1


async def test_a_file_waits_half_an_hour_sealed_and_for_its_bringer_alone(office: Office, browser: Client) -> None:
    where = await brought(office, browser)
    (row,) = await rows_of(office, uploads)
    assert "新来的".encode() not in row.body
    office.town.clock.go_on(minutes=29, seconds=59)
    assert (await browser.get(where)).status == 200
    office.town.clock.go_on(seconds=1)
    assert (await browser.get(where)).status == 410
    assert await office.town.house.services.list_imports.sweep() == 1
    assert not await rows_of(office, uploads)


async def test_a_file_of_somebody_else_is_gone_for_me(office: Office, browser: Client) -> None:
    where = await brought(office, browser)
    await office.town.house.services.grants.give((await office.town.person(cast.LIN[0])).id, Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)
    other = await office.sign_in(cast.LIN)
    assert (await other.get(where)).status == 410


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 422), (b"%PDF-1.7", 422), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), 422), (None, 413), (b"\xff\xff", 422)],
    ids=["nothing", "pdf", "xls", "too large", "no text"],
)
async def test_what_is_no_list_is_refused_and_not_kept(office: Office, browser: Client, body: bytes | None, status: int) -> None:
    sent = bytes(LARGEST_UPLOAD + 1) if body is None else body
    answer = await browser.post("/console/import", data=upload(office, browser, sent), allow_redirects=False)
    assert answer.status == status
    assert not await rows_of(office, uploads)


@pytest.mark.parametrize("changed", [{FIELD: "0" * 64}, {FIELD: ""}])
async def test_a_form_of_somebody_else_is_refused_before_its_file_is_read(office: Office, browser: Client, changed: dict[str, str]) -> None:
    answer = await browser.post("/console/import", data=upload(office, browser, LIST, **changed), allow_redirects=False)
    assert answer.status == 403
    elsewhere = await browser.post("/console/import", data=upload(office, browser, LIST), headers={"Origin": "https://evil.example.org"}, allow_redirects=False)
    assert elsewhere.status == 403
    assert not await rows_of(office, uploads)


async def test_an_upload_that_is_no_form_is_refused(office: Office, browser: Client) -> None:
    for body, kind in ((b"x", "multipart/form-data"), (b"--x\r\n\r\n", "multipart/form-data; boundary=x"), (b"{}", "application/json")):
        answer = await browser.post("/console/import", data=body, headers={"Content-Type": kind}, allow_redirects=False)
        assert answer.status in (403, 422)


@pytest.mark.parametrize("who", [cast.OFFICER, cast.APPROVER, cast.WARDEN, cast.KEEPER])
async def test_only_an_admin_brings_lists(office: Office, who: tuple[str, str | None]) -> None:
    client = office.browser() if who is cast.KEEPER else await office.sign_in(who)
    assert (await client.get("/console/import")).status in (403, 303)


async def test_an_admin_brings_rows_of_their_own_areas_about_nobody_elses_people(office: Office, browser: Client) -> None:
    here = cast.VILLAGE.code
    body = f"姓名,手机号,村代码\n别处人,13905780100,{cast.OTHER_VILLAGE.code}\n郑外县,{cast.OTHER_OFFICER[1]},{here}\n本地人,13905780101,{here}\n"
    where = await brought(office, browser, body.encode("gb18030"))
    fields = hidden(await (await browser.get(where)).text())
    assert (await browser.post(f"{where}/take", data=office.form(browser, **fields))).status == 200
    assert (await office.town.person(cast.OTHER_OFFICER[0])).area == cast.OTHER_VILLAGE.code
    async with office.town.house.works.read() as work:
        names = {person.name for person in await work.people.inside(["3311"])}
    assert "本地人" in names
    assert "别处人" not in names
