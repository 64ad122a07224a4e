"""A backup put back: into an empty database of either kind, in one transaction, so that it is all there or nothing happened.

What was on its way when the backup was made may have been done since, by a house whose memory of it is lost. Nothing of that is done again
by itself: open copies become *unknown* (reason `restored`), received updates are parked (reference `restored`), and codes that tie a chat to
a person are spent; an operator may let copies and updates go (`release`). A run of a notice that was due in the last two hours counts as
missed, which its drafter is told.
"""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from alembic import command
from sqlalchemy import Connection, column, func, inspect, select, table, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.deliveries import OPEN, RESTORED, DeliveryState
from domain.errors import Conflict
from domain.notices import CATCH_UP, NoticeState
from domain.text import N_
from storage.audit import audit
from storage.backups import NOT_KEPT, laid_out, typed
from storage.engine import async_url, is_sqlite
from storage.locks import AlreadyServing
from storage.migrations.run import ONE_WALK_AT_A_TIME, VERSIONS, ForeignKeyBroken, configured, connected, steps
from storage.packs import KEYS, MEDIA, BackupDamaged, BackupNewer, Manifest, Opened, TableOf

CHUNK = 500
REFUSED = "backup.refused"
NewId = Callable[[], UUID]


class TargetFilled(Conflict):
    code = "target_filled"
    text = N_("There is something in this database already ({table}). A backup is restored only into an empty one.")


class KeysThere(Conflict):
    code = "keys_there"
    text = N_("There are keys in {folder} already. They are never overwritten.")


@dataclass(frozen=True, slots=True)
class Held:
    """What was on its way when the backup was made, and is not done again by itself."""

    copies: int
    updates: int
    links: int
    runs: int


def must_be_known(manifest: Manifest) -> None:
    """Refuses the database of a newer program."""
    if manifest.revision not in steps():
        raise BackupNewer(version=manifest.revision[:20])


async def filled(url: str) -> str | None:
    """The first table that holds something; None for an empty database, or none at all. Notes of refused restores count for nothing."""
    if not made(url):
        return None
    async with connected(async_url(url), begin="BEGIN") as connection:
        return await filled_here(connection)


def made(url: str) -> bool:
    """Whether there is a database at all; a server's always is."""
    where = async_url(url)
    return not is_sqlite(where) or Path(where.database or "").exists()


async def filled_here(connection: AsyncConnection) -> str | None:
    for name in (each for each in await connection.run_sync(laid_out) if each not in NOT_KEPT):
        only_notes = name in (audit.name, "audit_chain")
        if not only_notes and (await connection.execute(select(func.count()).select_from(table(name)))).scalar_one():
            return name
        if name == audit.name:
            action: Any = column("action")
            asked = select(func.count()).select_from(table(name)).where(action != REFUSED)
            if (await connection.execute(asked)).scalar_one():
                return name
    return None


async def restored(url: str, backup: Opened, *, id: NewId, now: datetime, **facts: str | int) -> Held:
    """Put the rows of a checked backup into this database and bring it to this version. Refuses a filled one; undone when anything fails."""
    where = async_url(url)
    sqlite = is_sqlite(where)
    async with connected(where) as connection:
        if not sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_WALK_AT_A_TIME})"))
        if (found := await filled_here(connection)) is not None:
            raise TargetFilled(table=found)
        if not sqlite:
            await must_be_quiet(connection)
        await connection.run_sync(walked(command.downgrade, "base"))
        await connection.run_sync(walked(command.upgrade, backup.manifest.revision))
        keys = [] if sqlite else await foreign_keys_taken_off(connection)
        for each in backup.manifest.tables:
            await load(connection, backup, each)
        for statement in keys:
            await connection.execute(text(statement))
        if not sqlite:
            await numbers_go_on(connection, backup.manifest)
        await connection.run_sync(walked(command.upgrade, "head"))
        held = await hold(connection, now=now)
        await note(connection, "backup.restored", "database", id=id(), now=now, **asdict(held), **facts)
        if sqlite and (broken := (await connection.execute(text("PRAGMA foreign_key_check"))).all()):
            raise ForeignKeyBroken(f"{len(broken)} rows, the first in table {broken[0][0]}")
    return held


async def must_be_quiet(connection: AsyncConnection) -> None:
    """Refuses a PostgreSQL database that a process of ours is connected to; on SQLite the lock of `serve` says so."""
    asked = """SELECT pid FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = 'mashang' AND pid <> pg_backend_pid() ORDER BY pid LIMIT 1"""
    if (process := (await connection.execute(text(asked))).scalar()) is not None:
        raise AlreadyServing(process=process)


def walked(walk: Callable[..., None], revision: str) -> Callable[[Connection], None]:
    """One walk of alembic inside the transaction that is open."""

    def here(connection: Connection) -> None:
        if walk is command.downgrade and not inspect(connection).has_table("alembic_version"):
            return
        walk(configured(VERSIONS, connection=connection), revision)

    return here


