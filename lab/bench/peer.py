"""How others send to many, as their own documents show it: `python -m lab.bench.peer NAME URL TOKEN FIRST COUNT`.

Each is used with the settings that are best for it; none of them is killed on the way, since all three keep everything in memory.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lab.bench.bare import TEXT

PER_SECOND = 30
PAUSE = 0.05
RETRIES = 3


def bot_of(url: str, token: str) -> Any:
    from aiogram import Bot
    from aiogram.client.default import DefaultBotProperties
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)), default=DefaultBotProperties(parse_mode="HTML"))


async def aiogram_broadcaster(url: str, token: str, chats: range) -> None:
    """aiogram-broadcaster 0.6: one after the other, a 30th of a second between them; started again when an unreadable answer makes it fall."""
    from aiogram_broadcaster import Broadcaster
    from aiogram_broadcaster.contents import TextContent
    from aiogram_broadcaster.intervals import SimpleInterval

    bot = bot_of(url, token)
    mailer = await Broadcaster(bot).create_mailer(chats=chats, content=TextContent(text=TEXT), interval=SimpleInterval(interval=1 / PER_SECOND))
    ended: object = False
    while ended is not True:
        [ended] = await asyncio.gather(mailer.start(), return_exceptions=True)
    await bot.session.close()


async def ptb_aio_rate_limiter(url: str, token: str, chats: range) -> None:
    """python-telegram-bot 22: all at once through its AIORateLimiter, which asks again three times (default: never)."""
    from telegram.error import TelegramError
    from telegram.ext import AIORateLimiter, Application

    application: Any = Application.builder().token(token).base_url(f"{url}/bot").rate_limiter(AIORateLimiter(max_retries=RETRIES)).build()

    async def send(chat: int) -> None:
        try:
            await application.bot.send_message(chat, TEXT, parse_mode="HTML")
        except TelegramError:
            return

    await application.initialize()
    await asyncio.gather(*(send(chat) for chat in chats))
    await application.shutdown()


async def sleep_loop(url: str, token: str, chats: range) -> None:
    """The loop of aiogram's own example: one after the other with a pause, waiting and asking again when told to; anything else is passed over."""
    from aiogram.exceptions import AiogramError, TelegramRetryAfter

    bot = bot_of(url, token)

    async def send(chat: int) -> bool:
        try:
            await bot.send_message(chat, TEXT)
        except TelegramRetryAfter as wait:
            await asyncio.sleep(wait.retry_after)
            return await send(chat)
        except AiogramError:
            return False
        return True

    for chat in chats:
        await send(chat)
        await asyncio.sleep(PAUSE)
    await bot.session.close()


PEERS: Mapping[str, Callable[[str, str, range], Awaitable[None]]] = {
    "aiogram_broadcaster": aiogram_broadcaster,
    "ptb_aio_rate_limiter": ptb_aio_rate_limiter,
    "sleep_loop": sleep_loop,
}
NEEDED = {"aiogram_broadcaster": "aiogram-broadcaster", "telegram": "python-telegram-bot[rate-limiter]", "aiolimiter": "python-telegram-bot[rate-limiter]"}


async def main(name: str, url: str, token: str, first: str, count: str) -> None:
    await PEERS[name](url, token, range(int(first), int(first) + int(count)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
