"""Lists taken in: the good rows go in, each bad one is named by line and reason, twice changes nothing."""

import pytest

from domain.people import PersonUnknown
from domain.rollcall import Happening
from domain.shelters import ShelterState
from services.actors import Actor
from services.office import CONSENT_VERSION
from services.people import Registration
from tests import cast
from tests.houses import Town, hall_row, people_rows

OPERATOR = Actor.operator()


def row(name: str, **more: str) -> dict[str, str]:
    return {"name": name, "area_code": cast.VILLAGE.code, "household": "9", **more}


async def test_the_same_list_twice_changes_nothing(town: Town) -> None:
    report = await town.house.services.people_import.import_rows(list(enumerate(people_rows(), 2)), by=OPERATOR)
    assert (report.added, report.changed, report.refused) == (0, 0, 0)
    assert report.unchanged == len(people_rows())


async def test_one_bad_row_in_ten_is_named_and_the_other_nine_go_in(town: Town) -> None:
    rows = [(n, row(f"新人{chr(0x4E00 + n)}")) for n in range(2, 92)]
    bad = [
        (92, row("")), (93, row("错地方", area_code="999")), (94, row("错号码", phone="12")), (95, row("错证件", id_number="331102199001011234")),
        (96, row("错标签", tags="flying")), (97, row("没这个村", area_code="331102001999")), (98, row("长" * 41)), (99, row("空" , area_code="")),
        (100, row("又错", phone="abc")), (101, row("新人" + chr(0x4E00 + 2))),
    ]  # fmt: skip
    report = await town.house.services.people_import.import_rows([*rows, *bad], by=OPERATOR)
    assert (report.rows, report.added, report.refused) == (100, 90, 10)
    assert [problem.line for problem in report.problems] == list(range(92, 102))
    assert {problem.refusal.code for problem in report.problems} == {
        "name_missing", "area_not_known", "phone_not_usable", "id_number_not_usable", "tag_not_known", "twice_in_list",
    }  # fmt: skip


async def test_a_dry_run_says_the_same_and_stores_nothing(town: Town) -> None:
    rows = [(2, row("试一试")), (3, row(""))]
    dry = await town.house.services.people_import.import_rows(rows, by=OPERATOR, dry_run=True)
    real = await town.house.services.people_import.import_rows(rows, by=OPERATOR)
    assert (dry.added, dry.refused) == (real.added, real.refused) == (1, 1)


async def test_an_unknown_responsible_person_is_a_warning_and_the_row_goes_in(town: Town) -> None:
    report = await town.house.services.people_import.import_rows([(2, row("没人管", responsible_phone="13900000000"))], by=OPERATOR)
    assert (report.added, report.refused) == (1, 0)
    assert [problem.warning for problem in report.problems] == [True]


async def test_a_person_who_moved_keeps_their_code(town: Town) -> None:
    lin = await town.person("林大山")
    async with town.house.works.read() as work:
        before = (await work.codes.of([lin.id]))[lin.id]
    report = await town.house.services.people_import.import_rows([(2, row("林大山", phone="13905780011", area_code=cast.NEXT_VILLAGE.code))], by=OPERATOR)
    assert (report.added, report.changed) == (0, 1)
    moved = await town.person("林大山")
    assert (moved.id, moved.area) == (lin.id, cast.NEXT_VILLAGE.code)
    async with town.house.works.read() as work:
        assert (await work.codes.of([lin.id]))[lin.id] == before


async def test_an_area_without_its_parent_is_named(town: Town) -> None:
    orphan = {"code": "331103001001", "name": "孤村", "level": "village", "parent_code": "331103001"}
    rows = [(2, orphan), (3, {"code": "12", "name": "错", "level": "", "parent_code": ""})]
    report = await town.house.services.areas.import_rows(rows, by=OPERATOR)
    assert [(problem.line, problem.refusal.code) for problem in report.problems] == [(2, "area_parent_unknown"), (3, "area_code_invalid")]


async def test_a_shelter_whose_keeper_is_unknown_goes_in_with_a_warning(town: Town) -> None:
    facts = {"name": "小学", "level": "township", "area_code": cast.TOWNSHIP.code, "places_day": "200", "places_night": "120", "keeper_phone": "13900000001"}
    rows = [(2, facts), (3, facts | {"name": "错", "level": "huge"}), (4, facts | {"name": "错二", "lat": "999", "lon": "1"})]
    report = await town.house.services.shelters.import_rows(rows, by=OPERATOR)
    assert report.added == 1
    assert [(problem.line, problem.refusal.code, problem.warning) for problem in report.problems] == [
        (2, "keeper_not_known", True), (3, "shelter_level_unknown", False), (4, "shelter_pin_invalid", False),
    ]  # fmt: skip


async def register(town: Town, name: str, phone: str, *, key: str = "alone") -> Actor:
    """Somebody who came in alone, with a phone number that nobody has checked."""
    people, chat = town.house.services.people, Actor(via="chat", bot=1, address=key)
    await people.register(Registration(CONSENT_VERSION, "zh_CN", name, phone, cast.VILLAGE.code), by=chat, key=key)
    return await people.actor(channel="telegram", bot=1, address=key, language="zh_CN")


