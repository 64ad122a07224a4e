"""mashang cards."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.commands.codes import must_have_address
from app.commands.exits import ABSENT, REFUSED, WRONG_CALL
from app.commands.frame import in_house, put, refuse, settings_or_exit
from domain.cards import CardKind, Wanted
from domain.errors import Refusal

if TYPE_CHECKING:
    from app.container import House
    from papers.printing import Printed

Kind = Literal["card", "pendant", "sheet", "poster", "notice-card"]


def print_(
    area: Annotated[str, typer.Option(help="An area code; its whole subtree.")],
    kind: Annotated[Kind, typer.Option(help="For the pocket, the neck, the warden's list, places, or the wall of a household.")],
    pdf: Annotated[Path, typer.Option(help="Where to write it. More than 1000 cards become FILE-001.pdf, FILE-002.pdf …")],
    household: Annotated[bool, typer.Option("--household", help="card, sheet: one for each household instead of one for each person.")] = False,
    blank: Annotated[int, typer.Option(help="card, pendant: so many new codes without a holder, bound at the first scan.", min=0)] = 0,
    language: Annotated[Literal["zh_CN", "en"] | None, typer.Option(help="Default: the office's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")] = False,
) -> None:
    """Print codes on A4: at 100 %, never "fit to page". Killed in the middle, the same command goes on where it stopped. Each print is in the audit log."""
    settings = settings_or_exit()
    if pdf.suffix.lower() != ".pdf" or not pdf.absolute().parent.is_dir():
        typer.echo("say where to write it: --pdf FILE.pdf, in a folder that exists", err=True)
        raise typer.Exit(WRONG_CALL)
    must_have_address()
    try:
        wanted = Wanted(CardKind(kind), area, household, blank)
    except Refusal as refusal:
        refuse(refusal, settings)
    printed, seconds = in_house(lambda house: printing(house, wanted, pdf, language=language))
    answer: dict[str, Any] = {
        "kind": kind, "area": area, "cards": printed.cards, "left_out": printed.left_out, "resumed": printed.resumed,
        "files": [str(file) for file in printed.files], "seconds": round(seconds, 2),
    }  # fmt: skip
    left = f"; {printed.left_out} without a living code were left out (mashang codes issue)" if printed.left_out else ""
    put(answer, as_json=as_json, words="\n".join([*answer["files"], f"{printed.cards} cards{left}"]))
    if not printed.cards:
        raise typer.Exit(REFUSED)


async def printing(house: "House", wanted: Wanted, pdf: Path, *, language: str | None) -> "tuple[Printed, float]":
    """Print with a progress bar on stderr; exit 3 without the font."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from papers.imprint import Imprint
    from papers.ink import FontMissing
    from papers.printing import Job, print_cards
    from services.actors import Actor

    settings = house.settings
    day = house.clock.now().astimezone(settings.zone).strftime("%Y-%m-%d")
    imprint = Imprint(settings.office_name, settings.office_phone, day, house.catalogues.of(language or settings.language))
    begun = house.clock.monotonic()
    with Progress("cards", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("cards", total=None)
        try:
            job = Job(wanted, pdf, imprint)
            printed = await print_cards(
                house.services.cards, job, by=Actor.operator(), told=lambda done, total: bar.update(task, completed=done, total=total)
            )  # fmt: skip
        except FontMissing as missing:
            typer.echo(str(missing), err=True)
            raise typer.Exit(ABSENT) from None
    return printed, house.clock.monotonic() - begun


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Printed cards.", no_args_is_help=True)
    nouns.command("print")(print_)

    @nouns.callback()
    def nothing() -> None:
        """Printed cards."""

    app.add_typer(nouns, name="cards")
