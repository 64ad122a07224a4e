"""Blank cards: given at the first scan, and amber when given twice, in whatever order that is heard."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import NotYours
from domain.issuing import BlankOver, Claim, NotBlank, Why, owner
from domain.people import PersonUnknown
from domain.scans import Outcome, Purpose, Reason, Via
from services.blanks import Newcomer, bind_in
from services.codes import Card
from services.scans import Asked
from tests import cast
from tests.databases import a_place_for_one
from tests.fakes.clock import FakeClock
from tests.houses import Town, a_town


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


async def a_blank(town: Town) -> Card:
    (card,) = await town.house.services.issuing.blanks(1, area=cast.VILLAGE.code, by=await town.actor(cast.OFFICER), reason=Why.PRINTED)
    return card


async def scanned(town: Town, card: Card, *, key: str, confirmed: bool = False) -> tuple[Outcome, Reason, UUID | None]:
    keeper = await town.actor(cast.KEEPER)
    asked = Asked(key, keeper, Purpose.SHELTER_IN, Via.CAMERA, place=town.hall, text=card.text, confirmed=confirmed)
    verdict = await town.house.services.scans.record(asked)
    return verdict.outcome, verdict.reason, verdict.person


async def test_a_blank_card_is_given_by_the_keeper_to_a_newcomer_who_is_then_known_by_it(town: Town) -> None:
    await town.order()
    card, keeper = await a_blank(town), await town.actor(cast.KEEPER)
    assert (await scanned(town, card, key="1"))[:2] == (Outcome.REFUSED, Reason.BLANK_CARD)
    town.clock.go_on(minutes=1)
    bound = await town.house.services.blanks.bind(card.short, newcomer=Newcomer("过路客", "13805770099"), by=keeper, key="give")
    again = await town.house.services.blanks.bind(card.short, newcomer=Newcomer("过路客", "13805770099"), by=keeper, key="give")
    assert again == bound
    assert await scanned(town, card, key="2") == (Outcome.ACCEPTED, Reason.WALK_IN, bound.holder)


async def test_a_card_given_twice_is_amber_until_an_official_chooses(town: Town) -> None:
    await town.order()
    card, keeper, warden = await a_blank(town), await town.actor(cast.KEEPER), await town.actor(cast.WARDEN)
    blanks, hu, ye = town.house.services.blanks, (await town.person("胡阿婆")).id, (await town.person("叶建国")).id
    await blanks.bind(card.text, person=hu, by=keeper, key="1")
    town.clock.go_on(minutes=1)
    assert (await blanks.bind(card.text, person=ye, by=warden, key="2")).shared
    assert (await scanned(town, card, key="3"))[:2] == (Outcome.CHECK, Reason.CARD_SHARED)
    (dispute,) = await blanks.disputes(by=warden)
    assert [person.id for _, person in dispute.claims] == [hu, ye]
    await blanks.settle(card.short, ye, by=warden)
    assert await blanks.disputes(by=warden) == []
    assert await scanned(town, card, key="4") == (Outcome.ACCEPTED, Reason.OK, ye)
    async with town.house.works.write() as work:
        late = await bind_in(work, card.code.cti, hu, town.clock.now() - timedelta(hours=2), None, None)
    assert (late.holder, late.shared) == (ye, False)


async def test_the_end_is_the_same_for_every_order_and_repetition_of_claims(town: Town) -> None:
    people = [(await town.person(name)).id for name in ("胡阿婆", "叶建国", "林大山")]
    now = town.clock.now()
    claims = [(people[0], now), (people[1], now - timedelta(minutes=5)), (people[1], now), (people[2], now - timedelta(minutes=5))]
    ends = set()
    for order in list(permutations(claims))[::3]:
        card = await a_blank(town)
        for person, at in order:
            async with town.house.works.write() as work:
                code = await bind_in(work, card.code.cti, person, at, None, None)
        ends.add((code.holder, code.shared))
    assert len(ends) == 1


async def test_a_card_that_is_somebodys_or_withdrawn_or_elsewhere_is_not_given(town: Town) -> None:
    keeper, officer = await town.actor(cast.KEEPER), await town.actor(cast.OFFICER)
    blanks, hu, ye = town.house.services.blanks, (await town.person("胡阿婆")).id, (await town.person("叶建国")).id
    with pytest.raises(NotBlank):
        await blanks.bind((await town.house.services.codes.of_person(hu, by=officer)).short, person=ye, by=keeper, key="1")
    card = await a_blank(town)
    with pytest.raises(PersonUnknown):
        await blanks.bind(card.short, by=keeper, key="2")
    with pytest.raises(NotYours):
        await blanks.bind(card.short, person=ye, by=await town.actor(cast.MALLORY), key="3")
    await town.house.services.codes.revoke(card.short, by=officer)
    with pytest.raises(BlankOver):
        await blanks.bind(card.short, person=ye, by=keeper, key="4")


PEOPLE = [UUID(int=number) for number in range(1, 5)]
MOMENTS = st.integers(0, 3).map(lambda minutes: FakeClock().now() + timedelta(minutes=minutes))
CLAIMS = st.lists(st.tuples(st.sampled_from(PEOPLE), MOMENTS, st.booleans()), unique_by=lambda claim: claim[0])


@given(CLAIMS, st.randoms())
def test_the_owner_does_not_depend_on_the_order_of_claims(given_claims: list[tuple[UUID, object, bool]], chance: object) -> None:
    claims = [Claim(b"c", person, at, None, None, at if dropped else None) for person, at, dropped in given_claims]  # type: ignore[arg-type]
    mixed = list(claims)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert owner(mixed) == owner(claims)
    standing = {claim.person for claim in claims if claim.dropped_at is None}
    assert owner(claims)[1] == (len(standing) > 1)
    assert (owner(claims)[0] in standing) == bool(standing)
