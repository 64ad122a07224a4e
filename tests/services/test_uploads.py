"""What phones recorded without a network: what counts, what is told back, what is kept."""

from datetime import timedelta
from typing import Any

import pytest

from domain.access import Role
from domain.devices import DeviceRevoked, DeviceTooOften
from domain.scans import Outcome, Purpose, Reason, Via
from domain.uploads import Taken, Why
from services.actors import Actor
from services.scans import Asked, Newcomer
from services.uploads import MOST_A_MINUTE, Answered
from tests import cast
from tests.houses import Town, hall_row
from tests.phones import EVERYTHING, Phone, a_phone, an_admin
from tests.relief import a_relief
from tests.services.test_scans import card, kept, not_yet_safe, short_code

MINUTE = timedelta(minutes=1)


def told(answered: Answered) -> list[tuple[Taken, str]]:
    return [(one.taken, one.reason) for one in answered.items]


async def in_item(phone: Phone, name: str, *, ago: timedelta = timedelta(hours=2), **said: Any) -> dict[str, Any]:
    return phone.item(phone.town.clock.now() - ago, text=await card(phone.town, name), place=str(phone.town.hall), **said)


async def test_somebody_scanned_without_a_network_is_safe_from_that_minute_on_once_it_arrives(town: Town) -> None:
    order = await town.order()
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    before = await not_yet_safe(town, order.id)
    answered = await phone.send([await in_item(phone, "胡阿婆")])
    assert told(answered) == [(Taken.ACCEPTED, "ok")]
    assert await not_yet_safe(town, order.id) == before - 1
    (scan,) = await kept(town)
    assert scan.at_effective == town.clock.now() - timedelta(hours=2)
    assert scan.device == phone.device.id


async def test_a_batch_whose_answer_was_lost_is_sent_again_and_counts_once(town: Town) -> None:
    await town.order()
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    items = [await in_item(phone, "胡阿婆"), await in_item(phone, "林大山")]
    await phone.send(items)
    assert told(await phone.send(items)) == [(Taken.DUPLICATE, "ok"), (Taken.DUPLICATE, "ok")]
    assert len(await kept(town)) == 2


async def test_the_same_key_with_other_contents_is_kept_twice_and_counts_for_nobody(town: Town) -> None:
    order = await town.order()
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    before = await not_yet_safe(town, order.id)
    await phone.send([await in_item(phone, "胡阿婆", key="the key")])
    assert told(await phone.send([await in_item(phone, "林大山", key="the key")])) == [(Taken.CONFLICT, "key_conflict")]
    assert await not_yet_safe(town, order.id) == before
    ((entry, _),) = await town.house.services.uploads.disputes(by=await town.actor(cast.OFFICER))
    assert entry.reason == "key_conflict"


async def test_the_same_card_within_a_minute_is_a_repeat_in_whatever_order_the_two_arrive(town: Town) -> None:
    await town.order()
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    later, first = await in_item(phone, "胡阿婆", ago=2 * MINUTE), await in_item(phone, "胡阿婆", ago=2 * MINUTE + timedelta(seconds=30))
    assert told(await phone.send([later])) == [(Taken.ACCEPTED, "ok")]
    await phone.send([first])
    scans = sorted(await kept(town), key=lambda scan: scan.at_effective)
    assert [scan.outcome for scan in scans] == [Outcome.ACCEPTED, Outcome.REPEAT]


async def test_somebody_at_two_shelters_within_minutes_is_counted_once_and_shown_at_both(town: Town) -> None:
    order = await town.order()
    town.clock.go_on(hours=5)
    await town.house.services.shelters.import_rows([(2, hall_row(name="上东村学校"))], by=Actor.operator())
    school = await town.house.services.shelters.named("上东村学校")
    hall, other = await a_phone(town, "hall"), await a_phone(town, "school", places=(school,))
    await other.send([other.item(town.clock.now() - 62 * MINUTE, text=await card(town, "胡阿婆"), place=str(school))])
    answered = await hall.send([await in_item(hall, "胡阿婆", ago=60 * MINUTE)])
    assert told(answered) == [(Taken.ACCEPTED, "verify")]
    board = await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))
    assert (board.total.verify, board.total.proven) == (1, 1)
    assert await town.house.services.shelters.taken(school, drill=False) + await town.house.services.shelters.taken(town.hall, drill=False) == 1


