"""mashang checkpoints, mashang passes."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.frame import in_house, put
from app.commands.importing import Json

if TYPE_CHECKING:
    from app.container import House
    from domain.checkpoints import Checkpoint
    from domain.passes import Pass


def add(name: str, area: Annotated[str, typer.Option(help="The official code of the area that it watches.")], as_json: Json = False) -> None:
    """Set up a checkpoint. Guards are posted there with `mashang people grant PHONE guard --checkpoint NAME`."""
    from services.actors import Actor

    async def work(house: "House") -> "Checkpoint":
        return await house.services.checkpoints.add(name, area, by=Actor.operator())

    made = in_house(work)
    put({"checkpoint": str(made.id), "name": made.name, "area": made.area}, as_json=as_json, words=f"{made.id}  {made.area}  {made.name}")


def list_(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Every checkpoint, also the closed ones."""
    from services.actors import Actor

    async def work(house: "House") -> "list[Checkpoint]":
        return await house.services.checkpoints.listing(by=Actor.operator())

    for one in in_house(work):
        line = {"checkpoint": str(one.id), "name": one.name, "area": one.area, "active": one.active}
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else f"{one.id}  {one.area:15}  {'open' if one.active else 'closed':6}  {one.name}")


def close(name: str) -> None:
    """Take no crossings there any more; what its scanners still upload is kept."""
    _set(name, active=False)


def open_(name: str) -> None:
    """Use a closed checkpoint again."""
    _set(name, active=True)


def _set(name: str, *, active: bool) -> None:
    from services.actors import Actor

    async def work(house: "House") -> None:
        one = await house.services.checkpoints.named(name)
        await house.services.checkpoints.set_active(one.id, active=active, by=Actor.operator())

    in_house(work)
    put({"checkpoint": name, "active": active}, as_json=False, words=f"{'open' if active else 'closed'}: {name}")


def passes(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Every pass, the newest first, without the names that stand on them."""
    from services.actors import Actor

    async def work(house: "House") -> "list[tuple[Pass, str]]":
        now = house.clock.now()
        return [(held, held.standing(now=now).value) for held in await house.services.passes.everything(by=Actor.operator())]

    for held, standing in in_house(work):
        line = {
            "pass": str(held.id), "number": held.number, "kind": held.kind.value, "team": held.team, "area": held.area, "state": standing,
            "valid_from": held.valid_from.isoformat(), "valid_to": held.valid_to.isoformat(), "drill": held.drill,
        }  # fmt: skip
        words = f"{held.number}  {standing:8}  {held.kind.value:8}  {held.area:15}  {held.valid_to:%Y-%m-%d %H:%M}Z  {held.team}"
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else words)


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Checkpoints where passes are shown.", no_args_is_help=True)
    nouns.command("add")(add)
    nouns.command("list")(list_)
    nouns.command("close")(close)
    nouns.command("open")(open_)
    app.add_typer(nouns, name="checkpoints")
    others = typer.Typer(help="Passes of relief people and vehicles.", no_args_is_help=True)
    others.command("list")(passes)
    app.add_typer(others, name="passes")
