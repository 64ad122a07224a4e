"""Nothing but aiogram: `python -m lab.bench.bare URL TOKEN MESSAGES AT_ONCE`. No table, no limit, no retries; the ceiling to be held against."""

import asyncio
import sys

TEXT = """<b>蓝色预警</b>
今天夜里到明天有大风，阵风八到九级，沿海和高山可达十级。
请关好门窗，收起阳台上的花盆和衣架；在棚屋、临时房里过夜的人今晚到村文化礼堂；不要去海边和山溪。"""


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
