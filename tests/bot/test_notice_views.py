"""What readers get of a notice: the eight legal contents, in few words, and never more than Telegram takes."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from bot.views import notices as views
from bot.views.visits import REASONS
from domain.access import Role
from domain.colours import COLOURS, Level
from domain.deliveries import Tally
from domain.notices import LONGEST_TEXT, RISKS, Draft, Notice, NoticeState, Occurrence, Part, PartKind, Risk, RunState, Wording, units
from domain.places import Area, AreaLevel
from domain.schedules import Repeat, Schedule
from locales.catalogue import Catalogues
from locales.formats import Formats
from services.notice_lists import Line, Story
from services.notices import Preview
from services.recipients import Counted
from tests import cast

TELEGRAM_TAKES = 4096
AT = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
LONG_NAME = "𠮷" * 40
CATALOGUES = Catalogues.packaged()


def notice(level: Level = Level.RED, *, texts: dict[str, Wording] | None = None, same: str | None = None, drill: bool = False) -> Notice:
    words = texts or {"zh_CN": Wording("今夜有大风 <&>", "不要出门"), "en": Wording("Gales tonight", "Stay indoors")}
    parts = tuple(Part(PartKind.ROLE, f"33110200120{number}", role=role) for number, role in enumerate(Role) if role in views.ROLES)
    schedule = Schedule(Repeat.MONTHLY, clock=AT.time(), day=31, start=AT.date(), end=AT.date(), but_holidays=True)
    draft = Draft(level, Risk.TYPHOON, parts, schedule, words, same, AT, drill)
    return Notice(UUID(int=1), "N-0725-0001", draft, cast.COUNTY.code, NoticeState.WAITING, UUID(int=2), AT)


def reading(given: Notice, language: str, *, areas: str = "平乐村", by: str = "莲都区应急管理局") -> str:
    catalogue = CATALOGUES.of(language)
    return views.reading(given, catalogue, areas=areas, by=by, at=AT, formats=Formats(catalogue, ZONE))


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


@pytest.mark.parametrize("level", list(Level))
def test_a_reader_gets_all_eight_legal_contents_and_the_level_four_times_over(level: Level) -> None:
    """突发事件应对法 §64: type, level, start, area, caution, action, issuer, time of issue."""
    for language in ("zh_CN", "en"):
        catalogue, colour = CATALOGUES.of(language), COLOURS[level]
        text = plain(reading(notice(level), language))
        first = text.splitlines()[0]
        for said in (colour.emoji, colour.sign, colour.numeral, catalogue.say(colour.word), catalogue.say(RISKS[Risk.TYPHOON])):
            assert said in first
        words = notice().draft.texts[language]
        for said in ("平乐村", words.caution, words.action, "莲都区应急管理局", "10:00", "N-0725-0001", catalogue.say(views.NO_SIGNAL)):
            assert said in text
        assert text.splitlines()[1] == f"👉 {words.action}", "what to do comes first"


def test_the_words_of_the_other_language_are_marked() -> None:
    only = notice(texts={"zh_CN": Wording("今夜有大风", "不要出门")}, same="zh_CN")
    assert "中文" in reading(only, "en")
    assert "中文" not in reading(only, "zh_CN")
    assert "不要出门" in reading(only, "en")


def longest() -> Notice:
    words = Wording("&" * (LONGEST_TEXT // 2), "𠮷" * (LONGEST_TEXT // 4))
    assert units(words.caution) + units(words.action) == LONGEST_TEXT
    return notice(texts={"zh_CN": words, "en": words}, drill=True)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_largest_notice_with_everything_in_it_fits_into_one_message(language: str) -> None:
    catalogue = CATALOGUES.of(language)
    areas = views.some_of([LONG_NAME] * 99, catalogue)
    by = views.issuer(Area(cast.COUNTY.code, LONG_NAME, AreaLevel.COUNTY, None), catalogue)
    texts = [reading(longest(), each, areas=areas, by=by) for each in ("zh_CN", "en")]
    assert all(units(plain(text)) < TELEGRAM_TAKES for text in texts)
    people = tuple(UUID(int=number) for number in range(50_000))
    counted = Counted(people, {"zh_CN": 30_000, "en": 9_999}, 99, (LONG_NAME,) * 10)
    preview = Preview(longest(), "f" * 64, counted, (AT,) * 5, AT, 50_000, 99_999, 7_500)
    how = {"parts": [LONG_NAME] * 99, "detail": "full", "formats": Formats(catalogue, ZONE)}
    first = catalogue.say(views.TO_APPROVE, number="N-0725-0001", time="25 September 10:00")
    assert units(plain(views.to_decide(preview, texts, catalogue, first=first, **how))) < TELEGRAM_TAKES
    run = Occurrence(UUID(int=3), UUID(int=1), True, AT, RunState.OUT, UUID(int=4), AT, 50_000, 50_000, 99)
    tally = Tally(1, 49_999, 0, 0, {reason: 9_999 for reason in REASONS})
    told = Story(Line(longest(), run, tally, tally), (run, replace(run, state=RunState.MISSED)), ((LONG_NAME, "no_chat"),) * 10, 49_999, 49_999)
    text = views.story(told, texts[0], (AT,) * 5, catalogue, Formats(catalogue, ZONE), parts=[LONG_NAME] * 99, detail="full")
    assert units(plain(text)) < TELEGRAM_TAKES
    assert units(plain(views.listing([told.line] * 10, catalogue, Formats(catalogue, ZONE)))) < TELEGRAM_TAKES


def test_how_long_it_takes_is_said_as_people_say_it() -> None:
    catalogue = CATALOGUES.of("en")
    assert [views.lasting(seconds, catalogue) for seconds in (2, 414, 7_500)] == ["2 s", "6 min 54 s", "2 h 5 min"]


def test_the_office_speaks_by_its_own_name_and_a_station_by_its_township() -> None:
    county, town = Area("331102", "莲都区", AreaLevel.COUNTY, "3311"), Area("331102104", "雅溪镇", AreaLevel.TOWNSHIP, "331102")
    zh = CATALOGUES.of("zh_CN")
    assert views.issuer(county, zh, office="丽水市莲都区应急管理局") == "丽水市莲都区应急管理局"
    assert views.issuer(county, zh) == "莲都区应急管理局"
    assert views.issuer(town, zh, office="丽水市莲都区应急管理局") == "雅溪镇应急管理站"
