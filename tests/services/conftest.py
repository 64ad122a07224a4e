"""A town with the cast in it, for each test its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.houses import Town, a_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path) as town:
        yield town
