"""Named groups: who keeps them, who is in them when, and how a Telegram group is tied to one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.access import NotYours, Role
from domain.chats import ChatState
from domain.deliveries import Subject
from domain.groups import BindingNotYours, BindingSpent, GroupNameInvalid, GroupNameTaken, GroupNotYours, MemberOutside, MemberUnknown
from services.actors import Actor
from tests import cast
from tests.announcing import a_group, delivered, drafted, to_group
from tests.houses import BOT, Town

ROW = {"group": "防汛值班组", "area_code": cast.VILLAGE.code, "owner_phone": cast.OFFICER[1] or ""}


async def test_only_the_owner_or_who_gives_rights_changes_a_group(town: Town) -> None:
    group, groups = await a_group(town, "林大山"), town.house.services.groups
    colleague = await town.actor(cast.MALLORY)
    await town.house.services.grants.give(colleague.registered(), Role.DUTY_OFFICER, by=Actor.operator(), area=cast.COUNTY.code)
    colleague, ye = await town.actor(cast.MALLORY), await town.person("叶建国")
    assert [view.group.id for view in await groups.listing(by=colleague)] == [group]
    for change in (groups.add(group, ye.id, by=colleague), groups.remove(group, ye.id, by=colleague), groups.bind_code(group, by=colleague, key="b")):
        with pytest.raises(GroupNotYours):
            await change
    with pytest.raises(NotYours):
        await groups.add(group, ye.id, by=await town.actor(cast.OTHER_OFFICER))
    await town.house.services.grants.give(colleague.registered(), Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)
    assert await groups.add(group, ye.id, by=await town.actor(cast.MALLORY)) == 2


async def test_a_group_is_read_as_of_any_instant(town: Town) -> None:
    group, groups, officer = await a_group(town, "林大山"), town.house.services.groups, await town.actor(cast.OFFICER)
    lin, ye = (await town.person("林大山")).id, (await town.person("叶建国")).id
    began = town.clock.now()
    town.clock.go_on(hours=1)
    assert await groups.add(group, ye, by=officer) == 2
    assert await groups.add(group, ye, by=officer) == 2
    town.clock.go_on(hours=1)
    assert await groups.remove(group, lin, by=officer) == 1
    assert await groups.remove(group, lin, by=officer) == 1
    town.clock.go_on(hours=1)
    await groups.add(group, lin, by=officer)
    async with town.house.works.read() as work:
        then = [await work.groups.members_as_of(group, at=began + timedelta(minutes=minutes)) for minutes in (0, 90, 150, 181)]
        assert await work.groups.members([group], joined_by=began + timedelta(minutes=90)) == {ye}
    assert then == [{lin}, {lin, ye}, {ye}, {lin, ye}]


async def test_names_are_checked_and_an_area_has_each_once(town: Town) -> None:
    groups, officer = town.house.services.groups, await town.actor(cast.OFFICER)
    await a_group(town)
    with pytest.raises(GroupNameTaken):
        await groups.make("  值班组 ", cast.TOWNSHIP.code, by=officer, key="again")
    for name in ("", "…", "长" * 31):
        with pytest.raises(GroupNameInvalid):
            await groups.make(name, cast.TOWNSHIP.code, by=officer, key=name)
    with pytest.raises(NotYours):
        await groups.make("外县组", cast.OTHER_TOWNSHIP.code, by=officer, key="other")


async def test_a_member_is_found_by_phone_or_name_inside_the_area_only(town: Town) -> None:
    group, groups, officer = await a_group(town), town.house.services.groups, await town.actor(cast.OFFICER)
    assert [person.name for person in await groups.candidates(group, "139 0578 0011", by=officer)] == ["林大山"]
    assert {person.name for person in await groups.candidates(group, "林", by=officer)} == {"林大山", "林小山"}
    for words in ("郑外县", cast.OTHER_OFFICER[1] or "", " "):
        with pytest.raises(MemberUnknown):
            await groups.candidates(group, words, by=officer)
    outsider = await town.person(cast.OTHER_OFFICER[0])
    with pytest.raises(MemberOutside):
        await groups.add(group, outsider.id, by=officer)


async def test_groups_come_from_a_list_and_a_second_import_changes_nothing(town: Town) -> None:
    rows = [
        (2, ROW | {"name": "林大山"}), (3, ROW | {"name": "随便", "phone": "13905780012"}), (4, ROW | {"name": "查无此人"}),
        (5, ROW | {"phone": cast.OTHER_OFFICER[1] or ""}), (6, ROW | {"name": "胡阿婆", "area_code": "999"}),
        (7, ROW | {"name": "胡阿婆", "group": "无主组", "owner_phone": "13900000000"}), (8, ROW | {"name": "林大山"}),
    ]  # fmt: skip
    importing = town.house.services.group_import
    assert (await importing.import_rows(rows, by=Actor.operator(), dry_run=True)).added == 2
    assert await town.house.services.groups.everything(by=Actor.operator()) == []
    report = await importing.import_rows(rows, by=Actor.operator())
    assert (report.rows, report.added, report.unchanged, report.refused) == (7, 2, 1, 4)
    assert [problem.refusal.code for problem in report.problems] == ["member_unknown", "member_outside", "area_not_known", "owner_unknown"]
    assert (await importing.import_rows(rows[:2], by=Actor.operator())).unchanged == 2
    (view,) = await town.house.services.groups.everything(by=Actor.operator())
    assert (view.group.called, view.members, view.group.owner) == ("防汛值班组", 2, (await town.person(cast.OFFICER[0])).id)


async def bound(town: Town, group: object) -> None:
    groups, officer = town.house.services.groups, await town.actor(cast.OFFICER)
    code = await groups.bind_code(group, by=officer, key="b")  # type: ignore[arg-type]
    binding, _ = await groups.met(code, number=-4001, by=officer)
    await groups.bind(binding, by=officer)


async def test_a_telegram_group_is_tied_by_its_owner_alone_with_a_code_that_works_once(town: Town) -> None:
    group, groups, officer = await a_group(town, "林大山"), town.house.services.groups, await town.actor(cast.OFFICER)
    code = await groups.bind_code(group, by=officer, key="1")
    for thief in (await town.actor(cast.MALLORY), Actor(via="chat", bot=BOT, address="9")):
        with pytest.raises(NotYours):
            await groups.met(code, number=-4001, by=thief)
    await town.house.services.grants.give((await town.person(cast.MALLORY[0])).id, Role.DUTY_OFFICER, by=Actor.operator(), area=cast.COUNTY.code)
    with pytest.raises(BindingNotYours):
        await groups.met(code, number=-4001, by=await town.actor(cast.MALLORY))
    binding, met = await groups.met(code, number=-4001, by=officer)
    assert met.id == group
    with pytest.raises(BindingNotYours):
        await groups.bind(binding, by=await town.actor(cast.MALLORY))
    tied = await groups.bind(binding, by=officer)
    assert await groups.bind(binding, by=officer) == tied
    for stale in (code, "group-00"):
        with pytest.raises(BindingSpent):
            await groups.met(stale, number=-4002, by=officer)
    late = await groups.bind_code(group, by=officer, key="2")
    town.clock.go_on(minutes=30)
    with pytest.raises(BindingSpent):
        await groups.met(late, number=-4002, by=officer)


async def test_a_group_chat_gets_its_post_first_and_counted_apart(town: Town) -> None:
    await town.linked(cast.LIN)
    group = await a_group(town, "林大山", "胡阿婆")
    await bound(town, group)
    await drafted(town, parts=(to_group(group),))
    await town.house.services.notice_runs.release()
    sent = [one for one in await delivered(town) if one.message.subject is Subject.NOTICE]
    assert [(one.address, one.person is None) for one in sent] == [("-4001", True), ("chat 林大山", False)]
    (line,) = await town.house.services.notice_lists.listing(by=await town.actor(cast.OFFICER))
    assert line.truth is not None
    assert line.posts is not None
    assert (line.truth.targets, line.truth.sent, line.truth.failed, line.posts.targets, line.posts.sent) == (2, 1, 1, 1, 1)


async def test_a_group_that_moved_is_posted_to_under_its_new_number_and_one_that_threw_us_out_is_not(town: Town) -> None:
    group, services = await a_group(town, "林大山"), town.house.services
    await bound(town, group)
    await services.chats.moved(bot=BOT, old=-4001, new=-100_4001)
    await drafted(town, parts=(to_group(group),), key="1")
    await services.notice_runs.release()
    assert "-1004001" in {one.address for one in await delivered(town)}
    await services.chats.left(bot=BOT, number=-100_4001)
    assert (await services.groups.listing(by=await town.actor(cast.OFFICER)))[0].posts is ChatState.BLOCKED
    await drafted(town, parts=(to_group(group),), key="2")
    await services.notice_runs.release()
    assert "-1004001" not in {one.address for one in await delivered(town)}


async def test_a_drill_of_a_real_office_is_not_posted_where_anybody_may_read_it(town: Town) -> None:
    group = await a_group(town, "林大山")
    await bound(town, group)
    lin = await town.person("林大山")
    async with town.house.works.write() as work:
        await work.people.change([replace(lin, enrolled=True)])
    await drafted(town, parts=(to_group(group),), drill=True)
    await town.house.services.notice_runs.release()
    assert "-4001" not in {one.address for one in await delivered(town)}


async def test_a_code_said_in_a_second_telegram_group_does_not_move_the_question_about_the_first(town: Town) -> None:
    """The owner is asked about the one, and the notices would go to the other."""
    groups, officer = town.house.services.groups, await town.actor(cast.OFFICER)
    group = await a_group(town)
    code = await groups.bind_code(group, by=officer, key="b")
    binding, _ = await groups.met(code, number=-4001, by=officer)
    with pytest.raises(BindingSpent):
        await groups.met(code, number=-4002, by=officer)
    assert (await groups.met(code, number=-4001, by=officer))[0] == binding
    tied = await groups.bind(binding, by=officer)
    async with town.house.works.read() as work:
        chat = await work.chats.get(tied.chat) if tied.chat is not None else None
    assert chat is not None and chat.address == "-4001"
