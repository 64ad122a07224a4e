"""The parts of a story that must not flatter: the plan, the ledger, the reckoning."""

from itertools import pairwise
from typing import Any

import pytest

from domain.identifiers import masked_name
from lab.stories.cast import PEOPLE, planned
from lab.stories.house import Death
from lab.stories.ledger import HELP, HELP_OVER, Ledger, Told
from lab.stories.reaper import ACTS, NOTICE, SCAN, SCANNING, falling_on, moments
from lab.stories.reckoning import delivered_twice, doubled, in_flight, lost, numbers_differ, parked, people_differ, too_fast
from lab.stories.weather import Looked, complaints

Row = dict[str, Any]
SAFE_ROW = {"safe": True, "walk_in": False, "how": "scan"}


def ledger() -> Ledger:
    """Two listed: one scanned into the shelter, one at home; and a walk-in."""
    written = Ledger(["wang", "li"])
    written.scanned("wang", "at_shelter")
    written.scanned("guest", "at_shelter", how="saw")
    return written


def request(number: int, at: float, *, digest: str = "d", order: int = 10, **more: Any) -> Row:
    plain = {"chat_id": 7, "method": "sendMessage", "accepted": True, "answered": True, "status": 200, "callback_query_id": None}
    return {"message_id": number, "at": at, "digest": digest, "order": order, **plain, **more}


def log(*requests: Row, updates: int = 1) -> Row:
    queued = {"kind": "message", "chat_id": 7, "callback_query_id": None, "expired_at": None, "dropped_at": None}
    return {"updates": [{"update_id": 500_000_000 + n, "order": 20 * n, **queued} for n in range(updates)], "requests": list(requests)}


@pytest.mark.parametrize("seed", range(1, 41))
def test_every_seed_makes_an_evening_that_can_be_played(seed: int) -> None:
    evening = planned(seed)
    visited, ticked = [visit.name for visit in evening.visits], [tick.name for tick in evening.ticks]
    apart = [*visited, *ticked, evening.by_page.name, evening.newcomer, *(one.name for one in evening.contacts.with_me)]
    assert len(evening.people) == PEOPLE
    assert len(set(apart)) == len(apart)
    assert len({one.household for one in evening.contacts.all()}) == 4
    assert all(masked_name(a) != masked_name(b) for a, b in pairwise(visited))
    assert planned(seed) == evening


@pytest.mark.parametrize("kills", [0, 1, 2, 5, 20])
def test_kills_are_spread_and_one_comes_right_after_an_answered_scan(kills: int) -> None:
    planned_kills = moments(kills, seed=3)
    after_scan = [one for one in planned_kills if one.mark == SCAN]
    assert len(planned_kills) == kills
    assert len(after_scan) == min(kills, 1)
    assert all(SCANNING[0] * ACTS - 1 <= one.acts <= SCANNING[1] * ACTS for one in after_scan)
    assert planned_kills == moments(kills, seed=3)
    assert kills == 0 or planned_kills != moments(kills, seed=4)


@pytest.mark.parametrize("seed", range(1, 21))
def test_with_two_kills_or_more_one_falls_while_a_notice_goes_out(seed: int) -> None:
    for kills in (2, 3, 5):
        marks = [one.mark for one in moments(kills, seed=seed, marks=(SCAN, NOTICE))]
        assert (marks.count(SCAN), marks.count(NOTICE), len(marks)) == (1, 1, kills)


@pytest.mark.parametrize("seed", range(1, 21))
def test_on_servers_either_kind_of_process_falls_and_from_three_kills_on_all_fall_at_once(seed: int) -> None:
    fronts, backs = (0, 1), (2, 3)
    for kills in (2, 3, 5):
        planned = moments(kills, seed=seed, marks=(SCAN, NOTICE))
        fated = falling_on(planned, seed=seed, fronts=fronts, backs=backs)
        victims = [one.victims for one in fated]
        assert [(one.acts, one.delay, one.mark) for one in fated] == [(one.acts, one.delay, one.mark) for one in planned]
        assert any(one and one[0] in fronts for one in victims)
        assert any(one and one[0] in backs for one in victims)
        assert victims.count(()) == (kills > 2)
        assert all(one.victims[0] in {SCAN: fronts, NOTICE: backs}[one.mark] for one in fated if one.mark)
        assert fated == falling_on(planned, seed=seed, fronts=fronts, backs=backs)


def test_two_kills_without_a_notice_fall_on_one_process_of_each_kind() -> None:
    for seed in range(1, 21):
        fated = falling_on(moments(2, seed=seed), seed=seed, fronts=(0,), backs=(1,))
        assert {one.victims for one in fated} == {(0,), (1,)}


def test_the_ledger_holds_to_what_people_were_told() -> None:
    written = ledger()
    assert written.numbers() == {
        "listed": 2, "not_yet_safe": 1, "at_shelter": 2, "with_relatives": 0, "safe_elsewhere": 0, "reported": 0, "walk_ins": 1, "scans": 2, "repeats": 0,
    }  # fmt: skip
    written.write("li", Told("safe_elsewhere", "heard", proven=False))
    written.write("wang", Told(HELP, "answer"))
    assert (written.numbers()["not_yet_safe"], written.numbers()["reported"]) == (2, 1)
    written.write("wang", Told(HELP_OVER, "spoke"))
    assert written.shares() == {"by_scan": 1, "by_answer": 0, "by_tick": 0}


