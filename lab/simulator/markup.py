"""Keyboards: what Telegram takes and what it refuses."""

from typing import Any

from lab.simulator.calls import Call
from lab.simulator.errors import bad
from lab.simulator.limits import Limits

Json = dict[str, Any]
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
SCHEMES = ("http://", "https://", "tg://", "ton://")


def read_markup(call: Call, *, limits: Limits) -> Json | None:
    """The checked `reply_markup` of a call; None when there is none. Refused in Telegram's words."""
    markup = call.structure("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = read_rows(markup["inline_keyboard"])
        for button in (button for row in rows for button in row):
            check_inline(button, limits=limits)
        return {"inline_keyboard": [row for row in rows if row]}
    if "keyboard" in markup:
        return markup | {"keyboard": [row for row in read_rows(markup["keyboard"]) if row]}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    raise bad("unsupported reply markup")


def read_rows(rows: Any) -> list[list[Json]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "keyboard" of the reply markup must be an Array of Arrays')
    return [[read_button(button) for button in row] for row in rows]


def read_button(button: Any) -> Json:
    """A button is an object, or its text alone."""
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad('can\'t parse keyboard button: Field "text" must be of type String')
    return {key: value for key, value in button.items() if value is not None}


def check_inline(button: Json, *, limits: Limits) -> None:
    """Exactly one action, data of 1-64 bytes, an address with a scheme."""
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: only one action is allowed")
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 0 < size <= limits.callback_data_bytes:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).lower().startswith(SCHEMES):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Unsupported URL protocol")
