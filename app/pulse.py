"""The pulse of the event loop: how late it comes back, and, when it does not, where it stands. A thread feels it, since nothing on a stuck loop can."""

import asyncio
import logging
import sys
import threading
import traceback
from pathlib import Path

from services.figures import LAG, Figures

EVERY = 1.0
PATIENCE = 10

log = logging.getLogger("mashang.watchdog")


class Pulse:
    """Beats once in `every` seconds on the loop it was started from. After `patience` beats that did not come the log says where the loop's thread stands."""

    def __init__(self, *, figures: Figures, every: float = EVERY, patience: int = PATIENCE) -> None:
        self._figures = figures
        self._every = every
        self._patience = patience
        self._beats = 0
        self._worst = 0.0
        self._due = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._feel, name="pulse", daemon=True)
        self._watched = threading.get_ident()

    def start(self) -> None:
        """On the running loop; until `stop`."""
        self._watched = threading.get_ident()
        self._arm(asyncio.get_running_loop())
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def worst(self) -> float:
        """The longest lag since this was asked last."""
        worst, self._worst = self._worst, 0.0
        return worst

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = loop.time() + self._every
        loop.call_at(self._due, self._beat, loop)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        lag = max(0.0, loop.time() - self._due)
        self._beats += 1
        self._worst = max(self._worst, lag)
        self._figures.observe(LAG, lag)
        if not self._ended.is_set():
            self._arm(loop)

    def _feel(self) -> None:
        seen, missing = -1, 0
        while not self._ended.wait(self._every):
            if self._beats != seen:
                if missing >= self._patience:
                    log.error("the event loop came back after about %.0f s", missing * self._every)
                seen, missing = self._beats, 0
                continue
            missing += 1
            if missing == self._patience:
                log.error("the event loop has not come back for %.0f s; it stands at %s", missing * self._every, self._places())

    def _places(self) -> str:
        frame = sys._current_frames().get(self._watched)
        stack = traceback.extract_stack(frame) if frame is not None else []
        return " > ".join(f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in stack[-12:])
