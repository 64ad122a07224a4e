"""What a camera opens: never a name, never a place, nothing changed by looking; and a report that proves nothing."""

import re
from io import BytesIO

import pytest

from codes.shortcode import grouped
from domain.codes import IssuedCode
from domain.rollcall import Grade
from domain.scans import Purpose, Via
from domain.shelters import ShelterState
from services.actors import Actor
from services.scans import Asked
from tests import cast
from tests.houses import HALL, Town
from tests.web.conftest import Client, Office
from web.public.code import TYPED

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ENGLISH = {"Accept-Language": "en"}


async def code_of(town: Town, name: str) -> IssuedCode:
    person = await town.person(name)
    async with town.house.works.read() as work:
        return (await work.codes.of([person.id]))[person.id]


async def poster(town: Town) -> IssuedCode:
    async with town.house.works.read() as work:
        return (await work.codes.of([town.hall]))[town.hall]


async def numbers(office: Office) -> dict[str, int]:
    board = office.town.house.services.board
    officer = await office.town.actor(cast.OFFICER)
    total = (await board.order((await board.orders(by=officer))[0].id, by=officer)).total
    return {"reported": total.reported, "proven": total.proven, "not_yet_safe": total.not_yet_safe, "needs_help": total.needs_help}


async def report(client: Client, code: str, **fields: str) -> tuple[int, str]:
    answer = await client.post(f"/S/{code}/report", data=fields, headers=ENGLISH)
    return answer.status, await answer.text()


async def test_the_public_page_never_says_whose_code_it_is_nor_where_they_are(office: Office, keeper: Actor) -> None:
    town, stranger = office.town, office.browser()
    await town.order()
    code = await code_of(town, "林大山")
    before = await (await stranger.get(f"/S/{code.token}", headers=ENGLISH)).text()
    lin = await town.person("林大山")
    await town.house.services.scans.record(Asked("1", keeper, Purpose.SHELTER_IN, Via.NAME, place=town.hall, person=lin.id))
    for text in (code.token, code.short, grouped(code.short).lower()):
        answer = await stranger.get(f"/S/{text}", headers=ENGLISH)
        page = await answer.text()
        assert answer.status == 200
        assert "Valid" in page
        for secret in ("林大山", "林", "13905780011", HALL, "平乐村", str(lin.id), "proven"):
            assert secret not in page, secret
    after = await (await stranger.get(f"/S/{code.token}", headers=ENGLISH)).text()

    def without_numbers(page: str) -> str:
        return re.sub(r"W-[0-9-]+", "", page)

    assert without_numbers(before) == without_numbers(after)


async def test_looking_changes_nothing(office: Office) -> None:
    town, stranger = office.town, office.browser()
    await town.order()
    before = await numbers(office)
    async with town.house.works.read() as work:
        scans = await work.scans.count()
    for text in ((await code_of(town, "林大山")).token, (await poster(town)).short):
        await stranger.get(f"/S/{text}")
        await stranger.head(f"/S/{text}")
        assert (await stranger.get(f"/S/{text}/report")).status == 405
    assert await numbers(office) == before
    async with town.house.works.read() as work:
        assert await work.scans.count() == scans


async def test_an_unknown_and_a_forged_and_a_foreign_code_get_the_same_answer(office: Office) -> None:
    stranger, token = office.browser(), (await code_of(office.town, "林大山")).token
    pages = set()
    for text in (token[:-4] + "AAAA", "A" * len(token), "x" * 300, "0" * 12):
        answer = await stranger.get(f"/S/{text}", headers=ENGLISH)
        page = await answer.text()
        assert answer.status == 200
        assert "Not valid" in page
        assert "/report" not in page
        pages.add(re.sub(r"W-[0-9-]+", "", page.replace(text, "")))
    assert len(pages) == 1


async def test_a_withdrawn_code_says_so_and_takes_no_reports(office: Office) -> None:
    town, stranger = office.town, office.browser()
    code = await code_of(town, "林大山")
    await town.house.services.codes.revoke(code.short, by=Actor.operator())
    page = await (await stranger.get(f"/S/{code.token}", headers=ENGLISH)).text()
    assert "withdrawn" in page
    assert "/report" not in page
    status, page = await report(stranger, code.token, said="safe", place="上东村")
    assert (status, "withdrawn" in page) == (200, True)


async def test_a_poster_says_which_shelter_and_what_to_do_there(office: Office) -> None:
    town, stranger = office.town, office.browser()
    code = await poster(town)
    page = await (await stranger.get(f"/S/{code.token}", headers=ENGLISH)).text()
    assert HALL in page
    assert "This shelter is open." in page
    assert "/report" not in page
    async with town.house.works.write() as work:
        await work.shelters.set_state(town.hall, ShelterState.CLOSED)
    assert "not open" in await (await stranger.get(f"/S/{code.token}", headers=ENGLISH)).text()


async def test_a_report_needs_a_place_and_keeps_what_was_typed(office: Office) -> None:
    await office.town.order()
    stranger, code = office.browser(), await code_of(office.town, "胡阿婆")
    for fields in ({"said": "safe"}, {"said": "safe", "place": "  "}, {"said": "safe", "place": "…！"}):
        status, page = await report(stranger, code.token, **fields)
        assert status == 422
        assert "Please say where" in page
        assert 'aria-invalid="true"' in page
    status, page = await report(stranger, code.token, said="dancing", place="上东村 <b>3</b> 号")
    assert status == 422
    assert "上东村 &lt;b&gt;3&lt;/b&gt; 号" in page
    assert (await numbers(office))["reported"] == 0


