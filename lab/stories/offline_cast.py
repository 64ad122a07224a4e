"""Who is scanned where in a day without a network, from the seed alone: three doors, waves of people, and what goes wrong at a door."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from random import Random

from lab.people import MEN, Hall, Invented, Invention
from lab.stories.cast import COUNTY, NEXT, VILLAGE, Contacts, Evening, official

HOURS = 24
WAVES = 12
WAVE = 24 * 60 // WAVES
BEGINS = 20.0
"""Minutes into each wave until the first comes."""
APART = (0.3, 0.9)
"""Minutes between two people at a door."""
STAY_AWAY, DOUBLES, TORN, TOGETHER, RELATIVES, LEAVE, UNDONE = 0.06, 0.05, 0.06, 0.5, 0.3, 0.05, 0.02
CLIP = 10
"""So many of the first wave at the first door are held before a camera; all others are photographed."""
LOST_AFTER = WAVES // 2
"""After this wave the third phone falls into the water."""
JUMPS, SET_RIGHT = WAVES - 4, WAVES - 2
"""In the waves between, the second phone's clock is wrong by an hour less."""
JUMP_MINUTES, WRONG_MINUTES = -40.0, 7.0
"""How far the second phone's clock jumps, and how far the first phone's is wrong all day."""


class Via(StrEnum):
    CAMERA = "camera"
    PHOTO = "photo"
    TYPED = "typed"


class Purpose(StrEnum):
    IN = "shelter_in"
    OUT = "shelter_out"
    RELATIVES = "to_relatives"


class Twice(StrEnum):
    """Why somebody is scanned who was scanned before."""

    NO = ""
    AT_ONCE = "at_once"
    ELSEWHERE = "elsewhere"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Door:
    """One scanner: whose it is, where it stands."""

    name: str
    keeper: str
    phone: str
    place: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a keeper does at a minute of the day: one code, for one person or for several of a household."""

    minute: float
    door: str
    names: tuple[str, ...]
    purpose: Purpose = Purpose.IN
    via: Via = Via.PHOTO
    twice: Twice = Twice.NO
    household: bool = False
    undone: bool = False
    """The keeper takes it back at once."""

    @property
    def wave(self) -> int:
        return int(self.minute // WAVE)


@dataclass(frozen=True)
class Day:
    """The whole plan. Who is in none of it stays at home and stays on the list."""

    evening: Evening
    doors: tuple[Door, ...]
    halls: tuple[Hall, ...]
    acts: tuple[Act, ...]
    households: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The people of each household by its head's name, as the list has them."""

    def at(self, door: str, waves: range) -> list[Act]:
        """What is done there in these waves, in its order."""
        return [act for act in self.acts if act.door == door and act.wave in waves]


DOORS = (
    Door("school", "东校门守门人", "1990008{:04}", "雅溪镇中心小学避灾安置点"),
    Door("hall", "文化礼堂守门人", "1990005{:04}", "雅溪镇文化礼堂避灾安置点"),
    Door("bus", "车站守门人", "1990004{:04}", "雅溪镇车站避灾安置点"),
)
FIRST, SECOND, THIRD = DOORS
PROMISED = (
    (THIRD.name, 2), (FIRST.name, 0), (FIRST.name, 0), (THIRD.name, LOST_AFTER), (SECOND.name, 0), (SECOND.name, SET_RIGHT), (SECOND.name, JUMPS),
    (SECOND.name, JUMPS - 1),
)  # fmt: skip
"""However few people there are: somebody comes before and after a phone is lost, and while a clock is wrong as well as before and after, in one page."""
STAFF = {"officer": "1990007{:04}", "approver": "1990006{:04}", "warden": "1990009{:04}"}


def planned(seed: int, *, people: int) -> Day:
    """The day of this seed."""
    invention, random = Invention(seed), Random(f"offline {seed}")
    officials = {role: official(invention, role, phone.format(seed % 10_000)) for role, phone in STAFF.items()}
    keepers = {door.name: official(invention, door.name, door.phone.format(seed % 10_000)) for door in DOORS}
    village = invention.village(VILLAGE, people=people, responsible=officials["warden"].phone)
    halls = tuple(
        Hall(name=door.place, area_code=NEXT, keeper_phone=keepers[door.name].phone, level="township", places_day=600, places_night=500) for door in DOORS
    )
    homes: dict[str, list[str]] = {}
    for one in village:
        homes.setdefault(one.household, []).append(one.name)
    acts = spoken_for(list(homes.values()), random)
    doors = tuple(replace(door, keeper=keepers[door.name].name, phone=keepers[door.name].phone) for door in DOORS)
    cast = Evening(
        tuple(village), officials | keepers, official(invention, "outsider", ""), invention.name(MEN, surname="邱"),
        Contacts(village[0], (), village[0], village[0], village[0]), (), (), village[0], halls[0],
    )  # fmt: skip
    return Day(cast, doors, halls, tuple(acts), {names[0]: tuple(names) for names in homes.values()})


