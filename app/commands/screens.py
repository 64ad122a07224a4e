"""mashang screens."""

from pathlib import Path
from typing import Annotated

import typer


def screens(
    folder: Annotated[Path, typer.Option(help="Where the pictures go.")] = Path("docs/screens"),
) -> None:
    """Picture every page at 360 and 1280 px in both languages, and fail on what no reader should see. Needs Chromium (exit 3 without)."""
    from lab.screens import main

    raise typer.Exit(main(folder))


def register(app: typer.Typer) -> None:
    app.command("screens")(screens)
