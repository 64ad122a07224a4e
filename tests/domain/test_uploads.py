"""What the clock of a phone is worth: where it was set while a page stood open, no instant of that page is certain."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.scans import Clocking, Purpose, Via
from domain.uploads import Item, Shown, What, jumps, timing

NOON = datetime(2026, 7, 25, 12, tzinfo=UTC)
PAGE, OTHER = UUID(int=1), UUID(int=2)


def item(seq: int, minute: float, *, running: float | None = None, boot: UUID = PAGE) -> Item:
    """Recorded at this minute of the phone's clock, so many minutes of running time after the page was opened."""
    mono = round((minute if running is None else running) * 60_000)
    at = NOON + timedelta(minutes=minute)
    return Item(UUID(int=100 + seq), seq, What.SCAN, Purpose.SHELTER_IN, None, None, False, Via.CAMERA, at, boot, mono, Shown.GO)


def test_a_clock_that_runs_is_no_jump_also_over_hours() -> None:
    assert jumps([item(1, 0), item(2, 300), item(3, 301)]) == set()


def test_a_clock_that_was_set_back_makes_everything_of_that_page_uncertain() -> None:
    page = [item(1, 0), item(2, 60), item(3, 30, running=70), item(4, 40, running=80), item(5, 200, running=200)]
    assert jumps(page) == {one.key for one in page}


def test_another_page_of_the_same_phone_is_not_concerned() -> None:
    other = [item(7, 300, running=0, boot=OTHER), item(8, 301, running=1, boot=OTHER)]
    found = jumps([item(1, 60), item(2, 30, running=70), *other])
    assert found.isdisjoint(one.key for one in other)


def test_the_order_of_arrival_does_not_matter() -> None:
    page = [item(1, 0), item(2, 60), item(3, 30, running=70)]
    assert jumps(page) == jumps([*reversed(page)])


def test_an_instant_of_such_a_page_is_uncertain_whatever_its_batch_says() -> None:
    told = timing(item(1, 0), skew=timedelta(0), now=NOON + timedelta(hours=2), jumped=True)
    assert (told.at, told.clock) == (NOON, Clocking.UNCERTAIN)
    assert timing(item(1, 0), skew=timedelta(minutes=7), now=NOON + timedelta(hours=2), jumped=False).clock is Clocking.CORRECTED
