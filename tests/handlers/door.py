"""At the keeper's door: what the tests of chat and of whole evenings do there."""

from bot.views import scans as views
from domain.scans import Outcome, Scan
from services.codes import Card
from tests import cast
from tests.handlers.stage import Phone, Stage


async def card_of(stage: Stage, who: tuple[str, str | None]) -> Card:
    person = await stage.town.person(who[0])
    return await stage.town.house.services.codes.of_person(person.id, by=await stage.town.actor(cast.OFFICER))


async def scans(stage: Stage) -> list[Scan]:
    async with stage.town.house.works.read() as work:
        return await work.scans.all()


async def at_the_door(stage: Stage) -> Phone:
    keeper = await stage.phone_of(cast.KEEPER)
    await keeper.says("/scan")
    await keeper.hears("📷")
    return keeper


def word(stage: Stage, outcome: Outcome) -> str:
    return stage.say(views.WORDS[outcome][1])
