"""The one place where everything is made, by constructor, from the bottom to the top; and taken down in the opposite order."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from app import sabotage
from app.clock import LabClock, SystemClock, SystemIds
from app.figures import counted
from app.keys import FollowedKeys, Keys, load_keys
from app.nursery import Nursery
from app.parts import Parts
from app.rooms import signed_lists, use_cases
from app.settings import DEMO_ISSUER, Settings
from codes.errors import CodesError
from locales.catalogue import Catalogues
from services.bundle import Services
from services.figures import FAULTS, Figures, NoFigures
from services.intake import Dialogues, Updates
from services.office import Office
from services.pauses import Pauses
from services.ports import Clock, Ids, Wakeups, Works
from services.press import CodePress
from services.processes import Processes
from services.watch import Beats
from storage.dialogues import SqlDialogues
from storage.engine import Databases, open_databases
from storage.leases import SqlLeases
from storage.media import MediaFiles
from storage.memory import MemoryWakeups
from storage.migrations.run import is_current
from storage.pauses import SqlPauses
from storage.processes import SqlProcesses
from storage.sealing import Sealing
from storage.updates import SqlUpdates
from storage.work import SqlWorks
from storage.writer import GroupCommits

CLOSING = 1.0

log = logging.getLogger("mashang.serve")


class PartMissing(Exception):
    """Something the house needs is not there; the message says what, and which command makes it."""


@dataclass(frozen=True, slots=True)
class House:
    """An opened house."""

    settings: Settings
    keys: Keys
    clock: Clock
    ids: Ids
    nursery: Nursery
    databases: Databases
    works: Works
    updates: Updates
    dialogues: Dialogues
    pauses: Pauses
    wakeups: Wakeups
    me: UUID
    """This process, among those of its house."""
    leases: SqlLeases
    processes: Processes
    catalogues: Catalogues
    press: CodePress
    services: Services
    figures: Figures
    beats: Beats
    lacks: list[Callable[[], bool]]
    """Asked whether Redis has to be done without: by the wake-ups, and by the send budget where there is one."""
    tells: list[Callable[[], list[str]]]

    def lacking(self) -> list[str]:
        """What this process has to do without at this moment; it goes on all the same."""
        return ["redis"] if any(lack() for lack in self.lacks) else []

    def troubled(self) -> list[str]:
        """What the other processes are told of this one: what it has to do without, and what the watchdog calls late here."""
        return sorted({*self.lacking(), *(word for told in self.tells for word in told())})


Replace = Callable[[Parts], Parts]


@asynccontextmanager
async def opened(settings: Settings, *, replace: Replace | None = None, figures: Figures | None = None) -> AsyncIterator[House]:
    """The house of these settings, closed and drained at the end. PartMissing when `mashang init` or `migrate` is still to be run."""
    if not settings.keys_dir.is_dir():
        raise PartMissing(f"There are no keys in {settings.keys_dir}. Run `mashang init` first.")
    if not await stands(settings):
        raise PartMissing("The database is missing or of another version. Run `mashang migrate` first.")
    keys = keys_of(settings)
    clock = LabClock(settings.lab_clock) if settings.lab_clock else SystemClock()
    told = figures or NoFigures()
    nursery = Nursery(failed=lambda *_: told.count(FAULTS, "task"))
    queues = GroupCommits(spawn=nursery.spawn, figures=figures)
    databases = open_databases(settings.database)
    try:
        try:
            house = build(settings, keys=keys, clock=clock, nursery=nursery, queues=queues, databases=databases, replace=replace, figures=figures)
        except CodesError as error:
            raise PartMissing(f"MASHANG_ISSUER, MASHANG_PUBLIC_URL and the keys do not fit together: {error}") from None
        yield house
    finally:
        await within(CLOSING, queues.close)
        await nursery.close(within=CLOSING)
        await within(CLOSING, databases.close)


async def within(seconds: float, close: Callable[[], Awaitable[object]]) -> None:
    """One step of the end; who does not answer does not hold it up."""
    try:
        async with asyncio.timeout(seconds):
            await close()
    except TimeoutError:
        log.warning("not closed within %g s: %s", seconds, close.__qualname__)


async def stands(settings: Settings) -> bool:
    """Whether the database is of this version. PartMissing when it does not answer."""
    try:
        return await is_current(settings.database)
    except (OSError, TimeoutError, DBAPIError) as error:
        raise PartMissing(f"The database does not answer ({type(error).__name__}). Look at MASHANG_DATABASE_URL and at the server.") from None


def keys_of(settings: Settings) -> Keys:
    """The office's keys. PartMissing when some are not there, or are damaged."""
    try:
        return load_keys(settings.keys_dir)
    except (CodesError, OSError, ValueError, KeyError) as error:
        raise PartMissing(f"The keys in {settings.keys_dir} cannot be used ({type(error).__name__}: {error}). Restore them from your backup.") from error


