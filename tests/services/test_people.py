"""How people come to be known: the list, the warden's code, registering alone."""

import pytest

from domain.access import NotYours
from domain.people import AlreadyLinked, AreaUnknown, ConsentMissing, LinkCodeSpent, LinkCodeWrong, NameMissing, PhoneInvalid, TooManyTries
from services.actors import Actor
from services.office import CONSENT_VERSION
from services.people import Registration
from tests import cast
from tests.houses import BOT, Town


def stranger(chat: str = "chat 9") -> Actor:
    return Actor(via="chat", bot=BOT, address=chat)


def asked(**changed: str | None) -> Registration:
    facts: dict[str, str | None] = {"consent": CONSENT_VERSION, "language": "zh_CN", "name": "新来的", "phone": "13705780099", "area": cast.VILLAGE.code}
    return Registration(**(facts | changed))  # type: ignore[arg-type]


async def test_who_registers_alone_is_unconfirmed_and_has_a_code(town: Town) -> None:
    people = town.house.services.people
    who = await people.register(asked(), by=stranger(), key="1")
    assert not who.confirmed
    actor = await people.actor(channel="telegram", bot=BOT, address="chat 9", language="en")
    assert actor.person == who.id
    assert (await town.house.services.codes.mine(by=actor)).text.startswith("HTTPS://LS.EXAMPLE.ORG/S/")


async def test_registering_again_by_a_re_run_is_the_same_person_and_by_another_message_is_refused(town: Town) -> None:
    people = town.house.services.people
    first = await people.register(asked(), by=stranger(), key="1")
    assert (await people.register(asked(), by=stranger(), key="1")).id == first.id
    with pytest.raises(AlreadyLinked):
        await people.register(asked(name="另一个"), by=stranger(), key="2")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"consent": None}, ConsentMissing),
        ({"name": "12345"}, NameMissing),
        ({"name": "长" * 41}, NameMissing),
        ({"phone": "not a phone"}, PhoneInvalid),
        ({"area": "331102"}, AreaUnknown),
        ({"area": "nowhere"}, AreaUnknown),
    ],
)
async def test_what_cannot_be_used_is_refused_and_nobody_is_made(town: Town, changed: dict[str, str | None], refusal: type[Exception]) -> None:
    people = town.house.services.people
    with pytest.raises(refusal):
        await people.register(asked(**changed), by=stranger(), key="1")
    assert (await people.actor(channel="telegram", bot=BOT, address="chat 9", language="en")).person is None


async def test_a_link_code_works_once(town: Town) -> None:
    people = town.house.services.people
    lin = await town.person("林大山")
    digits = await people.make_link_code(lin.id, by=await town.actor(cast.WARDEN), key="1")
    linked = await people.link(f"{digits[:4]} {digits[4:]}", language="zh_CN", consent=CONSENT_VERSION, by=stranger(), key="2")
    assert linked.id == lin.id
    with pytest.raises(LinkCodeSpent):
        await people.link(digits, language="zh_CN", consent=CONSENT_VERSION, by=stranger("chat 10"), key="3")


async def test_a_link_code_dies_after_a_day_and_when_a_newer_one_is_made(town: Town) -> None:
    people, lin, warden = town.house.services.people, await town.person("林大山"), await town.actor(cast.WARDEN)
    old = await people.make_link_code(lin.id, by=warden, key="1")
    new = await people.make_link_code(lin.id, by=warden, key="2")
    with pytest.raises(LinkCodeSpent):
        await people.link(old, language="zh_CN", consent=CONSENT_VERSION, by=stranger(), key="3")
    town.clock.go_on(hours=25)
    with pytest.raises(LinkCodeSpent):
        await people.link(new, language="zh_CN", consent=CONSENT_VERSION, by=stranger(), key="4")


async def test_guessing_link_codes_ends_after_five_tries(town: Town) -> None:
    people = town.house.services.people
    digits = await people.make_link_code((await town.person("林大山")).id, by=await town.actor(cast.WARDEN), key="code")
    wrong = "00000000" if digits != "00000000" else "11111111"
    for n in range(5):
        with pytest.raises(LinkCodeWrong):
            await people.link(wrong, language="zh_CN", consent=CONSENT_VERSION, by=stranger(), key=f"try {n}")
    with pytest.raises(TooManyTries):
        await people.link(digits, language="zh_CN", consent=CONSENT_VERSION, by=stranger(), key="right but late")


async def test_only_a_warden_of_the_village_makes_link_codes(town: Town) -> None:
    lin = await town.person("林大山")
    for who in (cast.MALLORY, cast.KEEPER, cast.OTHER_OFFICER):
        with pytest.raises(NotYours):
            await town.house.services.people.make_link_code(lin.id, by=await town.actor(who), key=who[0])


async def test_a_keeper_finds_people_of_the_county_by_a_part_of_the_name_and_mallory_finds_nobody(town: Town) -> None:
    people = town.house.services.people
    assert [person.name for person in await people.find("阿婆", by=await town.actor(cast.KEEPER))] == ["胡阿婆"]
    with pytest.raises(NotYours):
        await people.find("阿婆", by=await town.actor(cast.MALLORY))


async def test_a_role_ends_when_its_time_is_over_or_it_is_taken_back(town: Town) -> None:
    from datetime import timedelta

    from domain.access import May, Role

    mallory = await town.person("马洛瑞")
    grants = town.house.services.grants
    now = town.clock.now()
    given = await grants.give(mallory.id, Role.WARDEN, by=Actor.operator(), area=cast.VILLAGE.code, until=now + timedelta(hours=1))
    assert (await town.actor(cast.MALLORY)).can(May.TICK, now=now)
    town.clock.go_on(hours=2)
    assert not (await town.actor(cast.MALLORY)).can(May.TICK, now=town.clock.now())
    again = await grants.give(mallory.id, Role.WARDEN, by=Actor.operator(), area=cast.VILLAGE.code)
    assert again.id != given.id
    await grants.revoke(again.id, by=Actor.operator())
    assert not (await town.actor(cast.MALLORY)).can(May.TICK, now=town.clock.now())
