"""The lists that scanners check codes by: signed at each change and every few minutes, under numbers that only rise, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.keys import FollowedKeys
from codes.keyring import Keyring
from codes.reading import read
from codes.trustlist import RevokedList, TrustList, open_revoked, open_trust
from domain.access import NotYours, Role
from domain.codes import Holder, IssuedCode
from domain.issuing import Why
from domain.published import LISTED_AFTER_END, OLD, SIGN_EVERY, Published
from services.actors import Actor
from services.audit import Trail
from services.lists import Lists
from services.office import CODE_LASTS
from tests import cast
from tests.databases import a_place_for_one
from tests.houses import Town, a_house, a_town

HOSTS = ("HTTPS://LS.EXAMPLE.ORG",)


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


def keys_of(town: Town) -> Keyring:
    return Keyring.load(town.house.settings.keys_dir)


async def fetched(town: Town) -> tuple[TrustList, RevokedList]:
    """Both lists as a scanner fetches and opens them."""
    now, root = town.clock.now(), keys_of(town).root
    trust = open_trust((await town.house.services.lists.trust()).text, root=root, now=now)
    return trust, open_revoked((await town.house.services.lists.revoked()).text, trust=trust, now=now)


async def code_of(town: Town, name: str) -> IssuedCode:
    person = await town.person(name)
    async with town.house.works.read() as work:
        return (await work.codes.of([person.id]))[person.id]


async def verdict(town: Town, code: IssuedCode) -> str | None:
    """What an offline scanner says that has just fetched the lists."""
    trust, revoked = await fetched(town)
    text = town.house.services.codes.card(code).text
    return read(text, hosts=HOSTS, trust=trust, revoked=revoked, now=town.clock.now()).problem


async def test_a_withdrawn_code_stands_in_the_next_list_that_anybody_fetches(town: Town) -> None:
    code, other = await code_of(town, cast.LIN[0]), await code_of(town, cast.YE[0])
    assert await verdict(town, code) is None
    await town.house.services.codes.revoke(code.short, by=Actor.operator())
    assert await verdict(town, code) == "revoked"
    assert await verdict(town, other) is None


@pytest.mark.feature(9)
async def test_a_cancelled_code_never_leaves_a_usable_new_one_online_or_offline(town: Town) -> None:
    """pretix#2467: an order was cancelled, and the ticket that had replaced the first one still opened the gate."""
    services, first = town.house.services, await code_of(town, cast.LIN[0])
    person = await town.person(cast.LIN[0])
    second = (await services.issuing.replace(Holder.PERSON, person.id, by=Actor.operator(), reason=Why.LOST)).code
    third = (await services.issuing.replace(Holder.PERSON, person.id, by=Actor.operator(), reason=Why.LOST)).code
    await services.codes.revoke(third.short, by=Actor.operator())
    for code in (first, second, third):
        assert await verdict(town, code) == "revoked"
        assert (await services.codes.public_answer(code.token)).reason.value in ("revoked", "replaced")
    async with town.house.works.read() as work:
        assert not await work.codes.of([person.id])


@pytest.mark.feature(9)
async def test_what_was_revoked_is_revoked_the_next_day_too_and_until_its_end(town: Town) -> None:
    """verificaC19-android#180: a revoked pass was valid again after the next download. dgca-verifier#283: ended entries filled the list."""
    code = await code_of(town, cast.LIN[0])
    await town.house.services.codes.revoke(code.short, by=Actor.operator())
    numbers = [(await fetched(town))[1].sequence]
    for days in (1, 30, 365, 365, CODE_LASTS.days - 761):
        town.clock.go_on(days=days)
        _, revoked = await fetched(town)
        assert code.cti in revoked
        assert not revoked.stale(now=town.clock.now())
        numbers.append(revoked.sequence)
    assert numbers == sorted(set(numbers))
    assert town.clock.now() <= code.expires_at
    town.clock.go_on(seconds=(code.expires_at + LISTED_AFTER_END - town.clock.now()).total_seconds() - 1)
    assert code.cti in (await fetched(town))[1]
    town.clock.go_on(seconds=2)
    await town.house.services.lists.keep_fresh()
    town.clock.go_on(minutes=5)
    assert code.cti not in (await fetched(town))[1]
    assert await verdict(town, code) == "expired"


