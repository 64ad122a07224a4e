"""The desk on the web: the list, one report with its photos, and decisions by form."""

import io
from dataclasses import dataclass

import pytest
from PIL import Image

from domain.reports import Report, ReportDeed, ReportKind, ReportState
from services.actors import Actor
from tests import cast
from tests.field import a_photo
from tests.houses import BOT, Town
from tests.web.conftest import Client, Office

ZH = {"Accept-Language": "zh-CN"}
GUEST = Actor(via="chat", bot=BOT, address="999001", language="en")


@dataclass(frozen=True)
class Field:
    """A report that was sent, with a photo."""

    report: Report
    photo: str

    @property
    def page(self) -> str:
        return f"/reports/{self.report.number}"


async def reported(town: Town, by: Actor, *, key: str = "r", text: str = "水深 <b>一米</b>") -> Report:
    reports = town.house.services.reports
    draft = await reports.begin(for_self=True, by=by, key=key)
    await reports.choose_kind(draft.id, ReportKind.FLOOD, by=by)
    await reports.put_place(draft.id, "平乐村 老桥头", by=by)
    await reports.count_people(draft.id, by=by, trapped=2)
    await reports.describe(draft.id, text, by=by)
    await town.house.services.report_photos.add(draft.id, a_photo(), by=by, key=f"{key} photo")
    return (await reports.send(draft.id, by=by, key=f"{key} sent")).report


@pytest.fixture
async def field(town: Town) -> Field:
    report = await reported(town, await town.actor(cast.LIN))
    async with town.house.works.read() as work:
        (photo,) = await work.media.of(report.id)
    return Field(report, str(photo.id))


@pytest.fixture
async def officer(office: Office) -> Client:
    return await office.sign_in(cast.OFFICER)


async def text_of(client: Client, path: str, *, status: int = 200) -> str:
    answer = await client.get(path, headers=ZH)
    assert answer.status == status, await answer.text()
    return await answer.text()


async def history(town: Town, report: Report) -> list[ReportDeed]:
    async with town.house.works.read() as work:
        return [event.kind for event in (await work.reports.events([report.id]))[report.id]]


async def test_the_list_and_the_sheet_show_the_report_without_a_whole_name(field: Field, officer: Client) -> None:
    listed = await text_of(officer, "/reports")
    assert field.report.number is not None and field.report.number in listed
    page = await text_of(officer, field.page)
    assert "平乐村 老桥头" in page and "水深 &lt;b&gt;一米&lt;/b&gt;" in page and "林*山" in page
    assert cast.LIN[0] not in page and (cast.LIN[1] or "") not in page
    assert f"{field.page}/photos/{field.photo}" in page


async def test_a_photo_is_a_plain_jpeg_that_nobody_keeps_and_only_the_desk_sees(field: Field, office: Office, officer: Client) -> None:
    path = f"{field.page}/photos/{field.photo}"
    answer = await officer.get(path)
    assert answer.status == 200
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("image/jpeg", "no-store", "nosniff")
    assert Image.open(io.BytesIO(await answer.read())).format == "JPEG"
    for who, status in ((cast.OTHER_OFFICER, 404), (cast.WARDEN, 404)):
        assert (await (await office.sign_in(who)).get(path)).status == status
    assert (await office.browser().get(path)).status in (401, 403)
    for wrong in ("photos/not-an-id", f"photos/{'0' * 8}-0000-0000-0000-{'0' * 12}"):
        assert (await officer.get(f"{field.page}/{wrong}")).status == 404
    other = await reported(office.town, await office.town.actor(cast.YE), key="other")
    assert (await officer.get(f"/reports/{other.number}/photos/{field.photo}")).status == 404


