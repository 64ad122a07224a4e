"""Users, emergency authorisations and the audit log on pages: given and taken with six digits, masked, and only within one's own area."""

import re

import pytest

from domain.access import Role
from services.actors import Actor
from tests import cast
from tests.web.conftest import Client, Office
from web.middlewares.csrf import FIELD

ENGLISH = {"Accept-Language": "en"}
TOKEN = re.compile(rf'name="{FIELD}" value="([0-9a-f]+)"')
WHY = "邻县值班员联系不上，需代为登记"


@pytest.fixture
async def admin(office: Office) -> Client:
    await office.town.house.services.grants.give((await office.town.person(cast.MALLORY[0])).id, Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)
    return await office.sign_in_with_digits(cast.MALLORY)


async def sent(client: Client, page: str, path: str, **fields: str) -> tuple[int, str]:
    """A form of that page, sent to that path."""
    token = TOKEN.search(await (await client.get(page, headers=ENGLISH)).text())
    assert token, page
    answer = await client.post(path, data={FIELD: token[1], **fields}, headers=ENGLISH, allow_redirects=False)
    return answer.status, await answer.text()


async def test_an_admin_gives_a_role_until_a_day_and_takes_it_back_with_a_reason(office: Office, admin: Client) -> None:
    who = (await office.town.person(cast.YE[0])).id
    page = f"/console/users/{who}"
    status, _ = await sent(admin, page, f"{page}/grants", role="warden", scope=cast.VILLAGE.code, until="2026-08-01")
    assert status == 303
    [grant] = (await office.town.actor(cast.YE)).grants
    assert grant.role is Role.WARDEN and grant.area == cast.VILLAGE.code and grant.until is not None
    shown = await (await admin.get(page, headers=ENGLISH)).text()
    assert "Village officer" in shown and "叶*国" in shown and cast.YE[0] not in shown
    status, _ = await sent(admin, page, f"{page}/grants/{grant.id}/revoke", why="moved")
    assert status == 303 and not (await office.town.actor(cast.YE)).grants
    assert "moved to another post" in await (await admin.get(page, headers=ENGLISH)).text()


@pytest.mark.parametrize(("fields", "said"), [
    ({"role": "king", "scope": cast.VILLAGE.code}, "Choose a role"), ({"role": "warden", "scope": "999999"}, "no such area or place among yours"),
    ({"role": "warden", "scope": cast.OTHER_COUNTY.code}, "no such area or place among yours"), ({"role": "keeper", "scope": "月亮礼堂"}, "no such area"),
    ({"role": "warden", "scope": cast.VILLAGE.code, "until": "soon"}, "2026-07-25"),
    ({"role": "warden", "scope": cast.VILLAGE.code, "until": "2020-01-01"}, "past"),
])  # fmt: skip
async def test_nonsense_comes_back_with_a_sentence_and_gives_nothing(office: Office, admin: Client, fields: dict[str, str], said: str) -> None:
    page = f"/console/users/{(await office.town.person(cast.YE[0])).id}"
    status, text = await sent(admin, page, f"{page}/grants", **fields)
    assert status == 422 and said in text
    assert not (await office.town.actor(cast.YE)).grants


async def test_nobody_gives_themself_a_role_and_the_attempt_is_on_record(office: Office, admin: Client) -> None:
    me = (await office.town.person(cast.MALLORY[0])).id
    other = f"/console/users/{(await office.town.person(cast.YE[0])).id}"
    status, _ = await sent(admin, other, f"/console/users/{me}/grants", role="approver", scope=cast.COUNTY.code)
    assert status == 403
    assert {grant.role for grant in (await office.town.actor(cast.MALLORY)).grants} == {Role.ADMIN}
    async with office.town.house.works.read() as work:
        [row] = [row for row, _ in await work.audit.all() if row.action == "access.refused"]
    assert row.facts["code"] == "grant_to_self" and row.actor == me


async def test_without_six_digits_no_role_is_given(office: Office) -> None:
    await office.town.house.services.grants.give((await office.town.person(cast.MALLORY[0])).id, Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)
    page = f"/console/users/{(await office.town.person(cast.YE[0])).id}"
    await sent(await office.sign_in(cast.MALLORY), page, f"{page}/grants", role="warden", scope=cast.VILLAGE.code)
    assert not (await office.town.actor(cast.YE)).grants


async def test_an_open_emergency_authorisation_stands_above_every_page_and_ends_on_one(office: Office) -> None:
    order, officer = await office.town.order(), await office.sign_in_with_digits(cast.OTHER_OFFICER)
    assert (await officer.get(f"/board/{order.id}")).status == 404
    status, text = await sent(officer, "/console/glass", "/console/glass", reason="help", minutes="15")
    assert status == 422 and "at least 10 characters" in text
    status, _ = await sent(officer, "/console/glass", "/console/glass", reason=WHY, minutes="15")
    assert status == 303
    board = await (await officer.get(f"/board/{order.id}", headers=ENGLISH)).text()
    assert order.number in board and "Emergency authorisation open until" in board
    [line] = await office.town.house.services.glass.listing(by=await office.town.actor(cast.OTHER_OFFICER))
    status, _ = await sent(officer, "/console/glass", f"/console/glass/{line.glass.id}/end")
    assert status == 303 and (await officer.get(f"/board/{order.id}")).status == 404


async def test_an_auditor_reads_who_was_refused_and_an_officer_does_not(office: Office) -> None:
    await office.town.house.services.grants.give((await office.town.person(cast.LIN[0])).id, Role.AUDITOR, by=Actor.operator(), area=cast.COUNTY.code)
    officer, auditor = await office.sign_in(cast.OFFICER), await office.sign_in_with_digits(cast.LIN)
    assert (await officer.get("/console/audit")).status == 403
    page = await (await auditor.get("/console/audit?action=access.", headers=ENGLISH)).text()
    assert "access.refused" in page and "not_yours" in page and cast.OFFICER[0] not in page
