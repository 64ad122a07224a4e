"""What surrounds every page: who reads, where they are, how large it is written, and whether it is real."""

from aiohttp.test_utils import TestServer

from services.actors import Actor
from tests import cast
from tests.houses import Town, people_rows
from tests.web.conftest import Office, the_application
from web.keys import PAGES
from web.rendering import room_of
from web.words import SIZES

ENGLISH = {"Accept-Language": "en"}


async def test_large_letters_stay_chosen_on_every_page_and_never_lead_elsewhere(office: Office) -> None:
    reader = office.browser()
    assert 'class="size-100"' in await (await reader.get("/")).text()
    for size in ("125", "150"):
        answer = await reader.post("/text-size", data={"size": size, "back": "/S/AAAA"}, allow_redirects=False)
        assert answer.headers["Location"] == "/S/AAAA"
        for path in ("/", "/S/AAAA", "/nowhere"):
            assert f'class="size-{size}"' in await (await reader.get(path)).text(), path
    for back in ("//evil.example", "https://evil.example"):
        answer = await reader.post("/text-size", data={"size": "100", "back": back}, allow_redirects=False)
        assert answer.headers["Location"] == "/"


async def test_an_invented_size_changes_nothing(office: Office) -> None:
    reader = office.browser()
    answer = await reader.post("/text-size", data={"size": '150" onload="x'}, allow_redirects=False)
    assert "Set-Cookie" not in answer.headers
    assert 'class="size-100"' in await (await reader.get("/", headers={"Cookie": "size=999"})).text()
    assert set(SIZES) == {"100", "125", "150"}


async def test_the_console_begins_in_the_first_room_that_is_theirs(office: Office) -> None:
    officer = await office.sign_in(cast.OFFICER)
    assert (await officer.get("/console", allow_redirects=False)).headers["Location"] == "/board"
    assert (await office.browser().get("/console", allow_redirects=False)).status == 403


async def test_the_page_says_who_is_signed_in_without_the_whole_name(office: Office) -> None:
    page = await (await (await office.sign_in(cast.OFFICER)).get("/board?all=1")).text()
    name = cast.OFFICER[0]
    assert name not in page
    assert f"{name[0]}*{name[-1]}" in page
    assert 'action="/logout"' in page


async def test_every_page_has_a_number_that_can_be_read_out(office: Office) -> None:
    for path in ("/", "/S/AAAA", "/nowhere"):
        assert "Number of this page: W-0725-" in await (await office.browser().get(path, headers=ENGLISH)).text(), path


async def test_the_pages_of_a_drill_say_so_and_those_of_a_real_order_do_not(office: Office) -> None:
    officer, frame = await office.sign_in(cast.OFFICER), "This is an exercise"
    await office.town.house.services.people_import.import_rows(list(enumerate(people_rows(), 2)), by=Actor.operator(), enrolled=True)
    for drill in (True, False):
        order = await office.town.order(drill=drill, key=f"drill {drill}")
        for path in (f"/board/{order.id}", f"/board/{order.id}/people?column=listed"):
            page = await (await officer.get(path, headers=ENGLISH)).text()
            assert (frame in page) is drill, path
            assert ('<body class="drill"' in page) is drill, path


async def test_a_demonstration_says_so_on_every_page(town: Town) -> None:
    server = TestServer(the_application(town, drill_only=True))
    async with server:
        office = Office(town, server)
        for path in ("/", "/S/AAAA", "/nowhere"):
            page = await (await office.browser().get(path, headers=ENGLISH)).text()
            assert '<body class="demo">' in page, path
            assert "Demonstration." in page, path
        await office.close()


def test_the_longest_path_is_the_room_of_a_page() -> None:
    rooms = [("/board", ""), ("/console/users", ""), ("/console", "")]
    assert room_of("/board/1/people", rooms) == "/board"
    assert room_of("/console/users/7", rooms) == "/console/users"
    assert room_of("/boards", rooms) is None


async def test_a_board_reloads_itself_for_whoever_asked_for_that_and_for_nobody_else(office: Office) -> None:
    officer, order = await office.sign_in(cast.OFFICER), await office.town.order()
    plain, reloading = [await officer.get(f"/board/{order.id}{asked}", headers=ENGLISH) for asked in ("", "?reload=1")]
    assert "Refresh" not in plain.headers
    assert reloading.headers["Refresh"] == "30"
    page = await reloading.text()
    assert "This page reloads itself every 30 seconds." in page
    assert "sse-connect" not in page


async def test_without_the_scripts_every_page_of_ours_says_so_and_none_of_a_strangers(office: Office) -> None:
    officer, order = await office.sign_in(cast.OFFICER), await office.town.order()
    office.server.app[PAGES].scripts = False
    for path in (f"/board/{order.id}", "/reports", "/notices"):
        page = await (await officer.get(path, headers=ENGLISH)).text()
        assert "was built without its scripts" in page, path
        assert "<script" not in page and "hx-" not in page, path
    assert "built without" not in await (await office.browser().get("/", headers=ENGLISH)).text()


async def test_a_strangers_page_needs_no_script_at_all(office: Office) -> None:
    for path in ("/", "/S/AAAA", "/nowhere"):
        assert "<script" not in await (await office.browser().get(path)).text(), path