def wakeups_of(settings: Settings, *, keys: Keys, clock: Clock, nursery: Nursery) -> Wakeups:
    """Between processes where there is a Redis, else inside this one. On one Redis installations are told apart by their keys: two may have the same issuer."""
    if settings.redis_url is None:
        return MemoryWakeups()
    try:
        from storage.redis import RedisWakeups
    except ImportError:
        raise PartMissing("MASHANG_REDIS_URL is set, but the package is not installed: pip install 'mashang[redis]'") from None

    office = f"{settings.issuer or DEMO_ISSUER}:{keys.digest(b'wakeups').hex()[:16]}"
    made = RedisWakeups(settings.redis_url.get_secret_value(), office=office, clock=clock, spawn=nursery.spawn)
    made.start()
    return made


def build(
    settings: Settings, *, keys: Keys, clock: Clock, nursery: Nursery, queues: GroupCommits, databases: Databases, replace: Replace | None = None,
    figures: Figures | None = None,
) -> House:  # fmt: skip
    """Every object of the house, top to bottom."""
    ids = SystemIds(clock.now)
    sealing = Sealing(keys.sealing, index_key=keys.index, random_bytes=ids.random_bytes)
    parts = Parts(
        clock, ids, SqlWorks(databases, sealing), SqlUpdates(databases, sealing, ids=ids, clock=clock, queues=queues),
        SqlDialogues(databases, sealing), wakeups_of(settings, keys=keys, clock=clock, nursery=nursery),
        MediaFiles(settings.data_dir / "media", sealing),
    )  # fmt: skip
    if replace is not None:
        parts = replace(parts)
    if settings.lab_sabotage:
        parts = sabotage.apply(settings.lab_sabotage, parts, nursery=nursery)
    if figures is not None:
        parts = counted(parts, figures)
    issuer = settings.issuer or keys.codes.issuer
    office = Office(issuer, drill_only=issuer == DEMO_ISSUER, language=settings.language, zone=settings.zone, bounds=settings.box)
    followed = FollowedKeys(settings.keys_dir, keys.codes, clock=parts.clock)
    press = CodePress(
        keys.codes, issuer=issuer, public_url=settings.public_url or "http://127.0.0.1:8080", bot_link=settings.bot_link, following=followed
    )  # fmt: skip
    signed = signed_lists(parts, office=office, followed=followed, folder=settings.keys_dir)
    services = use_cases(parts, office=office, press=press, keys=keys, queues=queues, signed=signed)
    return House(
        settings, keys, parts.clock, parts.ids, nursery, databases, parts.works, parts.updates, parts.dialogues,
        SqlPauses(databases, sealing, clock=parts.clock), parts.wakeups, ids.new(), SqlLeases(databases, sealing), SqlProcesses(databases),
        Catalogues.packaged(default=settings.language), press, services, figures or NoFigures(), Beats(SystemClock()),
        [lambda: bool(getattr(parts.wakeups, "degraded", False))], [],
    )  # fmt: skip
