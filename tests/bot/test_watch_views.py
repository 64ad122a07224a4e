"""An alarm says what it means and what to do, in the reader's language; what is over says so."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from bot.factory import Surface
from bot.views.watch import OVER, SAID, told
from domain.deliveries import Message, Subject
from domain.watch import MUTE, SAID_BY_ITSELF, Trouble
from locales.catalogue import Catalogues

SURFACE = Surface("https://ls.example.org", "short", "a_bot", "https://t.me/a_bot", ZoneInfo("Asia/Shanghai"))
AT = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)


def message(trouble: Trouble, *, which: str = "", count: str = "", over: str = "") -> Message:
    fields = {"trouble": trouble.value, "which": which, "count": count, "over": over}
    return Message(UUID(int=1), Subject.ALARM, UUID(int=2), False, AT, fields)


def test_whatever_can_be_told_has_words_and_the_rest_has_none() -> None:
    assert set(SAID) == set(Trouble) - MUTE - SAID_BY_ITSELF


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("trouble", sorted(SAID))
def test_an_alarm_says_what_it_means_and_what_to_do(trouble: Trouble, language: str) -> None:
    catalogue = Catalogues.packaged().of(language)
    what, _, to_do = SAID[trouble]
    text = told(message(trouble, which="a <job>", count="3"), catalogue, SURFACE).text
    assert catalogue.say(what) in text
    assert catalogue.say(to_do) in text
    assert "10:00" in text
    assert "{" not in text
    assert "<job>" not in text
    over = told(message(trouble, over="yes"), catalogue, SURFACE).text
    assert over == catalogue.say(OVER, what=catalogue.say(what), time=text.split("</b>, ")[1].split("\n")[0] if language == "en" else "7月25日 10:00")
    assert catalogue.say(to_do) not in over


def test_numbers_and_names_of_jobs_are_in_it() -> None:
    english = Catalogues.packaged().of("en")
    assert "3" in told(message(Trouble.PARKED, count="3"), english, SURFACE).text
    assert "chain the audit log" in told(message(Trouble.JOB, which="chain the audit log"), english, SURFACE).text
