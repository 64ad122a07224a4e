"""mashang demo --story: an evening that plays by itself in the demo's county, slowly, in its chat and on its board."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from app.container import House
    from app.settings import Settings

STORIES = ("typhoon",)
TICKET_LASTS = "opens once, within 2 minutes; for another one send /board as the duty officer"


async def shown(settings: "Settings", *, token: str, profile: tuple[int, str, str], folder: Path, seed: int, pace: float) -> None:
    """Simulator, a county furnished by command, open doors, and the story; until Ctrl-C. PartMissing when a port is taken."""
    import aiohttp

    from app.container import PartMissing, opened
    from app.serve import Served, serve
    from lab.simulator.chats import BotProfile
    from lab.simulator.remote import Remote
    from lab.simulator.server import Simulator
    from lab.stories.slowly import Show

    show = Show(seed, pace=pace, language=settings.language)
    simulator = Simulator({token: BotProfile(*profile)}, personas=show.personas(), link_base=settings.bot_link)
    try:
        await simulator.start(settings.web_host, settings.web_port + 1)
    except OSError as error:
        raise PartMissing(f"cannot listen on port {settings.web_port + 1} ({error.strerror}); try --port") from None
    try:
        typer.echo("furnishing the county …")
        await show.prepare(folder, as_environment(settings))
        async with opened(settings) as house:
            ticket = await ticket_of(house, phone=show.officer.phone)
        async with aiohttp.ClientSession() as session:

            def told(_doors: Served) -> None:
                say_where(settings, ticket)
                show.begin(Remote(session, settings.bot_api_url), public_url=settings.public_url or "", said=typer.echo)

            await serve(settings, opened_doors=told)
    finally:
        await show.end()
        await simulator.stop()


def as_environment(settings: "Settings") -> dict[str, str]:
    """What the commands that furnish the county have to know."""
    return {
        "DATA_DIR": str(settings.data_dir.absolute()), "ISSUER": settings.issuer or "", "OFFICE_NAME": settings.office_name,
        "OFFICE_PHONE": settings.office_phone, "PUBLIC_URL": settings.public_url or "", "BOT_LINK": settings.bot_link or "",
        "TIMEZONE": settings.timezone, "LANGUAGE": settings.language, "CHAT_DETAIL": settings.chat_detail,
    }  # fmt: skip


async def ticket_of(house: "House", *, phone: str) -> str:
    """A way to the board for the duty officer, who is in the house but has no chat yet."""
    person = await house.services.grants.with_phone(phone)
    return await house.services.sessions.ticket(by=await house.services.people.actor_of(person.id, via="cli"))


def say_where(settings: "Settings", ticket: str) -> None:
    """Where to look."""
    from codes.qr import terminal

    chat = settings.bot_link or ""
    typer.echo(terminal(chat))
    typer.echo(f"chat    {chat}\n        look over anybody's shoulder: they write and tap by themselves")
    typer.echo(f"board   {settings.public_url}/board/enter/{ticket}\n        {TICKET_LASTS}")
    typer.echo("story   a typhoon: an order, a notice, reports, a site; everyone invented, everything a drill (演示). Ctrl-C ends it.")
