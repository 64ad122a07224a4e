"""Risk notices in chat: drafted in steps, decided by a second person, read by many, cancelled in one tap."""

from dataclasses import replace

from bot.callbacks import FINGERPRINT_SHOWN
from bot.keyboards import notice_drafts as draft_keyboards
from bot.keyboards import notices as keyboards
from bot.keyboards.evacuations import GO_ON, REAL, TO_SECOND
from bot.notice_callbacks import NoticeDecision
from bot.views import notice_drafts as drafts
from bot.views import notices as views
from bot.views.marks import DRILL
from domain.access import Role
from domain.colours import COLOURS, Level
from domain.notices import (
    RISKS,
    AudienceTooWide,
    NoticeChanged,
    NoticeDecided,
    NoticeState,
    NoticeToNobody,
    NoticeTooLong,
    Risk,
)
from domain.schedules import Repeat, ScheduleNeverFires, SchedulePast, TimeNotRead
from tests import cast
from tests.announcing import a_group, drafted, to_group
from tests.handlers.stage import Phone, Stage, words


def begun(stage: Stage, sentence: str) -> str:
    """How a sentence begins, before its first field."""
    said = stage.town.house.catalogues.of("zh_CN").say(sentence, count="{", number="{", unreached="{", most="{", time="{", area="{")
    for tag in ("<b>", "</b>"):
        said = said.replace(tag, "")
    return max(said.split("\n")[-1].split("{"), key=len)


async def opened(stage: Stage, officer: Phone, level: Level = Level.BLUE, risk: Risk = Risk.TYPHOON) -> None:
    """As far as the question for whom it is."""
    await officer.says("/notice")
    await officer.taps(await officer.hears(stage.say(drafts.LEVEL)), COLOURS[level].emoji)
    await officer.taps(await officer.hears(stage.say(drafts.RISK)), stage.say(RISKS[risk]))
    await officer.taps(await officer.hears(stage.say(drafts.KIND)), stage.say(REAL))


async def to_village(stage: Stage, officer: Phone) -> None:
    await officer.hears(stage.say(drafts.AUDIENCE))
    await officer.says("平乐")
    await officer.taps(await officer.hears(stage.say(drafts.AUDIENCE)), cast.VILLAGE.name)
    await officer.taps(await officer.hears(begun(stage, drafts.WHO)), stage.say(draft_keyboards.EVERYBODY))
    await officer.taps(await officer.hears(stage.say(drafts.AUDIENCE_MORE)), stage.say(GO_ON))


async def at_once(stage: Stage, officer: Phone) -> None:
    await officer.taps(await officer.hears(begun(stage, drafts.BEGINS)), stage.say(draft_keyboards.FROM_SENDING))
    await officer.taps(await officer.hears(stage.say(drafts.WHEN)), "nts")


async def worded(stage: Stage, officer: Phone) -> None:
    for question, answer in (
        (drafts.ZH_CAUTION, "今夜有大风"), (drafts.ZH_ACTION, "不要出门"), (drafts.EN_CAUTION, "Gales tonight <&>"), (drafts.EN_ACTION, "Stay indoors"),
    ):  # fmt: skip
        await officer.hears(begun(stage, question))
        await officer.says(answer)


async def test_a_blue_notice_is_drafted_checked_sent_read_and_cancelled(stage: Stage) -> None:
    officer, lin = await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.LIN)
    await opened(stage, officer)
    await to_village(stage, officer)
    await at_once(stage, officer)
    await worded(stage, officer)
    check = await officer.hears(stage.say(drafts.CHECK))
    for said in ("🟦● Ⅳ", "今夜有大风", "不要出门", "Gales tonight <&>", "Stay indoors", "胡*婆", "30", "5"):
        assert said in words(check), said
    await officer.taps(check, stage.say(draft_keyboards.SEND))
    await officer.hears("/notices")
    await stage.town.house.services.notice_runs.release()
    got = words(await lin.hears("🟦●"))
    assert got.splitlines()[1] == "👉 不要出门"
    assert stage.say(views.NO_SIGNAL) in got
    assert "Stay indoors" not in got
    await officer.says("/notices")
    listed = await officer.hears("N-0725-0001")
    assert stage.say(views.SUMS, sent=1, failed=4, pending=0, unknown=0, targets=5) in words(listed)
    await officer.taps(listed, "nop")
    told = await officer.hears(stage.say(views.VISITS_OPEN, count=4))
    assert "胡*婆" in words(told)
    await officer.taps(told, stage.say(keyboards.CANCEL))
    sure = await officer.hears(stage.say(views.CANCEL_SURE, number="N-0725-0001"))
    await officer.taps(sure, stage.say(keyboards.CANCEL_NOW))
    await officer.hears(stage.say(views.CANCELLED, number="N-0725-0001"))
    await lin.hears("⚪")


