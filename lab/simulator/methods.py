"""Every method the simulator knows. Telegram takes their names in any case."""

from collections.abc import Awaitable, Callable
from typing import Any

from lab.simulator import albums, callbacks, chatinfo, media, messages, places, profile, updates, webhooks
from lab.simulator.calls import Call
from lab.simulator.world import Account, World

Method = Callable[[World, Account, Call], Awaitable[Any]]


def methods() -> dict[str, Method]:
    """By lower-case name."""
    known: dict[str, Method] = {
        "getMe": profile.get_me,
        "setMyCommands": profile.set_my_commands,
        "getMyCommands": profile.get_my_commands,
        "deleteMyCommands": profile.delete_my_commands,
        "getUpdates": updates.get_updates,
        "setWebhook": webhooks.set_webhook,
        "deleteWebhook": webhooks.delete_webhook,
        "getWebhookInfo": webhooks.get_webhook_info,
        "sendMessage": messages.send_message,
        "sendPhoto": media.send_photo,
        "sendDocument": media.send_document,
        "sendVideo": media.send_video,
        "sendVoice": media.send_voice,
        "sendMediaGroup": albums.send_media_group,
        "sendLocation": places.send_location,
        "sendChatAction": messages.send_chat_action,
        "editMessageText": messages.edit_message_text,
        "editMessageCaption": messages.edit_message_caption,
        "editMessageReplyMarkup": messages.edit_message_reply_markup,
        "deleteMessage": messages.delete_message,
        "answerCallbackQuery": callbacks.answer_callback_query,
        "getFile": media.get_file,
        "getChat": chatinfo.get_chat,
        "getChatMember": chatinfo.get_chat_member,
        "getChatMemberCount": chatinfo.get_chat_member_count,
        "getChatAdministrators": chatinfo.get_chat_administrators,
        "leaveChat": chatinfo.leave_chat,
    }
    return {name.lower(): method for name, method in known.items()}
