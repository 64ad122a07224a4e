"""mashang serve."""

import asyncio
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.exits import ABSENT, WRONG_CALL
from app.commands.frame import refuse, settings_or_exit
from domain.errors import Refusal

if TYPE_CHECKING:
    from app.serve import Served

PARTS = "bot,web,delivery,scheduler"


def serve(
    only: Annotated[str, typer.Option(help="Which parts this process runs, comma-separated; several processes need PostgreSQL.")] = PARTS,
) -> None:
    """Serve the office: bot, web, delivery and timetable, until SIGTERM or Ctrl-C."""
    chosen = {part.strip() for part in only.split(",") if part.strip()}
    if not chosen or chosen - set(PARTS.split(",")):
        typer.echo(f"--only: any of {PARTS}", err=True)
        raise typer.Exit(WRONG_CALL)
    settings = settings_or_exit()
    from app import logs
    from app.container import PartMissing
    from app.serve import must_be_real
    from app.serve import serve as run

    logs.configure(form=settings.log, part=",".join(part for part in PARTS.split(",") if part in chosen))
    try:
        must_be_real(settings)
        asyncio.run(run(settings, parts=chosen, opened_doors=partial(told, parts=chosen)))
    except PartMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(ABSENT) from None
    except Refusal as refusal:
        refuse(refusal, settings)


def told(doors: "Served", *, parts: Collection[str]) -> None:
    """One line that says it is open, for people and for whoever waits for it."""
    settings = doors.house.settings
    chat = f"chat by {settings.updates}" if "bot" in parts else "no chat here"
    chat = "no bot (MASHANG_BOT_TOKEN is not set)" if settings.bot_token is None else chat
    typer.echo(f"ready: {doors.address or 'no web'} · {chat} · {settings.public_url}")


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)
