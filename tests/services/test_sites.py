"""Sites and workers taken in from lists: what is wrong is said row by row, what was there stays, nobody's home is moved."""

import pytest

from domain.access import Role
from domain.lists import ListKind
from domain.sites import SiteUnknown
from papers.tables import ColumnsMissing, parsed
from services.actors import Actor
from services.imports import Report
from tests import cast
from tests.gatehouse import FIRM, MANAGER, NO_PHONE, QUARRY, TRAINED, UNTRAINED, YARD, a_gatehouse, site_row, worker_row
from tests.houses import Town

OPERATOR = Actor.operator()


async def sites(town: Town, *rows: dict[str, str], dry_run: bool = False) -> Report:
    return await town.house.services.sites.import_rows(list(enumerate(rows, 2)), by=OPERATOR, dry_run=dry_run)


async def workers(town: Town, *rows: dict[str, str], dry_run: bool = False) -> Report:
    return await town.house.services.workers.import_rows(list(enumerate(rows, 2)), by=OPERATOR, dry_run=dry_run)


def numbers(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.refused


async def test_a_list_of_sites_goes_in_once_and_a_changed_row_changes(town: Town) -> None:
    assert numbers(await sites(town, site_row(), site_row(QUARRY), dry_run=True)) == (2, 0, 0, 0)
    with pytest.raises(SiteUnknown):
        await town.house.services.sites.named(YARD)
    assert numbers(await sites(town, site_row(), site_row(QUARRY))) == (2, 0, 0, 0)
    assert numbers(await sites(town, site_row(), site_row(QUARRY, longest_hours="8"))) == (0, 1, 1, 0)
    listed = await town.house.services.sites.listing(by=OPERATOR)
    assert sorted(each.site.name for each in listed) == sorted([YARD, QUARRY])
    assert all(each.card is not None and each.card.text.startswith("HTTPS://") and each.inside == 0 for each in listed)


async def test_the_manager_gets_the_site_and_loses_it_to_the_next_one(town: Town) -> None:
    await sites(town, site_row())
    site = await town.house.services.sites.named(YARD)

    def held(actor: Actor) -> list[Role]:
        return [grant.role for grant in actor.grants if grant.place == site.id]

    assert held(await town.actor(MANAGER)) == [Role.SITE_MANAGER]
    await sites(town, site_row(manager_phone=cast.WARDEN[1] or ""))
    assert (held(await town.actor(MANAGER)), held(await town.actor(cast.WARDEN))) == ([], [Role.SITE_MANAGER])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": " "}, "site_name_missing"), ({"area_code": "999999999999"}, "area_not_known"), ({"firm": ""}, "firm_missing"),
        ({"needs_trained": "perhaps"}, "not_yes_or_no"), ({"longest_hours": "0"}, "longest_invalid"), ({"longest_hours": "nan"}, "longest_invalid"),
        ({"opens": "06:00"}, "hours_invalid"), ({"opens": "25:00", "closes": "26:00"}, "hours_invalid"),
        ({"opens": "6:00", "closes": "06:00"}, "hours_invalid"),
    ],
)  # fmt: skip
async def test_a_bad_row_of_a_site_is_refused_with_its_reason(town: Town, changed: dict[str, str], code: str) -> None:
    report = await sites(town, site_row(**changed), site_row(QUARRY))
    assert [(problem.line, problem.refusal.code) for problem in report.problems] == [(2, code)]
    assert numbers(report) == (1, 0, 0, 1)


async def test_an_unknown_manager_is_a_warning(town: Town) -> None:
    report = await sites(town, site_row(manager_phone="13800009999"))
    assert [(problem.refusal.code, problem.warning) for problem in report.problems] == [("manager_not_known", True)]
    assert numbers(report) == (1, 0, 0, 0)


async def test_two_sites_of_one_name_are_not_guessed_at(town: Town) -> None:
    await sites(town, site_row(), site_row(area_code=cast.NEXT_VILLAGE.code))
    with pytest.raises(SiteUnknown):
        await town.house.services.sites.named(YARD)
    report = await workers(town, worker_row(TRAINED, sites=YARD))
    assert [problem.refusal.code for problem in report.problems] == ["site_not_known"]


