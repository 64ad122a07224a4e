"""The live board: a scan is on it within a second, and it ends with the right to see it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestServer

from domain.scans import Purpose, Via
from services.actors import Actor
from services.scans import Asked
from tests import cast
from tests.houses import HALL, Town
from tests.phones import a_phone
from tests.waiting import until
from tests.web.conftest import Office, the_application
from web.console.streams import MOST_EACH, Streams
from web.keys import STREAMS


async def events(answer: ClientResponse) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """The events of a stream, as a browser reads them."""
    name = ""
    async for line in answer.content:
        text = line.decode().rstrip("\n")
        if text.startswith("event: "):
            name = text.removeprefix("event: ")
        elif text.startswith("data: "):
            yield name, json.loads(text.removeprefix("data: "))


async def test_a_scan_is_on_the_open_board_by_itself(office: Office, keeper: Actor) -> None:
    town, officer = office.town, await office.sign_in(cast.OFFICER)
    order = await town.order()
    lin, hu = await town.person("林大山"), await town.person("胡阿婆")
    async with officer.get(f"/live/board/{order.id}") as answer:
        assert answer.content_type == "text/event-stream"
        told = events(answer)
        name, first = await anext(told)
        assert (name, first["total"]["not_yet_safe"]) == ("board", 5)
        for key, person, left in (("1", lin, 4), ("2", hu, 3)):
            await town.house.services.scans.record(Asked(key, keeper, Purpose.SHELTER_IN, Via.NAME, place=town.hall, person=person.id))
            async with asyncio.timeout(30):
                name, numbers = await anext(told)
            assert (name, numbers["total"]["not_yet_safe"]) == ("board", left)
            assert numbers["rows"][0]["proven"] == 5 - left
            town.clock.go_on(seconds=1)


async def test_an_open_board_sees_by_itself_that_a_phone_fell_silent_and_that_it_is_heard_of_again(office: Office) -> None:
    town, officer = office.town, await office.sign_in(cast.OFFICER)
    order = await town.order()
    phone = await a_phone(town)
    streams = office.server.app[STREAMS]
    streams.heartbeat = 0.05
    async with officer.get(f"/live/board/{order.id}") as answer:
        told = events(answer)
        _, first = await anext(told)
        assert [(one["name"], one["silent"], one["devices"]) for one in first["places"]] == [(HALL, False, 1)]
        town.clock.go_on(minutes=15, seconds=1)
        async with asyncio.timeout(2):
            silent = await anext(numbers async for name, numbers in told if name == "board")
        assert silent["places"][0]["silent"]
        await phone.send([phone.item(town.clock.now(), what="undo", annuls=str(phone.boot))])
        async with asyncio.timeout(2):
            heard = await anext(numbers async for name, numbers in told if name == "board" and not numbers["places"][0]["silent"])
        assert heard["places"][0]["as_of"] == town.clock.now().isoformat()


async def parts(answer: ClientResponse) -> AsyncIterator[tuple[str, str]]:
    """The events of the stream that our own page listens to: name and HTML."""
    name, lines = "", []
    async for raw in answer.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            lines.append(line.removeprefix("data: "))
        elif not line and lines:
            yield name, "\n".join(lines)
            lines = []


async def test_the_page_is_told_all_at_first_and_then_only_what_changed(office: Office, keeper: Actor) -> None:
    town, officer = office.town, await office.sign_in(cast.OFFICER)
    order = await town.order(cast.VILLAGE.code, cast.NEXT_VILLAGE.code)
    async with officer.get(f"/live/board/{order.id}/page", headers={"Accept-Language": "en"}) as answer:
        told = parts(answer)
        name, first = await anext(told)
        assert name == "numbers"
        assert all(f'id="{part}"' in first for part in ("order", "at", "sums", "rows", "shares", "row-total"))
        for key, person in (("1", await town.person("林大山")), ("2", await town.person("胡阿婆"))):
            await town.house.services.scans.record(Asked(key, keeper, Purpose.SHELTER_IN, Via.NAME, place=town.hall, person=person.id))
            async with asyncio.timeout(1):
                name, change = await anext(told)
            town.clock.go_on(seconds=1)
    assert name == "numbers"
    assert f'id="row-{cast.VILLAGE.code}"' in change
    assert f'id="row-{cast.NEXT_VILLAGE.code}"' not in change
    assert 'id="order"' not in change
    assert 'class="n changed" id="total-proven"' in change
    assert "Not yet safe: " in change
    assert len(change) < len(first)


async def test_the_page_is_told_why_its_stream_ends_and_from_when_its_numbers_are(office: Office) -> None:
    town, officer = office.town, await office.sign_in(cast.OFFICER)
    order = await town.order()
    async with officer.get(f"/live/board/{order.id}/page", headers={"Accept-Language": "en"}) as answer:
        told = parts(answer)
        await anext(told)
        town.clock.go_on(minutes=5)
        await officer.post("/logout", data=office.form(officer), allow_redirects=False)
        town.house.wakeups.publish("board")
        async with asyncio.timeout(1):
            name, said = await anext(told)
        assert name == "end"
        assert "These numbers are from 25 Jul 10:00:00" in said
        assert [event async for event in told] == []


async def test_many_scans_at_once_are_one_new_picture(office: Office, keeper: Actor) -> None:
    town, officer = office.town, await office.sign_in(cast.OFFICER)
    order = await town.order()
    people = [await town.person(name) for name in ("林大山", "王小娥", "林小山", "胡阿婆", "叶建国")]
    async with officer.get(f"/live/board/{order.id}") as answer:
        told = events(answer)
        await anext(told)
        scans = town.house.services.scans
        for key, person in enumerate(people):
            await scans.record(Asked(str(key), keeper, Purpose.SHELTER_IN, Via.NAME, place=town.hall, person=person.id))
        pictures = 0
        async with asyncio.timeout(5):
            while True:
                _, numbers = await anext(told)
                pictures += 1
                if numbers["total"]["not_yet_safe"] == 0:
                    break
                town.clock.go_on(seconds=1)
    assert pictures <= 2


async def test_the_stream_ends_when_the_officer_signs_out(office: Office) -> None:
    town, officer = office.town, await office.sign_in(cast.OFFICER)
    order = await town.order()
    async with officer.get(f"/live/board/{order.id}") as answer:
        told = events(answer)
        await anext(told)
        await officer.post("/logout", data=office.form(officer), allow_redirects=False)
        town.house.wakeups.publish("board")
        async with asyncio.timeout(1):
            name, said = await anext(told)
            assert (name, said["code"]) == ("end", "no_session")
            assert [event async for event in told] == []


async def test_the_stream_ends_when_the_right_ends(office: Office) -> None:
    town, officer = office.town, await office.sign_in(cast.OFFICER)
    order = await town.order()
    grant = (await town.actor(cast.OFFICER)).grants[0]
    async with officer.get(f"/live/board/{order.id}") as answer:
        told = events(answer)
        await anext(told)
        await town.house.services.grants.revoke(grant.id, by=Actor.operator())
        town.house.wakeups.publish("board")
        async with asyncio.timeout(1):
            name, said = await anext(told)
    assert (name, said["code"]) == ("end", "roles_gone")


async def test_one_person_has_so_many_boards_and_a_closed_one_makes_room(office: Office) -> None:
    town, officer = office.town, await office.sign_in(cast.OFFICER)
    order, streams = await town.order(), office.server.app[STREAMS]
    opened = [await officer.get(f"/live/board/{order.id}") for _ in range(MOST_EACH)]
    one_more = await officer.get(f"/live/board/{order.id}")
    assert one_more.status == 429
    assert (await one_more.json())["error"]["code"] == "too_many_streams"
    opened[0].close()

    def room() -> bool:
        town.house.wakeups.publish("board")
        town.clock.go_on(seconds=1)
        return streams.count() < MOST_EACH

    await until(room)
    for answer in opened[1:]:
        answer.close()


async def test_a_house_that_closes_waits_until_no_board_reads_any_more(town: Town) -> None:
    """Also a board whose browser is gone, and which is in the middle of a reading."""
    app = the_application(town)
    server, streams = TestServer(app), app[STREAMS]
    async with server:
        office = Office(town, server)
        officer = await office.sign_in(cast.OFFICER)
        order = await town.order()
        opened = [await officer.get(f"/live/board/{order.id}") for _ in range(3)]
        assert streams.count() == 3
        for answer in opened:
            answer.close()
        town.house.wakeups.publish("board")
        await office.close()
    assert streams.count() == 0


async def test_a_quiet_stream_says_that_it_is_alive_and_ends_with_its_session(town: Town) -> None:
    app = the_application(town)
    app[STREAMS] = Streams(heartbeat=0.05)
    server = TestServer(app)
    async with server:
        office = Office(town, server)
        officer = await office.sign_in(cast.OFFICER)
        order = await town.order()
        async with officer.get(f"/live/board/{order.id}") as answer:
            told = events(answer)
            await anext(told)
            assert (await anext(told))[0] == "beat"
            town.clock.go_on(hours=12)
            assert "end" in [name async for name, _ in told]
        await office.close()


async def test_open_boards_do_not_keep_the_house_from_closing(office: Office) -> None:
    town, officer = office.town, await office.sign_in(cast.OFFICER)
    order = await town.order()
    async with officer.get(f"/live/board/{order.id}"):
        async with asyncio.timeout(5):
            await office.server.close()
    assert office.server.app[STREAMS].count() == 0
