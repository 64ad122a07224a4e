"""Relief on the road, told only by what people say, tap, photograph and see: asked, granted, shown, on the board, revoked, turned back."""

from aiohttp.test_utils import TestServer

from bot.keyboards import passes as buttons
from bot.views import crossings
from bot.views import passes as views
from codes.qr import read_picture
from domain.checkpoints import Word
from domain.passes import PassKind
from domain.scans import Reason
from tests import cast
from tests.handlers.stage import Json, Phone, Stage, words
from tests.relief import GUARD, LEADER, PLATE, ROAD, TEAM, a_relief
from tests.web.conftest import Office, nothing_missing, the_application


async def photo(stage: Stage, message: Json) -> bytes:
    """The largest size of the picture that the bot sent."""
    return await stage.lab.picture(message["photo"][-1]["file_id"])


async def asks_by_words_alone(stage: Stage, leader: Phone) -> None:
    await leader.says("/passes")
    await leader.taps(await leader.hears(stage.say(views.NONE)), stage.say(buttons.ASK))
    await leader.hears(stage.say(views.WHICH_KIND))
    await leader.says("2")
    await leader.hears(stage.say(views.WHO[PassKind.VEHICLE]))
    await leader.says(PLATE)
    await leader.hears(stage.say(views.TEAM))
    await leader.says(TEAM)
    await leader.hears(stage.say(views.WHICH_AREA))
    await leader.says("平乐")
    await leader.hears(stage.say(views.HOW_LONG))
    await leader.says("24")
    await leader.hears(stage.say(views.WHAT_FOR))
    await leader.says("送发电机到村里")
    await leader.hears("送发电机到村里")
    await leader.says("1")
    await leader.hears("T-0725-0001")


async def seen_by_the_officer(stage: Stage) -> list[str]:
    """The board, and the page of passes."""
    server = TestServer(the_application(stage.town, ready=nothing_missing))
    async with server:
        office = Office(stage.town, server)
        browser = await office.sign_in(cast.OFFICER)
        pages = [await (await browser.get(path)).text() for path in ("/board", "/console/passes")]
        await office.close()
    return pages


async def test_a_pass_from_the_question_to_the_red_card(stage: Stage) -> None:
    relief = await a_relief(stage.town)
    leader, approver, guard = await stage.phone_of(LEADER), await stage.phone_of(cast.APPROVER), await stage.phone_of(GUARD)
    await asks_by_words_alone(stage, leader)
    asked = await approver.hears(PLATE)
    assert stage.say(views.ASKED_TO_DECIDE) in words(asked) and "送发电机到村里" in words(asked)
    await approver.taps(asked, stage.say(buttons.GRANT))
    await approver.hears("T-0725-0001")

    arrived = await leader.hears(stage.say(views.ARRIVED, number="T-0725-0001"))
    picture = await photo(stage, arrived)
    (text,) = read_picture(picture)
    assert text.startswith("HTTPS://LS.EXAMPLE.ORG/S/")

    await guard.says("/scan")
    await guard.hears(ROAD)
    await stage.lab.photos(guard.user, [picture])
    card = words(await guard.hears(stage.say(crossings.WORDS[Word.GO][1])))
    assert card.startswith("🟢") and PLATE in card and TEAM in card

    board, page = await seen_by_the_officer(stage)
    assert stage.say("Passes inside now: {count}", count=1) in board
    assert all(said in page for said in ("T-0725-0001", PLATE, TEAM, ROAD))

    await approver.says("/passes")
    await approver.taps(await approver.hears(stage.say(views.LIST)), "T-0725-0001")
    await approver.taps(await approver.hears(PLATE), stage.say(buttons.REVOKE))
    await approver.hears(stage.say(views.WHY_REVOKED, number="T-0725-0001"))
    await approver.says("车辆被盗")
    await approver.hears(stage.say(views.REVOKED, number="T-0725-0001"))
    assert "车辆被盗" in words(await leader.hears("车辆被盗"))

    stage.town.clock.go_on(minutes=2)
    await stage.lab.photos(guard.user, [picture])
    red = words(await guard.hears(stage.say(crossings.WORDS[Word.NO][1])))
    assert red.startswith("🔴") and stage.say(crossings.WHY[Reason.REVOKED]) in red
    assert [line.overdue for line in await relief.inside()] == [True], "inside, and flagged: nobody saw it leave"
