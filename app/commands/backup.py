"""mashang backup, mashang restore: the whole office in one file, and back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from app.commands.exits import ABSENT, WRONG_CALL
from app.commands.frame import put, refuse, settings_or_exit
from app.settings import Settings
from domain.errors import Refusal

if TYPE_CHECKING:
    from storage.packs import Manifest, Office, Opened
    from storage.restores import Held

Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]
Answer = TypeVar("Answer")

log = logging.getLogger("mashang.backup")


def backup(
    file: Path,
    keys: Annotated[bool, typer.Option("--keys", help="Only the keys, into a file of their own. Keep it apart from the backups.")] = False,
    with_keys: Annotated[bool, typer.Option("--with-keys", help="The keys too: whoever gets this file can read everything.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Read a backup through and say whether it could be restored; write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Write database and photos into one new file, while everything runs; the keys are not in it."""
    if keys + with_keys + check > 1:
        typer.echo("--keys, --with-keys or --check: one of them", err=True)
        raise typer.Exit(WRONG_CALL)
    settings = settings_or_exit()
    if not check and not file.absolute().parent.is_dir():
        typer.echo(f"no such folder: {file.parent}", err=True)
        raise typer.Exit(WRONG_CALL)
    manifest = checked(settings, file) if check else made(settings, file, keys=keys, with_keys=with_keys)
    if manifest.with_keys:
        typer.echo("this file holds the office's keys: whoever has it can read everything and make codes; keep it apart, and closed", err=True)
    head = "whole and unchanged" if check else f"written to {file}"
    put(told(manifest), as_json=as_json, words=f"{head}: {words_of(manifest)}")


def restore(
    file: Annotated[Path | None, typer.Argument(help="A backup, or a file of keys.")] = None,
    send_pending: Annotated[bool, typer.Option("--send-pending", help="Send the copies that an earlier restore held.")] = False,
    run_received: Annotated[bool, typer.Option("--run-received", help="Run the updates that an earlier restore held.")] = False,
    as_json: Json = False,
) -> None:
    """Put a backup (or its keys) into an empty house. What was on its way when it was made is held, not done again."""
    settings = settings_or_exit()
    if (file is None) != (send_pending or run_received):
        typer.echo("a FILE; or --send-pending and --run-received, later, without one", err=True)
        raise typer.Exit(WRONG_CALL)
    if file is None:
        copies, updates = said(settings, lambda: let_go(settings, copies=send_pending, updates=run_received))
        put({"copies": copies, "updates": updates}, as_json=as_json, words=f"{copies} copies are due now, {updates} updates run again")
        return
    manifest, held = put_back(settings, file)
    answer = told(manifest) | ({"held": {name: getattr(held, name) for name in ("copies", "updates", "links", "runs")}} if held else {})
    put(answer, as_json=as_json, words=f"restored: {words_of(manifest)}" + (after(held) if held else ""))


def made(settings: Settings, file: Path, *, keys: bool = False, with_keys: bool = False) -> "Manifest":
    """Write a backup, and a row in the audit log. Exit 1 with the reason, 3 when there is nothing to back up."""
    from app.clock import SystemClock
    from storage.backups import back_up, back_up_keys

    office, now = office_of(settings), SystemClock().now()
    if keys:
        return said(settings, lambda: asyncio.to_thread(back_up_keys, file, keys=settings.keys_dir, office=office, now=now))
    must_be_made(settings)

    async def work() -> "Manifest":
        folder = settings.keys_dir if with_keys else None
        manifest = await back_up(settings.database, file, media=settings.data_dir / "media", office=office, now=now, keys=folder)
        await noted(settings, "backup.made", rows=manifest.rows, photos=manifest.photos, with_keys=with_keys)
        return manifest

    return said(settings, work)


def checked(settings: Settings, file: Path) -> "Manifest":
    from storage.packs import opened

    async def work() -> "Manifest":
        with opened(file) as pack:
            look_through(settings, pack)
            return pack.manifest

    return said(settings, work)


def look_through(settings: Settings, pack: "Opened") -> None:
    """The whole file, before anything is done with it. Without keys here only its own sums are compared."""
    from storage.restores import must_be_known

    if settings.keys_dir.is_dir():
        pack.must_be_of(office_of(settings))
    pack.check()
    if pack.manifest.kind == "backup":
        must_be_known(pack.manifest)


def put_back(settings: Settings, file: Path) -> "tuple[Manifest, Held | None]":
    """Restore a backup or keys; a refusal is in the log, and in the audit log of the database that stayed as it was."""
    from storage.locks import serving
    from storage.packs import opened
    from storage.restores import put_back_keys

    async def work() -> "tuple[Manifest, Held | None]":
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with serving(settings.database), opened(file) as pack:
                look_through(settings, pack)
                if pack.manifest.kind == "keys":
                    put_back_keys(pack, settings.keys_dir)
                    return pack.manifest, None
                return pack.manifest, await everything(settings, pack)
        except Refusal as refusal:
            log.warning("restore refused: %s", refusal.code)
            await noted(settings, "backup.refused", reason=refusal.code)
            raise

    return said(settings, work)


