"""What every command does around its work: read the settings, open the house, say refusals in the operator's language."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

from app.commands.exits import ABSENT, EXIT, WRONG_CALL
from app.settings import Settings, SettingsWrong, read
from domain.errors import Refusal, family

if TYPE_CHECKING:
    from app.container import House

Answer = TypeVar("Answer")


def settings_or_exit(**changed: object) -> Settings:
    """The settings, or every problem with them on stderr and exit 2."""
    try:
        return read(os.environ, **changed)
    except SettingsWrong as wrong:
        for problem in wrong.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(WRONG_CALL) from None


def in_house(work: Callable[["House"], Awaitable[Answer]], **changed: object) -> Answer:
    """Run `work` in an opened house; a refusal is said and exits 1, a missing part exits 3."""
    from app.container import PartMissing, opened
    from services.actors import Actor

    settings = settings_or_exit(**changed)
    named = f"{work.__module__}.{work.__qualname__}".partition(".<locals>")[0]

    async def run() -> Answer:
        async with opened(settings) as house:
            try:
                return await work(house)
            except Refusal as refusal:
                await house.services.refusals.note(refusal, by=Actor.operator(), entrance="cli", what=named)
                raise

    try:
        return asyncio.run(run())
    except Refusal as refusal:
        refuse(refusal, settings)
    except PartMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(ABSENT) from None


def refuse(refusal: Refusal, settings: Settings) -> NoReturn:
    """Say a refusal in the operator's language, with its code, and exit by its family."""
    typer.echo(f"{sentence(refusal, settings.language)} [{refusal.code}]", err=True)
    raise typer.Exit(EXIT[family(refusal)])


def sentence(refusal: Refusal, language: str) -> str:
    """A refusal in words."""
    from locales.catalogue import Catalogues

    return Catalogues.packaged().of(language).say(refusal.text, **refusal.fields)


def put(answer: Any, *, as_json: bool, words: str) -> None:
    """An answer on stdout: one JSON value for programs, or words for people."""
    sys.stdout.write((json.dumps(answer, ensure_ascii=False, default=str) if as_json else words) + "\n")
