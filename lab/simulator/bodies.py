"""Reading what was sent to the lab's own side; what is wrong is answered 400 with its name."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from lab.simulator.errors import Impossible


def whole(value: Any, name: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise Impossible(400, f"{name} must be a whole number") from error


@dataclass(frozen=True)
class Body:
    """A JSON object; without `default` a field is required."""

    values: dict[str, Any]

    @classmethod
    async def of(cls, request: web.Request) -> "Body":
        words = await request.text()
        try:
            values = json.loads(words) if words.strip() else {}
        except ValueError as error:
            raise Impossible(400, "the body is not JSON") from error
        if not isinstance(values, dict):
            raise Impossible(400, "the body must be a JSON object")
        return cls(values)

    def text(self, name: str, *, default: str | None = None) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise Impossible(400, f"{name} must be a text")
        return value

    def whole(self, name: str, *, default: int | None = None) -> int:
        return whole(self.values.get(name, default), name)

    def real(self, name: str) -> float:
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError) as error:
            raise Impossible(400, f"{name} must be a number") from error
