"""What a guard reads of a gate, and never more than Telegram takes."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from bot.views import sites as views
from domain.gates import Passed, Stay
from domain.notices import units
from domain.people import Person
from domain.sites import Site
from domain.workers import Worker
from locales.catalogue import Catalogues
from services.presence import Headcount, Line
from tests import cast

TELEGRAM_TAKES = 4096
NOW = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)
SITE = Site(UUID(int=1), "莲都新区安置房工地", cast.VILLAGE.code, "丽水一建", "平乐村东头")


def lines(count: int, *, firm: str, left: Passed | None = None) -> tuple[Line, ...]:
    yesterday = NOW - timedelta(days=1)
    return tuple(
        Line(
            Person(UUID(int=number), f"欧阳<{number}>", cast.VILLAGE.code, UUID(int=9)), Worker(UUID(int=number), firm),
            Stay(UUID(int=number), SITE.id, UUID(int=number), yesterday, Passed.SCAN, yesterday, False, None if left else NOW, NOW if left else None, left),
        )
        for number in range(1, count + 1)
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("firm", ["Lishui Second Construction & Engineering Group Company Limited", "丽" * 300, "<&>" * 30])
def test_a_headcount_of_hundreds_is_one_message_with_every_number_in_it(language: str, firm: str) -> None:
    count = Headcount(SITE, lines(500, firm=firm), lines(70, firm=firm, left=Passed.AUTO_CLOSED), lines(60, firm=firm, left=Passed.ENTERED_ELSEWHERE))
    house = views.Gatehouse(Catalogues.packaged().of(language), ZoneInfo("Asia/Shanghai"), "full")
    text = views.headcount(count, house, now=NOW, drill=True)
    link = "https://a-rather-long-host-name.example.gov.cn/board/enter/" + "x" * 43
    shown = unescape(re.sub(r"<[^>]+>", "", text)) + "\n\n" + house.catalogue.say_html(views.PAGE, link=link)
    assert units(shown) <= TELEGRAM_TAKES
    assert all(str(number) in shown for number in (500, 70, 60))
    said = sum(int(number) for number in re.findall(r"(?:… and |……还有 )(\d+)", shown))
    assert said + shown.count("• ") == 630
