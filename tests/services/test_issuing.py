"""Issuing on SQLite and on PostgreSQL: every kind, a reason, a limit, and nothing usable left behind."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.access import NotYours
from domain.codes import CodeOver, Holder, NoCodeYet
from domain.issuing import (
    MOST_A_DAY,
    MOST_AN_HOUR,
    MOST_LIVE_AN_HOUR,
    CountWrong,
    HasCodeAlready,
    HolderUnknown,
    IssuedTooMany,
    LiveTooOften,
    ReplacedAlready,
    Why,
)
from domain.people import PersonUnknown
from domain.scans import Reason
from services.actors import Actor
from services.codes import Card
from services.households import members_of
from tests import cast
from tests.databases import a_place_for_one
from tests.houses import Town, a_town

VILLAGE = cast.VILLAGE.code


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


async def officer(town: Town) -> Actor:
    return await town.actor(cast.OFFICER)


async def home_of(town: Town, name: str) -> UUID:
    return (await town.person(name)).household


async def reason(town: Town, card: Card) -> Reason:
    return (await town.house.services.codes.public_answer(card.text)).reason


@pytest.mark.parametrize("kind", [Holder.PASS, Holder.VEHICLE, Holder.DEVICE])
async def test_what_the_house_keeps_no_list_of_is_issued_for_an_area(town: Town, kind: Holder) -> None:
    by, issuing, holder = await officer(town), town.house.services.issuing, uuid4()
    (card,) = await issuing.issue(kind, [holder], by=by, reason=Why.OTHER, area=VILLAGE, lasts=timedelta(days=2))
    answer = await town.house.services.codes.public_answer(card.text)
    assert (answer.reason, answer.kind, answer.place) == (Reason.OK, kind, None)
    assert card.code.scope == ("" if kind is Holder.DEVICE else VILLAGE)
    town.clock.go_on(days=1, microseconds=250)
    new = await issuing.replace(kind, holder, by=by, reason=Why.LOST)
    assert (await reason(town, card), await reason(town, new)) == (Reason.REPLACED, Reason.OK)
    if kind is not Holder.DEVICE:
        assert new.code.expires_at == card.code.expires_at
    await town.house.services.codes.revoke(new.short, by=by)
    assert (await reason(town, card), await reason(town, new)) == (Reason.REPLACED, Reason.REVOKED)
    with pytest.raises(NoCodeYet):
        await issuing.replace(kind, holder, by=by, reason=Why.LOST)


async def test_a_household_gets_a_card_once_and_its_members_their_numbers(town: Town) -> None:
    by, issuing = await officer(town), town.house.services.issuing
    home = await home_of(town, "林大山")
    cards = await issuing.households(VILLAGE, by=by, reason=Why.PRINTED)
    assert home in {card.code.holder for card in cards}
    assert await issuing.households(VILLAGE, by=by, reason=Why.PRINTED) == []
    with pytest.raises(HasCodeAlready):
        await issuing.issue(Holder.HOUSEHOLD, [home], by=by, reason=Why.PRINTED)
    async with town.house.works.read() as work:
        members = await members_of(work, home)
    assert sorted(members) == list(range(1, len(members) + 1))
    assert {"林大山", "王小娥", "林小山"} <= {person.name for person in members.values()}


async def test_a_number_on_the_card_is_kept_and_never_given_again(town: Town) -> None:
    home = await home_of(town, "林大山")
    await town.house.services.issuing.issue(Holder.HOUSEHOLD, [home], by=await officer(town), reason=Why.PRINTED)
    async with town.house.works.read() as work:
        before = await members_of(work, home)
        (place,) = (await work.people.households({home})).values()
    last = before[max(before)]
    row = {"name": last.name, "phone": "", "area_code": VILLAGE, "household": "另一户", "address": "", "id_number": "", "relation": ""}
    moved = row | {"phone": last.phone or ""}
    newcomer = row | {"name": "林新生", "household": place.number, "address": place.address}
    if last.phone:
        await town.house.services.people_import.import_rows([(2, moved)], by=Actor.operator())
    await town.house.services.people_import.import_rows([(3, newcomer)], by=Actor.operator())
    async with town.house.works.read() as work:
        after = await members_of(work, home)
    assert after[max(before) + 1].name == "林新生"
    assert all(after[number].id == person.id for number, person in before.items() if number in after)
    if last.phone:
        assert last.number not in after


async def test_a_team_is_filed_and_gets_a_code_that_says_its_area(town: Town) -> None:
    card = await town.house.services.issuing.team("雅溪镇救援队", VILLAGE, by=await officer(town), reason=Why.OTHER)
    assert (card.code.kind, card.code.scope, card.code.area) == (Holder.TEAM, VILLAGE, VILLAGE)
    (line,) = await town.house.services.issuing.listing(VILLAGE, by=await officer(town), kind=Holder.TEAM)
    assert line.name == "雅溪镇救援队"
    with pytest.raises(HolderUnknown):
        await town.house.services.issuing.team("  ", VILLAGE, by=await officer(town), reason=Why.OTHER)


async def test_a_team_gets_a_new_code_at_any_moment(town: Town) -> None:
    card = await town.house.services.issuing.team("雅溪镇救援队", VILLAGE, by=await officer(town), reason=Why.OTHER)
    town.clock.go_on(hours=1, microseconds=1)
    new = await town.house.services.issuing.replace_short(card.short, by=await officer(town), reason=Why.LOST)
    assert (await reason(town, card), await reason(town, new)) == (Reason.REPLACED, Reason.OK)


async def test_whoever_presses_twice_does_not_end_the_new_card(town: Town) -> None:
    by, issuing, person = await officer(town), town.house.services.issuing, (await town.person("林大山")).id
    old = await town.house.services.codes.of_person(person, by=by)
    new = await issuing.replace_short(old.short, by=by, reason=Why.LOST)
    with pytest.raises(ReplacedAlready) as refused:
        await issuing.replace_short(old.short, by=by, reason=Why.LOST)
    assert refused.value.fields["short"] == new.short
    assert await reason(town, new) is Reason.OK
    at_once = await asyncio.gather(*(issuing.replace_short(new.short, by=by, reason=Why.DAMAGED) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in at_once) == ["Card", "ReplacedAlready"]


async def test_a_person_whose_card_was_withdrawn_gets_a_first_one_again_by_phone_number(town: Town) -> None:
    by, services = await officer(town), town.house.services
    name, phone = cast.KEEPER
    assert phone is not None
    old = await services.codes.of_person((await town.person(name)).id, by=by)
    with pytest.raises(HasCodeAlready):
        await services.issuing.of_phone(phone, by=by, reason=Why.OTHER)
    await services.codes.revoke(old.short, by=by)
    new = await services.issuing.of_phone(phone, by=by, reason=Why.OTHER)
    assert (await reason(town, old), await reason(town, new)) == (Reason.REVOKED, Reason.OK)
    for other in ("13900000000", "谁", cast.OTHER_OFFICER[1] or ""):
        with pytest.raises(PersonUnknown):
            await services.issuing.of_phone(other, by=by, reason=Why.OTHER)


async def test_one_form_makes_one_lot_of_blank_cards(town: Town) -> None:
    by, issuing = await officer(town), town.house.services.issuing
    first, again = [await issuing.blanks(MOST_AN_HOUR, area=VILLAGE, by=by, reason=Why.PRINTED, key="form 1") for _ in range(2)]
    assert [card.short for card in first] == [card.short for card in again]
    with pytest.raises(IssuedTooMany):
        await issuing.blanks(1, area=VILLAGE, by=by, reason=Why.PRINTED, key="form 2")


async def test_nobody_issues_outside_their_area(town: Town) -> None:
    mallory = await town.actor(cast.MALLORY)
    with pytest.raises(NotYours):
        await town.house.services.issuing.blanks(1, area=VILLAGE, by=mallory, reason=Why.OTHER)
    with pytest.raises(NotYours):
        await town.house.services.issuing.issue(Holder.PASS, [uuid4()], by=await officer(town), reason=Why.OTHER, area=cast.OTHER_VILLAGE.code)


async def test_an_issuer_is_stopped_by_the_hour_and_the_day_and_the_operator_is_not(town: Town) -> None:
    issuing, by = town.house.services.issuing, await officer(town)
    await issuing.blanks(MOST_AN_HOUR, area=VILLAGE, by=by, reason=Why.PRINTED)
    with pytest.raises(IssuedTooMany):
        await issuing.blanks(1, area=VILLAGE, by=by, reason=Why.PRINTED)
    for _ in range(MOST_A_DAY // MOST_AN_HOUR - 1):
        town.clock.go_on(minutes=61)
        await issuing.blanks(MOST_AN_HOUR, area=VILLAGE, by=by, reason=Why.PRINTED)
    town.clock.go_on(minutes=61)
    with pytest.raises(IssuedTooMany):
        await issuing.blanks(1, area=VILLAGE, by=by, reason=Why.PRINTED)
    assert len(await issuing.blanks(MOST_AN_HOUR + 1, area=VILLAGE, by=Actor.operator(), reason=Why.PRINTED)) == MOST_AN_HOUR + 1
    with pytest.raises(CountWrong):
        await issuing.blanks(0, area=VILLAGE, by=by, reason=Why.PRINTED)


async def test_a_live_code_ends_by_itself_and_the_printed_one_stays_the_holders_code(town: Town) -> None:
    lin = await town.linked(cast.LIN)
    issuing, codes = town.house.services.issuing, town.house.services.codes
    printed = await codes.mine(by=lin)
    live = await issuing.live(by=lin)
    seen = town.house.press.read(live.text, now=town.clock.now())
    assert (seen.live, seen.issued_at) == (True, live.code.issued_at)
    assert (await codes.mine(by=lin)).short == printed.short
    town.clock.go_on(minutes=21)
    assert await reason(town, live) is Reason.EXPIRED
    assert await reason(town, printed) is Reason.OK
    for _ in range(MOST_LIVE_AN_HOUR - 1):
        await issuing.live(by=lin)
    with pytest.raises(LiveTooOften):
        await issuing.live(by=lin)


async def test_a_replaced_code_leaves_no_live_one_that_works(town: Town) -> None:
    lin = await town.linked(cast.LIN)
    live = await town.house.services.issuing.live(by=lin)
    printed = await town.house.services.codes.mine(by=lin)
    new = await town.house.services.issuing.replace(Holder.PERSON, lin.registered(), by=await officer(town), reason=Why.LOST)
    assert await reason(town, live) is Reason.REVOKED
    async with town.house.works.read() as work:
        assert set(await work.codes.revoked(now=town.clock.now())) == {printed.code.cti, live.code.cti}
        assert [code.cti for code in await work.codes.standing(lin.registered(), now=town.clock.now())] == [new.code.cti]


async def test_the_register_says_what_ends_within_sixty_days(town: Town) -> None:
    by, issuing = await officer(town), town.house.services.issuing
    short, long = uuid4(), uuid4()
    await issuing.issue(Holder.PASS, [short], by=by, reason=Why.OTHER, area=VILLAGE, lasts=timedelta(days=59))
    await issuing.issue(Holder.PASS, [long], by=by, reason=Why.OTHER, area=VILLAGE, lasts=timedelta(days=61))
    lines = {line.code.holder: line.ends_soon for line in await issuing.listing(VILLAGE, by=by, kind=Holder.PASS)}
    assert lines == {short: True, long: False}


async def test_each_issue_is_a_line_in_the_log_with_its_reason(town: Town) -> None:
    await town.house.services.issuing.blanks(3, area=VILLAGE, by=await officer(town), reason=Why.DRILL)
    async with town.house.works.read() as work:
        row = await work.audit.newest("person", actions=("codes.issue",))
    assert row is not None
    assert (row.facts["count"], row.facts["reason"]) == (3, "drill")


async def test_the_card_whose_characters_are_given_ends_whatever_other_card_its_holder_has(town: Town) -> None:
    """The printed card is lost; the one that was given at the door hangs around its owner's neck."""
    issuing, hu = town.house.services.issuing, await town.person("胡阿婆")
    own = await town.house.services.codes.of_person(hu.id, by=await officer(town))
    town.clock.go_on(hours=1)
    (blank,) = await issuing.blanks(1, area=VILLAGE, by=await officer(town), reason=Why.PRINTED)
    await town.house.services.blanks.bind(blank.text, person=hu.id, by=await officer(town), key="given")
    new = await issuing.replace_short(own.short, by=await officer(town), reason=Why.LOST)
    assert [await reason(town, card) for card in (own, blank, new)] == [Reason.REPLACED, Reason.OK, Reason.OK]
    with pytest.raises(CodeOver):
        await issuing.replace_short(own.short, by=await officer(town), reason=Why.LOST)
    last = await issuing.replace(Holder.PERSON, hu.id, by=await officer(town), reason=Why.LOST)
    assert [await reason(town, card) for card in (own, blank, new, last)] == [*[Reason.REPLACED] * 3, Reason.OK]


async def test_a_code_with_an_end_is_replaced_at_any_fraction_of_a_second(town: Town) -> None:
    by, issuing, holder = await officer(town), town.house.services.issuing, uuid4()
    (card,) = await issuing.issue(Holder.VEHICLE, [holder], by=by, reason=Why.OTHER, area=VILLAGE, lasts=timedelta(days=2))
    town.clock.go_on(hours=1, microseconds=123_457)
    new = await issuing.replace(Holder.VEHICLE, holder, by=by, reason=Why.LOST)
    assert new.code.expires_at == card.code.expires_at