async def test_an_entry_taken_back_before_it_arrived_never_counts(town: Town) -> None:
    order = await town.order()
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    before = await not_yet_safe(town, order.id)
    scan = await in_item(phone, "胡阿婆")
    undo = phone.item(town.clock.now() - MINUTE, what="undo", place=str(town.hall), annuls=scan["key"])
    assert told(await phone.send([undo])) == [(Taken.ACCEPTED, "ok")]
    await phone.send([scan])
    assert await not_yet_safe(town, order.id) == before
    assert [one.reason for one in await kept(town)] == [Reason.UNDONE]


async def test_a_typed_code_counts_only_when_the_name_was_compared(town: Town) -> None:
    order = await town.order()
    phone = await a_phone(town)
    before, short = await not_yet_safe(town, order.id), await short_code(town, "胡阿婆")
    at = town.clock.now() - MINUTE
    unsure = phone.item(at, text=short, via="typed", place=str(town.hall), verdict="check", reason="name_not_checked")
    assert told(await phone.send([unsure])) == [(Taken.ACCEPTED, "name_not_checked")]
    assert await not_yet_safe(town, order.id) == before
    sure = phone.item(at, text=short, via="typed", place=str(town.hall), verdict="check", confirmed=True)
    assert told(await phone.send([sure]))[0][0] is Taken.ACCEPTED
    assert await not_yet_safe(town, order.id) == before - 1


@pytest.mark.parametrize(
    ("word", "reason", "taken"), [("check", "lists_old", Taken.ACCEPTED), ("check", "key_compromised", Taken.ACCEPTED), ("no", "unknown_key", Taken.CONFLICT)]
)
async def test_whose_name_did_not_match_at_the_door_is_not_counted_however_good_the_card_is(town: Town, word: str, reason: str, taken: Taken) -> None:
    """A phone with old lists is amber for everybody; the keeper who answers *no* has somebody else's card in front of them."""
    order = await town.order()
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    before = await not_yet_safe(town, order.id)
    assert told(await phone.send([await in_item(phone, "胡阿婆", verdict=word, reason=reason)])) == [(taken, "name_not_checked")]
    assert await not_yet_safe(town, order.id) == before
    await phone.send([await in_item(phone, "胡阿婆", verdict="check", reason=reason, confirmed=True)])
    assert await not_yet_safe(town, order.id) == before - 1


async def test_what_a_phone_may_not_do_is_rejected_with_a_reason_and_stays_to_be_seen(town: Town) -> None:
    await town.order()
    phone = await a_phone(town)
    elsewhere = phone.item(town.clock.now() - MINUTE, text=await card(town, "胡阿婆"), place="018f0000-0000-7000-8000-000000000001")
    unreadable = {"key": elsewhere["key"], "seq": "first"}
    ahead = await in_item(phone, "林大山", ago=-timedelta(hours=3))
    answers = told(await phone.send([elsewhere, unreadable, ahead]))
    assert answers == [(Taken.REJECTED, "out_of_scope"), (Taken.REJECTED, "malformed"), (Taken.REJECTED, "from_the_future")]
    disputes = await town.house.services.uploads.disputes(by=await town.actor(cast.OFFICER))
    assert {entry.reason for entry, _ in disputes} == {Why.OUT_OF_SCOPE.value, Why.MALFORMED.value, Why.FROM_THE_FUTURE.value}
    await town.house.services.uploads.settle(disputes[0][0].key, by=await town.actor(cast.OFFICER))
    assert len(await town.house.services.uploads.disputes(by=await town.actor(cast.OFFICER))) == 2


async def test_a_phone_withdrawn_since_noon_puts_back_on_the_list_whom_it_proved_since(town: Town) -> None:
    order = await town.order()
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    before = await not_yet_safe(town, order.id)
    town.clock.go_on(hours=1)
    await phone.send([await in_item(phone, "胡阿婆", ago=50 * MINUTE)])
    stolen = town.clock.now() + MINUTE
    town.clock.go_on(hours=1)
    await phone.send([await in_item(phone, "林大山", ago=5 * MINUTE)])
    assert await not_yet_safe(town, order.id) == before - 2
    withdrawn = await town.house.services.devices.revoke(phone.device.id, since=stolen, by=await an_admin(town))
    assert withdrawn.demoted == 1
    assert await not_yet_safe(town, order.id) == before - 1
    with pytest.raises(DeviceRevoked):
        await phone.send([await in_item(phone, "叶建国")])
    assert [entry.reason for entry, _ in await town.house.services.uploads.disputes(by=await town.actor(cast.OFFICER))] == ["device_revoked"]