def test_agreement_says_nothing() -> None:
    written = ledger()
    numbers = written.numbers()
    stands = {"wang": SAFE_ROW, "li": SAFE_ROW | {"safe": False, "how": None}, "guest": SAFE_ROW | {"walk_in": True, "how": "saw"}}
    assert not [*numbers_differ(written, numbers, {**numbers, **written.shares()}), *people_differ(written, stands)]


def test_each_difference_is_said_in_words() -> None:
    written = ledger()
    numbers = written.numbers()
    board = {**numbers, **written.shares(), "by_tick": 1}
    stands = {"wang": SAFE_ROW | {"how": "saw"}, "li": SAFE_ROW, "x": SAFE_ROW}
    said = [*numbers_differ(written, numbers | {"scans": 1}, board), *people_differ(written, stands)]
    assert len(said) == 6
    assert "wang: safe by scan, the export says by saw" in said
    assert "li: told not safe, the export says safe" in said
    assert "guest is not among the members of the order" in said
    assert "x: nobody was told of them, but they are a member of the order" in said


def test_a_second_send_is_excused_only_by_a_kill_between_or_by_an_answer_that_could_not_be_read() -> None:
    twice = (request(1, 100.0), request(2, 101.0))
    unread = request(3, 90.0, digest="other", answered=False)
    assert len(list(doubled(log(*twice), []))) == 1
    assert not list(doubled(log(*twice), [Death(100.5)]))
    assert len(list(doubled(log(*twice), [Death(99.0)]))) == 1
    assert not list(doubled(log(*twice, unread), []))
    assert not list(doubled(log(request(1, 100.0), request(2, 101.0, order=30), updates=2), []))


def test_a_second_send_is_excused_only_by_the_death_of_the_process_that_sent_the_first() -> None:
    twice = log(request(1, 100.0, by="delivery-1", seconds=0.1), request(2, 101.0, by="delivery-1", seconds=0.1))
    assert not list(doubled(twice, [Death(100.5, "delivery-1")]))
    assert len(list(doubled(twice, [Death(100.5, "bot-1")]))) == 1
    assert in_flight(twice, [Death(100.1, "delivery-1")]) == 1
    assert in_flight(twice, [Death(100.1, "bot-1")]) == 0


def test_more_than_telegram_allows_within_one_second_is_said() -> None:
    at_once = [request(n, 100.0 + n / 31, digest=str(n)) for n in range(60)]
    assert too_fast(log(*at_once)) == ["31 messages arrived within one second, 30 are allowed"]
    assert not too_fast(log(*(request(n, 100.0 + n / 30, digest=str(n)) for n in range(60))))
    assert not too_fast(log())


def looked(after: float, status: int, *, degraded: bool = False, healed: float | None = None) -> Looked:
    return Looked("door", after, status, degraded, healed)


WELL = looked(20.0, 200, healed=1.0)
SAYS: dict[str, list[Looked]] = {
    "database": [looked(0.5, 200), looked(3.0, 503), WELL],
    "redis": [looked(0.5, 200), looked(3.0, 200, degraded=True), looked(4.0, 0), WELL],
    "telegram": [looked(0.5, 200), WELL],
}


@pytest.mark.parametrize("what", SAYS)
def test_a_house_that_says_what_is_missing_and_that_it_is_back_is_not_complained_about(what: str) -> None:
    assert not list(complaints(what, SAYS[what], ["door"]))
    assert list(complaints(what, SAYS[what][:-1], ["door"])), "that it is back was never said"


@pytest.mark.parametrize(("what", "answers"), [
    ("database", [looked(1.0, 200), looked(6.0, 503), WELL]),
    ("database", [looked(1.0, 0), WELL]),
    ("database", [looked(3.0, 503), looked(20.0, 503, healed=15.0)]),
    ("redis", [looked(1.0, 200), WELL]),
    ("redis", [looked(1.0, 503, degraded=True), WELL]),
    ("redis", [looked(1.0, 200, degraded=True), looked(20.0, 200, degraded=True, healed=15.0)]),
    ("telegram", [looked(1.0, 503), WELL]),
])  # fmt: skip
def test_a_house_that_says_it_late_or_wrongly_or_not_at_all_is_complained_about(what: str, answers: list[Looked]) -> None:
    assert list(complaints(what, answers, ["door"]))


def test_what_came_unasked_may_come_again_in_no_turn() -> None:
    seen = log(request(1, 100.0), request(2, 300.0, order=30), updates=2)
    assert len(list(delivered_twice(seen, [{"message_id": 1}], []))) == 1
    assert not list(delivered_twice(seen, [{"message_id": 1}], [Death(200.0)]))


def test_an_update_without_an_answer_is_lost_and_one_with_a_reference_number_was_parked() -> None:
    assert lost(log(), []) == [500_000_000]
    assert lost(log(request(1, 1.0)), [500_000_007]) == [500_000_007]
    assert parked(["参考编号：U500000123。", "E-0725-0001"]) == {"U500000123"}
