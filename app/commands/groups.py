"""mashang groups."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.frame import in_house, put
from app.commands.importing import Rows, import_table

if TYPE_CHECKING:
    from app.container import House
    from services.imports import Report

Json = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen and store nothing.")]


def import_(file: Path, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Take in named groups from a CSV: group,area_code,owner_phone,name,phone,id_number. One row is one member; nobody is ever taken out."""
    from papers.tables import GROUPS
    from services.actors import Actor

    async def take(house: "House", rows: Rows) -> "Report":
        return await house.services.group_import.import_rows(rows, by=Actor.operator(), dry_run=dry_run)

    import_table(file, GROUPS, take, as_json=as_json)


def list_(as_json: Json = False) -> None:
    """Every named group, with how many are in it."""
    from services.actors import Actor

    async def work(house: "House") -> list[dict[str, object]]:
        views = await house.services.groups.everything(by=Actor.operator())
        return [
            {"id": str(view.group.id), "group": view.group.called, "area": view.group.area, "owner": str(view.group.owner), "members": view.members,
             "posts": view.posts.value if view.posts else None}
            for view in views
        ]  # fmt: skip

    found = in_house(work)
    put(found, as_json=as_json, words="\n".join(f"{each['group']}  {each['area']}  {each['members']}" for each in found) or "no groups")


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Named groups that notices go to.", no_args_is_help=True)
    nouns.command("import")(import_)
    nouns.command("list")(list_)
    app.add_typer(nouns, name="groups")