async def test_a_report_is_only_reported_and_takes_nobody_off_the_list(office: Office) -> None:
    await office.town.order()
    stranger, code = office.browser(), await code_of(office.town, "胡阿婆")
    status, page = await report(stranger, code.token, said="safe", place="上东村女儿家", once="a")
    assert (status, "reported only" in page) == (200, True)
    assert await numbers(office) == {"reported": 1, "proven": 0, "not_yet_safe": 5, "needs_help": 0}
    await report(stranger, code.token, said="safe", place="上东村女儿家", once="a")
    async with office.town.house.works.read() as work:
        (scan,) = [scan for scan in await work.scans.all() if scan.purpose is Purpose.REPORTED_SAFE]
    assert (scan.via, scan.operator, scan.grade) == (Via.LINK, None, Grade.REPORTED.value)


async def test_help_for_the_owner_of_a_code_is_on_the_board_at_once(office: Office) -> None:
    await office.town.order()
    stranger, code = office.browser(), await code_of(office.town, "胡阿婆")
    status, page = await report(stranger, code.token, said="help", place="村口桥边，腿伤")
    assert status == 200
    assert "people in charge" in page
    assert "胡" not in page
    assert (await numbers(office))["needs_help"] == 1


async def test_reports_on_one_code_are_limited_whoever_sends_them(office: Office) -> None:
    await office.town.order()
    code, other = await code_of(office.town, "胡阿婆"), await code_of(office.town, "叶建国")
    for number in range(5):
        assert (await report(office.browser(), code.token, said="safe", place=f"上东村 {number} 号"))[0] == 200
    stopped = await office.browser().post(f"/S/{code.short}/report", data={"said": "safe", "place": "上东村"}, headers=ENGLISH)
    assert stopped.status == 429
    assert int(stopped.headers["Retry-After"]) == 600
    assert (await report(office.browser(), other.token, said="safe", place="上东村"))[0] == 200
    office.town.clock.go_on(minutes=10)
    assert (await report(office.browser(), code.token, said="safe", place="上东村"))[0] == 200


@pytest.mark.parametrize(("header", "stopped"), [({}, True), ({"X-Forwarded-For": "203.0.113.{n}"}, False)])
async def test_short_codes_cannot_be_guessed_one_after_another(office: Office, header: dict[str, str], stopped: bool) -> None:
    guesser = office.browser()
    statuses = [(await guesser.get("/S/000000000000", headers={name: value.format(n=n) for name, value in header.items()})).status for n in range(25)]
    assert (429 in statuses) is stopped


async def test_a_report_from_another_website_is_not_taken(office: Office) -> None:
    await office.town.order()
    code = await code_of(office.town, "胡阿婆")
    answer = await office.browser().post(f"/S/{code.token}/report", data={"said": "safe", "place": "上东村"}, headers={"Origin": "https://evil.example"})
    assert answer.status == 403
    assert (await numbers(office))["reported"] == 0


async def test_a_short_code_typed_on_the_first_page_leads_to_its_page(office: Office) -> None:
    stranger, code = office.browser(), await code_of(office.town, "林大山")
    answer = await stranger.get("/S", params={"code": f" {grouped(code.short).lower()} "}, allow_redirects=False)
    assert answer.headers["Location"] == f"/S/{code.short}"
    assert (await stranger.get("/S", params={"code": "什么"}, headers=ENGLISH)).status == 200
    assert (await stranger.get("/S", params={"code": ""}, allow_redirects=False)).headers["Location"] == "/"
    small = await stranger.get(f"/s/{code.short.lower()}", allow_redirects=False)
    assert small.headers["Location"] == f"/S/{code.short}"


async def test_a_broken_form_is_a_plain_no(office: Office) -> None:
    stranger, code = office.browser(), await code_of(office.town, "林大山")
    bodies = (
        (b"x", "multipart/form-data"), (b"--a\r\nbroken", "multipart/form-data; boundary=a"), (b"said=safe", "application/x-www-form-urlencoded; charset=none"),
        (b"place=%ff%fe&said=safe", "application/x-www-form-urlencoded"), (b"\xff=\xff", "application/x-www-form-urlencoded"), (b"{}", "application/json"),
    )  # fmt: skip
    for body, kind in bodies:
        answer = await stranger.post(f"/S/{code.token}/report", data=body, headers={"Content-Type": kind})
        assert answer.status in (200, 422), (kind, body)
    large = await stranger.post(f"/S/{code.token}/report", data=BytesIO(b"place=" + b"x" * 1024 * 1024), headers=FORM)
    assert large.status == 413


async def test_guessing_short_codes_is_slow_however_they_are_written(office: Office) -> None:
    guesser, told = office.browser(), []
    for number in range(22):
        told.append((await guesser.get(f"/S/{'-' * 30}{number:010d}AA")).status)
    assert told == [200] * TYPED.most + [429] * (22 - TYPED.most)


async def test_three_megabytes_are_refused_and_change_nothing(office: Office) -> None:
    await office.town.order()
    before, stranger, code = await numbers(office), office.browser(), await code_of(office.town, "林大山")
    body = BytesIO(b"said=safe&place=" + b"x" * 3_000_000)
    answer = await stranger.post(f"/S/{code.token}/report", data=body, headers={**FORM, **ENGLISH})
    assert answer.status == 413
    assert "too large" in await answer.text()
    assert (await stranger.get("/S/" + "A" * 7000, headers=ENGLISH)).status == 200
    assert await numbers(office) == before
