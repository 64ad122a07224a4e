"""What a bot hears in a group. https://core.telegram.org/bots/features#privacy-mode"""

from typing import Any

from lab.simulator.chats import BotProfile
from lab.simulator.detection import piece
from lab.simulator.groups import SERVICE, Group

Json = dict[str, Any]


def is_service(message: Json) -> bool:
    """Whether the group itself says that something happened."""
    return any(name in message for name in SERVICE)


def hears(group: Group, bot: BotProfile, message: Json) -> bool:
    """Whether a message reaches a bot of the group.

    To a bot in privacy mode that does not administer the group: service messages, replies to it, `/command@it`, and a
    bare `/command` while it was the last bot to say something.
    """
    if not group.has(bot.id):
        return False
    if bot.reads_all or group.rules(bot.id) or is_service(message):
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot.id:
        return True
    named = addressee(message)
    return named == bot.username.lower() or (named == "" and group.last_bot == bot.id)


def addressee(message: Json) -> str | None:
    """The bot that a command at the beginning names, in lower case; "" when it names none, None without a command."""
    for name, entities in (("text", "entities"), ("caption", "caption_entities")):
        for entity in message.get(entities, []):
            if entity["type"] == "bot_command" and entity["offset"] == 0:
                return piece(message[name], entity).partition("@")[2].lower()
    return None