async def test_a_clock_seven_minutes_slow_is_put_right(town: Town) -> None:
    await town.order()
    phone = await a_phone(town, slow=timedelta(minutes=7))
    answered = await phone.send([await in_item(phone, "胡阿婆", ago=30 * MINUTE)])
    assert answered.skew == timedelta(minutes=7)
    (scan,) = await kept(town)
    assert scan.at_effective == town.clock.now() - 30 * MINUTE
    assert scan.clock.value == "corrected"


async def test_relief_goods_are_given_once_a_day_and_a_second_giving_is_told(town: Town) -> None:
    await town.order()
    town.clock.go_on(hours=5)
    phone, other = await a_phone(town, "one"), await a_phone(town, "two")
    at, text = town.clock.now(), await card(town, "胡阿婆")
    await phone.send([phone.item(at - timedelta(hours=1), purpose="relief", text=text)])
    assert told(await other.send([other.item(at - timedelta(minutes=20), purpose="relief", text=text)])) == [(Taken.ACCEPTED, "already_given")]


async def test_a_stranger_by_name_joins_as_a_walk_in(town: Town) -> None:
    order = await town.order()
    phone = await a_phone(town)
    answered = await phone.send([phone.item(town.clock.now() - MINUTE, walk_in={"name": "过路客"}, place=str(town.hall))])
    assert told(answered) == [(Taken.ACCEPTED, "walk_in")]
    board = await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))
    assert board.total.walk_ins == 1


async def test_an_entry_that_cannot_be_read_is_answered_under_the_key_by_which_the_phone_knows_it(town: Town) -> None:
    """Else the phone would send it again for ever, and with it whatever stands behind it."""
    await town.order()
    phone = await a_phone(town)
    broken = {**await in_item(phone, "胡阿婆"), "at": "yesterday"}
    for _ in range(2):
        (answer,) = (await phone.send([broken])).items
        assert (str(answer.key), answer.taken, answer.reason) == (broken["key"], Taken.REJECTED, "malformed")
    (nameless,) = (await phone.send([{"what": "nothing"}])).items
    assert nameless.taken is Taken.REJECTED
    assert len(await town.house.services.uploads.disputes(by=await town.actor(cast.OFFICER))) == 2


@pytest.mark.parametrize("honest", ["first", "last"])
async def test_an_undo_is_not_lost_because_another_phone_names_the_same_entry(town: Town, honest: str) -> None:
    order = await town.order()
    town.clock.go_on(hours=5)
    phone, other = await a_phone(town), await a_phone(town, "west door")
    before, scan = await not_yet_safe(town, order.id), await in_item(phone, "胡阿婆")
    undoes = [one.item(town.clock.now() - MINUTE, what="undo", place=str(town.hall), annuls=scan["key"]) for one in (phone, other)]
    for who, undo in sorted(zip((phone, other), undoes, strict=True), key=lambda pair: (pair[0] is phone) != (honest == "first")):
        await who.send([undo])
        town.clock.go_on(seconds=1)
    await phone.send([scan])
    assert await not_yet_safe(town, order.id) == before


async def test_a_clock_that_was_set_right_before_sending_loses_nobody(town: Town) -> None:
    """The phone ran an hour fast when it scanned, as it had measured; then somebody set it, and it sent."""
    order = await town.order()
    town.clock.go_on(hours=5)
    phone, before = await a_phone(town), await not_yet_safe(town, order.id)
    fast = phone.item(town.clock.now() - 20 * MINUTE + 60 * MINUTE, text=await card(town, "胡阿婆"), place=str(town.hall), skew=-3_600_000)
    assert told(await phone.send([fast])) == [(Taken.ACCEPTED, "ok")]
    assert await not_yet_safe(town, order.id) == before - 1
    (scan,) = await kept(town)
    assert (scan.at_effective, scan.clock.value) == (town.clock.now() - 20 * MINUTE, "uncertain")


@pytest.mark.parametrize("word", ["check", "no"])
async def test_a_stranger_whom_the_door_held_back_is_nobody_yet_and_holds_up_nothing_else(town: Town, word: str) -> None:
    """Their name was heard and not believed: nobody joins by it, and what was sent with it counts."""
    order = await town.order()
    town.clock.go_on(hours=5)
    phone, before = await a_phone(town), await not_yet_safe(town, order.id)
    stranger = phone.item(town.clock.now() - MINUTE, walk_in={"name": "过路客"}, place=str(town.hall), verdict=word)
    answered = told(await phone.send([await in_item(phone, "胡阿婆"), stranger]))
    assert answered[0] == (Taken.ACCEPTED, "ok")
    assert answered[1][1] == "name_not_checked"
    assert await not_yet_safe(town, order.id) == before - 1
    board = await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))
    assert board.total.walk_ins == 0


