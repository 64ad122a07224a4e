"""Scans dropped, committed too late, or invented: both stories must notice. (Files are what runs side by side.)"""

import pytest

from tests.lab.played import LONGEST, must_be_noticed


@pytest.mark.timeout(LONGEST + 20)
@pytest.mark.parametrize("name", ["order", "typhoon"])
@pytest.mark.parametrize("fault", ["drop-scan", "late-commit", "tick-as-scan"])
async def test_a_fault_on_purpose_is_noticed(name: str, fault: str) -> None:
    await must_be_noticed(name, fault)
