"""Nothing but aiogram: `python -m lab.bench.bare URL TOKEN MESSAGES AT_ONCE`. No table, no limit, no retries; the ceiling to be held against."""

import asyncio
import sys

from lab.bench.words import WORDS

TEXT = "\n".join(("<b>!</b>", *WORDS["zh_CN"]))


async def send(url: str, token: str, messages: int, *, at_once: int) -> None:
    from aiogram import Bot
    from aiogram.client.default import DefaultBotProperties
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)), default=DefaultBotProperties(parse_mode="HTML"))
    waiting = iter(range(messages))

    async def worker() -> None:
        for number in waiting:
            await bot.send_message(5001 + number, TEXT)

    await asyncio.gather(*(worker() for _ in range(at_once)))
    await bot.session.close()


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], sys.argv[2], int(sys.argv[3]), at_once=int(sys.argv[4])))
