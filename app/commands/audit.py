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


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="The audit log.", no_args_is_help=True)
    nouns.command("verify")(verify)

    @nouns.callback()
    def nothing() -> None:
        """The audit log."""

    app.add_typer(nouns, name="audit")
