"""mashang upgrade: a backup, the walk to this version, and a look at the database; or the way back."""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated

import typer

from app.commands.exits import ABSENT, REFUSED
from app.commands.frame import put, refuse, settings_or_exit
from app.settings import Settings
from domain.errors import Refusal

KEPT = 5
SPARE = 200 * 1024 * 1024
NAME = "before-upgrade-"


def upgrade(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Back up into DATA_DIR/backups (the last five stay), bring the database to this version, and check it. Stop serve first."""
    from storage.locks import serving
    from storage.migrations.run import newest

    settings = settings_or_exit()
    try:
        with serving(settings.database):
            before, after, kept = walked(settings)
    except Refusal as refusal:
        refuse(refusal, settings)
    words = f"database at {after}" if before == after else f"database from {before or 'nothing'} to {after}"
    put({"from": before, "to": after, "newest": newest(), "backup": str(kept)}, as_json=as_json, words=f"backup    {kept}\n{words}")


def walked(settings: Settings) -> tuple[str | None, str | None, Path]:
    """The revisions before and after, and the backup. Exit 3 with the way back when something fails after the backup was made."""
    from app.checks.database import database
    from app.commands.backup import made, must_be_made
    from storage.migrations.run import current
    from storage.migrations.run import upgrade as go_up

    must_be_made(settings)
    asyncio.run(nobody_serves(settings))
    before = asyncio.run(current(settings.database))
    must_have_room(settings)
    kept = folder(settings) / f"{NAME}{before or 'nothing'}-{stamp()}.mashang"
    made(settings, kept)
    try:
        asyncio.run(go_up(settings.database))
        findings = asyncio.run(database(settings))
    except Exception as error:
        way_back(kept, f"{type(error).__name__}")
        raise
    if bad := [each.says for each in findings if each.wrong]:
        way_back(kept, "; ".join(bad))
        raise typer.Exit(ABSENT)
    forget_old(settings)
    return before, asyncio.run(current(settings.database)), kept


async def nobody_serves(settings: Settings) -> None:
    """On PostgreSQL nothing is locked by serving: whoever is connected is seen. AlreadyServing for a process of ours."""
    from storage.engine import async_url, is_sqlite
    from storage.migrations.run import connected
    from storage.restores import must_be_quiet

    if not is_sqlite(async_url(settings.database)):
        async with connected(async_url(settings.database)) as connection:
            await must_be_quiet(connection)


def must_have_room(settings: Settings) -> None:
    """Room for a backup as large as what is there, and for the walk itself."""
    here = settings.data_dir
    used = sum(file.stat().st_size for file in here.rglob("*") if file.is_file() and "backups" not in file.parts)
    free = shutil.disk_usage(here).free
    if free < 2 * used + SPARE:
        typer.echo(f"too little room: {free // 1024**2} MB free, {(2 * used + SPARE) // 1024**2} MB needed; nothing was changed", err=True)
        raise typer.Exit(REFUSED)


def way_back(kept: Path, why: str) -> None:
    typer.echo(
        f"the upgrade failed: {why}\nto come back: install the version before, move the database away (SQLite: mashang.db*; PostgreSQL: an empty one), "
        f"then: mashang restore {kept}",
        err=True,
    )


def folder(settings: Settings) -> Path:
    made = settings.data_dir / "backups"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def stamp() -> str:
    from app.clock import SystemClock

    return SystemClock().now().strftime("%Y%m%d-%H%M%S-%f")


def forget_old(settings: Settings) -> None:
    """The last five of ours stay; what an operator put there is not touched."""
    ours = sorted(folder(settings).glob(f"{NAME}*.mashang"), key=lambda file: file.stat().st_mtime)
    for file in ours[:-KEPT]:
        file.unlink()


def register(app: typer.Typer) -> None:
    app.command("upgrade")(upgrade)
