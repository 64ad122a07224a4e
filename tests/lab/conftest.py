"""A running simulator, a person in it, and a stock bot that talks to it."""

import io
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import aiohttp
import pytest
import qrcode

from lab.simulator.chats import BotProfile, Persona
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator

if TYPE_CHECKING:
    from aiogram import Bot

TOKEN = "4242:lab-token_A"
OTHER_TOKEN = "4343:lab-token_B"
MEI = 1001
LAO = 1002
BOTS = {
    TOKEN: BotProfile(4242, "mashang_lab_bot", "码上"),
    OTHER_TOKEN: BotProfile(4343, "another_lab_bot", "Another"),
}
PERSONAS = (
    Persona(user_id=MEI, name="王小梅", role="resident", phone="+8613800000001"),
    Persona(user_id=LAO, name="陈老根", role="warden", phone="+8613800000002"),
)


class LabClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.at = 1_790_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> LabClock:
    return LabClock()


@pytest.fixture
async def simulator(clock: LabClock) -> AsyncIterator[Simulator]:
    made = Simulator(BOTS, personas=PERSONAS, now=clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def lab(simulator: Simulator, http: aiohttp.ClientSession) -> Remote:
    return Remote(http, simulator.url)


@pytest.fixture
async def bot(simulator: Simulator) -> AsyncIterator["Bot"]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    made = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(simulator.url)))
    yield made
    await made.session.close()


def qr_picture(text: str) -> bytes:
    """A QR code as PNG."""
    out = io.BytesIO()
    qrcode.make(text).save(out)
    return out.getvalue()
