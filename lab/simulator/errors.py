"""How Telegram says no."""

from typing import Any


class Refused(Exception):
    """A call that is answered `{"ok": false, "error_code": …, "description": …}`; nothing has changed."""

    def __init__(self, status: int, description: str, *, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(what: str) -> Refused:
    """400, worded as Telegram words it: `Bad Request: …`."""
    return Refused(400, f"Bad Request: {what}")


def forbidden(what: str) -> Refused:
    """403, worded as Telegram words it: `Forbidden: …`."""
    return Refused(403, f"Forbidden: {what}")


class Impossible(Exception):
    """A person in the lab cannot do that (press a button that is not there); answered on the lab's own side."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
