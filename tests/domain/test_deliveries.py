"""The table of retries, and when a message is over."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.deliveries import GIVES_UP_AFTER, RETRY_AFTER, Message, Miss, Subject, Tally, retry_at

NOW = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)
ID = UUID(int=1)


def test_nobody_is_given_up_within_a_quarter_of_an_hour_and_a_warning_is_tried_for_more_than_one() -> None:
    assert timedelta(hours=1) <= GIVES_UP_AFTER
    assert sum((wait for wait in RETRY_AFTER[:12]), timedelta()) < timedelta(minutes=15) <= GIVES_UP_AFTER


def test_after_four_minutes_of_silence_a_copy_waits_one_minute_more_at_most() -> None:
    passed = timedelta()
    for wait in RETRY_AFTER:
        if passed >= timedelta(minutes=4):
            break
        assert wait <= timedelta(minutes=1)
        passed += wait


def test_each_wait_is_at_least_as_long_as_the_one_before() -> None:
    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)


def test_the_table_ends() -> None:
    assert retry_at(NOW, tries=1) == NOW + RETRY_AFTER[0]
    assert retry_at(NOW, tries=len(RETRY_AFTER)) == NOW + RETRY_AFTER[-1]
    assert retry_at(NOW, tries=len(RETRY_AFTER) + 1) is None


def test_a_message_is_over_when_it_was_cancelled_or_its_time_has_come() -> None:
    message = Message(ID, Subject.HELP_WANTED, ID, False, NOW, good_until=NOW + timedelta(hours=1))
    assert message.over(now=NOW) is None
    assert message.over(now=NOW + timedelta(hours=1)) is Miss.EXPIRED
    assert Message(ID, Subject.HELP_WANTED, ID, False, NOW, cancelled_at=NOW).over(now=NOW) is Miss.CANCELLED


def test_targets_are_the_sum_of_all_states() -> None:
    assert Tally(sent=1, failed=2, pending=3, unknown=4).targets == 10
