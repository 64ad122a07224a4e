"""mashang doctor: what is missing, and what to do."""

import asyncio
import json
import os
from typing import Annotated

import typer

from app.checks.finding import Finding, look, ok, wrong
from app.commands.exits import ABSENT
from app.settings import Settings, SettingsWrong, read

LEAST_FREE = 500 * 1024 * 1024


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Look at settings, keys, clock, database, Redis, Telegram, address, disk, font, backups; say what to do. Exit 3 when something is WRONG."""
    try:
        settings = read(os.environ)
    except SettingsWrong as wrongs:
        findings = [wrong("settings", problem) for problem in wrongs.problems]
    else:
        findings = [ok("settings", "readable"), *asyncio.run(looked(settings))]
    if as_json:
        typer.echo(json.dumps([{"part": one.part, "well": one.well, "says": one.says} for one in findings], ensure_ascii=False))
    else:
        for one in findings:
            typer.echo(f"{one.standing.value:5}  {one.part:12} {one.says}")
    if any(one.wrong for one in findings):
        raise typer.Exit(ABSENT)


async def looked(settings: Settings) -> list[Finding]:
    """Every finding about a house with readable settings, whether it is made or not."""
    from app.checks.clocks import going
    from app.checks.database import database, free
    from app.checks.keys import keys
    from app.checks.outside import proxies, public_url, redis, telegram
    from app.checks.processes import processes
    from app.clock import SystemClock

    asked = await asyncio.gather(database(settings), processes(settings), redis(settings), telegram(settings), public_url(settings))
    return [
        *keys(settings, now=SystemClock().now()), going(), *(one for found in asked for one in found), proxies(settings),
        free(settings, least=LEAST_FREE), font(),
    ]  # fmt: skip


def font() -> Finding:
    from importlib.util import find_spec

    from papers.ink import FILE

    if find_spec("noto_cjk_sans_otc") is None:
        return wrong("font", "noto-cjk-sans-otc is not installed: pictures cannot say Chinese")
    return ok("font", "Chinese in pictures and in print") if FILE.is_file() else look("font", "papers/fonts is empty: no cards are printed; `make assets`")


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)
