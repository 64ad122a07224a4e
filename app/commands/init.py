"""mashang init, mashang migrate."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.checks.keys import TOLD
from app.commands.exits import REFUSED, WRONG_CALL
from app.commands.frame import in_house, put, settings_or_exit
from app.settings import Settings

if TYPE_CHECKING:
    from app.container import House
    from services.ports import Clock


def init(
    root_key: Annotated[Path | None, typer.Option(help="Where to write the root key. Take it off this machine afterwards.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")] = False,
) -> None:
    """Make this office's keys and database, and the code for its first admin. Needs MASHANG_ISSUER; never overwrites a key."""
    settings = settings_or_exit()
    if settings.issuer is None:
        typer.echo("MASHANG_ISSUER: two characters (A-Z, 0-9) that name this office in its codes, for example LS", err=True)
        raise typer.Exit(WRONG_CALL)
    target = root_key or settings.data_dir / "root-key.pem"
    from codes.errors import KeysExist

    try:
        found_house(settings, issuer=settings.issuer, root_key=target)
    except KeysExist as exist:
        typer.echo(f"There are keys already ({exist}); they are never overwritten.", err=True)
        raise typer.Exit(REFUSED) from None
    code = admin_code()
    words = [
        f"keys        {settings.keys_dir}", f"root key    {target}   take this file off the server and keep it safe", f"database    {settings.data_dir}",
        f"admin code  {code}   for the first admin, 7 days, one use: send /start to the bot, choose “Yes, I have a code”, type it" if code else "",
    ]  # fmt: skip
    answer = {"keys": str(settings.keys_dir), "root_key": str(target), "database": str(settings.data_dir), "admin_code": code}
    put(answer, as_json=as_json, words="\n".join(filter(None, words)))


def admin_code() -> str | None:
    """The code for the first admin; None when the database knows an admin already."""
    from domain.founders import AdminThere
    from services.actors import Actor

    async def make(house: "House") -> str | None:
        try:
            return await house.services.founders.make_code(by=Actor.operator())
        except AdminThere:
            return None

    return in_house(make)


def found_house(settings: Settings, *, issuer: str, root_key: Path) -> None:
    """Keys and an empty, current database."""
    from app.clock import SystemClock
    from storage.migrations.run import upgrade

    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    found_keys(settings, issuer=issuer, root_key=root_key, clock=SystemClock())
    (settings.data_dir / TOLD).write_text(str(root_key.absolute()), encoding="utf-8")
    asyncio.run(upgrade(settings.database))


def found_keys(settings: Settings, *, issuer: str, root_key: Path, clock: "Clock") -> None:
    """Every secret of a new office; the root key goes where the operator says."""
    from app.clock import SystemIds
    from app.keys import make_sealing
    from codes.keyring import generate

    generate(settings.keys_dir, issuer=issuer, now=clock.now(), root_key=root_key)
    make_sealing(settings.keys_dir, random_bytes=SystemIds(clock.now).random_bytes)


def migrate() -> None:
    """Bring the database to this version. Safe to run twice."""
    from storage.migrations.run import current, upgrade

    settings = settings_or_exit()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def walk() -> tuple[str | None, str | None]:
        before = await current(settings.database)
        await upgrade(settings.database)
        return before, await current(settings.database)

    before, after = asyncio.run(walk())
    typer.echo(f"database at {after}" if before == after else f"database from {before or 'nothing'} to {after}")


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("migrate")(migrate)
