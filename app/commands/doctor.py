"""mashang doctor: what is missing, and what to do."""

import asyncio
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from app.commands.exits import ABSENT
from app.settings import Settings, SettingsWrong, read

LEAST_FREE = 500 * 1024 * 1024
LONGEST_HOST = 21


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    part: str
    well: bool
    says: str


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Look at settings, keys, database, disk and font; say what is wrong and what to do. Exit 3 when something is."""
    try:
        settings = read(os.environ)
    except SettingsWrong as wrong:
        findings = [Finding("settings", False, problem) for problem in wrong.problems]
    else:
        findings = [Finding("settings", True, "readable"), *asyncio.run(looked(settings))]
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False))
    else:
        for one in findings:
            typer.echo(f"{'ok  ' if one.well else 'LOOK'}  {one.part:10} {one.says}")
    if not all(one.well for one in findings):
        raise typer.Exit(ABSENT)


async def looked(settings: Settings) -> list[Finding]:
    """Every finding about a house with readable settings."""
    stands = await database(settings)
    return [*keys(settings), stands, *(await processes(settings) if stands.well else []), *telegram(settings), printed(settings), disk(settings), font()]


def keys(settings: Settings) -> list[Finding]:
    folder = settings.keys_dir
    if not folder.is_dir():
        return [Finding("keys", False, f"none in {folder}: run `mashang init`")]
    loose = [file.name for file in sorted(folder.iterdir()) if file.stat().st_mode & 0o077]
    found = [Finding("keys", not loose, f"readable by others: {', '.join(loose)}: chmod 600" if loose else f"in {folder}, closed to others")]
    root = settings.data_dir / "root-key.pem"
    here = root.exists()
    found.append(Finding("root key", not here, f"still on this server: move {root} to a safe place" if here else "not on this server"))
    return found


async def database(settings: Settings) -> Finding:
    from storage.migrations.run import is_current

    try:
        current = await is_current(settings.database)
    except OSError as error:
        return Finding("database", False, f"cannot be reached: {error.strerror or error}")
    return Finding("database", current, "current" if current else "missing or of another version: run `mashang migrate`")


async def processes(settings: Settings) -> list[Finding]:
    """Who serves at this moment; only on PostgreSQL, where several may."""
    from app.clock import SystemClock
    from app.living import SILENT
    from storage.engine import async_url, is_sqlite, open_databases
    from storage.processes import SqlProcesses

    if is_sqlite(async_url(settings.database)):
        return []
    async with open_databases(settings.database, readers=1) as databases:
        living = await SqlProcesses(databases).living(since=SystemClock().now() - SILENT)
    lacking = [each for each in living if each.degraded]
    said = "; ".join(f"{each.host}:{each.number} {','.join(each.parts)}{' without ' + ','.join(each.degraded) if each.degraded else ''}" for each in living)
    return [Finding("processes", not lacking, said or "none serves")]


def telegram(settings: Settings) -> list[Finding]:
    said = f"token set, updates by {settings.updates}" if settings.bot_token else "MASHANG_BOT_TOKEN is not set"
    found = [Finding("telegram", settings.bot_token is not None, said)]
    if settings.public_url is None:
        found.append(Finding("public url", False, "MASHANG_PUBLIC_URL is not set: codes have no address"))
    return found


def printed(settings: Settings) -> Finding:
    """A longer host makes a denser QR: 21 characters are the most for version 8-M, which prints well at 30 mm."""
    host = (settings.public_url or "").partition("://")[2]
    return Finding("code size", len(host) <= LONGEST_HOST, f"host of {len(host)} characters; {LONGEST_HOST} at most keep the QR at version 8-M")


def disk(settings: Settings) -> Finding:
    place = settings.data_dir if settings.data_dir.exists() else Path.cwd()
    free = shutil.disk_usage(place).free
    return Finding("disk", free >= LEAST_FREE, f"{free // 1024 // 1024} MB free")


def font() -> Finding:
    from importlib.util import find_spec

    here = find_spec("noto_cjk_sans_otc") is not None
    return Finding("font", here, "Chinese in pictures" if here else "noto-cjk-sans-otc is not installed: pictures cannot say Chinese")


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)
