"""What an open board is told: the numbers as JSON for programs, or the parts of the page that changed, as HTML for htmx."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from aiohttp import web

from domain.access import May
from domain.errors import Refusal
from services.actors import Actor
from services.board import Column, OrderBoard
from services.readings import BoardRow
from web.console.numbers import as_json
from web.keys import CATALOGUE, CLOCK, PAGES


class Event(NamedTuple):
    """One server-sent event."""

    name: str
    data: str

    def __bytes__(self) -> bytes:
        lines = "".join(f"data: {line}\n" for line in self.data.splitlines() or [""])
        return f"event: {self.name}\n{lines}\n".encode()


class Teller(Protocol):
    """Turns what happens to a board into events for one listener."""

    def board(self, board: OrderBoard, *, reader: Actor) -> Event: ...

    def beat(self) -> Event: ...

    def end(self, refusal: Refusal) -> Event: ...


class Numbers:
    """For programs: `board`, `beat` and `end`, each with a JSON object."""

    def __init__(self, request: web.Request) -> None:
        self._clock, self._catalogue = request.app[CLOCK], request[CATALOGUE]

    def board(self, board: OrderBoard, *, reader: Actor) -> Event:
        return self._json("board", as_json(board, at=self._clock.now()))

    def beat(self) -> Event:
        return self._json("beat", {"at": self._clock.now().isoformat()})

    def end(self, refusal: Refusal) -> Event:
        return self._json("end", {"code": refusal.code, "text": self._catalogue.say(refusal.text, **refusal.fields)})

    def _json(self, name: str, data: Mapping[str, Any]) -> Event:
        return Event(name, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


class Changes:
    """For our own page: `numbers` with every part that differs from what this listener was told last, all of them at first; `beat` and `end`."""

    def __init__(self, request: web.Request) -> None:
        self._request, self._clock = request, request.app[CLOCK]
        self._last: OrderBoard | None = None
        self._at: datetime = self._clock.now()

    def board(self, board: OrderBoard, *, reader: Actor) -> Event:
        last, self._last = self._last, board
        same_villages = last is not None and [row.area for row in last.rows] == [row.area for row in board.rows]
        changed = differing(last, board) if last is not None else frozenset()
        areas = {area for area, _ in changed}
        return self._html(
            "numbers", "board_change.html", board=board, changed=changed, opens=reader.can(May.SEE_PERSON, now=self._clock.now()),
            order_changed=last is None or last.order != board.order, total_changed=last is None or last.total != board.total or last.waiting != board.waiting,
            places_changed=last is None or last.places != board.places,
            rows=[row for row in board.rows if row.area in areas] if same_villages else None, said=bool(changed & SAID),
        )  # fmt: skip

    def beat(self) -> Event:
        return self._html("beat", "board_beat.html")

    def end(self, refusal: Refusal) -> Event:
        return self._html("end", "board_end.html", why=self._request[CATALOGUE].say(refusal.text, **refusal.fields), at=self._at)

    def _html(self, name: str, template: str, **fields: Any) -> Event:
        if name != "end":
            self._at = self._clock.now()
        return Event(name, self._request.app[PAGES].part(self._request, template, **fields))


SAID = frozenset({("total", Column.NOT_YET_SAFE.value), ("total", Column.NEEDS_HELP.value)})
"""What is also said aloud to whoever listens to the page."""


def differing(last: OrderBoard, board: OrderBoard) -> frozenset[tuple[str, str]]:
    """Which numbers changed: area (or "total") and column. A village that is new has changed in every column."""
    before: dict[str, BoardRow] = {row.area: row for row in last.rows}
    pairs = [("total", last.total, board.total), *((row.area, before.get(row.area), row) for row in board.rows)]
    return frozenset((key, column.value) for key, old, new in pairs for column in Column if old is None or getattr(old, column) != getattr(new, column))
