"""Files that people sent, fetched from Telegram: no larger than is read, and an outage is an outage."""

import io

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramNotFound
from aiogram.methods import GetFile
from aiogram.types import Document, PhotoSize
from aiohttp import ClientError, ClientResponseError

from domain.reports import PhotoLost, PhotoTooLarge

LARGEST = 20 * 1024 * 1024
"""What a bot may download (Bot API, getFile)."""
MEGABYTE = 1024 * 1024
GONE = frozenset({403, 404, 410})


async def downloaded(bot: Bot, file: PhotoSize | Document) -> bytes:
    """The bytes. Refuses what is said to be too large before anything is fetched, and what turns out to be; PhotoLost when Telegram has it no more.

    A connection that fails or takes too long is raised as Telegram's own network error, so that the update waits and is run again.
    """
    if (file.file_size or 0) > LARGEST:
        raise too_large(file.file_size or 0)
    into = Limited()
    try:
        await bot.download(file, into)
    except TelegramBadRequest as error:
        raise (too_large(LARGEST + 1) if "too big" in error.message.lower() else PhotoLost()) from None
    except TelegramNotFound:
        raise PhotoLost() from None
    except ClientResponseError as error:
        if error.status in GONE:
            raise PhotoLost() from None
        raise _outage(file, error) from error
    except (ClientError, TimeoutError) as error:
        raise _outage(file, error) from error
    return into.getvalue()


def too_large(size: int) -> PhotoTooLarge:
    return PhotoTooLarge(size=-(-size // MEGABYTE), most=LARGEST // MEGABYTE)


class Limited(io.BytesIO):
    """Takes no more than a bot may download, whatever was said before."""

    def write(self, body: object, /) -> int:
        if self.tell() + len(body) > LARGEST:  # type: ignore[arg-type]
            raise too_large(LARGEST + 1)
        return super().write(body)  # type: ignore[arg-type]


def _outage(file: PhotoSize | Document, error: Exception) -> TelegramNetworkError:
    return TelegramNetworkError(method=GetFile(file_id=file.file_id), message=type(error).__name__)