def spoken_for(homes: Sequence[Sequence[str]], random: Random) -> list[Act]:
    """Everything that is done at the doors, in order of time."""
    acts = [*filmed(first(homes, random))]
    doubled = doubles(acts, random)
    taken = {name for act in (*doubled, *acts) if act.twice or act.via is Via.CAMERA for name in act.names}
    taken |= {name for act in doubled for name in act.names}
    left = leavers([act for act in acts if not taken & set(act.names)], random)
    taken |= {name for act in left for name in act.names}
    alone = [act for act in acts if len(act.names) == 1 and not taken & set(act.names)]
    wrong = set(random.sample(alone, min(len(alone), max(1, round(UNDONE * len(acts))))))
    again = [replace(act, minute=act.minute + 0.2) for act in wrong if random.random() < 0.5]
    return sorted((*(replace(act, undone=act in wrong) for act in acts), *again, *doubled, *left), key=lambda act: act.minute)


def first(homes: Sequence[Sequence[str]], random: Random) -> Iterator[Act]:
    """Everybody's first arrival: by household and wave, some with one card for all, the others one after another."""
    queues: dict[tuple[str, int], list[Act]] = {}
    promised = list(PROMISED)
    for home in random.sample(homes, len(homes)):
        here = tuple(name for name in home if random.random() >= STAY_AWAY)
        door, wave = promised.pop() if promised and here else (random.choices(DOORS, (4, 4, 3))[0].name, random.randrange(WAVES))
        purpose = Purpose.RELATIVES if door == THIRD.name and random.random() < RELATIVES else Purpose.IN
        queue = queues.setdefault((door, wave), [])
        if len(here) > 1 and purpose is Purpose.IN and random.random() < TOGETHER:
            queue.append(Act(0, door, here, purpose, household=True))
            continue
        queue += [Act(0, door, (name,), purpose, Via.TYPED if random.random() < TORN else Via.PHOTO) for name in here]
    for (_, wave), queue in sorted(queues.items()):
        minute = wave * WAVE + BEGINS + random.random()
        for act in sorted(queue, key=lambda act: act.purpose):
            minute += random.uniform(*APART)
            yield replace(act, minute=minute)


def filmed(acts: Iterator[Act]) -> Iterator[Act]:
    """The first at the first door are held before its camera."""
    left = CLIP
    for act in acts:
        if act.door == FIRST.name and act.wave == 0 and act.via is Via.PHOTO and not act.household and left:
            left -= 1
            yield replace(act, via=Via.CAMERA)
        else:
            yield act


def doubles(acts: Sequence[Act], random: Random) -> list[Act]:
    """One in twenty is scanned twice: at once at the same door, within minutes at another, or hours later at another."""
    may = [act for act in acts if len(act.names) == 1 and act.purpose is Purpose.IN and act.via is Via.PHOTO and certain(act)]
    asked = max(3, round(DOUBLES * len(acts)))
    kinds = [(Twice.AT_ONCE, Twice.ELSEWHERE, Twice.MOVED)[n % 3] for n in range(asked)]
    return [twice(act, kind, random) for act, kind in zip(random.sample(may, min(asked, len(may))), kinds, strict=False)]


def twice(act: Act, kind: Twice, random: Random) -> Act:
    other = random.choice([door.name for door in (FIRST, SECOND, THIRD) if door.name != act.door])
    match kind:
        case Twice.AT_ONCE:
            return replace(act, minute=act.minute + 0.1, twice=kind)
        case Twice.ELSEWHERE:
            return replace(act, minute=act.minute + random.uniform(2, 7), door=other, twice=kind)
        case _:
            return replace(act, minute=act.minute + WAVE / 2 + random.uniform(0, 9), door=other, twice=kind)


def leavers(acts: Sequence[Act], random: Random) -> list[Act]:
    """Some go out again a wave later; every second of them comes back an hour after that."""
    may = [act for act in acts if act.purpose is Purpose.IN and len(act.names) == 1 and act.wave < JUMPS - 2]
    going = random.sample(may, min(len(may), max(1, round(LEAVE * len(acts)))))
    out = [replace(act, minute=act.minute + WAVE / 3, purpose=Purpose.OUT, via=Via.PHOTO) for act in going]
    return [*out, *(replace(act, minute=act.minute + WAVE / 3, purpose=Purpose.IN) for act in out[::2])]


def certain(act: Act) -> bool:
    """Not at the second door when its clock is about to jump or has jumped: nothing there is ever in doubt about an order of two."""
    return act.wave < JUMPS - 1


def roles(day: Day) -> dict[str, Invented]:
    """Who has a chat: the two who make the order."""
    return {role: day.evening.officials[role] for role in ("officer", "approver")}


def posts(day: Day) -> list[tuple[str, ...]]:
    """The commands that give everybody their role."""
    staff = {"warden": ("warden", VILLAGE), "officer": ("duty_officer", COUNTY), "approver": ("approver", COUNTY)}
    given = [("people", "grant", day.evening.officials[who].phone, role, "--area", area) for who, (role, area) in staff.items()]
    return [*given, *(("people", "grant", door.phone, "keeper", "--shelter", door.place) for door in day.doors)]
