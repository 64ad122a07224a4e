"""Phones over HTTP: enrolled with a ticket, believed for their signature alone, answered entry by entry."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from codes.signing import ORDER, base64url, coordinates, from_base64url, new_key
from domain.access import NotYours, Role
from services.actors import Actor
from services.devices import Wanted
from tests import cast
from tests.phones import EVERYTHING, Phone, a_phone, an_admin, milliseconds
from tests.services.test_scans import card, kept, not_yet_safe
from tests.web.conftest import Office
from web.api.scans import PATH
from web.api.signed import said

Client = TestClient[Any, Any]
MINUTE = timedelta(minutes=1)


async def posted(client: Client, phone: Phone, body: dict[str, Any], path: str = PATH, **headers: str) -> tuple[int, dict[str, Any]]:
    raw = json.dumps(body).encode()
    answer = await client.post(path, data=raw, headers={**phone.headers(raw, path), "Accept-Language": "en", **headers})
    return answer.status, await answer.json()


async def a_batch(phone: Phone, *names: str) -> dict[str, Any]:
    at = phone.town.clock.now() - 30 * MINUTE
    return phone.batch([phone.item(at, text=await card(phone.town, name), place=str(phone.town.hall)) for name in names])


async def test_a_phone_enrols_itself_with_a_ticket_once(office: Office) -> None:
    town, key = office.town, new_key()
    keeper = await town.person(cast.KEEPER[0])
    offered = await town.house.services.devices.offer(Wanted(keeper.id, "东门", EVERYTHING, (town.hall,)), by=await an_admin(town))
    x, y = map(base64url, coordinates(key.public_key()))
    ticket = offered.secret[:13].lower() + " " + offered.secret[13:]
    body = {"ticket": ticket, "key": {"kty": "EC", "crv": "P-256", "x": x, "y": y}, "label": "东门", "version": "1"}
    answer = await office.program().post("/api/v1/devices", json=body)
    made = await answer.json()
    assert answer.status == 201
    assert (made["official"], [place["name"] for place in made["places"]]) == ("李*站", ["平乐村文化礼堂"])
    again = await office.program().post("/api/v1/devices", json=body)
    assert (again.status, (await again.json())["error"]["code"]) == (410, "ticket_over")
    wrong = await office.program().post("/api/v1/devices", json={**body, "ticket": "0" * 26})
    assert (wrong.status, (await wrong.json())["error"]["code"]) == (422, "ticket_wrong")


async def test_a_signed_batch_is_answered_entry_by_entry_in_the_readers_language(office: Office) -> None:
    town = office.town
    order = await town.order()
    town.clock.go_on(hours=2)
    phone = await a_phone(town)
    before = await not_yet_safe(town, order.id)
    status, answer = await posted(office.program(), phone, await a_batch(phone, "胡阿婆", "林大山"))
    assert status == 200
    assert [(one["answer"], one["reason"], one["text"]) for one in answer["items"]] == [("accepted", "ok", "Recorded.")] * 2
    assert await not_yet_safe(town, order.id) == before - 2


async def test_what_was_changed_on_the_way_or_signed_by_another_is_refused_and_changes_nothing(office: Office) -> None:
    await office.town.order()
    phone, other = await a_phone(office.town), await a_phone(office.town, "other")
    body, client = await a_batch(phone, "胡阿婆"), office.program()
    raw = json.dumps(body).encode()
    changed = await client.post(PATH, data=raw + b" ", headers=phone.headers(raw))
    assert (changed.status, (await changed.json())["error"]["code"]) == (403, "bad_signature")
    assert (await posted(client, other, body))[1]["error"]["code"] == "bad_signature"
    signature = from_base64url(phone.headers(raw)["Mashang-Signature"])
    upper = signature[:32] + (ORDER - int.from_bytes(signature[32:])).to_bytes(32)
    twin = await client.post(PATH, data=raw, headers={**phone.headers(raw), "Mashang-Signature": base64url(upper)})
    assert (await twin.json())["error"]["code"] == "bad_signature"
    elsewhere = await client.post("/api/v1/devices/hello", data=raw, headers=phone.headers(raw))
    assert (await elsewhere.json())["error"]["code"] == "bad_signature"
    nobody = await client.post(PATH, data=raw, headers={**phone.headers(raw), "Mashang-Device": "018f0000-0000-7000-8000-000000000001"})
    assert (nobody.status, (await nobody.json())["error"]["code"]) == (403, "device_unknown")
    assert await kept(office.town) == []


@pytest.mark.parametrize("raw", [
    b"", b"[]", b"{", b'{"items":[],"items":[]}', b'{"at":NaN}', b"\xff\xfe", b'{"a":' * 3000 + b"1" + b"}" * 3000, b'{"batch":1}', b" " * (300 * 1024),
])  # fmt: skip
async def test_a_signed_body_that_is_no_batch_is_refused_with_a_reason(office: Office, raw: bytes) -> None:
    phone = await a_phone(office.town)
    answer = await office.program().post(PATH, data=raw, headers=phone.headers(raw))
    assert (answer.status, (await answer.json())["error"]["code"]) == (422, "batch_invalid")


async def test_what_is_nested_without_end_is_never_kept_for_a_page_to_choke_on(office: Office) -> None:
    phone = await a_phone(office.town)
    body = await a_batch(phone, "胡阿婆")
    for _ in range(500):
        body["items"][0]["more"] = {"more": body["items"][0].get("more")}
    status, answer = await posted(office.program(), phone, body)
    assert (status, answer["error"]["code"]) == (422, "batch_invalid")
    async with office.town.house.works.read() as work:
        assert await work.devices.all_items() == []


async def test_a_withdrawn_phone_is_refused_and_what_it_sent_is_kept(office: Office) -> None:
    town = office.town
    await town.order()
    phone = await a_phone(town)
    await town.house.services.devices.revoke(phone.device.id, by=await an_admin(town))
    status, answer = await posted(office.program(), phone, await a_batch(phone, "胡阿婆"))
    assert (status, answer["error"]["code"]) == (403, "device_revoked")
    assert [one.reason for one, _ in await town.house.services.uploads.disputes(by=await town.actor(cast.OFFICER))] == ["device_revoked"]
    assert await kept(town) == []


async def test_a_phone_that_was_lost_is_replaced_by_its_export_on_another_and_nothing_counts_twice(office: Office) -> None:
    town = office.town
    order = await town.order()
    town.clock.go_on(hours=2)
    lost, other = await a_phone(town, "lost"), await a_phone(town, "other")
    before = await not_yet_safe(town, order.id)
    arrived = await a_batch(lost, "胡阿婆")
    await posted(office.program(), lost, arrived)
    exported = {**await a_batch(lost, "林大山", "叶建国"), "exported": True}
    exported["items"] = [{**one, "skew": 0} for one in exported["items"]]
    exported["items"].append(arrived["items"][0])
    text = json.dumps(exported)
    file = {"body": text, "signature": lost.headers(text.encode())["Mashang-Signature"]}
    body = {"at": milliseconds(town.clock.now()), "batches": [file, {"body": text, "signature": file["signature"][::-1]}]}
    for answers in (["accepted", "accepted", "duplicate"], ["duplicate"] * 3):
        status, answer = await posted(office.program(), other, body, f"{PATH}/carried")
        assert status == 200
        assert [one["answer"] for one in answer["batches"][0]["items"]] == answers
        assert answer["batches"][1]["code"] == "bad_signature"
    assert await not_yet_safe(town, order.id) == before - 3


async def test_hello_says_what_a_phone_may_do_and_names_nobody_in_full(office: Office) -> None:
    order = await office.town.order()
    phone = await a_phone(office.town)
    status, made = await posted(office.program(), phone, {"at": milliseconds(office.town.clock.now())}, "/api/v1/devices/hello")
    assert (status, made["official"], made["with_list"]) == (200, "李*站", None)
    assert [one["title"] for one in made["orders"]] == [order.number]
    assert made["trust"] == 1 and made["revoked"] > 0
    status, refused = await posted(office.program(), phone, {"at": milliseconds(office.town.clock.now())}, "/api/v1/devices/roster")
    assert (status, refused["error"]["code"]) == (403, "list_not_given")


async def test_a_phone_with_the_list_of_one_order_gets_it_until_the_order_is_lifted(office: Office) -> None:
    town = office.town
    order = await town.order()
    phone = await a_phone(town, of=cast.WARDEN, places=(), with_list=order.id)
    status, made = await posted(office.program(), phone, {"at": milliseconds(office.town.clock.now())}, "/api/v1/devices/roster")
    names = {member["name"] for home in made["households"] for member in home["members"]}
    assert (status, names) == (200, {"林大山", "王小娥", "林小山", "胡阿婆", "叶建国"})
    await town.house.services.evacuations.lift(order.id, by=await town.actor(cast.APPROVER))
    assert (await posted(office.program(), phone, {"at": 1}, "/api/v1/devices/hello"))[1]["with_list"] is None
    _, refused = await posted(office.program(), phone, {"at": milliseconds(town.clock.now())}, "/api/v1/devices/roster")
    assert refused["error"]["code"] == "list_not_given"


async def test_somebody_is_found_by_phone_number_masked_and_in_the_log(office: Office) -> None:
    town = office.town
    phone = await a_phone(town)
    _, found = await posted(office.program(), phone, {"at": milliseconds(office.town.clock.now()), "q": cast.LIN[1]}, "/api/v1/devices/find")
    assert (found["name"], found["reason"]) == ("林*山", "name_not_checked")
    _, nobody = await posted(office.program(), phone, {"at": milliseconds(office.town.clock.now()), "q": "13999999999"}, "/api/v1/devices/find")
    assert (nobody["person"], nobody["reason"]) == (None, "unknown_code")


@pytest.mark.parametrize(("path", "asked"), [("roster", {}), ("find", {"q": cast.LIN[1]})])
async def test_a_question_for_names_that_somebody_recorded_is_not_answered_two_days_later(office: Office, path: str, asked: dict[str, Any]) -> None:
    town = office.town
    order = await town.order()
    phone = await a_phone(town, of=cast.WARDEN, places=(), with_list=order.id)
    recorded, path = {"at": milliseconds(town.clock.now()), **asked}, f"/api/v1/devices/{path}"
    assert (await posted(office.program(), phone, recorded, path))[0] == 200
    town.clock.go_on(hours=25)
    for body in (recorded, {**recorded, "at": milliseconds(town.clock.now() + timedelta(hours=25))}):
        status, answer = await posted(office.program(), phone, body, path)
        assert (status, answer["error"]["code"]) == (403, "asked_long_ago")
    status, answer = await posted(office.program(), phone, {**recorded, "at": "now"}, path)
    assert (status, answer["error"]["code"]) == (422, "batch_invalid")


async def test_a_warden_ticks_a_household_without_a_network(office: Office) -> None:
    town = office.town
    order = await town.order()
    phone = await a_phone(town, of=cast.WARDEN, places=(), with_list=order.id)
    before, person = await not_yet_safe(town, order.id), await town.person("胡阿婆")
    town.clock.go_on(hours=1)
    said_so: dict[str, Any] = {"person": str(person.id), "standing": "with_relatives", "means": "saw", "note": "女儿家", "clear": True}
    tick = phone.item(town.clock.now() - MINUTE, what="tick", purpose="to_relatives", **said_so)
    heard = {**tick, "key": "018f0000-0000-4000-8000-0000000000aa", "person": str((await town.person("林大山")).id), "means": "heard"}
    _, answer = await posted(office.program(), phone, phone.batch([tick, heard]))
    assert [one["answer"] for one in answer["items"]] == ["accepted", "accepted"]
    assert await not_yet_safe(town, order.id) == before - 1


@pytest.mark.parametrize("said", [{"clear": False}, {"clear": None}, {}])
@pytest.mark.parametrize("standing", ["with_relatives", "safe_elsewhere"])
async def test_who_went_to_a_place_that_may_have_to_move_itself_stays_on_the_list(office: Office, standing: str, said: dict[str, Any]) -> None:
    """As in chat: kept, and not counted as safe, until somebody says that the place is outside."""
    town = office.town
    order = await town.order()
    phone = await a_phone(town, of=cast.WARDEN, places=(), with_list=order.id)
    before, person = await not_yet_safe(town, order.id), await town.person("胡阿婆")
    town.clock.go_on(hours=1)
    told: dict[str, Any] = {"person": str(person.id), "standing": standing, "means": "saw", "note": "邻居家", **said}
    tick = phone.item(town.clock.now() - MINUTE, what="tick", purpose="reported_safe", **told)
    _, answer = await posted(office.program(), phone, phone.batch([tick]))
    assert [one["answer"] for one in answer["items"]] == ["accepted"]
    assert await not_yet_safe(town, order.id) == before


def test_what_phones_sign_names_method_and_path() -> None:
    assert said("POST", PATH, b"{}") == b"mashang device 1\nPOST /api/v1/scans\n{}"


async def test_the_list_of_an_order_names_nobody_to_an_official_of_another_county(office: Office) -> None:
    """Whoever sees people in their own county sees them there, and not wherever an order has a shelter."""
    town = office.town
    order = await town.order()
    await an_admin(town)
    await town.house.services.grants.give((await town.person(cast.MALLORY[0])).id, Role.ADMIN, by=Actor.operator(), area=cast.OTHER_COUNTY.code)
    phone = await a_phone(town, of=cast.OTHER_OFFICER, places=(), with_list=order.id)
    status, made = await posted(office.program(), phone, {"at": milliseconds(town.clock.now())}, "/api/v1/devices/roster")
    assert (status, made["households"]) == (200, [])


async def test_an_admin_of_another_county_gives_nobody_the_list_of_an_order_here(office: Office) -> None:
    town = office.town
    order, other, admin = await town.order(), await town.person(cast.OTHER_OFFICER[0]), await town.person(cast.MALLORY[0])
    await town.house.services.grants.give(admin.id, Role.ADMIN, by=Actor.operator(), area=cast.OTHER_COUNTY.code)
    wanted = Wanted(other.id, "外县", EVERYTHING, (), with_list=order.id)
    with pytest.raises(NotYours):
        await town.house.services.devices.offer(wanted, by=await town.actor(cast.MALLORY))


async def test_who_is_no_warden_any_more_gets_no_names_though_the_list_still_says_that_they_answer_for_them(office: Office) -> None:
    town = office.town
    order = await town.order()
    phone = await a_phone(town, of=cast.WARDEN, places=(), with_list=order.id)
    for grant in (await town.actor(cast.WARDEN)).grants:
        await town.house.services.grants.revoke(grant.id, by=Actor.operator())
    status, made = await posted(office.program(), phone, {"at": milliseconds(town.clock.now())}, "/api/v1/devices/roster")
    assert (status, made["households"]) == (200, [])


async def test_a_key_that_another_phone_has_made_enrols_nothing_and_the_ticket_stays_good(office: Office) -> None:
    town, key, keeper = office.town, new_key(), await office.town.person(cast.KEEPER[0])
    wanted, admin = Wanted(keeper.id, "东门", EVERYTHING, (town.hall,)), await an_admin(town)
    first, second = [await town.house.services.devices.offer(wanted, by=admin) for _ in range(2)]

    async def enrolled(ticket: str, point: tuple[bytes, bytes]) -> tuple[int, str]:
        x, y = map(base64url, point)
        answer = await office.program().post("/api/v1/devices", json={"ticket": ticket, "key": {"kty": "EC", "crv": "P-256", "x": x, "y": y}})
        return answer.status, (await answer.json()).get("error", {}).get("code", "")

    same = coordinates(key.public_key())
    assert await enrolled(first.secret, same) == (201, "")
    assert await enrolled(second.secret, same) == (422, "key_invalid")
    assert await enrolled(second.secret, coordinates(new_key().public_key())) == (201, "")


@pytest.mark.parametrize("path", [PATH, f"{PATH}/carried", "/api/v1/devices", "/api/v1/devices/find"])
async def test_a_body_that_says_it_is_packed_and_is_not_is_no_fault_of_the_house(office: Office, path: str) -> None:
    async def garbage() -> AsyncIterator[bytes]:
        yield b"not packed at all"

    answer = await office.program().post(path, data=garbage(), headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})
    assert (answer.status, (await answer.json())["error"]["code"]) == (400, "not_understood")