async def test_a_shelter_without_places_by_day_has_as_many_as_by_night(town: Town) -> None:
    await town.house.services.shelters.import_rows([(2, hall_row(name="新点", places=30) | {"places_day": ""})], by=OPERATOR)
    [found] = await town.house.services.shelters.many([await town.house.services.shelters.named("新点")])
    assert (found.places_day, found.places_night) == (30, 30)


async def test_who_registered_alone_under_a_listed_name_and_phone_never_becomes_that_person(town: Town) -> None:
    mallory = await register(town, "赵老师", "13905780099")
    report = await town.house.services.people_import.import_rows(
        [(2, row("赵老师", phone="13905780099")), (3, row("赵老师家人"))], by=OPERATOR
    )
    assert (report.added, report.changed) == (2, 0)
    assert [(problem.line, problem.refusal.code, problem.warning) for problem in report.problems] == [(2, "registered_alone", True)]
    order = await town.order()
    await town.house.services.rollcall.answer(Happening.WITH_RELATIVES, by=mallory, key="lie", note="青田县")
    board = await town.house.services.board.people(order.id, by=await town.actor(cast.OFFICER))
    assert "赵老师" in [line.name for line in board]
    again = await town.house.services.people_import.import_rows([(2, row("赵老师", phone="13905780099"))], by=OPERATOR)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)


async def test_a_phone_typed_by_a_stranger_answers_for_nobody_and_gets_no_role(town: Town) -> None:
    for number in range(8):
        await register(town, f"冒名{'甲乙丙丁戊己庚辛'[number]}", cast.WARDEN[1] or "", key=f"alone {number}")
    warden = await town.person(cast.WARDEN[0])
    await town.house.services.people_import.import_rows([(2, row("新户", responsible_phone=cast.WARDEN[1] or ""))], by=OPERATOR)
    assert (await town.person("新户")).responsible == warden.id
    assert (await town.house.services.grants.with_phone(cast.WARDEN[1] or "")).id == warden.id
    await town.house.services.shelters.import_rows([(2, hall_row(name="新点") | {"keeper_phone": cast.WARDEN[1] or ""})], by=OPERATOR)
    async with town.house.works.read() as work:
        assert [shelter.keeper for shelter in await work.shelters.all() if shelter.name == "新点"] == [warden.id]


async def test_a_phone_that_only_strangers_typed_is_nobodys_when_there_are_two(town: Town) -> None:
    await register(town, "只有我", "13905780077")
    assert (await town.house.services.grants.with_phone("13905780077")).name == "只有我"
    await register(town, "还有我", "13905780077", key="alone too")
    with pytest.raises(PersonUnknown):
        await town.house.services.grants.with_phone("13905780077")


async def test_two_people_of_one_name_and_phone_with_different_id_numbers_stay_two(town: Town) -> None:
    rows = [(2, row("王芳", phone="13905780088", id_number="11010519491231002X")), (3, row("王芳", phone="13905780088", id_number="440524188001010014"))]
    first = await town.house.services.people_import.import_rows(rows, by=OPERATOR)
    assert (first.added, first.changed, first.problems) == (2, 0, ())
    again = await town.house.services.people_import.import_rows(rows, by=OPERATOR)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)


async def test_a_mistyped_responsible_phone_in_a_later_list_takes_the_household_from_nobody(town: Town) -> None:
    warden = await town.person(cast.WARDEN[0])
    report = await town.house.services.people_import.import_rows(
        [(2, {"name": "胡阿婆", "area_code": cast.VILLAGE.code, "household": "2", "responsible_phone": "13900000000"})], by=OPERATOR
    )
    assert [problem.warning for problem in report.problems] == [True]
    assert (await town.person("胡阿婆")).responsible == warden.id


async def test_a_shelter_that_was_closed_stays_closed_when_the_list_comes_again(town: Town) -> None:
    async with town.house.works.write() as work:
        await work.shelters.set_state(town.hall, ShelterState.CLOSED)
    await town.house.services.shelters.import_rows([(2, hall_row())], by=OPERATOR)
    async with town.house.works.read() as work:
        shelter = await work.shelters.get(town.hall)
    assert shelter is not None
    assert shelter.state is ShelterState.CLOSED


async def test_a_list_that_names_only_the_village_is_the_same_list_when_its_lines_have_moved(town: Town) -> None:
    rows = [{"name": name, "area_code": cast.VILLAGE.code, "phone": phone} for name, phone in (("只有名", ""), ("名和号", "13905780055"))]
    first = await town.house.services.people_import.import_rows([(2, rows[0]), (3, rows[1])], by=OPERATOR)
    again = await town.house.services.people_import.import_rows([(2, rows[1]), (3, rows[0])], by=OPERATOR)
    assert (first.added, again.added, again.changed, again.unchanged) == (2, 0, 0, 2)
    twice = await town.house.services.people_import.import_rows([(2, rows[0]), (3, rows[0])], by=OPERATOR)
    assert [(problem.line, problem.refusal.code) for problem in twice.problems] == [(3, "twice_in_list")]
