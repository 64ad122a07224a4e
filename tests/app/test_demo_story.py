"""`mashang demo --story typhoon`: an evening that plays by itself, as a viewer sees it. (In Chinese the same people play `mashang story typhoon`.)"""

import aiohttp
import pytest

from lab.demo import demo
from lab.simulator.remote import Remote
from lab.stories.scene import personas
from lab.stories.typhoon import Typhoon

FRAME = "DRILL"
SECONDS = 60


@pytest.mark.timeout(120)
async def test_an_order_is_drafted_approved_and_told_by_itself_in_english_and_everything_is_a_drill() -> None:
    invited = Typhoon(1).invited()
    chats = {role: one.user_id for role, one in zip(invited, personas(invited), strict=False)}
    async with demo("en", "--story", "typhoon", "--pace", "0.02") as opened, aiohttp.ClientSession() as session:
        people = Remote(session, opened.api)
        asked = await people.wait_for(chats["approver"], lambda message: "E-" in message.get("text", ""), within=SECONDS)
        told = await people.wait_for(chats["answerer"], lambda message: FRAME in message.get("text", ""), within=SECONDS)
        async with session.get(opened.board) as board:
            assert board.status == 200
    assert FRAME in asked["text"]
    assert told["message_id"] > asked["message_id"]
