"""The scanner in a keeper's hand, at the real house: enrolled, it scans, types, keeps what happened, and sends it."""

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.clips import jpeg, seen
from domain.scans import Purpose

from tests import cast
from tests.web.conftest import Office
from tests.web.scanner.scanners import FAKE, a_code, phone

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.scripts]


def base(office: Office) -> str:
    return str(office.server.make_url("/")).rstrip("/")


async def test_a_card_on_a_photo_is_green_stored_and_sent(office: Office, browser: "Browser") -> None:
    await office.town.order()
    card = await a_code(office.town, cast.GRANNY_HU[0])
    async with phone(office.town, browser, base(office)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await held.photo(jpeg(seen(card.text)), kind="image/jpeg")
        assert await held.verdict() == ("go", "ok")
        await held.answer()
        await held.waits(0)
