"""What was not taken as it came is listed for whoever has to find out; and entries come by hand in a file."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import FormData
from sqlalchemy import select

from codes.signing import base64url, sign
from services.actors import Actor
from storage.audit import audit
from tests import cast
from tests.phones import Phone, a_phone
from tests.services.test_scans import card, kept
from tests.web.conftest import Client, Office
from web.api.scans import PATH
from web.api.signed import said

HERE = "/console/devices/entries"


async def nameless(office: Office, phone: Phone, **more: Any) -> dict[str, Any]:
    """An entry that nobody can take: somebody without a code, without a list."""
    return phone.item(office.town.clock.now(), place=str(office.town.hall), via="name", walk_in={"name": "路过的人"}, **more)


def packed(phone: Phone, items: list[dict[str, Any]]) -> dict[str, str]:
    body = json.dumps(phone.batch(items, exported=True))
    return {"body": body, "signature": base64url(sign(phone.key, said("POST", PATH, body.encode())))}


def outbox(phone: Phone, *batches: dict[str, str], **changed: Any) -> bytes:
    return json.dumps({"mashang": "outbox 1", "device": str(phone.device.id), "made": 1, "batches": list(batches)} | changed).encode()


def upload(office: Office, client: Client, file: bytes) -> FormData:
    form = FormData()
    for name, value in office.form(client).items():
        form.add_field(name, value)
    form.add_field("file", io.BytesIO(file), filename="mashang-abcdef.json", content_type="application/json")
    return form


async def actions(office: Office) -> list[str]:
    async with office.town.house.databases.read() as connection:
        return [row.action for row in await connection.execute(select(audit))]


async def test_what_was_not_taken_is_listed_masked_until_somebody_settled_it(office: Office) -> None:
    phone = await a_phone(office.town)
    entry = await nameless(office, phone)
    await phone.send([entry])
    officer = await office.sign_in_with_digits(cast.OFFICER)
    page = await (await officer.get(HERE)).text()
    assert "east door" in page and entry["key"] in page and "路过的人" not in page
    whole = await officer.post(f"{HERE}/{entry['key']}/unmask", data=office.form(officer))
    assert "路过的人" in await whole.text() and "devices.unmask" in await actions(office)
    assert (await officer.post(f"{HERE}/{entry['key']}/settle", data=office.form(officer), allow_redirects=False)).status == 303
    assert entry["key"] not in await (await officer.get(HERE)).text()
    assert (await officer.post(f"{HERE}/{entry['key']}/settle", data=office.form(officer), allow_redirects=False)).status == 404


async def test_another_county_reads_and_settles_nothing_of_it(office: Office) -> None:
    phone = await a_phone(office.town)
    entry = await nameless(office, phone)
    await phone.send([entry])
    other = await office.sign_in_with_digits(cast.OTHER_OFFICER)
    assert entry["key"] not in await (await other.get(HERE)).text()
    for verb in ("settle", "unmask"):
        assert (await other.post(f"{HERE}/{entry['key']}/{verb}", data=office.form(other), allow_redirects=False)).status == 404


async def test_a_file_from_a_phone_without_a_network_counts_once_however_often_it_comes(office: Office) -> None:
    await office.town.order()
    office.town.clock.go_on(hours=2)
    phone = await a_phone(office.town)
    at = office.town.clock.now() - timedelta(hours=1)
    item = phone.item(at, text=await card(office.town, cast.LIN[0]), place=str(office.town.hall), skew=0)
    file = outbox(phone, packed(phone, [item]), packed(phone, [await nameless(office, phone, skew=0, drill=True)]))
    officer = await office.sign_in(cast.OFFICER)
    first = await (await officer.post("/console/devices/import", data=upload(office, officer, file))).text()
    again = await (await officer.post("/console/devices/import", data=upload(office, officer, file))).text()
    assert str(phone.device.id)[-6:] in first and str(phone.device.id)[-6:] in again
    (scan,) = [scan for scan in await kept(office.town) if scan.person is not None]
    assert (scan.client_key, scan.at_effective) == (item["key"], at)
    assert "devices.carry" in await actions(office)


async def test_a_batch_that_its_device_did_not_sign_is_refused_and_the_others_are_taken(office: Office) -> None:
    await office.town.order()
    phone = await a_phone(office.town)
    mine = packed(phone, [phone.item(office.town.clock.now(), text=await card(office.town, cast.LIN[0]), place=str(office.town.hall), skew=0)])
    forged = mine | {"body": mine["body"].replace("shelter_in", "shelter_out")}
    officer = await office.sign_in(cast.OFFICER)
    page = await (await officer.post("/console/devices/import", data=upload(office, officer, outbox(phone, forged, mine)))).text()
    assert page.count("sign red") == 1 and page.count("sign green") == 1
    assert len(await kept(office.town)) == 1


@pytest.mark.parametrize("file", [b"", b"{}", b"[1]", b'{"mashang":"outbox 1","batches":[]}', b'{"mashang":"trust 1","batches":[1]}', b"[" * 50_000, b"\xff"])
async def test_what_is_no_file_of_entries_is_refused_with_a_sentence(office: Office, file: bytes) -> None:
    officer = await office.sign_in(cast.OFFICER)
    answer = await officer.post("/console/devices/import", data=upload(office, officer, file))
    assert answer.status == 422 and "mashang" not in await answer.text()


async def test_batches_that_are_no_batches_are_refused_one_by_one(office: Office) -> None:
    phone = await a_phone(office.town)
    odd: list[Any] = [1, {"body": 1}, {"body": "{}", "signature": "AA"}, {"body": '{"device":1}', "signature": ""}]
    officer = await office.sign_in(cast.OFFICER)
    answer = await officer.post("/console/devices/import", data=upload(office, officer, outbox(phone, batches=odd)))
    assert answer.status == 200 and (await answer.text()).count("sign red") == len(odd)


async def test_every_entry_is_in_the_export_of_the_operator_and_of_nobody_else(office: Office) -> None:
    phone = await a_phone(office.town)
    entry = await nameless(office, phone)
    await phone.send([entry])
    exports = office.town.house.services.exports
    lines = [line async for line in exports.events(by=Actor.operator())]
    (line,) = [line for line in lines if line["type"] == "device_item"]
    assert (line["key"], line["device"], line["what"]) == (entry["key"], str(phone.device.id), "scan")
    assert "路过的人" not in json.dumps(line, ensure_ascii=False)
    assert not [line async for line in exports.events(by=await office.town.actor(cast.OFFICER)) if line["type"] == "device_item"]
