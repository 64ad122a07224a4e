"""mashang sites."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.codes import must_have_address
from app.commands.exits import WRONG_CALL
from app.commands.frame import in_house, put
from app.commands.importing import DryRun, How, Json, Map, Preview, Sheet, import_table
from domain.lists import ListKind

if TYPE_CHECKING:
    from app.container import House
    from services.codes import Card
    from services.sites import Listed


def import_(
    file: Path, dry_run: DryRun = False, preview: Preview = False, mapping: Map = None, sheet: Sheet = None, as_json: Json = False
) -> None:
    """Take in sites from a CSV or XLSX: name,area_code,firm,address,manager_phone,needs_registered,needs_trained,opens,closes,longest_hours."""
    import_table(file, ListKind.SITES, How(dry_run, preview, mapping, sheet, as_json))


def workers(
    file: Path, dry_run: DryRun = False, preview: Preview = False, mapping: Map = None, sheet: Sheet = None, as_json: Json = False
) -> None:
    """Take in workers from a firm's CSV or XLSX: name,phone,id_number,firm,area_code,trained,trained_until,sites (`;` between sites, - for none)."""
    import_table(file, ListKind.WORKERS, How(dry_run, preview, mapping, sheet, as_json))


def list_(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Every site with how many people are inside now, and the texts of its poster."""
    from services.actors import Actor

    async def work(house: "House") -> "list[Listed]":
        return await house.services.sites.listing(by=Actor.operator())

    must_have_address()
    for each in in_house(work):
        site = each.site
        line: dict[str, Any] = {
            "site": str(site.id), "name": site.name, "area": site.area, "firm": site.firm, "state": site.state.value, "inside": each.inside,
            "needs_registered": site.needs_registered, "needs_trained": site.needs_trained, "longest_hours": site.longest.total_seconds() / 3600,
            "text": each.card.text if each.card else None, "link": each.card.link if each.card else None, "short": each.card.short if each.card else None,
        }  # fmt: skip
        short = each.card.short if each.card else "-" * 12
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else f"{short}  {each.inside:4}  {site.name}  {site.firm}")


def poster(
    name: str,
    png: Annotated[Path | None, typer.Option(help="Where to write the picture (A4, 300 dpi).")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Where to write the page for the printer.")] = None,
    as_json: Json = False,
) -> None:
    """The poster for a site's gate, to be printed on A4. A site whose code was withdrawn gets a new one."""
    from services.actors import Actor

    targets = [target for target in (png, pdf) if target is not None]
    if not targets or any(not target.absolute().parent.is_dir() for target in targets):
        typer.echo("say where to write it: --png FILE or --pdf FILE, in a folder that exists", err=True)
        raise typer.Exit(WRONG_CALL)
    must_have_address()

    async def work(house: "House") -> "Card":
        from papers.posters import as_pdf, as_png, poster_of, site_poster

        site = await house.services.sites.named(name)
        place, card, manager = await house.services.sites.poster(site.id, by=Actor.operator())
        page = poster_of(site_poster(place, card, phone=manager.phone if manager else None), house.catalogues)
        for target, made in ((png, as_png), (pdf, as_pdf)):
            if target is not None:
                target.write_bytes(made(page))
        return card

    card = in_house(work)
    files = [str(target) for target in targets]
    put({"files": files, "short": card.short, "text": card.text, "link": card.link}, as_json=as_json, words="\n".join([card.short, *files]))


def state(name: str, value: str) -> None:
    from domain.sites import SiteState
    from services.actors import Actor

    async def work(house: "House") -> None:
        site = await house.services.sites.named(name)
        await house.services.sites.set_state(site.id, SiteState(value), by=Actor.operator())

    in_house(work)
    put({"site": name, "state": value}, as_json=False, words=f"{value}: {name}")


def close(name: str) -> None:
    """Let nobody in any more; whoever is inside can still go out."""
    state(name, "closed")


def open_(name: str) -> None:
    """Let people in again."""
    state(name, "open")


def rebuild(as_json: Json = False) -> None:
    """Make every stay again from the gate's events; nothing may change by it."""
    from services.actors import Actor

    async def work(house: "House") -> int:
        return await house.services.presence.rebuild(by=Actor.operator())

    count = in_house(work)
    put({"people": count}, as_json=as_json, words=f"{count} people")


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Sites, their gates and their workers.", no_args_is_help=True)
    nouns.command("import")(import_)
    nouns.command("workers")(workers)
    nouns.command("list")(list_)
    nouns.command("poster")(poster)
    nouns.command("close")(close)
    nouns.command("open")(open_)
    nouns.command("rebuild")(rebuild)
    app.add_typer(nouns, name="sites")
