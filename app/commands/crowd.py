"""mashang crowd: for benchmarks. A chat for everybody of an area, and one notice to all of them; never with real Telegram."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.frame import in_house, settings_or_exit

if TYPE_CHECKING:
    from app.container import House
    from domain.notices import Draft
    from domain.people import Person

AT_ONCE = 500
LANGUAGES = ("zh_CN", "en")


def crowd(
    area: Annotated[str, typer.Argument(help="Everybody who lives in it.")],
    officer: Annotated[str, typer.Argument(help="The phone number of the duty officer who drafts the notice.")],
    first_chat: Annotated[int, typer.Option(help="The first person's chat; the others follow.")] = 5001,
) -> None:
    """Give each person of an area a chat and draft a blue notice to them all; one JSON line for each person: {person, chat}."""
    settings = settings_or_exit()
    from app.settings import is_loopback

    if not is_loopback(settings.bot_api_url) or settings.bot_token is None:
        typer.echo("only with a bot, and with a Bot API server on loopback: never with real people", err=True)
        raise typer.Exit(1)
    bot = int(settings.bot_token.get_secret_value().partition(":")[0])

    async def work(house: "House") -> list[tuple[str, int]]:
        async with house.works.read() as reading:
            people = await reading.people.inside([area])
        for start in range(0, len(people), AT_ONCE):
            await linked(house, people[start : start + AT_ONCE], bot=bot, first=first_chat + start)
        await noticed(house, area, officer=officer, people=len(people))
        return [(str(person.id), first_chat + number) for number, person in enumerate(people)]

    for person, chat in in_house(work):
        typer.echo(json.dumps({"person": person, "chat": chat}))


async def linked(house: "House", people: "list[Person]", *, bot: int, first: int) -> None:
    """A contact for each, in one transaction."""
    from domain.people import Contact, ContactState

    async with house.works.write() as work:
        for number, person in enumerate(people):
            language = LANGUAGES[number % len(LANGUAGES)]
            await work.contacts.add(Contact(house.ids.new(), person.id, "telegram", bot, str(first + number), language, ContactState.ACTIVE))


async def noticed(house: "House", area: str, *, officer: str, people: int) -> None:
    """One notice, as an officer drafts it in chat."""
    found = await house.services.grants.with_phone(officer)
    by = await house.services.people.actor_of(found.id, via="chat")
    preview = await house.services.notices.foresee(drafted(area), by=by)
    await house.services.notices.draft(drafted(area), shown=preview.shown, by=by, key="crowd", sure=people)


def drafted(area: str) -> "Draft":
    from domain.colours import Level
    from domain.notices import Draft, Part, PartKind, Risk, Wording
    from domain.schedules import Repeat, Schedule
    from lab.bench.words import WORDS

    texts = {language: Wording(*words) for language, words in WORDS.items()}
    return Draft(Level.BLUE, Risk.TYPHOON, (Part(PartKind.AREA, area),), Schedule(Repeat.NOW), texts)


def register(app: typer.Typer) -> None:
    app.command("crowd", hidden=True)(crowd)
