"""The board as JSON: the same numbers for the live stream and for programs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.board import SUMS, OrderBoard
from services.readings import BoardRow


def as_json(board: OrderBoard, *, at: datetime) -> Mapping[str, Any]:
    """Order, sums and rows; times in ISO 8601 UTC. No person is in it."""
    order = board.order
    return {
        "at": at.isoformat(),
        "order": {
            "id": str(order.id), "number": order.number, "drill": order.drill, "state": order.state.value, "place": order.place, "way": order.way,
            "areas": [{"code": area, "name": board.titles.get(area, area)} for area in order.areas],
            "issued_at": _said(order.issued_at), "lifted_at": _said(order.lifted_at), "listed": order.listed,
        },
        "waiting": board.waiting,
        "total": _numbers(board.total),
        "places": [
            {
                "shelter": str(one.shelter), "name": one.name, "area": one.area, "inside": one.inside, "places": one.places, "verify": one.verify,
                "devices": one.devices, "as_of": _said(one.as_of), "silent": one.silent,
            }
            for one in board.places
        ],
        "rows": [{"area": row.area, "name": board.titles.get(row.area, row.area), **_numbers(row)} for row in board.rows],
    }  # fmt: skip


def _numbers(row: BoardRow) -> dict[str, int]:
    return {name: getattr(row, name) for name in SUMS}


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
