"""Both lists over HTTP: to the letter as they were signed, fetched again only when they changed."""

import json

import pytest

from codes.trustlist import open_revoked, open_trust
from domain.codes import Holder
from domain.issuing import Why
from services.actors import Actor
from tests import cast
from tests.web.conftest import Office

TRUST, REVOKED = "/api/v1/trust.json", "/api/v1/revoked.json"


async def test_anybody_fetches_both_lists_and_finds_them_signed(office: Office) -> None:
    client, keys = office.program(), office.town.house.keys.codes
    first = await client.get(TRUST)
    assert (first.status, first.content_type, first.headers["Cache-Control"]) == (200, "application/json", "no-cache")
    now = office.town.clock.now()
    trust = open_trust(await first.text(), root=keys.root, now=now)
    assert trust == keys.trust
    second = await client.get(REVOKED)
    assert (second.status, second.content_type, second.headers["Cache-Control"]) == (200, "application/json", "no-cache")
    assert not open_revoked(await second.text(), trust=trust, now=now).hashes


@pytest.mark.parametrize("path", [TRUST, REVOKED])
async def test_whoever_has_the_list_already_is_sent_nothing_again(office: Office, path: str) -> None:
    client = office.program()
    first = await client.get(path)
    tag = first.headers["ETag"]
    again = await client.get(path, headers={"If-None-Match": tag})
    assert (again.status, await again.text(), again.headers["ETag"]) == (304, "", tag)
    other = await client.get(path, headers={"If-None-Match": '"something-else"'})
    assert (other.status, await other.text()) == (200, await first.text())
    head = await client.head(path)
    assert (head.status, head.headers["ETag"]) == (200, tag)


async def test_a_code_that_was_withdrawn_a_moment_ago_changes_the_list(office: Office) -> None:
    client, town = office.program(), office.town
    tag = (await client.get(REVOKED)).headers["ETag"]
    await town.house.services.issuing.replace(Holder.PERSON, (await town.person(cast.LIN[0])).id, by=Actor.operator(), reason=Why.LOST)
    answer = await client.get(REVOKED, headers={"If-None-Match": tag})
    assert answer.status == 200
    keys = town.house.keys.codes
    assert len(open_revoked(await answer.text(), trust=keys.trust, now=town.clock.now()).hashes) == 1


async def test_nobody_is_named_in_a_list(office: Office) -> None:
    body = await (await office.program().get(REVOKED)).text() + await (await office.program().get(TRUST)).text()
    assert set(json.loads(await (await office.program().get(REVOKED)).text())) == {"payload", "protected", "signature"}
    assert all(who[0] not in body for who in (cast.LIN, cast.YE, cast.KEEPER))
