"""What the use cases need to remember about the signed list of revoked codes."""

from datetime import datetime
from typing import Protocol

from domain.published import Published


class PublishedRows(Protocol):
    """One row, which all processes share; `CodeRows.revoke` counts the changes in it."""

    async def standing(self) -> Published: ...
    async def reserve(self, number: int) -> None: ...
    async def keep(self, document: str, *, sequence: int, covered: int, issued_at: datetime, signed_by: str) -> bool: ...
    async def document(self) -> str: ...
