"""What stands on cards, in which order they come, and who may have them printed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.access import NotYours
from domain.cards import BlanksOutOfRange, CardKind, Cursor, NothingToPrint, NotOfThisKind, TooManyCards, Wanted, told_mark
from domain.codes import Holder
from services.actors import Actor
from services.cards import Leaf
from tests import cast
from tests.databases import a_place_for_one
from tests.houses import HALL, Town, a_town

VILLAGE = Wanted(CardKind.CARD, cast.VILLAGE.code)
HOMES = Wanted(CardKind.CARD, cast.COUNTY.code, household=True)


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """The cast and neighbours in two villages, on either database."""
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path / "house", database_url=url) as town:
        rows = [
            (line, {"name": f"林{'春夏秋'[line % 3]}生", "area_code": (cast.VILLAGE, cast.NEXT_VILLAGE)[line % 2].code, "household": str(line // 5)})
            for line in range(20)
        ]  # fmt: skip
        await town.house.services.people_import.import_rows(rows, by=Actor.operator())
        yield town


async def paged(town: Town, wanted: Wanted, *, most: int) -> list[Leaf]:
    found: list[Leaf] = []
    last: Cursor | None = None
    while True:
        page = await town.house.services.cards.page(wanted, last=last, most=most, by=Actor.operator())
        found += page.leaves
        if (last := page.last) is None:
            return found


@pytest.mark.parametrize("household", [False, True])
async def test_cards_come_village_by_village_whatever_the_size_of_a_page(town: Town, *, household: bool) -> None:
    wanted = Wanted(CardKind.CARD, cast.COUNTY.code, household=household)
    whole = [leaf.card.code.holder for leaf in await paged(town, wanted, most=500)]
    assert len(whole) == len(set(whole)) == await town.house.services.cards.begin(wanted, by=Actor.operator())
    for most in (1, 3, 7):
        leaves = await paged(town, wanted, most=most)
        assert [leaf.card.code.holder for leaf in leaves] == whole
        assert [leaf.area for leaf in leaves] == sorted(leaf.area for leaf in leaves)


async def test_a_household_gets_one_code_however_often_it_is_printed(town: Town) -> None:
    first, second = await paged(town, HOMES, most=4), await paged(town, HOMES, most=9)
    assert [leaf.card.code.cti for leaf in first] == [leaf.card.code.cti for leaf in second]
    assert {leaf.card.code.kind for leaf in first} == {Holder.HOUSEHOLD}
    assert all(leaf.members == tuple(range(1, len(leaf.members) + 1)) for leaf in first)
    assert not any(leaf.name for leaf in first)


async def test_the_householder_is_number_one(town: Town) -> None:
    rows = [(2, {"name": "沈小", "area_code": cast.VILLAGE.code, "household": "90", "relation": "儿子"}),
            (3, {"name": "沈大", "area_code": cast.VILLAGE.code, "household": "90", "relation": "户主"})]  # fmt: skip
    await town.house.services.people_import.import_rows(rows, by=Actor.operator())
    await paged(town, HOMES, most=50)
    assert ((await town.person("沈大")).number, (await town.person("沈小")).number) == (1, 2)


async def test_a_card_says_the_responsible_person_s_number_and_a_notice_card_the_shelter(town: Town) -> None:
    lin = (await town.person(cast.LIN[0])).id
    (leaf,) = [each for each in await paged(town, VILLAGE, most=50) if each.card.code.holder == lin]
    assert (leaf.phone, leaf.village) == ("+86" + (cast.WARDEN[1] or ""), cast.VILLAGE.name)
    leaves = await paged(town, Wanted(CardKind.NOTICE, cast.COUNTY.code), most=50)
    assert {refuge.name for each in leaves for refuge in each.refuges} == {HALL}
    assert all(each.refuges for each in leaves if each.area == cast.NEXT_VILLAGE.code), "the township's, where the village has none"


async def test_who_has_no_living_code_is_left_out_and_counted(town: Town) -> None:
    officer = await town.actor(cast.OFFICER)
    card = await town.house.services.codes.of_person((await town.person(cast.LIN[0])).id, by=officer)
    await town.house.services.codes.revoke(card.short, by=officer)
    page = await town.house.services.cards.page(VILLAGE, last=None, most=500, by=officer)
    assert page.left_out == 1
    assert card.code.holder not in {leaf.card.code.holder for leaf in page.leaves}


async def test_blank_cards_belong_to_nobody_and_are_found_again_until_somebody_has_them(town: Town) -> None:
    cards, wanted = town.house.services.cards, Wanted(CardKind.PENDANT, cast.VILLAGE.code, blank=3)
    made = await cards.blanks(wanted, 3, by=Actor.operator())
    ctis = [leaf.card.code.cti for leaf in made]
    assert all(leaf.blank and leaf.card.code.kind is Holder.PERSON for leaf in made)
    assert [leaf.card.code.cti for leaf in await cards.again(wanted, [*ctis, b"unknown"], by=Actor.operator())] == ctis


async def test_each_print_is_in_the_log_before_its_first_card(town: Town) -> None:
    await town.house.services.cards.begin(VILLAGE, by=await town.actor(cast.OFFICER), done=4)
    async with town.house.works.read() as work:
        (row,) = await work.audit.search(actions=["cards.print"], most=5)
    assert (row.subject, row.facts["kind"], row.facts["done"]) == (cast.VILLAGE.code, "card", 4)
    assert row.actor == (await town.person(cast.OFFICER[0])).id


async def test_who_may_not_print_there_gets_no_card(town: Town) -> None:
    cards = town.house.services.cards
    for who in (cast.WARDEN, cast.KEEPER, cast.APPROVER, cast.MALLORY, cast.OTHER_OFFICER):
        by = await town.actor(who)
        for refused in (cards.begin(VILLAGE, by=by), cards.page(VILLAGE, last=None, most=5, by=by), cards.blanks(VILLAGE, 1, by=by)):
            with pytest.raises(NotYours):
                await refused
    areas = await cards.areas(by=await town.actor(cast.OFFICER))
    assert {area.code[:6] for area in areas} == {cast.COUNTY.code}


async def test_what_cannot_be_printed_is_refused_with_its_reason(town: Town) -> None:
    cards = town.house.services.cards
    for reason, wanted in ((NothingToPrint, Wanted(CardKind.CARD, "999999")), (NothingToPrint, Wanted(CardKind.CARD, "999999", blank=2))):
        with pytest.raises(reason):
            await cards.begin(wanted, by=Actor.operator())
    with pytest.raises(TooManyCards):
        await cards.begin(VILLAGE, by=Actor.operator(), most=2)


def test_a_print_is_of_one_kind() -> None:
    for kind, household, blank in ((CardKind.SHEET, False, 3), (CardKind.CARD, True, 3), (CardKind.POSTER, True, 0), (CardKind.PENDANT, True, 0)):
        with pytest.raises(NotOfThisKind):
            Wanted(kind, cast.VILLAGE.code, household, blank)
    with pytest.raises(BlanksOutOfRange):
        Wanted(CardKind.CARD, cast.VILLAGE.code, blank=10_001)


@pytest.mark.parametrize(("mark", "told"), [("12", "12"), ("3组12号", "3组12号"), ("A-7", "A-7"), ("林大山", "林*山"), ("林大山12", "林***2"), ("", "")])
def test_a_household_called_by_a_name_is_masked(mark: str, told: str) -> None:
    assert told_mark(mark) == told


