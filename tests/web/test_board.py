"""The board: who may see it, what its numbers open to, and that nobody's whole name is on it."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.access import May, Role
from domain.evacuations import Order
from domain.rollcall import Happening, How
from domain.scans import Purpose, Via
from services.actors import Actor
from services.board import Column
from services.scans import Asked
from tests import cast
from tests.web.conftest import Office
from web.keys import TABLE

ROUTES = (
    "/board/{order}", "/board/{order}/people", "/board/{order}/people?area=331102001201&column=listed", "/live/board/{order}",
    "/live/board/{order}/page", "/api/v1/orders/{order}/board",
)  # fmt: skip
NOWHERE = (
    "/board/nonsense", "/board/nonsense/people", "/board/member/nonsense", "/api/v1/orders/nonsense/board", "/live/board/nonsense",
    "/live/board/nonsense/page",
)  # fmt: skip


async def member_of(office: Office, order: Order, name: str) -> UUID:
    lines = await office.town.house.services.board.people(order.id, by=await office.town.actor(cast.OFFICER), column=Column.LISTED)
    return next(line.line.member for line in lines if line.name == name)


async def paths(office: Office, order: Order) -> list[str]:
    """Every board route there is, for this order; the walk fails when one is added and not walked."""
    guarded = {route.path for route in office.server.app[TABLE].values() if isinstance(route.may, May) and "/board" in route.path}
    walked = [*(path.format(order=order.id) for path in ROUTES), f"/board/member/{await member_of(office, order, '林大山')}"]
    assert guarded == {
        "/board", "/board/{order}", "/board/{order}/people", "/live/board/{order}", "/live/board/{order}/page", "/api/v1/orders/{order}/board",
        "/board/member/{member}",
    }  # fmt: skip
    return walked


async def test_a_stranger_is_refused_on_every_board_route(office: Office) -> None:
    order, stranger = await office.town.order(), office.browser()
    for path in ["/board", *await paths(office, order)]:
        answer = await stranger.get(path, headers={"Accept-Language": "en"})
        assert answer.status == 403, path
        assert "平乐村" not in await answer.text()
    forged = await stranger.get("/board", headers={"Cookie": "mashang=" + "A" * 43})
    assert forged.status == 403


async def test_an_officer_of_another_county_is_refused_on_every_board_route(office: Office) -> None:
    order, other = await office.town.order(), await office.sign_in(cast.OTHER_OFFICER)
    for path in await paths(office, order):
        answer = await other.get(path)
        assert answer.status == 404, path
        assert "平乐村" not in await answer.text()
    listing = await other.get("/board", allow_redirects=False)
    assert listing.status == 200
    assert order.number not in await listing.text()


async def test_a_keeper_of_another_county_opens_nobody_of_this_one(office: Office) -> None:
    order, services = await office.town.order(), office.town.house.services
    row = {"name": "小舟村礼堂", "level": "village", "area_code": cast.OTHER_VILLAGE.code, "address": "1", "places_day": "60", "places_night": "60"}
    await services.shelters.import_rows([(2, row)], by=Actor.operator())
    place = await services.shelters.named("小舟村礼堂")
    await services.grants.give((await office.town.person(cast.MALLORY[0])).id, Role.KEEPER, by=Actor.operator(), place=place)
    keeper = await office.sign_in(cast.MALLORY)
    for path in await paths(office, order):
        assert (await keeper.get(path)).status == 404, path


async def test_a_grant_that_was_taken_back_or_ran_out_closes_an_open_board_at_once(office: Office) -> None:
    order, services, town = await office.town.order(), office.town.house.services, office.town
    mallory = (await town.person(cast.MALLORY[0])).id
    await services.grants.give(mallory, Role.DUTY_OFFICER, by=Actor.operator(), area=cast.COUNTY.code, until=town.clock.now() + timedelta(minutes=9))
    officer = await office.sign_in(cast.MALLORY)
    for path in await paths(office, order):
        async with officer.get(path) as answer:
            assert answer.status == 200, path
    town.clock.go_on(minutes=10)
    for path in ["/board", *await paths(office, order)]:
        assert (await officer.get(path)).status == 403, path


async def test_an_administrator_sees_numbers_and_no_person(office: Office, admin: None) -> None:
    order, mallory = await office.town.order(), await office.sign_in(cast.MALLORY)
    page = await (await mallory.get(f"/board/{order.id}")).text()
    assert 'data-n="total.not_yet_safe">5<' in page
    assert "/people?" not in page
    assert (await mallory.get(f"/board/{order.id}/people")).status == 403
    assert (await mallory.get(f"/board/member/{await member_of(office, order, '林大山')}")).status == 403


async def test_each_number_opens_to_its_people_and_a_person_to_who_when_and_how(office: Office, keeper: Actor) -> None:
    order, services, town = await office.town.order(), office.town.house.services, office.town
    lin, hu = await town.person("林大山"), await town.person("胡阿婆")
    await services.scans.record(Asked("1", keeper, Purpose.SHELTER_IN, Via.NAME, place=town.hall, person=lin.id))
    await services.rollcall.tick([hu.id], Happening.SAFE_ELSEWHERE, How.HEARD, by=await town.actor(cast.WARDEN), key="2", note="女儿家")
    officer = await office.sign_in(cast.OFFICER)
    board = await (await officer.get("/board", allow_redirects=True)).text()
    for column, count in (("listed", 5), ("proven", 1), ("reported", 1), ("not_yet_safe", 4), ("needs_help", 0), ("walk_ins", 0), ("verify", 0)):
        assert f'data-n="total.{column}" href="/board/{order.id}/people?column={column}"' in board
        people = await (await officer.get(f"/board/{order.id}/people?column={column}&area={cast.VILLAGE.code}")).text()
        assert people.count('href="/board/member/') == count, column
    proven = await (await officer.get(f"/board/{order.id}/people?column=proven")).text()
    assert "林*山" in proven
    assert "平乐村文化礼堂" in proven
    timeline = await (await officer.get(f"/board/member/{await member_of(office, order, '林大山')}", headers={"Accept-Language": "en"})).text()
    assert "李*站" in timeline
    assert "10:00" in timeline


async def test_what_was_taken_back_stays_on_the_page_struck_through(office: Office) -> None:
    order, services, town = await office.town.order(), office.town.house.services, office.town
    warden, hu = await town.actor(cast.WARDEN), await town.person("胡阿婆")
    await services.rollcall.tick([hu.id], Happening.SAFE_ELSEWHERE, How.SAW, by=warden, key="1", note="女儿家")
    member = await member_of(office, order, "胡阿婆")
    timeline = await services.board.timeline(member, by=warden)
    await services.rollcall.annul(timeline.moments[0].event.id, by=warden, key="2")
    page = await (await (await office.sign_in(cast.OFFICER)).get(f"/board/member/{member}")).text()
    assert page.count("<del>") == 1
    assert "女儿家" in page


async def test_no_page_of_the_board_says_a_whole_name_or_a_phone(office: Office, keeper: Actor) -> None:
    order, services, town = await office.town.order(), office.town.house.services, office.town
    lin = await town.person("林大山")
    await services.scans.record(Asked("1", keeper, Purpose.SHELTER_IN, Via.NAME, place=town.hall, person=lin.id))
    officer = await office.sign_in(cast.OFFICER)
    for path in (f"/board/{order.id}", f"/board/{order.id}/people?column=listed", f"/board/member/{await member_of(office, order, '林大山')}"):
        page = await (await officer.get(path)).text()
        for name, phone in (cast.LIN, cast.GRANNY_HU, cast.KEEPER, cast.WARDEN):
            assert name not in page, (path, name)
            assert not phone or phone not in page


async def test_programs_get_the_same_numbers_as_people(office: Office) -> None:
    order, officer = await office.town.order(), await office.sign_in(cast.OFFICER)
    told = await (await officer.get(f"/api/v1/orders/{order.id}/board")).json()
    assert told["order"]["number"] == order.number
    assert told["total"]["listed"] == told["total"]["proven"] + told["total"]["not_yet_safe"] == 5
    assert [row["name"] for row in told["rows"]] == ["平乐村"]
    assert "林" not in str(told)


@pytest.mark.parametrize("path", NOWHERE)
async def test_an_address_that_leads_nowhere_says_so(office: Office, path: str) -> None:
    officer = await office.sign_in(cast.OFFICER)
    assert (await officer.get(path)).status == 404


async def test_a_column_that_does_not_exist_is_no_page(office: Office) -> None:
    order, officer = await office.town.order(), await office.sign_in(cast.OFFICER)
    assert (await officer.get(f"/board/{order.id}/people?column=everything")).status == 404


async def test_what_the_system_told_is_by_nobody_unknown_and_a_correction_was_not_seen(office: Office) -> None:
    services, warden = office.town.house.services, await office.town.actor(cast.WARDEN)
    order, hu = await office.town.order(), await office.town.person(cast.GRANNY_HU[0])
    (member,) = await services.rollcall.tick([hu.id], Happening.MOVING, How.SAW, by=warden, key="1")
    timeline = await services.board.timeline(member.id, by=warden)
    await services.rollcall.annul(timeline.moments[-1].event.id, by=warden, key="2")
    officer = await office.sign_in(cast.OFFICER)
    page = await (await officer.get(f"/board/member/{member.id}", headers={"Accept-Language": "en"})).text()
    assert order.number in page
    assert page.count("seen in person") == 1
    assert "unknown person" not in page
    assert page.count("by 陈*管") == 2
