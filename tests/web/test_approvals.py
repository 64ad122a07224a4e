"""The page of the second person: exactly what will be said, one decision, and who was first."""

from dataclasses import replace
from uuid import UUID

from domain.evacuations import OrderState
from domain.notices import NoticeState
from tests import cast
from tests.announcing import announced
from tests.web.conftest import Office
from tests.web.test_logins import EN
from tests.web.test_security import a_draft, states

HERE = "/console/approvals"


async def fingerprint(office: Office, order: str) -> str:
    async with office.town.house.works.read() as work:
        found = await work.orders.get(UUID(order))
    assert found is not None
    return found.fingerprint


async def test_an_order_is_read_in_full_approved_and_lifted(office: Office) -> None:
    draft = await a_draft(office)
    approver, officer = await office.sign_in_with_digits(cast.APPROVER), await office.sign_in(cast.OFFICER)
    assert (await officer.get(HERE)).status == 403
    assert f"{HERE}/orders/{draft}" in await (await approver.get(HERE)).text()
    page = await (await approver.get(f"{HERE}/orders/{draft}", headers=EN)).text()
    shown = await fingerprint(office, draft)
    for said in ("平乐村文化礼堂", "沿村道向东", "胡*婆", shown[:16], "<dd>5</dd>"):
        assert said in page, said
    done = await approver.post(f"{HERE}/orders/{draft}/approve", data=office.form(approver, shown=shown), allow_redirects=False)
    assert (done.status, done.headers["Location"]) == (303, f"{HERE}/orders/{draft}")
    assert await states(office) == ["issued"]
    page = await (await approver.get(f"{HERE}/orders/{draft}", headers=EN)).text()
    assert "Approved by 吴*批" in page
    await approver.post(f"{HERE}/orders/{draft}/lift", data=office.form(approver), allow_redirects=False)
    assert await states(office) == ["lifted"]
    async with office.town.house.works.read() as work:
        factors = {row.action: row.facts["factor"] for row, _ in await work.audit.all() if "factor" in row.facts and row.action.startswith("evac")}
    assert factors == {"evacuations.approve": "chat+totp", "evacuations.lift": "chat+totp"}


async def test_whoever_comes_second_reads_who_was_first(office: Office) -> None:
    """One in chat, one on the page, at the same time: one of them wins."""
    draft = await a_draft(office)
    approver, evacuations = await office.sign_in_with_digits(cast.APPROVER), office.town.house.services.evacuations
    shown = await fingerprint(office, draft)
    await evacuations.approve(UUID(draft), fingerprint=shown, by=await office.town.actor(cast.APPROVER), key="chat")
    for what, fields in (("approve", {"shown": shown}), ("reject", {"reason": "桥已断"})):
        late = await approver.post(f"{HERE}/orders/{draft}/{what}", data=office.form(approver, **fields), headers=EN)
        assert late.status == 409
        assert "Approved by 吴*批" in await late.text()
    assert await states(office) == ["issued"]


async def test_a_reason_is_asked_for_and_reaches_the_drafter(office: Office) -> None:
    draft = await a_draft(office)
    await office.town.linked(cast.OFFICER)
    approver = await office.sign_in_with_digits(cast.APPROVER)
    for reason in ("", " 。 ", "字" * 201):
        assert (await approver.post(f"{HERE}/orders/{draft}/reject", data=office.form(approver, reason=reason))).status == 422
    await approver.post(f"{HERE}/orders/{draft}/reject", data=office.form(approver, reason="桥已断，<改走>西线"), allow_redirects=False)
    assert await states(office) == ["closed"]
    said = [one.message.fields for one in await office.town.house.services.deliveries.claim() if one.message.about == UUID(draft)]
    assert {"decided": "closed", "reason": "桥已断，<改走>西线"} in said


