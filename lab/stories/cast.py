"""Who lives in the village tonight and what becomes of each, from the seed alone. Everybody is invented."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from domain.identifiers import masked_name
from lab.people import MEN, Hall, Invented, Invention

COUNTY, VILLAGE, NEXT = "331102", "331102104218", "331102104215"
SHELTER = "雅溪镇中心小学避灾安置点"
WAY = "沿村道向东到老石桥，过桥后走雅溪路；不要走溪边小路"
PEOPLE = 60
OFFICIALS = {"warden": "1990009{:04}", "keeper": "1990008{:04}", "officer": "1990007{:04}", "approver": "1990006{:04}"}


class Way(StrEnum):
    """How a keeper comes to know who stands there."""

    LINK = "link"
    TYPED = "typed"
    NAME = "name"
    PHOTO = "photo"


class Place(StrEnum):
    """Where the keeper was told that they are."""

    SHELTER = "at_shelter"
    RELATIVES = "with_relatives"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody whom the keeper records, and how."""

    name: str
    way: Way
    place: Place


@dataclass(frozen=True, slots=True)
class Tick:
    """What the warden says of somebody: what happened, and how it is known."""

    name: str
    kind: str
    how: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """The four who have a chat. `with_me` are the people of her household whom the answerer sees beside her."""

    answerer: Invented
    with_me: tuple[Invented, ...]
    caller: Invented
    arriver: Invented
    mover: Invented

    def all(self) -> tuple[Invented, ...]:
        return self.answerer, self.caller, self.arriver, self.mover


@dataclass(frozen=True, slots=True)
class Evening:
    """The whole plan. Who is in none of it stays at home and stays on the list."""

    people: tuple[Invented, ...]
    officials: dict[str, Invented]
    outsider: Invented
    newcomer: str
    contacts: Contacts
    visits: tuple[Visit, ...]
    ticks: tuple[Tick, ...]
    by_page: Invented
    hall: Hall

    def household_of(self, name: str) -> list[Invented]:
        """The people who live with somebody, as the list has them."""
        number = next(one.household for one in self.people if one.name == name)
        return [one for one in self.people if one.household == number]


VISITS = {
    (Way.LINK, Place.SHELTER): 12, (Way.TYPED, Place.SHELTER): 7, (Way.NAME, Place.SHELTER): 7,
    (Way.LINK, Place.RELATIVES): 4, (Way.TYPED, Place.RELATIVES): 3, (Way.NAME, Place.RELATIVES): 2,
}  # fmt: skip
TICKS = (
    ("safe_elsewhere", "saw"), ("safe_elsewhere", "saw"), ("safe_elsewhere", "spoke"), ("with_relatives", "spoke"), ("with_relatives", "saw"),
    ("with_relatives", "heard"), ("safe_elsewhere", "heard"), ("refused", "spoke"),
)  # fmt: skip


def planned(seed: int) -> Evening:
    """The evening of this seed."""
    invention, random = Invention(seed), Random(f"evening {seed}")
    officials = {role: official(invention, role, phone.format(seed % 10_000)) for role, phone in OFFICIALS.items()}
    people = invention.village(VILLAGE, people=PEOPLE, responsible=officials["warden"].phone)
    outsider = Invented(name=invention.name(MEN, surname="鲍"), area_code=NEXT, household="邻001")
    newcomer = invention.name(MEN, surname="邱")
    contacts = with_a_phone(people, random)
    taken = {one.name for one in (*contacts.all(), *contacts.with_me)}
    rest = [one for one in people if one.name not in taken]
    random.shuffle(rest)
    count = sum(VISITS.values())
    how = [pair for pair, many in VISITS.items() for _ in range(many)]
    visits = [Visit(one.name, way, place) for one, (way, place) in zip(rest, how, strict=False)]
    ticks = tuple(Tick(one.name, kind, means) for one, (kind, means) in zip(rest[count:], TICKS, strict=False))
    keeper = officials["keeper"].phone
    hall = Hall(name=SHELTER, area_code=NEXT, keeper_phone=keeper, level="township", address="雅溪路 12 号", places_day=220, places_night=200)
    queue = [*visits, Visit(contacts.arriver.name, Way.PHOTO, Place.SHELTER)]
    queue += [Visit(name, Way.LINK, Place.SHELTER) for name in (outsider.name, contacts.caller.name)]
    random.shuffle(queue)
    return Evening(tuple(people), officials, outsider, newcomer, contacts, tuple(told_apart(by_place(queue))), ticks, rest[count + len(TICKS)], hall)


def official(invention: Invention, role: str, phone: str) -> Invented:
    """Somebody with a post, who lives in a village that does not move."""
    return Invented(name=invention.name(MEN), area_code=NEXT, household=f"官{role}", phone=phone)


def with_a_phone(people: Sequence[Invented], random: Random) -> Contacts:
    """Four people with a phone, of four households; the answerer does not live alone."""
    sizes = {one.household: sum(other.household == one.household for other in people) for one in people}
    answerer = random.choice([one for one in people if one.phone and sizes[one.household] > 1])
    beside = [one for one in people if one.household == answerer.household and one is not answerer]
    others: dict[str, Invented] = {}
    for one in random.sample([one for one in people if one.phone], len([one for one in people if one.phone])):
        if one.household != answerer.household:
            others.setdefault(one.household, one)
    caller, arriver, mover = list(others.values())[:3]
    return Contacts(answerer, tuple(beside[: max(1, len(beside) - 1)]), caller, arriver, mover)


def by_place(queue: Sequence[Visit]) -> list[Visit]:
    """Some to the shelter, then those who go to relatives, then the rest to the shelter: the keeper changes the mode twice."""
    shelter = [visit for visit in queue if visit.place is Place.SHELTER]
    relatives = [visit for visit in queue if visit.place is Place.RELATIVES]
    return [*shelter[: len(shelter) // 2], *relatives, *shelter[len(shelter) // 2 :]]


def told_apart(queue: Sequence[Visit]) -> Iterator[Visit]:
    """The same visits, each place's as they stand, so ordered that nobody is followed by somebody whose masked name looks the same."""
    left, before = list(queue), ""
    while left:
        same_place = [visit for visit in left if visit.place is left[0].place]
        chosen = next((visit for visit in same_place if masked_name(visit.name) != before), left[0])
        left.remove(chosen)
        before = masked_name(chosen.name)
        yield chosen
