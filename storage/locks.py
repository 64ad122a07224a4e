"""One `serve` on one SQLite file: a lock that the system itself releases when the process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from domain.errors import Conflict
from domain.text import N_
from storage.engine import async_url, is_sqlite


class AlreadyServing(Conflict):
    code = "already_serving"
    text = N_("Another process (number {process}) already serves this database. Stop it first, or use PostgreSQL.")


@contextmanager
def serving(url: str | URL) -> Iterator[None]:
    """Hold the right to serve this database until the block, or the process, ends.

    SQLite: an exclusive flock on FILE.lock beside the database; AlreadyServing when another process holds it. PostgreSQL
    may be served by several processes, so nothing is held.
    """
    where = async_url(url)
    if not is_sqlite(where):
        yield
        return
    assert where.database is not None
    with held(Path(where.database + ".lock")):
        yield


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file; AlreadyServing when somebody else holds it. The file stays, the lock does not."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            raise AlreadyServing(process=holder or "?") from taken
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
