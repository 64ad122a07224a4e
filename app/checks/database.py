"""The database: reachable, of this version, whole, writable, with room; and how old the newest backup is."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.checks.clocks import compared
from app.checks.finding import Finding, broken, look, ok, wrong
from app.settings import Settings

LARGE_WAL = 256 * 1024 * 1024
OLDEST_POSTGRES = 13
BACKUP_AGE = timedelta(hours=24)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def database(settings: Settings) -> list[Finding]:
    """Never raises: whatever is broken is a finding."""
    from storage.engine import async_url, is_sqlite
    from storage.migrations.run import current, newest

    try:
        where = async_url(settings.database)
        here, wanted = await current(where), newest()
    except ImportError:
        return [wrong("database", "its driver is not installed: pip install 'mashang[postgres]'")]
    except Exception as error:  # noqa: BLE001  whatever is broken is the finding
        return [broken("database", error, do="cannot be read; is it running, and is MASHANG_DATABASE_URL right? Else restore a backup")]
    if here is None:
        return [wrong("database", "there is none yet: run `mashang init`, or restore a backup")]
    behind = f"revision {here}, this program needs {wanted}: run `mashang upgrade`"
    found = [ok("database", f"revision {here}") if here == wanted else wrong("database", behind)]
    try:
        found += await (sqlite(Path(where.database or "")) if is_sqlite(where) else postgres(settings))
        found.append(await backups(settings))
    except Exception as error:  # noqa: BLE001  as above
        found.append(broken("database use", error, do="it answers, but cannot be used; look at its log, or restore a backup"))
    return found


async def sqlite(file: Path) -> list[Finding]:
    from storage.engine import DatabaseBusy

    try:
        said = await asked(f"sqlite:///{file}", "PRAGMA quick_check(3)", begin="BEGIN")
        whole = ok("integrity", "quick_check: ok") if said == ["ok"] else wrong("integrity", f"{'; '.join(map(str, said))[:200]}: stop, and restore a backup")
        await asked(f"sqlite:///{file}", "PRAGMA user_version", begin="BEGIN IMMEDIATE")
        writes = ok("writable", "a write lock was had")
    except DatabaseBusy:
        whole, writes = ok("integrity", "quick_check: ok"), look("writable", "somebody else holds the write lock for long: is a large import running?")
    return [whole, writes, wal_of(file)]


def wal_of(file: Path) -> Finding:
    wal = Path(f"{file}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    says = f"write-ahead log of {size // 1024**2} MB"
    return look("wal", f"{says}: it shrinks when serve is restarted; a reader may be stuck") if size > LARGE_WAL else ok("wal", says)


async def asked(url: str, question: str, *, begin: str) -> list[object]:
    """The first column of an answer, in a transaction of its own that changes nothing."""
    from sqlalchemy import text

    from storage.engine import async_url, sqlite_engine

    engine = sqlite_engine(async_url(url), connections=1, begin=begin, busy_seconds=3)
    try:
        async with engine.connect() as connection, connection.begin():
            return [row[0] for row in await connection.execute(text(question))]
    finally:
        await engine.dispose()


async def postgres(settings: Settings) -> list[Finding]:
    from sqlalchemy import text

    from app.clock import SystemClock
    from storage.engine import async_url, postgres_engine

    engine = postgres_engine(async_url(settings.database), connections=1, busy_seconds=3)
    question = """SELECT current_setting('server_version_num')::int AS version, pg_is_in_recovery() OR current_setting('transaction_read_only')::bool AS shut,
                  extract(epoch FROM clock_timestamp())::float AS now, pg_database_size(current_database()) AS size,
                  (SELECT count(*) FROM pg_stat_activity) AS used, current_setting('max_connections')::int AS most"""
    try:
        async with engine.connect() as connection:
            row: Any = (await connection.execute(text(question))).one()
            now = SystemClock().now()
    finally:
        await engine.dispose()
    version = row.version // 10000
    full = row.used > 0.8 * row.most
    return [
        ok("postgresql", f"version {version}, {row.size // 1024**2} MB") if version >= OLDEST_POSTGRES else look("postgresql", f"version {version} is old"),
        wrong("writable", "the server takes no writes (a standby, or read-only)") if row.shut else ok("writable", "takes writes"),
        look("connections", f"{row.used} of {row.most} in use") if full else ok("connections", f"{row.used} of {row.most} in use"),
        compared("db clock", now.timestamp() - row.now, other="the database server"),
    ]


async def backups(settings: Settings) -> Finding:
    """When the last backup was made, by what the audit log knows."""
    from sqlalchemy import func, select

    from app.clock import SystemClock
    from storage.audit import audit
    from storage.backups import snapshot

    async with snapshot(settings.database) as connection:
        last = (await connection.execute(select(func.max(audit.c.at)).where(audit.c.action == "backup.made"))).scalar()
    if last is None:
        return look("backup", "there is none yet: mashang backup FILE")
    age = SystemClock().now() - last
    says = f"the last one is {int(age.total_seconds() // 3600)} hours old"
    return look("backup", f"{says}: mashang backup FILE") if age > BACKUP_AGE else ok("backup", says)


def free(settings: Settings, *, least: int) -> Finding:
    place = next(each for each in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents) if each.exists())
    left = shutil.disk_usage(place).free
    says = f"{left // 1024**2} MB free"
    return ok("disk", says) if left >= least else wrong("disk", f"{says}: make room; without it nothing is stored and nobody is answered")