async def test_a_red_notice_waits_for_a_second_person_who_sees_everything(stage: Stage) -> None:
    officer, approver, lin = await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.APPROVER), await stage.phone_of(cast.LIN)
    await opened(stage, officer, Level.RED)
    await to_village(stage, officer)
    await at_once(stage, officer)
    await worded(stage, officer)
    await officer.taps(await officer.hears(stage.say(drafts.CHECK)), stage.say(TO_SECOND))
    asked = await approver.hears("🟥▲ Ⅰ")
    for said in ("今夜有大风", "Stay indoors", "林*山", "N-0725-0001"):
        assert said in words(asked), said
    await approver.taps(asked, stage.say(keyboards.APPROVE))
    await approver.hears(stage.say(views.APPROVED, time="")[-8:])
    await officer.hears(stage.say(views.DECIDED_YES, number="N-0725-0001"))
    await stage.town.house.services.notice_runs.release()
    await lin.hears("🟥▲ Ⅰ")


async def test_what_changed_since_it_was_shown_is_shown_again_and_then_decided(stage: Stage) -> None:
    approver, town = await stage.phone_of(cast.APPROVER), stage.town
    group = await a_group(town, "林大山")
    notice = await drafted(town, level=Level.RED, parts=(to_group(group),))
    asked = await approver.hears("🟥▲")
    data = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert len(NoticeDecision.unpack(data).shown) == FINGERPRINT_SHOWN
    await town.house.services.groups.add(group, (await town.person("胡阿婆")).id, by=await town.actor(cast.OFFICER))
    await approver.taps(asked, stage.say(keyboards.APPROVE))
    await approver.hears(stage.say(NoticeChanged.text, number=notice.number))
    again = await approver.hears("胡*婆")
    await approver.taps(again, stage.say(keyboards.REJECT))
    await approver.hears(stage.say(views.REJECTED, time="")[-8:])
    await stage.forged(data, by=approver.user)
    await approver.hears(stage.say(NoticeDecided.text, number=notice.number))


async def test_a_group_and_a_weekly_schedule_with_bad_input_on_the_way(stage: Stage) -> None:
    await a_group(stage.town, "林大山")
    officer = await stage.phone_of(cast.OFFICER)
    await opened(stage, officer, Level.YELLOW, Risk.FOREST_FIRE)
    await officer.taps(await officer.hears(stage.say(drafts.AUDIENCE)), "值班组")
    await officer.taps(await officer.hears("值班组"), stage.say(GO_ON))
    await officer.hears(begun(stage, drafts.BEGINS))
    await officer.says("soon")
    await officer.hears(stage.say(TimeNotRead.text))
    await officer.says("+60")
    await officer.taps(await officer.hears(stage.say(drafts.WHEN)), stage.say(draft_keyboards.REPEATS[Repeat.WEEKLY]))
    await officer.taps(await officer.hears(stage.say(drafts.DAYS)), stage.say(views.WEEKDAYS[0]))
    await officer.taps(await officer.hears(stage.say(drafts.DAYS)), stage.say(GO_ON))
    await officer.hears(stage.say(drafts.CLOCK))
    await officer.says("07:30")
    await officer.hears(stage.say(drafts.END))
    await officer.says("2026-07-26")
    holidays = await officer.hears(stage.say(drafts.HOLIDAYS))
    await officer.taps(holidays, stage.say(draft_keyboards.BUT_HOLIDAYS))
    await officer.hears(stage.say(ScheduleNeverFires.text))
    await officer.taps(holidays, stage.say(draft_keyboards.BACK))
    await officer.taps(await officer.hears(stage.say(drafts.END)), stage.say(draft_keyboards.NO_END))
    await officer.taps(await officer.hears(stage.say(drafts.HOLIDAYS)), stage.say(draft_keyboards.ALSO_HOLIDAYS))
    await officer.hears("7月27日 07:30")
    await officer.says("风" * 701)
    await officer.hears(stage.say(NoticeTooLong.text, language="中文", most=700, over=1))
    await officer.says("今天火险高")
    await officer.hears(begun(stage, drafts.ZH_ACTION))
    await officer.says("不要带火进山")
    await officer.taps(await officer.hears(begun(stage, drafts.EN_CAUTION)), stage.say(draft_keyboards.SAME_CHINESE))
    check = await officer.hears(stage.say(drafts.CHECK))
    assert "7月27日 07:30" in words(check)
    assert "Gales" not in words(check)
    await officer.taps(check, stage.say(draft_keyboards.SEND))
    await officer.hears("7月27日 07:30")
    async with stage.town.house.works.read() as work:
        (notice,) = await work.notices.all()
    assert notice.state is NoticeState.ACTIVE
    assert notice.draft.same == "zh_CN"


