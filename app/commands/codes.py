"""mashang codes."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.codes_verify import verify
from app.commands.exits import ABSENT
from app.commands.frame import in_house, put, settings_or_exit

if TYPE_CHECKING:
    from app.container import House
    from services.codes import Card

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def list_(area: Annotated[str, typer.Option(help="An area code; its whole subtree.")], as_json: Json = False) -> None:
    """Every living code of people and shelters in an area, with names: for printing. The listing is written into the audit log."""
    from services.actors import Actor

    async def work(house: "House") -> "list[tuple[str, Card]]":
        return await house.services.codes.listing(area, by=Actor.operator())

    must_have_address()
    for name, card in in_house(work):
        line = {"holder_kind": card.code.kind.value, "holder": str(card.code.holder), "name": name, "short": card.short, "text": card.text, "link": card.link}
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else f"{card.short}  {card.code.kind.value:8}  {name}")


def must_have_address() -> None:
    """Exit 3 when nobody said what a code's text begins with: printed cards cannot be called back."""
    if settings_or_exit().public_url is None:
        typer.echo("MASHANG_PUBLIC_URL: codes begin with it, so nothing is printed without it", err=True)
        raise typer.Exit(ABSENT)


def replace(phone: str, as_json: Json = False) -> None:
    """A new code for a person; the old one is withdrawn in the same moment."""
    from services.actors import Actor

    async def work(house: "House") -> "Card":
        person = await house.services.grants.with_phone(phone)
        return await house.services.codes.replace(person.id, by=Actor.operator())

    card = in_house(work)
    put({"short": card.short, "text": card.text, "link": card.link}, as_json=as_json, words=card.short)


def revoke(short: str, as_json: Json = False) -> None:
    """Withdraw a code, by the characters printed under it."""
    from services.actors import Actor

    async def work(house: "House") -> None:
        await house.services.codes.revoke(short, by=Actor.operator())

    in_house(work)
    put({"revoked": short}, as_json=as_json, words=f"withdrawn: {short}")


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Safety codes.", no_args_is_help=True)
    nouns.command("list")(list_)
    nouns.command("replace")(replace)
    nouns.command("revoke")(revoke)
    nouns.command()(verify)
    app.add_typer(nouns, name="codes")
