"""Cards at the door that do not say at once who is there, and the code that lasts ten minutes."""

from bot.keyboards import codes as code_keyboards
from bot.keyboards import scans as keyboards
from bot.views import scans as views
from domain.codes import Holder
from domain.issuing import LiveTooOften, Why
from domain.scans import REASONS, Outcome, Reason
from lab.simulator.remote import buttons
from services.codes import Card
from tests import cast
from tests.handlers.door import at_the_door, scans, word
from tests.handlers.stage import Stage, words
from tests.handlers.test_codes import is_photo


async def a_household_card(stage: Stage) -> Card:
    services, home = stage.town.house.services, (await stage.town.person(cast.LIN[0])).household
    (card,) = await services.issuing.issue(Holder.HOUSEHOLD, [home], by=await stage.town.actor(cast.OFFICER), reason=Why.PRINTED)
    return card


async def a_blank_card(stage: Stage) -> Card:
    services = stage.town.house.services
    (card,) = await services.issuing.blanks(1, area=cast.VILLAGE.code, by=await stage.town.actor(cast.OFFICER), reason=Why.PRINTED)
    return card


async def test_a_household_card_asks_who_is_here_and_each_is_counted_apart_also_when_tapped_twice(stage: Stage) -> None:
    await stage.town.order()
    card, keeper = await a_household_card(stage), await at_the_door(stage)
    await keeper.says(card.text)
    asked = await keeper.hears(stage.say(REASONS[Reason.HOUSEHOLD]))
    assert "林*山" in str(asked["reply_markup"])
    for name in ("王*娥", "林*山"):
        await keeper.taps(asked, name)
        asked = await keeper.hears(stage.say(REASONS[Reason.HOUSEHOLD]))
    here = stage.say(keyboards.HERE, count=2)
    (data,) = [button["callback_data"] for button in buttons(asked) if here in button["text"]]
    await keeper.taps(asked, here)
    assert "王*娥" in words(await keeper.hears(word(stage, Outcome.ACCEPTED)))
    await stage.forged(data, by=keeper.user)
    kept = await scans(stage)
    assert [scan.outcome for scan in kept] == [Outcome.CHECK, Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert {scan.cti for scan in kept} == {card.code.cti}
    assert len({scan.person for scan in kept[1:]}) == 2


async def test_a_household_card_admits_nobody_before_somebody_was_chosen(stage: Stage) -> None:
    await stage.town.order()
    card, keeper = await a_household_card(stage), await at_the_door(stage)
    await keeper.says(card.text)
    await keeper.taps(await keeper.hears(stage.say(REASONS[Reason.HOUSEHOLD])), stage.say(keyboards.CHOOSE))
    assert [scan.outcome for scan in await scans(stage)] == [Outcome.CHECK]


async def test_a_blank_card_is_given_to_a_newcomer_by_name_and_admits_them(stage: Stage) -> None:
    await stage.town.order()
    card, keeper = await a_blank_card(stage), await at_the_door(stage)
    await keeper.says(card.text)
    await keeper.taps(await keeper.hears(stage.say(REASONS[Reason.BLANK_CARD])), stage.say(keyboards.GIVE))
    await keeper.hears(stage.say(views.CARD_OWNER))
    await keeper.says("过路客 13805770099")
    assert "过*客" in words(await keeper.hears(word(stage, Outcome.ACCEPTED)))
    await keeper.says(card.text)
    await keeper.hears(word(stage, Outcome.REPEAT))


async def test_a_blank_card_is_given_to_somebody_on_the_list_who_was_picked(stage: Stage) -> None:
    await stage.town.order()
    card, keeper = await a_blank_card(stage), await at_the_door(stage)
    await keeper.says(card.text)
    await keeper.taps(await keeper.hears(stage.say(REASONS[Reason.BLANK_CARD])), stage.say(keyboards.GIVE))
    await keeper.hears(stage.say(views.CARD_OWNER))
    await keeper.says("胡阿婆")
    await keeper.taps(await keeper.hears(stage.say(views.CARD_WHO)), "胡*婆")
    await keeper.hears(word(stage, Outcome.ACCEPTED))
    assert (await scans(stage))[-1].person == (await stage.town.person("胡阿婆")).id


async def test_a_live_code_says_so_at_the_door_and_a_printed_one_too(stage: Stage) -> None:
    await stage.town.order()
    lin, keeper = await stage.phone_of(cast.LIN), await at_the_door(stage)
    await lin.says("/code")
    await lin.taps(await lin.hears(is_photo), stage.say(code_keyboards.LIVE))
    live = await lin.hears(lambda message: is_photo(message) and "⏱" in words(message) and "动态码，" in words(message))
    (reading,) = await stage.lab.scan(live["photo"][-1]["file_id"])
    await keeper.says(reading["text"])
    assert "动态码" in words(await keeper.hears(word(stage, Outcome.ACCEPTED)))
    printed = await stage.town.house.services.codes.of_person((await stage.town.person("胡阿婆")).id, by=await stage.town.actor(cast.OFFICER))
    await keeper.says(printed.text)
    await keeper.hears(stage.say(views.PRINTED))


async def test_the_seventh_live_code_within_an_hour_is_refused(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await lin.says("/code")
    button = await lin.hears(is_photo)
    for _ in range(7):
        await lin.taps(button, stage.say(code_keyboards.LIVE))
    await lin.hears(stage.say(LiveTooOften.text, most=6))