async def test_nobody_and_everybody_by_accident_are_noticed_at_once(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await opened(stage, officer)
    await officer.taps(await officer.hears(stage.say(drafts.AUDIENCE)), cast.COUNTY.name)
    await officer.taps(await officer.hears(begun(stage, drafts.WHO)), stage.say(views.ROLES[Role.INFORMANT]))
    chosen = await officer.hears(stage.say(drafts.AUDIENCE_MORE))
    await officer.taps(chosen, stage.say(GO_ON))
    await officer.hears(stage.say(NoticeToNobody.text))
    await officer.taps(chosen, stage.say(draft_keyboards.BACK))
    await officer.taps(await officer.hears(stage.say(drafts.AUDIENCE)), cast.COUNTY.name)
    await officer.taps(await officer.hears(begun(stage, drafts.WHO)), stage.say(draft_keyboards.EVERYBODY))
    await officer.taps(await officer.hears(stage.say(drafts.AUDIENCE_MORE)), stage.say(GO_ON))
    await officer.hears(stage.say(drafts.WIDTH, count=10))
    await officer.says("11")
    await officer.hears(stage.say(AudienceTooWide.text, count=10))
    await officer.says("10")
    await officer.hears(begun(stage, drafts.BEGINS))


async def test_who_goes_back_from_one_language_for_all_can_still_write_both(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await opened(stage, officer)
    await to_village(stage, officer)
    await at_once(stage, officer)
    for question, answer in ((drafts.ZH_CAUTION, "今夜有大风"), (drafts.ZH_ACTION, "不要出门")):
        await officer.hears(begun(stage, question))
        await officer.says(answer)
    await officer.taps(await officer.hears(begun(stage, drafts.EN_CAUTION)), "ntm")
    await officer.taps(await officer.hears(stage.say(drafts.CHECK)), "ntz")
    await officer.hears(begun(stage, drafts.EN_CAUTION))
    await officer.says("Gales tonight")
    await officer.hears(begun(stage, drafts.EN_ACTION))
    await officer.says("Stay indoors")
    assert "Stay indoors" in words(await officer.hears(stage.say(drafts.CHECK)))


async def test_a_time_that_is_past_is_refused_and_the_way_out_sends_nothing(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await opened(stage, officer)
    await to_village(stage, officer)
    await officer.taps(await officer.hears(begun(stage, drafts.BEGINS)), stage.say(draft_keyboards.FROM_SENDING))
    await officer.taps(await officer.hears(stage.say(drafts.WHEN)), stage.say(draft_keyboards.REPEATS[Repeat.ONCE]))
    question = await officer.hears(stage.say(drafts.AT))
    await officer.says("2026-07-24 08:00")
    await officer.hears(stage.say(SchedulePast.text))
    await officer.taps(question, "nto")
    await officer.hears(stage.say(drafts.DROPPED))
    await stage.forged("ntz:6", by=officer.user)
    async with stage.town.house.works.read() as work:
        assert await work.notices.all() == []


async def test_a_drill_says_so_at_both_ends_and_in_the_preview(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    async with stage.town.house.works.write() as work:
        await work.people.change([replace(await stage.town.person("林大山"), enrolled=True)])
    await drafted(stage.town, drill=True)
    await stage.town.house.services.notice_runs.release()
    got = words(await lin.hears("🟦●"))
    assert got.startswith(stage.say(DRILL))
    assert got.endswith(stage.say(DRILL))
    async with stage.town.house.works.read() as work:
        (run,) = await work.notices.runs([notice.id for notice in await work.notices.all()])
        tally = (await work.deliveries.tallies([run.message]))[run.message] if run.message else None
    assert tally is not None
    assert tally.failed == 0


async def test_whom_nobody_can_decide_for_is_told_to_phone(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await opened(stage, officer, Level.ORANGE)
    await to_village(stage, officer)
    await at_once(stage, officer)
    await worded(stage, officer)
    await officer.taps(await officer.hears(stage.say(drafts.CHECK)), stage.say(TO_SECOND))
    await officer.hears(stage.say(drafts.NOBODY_DECIDES))
