"""mashang audit."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.exits import REFUSED
from app.commands.frame import in_house, put

if TYPE_CHECKING:
    from app.container import House


def verify(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Walk the hash chain of the audit log; exit 1 with the first row that does not hold."""

    async def work(house: "House") -> dict[str, object]:
        await house.services.audit.chain()
        broken = await house.services.audit.verify()
        seq, head = await house.services.audit.head()
        return {"holds": broken is None, "broken_at": broken.seq if broken else None, "rows": seq, "head": head}

    answer = in_house(work)
    words = f"the chain of {answer['rows']} rows holds; head {answer['head']}" if answer["holds"] else f"the chain is broken at row {answer['broken_at']}"
    put(answer, as_json=as_json, words=words)
    if not answer["holds"]:
        raise typer.Exit(REFUSED)


def list_(
    action: Annotated[str, typer.Option(help="An action such as grants.give, or a noun alone, such as grants: everything done with it.")] = "",
    most: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Rows of the log, the newest first."""
    from domain.identifiers import masked_name
    from services.actors import Actor
    from services.audit import Asked

    async def work(house: "House") -> list[dict[str, object]]:
        whole = action if "." in action or not action else f"{action}."
        rows = await house.services.audit_log.listing(Asked(action=whole), by=Actor.operator(), most=most)
        return [
            {
                "seq": one.row.seq, "at": one.row.at.astimezone(house.settings.zone).isoformat(), "action": one.row.action, "subject": one.row.subject,
                "by": masked_name(one.name) if one.name else one.row.via, "via": one.row.via, "drill": one.row.drill, "facts": dict(one.row.facts),
            }
            for one in rows
        ]  # fmt: skip

    answer = in_house(work)
    put(answer, as_json=as_json, words="\n".join(f"{one['seq']:>6}  {one['at']}  {one['action']}  {one['by']}  {one['facts']}" for one in answer) or "none")


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="The audit log.", no_args_is_help=True)
    nouns.command("verify")(verify)
    nouns.command("list")(list_)

    @nouns.callback()
    def nothing() -> None:
        """The audit log."""

    app.add_typer(nouns, name="audit")