async def test_a_worker_from_elsewhere_becomes_a_person_with_a_code(town: Town) -> None:
    gate = await a_gatehouse(town)
    person = await town.person(NO_PHONE[0])
    assert person.confirmed and person.phone is None
    assert (await town.house.services.codes.of_person(person.id, by=await town.actor(cast.OFFICER))).short
    async with town.house.works.read() as work:
        worker = await work.workers.get(person.id)
        assert worker is not None and (worker.firm, worker.trained) == (FIRM, True)
        assert worker.trained_until is not None and worker.trained_until.astimezone(town.house.settings.zone).isoformat() == "2027-07-01T00:00:00+08:00"
        assert await work.workers.firms() == {FIRM: 4}
        assert {worker.person for worker in await work.workers.of_firm(FIRM)} == {(await gate.worker(who)).person for who in WHO}


WHO = (TRAINED, UNTRAINED, NO_PHONE, ("过期工", None))


async def test_a_resident_who_works_elsewhere_keeps_home_and_household(town: Town) -> None:
    before = await town.person(cast.LIN[0])
    assert numbers(await workers(town, worker_row(cast.LIN, area_code=cast.OTHER_VILLAGE.code))) == (1, 0, 0, 0)
    assert await town.person(cast.LIN[0]) == before


async def test_the_same_list_twice_changes_nothing_and_a_new_training_does(town: Town) -> None:
    await sites(town, site_row())
    rows = [worker_row(TRAINED, sites=YARD), worker_row(NO_PHONE)]
    assert numbers(await workers(town, *rows, dry_run=True)) == (2, 0, 0, 0)
    assert numbers(await workers(town, *rows)) == (2, 0, 0, 0)
    assert numbers(await workers(town, *rows)) == (0, 0, 2, 0)
    assert numbers(await workers(town, worker_row(TRAINED, trained="no"), worker_row(NO_PHONE, trained=""))) == (0, 1, 1, 0)
    person = await town.person(TRAINED[0])
    site = await town.house.services.sites.named(YARD)
    async with town.house.works.read() as work:
        assert await work.sites.lists_of(person.id) == {site.id}
    assert numbers(await workers(town, worker_row(TRAINED, trained="", sites="-"))) == (0, 1, 0, 0)
    async with town.house.works.read() as work:
        assert await work.sites.lists_of(person.id) == set()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": ""}, "name_missing"), ({"phone": "12345"}, "phone_not_usable"), ({"id_number": "331102199001011234"}, "id_number_not_usable"),
        ({"area_code": "x"}, "area_not_known"), ({"firm": " "}, "firm_missing"), ({"trained": "perhaps"}, "not_yes_or_no"),
        ({"trained_until": "soon"}, "day_not_usable"), ({"trained_until": "2027-02-30"}, "day_not_usable"), ({"sites": "月球"}, "site_not_known"),
    ],
)  # fmt: skip
async def test_a_bad_row_of_a_worker_is_refused_with_its_reason(town: Town, changed: dict[str, str], code: str) -> None:
    report = await workers(town, worker_row(("张工", "13905780055"), **changed), worker_row(NO_PHONE), worker_row(NO_PHONE))
    assert [(problem.line, problem.refusal.code) for problem in report.problems] == [(2, code), (4, "twice_in_list")]
    assert numbers(report) == (1, 0, 0, 2)


def test_lists_are_read_with_chinese_headers() -> None:
    (row,) = parsed("工地名称,区域代码,企业名称,项目负责人电话,须培训合格,最长停留小时\n新工地,331102001201,一建,13805780002,是,10\n", ListKind.SITES).rows
    assert row[1] == {
        "name": "新工地", "area_code": "331102001201", "firm": "一建", "manager_phone": "13805780002", "needs_trained": "yes", "longest_hours": "10",
    }  # fmt: skip
    (row,) = parsed(
        "姓名,手机号,单位,村代码,培训合格,培训有效期至,准入场所\n张三,13905780011,一建,331102001201,合格,2027-06-30,新工地；采石场\n", ListKind.WORKERS
    ).rows
    assert row[1] == {
        "name": "张三", "phone": "13905780011", "firm": "一建", "area_code": "331102001201", "trained": "yes", "trained_until": "2027-06-30",
        "sites": "新工地;采石场",
    }  # fmt: skip
    with pytest.raises(ColumnsMissing):
        parsed("姓名,单位\n张三,一建\n", ListKind.WORKERS).rows


