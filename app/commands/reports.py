"""mashang reports."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.frame import in_house, put

if TYPE_CHECKING:
    from app.container import House


def list_(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Every report that was sent, oldest first: number, kind, state, place by its area code, people, photos. No names, no words."""
    from services.actors import Actor

    async def work(house: "House") -> list[dict[str, Any]]:
        return [
            {
                "number": report.number, "kind": report.kind.value if report.kind else None, "state": report.state.value, "for_self": report.for_self,
                "area": report.area, "hurt": report.hurt, "trapped": report.trapped, "photos": report.photos, "drill": report.drill,
                "sent_at": report.filed_at.isoformat() if report.filed_at else None,
            }
            for report in await house.services.report_desk.rows(by=Actor.operator())
        ]  # fmt: skip

    rows = in_house(work)
    words = "\n".join(f"{row['number']}  {row['state']:9}  {row['kind']:9}  {row['area'] or '-':12}  photos {row['photos']}" for row in rows)
    put(rows, as_json=as_json, words=words or "no reports")


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Reports from the field.", no_args_is_help=True)
    nouns.command("list")(list_)

    @nouns.callback()
    def nothing() -> None:
        """Reports from the field."""

    app.add_typer(nouns, name="reports")