async def test_what_was_handed_out_in_the_drill_is_not_held_against_anybody_in_the_flood(town: Town) -> None:
    town.clock.go_on(hours=5)
    phone, hu = await a_phone(town), await card(town, "胡阿婆")
    await phone.send([phone.item(town.clock.now() - 120 * MINUTE, text=hu, purpose="relief", drill=True)])
    assert told(await phone.send([phone.item(town.clock.now() - 60 * MINUTE, text=hu, purpose="relief")])) == [(Taken.ACCEPTED, "ok")]


@pytest.mark.parametrize("first", ["scan", "undo"])
async def test_an_undo_that_is_rejected_takes_nobody_back(town: Town, first: str) -> None:
    """What the phone was told was not taken did not happen here either."""
    order = await town.order()
    town.clock.go_on(hours=5)
    phone, before = await a_phone(town), await not_yet_safe(town, order.id)
    scan = await in_item(phone, "胡阿婆")
    undo = phone.item(town.clock.now() + timedelta(hours=3), what="undo", place=str(town.hall), annuls=scan["key"])
    answers = [told(await phone.send([one]))[0] for one in ([scan, undo] if first == "scan" else [undo, scan])]
    assert (Taken.REJECTED, "from_the_future") in answers
    assert await not_yet_safe(town, order.id) == before - 1


async def test_a_stolen_phone_fills_no_more_than_a_working_one_could(town: Town) -> None:
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    await town.house.services.devices.revoke(phone.device.id, by=await an_admin(town))
    for n in range(MOST_A_MINUTE // 100):
        with pytest.raises(DeviceRevoked):
            await phone.send([phone.item(town.clock.now(), key=f"{n} {m}") for m in range(100)])
    with pytest.raises(DeviceTooOften):
        await phone.send([phone.item(town.clock.now(), key="one more")])
    async with town.house.works.read() as work:
        assert len(await work.devices.all_items()) == MOST_A_MINUTE


async def test_who_comes_when_no_key_signs_any_more_is_admitted_without_a_card(town: Town) -> None:
    """Nobody renewed the keys; the flood comes all the same."""
    town.clock.go_on(days=4 * 365)
    order = await town.order()
    town.clock.go_on(hours=5)
    walks_in: dict[str, Any] = {"walk_in": {"name": "过路客"}, "place": str(town.hall), "confirmed": True}
    phone = await a_phone(town)
    assert told(await phone.send([phone.item(town.clock.now() - MINUTE, **walks_in)])) == [(Taken.ACCEPTED, "walk_in")]
    asked = Asked("1", await town.actor(cast.KEEPER), Purpose.SHELTER_IN, Via.NAME, place=town.hall, newcomer=Newcomer("过路嫂"))
    assert (await town.house.services.scans.record(asked)).outcome is Outcome.ACCEPTED
    board = await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))
    assert board.total.walk_ins == 2


@pytest.mark.parametrize(("late", "said"), [(0, (Taken.ACCEPTED, "ok")), (599, (Taken.ACCEPTED, "ok")), (600, (Taken.CONFLICT, "expired"))])
async def test_a_code_counts_in_the_ten_minutes_after_its_end_in_which_the_door_shows_green(town: Town, late: int, said: tuple[Taken, str]) -> None:
    await town.order()
    lin = await town.linked(cast.LIN)
    live = await town.house.services.issuing.live(by=lin)
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    item = phone.item(live.code.expires_at + timedelta(seconds=late), text=live.text, place=str(town.hall))
    assert told(await phone.send([item])) == [said]


async def test_nobody_is_at_a_shelter_because_they_stood_at_a_checkpoint(town: Town) -> None:
    """The phone may do both, each at its own place."""
    order, relief = await town.order(), await a_relief(town)
    keeper = await town.person(cast.KEEPER[0])
    await town.house.services.grants.give(keeper.id, Role.GUARD, by=Actor.operator(), place=relief.road.id)
    phone = await a_phone(town, places=(town.hall, relief.road.id), purposes=(*EVERYTHING, Purpose.CHECKPOINT))
    town.clock.go_on(hours=5)
    before = await not_yet_safe(town, order.id)
    item = phone.item(town.clock.now() - MINUTE, text=await card(town, "胡阿婆"), place=str(relief.road.id))
    assert told(await phone.send([item])) == [(Taken.REJECTED, "not_yours")]
    assert await not_yet_safe(town, order.id) == before
