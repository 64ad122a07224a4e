"""Somebody reports, somebody decides: what the tests of reports in chat do."""

from typing import Any

from bot.keyboards import reports as keyboards
from bot.views import reports as views
from domain.reports import Report, ReportKind
from tests.handlers.stage import Json, Phone, Stage

KINDS = {kind: words for kind, (_, words) in keyboards.KINDS.items()}


async def begun(stage: Stage, phone: Phone, *, own: bool = True, kind: ReportKind = ReportKind.FLOOD) -> Json:
    """Up to the question where it is."""
    await phone.says("/report")
    await phone.taps(await phone.hears(stage.say(views.WHO)), stage.say(keyboards.FOR_ME if own else keyboards.FOR_ANOTHER))
    await phone.taps(await phone.hears(stage.say(views.KIND)), stage.say(KINDS[kind]))
    return await phone.hears(stage.say(views.PLACE_HERE if own else views.PLACE_THERE))


async def placed(stage: Stage, phone: Phone, words: str = "平乐村 老桥头", **more: Any) -> None:
    """Up to the question what one sees, with a place whose village is plain."""
    await begun(stage, phone, **more)
    await phone.says(words)
    await phone.hears(stage.say(views.HURT))


async def to_photos(stage: Stage, phone: Phone, *, hurt: str = "0", trapped: str = "0", text: str = "水深一米", **more: Any) -> Json:
    await placed(stage, phone, **more)
    await phone.says(hurt)
    await phone.hears(stage.say(views.TRAPPED))
    await phone.says(trapped)
    await phone.hears(stage.say(views.TEXT))
    await phone.says(text)
    return await phone.hears(stage.say(views.PHOTOS, most=10))


async def sent(stage: Stage, phone: Phone, **more: Any) -> Report:
    """A whole report without photos."""
    await phone.taps(await to_photos(stage, phone, **more), stage.say(keyboards.DONE))
    await phone.taps(await phone.hears(stage.say(views.CHECK)), stage.say(keyboards.SEND))
    await phone.hears("R-0725-")
    return (await reports(stage))[0]


async def reports(stage: Stage) -> list[Report]:
    """Everything that was sent, newest first."""
    async with stage.town.house.works.read() as work:
        return await work.reports.sent()
