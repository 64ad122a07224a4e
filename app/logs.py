"""Logs: one line per happening on stderr, with secrets taken out. Personal data is never given to a logger, and none comes in by an exception."""

import logging
import re
import sys
import traceback
from pathlib import Path
from types import TracebackType

TOKEN = re.compile(r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,}")
LINK = re.compile(r"(/board/enter/|/S/|/telegram/|[?&]start=)[A-Za-z0-9_%-]{12,}", re.IGNORECASE)
TASK = re.compile(r"(exception=\w+)\(.*\)")
LONGEST_CHAIN = 5
PLAIN_SPEAKERS = ("sqlite3", "sqlalchemy")
"""Whose errors tell of the machine and not of people: statements come without their parameters (storage/engine.py)."""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Redacted(logging.Formatter):
    """Formats a line and blots out bot tokens, one-time links and codes wherever they stand.

    Of an exception it says kinds and places; its message, which may quote what a person wrote, only where it is the machine's own.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        return TASK.sub(r"\1(…)", LINK.sub(r"\1…", TOKEN.sub("<token>", super().format(record))))

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  the name that logging calls
        lines: list[str] = []
        link = ei[1]
        while link is not None and len(lines) < LONGEST_CHAIN:
            places = [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(link.__traceback__)]
            lines.append("\n".join([_kind(link), *places]))
            link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
        return "\nfrom ".join(lines)


def _kind(error: BaseException) -> str:
    name = type(error).__name__
    machines_own = isinstance(error, OSError) or type(error).__module__.split(".")[0] in PLAIN_SPEAKERS
    return f"{name}: {error}" if machines_own else name


def configure(*, level: str = "INFO") -> None:
    """Send every logger to stderr through one redacting formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiohttp.access", "apscheduler", "aiogram.event", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # a tick is left out while the last one is at work
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)  # a job tells its own faults; a stop ends those at work