async def everything(settings: Settings, pack: "Opened") -> "Held":
    """Keys when the file brings them and none are here; then photos, which harm nobody without a database; then the database at once."""
    from app.clock import SystemClock, SystemIds
    from storage.restores import TargetFilled, filled, put_back_keys, put_back_photos, restored

    if (found := await filled(settings.database)) is not None:
        raise TargetFilled(table=found)
    if not settings.keys_dir.is_dir():
        if not pack.manifest.with_keys:
            typer.echo(f"There are no keys in {settings.keys_dir}. Restore the file of keys first.", err=True)
            raise typer.Exit(ABSENT)
        put_back_keys(pack, settings.keys_dir)
        pack.must_be_of(office_of(settings))
    put_back_photos(pack, settings.data_dir / "media")
    clock = SystemClock()
    target = Target(settings.database)
    held = await restored(target.url, pack, id=SystemIds(clock.now).new, now=clock.now(), made_at=pack.manifest.made_at, rows=pack.manifest.rows)
    target.take_place()
    return held


class Target:
    """Where a restore writes: on PostgreSQL the database itself, which commits at the end; on SQLite a file beside it, renamed at the end."""

    def __init__(self, url: str) -> None:
        from storage.engine import async_url, is_sqlite

        where = async_url(url)
        self._file = Path(where.database or "") if is_sqlite(where) else None
        self.url = url
        if self._file is not None:
            self._beside = self._file.with_name(self._file.name + ".restoring")
            for rest in ("", "-wal", "-shm"):
                Path(f"{self._beside}{rest}").unlink(missing_ok=True)
            self.url = f"sqlite:///{self._beside}"

    def take_place(self) -> None:
        if self._file is None:
            return
        import sqlite3

        connection = sqlite3.connect(self._beside)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        for rest in ("-wal", "-shm"):
            Path(f"{self._file}{rest}").unlink(missing_ok=True)
            Path(f"{self._beside}{rest}").unlink(missing_ok=True)
        self._beside.replace(self._file)


async def let_go(settings: Settings, *, copies: bool, updates: bool) -> tuple[int, int]:
    from app.clock import SystemClock, SystemIds
    from storage.engine import async_url
    from storage.migrations.run import connected
    from storage.restores import note, release

    must_be_made(settings)
    clock = SystemClock()
    async with connected(async_url(settings.database)) as connection:
        sent, ran = await release(connection, copies=copies, updates=updates, now=clock.now())
        await note(connection, "backup.released", "database", id=SystemIds(clock.now).new(), now=clock.now(), copies=sent, updates=ran)
    return sent, ran


async def noted(settings: Settings, action: str, **facts: str | int | bool) -> None:
    """A row in the audit log of the database, when there is one."""
    from app.clock import SystemClock, SystemIds
    from storage.engine import async_url
    from storage.migrations.run import connected, current
    from storage.restores import made as there
    from storage.restores import note

    if not there(settings.database) or await current(settings.database) is None:
        return
    clock = SystemClock()
    async with connected(async_url(settings.database)) as connection:
        await note(connection, action, "database", id=SystemIds(clock.now).new(), now=clock.now(), **facts)


def office_of(settings: Settings) -> "Office":
    """Whose backups these are; exit 3 without usable keys."""
    from app.container import PartMissing, keys_of
    from storage.packs import Office

    try:
        keys = keys_of(settings)
    except PartMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(ABSENT) from None
    return Office(settings.issuer or keys.codes.issuer, keys.digest)


def must_be_made(settings: Settings) -> None:
    from storage.restores import made as there

    if not there(settings.database):
        typer.echo("There is no database yet. Run `mashang init` first.", err=True)
        raise typer.Exit(ABSENT)


def said(settings: Settings, work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Do it; a refusal is said and exits 1, a database that does not answer exits 3."""
    from sqlalchemy.exc import DBAPIError

    from app import logs

    logs.configure(level="WARNING")

    async def run() -> Answer:
        return await work()

    try:
        return asyncio.run(run())
    except Refusal as refusal:
        refuse(refusal, settings)
    except (OSError, DBAPIError) as error:
        typer.echo(f"the database or the disk does not answer: {type(error).__name__}", err=True)
        raise typer.Exit(ABSENT) from None


def told(manifest: "Manifest") -> dict[str, Any]:
    return {
        "kind": manifest.kind, "issuer": manifest.issuer, "revision": manifest.revision, "made_at": manifest.made_at, "tables": len(manifest.tables),
        "rows": manifest.rows, "photos": manifest.photos, "photos_missing": manifest.photos_missing, "with_keys": manifest.with_keys,
    }  # fmt: skip


def words_of(manifest: "Manifest") -> str:
    if manifest.kind == "keys":
        return f"the keys of {manifest.issuer}, as of {manifest.made_at}"
    missing = f" ({manifest.photos_missing} were removed meanwhile)" if manifest.photos_missing else ""
    return f"{manifest.rows} rows of {len(manifest.tables)} tables, {manifest.photos} photos{missing}, revision {manifest.revision}, as of {manifest.made_at}"


def after(held: "Held") -> str:
    """What the operator has to know and decide."""
    return (
        f"\nheld, since it may have been done after the backup was made: {held.copies} copies of messages (now unknown), {held.updates} received updates "
        f"(parked); {held.runs} runs of notices count as missed, {held.links} link codes are spent, everybody is signed out"
        "\nto let them go all the same: mashang restore --send-pending, mashang restore --run-received"
        "\nroles and cards that were withdrawn after the backup hold again: withdraw them once more"
        "\nnext: mashang doctor, mashang audit verify, mashang board rebuild, mashang serve"
    )


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)