async def test_what_was_changed_after_it_was_read_is_not_approved(office: Office) -> None:
    draft = await a_draft(office)
    approver, shown = await office.sign_in_with_digits(cast.APPROVER), await fingerprint(office, draft)
    async with office.town.house.works.write() as work:
        found = await work.orders.get(UUID(draft))
        assert found is not None
        await work.orders.change(replace(found, way="向西"))
    for seen in (shown, "", "f" * 64):
        assert (await approver.post(f"{HERE}/orders/{draft}/approve", data=office.form(approver, shown=seen))).status == 409
    assert await states(office) == [OrderState.DRAFT.value]


async def test_nobody_decides_on_the_own_draft_and_other_counties_see_nothing(office: Office) -> None:
    from domain.access import Role
    from services.actors import Actor

    draft, grants = await a_draft(office), office.town.house.services.grants
    await grants.give((await office.town.person(cast.OFFICER[0])).id, Role.APPROVER, by=Actor.operator(), area=cast.COUNTY.code)
    await grants.give((await office.town.person(cast.OTHER_OFFICER[0])).id, Role.APPROVER, by=Actor.operator(), area=cast.OTHER_COUNTY.code)
    officer, other = await office.sign_in_with_digits(cast.OFFICER), await office.sign_in_with_digits(cast.OTHER_OFFICER)
    assert "your own draft" in await (await officer.get(HERE, headers=EN)).text()
    assert "/approve" not in await (await officer.get(f"{HERE}/orders/{draft}")).text()
    own = await officer.post(f"{HERE}/orders/{draft}/approve", data=office.form(officer, shown=await fingerprint(office, draft)))
    assert own.status == 403
    assert draft not in await (await other.get(HERE)).text()
    assert (await other.get(f"{HERE}/orders/{draft}")).status == 404
    assert (await other.post(f"{HERE}/orders/{draft}/approve", data=office.form(other, shown="x"))).status == 404
    assert await states(office) == ["draft"]


async def test_a_draft_that_is_too_old_is_on_no_list_and_is_not_issued(office: Office) -> None:
    draft = await a_draft(office)
    office.town.clock.go_on(minutes=15, seconds=1)
    approver = await office.sign_in_with_digits(cast.APPROVER)
    assert draft not in await (await approver.get(HERE)).text()
    late = await approver.post(f"{HERE}/orders/{draft}/approve", data=office.form(approver, shown=await fingerprint(office, draft)))
    assert late.status == 410
    assert await states(office) == ["draft"]


async def test_a_notice_is_read_in_both_languages_approved_and_cancelled(office: Office) -> None:
    told = await announced(office.town)
    notice, services = told.waiting.id, office.town.house.services
    approver = await office.sign_in_with_digits(cast.APPROVER)
    assert f"{HERE}/notices/{notice}" in await (await approver.get(HERE)).text()
    page = await (await approver.get(f"{HERE}/notices/{notice}", headers=EN)).text()
    for wording in told.waiting.draft.texts.values():
        assert wording.action in page
    assert told.shown[:16] in page
    assert (await approver.post(f"{HERE}/notices/{notice}/approve", data=office.form(approver, shown="0" * 64))).status == 409
    done = await approver.post(f"{HERE}/notices/{notice}/approve", data=office.form(approver, shown=told.shown), allow_redirects=False)
    assert done.status == 303, await done.text()
    assert (await services.notices.told(notice)).state is NoticeState.ACTIVE
    late = await approver.post(f"{HERE}/notices/{notice}/reject", data=office.form(approver, reason="不需要"), headers=EN)
    assert (late.status, "Approved by 吴*批" in await late.text()) == (409, True)
    assert (await approver.post(f"{HERE}/notices/{notice}/cancel", data=office.form(approver), allow_redirects=False)).status == 303
    assert (await services.notices.told(notice)).state is NoticeState.CANCELLED
    assert "Cancelled by 吴*批" in await (await approver.get(f"{HERE}/notices/{notice}", headers=EN)).text()


async def test_addresses_that_lead_nowhere_are_a_plain_no(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    for path in ("orders/x", f"orders/{UUID(int=1)}", "notices/x", f"notices/{UUID(int=1)}"):
        assert (await approver.get(f"{HERE}/{path}")).status == 404
