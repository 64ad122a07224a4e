"""Lists taken in: the good rows go in, each bad one is named by line and reason, twice changes nothing."""

from services.actors import Actor
from tests import cast
from tests.houses import Town, people_rows

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
