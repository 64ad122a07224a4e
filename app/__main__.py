"""The command line: `mashang <noun> <verb>`. Each command imports what it needs when it runs, so that help is instant."""

import os
import sys

import typer

from app.commands import (
    areas,
    audit,
    backup,
    bench,
    board,
    cards,
    codes,
    crowd,
    demo,
    devices,
    doctor,
    export,
    groups,
    init,
    keys,
    notices,
    passes,
    people,
    reports,
    screens,
    serve,
    shelters,
    sites,
    story,
    upgrade,
)


def cli() -> typer.Typer:
    """The whole command line, assembled."""
    app = typer.Typer(
        name="mashang", help="Mashang 码上: the open safety-code service of an emergency-management office.", no_args_is_help=True,
        add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    )  # fmt: skip
    for noun in (
        init, serve, demo, story, bench, areas, people, groups, notices, shelters, sites, reports, codes, keys, cards, devices, board, export, audit, doctor,
        screens, crowd, backup, upgrade, passes,
    ):  # fmt: skip
        noun.register(app)
    return app


OURS_ALONE = 0o077


def main() -> None:
    """What `mashang` runs. Whatever it writes (database, keys, exports) is for its own account alone, also on a shared machine."""
    os.umask(OURS_ALONE)
    sys.exit(cli()())


if __name__ == "__main__":
    main()
