"""Whole stories through the real entrances."""

from tests.handlers.conftest import stage

__all__ = ["stage"]
