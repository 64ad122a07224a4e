"""A town for the watchdog to look after."""

from tests.services.conftest import town

__all__ = ["town"]
