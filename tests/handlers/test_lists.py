"""/lists: both signed lists as documents, for whoever scans."""

from collections.abc import Callable
from typing import Any

from tests import cast
from tests.handlers.stage import Stage, words


def named(file: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: bool(message.get("document", {}).get("file_name") == file)


async def test_a_keeper_is_sent_both_lists_with_their_age_and_a_resident_is_not(stage: Stage) -> None:
    keeper, lin = await stage.phone_of(cast.KEEPER), await stage.phone_of(cast.LIN)
    await keeper.says("/lists")
    sent = [await keeper.hears(named("trust.json")), await keeper.hears(named("revoked.json"))]
    assert ["号" in words(message) or "no." in words(message) for message in sent] == [True, True]
    await lin.says("/lists")
    await lin.hears(stage.say("You are not authorised to do this here. Ask your township office if you should be."))
