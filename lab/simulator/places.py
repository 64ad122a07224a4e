"""sendLocation."""

from typing import Any

from lab.simulator.calls import Call
from lab.simulator.errors import bad
from lab.simulator.formatting import Words
from lab.simulator.messages import deliver, writable
from lab.simulator.world import Account, World

FOREVER = 0x7FFFFFFF


async def send_location(world: World, account: Account, call: Call) -> Any:
    """The message that was stored; Refused for what is no place, and for a live one of less than a minute or over a day."""
    place = {name: required(call, name) for name in ("latitude", "longitude")}
    if not (-90 <= place["latitude"] <= 90 and -180 <= place["longitude"] <= 180):
        raise bad("wrong location specified")
    accuracy = call.real("horizontal_accuracy") or 0.0
    if accuracy:
        place["horizontal_accuracy"] = min(max(accuracy, 0.0), 1500.0)
    live = call.number("live_period")
    if live and not (60 <= live <= 86_400 or live == FOREVER):
        raise bad("wrong live location period specified")
    if live:
        place["live_period"] = live
    chat = writable(world, account, call, sends="locations")
    return deliver(world, account, call, chat=chat, content={"location": place}, words=Words(""))


def required(call: Call, name: str) -> float:
    if not call.text(name):
        raise bad(f"{name} is empty")
    value = call.real(name)
    if value is None:
        raise bad("wrong location specified")
    return value
