"""/console/passes: asked for and decided in a browser; who is inside stands on the board."""

import pytest

from domain.passes import PassState
from tests import cast
from tests.relief import LEADER, PLATE, ROAD, TEAM, Relief, a_relief
from tests.web.conftest import Office

PATH = "/console/passes"
FIELDS = {"kind": "vehicle", "who": PLATE, "team": TEAM, "area": cast.VILLAGE.code, "hours": "24", "reason": "送发电机"}


@pytest.fixture
async def relief(office: Office) -> Relief:
    return await a_relief(office.town)


async def test_a_pass_is_asked_for_granted_and_revoked_on_the_page(office: Office, relief: Relief) -> None:
    officer, approver = await office.sign_in(cast.OFFICER), await office.sign_in(cast.APPROVER)
    for _ in range(2):
        answer = await officer.post(PATH, data=office.form(officer, **FIELDS, once="the same form"), allow_redirects=False)
        assert answer.status == 303
    (line,) = await relief.passes.listing(by=await office.town.actor(cast.APPROVER))
    assert f"{PATH}/{line.held.id}/grant" not in await (await officer.get(PATH)).text(), "whoever asks does not decide"
    assert f"{PATH}/{line.held.id}/grant" in await (await approver.get(PATH)).text()
    for verb, why, state in (("grant", "", PassState.GRANTED), ("revoke", "任务取消", PassState.REVOKED)):
        answer = await approver.post(f"{PATH}/{line.held.id}/{verb}", data=office.form(approver, why=why), allow_redirects=False)
        assert answer.status == 303
        (line,) = await relief.passes.listing(by=await office.town.actor(cast.APPROVER))
        assert line.standing is state


async def test_a_mistake_comes_back_with_what_was_typed(office: Office, relief: Relief) -> None:
    officer = await office.sign_in(cast.OFFICER)
    answer = await officer.post(PATH, data=office.form(officer, **{**FIELDS, "hours": "100"}), allow_redirects=False)
    page = await answer.text()
    assert answer.status == 422 and 'role="alert"' in page and f'value="{PLATE}"' in page and "送发电机" in page
    approver = await office.sign_in(cast.APPROVER)
    held = await relief.asked()
    answer = await approver.post(f"{PATH}/{held.id}/refuse", data=office.form(approver, why=" "), allow_redirects=False)
    assert answer.status == 422 and "请写明原因" in await answer.text()
    for area in ("99", cast.OTHER_VILLAGE.code, f"{cast.VILLAGE.code}999"):
        answer = await officer.post(PATH, data=office.form(officer, **{**FIELDS, "area": area}), allow_redirects=False)
        page = await answer.text()
        assert answer.status == 404 and 'role="alert"' in page and cast.COUNTY.code in page and f'value="{PLATE}"' in page
    await relief.passes.decide(held.id, granted=True, by=await office.town.actor(cast.OFFICER))
    answer = await approver.post(f"{PATH}/{held.id}/refuse", data=office.form(approver, why="桥断"), allow_redirects=False)
    assert answer.status == 409


async def test_who_is_inside_stands_on_page_and_board(office: Office, relief: Relief) -> None:
    await relief.shows((await relief.card(await relief.granted(hours=1))).text)
    order = await office.town.order()
    officer, stranger = await office.sign_in(cast.OFFICER), await office.sign_in(cast.OTHER_OFFICER)
    page = await (await officer.get(PATH)).text()
    assert all(said in page for said in (PLATE, TEAM, ROAD))
    assert PLATE not in await (await stranger.get(PATH)).text()
    assert PATH in await (await officer.get(f"/board/{order.id}")).text()
    office.town.clock.go_on(minutes=29)
    (line,) = await relief.inside()
    assert not line.overdue
    leader = await office.town.actor(LEADER)
    assert [one.standing for one in await relief.passes.listing(by=leader)] == [PassState.GRANTED]