async def test_decisions_by_form_are_done_once_and_the_second_reads_who_was_first(field: Field, office: Office, officer: Client) -> None:
    form = office.form(officer, once="1", seen="1")
    for _ in range(2):
        answer = await officer.post(f"{field.page}/verify", data=form, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, field.page)
    second = await officer.post(f"{field.page}/verify", data=office.form(officer, once="2"), headers=ZH, allow_redirects=False)
    assert second.status == 409
    assert "周*班" in await second.text()
    late = await officer.post(f"{field.page}/reject", data=office.form(officer, once="3", seen="1", words="不是"), allow_redirects=False)
    assert late.status == 409
    empty = await officer.post(f"{field.page}/close", data=office.form(officer, once="4", seen="2", words=" "), allow_redirects=False)
    assert empty.status == 422
    for path, fields in (("assign", {"name": "抢险一队", "seen": "2"}), ("close", {"words": "已排水", "seen": "3"})):
        answer = await officer.post(f"{field.page}/{path}", data=office.form(officer, once=path, **fields), allow_redirects=False)
        assert answer.status == 303, await answer.text()
    assert await history(office.town, field.report) == [ReportDeed.FILED, ReportDeed.VERIFIED, ReportDeed.ASSIGNED, ReportDeed.CLOSED]
    page = await text_of(officer, field.page)
    assert "已排水" in page and "抢险一队" in page
    assert str(field.report.number) not in await text_of(officer, "/reports")
    assert str(field.report.number) in await text_of(officer, "/reports?all=1")


async def test_a_decision_without_the_sessions_token_changes_nothing(field: Field, office: Office, officer: Client) -> None:
    for data in ({}, {"token": "0" * 64}):
        assert (await officer.post(f"{field.page}/verify", data=data, allow_redirects=False)).status == 403
    assert await history(office.town, field.report) == [ReportDeed.FILED]


async def test_a_whole_name_is_shown_once_and_the_log_keeps_who_looked(field: Field, office: Office) -> None:
    officer = await office.sign_in_with_digits(cast.OFFICER)
    answer = await officer.post(f"{field.page}/unmask", data=office.form(officer), headers=ZH)
    assert cast.LIN[0] in await answer.text()
    assert cast.LIN[0] not in await text_of(officer, field.page)
    async with office.town.house.works.read() as work:
        assert [row.action for row, _ in await work.audit.all()].count("reports.unmask") == 1


async def test_addresses_that_lead_nowhere_are_a_plain_no(field: Field, office: Office, officer: Client) -> None:
    for path, status in (("/reports/R-0101-0001", 404), ("/reports/1", 404), ("/reports?page=0", 404), ("/reports?page=x", 404), ("/reports?page=999", 200)):
        assert (await officer.get(path)).status == status, path
    assert (await (await office.sign_in(cast.OTHER_OFFICER)).get(field.page)).status == 404
    foreign = await (await office.sign_in(cast.OTHER_OFFICER)).get("/reports")
    assert str(field.report.number) not in await foreign.text()


async def test_a_link_from_chat_leads_to_the_report_and_nowhere_else(field: Field, office: Office) -> None:
    sessions, officer = office.town.house.services.sessions, await office.town.actor(cast.OFFICER)
    for asked, leads in ((field.report.number, field.page), ("//evil.example", "/board"), ("R-0725-0001/../..", "/board")):
        browser = office.browser()
        ticket = await sessions.ticket(by=officer)
        page = await browser.get(f"/board/enter/{ticket}", params={"report": str(asked)})
        assert (f"{ticket}?report=R" in (await page.text()).partition("<main")[2]) == (leads == field.page)
        answer = await browser.post(f"/board/enter/{ticket}", params={"report": str(asked)}, allow_redirects=False)
        assert answer.headers["Location"] == leads


async def test_a_guests_report_names_nobody(office: Office, officer: Client) -> None:
    report = await reported(office.town, GUEST, key="guest", text="")
    page = await text_of(officer, f"/reports/{report.number}")
    assert GUEST.address not in page
    officer = await office.sign_in_with_digits(cast.OFFICER)
    answer = await officer.post(f"/reports/{report.number}/unmask", data=office.form(officer))
    assert answer.status == 404
    assert (await office.town.house.services.reports.draft(report.id, by=GUEST)).state is ReportState.FILED
