"""Each fault on purpose makes the order's evening end with a word about it. (Files are what runs side by side.)"""

import pytest

from tests.lab.played import LONGEST, SAID, must_be_noticed


@pytest.mark.long
@pytest.mark.timeout(LONGEST + 20)
@pytest.mark.parametrize("fault", SAID)
async def test_a_fault_on_purpose_is_noticed(fault: str) -> None:
    await must_be_noticed("order", fault)
