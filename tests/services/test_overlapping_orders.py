"""Real and drill at once, lifted and in force: whoever is counted, is counted in the order that matters."""

from domain.deliveries import Subject
from domain.evacuations import Order
from domain.rollcall import Happening
from domain.scans import Purpose, Via
from services.actors import Actor
from services.office import CONSENT_VERSION
from services.people import Registration
from services.scans import Asked, Newcomer
from tests import cast
from tests.houses import Town, people_rows


async def enrolled(town: Town) -> None:
    await town.house.services.people_import.import_rows(list(enumerate(people_rows(), 2)), by=Actor.operator(), enrolled=True)


async def real_then_drill(town: Town) -> tuple[Order, Order]:
    await enrolled(town)
    real = await town.order()
    town.clock.go_on(minutes=5)
    drill = await town.order(drill=True, key="drill")
    town.clock.go_on(minutes=5)
    return real, drill


async def safe_in(town: Town, order: Order) -> tuple[int, int]:
    total = (await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))).total
    return total.proven, total.walk_ins


async def scan(town: Town, *, key: str, **whom: object) -> None:
    keeper = await town.actor(cast.KEEPER)
    await town.house.services.scans.record(Asked(key, keeper, Purpose.SHELTER_IN, Via.NAME, place=town.hall, **whom))  # type: ignore[arg-type]


async def test_a_drill_that_begins_later_takes_nobody_from_a_real_order(town: Town) -> None:
    real, drill = await real_then_drill(town)
    await scan(town, key="1", person=(await town.person("叶建国")).id)
    assert (await safe_in(town, real), await safe_in(town, drill)) == ((1, 0), (0, 0))


async def test_somebody_unknown_at_the_door_of_a_drill_joins_the_real_order_there(town: Town) -> None:
    real, drill = await real_then_drill(town)
    await scan(town, key="1", newcomer=Newcomer("过路人"))
    assert (await safe_in(town, real), await safe_in(town, drill)) == ((0, 1), (0, 0))


async def test_a_call_for_help_in_a_real_order_is_never_framed_as_a_drill(town: Town) -> None:
    real, _ = await real_then_drill(town)
    ye, rollcall = await town.linked(cast.YE), town.house.services.rollcall
    await rollcall.ask_help(by=ye, key="help")
    member = await rollcall.member_for(by=ye)
    assert member is not None
    assert (member.order, member.drill) == (real.id, False)
    async with town.house.works.write() as work:
        wanted = [d.message for d in await work.deliveries.claim(now=town.clock.now(), until=town.clock.now(), most=99)]
    assert all(not message.drill for message in wanted if message.subject is Subject.HELP_WANTED)


async def test_an_answer_goes_to_the_order_in_force_and_not_to_a_newer_one_that_was_lifted(town: Town) -> None:
    real, drill = await real_then_drill(town)
    await town.house.services.evacuations.lift(drill.id, by=await town.actor(cast.APPROVER))
    ye, rollcall = await town.linked(cast.YE), town.house.services.rollcall
    in_force = await rollcall.order_for(by=ye)
    assert in_force is not None and in_force.id == real.id
    await rollcall.answer(Happening.WITH_RELATIVES, by=ye, key="1", note="青田县表姐家")
    assert (await safe_in(town, real))[0] == 1


async def test_who_walked_in_to_an_order_that_was_lifted_is_taken_into_the_next_one(town: Town) -> None:
    first = await town.order()
    rollcall, stranger = town.house.services.rollcall, Actor(via="chat", bot=1, address="new")
    await town.house.services.people.register(Registration(CONSENT_VERSION, "zh_CN", "新来的", None, cast.VILLAGE.code), by=stranger, key="new")
    new = await town.house.services.people.actor(channel="telegram", bot=1, address="new", language="zh_CN")
    await rollcall.ask_help(by=new, key="help in the first")
    await town.house.services.evacuations.lift(first.id, by=await town.actor(cast.APPROVER))
    second = await town.order(cast.TOWNSHIP.code, key="second")
    town.clock.go_on(minutes=1)
    await rollcall.ask_help(by=new, key="help in the second")
    member = await rollcall.member_for(by=new)
    assert member is not None and member.standing is not None
    assert (member.order, member.walk_in, member.standing.needs_help) == (second.id, False, True)


async def test_a_second_registration_after_the_order_is_a_walk_in_of_it_and_not_of_the_lifted_one(town: Town) -> None:
    first = await town.order()
    stranger, people, rollcall = Actor(via="chat", bot=1, address="new"), town.house.services.people, town.house.services.rollcall
    await town.house.services.evacuations.lift(first.id, by=await town.actor(cast.APPROVER))
    second = await town.order(key="second")
    town.clock.go_on(minutes=1)
    await people.register(Registration(CONSENT_VERSION, "zh_CN", "新来的", None, cast.VILLAGE.code), by=stranger, key="new")
    new = await people.actor(channel="telegram", bot=1, address="new", language="zh_CN")
    (member,) = await rollcall.answer(Happening.WITH_RELATIVES, by=new, key="1", note="青田县表姐家")
    assert (member.order, member.walk_in) == (second.id, True)
    assert await safe_in(town, second) == (0, 1)
