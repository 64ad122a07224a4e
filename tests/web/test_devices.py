"""An official's phone is enrolled on a page, watched there, and withdrawn."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from codes.signing import coordinates, new_key
from storage.audit import audit
from storage.devices import devices as devices_table
from tests import cast
from tests.houses import HALL
from tests.phones import a_phone
from tests.web.conftest import Client, Office

HERE = "/console/devices"


@pytest.fixture
async def browser(office: Office, admin: None) -> Client:
    return await office.sign_in(cast.MALLORY)


async def asked(office: Office, browser: Client, **fields: str) -> tuple[int, str]:
    """The form for the keeper's phone, as it is filled in."""
    keeper = (await office.town.person(cast.KEEPER[0])).id
    plain = {"label": "东门", "purpose-shelter_in": "1", "purpose-shelter_out": "1", f"place-{office.town.hall}": "1", "days": "3"} | fields
    answer = await browser.post(f"{HERE}/new/{keeper}", data=office.form(browser, **plain), allow_redirects=False)
    return answer.status, await answer.text()


def secret_in(page: str) -> str:
    found = re.search(r'<p class="login-key"><code>([0-9A-Z ]+)</code>', page)
    assert found, page
    return found[1].replace(" ", "")


async def comes(office: Office, secret: str) -> UUID:
    """The phone scans it."""
    x, y = coordinates(new_key().public_key())
    return (await office.town.house.services.devices.enrol(secret, x=x, y=y)).id


async def test_a_phone_is_enrolled_in_four_steps_and_the_page_says_so_by_itself(office: Office, browser: Client) -> None:
    found = await browser.post(f"{HERE}/whose", data=office.form(browser, phone=cast.KEEPER[1] or ""), allow_redirects=False)
    assert (found.status, found.headers["Location"]) == (303, f"{HERE}/new/{(await office.town.person(cast.KEEPER[0])).id}")
    form = await (await browser.get(found.headers["Location"])).text()
    assert HALL in form and cast.KEEPER[0] not in form
    status, page = await asked(office, browser)
    assert status == 200 and "<svg" in page and "https://ls.example.org/scan/" in page
    (state,) = re.findall(r'hx-get="([^"]+)"', page)
    assert (await browser.get(state, headers={"HX-Request": "true"})).status == 204, "it waits"
    device = await comes(office, secret_in(page))
    come = await browser.get(state, headers={"HX-Request": "true"})
    assert come.status == 200 and "东门" in await come.text() and 'id="ticket"' in await come.text()
    listed = await (await browser.get(HERE)).text()
    assert f"{HERE}/one/{device}" in listed and HALL in listed and cast.KEEPER[0] not in listed
    async with office.town.house.databases.read() as connection:
        (row,) = (await connection.execute(select(devices_table))).all()
    assert row.until - row.enrolled_at == timedelta(days=3)


async def test_the_page_with_the_code_is_kept_nowhere(office: Office, browser: Client) -> None:
    keeper = (await office.town.person(cast.KEEPER[0])).id
    fields = office.form(browser, label="东门", **{"purpose-shelter_in": "1", f"place-{office.town.hall}": "1"})
    assert (await browser.post(f"{HERE}/new/{keeper}", data=fields)).headers["Cache-Control"] == "no-store"


async def test_a_code_that_no_phone_scanned_in_time_is_over(office: Office, browser: Client) -> None:
    page = (await asked(office, browser))[1]
    (state,) = re.findall(r'hx-get="([^"]+)"', page)
    office.town.clock.go_on(minutes=10)
    over = await (await browser.get(state)).text()
    assert "verdict yellow" in over and secret_in(page)[:4] not in over


@pytest.mark.parametrize(
    "fields", [{"label": " "}, {"label": "x" * 41}, {"purpose-fly": "1"}, {"purpose-reported_safe": "1"}], ids=["no name", "long", "unknown", "not offered"],
)  # fmt: skip
async def test_a_form_with_a_mistake_comes_back_with_what_was_typed(office: Office, browser: Client, fields: dict[str, str]) -> None:
    status, page = await asked(office, browser, **fields)
    assert status == 422 and 'role="alert"' in page and f'name="place-{office.town.hall}" value="1" checked' in page


async def test_a_phone_that_could_do_nothing_is_not_enrolled(office: Office, browser: Client) -> None:
    keeper = (await office.town.person(cast.KEEPER[0])).id
    fields = office.form(browser, label="东门", **{"purpose-shelter_in": "1"})
    assert (await browser.post(f"{HERE}/new/{keeper}", data=fields)).status == 422
    nothing = await browser.post(f"{HERE}/new/{keeper}", data=office.form(browser, label="东门"))
    assert nothing.status == 422 and "shelter_in," not in await nothing.text()


async def test_a_list_of_names_goes_into_a_phone_only_after_six_digits(office: Office, admin: None) -> None:
    order = await office.town.order()
    browser = await office.sign_in(cast.MALLORY)
    assert (await asked(office, browser, list=str(order.id)))[0] == 403
    proven = await office.sign_in_with_digits(cast.MALLORY)
    status, page = await asked(office, proven, list=str(order.id))
    assert status == 200
    device = await comes(office, secret_in(page))
    async with office.town.house.works.read() as work:
        found = await work.devices.get(device)
    assert found is not None and found.scope.with_list == order.id


@pytest.mark.parametrize("phone", ["13900000000", "no number", cast.OTHER_OFFICER[1]])
async def test_somebody_elsewhere_is_found_as_little_as_nobody(office: Office, browser: Client, phone: str) -> None:
    answer = await browser.post(f"{HERE}/whose", data=office.form(browser, phone=phone), allow_redirects=False)
    page = await answer.text()
    assert answer.status == 422 and cast.OTHER_OFFICER[0] not in page and f'value="{phone}"' in page


async def test_a_phone_is_withdrawn_with_the_time_since_when_it_is_not_believed(office: Office, browser: Client) -> None:
    phone = await a_phone(office.town)
    where = f"{HERE}/one/{phone.device.id}"
    assert (await browser.post(f"{where}/revoke", data=office.form(browser, since="2999-01-01T00:00"))).status == 422
    done = await browser.post(f"{where}/revoke", data=office.form(browser, since="2026-01-01T08:00"))
    assert done.status == 200
    async with office.town.house.works.read() as work:
        found = await work.devices.get(phone.device.id)
    assert found is not None and found.revoked_at == office.town.clock.now()
    assert found.distrusted_since is not None and found.distrusted_since.isoformat() == "2026-01-01T00:00:00+00:00"
    assert (await browser.post(f"{where}/revoke", data=office.form(browser))).status == 409
    async with office.town.house.databases.read() as connection:
        actions = [row.action for row in await connection.execute(select(audit))]
    assert {"devices.offer", "devices.enrol", "devices.revoke"} <= set(actions)


async def test_the_list_says_in_words_how_each_phone_stands(office: Office, browser: Client) -> None:
    await a_phone(office.town)
    browser.session.cookie_jar.update_cookies({"lang": "en"})
    assert "in use" in await (await browser.get(HERE)).text()
    office.town.clock.go_on(minutes=16)
    assert "no news" in await (await browser.get(HERE)).text()
