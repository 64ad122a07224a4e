"""What a notice must have, how long it may be, and when it may have been meant for fewer."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.colours import COLOURS, Level
from domain.deliveries import Tally
from domain.notices import (
    LONGEST_TEXT,
    Draft,
    NoticeToNobody,
    NoticeTooLong,
    NoticeWordsMissing,
    Occurrence,
    Part,
    PartKind,
    Risk,
    RunState,
    Wording,
    checked,
    is_wide,
    seconds_to_send,
    truth,
    units,
)
from domain.schedules import Repeat, Schedule
from tests import cast
from tests.fakes.clock import FakeClock

TEXTS = {"zh_CN": Wording("今夜有大风", "不要出门"), "en": Wording("Gales tonight", "Stay indoors")}
VILLAGE = Part(PartKind.AREA, cast.VILLAGE.code)
DRAFT = Draft(Level.BLUE, Risk.TYPHOON, (VILLAGE,), Schedule(Repeat.NOW), TEXTS)


def test_every_level_has_its_own_colour_shape_numeral_and_word() -> None:
    for name in ("emoji", "sign", "shape", "numeral", "word", "degree", "back", "lane"):
        assert len({getattr(colour, name) for colour in COLOURS.values()}) == len(Level), name
    lanes = [COLOURS[level].lane for level in (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE)]
    assert lanes == sorted(lanes)


def test_a_notice_without_an_audience_or_without_words_is_refused() -> None:
    with pytest.raises(NoticeToNobody):
        checked(replace(DRAFT, parts=()))
    for texts in ({}, {"zh_CN": TEXTS["zh_CN"]}, TEXTS | {"en": Wording("", "Stay")}, TEXTS | {"en": Wording("…", "Stay")}):
        with pytest.raises(NoticeWordsMissing):
            checked(replace(DRAFT, texts=texts))


def test_one_language_is_enough_only_when_the_drafter_says_so() -> None:
    only = checked(replace(DRAFT, texts={"zh_CN": TEXTS["zh_CN"]}, same="zh_CN"))
    assert only.same == "zh_CN"


@pytest.mark.parametrize(("language", "name"), [("zh_CN", "中文"), ("en", "English")])
def test_a_text_too_long_is_refused_with_language_limit_and_by_how_much(language: str, name: str) -> None:
    fits = Wording("风" * (LONGEST_TEXT - 10), "走" * 10)
    checked(replace(DRAFT, texts=TEXTS | {language: fits}))
    with pytest.raises(NoticeTooLong) as refused:
        checked(replace(DRAFT, texts=TEXTS | {language: Wording(fits.caution, fits.action + "🌀")}))
    assert refused.value.fields == {"language": name, "most": LONGEST_TEXT, "over": 2}


def test_length_is_counted_as_telegram_counts() -> None:
    assert (units("风"), units("🌀"), units("ab")) == (1, 2, 2)


def test_a_county_or_more_than_a_thousand_people_is_wide() -> None:
    assert is_wide([Part(PartKind.AREA, cast.COUNTY.code)], people=3)
    assert is_wide([VILLAGE], people=1001)
    assert not is_wide([VILLAGE], people=1000)


def test_the_plan_counts_what_is_ahead() -> None:
    assert [seconds_to_send(40, ahead=0), seconds_to_send(12_400, ahead=0), seconds_to_send(1, ahead=29), seconds_to_send(0, ahead=0)] == [2, 414, 1, 0]


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([RunState.OUT, RunState.WITHDRAWN]), st.tuples(*[st.integers(0, 50)] * 4))
def test_sent_failed_pending_and_unknown_are_the_targets_always(filled: int, rest: int, state: RunState, counts: tuple[int, int, int, int]) -> None:
    run = Occurrence(UUID(int=1), UUID(int=2), False, FakeClock().now(), state, people=filled + rest, filled=filled)
    tally = Tally(*counts)
    stands = truth(run, tally)
    assert stands.targets == tally.targets + rest
    assert stands.sent == tally.sent
    assert (stands.failed - tally.failed) == (rest if state is RunState.WITHDRAWN else 0)
