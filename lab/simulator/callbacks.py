"""answerCallbackQuery: each press is answered once, and soon."""

from typing import Any

from lab.simulator.calls import Call
from lab.simulator.entities import units
from lab.simulator.errors import bad
from lab.simulator.world import Account, World


async def answer_callback_query(world: World, account: Account, call: Call) -> Any:
    """True; Refused when the press is unknown, already answered or too old."""
    text = call.text("text")
    if units(text) > world.limits.callback_answer:
        raise bad("MESSAGE_TOO_LONG")
    press = account.presses.close(call.text("callback_query_id"))
    if press is None or world.now() - press.at > world.limits.callback_seconds:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    press.chat.toasts.append(
        {
            "revision": world.chats.touch(press.chat),
            "user_id": press.user_id,
            "callback_query_id": call.text("callback_query_id"),
            "text": text,
            "show_alert": call.flag("show_alert"),
            "url": call.text("url"),
        }
    )
    return True
