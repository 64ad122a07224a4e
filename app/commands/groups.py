"""mashang groups."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.frame import in_house, put
from app.commands.importing import DryRun, How, Json, Map, Preview, Sheet, import_table
from domain.lists import ListKind

if TYPE_CHECKING:
    from app.container import House


def import_(
    file: Path, dry_run: DryRun = False, preview: Preview = False, mapping: Map = None, sheet: Sheet = None, as_json: Json = False
) -> None:
    """Take in named groups from a CSV or XLSX: group,area_code,owner_phone,name,phone,id_number. One row is one member; nobody is ever taken out."""
    import_table(file, ListKind.GROUPS, How(dry_run, preview, mapping, sheet, as_json))


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
