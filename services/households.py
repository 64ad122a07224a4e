"""Households: the number of each member on the household's card, given once and never twice."""

from collections.abc import Collection
from itertools import count
from uuid import UUID

from domain.access import May
from domain.cards import HEADS
from domain.people import Person, PersonUnknown
from services.actors import Actor
from services.ports import Clock, Work, Works


class Households:
    """Whose names stand behind the numbers on a household's card."""

    def __init__(self, works: Works, *, clock: Clock) -> None:
        self._works = works
        self._clock = clock

    async def on_card(self, household: UUID, *, by: Actor) -> dict[int, Person]:
        """For whoever admits people in that county, or sees people there."""
        now = self._clock.now()
        by.must(May.ADMIT, now=now)
        async with self._works.read() as work:
            home = (await work.people.households({household})).get(household)
            posts = await work.shelters.many(by.posts(May.ADMIT, now=now))
            members = await members_of(work, household)
        if home is None:
            raise PersonUnknown()
        if not any(post.area[:6] == home.area[:6] for post in posts.values()):
            by.must(May.SEE_PERSON, now=now, area=home.area)
        return members


async def members_of(work: Work, household: UUID) -> dict[int, Person]:
    """Who is who on the household's card: number → person. Somebody without a number yet (there is no card) is not in it."""
    return {person.number: person for person in await work.people.in_households([household]) if person.number}


async def number_members(work: Work, households: Collection[UUID]) -> None:
    """Whoever of these households has no number gets the next one: no number is given again, also not that of somebody who is gone."""
    homes = await work.people.households(households)
    numbers: dict[UUID, int] = {}
    highest: dict[UUID, int] = {}
    people = sorted(await work.people.in_households(list(homes)), key=_seniority)
    for home in homes.values():
        fresh = [person for person in people if person.household == home.id and not person.number]
        numbers |= {person.id: number for person, number in zip(fresh, count(home.highest + 1), strict=False)}
        if fresh:
            highest[home.id] = home.highest + len(fresh)
    await work.people.numbered(numbers, highest)


async def number_newcomers(work: Work, people: Collection[Person], *, before: dict[UUID, Person]) -> None:
    """After people came into households or moved between them: whoever left a household leaves its number there, and where there is a card
    whoever came gets one.
    """
    moved = {person.id: 0 for person in people if person.number and person.id in before and before[person.id].household != person.household}
    await work.people.numbered(moved, {})
    homes = await work.people.households({person.household for person in people})
    await number_members(work, [home.id for home in homes.values() if home.highest])


def _seniority(person: Person) -> tuple[bool, float, bytes]:
    """The householder stands first, then who was known first."""
    return person.relation not in HEADS, person.created_at.timestamp() if person.created_at is not None else 0.0, person.id.bytes
