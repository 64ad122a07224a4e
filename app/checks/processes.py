"""Who serves at this moment; only on PostgreSQL, where several may."""

from app.checks.finding import Finding, broken, look, ok
from app.settings import Settings


async def processes(settings: Settings) -> list[Finding]:
    """Every process that lives, with its parts; LOOK when one lacks something. Nothing on SQLite, or where the database does not answer."""
    from app.clock import SystemClock
    from app.living import SILENT
    from storage.engine import async_url, is_sqlite, open_databases
    from storage.migrations.run import is_current
    from storage.processes import SqlProcesses

    if is_sqlite(async_url(settings.database)):
        return []
    try:
        if not await is_current(settings.database):
            return []
        async with open_databases(settings.database, readers=1) as databases:
            living = await SqlProcesses(databases).living(since=SystemClock().now() - SILENT)
    except Exception as error:  # noqa: BLE001  whatever is broken is the finding
        return [broken("processes", error, do="who serves cannot be read")]
    lacking = [each for each in living if each.degraded]
    said = "; ".join(f"{each.host}:{each.number} {','.join(each.parts)}{' without ' + ','.join(each.degraded) if each.degraded else ''}" for each in living)
    return [look("processes", said) if lacking else ok("processes", said or "none serves")]
