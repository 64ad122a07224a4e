"""When something does not work, the page says what, why and whom to tell, in both languages, and leads on; nothing internal is in it."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionResetError, ClientResponse, web
from aiohttp.test_utils import TestServer
from sqlalchemy.exc import OperationalError, ProgrammingError

from domain.people import AreaUnknown
from storage.engine import DatabaseAway, DatabaseBusy, away, open_databases
from tests import cast
from tests.houses import Town
from tests.web.conftest import Office, the_application
from tests.web.test_headers import wrong_with
from tests.web.test_limits import ENGLISH
from tests.web.test_live import parts
from web.keys import SERVICES

CHINESE = {"Accept-Language": "zh-CN"}
REFERENCE = re.compile(r"W-0725-\d{6}-\d+")
LARGE = b"place=" + b"x" * 2_000_000


async def falls(_: web.Request) -> web.StreamResponse:
    raise RuntimeError("the password is swordfish")


async def finds_nobody_at_the_database(_: web.Request) -> web.StreamResponse:
    raise ConnectionRefusedError(111, "swordfish:5432")


async def is_left_by_the_reader(_: web.Request) -> web.StreamResponse:
    raise ClientConnectionResetError("Cannot write to closing transport")


async def is_refused_by_the_library(_: web.Request) -> web.StreamResponse:
    raise web.HTTPUnsupportedMediaType(text="swordfish")


@asynccontextmanager
async def an_office_that_falls(town: Town, **paths: Callable[[web.Request], object]) -> AsyncIterator[Office]:
    """The real application with a few paths that fail."""
    app = the_application(town)
    for name, handler in paths.items():
        app.router.add_get(f"/{name}", handler)  # type: ignore[arg-type]
        app.router.add_get(f"/api/{name}", handler)  # type: ignore[arg-type]
    server = TestServer(app)
    async with server:
        office = Office(town, server)
        yield office
        await office.close()


async def told(answer: ClientResponse, *, status: int, code: str) -> str:
    """The page, after everything that every page of this kind must have."""
    page = await answer.text()
    assert answer.status == status
    assert wrong_with(answer) == []
    assert 'role="alert"' in page and f"{code} · " in page and REFERENCE.search(page)
    assert 'class="button" href="/"' in page, "a way on"
    assert "swordfish" not in page and "Traceback" not in page
    return page


@pytest.mark.parametrize(("method", "path", "status", "code", "english", "chinese"), [
    ("GET", "/nowhere", 404, "no_such_page", "There is no such page.", "没有"),
    ("PUT", "/", 405, "not_done_here", "This address does not do that.", "操作"),
    ("GET", "/board", 403, "no_session", "", ""),
    ("POST", "/S/AAAA/report", 413, "body_too_large", "This is too large to be sent here.", "太大"),
])  # fmt: skip
async def test_a_refusal_is_a_page_in_both_languages(
    office: Office, method: str, path: str, status: int, code: str, english: str, chinese: str
) -> None:
    for headers, word in ((ENGLISH, english), (CHINESE, chinese)):
        body = BytesIO(LARGE) if status == 413 else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        if status == 413:
            path = f"/S/{await a_code(office)}/report"
        page = await told(await office.browser().request(method, path, data=body, headers={**headers, **kind}), status=status, code=code)
        assert word in page


async def a_code(office: Office) -> str:
    person = await office.town.person(cast.LIN[0])
    async with office.town.house.works.read() as work:
        return (await work.codes.of([person.id]))[person.id].token


async def test_a_fault_is_a_page_with_a_number_that_the_log_knows_and_nothing_internal(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    async with an_office_that_falls(town, falls=falls) as office:
        for headers, title in ((ENGLISH, "This did not work"), (CHINESE, "操作没有成功")):
            page = await told(await office.browser().get("/falls", headers=headers), status=500, code="fault")
            assert title in page
            found = REFERENCE.search(page)
            assert found and found[0] in caplog.text
        said = (await (await office.browser().get("/api/falls", headers=ENGLISH)).json())["error"]
        assert said["code"] == "fault" and REFERENCE.fullmatch(said["reference"]) and "swordfish" not in str(said)


async def test_a_database_that_is_away_is_said_and_when_to_come_again(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    async with an_office_that_falls(town, away=finds_nobody_at_the_database) as office:
        answer = await office.browser().get("/away", headers=ENGLISH)
        page = await told(answer, status=503, code="database_away")
        assert answer.headers["Retry-After"] == "10"
        assert "cannot reach its records" in page and 'href="/away"' in page
        machine = await office.browser().get("/api/away", headers=ENGLISH)
        assert machine.status == 503 and (await machine.json())["error"]["code"] == "database_away"
    assert "Traceback" not in caplog.text and "the database is away" in caplog.text


async def test_a_reader_who_left_is_no_database_that_is_away(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    async with an_office_that_falls(town, leaves=is_left_by_the_reader) as office:
        assert (await office.browser().get("/leaves")).status == 499
    assert caplog.text == ""


@dataclass(slots=True)
class Gone:
    """Use cases whose database is away from some moment on."""

    real: Any
    gone: bool = False

    def __getattr__(self, name: str) -> Any:
        if self.gone:
            raise ConnectionRefusedError(111, "swordfish:5432")
        return getattr(self.real, name)


@asynccontextmanager
async def an_office_that_loses_its_database(town: Town) -> AsyncIterator[tuple[Office, Gone]]:
    app = the_application(town)
    sessions = Gone(app[SERVICES].sessions)
    app[SERVICES] = replace(app[SERVICES], sessions=sessions)  # type: ignore[arg-type]
    server = TestServer(app)
    async with server:
        office = Office(town, server)
        yield office, sessions
        await office.close()


async def test_an_office_whose_database_is_gone_says_so_and_still_shows_what_needs_none(town: Town) -> None:
    async with an_office_that_loses_its_database(town) as (office, sessions):
        officer, order = await office.sign_in(cast.OFFICER), await town.order()
        sessions.gone = True
        for path in ("/board", f"/board/{order.id}", "/reports", "/console"):
            page = await told(await officer.get(path, headers=ENGLISH, allow_redirects=False), status=503, code="database_away")
            assert f'href="{path}"' in page
        assert (await officer.get(f"/live/board/{order.id}/page")).status == 503
        assert (await officer.get("/")).status == 200
        sessions.gone = False
        assert (await officer.get(f"/board/{order.id}")).status == 200


async def test_an_open_board_ends_when_the_database_goes_so_that_its_browser_comes_again(town: Town) -> None:
    async with an_office_that_loses_its_database(town) as (office, sessions):
        officer, order = await office.sign_in(cast.OFFICER), await town.order()
        async with officer.get(f"/live/board/{order.id}/page") as answer:
            heard = parts(answer)
            await anext(heard)
            sessions.gone = True
            town.house.wakeups.publish("board")
            async with asyncio.timeout(2):
                assert [event async for event in heard] == [], "it ends whole, with no second answer inside it"


async def test_what_the_library_refuses_is_our_page_too(town: Town) -> None:
    async with an_office_that_falls(town, media=is_refused_by_the_library) as office:
        page = await told(await office.browser().get("/media", headers=ENGLISH), status=415, code="not_understood")
        assert "This request cannot be understood." in page


async def test_a_program_that_takes_json_gets_json_wherever_it_asks(office: Office) -> None:
    answer = await office.program().get("/nowhere", headers={"Accept": "application/json", **ENGLISH})
    said = (await answer.json())["error"]
    assert (answer.status, said["code"], said["text"]) == (404, "no_such_page", "There is no such page.")
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8", **ENGLISH}
    assert (await office.program().get("/nowhere", headers=browser)).content_type == "text/html"


async def test_nobody_at_the_other_end_is_told_from_a_wrong_question(tmp_path: Path) -> None:
    databases = open_databases("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseAway) as refused:
        async with databases.read():
            pass
    await databases.close()
    assert away(refused.value)
    assert away(DatabaseBusy()) and away(TimeoutError())
    assert not away(RuntimeError()) and not away(PermissionError()) and not away(AreaUnknown())
    for statement, gone in (("select * from nothing", False), ("insert into t values (1)", True)):
        assert away(await failing(tmp_path, statement)) is gone, statement


async def failing(folder: Path, statement: str) -> Exception:
    """How this statement fails on a file that somebody else holds."""
    from sqlalchemy import text

    file = folder / f"{len(statement)}.db"
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("create table t (n)")
    holder.execute("begin exclusive")
    databases = open_databases(f"sqlite:///{file}", busy_seconds=0.05)
    try:
        if "nothing" in statement:
            holder.execute("commit")
        async with databases.write() as connection:
            await connection.execute(text(statement))
    except (OperationalError, ProgrammingError) as error:
        return error
    finally:
        await databases.close()
        holder.close()
    raise AssertionError("it did not fail")