async def load(connection: AsyncConnection, backup: Opened, told: TableOf) -> None:
    """Every row of one table, some hundred at a time."""
    into = table(told.name, *[typed(name, kind) for name, kind in told.columns]).insert()
    waiting: list[dict[str, Any]] = []
    rows = 0
    for line in backup.lines(told.member):
        values = json.loads(line)
        waiting.append({name: heard(value, kind) for (name, kind), value in zip(told.columns, values, strict=True)})
        rows += 1
        if len(waiting) == CHUNK:
            await connection.execute(into, waiting)
            waiting = []
    if waiting:
        await connection.execute(into, waiting)
    if rows != told.rows:
        raise BackupDamaged(member=told.member)


def heard(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "bytes":
        return b64decode(value)
    return UUID(hex=value) if kind == "id" else value


async def foreign_keys_taken_off(connection: AsyncConnection) -> list[str]:
    """PostgreSQL checks each row against its neighbours at once: the keys rest while rows come in, and are checked whole when they return."""
    asked = """SELECT conrelid::regclass::text AS place, conname AS name, pg_get_constraintdef(oid) AS means
               FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"""
    keys = (await connection.execute(text(asked))).all()
    for key in keys:
        await connection.execute(text(f'ALTER TABLE {key.place} DROP CONSTRAINT "{key.name}"'))
    return [f'ALTER TABLE {key.place} ADD CONSTRAINT "{key.name}" {key.means}' for key in keys]


async def numbers_go_on(connection: AsyncConnection, manifest: Manifest) -> None:
    """Counters of PostgreSQL start behind the highest number that came in (SQLite looks for itself)."""
    for each in manifest.tables:
        for name in (name for name, kind in each.columns if kind == "int"):
            counter = (await connection.execute(select(func.pg_get_serial_sequence(each.name, name)))).scalar()
            if counter is not None:
                highest = (await connection.execute(select(func.max(typed(name, "int"))).select_from(table(each.name)))).scalar()
                await connection.execute(select(func.setval(counter, highest or 1, highest is not None)))


async def hold(connection: AsyncConnection, *, now: datetime) -> Held:
    """What may have been done since is not done again by itself."""
    from storage.deliveries import deliveries
    from storage.links import link_codes
    from storage.notices import notices
    from storage.updates import State, updates

    open_copies = deliveries.c.state.in_(sorted(OPEN))
    lost = update(deliveries).where(open_copies).values(state=DeliveryState.UNKNOWN, reason=RESTORED, leased_until=None)
    parked = update(updates).where(updates.c.state == State.RECEIVED).values(state=State.PARKED, reference=RESTORED)
    spent = update(link_codes).where(link_codes.c.used_at.is_(None)).values(used_at=now)
    due = (notices.c.state == NoticeState.ACTIVE) & notices.c.next_due_at.between(now - CATCH_UP, now)
    missed = update(notices).where(due).values(next_due_at=now - CATCH_UP - timedelta(seconds=1))
    return Held(*[(await connection.execute(statement)).rowcount for statement in (lost, parked, spent, missed)])


async def release(connection: AsyncConnection, *, copies: bool, updates: bool, now: datetime) -> tuple[int, int]:
    """Let go what a restore held: copies that were never withdrawn are due at once, updates run again in their order. How many of each."""
    from storage.deliveries import deliveries, messages
    from storage.updates import State
    from storage.updates import updates as received

    sent = ran = 0
    if copies:
        still_meant = select(messages.c.id).where(messages.c.id == deliveries.c.message, messages.c.cancelled_at.is_(None)).exists()
        ours = (deliveries.c.state == DeliveryState.UNKNOWN) & (deliveries.c.reason == RESTORED) & still_meant
        sent = (await connection.execute(update(deliveries).where(ours).values(state=DeliveryState.PENDING, reason=None, not_before=now))).rowcount
    if updates:
        ours = (received.c.state == State.PARKED) & (received.c.reference == RESTORED)
        ran = (await connection.execute(update(received).where(ours).values(state=State.RECEIVED, faults=0, reference=None))).rowcount
    return sent, ran


async def note(connection: AsyncConnection, action: str, subject: str, *, id: UUID, now: datetime, **facts: str | int | bool | None) -> None:
    """A row of the audit log, for what the operator does to the house from outside."""
    values = {"id": id, "at": now, "actor": None, "via": "cli", "action": action, "subject": subject, "drill": False, "facts": facts}
    await connection.execute(audit.insert().values(values))


def put_back_photos(backup: Opened, folder: Path) -> int:
    """The sealed files of photos, beside what is there; each is whole or not there."""
    count = 0
    for member in (each.name for each in backup.manifest.members if each.name.startswith(MEDIA)):
        target = folder / member.removeprefix(MEDIA)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = target.with_suffix(".new")
        with beside.open("wb") as file:
            for part in backup.parts(member):
                file.write(part)
        beside.replace(target)
        count += 1
    return count


def put_back_keys(backup: Opened, folder: Path) -> int:
    """The office's secrets into a new folder, closed to others. Refuses where there are some."""
    import os

    if folder.exists() and any(folder.iterdir()):
        raise KeysThere(folder=str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = [each.name for each in backup.manifest.members if each.name.startswith(KEYS)]
    for name in names:
        descriptor = os.open(folder / name.removeprefix(KEYS), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for part in backup.parts(name):
                file.write(part)
    return len(names)