async def test_the_list_is_never_older_than_five_minutes_although_nothing_happens(town: Town) -> None:
    lists = town.house.services.lists
    first = await lists.revoked()
    for _ in range(20):
        town.clock.go_on(seconds=30)
        await lists.keep_fresh()
        standing = await lists.standing()
        assert standing.issued_at is not None
        assert town.clock.now() - standing.issued_at < timedelta(minutes=5)
    assert (await lists.revoked()).sequence > first.sequence
    assert SIGN_EVERY < timedelta(minutes=5) < OLD


async def test_the_same_list_is_handed_out_until_something_changes(town: Town) -> None:
    lists = town.house.services.lists
    first = await lists.revoked()
    assert await lists.revoked() is first
    code = await code_of(town, cast.LIN[0])
    await town.house.services.codes.revoke(code.short, by=Actor.operator())
    second = await lists.revoked()
    assert second.sequence == first.sequence + 1
    assert (second.tag, second.text) != (first.tag, first.text)


async def test_two_processes_side_by_side_never_give_a_number_twice_nor_go_back(town: Town) -> None:
    house = town.house
    others = [
        Lists(
            house.works, clock=house.clock, trail=Trail(house.ids), office=house.services.office,
            keys=FollowedKeys(house.settings.keys_dir, house.keys.codes, clock=house.clock), keep=lambda text: None,
        )
        for _ in range(3)
    ]  # fmt: skip
    seen: list[int] = []
    for name in (cast.LIN[0], cast.YE[0], cast.GRANNY_HU[0]):
        code = await code_of(town, name)
        await house.services.codes.revoke(code.short, by=Actor.operator())
        answers = await asyncio.gather(*(each.revoked() for each in others))
        assert all(code.cti in open_revoked(one.text, trust=house.keys.codes.trust, now=town.clock.now()) for one in answers)
        assert min(one.sequence for one in answers) > max(seen, default=0)
        by_number = {one.sequence: one.text for one in answers}
        assert all(by_number[one.sequence] == one.text for one in answers)
        seen += by_number
    assert (await house.services.lists.revoked()).sequence == max(seen)


async def test_a_database_from_a_backup_does_not_go_back_to_numbers_that_scanners_know(town: Town) -> None:
    before = await town.house.services.lists.revoked()
    town.clock.go_on(days=2)
    assert Published(changes=1, covered=1, reserved=before.sequence, sequence=before.sequence).next_number(now=town.clock.now()) > before.sequence + 86_400


async def test_the_newest_list_also_lies_beside_the_keys_to_be_carried_by_hand(town: Town) -> None:
    signed = await town.house.services.lists.revoked()
    file = town.house.settings.keys_dir / "revoked.json"
    assert file.read_text() == signed.text
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_new_house_over_the_same_rows_goes_on_from_the_last_number(town: Town, tmp_path: Path) -> None:
    before = await town.house.services.lists.revoked()
    town.clock.go_on(seconds=1)
    code = await code_of(town, cast.LIN[0])
    await town.house.services.codes.revoke(code.short, by=Actor.operator())
    settings = town.house.settings
    async with a_house(settings.data_dir, clock=town.clock, database_url=settings.database) as again:
        assert (await again.services.lists.revoked()).sequence > before.sequence


async def test_whoever_scans_gets_both_lists_to_carry_and_nobody_else_is_sent_files(town: Town) -> None:
    lists = town.house.services.lists
    for role in (Role.GUARD, Role.KEEPER, Role.WARDEN, Role.DUTY_OFFICER, Role.ADMIN):
        person = await town.person(cast.MALLORY[0])
        actor = await town.actor(cast.MALLORY)
        grant = await town.house.services.grants.give(
            person.id, role, by=Actor.operator(), area=None if role is Role.KEEPER else cast.VILLAGE.code, place=town.hall if role is Role.KEEPER else None
        )  # fmt: skip
        assert [one.name for one in await lists.for_official(by=replace(actor, grants=(grant,)))] == ["trust.json", "revoked.json"], role
    with pytest.raises(NotYours):
        await lists.for_official(by=await town.linked(cast.LIN))
