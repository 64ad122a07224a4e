"""From when on something in the house is called late."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from domain.deliveries import Lane
from domain.watch import Backlog, Late, Trouble, Waiting, Webhook, behind, missing, webhook_late

NOW = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)
OURS = "https://ls.example.org/telegram/1"
SILENCE = timedelta(minutes=15)


def ago(**by: float) -> datetime:
    return NOW - timedelta(**by)


def waits(lane: Lane, count: int, **by: float) -> Mapping[Lane, Waiting]:
    return {lane: Waiting(count, ago(**by))}


def troubles(backlog: Backlog, before: Backlog | None = None, *, paused: bool = False) -> set[Trouble]:
    return {late.trouble for late in behind(backlog, before, paused=paused)}


@pytest.mark.parametrize(
    ("backlog", "late"),
    [
        (Backlog(NOW), set()),
        (Backlog(NOW, intake=Waiting(3, ago(seconds=59))), set()),
        (Backlog(NOW, intake=Waiting(3, ago(seconds=61))), {Trouble.INTAKE}),
        (Backlog(NOW, parked=1), {Trouble.PARKED}),
        (Backlog(NOW, audit=Waiting(1, ago(seconds=61))), {Trouble.AUDIT}),
        (Backlog(NOW, lanes=waits(Lane.ORANGE, 2, seconds=61)), {Trouble.WARNINGS}),
        (Backlog(NOW, lanes=waits(Lane.BLUE, 2, seconds=61)), set()),
        (Backlog(NOW, lanes=waits(Lane.BLUE, 2, minutes=11)), {Trouble.DELIVERIES}),
        (Backlog(NOW, lanes=waits(Lane.RED, 2, minutes=11)), {Trouble.WARNINGS, Trouble.DELIVERIES}),
        (Backlog(NOW, lanes=waits(Lane.RED, 2, minutes=-5)), set()),
    ],
)
def test_what_waits_too_long_is_late_and_what_is_put_off_is_not(backlog: Backlog, late: set[Trouble]) -> None:
    assert troubles(backlog) == late


def test_a_long_queue_that_gets_shorter_is_not_stuck() -> None:
    before = Backlog(ago(seconds=5), lanes=waits(Lane.RED, 400, seconds=70))
    assert troubles(Backlog(NOW, lanes=waits(Lane.RED, 260, seconds=70)), before) == set()
    assert troubles(Backlog(NOW, lanes=waits(Lane.RED, 400, seconds=70)), before) == {Trouble.WARNINGS}


def test_while_telegram_wants_nothing_that_is_said_instead() -> None:
    assert troubles(Backlog(NOW, lanes=waits(Lane.RED, 2, minutes=11)), paused=True) == {Trouble.TELEGRAM}


@pytest.mark.parametrize(
    ("webhook", "last", "late"),
    [
        (Webhook(OURS, 0), ago(hours=8), set()),
        (Webhook(OURS, 3), ago(minutes=14), set()),
        (Webhook(OURS, 3), ago(minutes=16), {Trouble.UPDATES}),
        (Webhook(OURS, 3, failed_at=ago(minutes=1)), ago(minutes=3), {Trouble.UPDATES}),
        (Webhook(OURS, 3, failed_at=ago(minutes=4)), ago(minutes=3), set()),
        (Webhook(OURS, 0, failed_at=ago(minutes=1)), ago(minutes=3), set()),
        (Webhook("", 0), NOW, {Trouble.WEBHOOK}),
        (Webhook("https://elsewhere.example/1", 0), NOW, {Trouble.WEBHOOK}),
    ],
)
def test_a_quiet_night_is_no_alarm_and_updates_held_back_are(webhook: Webhook, last: datetime, late: set[Trouble]) -> None:
    found = webhook_late(webhook, ours=OURS, last_update=last, now=NOW, silence=SILENCE)
    assert {each.trouble for each in found} == late


def test_a_part_that_no_process_serves_is_missing() -> None:
    assert missing(("bot", "web"), [("web", "scheduler"), ("bot",)]) == set()
    assert missing(("bot", "web"), [("web",), ("web",)]) == {Late(Trouble.PART, "bot")}
    assert missing(("bot", "web"), []) == {Late(Trouble.PART, "bot"), Late(Trouble.PART, "web")}


def test_what_is_late_is_named_in_a_word_for_machines() -> None:
    assert str(Late(Trouble.DISK)) == "disk"
    assert str(Late(Trouble.JOB, "chain the audit log")) == "job: chain the audit log"
