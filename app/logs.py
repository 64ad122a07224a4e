"""Logs: one line per happening on stderr, with secrets taken out. Personal data is never given to a logger."""

import logging
import re
import sys

TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}")
LINK = re.compile(r"(/board/enter/|/S/|/s/)[A-Za-z0-9_-]{12,}")


class Redacted(logging.Formatter):
    """Formats a line and blots out bot tokens, one-time links and codes wherever they stand, also in tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        return LINK.sub(r"\1…", TOKEN.sub("<token>", super().format(record)))


def configure(*, level: str = "INFO") -> None:
    """Send every logger to stderr through one redacting formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiohttp.access", "apscheduler", "aiogram.event", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
