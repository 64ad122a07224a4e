"""Logs: one line per happening on stderr, for people or for machines, with secrets taken out.

Personal data is never given to a logger, and none comes in by an exception; numbers of telephones and of people are blotted out all the same.
"""

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from services.reference import IN_HAND

TOKEN = re.compile(r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,}")
LINK = re.compile(r"(/board/enter/|/S/|/telegram/|[?&]start=)[A-Za-z0-9_%-]{12,}", re.IGNORECASE)
TASK = re.compile(r"(exception=\w+)\(.*\)")
ID_NUMBER = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
LONGEST_CHAIN = 5
PLAIN_SPEAKERS = ("sqlite3", "sqlalchemy")
"""Whose errors tell of the machine and not of people: statements come without their parameters (storage/engine.py)."""
QUIET = ("aiohttp.access", "apscheduler", "aiogram.event", "asyncio", "alembic")
OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "reference"}
"""What every record has; anything else is a field that somebody added."""

Form = Literal["text", "json"]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def blotted(text: str) -> str:
    """Without bot tokens, one-time links, codes, telephone numbers and ID numbers, wherever they stand."""
    text = TASK.sub(r"\1(…)", LINK.sub(r"\1…", TOKEN.sub("<token>", text)))
    return MOBILE.sub("<phone>", ID_NUMBER.sub("<id>", text))


def referred(record: logging.LogRecord) -> str:
    """The number under which a record is found: its own, else that of what is in hand; empty for none."""
    return str(getattr(record, "reference", "") or IN_HAND.get())


class Redacted(logging.Formatter):
    """A line for people. Of an exception it says kinds and places; its message, which may quote what a person wrote, only where it is the machine's own."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        return blotted(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name that logging calls
        said, number = super().formatMessage(record), referred(record)
        return f"{said} [{number}]" if number and number not in said else said

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  the name that logging calls
        lines: list[str] = []
        link = ei[1]
        while link is not None and len(lines) < LONGEST_CHAIN:
            places = [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(link.__traceback__)]
            lines.append("\n".join([_kind(link), *places]))
            link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
        return "\nfrom ".join(lines)


class JsonLine(Redacted):
    """A line for machines: one JSON object. Times in UTC; fields that a caller added stand beside the rest."""

    def __init__(self, *, part: str = "") -> None:
        """`part` is what this process serves."""
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname, "logger": record.name, "message": blotted(record.getMessage()), "reference": referred(record) or None,
            "process": os.getpid(), "part": self._part or None,
        }  # fmt: skip
        line |= {name: _plain(value) for name, value in vars(record).items() if name not in OWN and name not in line}
        if record.exc_info:
            line["fault"] = blotted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> object:
    """A field as JSON has it; blotted out like everything else."""
    return value if value is None or isinstance(value, bool | int | float) else blotted(str(value))


def _kind(error: BaseException) -> str:
    name = type(error).__name__
    machines_own = isinstance(error, OSError) or type(error).__module__.split(".")[0] in PLAIN_SPEAKERS
    return f"{name}: {error}" if machines_own else name


def formatter(form: Form, *, part: str = "") -> logging.Formatter:
    """Lines of this form; both blot out the same."""
    return JsonLine(part=part) if form == "json" else Redacted("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")


def worth_a_line(record: logging.LogRecord) -> bool:
    """Not what strangers send that is no HTTP at all: there is nobody to answer, and the line would name their address."""
    error = record.exc_info[1] if record.exc_info else None
    return not (record.name == "aiohttp.server" and type(error).__module__ == "aiohttp.http_exceptions")


def configure(*, level: str = "INFO", form: Form = "text", part: str = "") -> None:
    """Send every logger to stderr through one redacting formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form, part=part))
    handler.addFilter(worth_a_line)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # a tick is left out while the last one is at work
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)  # a job tells its own faults; a stop ends those at work
