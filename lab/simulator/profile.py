"""getMe, and the commands in a bot's menu."""

import json
from typing import Any

from lab.simulator.calls import Call
from lab.simulator.errors import bad
from lab.simulator.world import Account, World

ORDINARY = {"type": "default"}


async def get_me(world: World, account: Account, call: Call) -> Any:
    """The bot as Telegram describes it to itself."""
    return {
        **account.profile.user(),
        "can_join_groups": account.profile.can_join_groups,
        "can_read_all_group_messages": account.profile.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def place_of(call: Call) -> tuple[str, str]:
    """Scope and language that a list of commands is for."""
    scope = call.structure("scope") or ORDINARY
    return json.dumps(scope, sort_keys=True), call.text("language_code")


async def set_my_commands(world: World, account: Account, call: Call) -> Any:
    """True; Refused for more than 100 commands, a wrong name or a wrong description."""
    commands = call.structure("commands")
    if not isinstance(commands, list) or not all(isinstance(each, dict) for each in commands):
        raise bad("can't parse commands JSON object")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for each in commands:
        name, about = str(each.get("command", "")).removeprefix("/"), str(each.get("description", ""))
        if not (0 < len(name) <= 32 and name.isascii() and name.replace("_", "").isalnum() and name == name.lower()):
            raise bad("BOT_COMMAND_INVALID")
        if not 0 < len(about) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": about})
    account.commands[place_of(call)] = kept
    return True


async def get_my_commands(world: World, account: Account, call: Call) -> Any:
    """The list set for exactly this scope and language."""
    return account.commands.get(place_of(call), [])


async def delete_my_commands(world: World, account: Account, call: Call) -> Any:
    """True, whether there was a list or not."""
    account.commands.pop(place_of(call), None)
    return True
