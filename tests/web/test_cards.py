"""An official prints from the console: a file at once, in the log, of their own area; and what cannot be printed is said."""

from pathlib import Path

import pytest

from domain.access import Role
from domain.codes import Holder
from domain.issuing import MOST_AN_HOUR, Why
from services.actors import Actor
from tests import cast
from tests.papers.print_shop import codes, pages, words
from tests.web.conftest import Client, Office


async def asked(office: Office, client: Client, **fields: str) -> tuple[int, bytes]:
    answer = await client.post("/console/cards", data=office.form(client, **{"kind": "card", "area": cast.VILLAGE.code, "language": "zh_CN", **fields}))
    if answer.status == 200:
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        assert f'filename="{fields.get("kind", "card")}-' in answer.headers["Content-Disposition"]
    return answer.status, await answer.read()


def kept(folder: Path, body: bytes) -> Path:
    file = folder / "taken.pdf"
    file.write_bytes(body)
    return file


@pytest.mark.parametrize("kind", ["card", "pendant", "sheet", "poster", "notice-card"])
async def test_every_kind_comes_as_a_file_that_can_be_read(office: Office, tmp_path: Path, kind: str) -> None:
    status, body = await asked(office, await office.sign_in(cast.OFFICER), kind=kind)
    assert status == 200
    file = kept(tmp_path, body)
    read = [text for page in pages(file) for text in codes(page)]
    assert read
    assert {(await office.town.house.services.codes.public_answer(text)).reason.value for text in read} == {"ok"}


async def test_the_language_is_chosen_for_each_print(office: Office, tmp_path: Path) -> None:
    client = await office.sign_in(cast.OFFICER)
    assert "Personal safety code" in words(kept(tmp_path, (await asked(office, client, language="en"))[1]))
    assert "个人安全码" in words(kept(tmp_path, (await asked(office, client, language="zh_CN"))[1]))


async def test_the_download_is_in_the_log_with_who_what_and_how_many(office: Office) -> None:
    await asked(office, await office.sign_in(cast.OFFICER), blank="3")
    async with office.town.house.works.read() as work:
        (printed,) = await work.audit.search(actions=["cards.print"], most=5)
        issued, *_ = await work.audit.search(actions=["codes.issue"], most=5)
    officer = (await office.town.person(cast.OFFICER[0])).id
    assert (printed.actor, printed.via, printed.subject, printed.facts["count"], printed.facts["blank"]) == (officer, "web", cast.VILLAGE.code, 3, 3)
    assert (issued.actor, issued.facts["count"]) == (officer, 3)


async def test_one_card_is_printed_anew_by_its_short_code(office: Office, tmp_path: Path) -> None:
    """Whoever lost a card and has no phone gets the new one on paper, without the whole village being printed again."""
    client, services, officer = await office.sign_in(cast.OFFICER), office.town.house.services, await office.town.actor(cast.OFFICER)
    hu = await office.town.person(cast.GRANNY_HU[0])
    old = await services.codes.of_person(hu.id, by=officer)
    new = await services.issuing.replace_short(old.short, by=officer, reason=Why.LOST)
    (home,) = await services.issuing.issue(Holder.HOUSEHOLD, [hu.household], by=officer, reason=Why.PRINTED)
    (blank,) = await services.issuing.blanks(1, area=cast.VILLAGE.code, by=officer, reason=Why.PRINTED)
    for card in (new, home, blank):
        assert "/console/cards/one" in await (await client.get("/console/codes", params={"code": card.short})).text()
        answer = await client.post("/console/cards/one", data=office.form(client, short=card.short))
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert [text for page in pages(kept(tmp_path, await answer.read())) for text in codes(page)] == [card.text]
    async with office.town.house.works.read() as work:
        assert len(await work.audit.search(actions=["cards.print"], most=5)) == 3
    for short in (old.short, "0000-0000-0000", "<script>", ""):
        assert (await client.post("/console/cards/one", data=office.form(client, short=short))).status == 404
    stranger = await office.sign_in(cast.OTHER_OFFICER)
    assert (await stranger.post("/console/cards/one", data=office.form(stranger, short=new.short))).status == 404


async def test_more_blank_cards_than_an_official_may_issue_are_not_printed(office: Office) -> None:
    client = await office.sign_in(cast.OFFICER)
    assert (await asked(office, client, blank=str(MOST_AN_HOUR)))[0] == 200
    assert (await asked(office, client, blank="1"))[0] == 429


async def test_the_page_offers_only_the_areas_where_one_may_print(office: Office) -> None:
    page = await (await (await office.sign_in(cast.OFFICER)).get("/console/cards")).text()
    assert f'value="{cast.VILLAGE.code}"' in page
    assert cast.OTHER_COUNTY.code not in page


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "banknote"}, 422), ({"blank": "many"}, 422), ({"blank": "-1"}, 422), ({"blank": "99999"}, 422), ({"kind": "poster", "blank": "2"}, 422),
        ({"blank": "1001"}, 422), ({"area": cast.OTHER_VILLAGE.code}, 404), ({"area": ""}, 404), ({"kind": "poster", "area": cast.NEXT_VILLAGE.code}, 404),
    ],
)  # fmt: skip
async def test_what_cannot_be_printed_is_refused_and_nothing_is_issued(office: Office, fields: dict[str, str], status: int) -> None:
    client = await office.sign_in(cast.OFFICER)
    assert (await asked(office, client, **fields))[0] == status
    async with office.town.house.works.read() as work:
        assert not await work.audit.search(actions=["cards.print"], most=5)


async def test_an_area_whose_codes_were_all_withdrawn_has_nothing_to_print(office: Office) -> None:
    officer = await office.town.actor(cast.OFFICER)
    codes_of = office.town.house.services.codes
    for _, card in await codes_of.listing(cast.VILLAGE.code, by=officer):
        await codes_of.revoke(card.short, by=officer)
    assert (await asked(office, await office.sign_in(cast.OFFICER)))[0] == 404


async def test_who_may_not_print_does_not_see_the_page(office: Office) -> None:
    ye = await office.town.person(cast.YE[0])
    await office.town.house.services.grants.give(ye.id, Role.AUDITOR, by=Actor.operator(), area=cast.COUNTY.code)
    for who in (cast.WARDEN, cast.YE):
        client = await office.sign_in(who)
        assert (await client.get("/console/cards")).status == 403
        assert (await asked(office, client))[0] == 403
