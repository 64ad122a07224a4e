"""The only reader of Telegram's wording: what an error means for a delivery, for an answer, and for the log."""

import json
import traceback
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError

from bot.gates import Closed
from domain.errors import Conflict, Gone, Invalid, NotAllowed, Refusal, TooOften, Unknown
from services.deliveries import Result, Sent

ANSWERS: Mapping[type[Refusal], str] = MappingProxyType({
    Unknown: "🔍", NotAllowed: "⛔", Invalid: "✏️", Conflict: "⚠️", Gone: "⌛", TooOften: "⏳",
})  # fmt: skip
"""What stands before a refusal in chat, by its family."""

NO_CHAT = ("chat not found", "peer_id_invalid", "chat_id_invalid", "user not found", "can't initiate conversation")
DEACTIVATED = ("user is deactivated", "user_deactivated", "input_user_deactivated")
BLOCKED = ("bot was blocked", "user_is_blocked", "bot was kicked", "bot is not a member", "was deleted")
TOO_LONG = ("message is too long", "message_too_long", "caption is too long")
HTTP_OK, TOO_MANY, SERVER_FAULT = 200, 429, 500
OUR_TROUBLE = (401, 404, 409)
"""The token, or a second process that polls: nobody's chat is to blame."""
FINAL: Mapping[int, Sent] = MappingProxyType({403: Sent.BLOCKED, 413: Sent.TOO_LONG})
UNSAID_WAIT = 5.0
STATUS: Mapping[type[TelegramAPIError], int] = MappingProxyType({
    TelegramForbiddenError: 403, TelegramServerError: 500, TelegramUnauthorizedError: 401, TelegramNotFound: 404, TelegramConflictError: 409,
})  # fmt: skip
ALREADY = ("message is not modified", "query is too old", "query_id_invalid", "message to delete not found", "message can't be deleted")
NOT_EDITABLE = ("message to edit not found", "message can't be edited", "there is no text in the message to edit", "message_id_invalid")


def _says(error: BaseException, *words: str) -> bool:
    said = error.message.lower() if isinstance(error, TelegramAPIError) else ""
    return any(word in said for word in words)


def never_left(error: BaseException) -> bool:
    """No connection was made, so Telegram cannot have seen the request."""
    causes = (error.__cause__,) if isinstance(error, TelegramNetworkError) else (error,)
    return any(isinstance(cause, ClientConnectorError | ConnectionTimeoutError) for cause in causes)


def reading(status: int, body: bytes) -> Result:
    """What the answer to a send means. Words that are not Telegram's own (a gateway's page) say nothing about the reader."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("ok"), bool):
        later = Result(Sent.LATER, after=timedelta(seconds=UNSAID_WAIT) if status == TOO_MANY else None)
        return Result(Sent.UNKNOWN) if status == HTTP_OK else later
    if said["ok"]:
        result = said.get("result")
        number = result.get("message_id") if isinstance(result, dict) else None
        return Result(Sent.OK, number) if isinstance(number, int) else Result(Sent.UNKNOWN)
    parameters = said.get("parameters")
    return _meaning(status, str(said.get("description", "")), parameters if isinstance(parameters, dict) else {})


def _meaning(status: int, description: str, parameters: Mapping[str, object]) -> Result:
    """Of a refusal. 403 and 400: some upper-case codes arrive under either, so the words decide first."""
    moved, wait = parameters.get("migrate_to_chat_id"), parameters.get("retry_after")
    if isinstance(moved, int):
        return Result(Sent.MIGRATED, chat=moved)
    if status == TOO_MANY:
        return Result(Sent.LATER, after=timedelta(seconds=wait if isinstance(wait, int | float) else UNSAID_WAIT))
    if status >= SERVER_FAULT or status in OUR_TROUBLE:
        return Result(Sent.LATER)
    said = description.lower()
    for words, sent in ((DEACTIVATED, Sent.DEACTIVATED), (NO_CHAT, Sent.NO_CHAT), (BLOCKED, Sent.BLOCKED), (TOO_LONG, Sent.TOO_LONG)):
        if any(word in said for word in words):
            return Result(sent)
    return Result(FINAL.get(status, Sent.REJECTED))


def outcome(error: BaseException) -> Result:
    """What became of a send that ended in this error, of aiogram or of the network."""
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            return _meaning(TOO_MANY, error.message, {"retry_after": seconds})
        case TelegramMigrateToChat(migrate_to_chat_id=chat):
            return _meaning(400, error.message, {"migrate_to_chat_id": chat})
        case TelegramEntityTooLarge():
            return Result(Sent.TOO_LONG)
        case TelegramNetworkError() | ClientError() | TimeoutError() | OSError():
            return Result(Sent.LATER if never_left(error) else Sent.UNKNOWN)
        case TelegramAPIError():
            return _meaning(STATUS.get(type(error), 400), error.message, {})
        case _:
            return Result(Sent.UNKNOWN)


def nobody_there(error: BaseException) -> bool:
    """The person we answer has blocked the bot or is gone: there is nobody to answer."""
    return isinstance(error, AiogramError) and outcome(error).sent in (Sent.BLOCKED, Sent.DEACTIVATED, Sent.NO_CHAT)


def already_so(error: BaseException) -> bool:
    """Telegram refuses our answer because it makes no difference any more: nothing was to be changed, or the press is too old."""
    return _says(error, *ALREADY)


def not_editable(error: BaseException) -> bool:
    """The message to edit is gone or too old: what was to be shown must be sent anew."""
    return _says(error, *NOT_EDITABLE)


def unreachable(error: BaseException) -> bool:
    """Telegram could not be spoken to, which is nobody's fault here and passes: the network, 5xx, an unreadable answer, too many requests."""
    if isinstance(error, TelegramEntityTooLarge):
        return False
    return isinstance(error, TelegramNetworkError | TelegramServerError | TelegramRetryAfter | ClientDecodeError | Closed)


def wait_asked(error: BaseException) -> float | None:
    """How many seconds Telegram asked to wait, when it did."""
    if isinstance(error, Closed):
        return error.after.total_seconds()
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else None


def trace(error: BaseException) -> str:
    """Where an error came from, for the log: kinds and places without messages, which may quote what a person wrote."""
    said: list[str] = []
    link: BaseException | None = error
    while link is not None and len(said) < 5:
        frames = traceback.extract_tb(link.__traceback__)[-6:]
        places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        said.append(f"{type(link).__name__} at {places or 'no place'}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return ", from ".join(said)
