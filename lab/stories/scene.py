"""What everybody in the evening shares, and how the house is furnished before it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab import data
from lab.people import Hall, Invented, write_table
from lab.simulator.chats import Persona
from lab.stories.cast import COUNTY, NEXT, SHELTER, VILLAGE, Evening
from lab.stories.house import House, Said
from lab.stories.ledger import Ledger
from lab.stories.phones import Phone, Street
from lab.stories.words import in_words

ROLES = {"warden": "warden", "keeper": "keeper", "officer": "duty_officer", "approver": "approver"}
CONTACTS = ("answerer", "caller", "arriver", "mover")
STRANGER = "stranger"
FIRST_USER = 5001


@dataclass(frozen=True, slots=True)
class Code:
    """A living code as `mashang codes list` prints it; `holder` is the person's id."""

    holder: str
    short: str
    text: str
    link: str

    @property
    def payload(self) -> str:
        """What a deep link carries."""
        return self.link.partition("?start=")[2]

    @property
    def hex(self) -> str:
        """The person's id as buttons carry it."""
        return self.holder.replace("-", "")


@dataclass
class Signals:
    """What one thread of the evening waits for in another."""

    order_out: asyncio.Event = field(default_factory=asyncio.Event)
    notice_set: asyncio.Event = field(default_factory=asyncio.Event)
    help_called: asyncio.Event = field(default_factory=asyncio.Event)
    arrival_said: asyncio.Event = field(default_factory=asyncio.Event)
    caller_admitted: asyncio.Event = field(default_factory=asyncio.Event)
    still_in_need: asyncio.Event = field(default_factory=asyncio.Event)
    help_over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Furniture:
    """What the lists became: everybody's living code by name, and the digits that tie a chat to a person, by role."""

    codes: Mapping[str, Code]
    link_codes: Mapping[str, str]
    said: Sequence[Said] = ()
    """What else was asked."""


@dataclass
class Scene:
    """One evening while it is played."""

    evening: Evening
    invited: Mapping[str, Invented]
    """Who of the lists has a chat, by role."""
    street: Street
    codes: Mapping[str, Code]
    link_codes: Mapping[str, str]
    public_url: str
    phones: dict[str, Phone]
    language: str = "zh_CN"
    """What everybody speaks tonight."""
    doors: Iterator[str] = field(default_factory=lambda: iter(()))
    """Where pages can be had, one after the other for ever; without any at the public address."""
    signals: Signals = field(default_factory=Signals)
    ledger: Ledger = field(init=False)
    order: str = ""
    """The order's id, once it is out."""
    pictures: dict[str, bytes] = field(default_factory=dict)
    """The own code of each role, as it was sent into the chat."""
    scanned_at: dict[str, float] = field(default_factory=dict)
    """When the keeper was told so, by the loop's clock."""
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    """Messages that somebody was sent unasked; each may come only once."""
    wrong: list[str] = field(default_factory=list)
    """What was answered otherwise than it had to be, in words."""

    def __post_init__(self) -> None:
        self.ledger = Ledger({one.name for one in self.evening.people})

    def door(self) -> str:
        """Where the next page is asked for."""
        return next(self.doors, self.public_url)

    def words(self, text: str) -> str:
        """What somebody types, in the language of tonight."""
        return in_words(text, self.language)


def invited(evening: Evening) -> dict[str, Invented]:
    """Who of the lists has a chat tonight, by role."""
    return evening.officials | dict(zip(CONTACTS, evening.contacts.all(), strict=True))


KINDS = {"warden": "warden", "keeper": "keeper", "officer": "official", "approver": "official", "worker": "worker"}
LABELS = {"approver": "审批人 Approver", "watch": "值守 On duty", "untrained": "新工人 New worker", "stranger": "路人 Passer-by"}


def personas(people: Mapping[str, Invented]) -> list[Persona]:
    """Everybody with a phone tonight; at the end somebody who is on no list."""
    known = [persona(n, role, one.name, "+86" + one.phone) for n, (role, one) in enumerate(people.items())]
    return [*known, persona(len(known), STRANGER, "路人")]


def persona(number: int, role: str, name: str, phone: str = "") -> Persona:
    kind = role.partition("-")[0]
    return Persona(user_id=FIRST_USER + number, name=name, phone=phone, role=KINDS.get(kind, "resident"), role_label=LABELS.get(kind, ""))


def phones(people: Mapping[str, Invented], street: Street) -> dict[str, Phone]:
    """By role; the stranger's too."""
    return {role: Phone(street, one.user_id, role) for role, one in zip((*people, STRANGER), personas(people), strict=True)}


async def furnish(house: House, evening: Evening, folder: Path) -> Furniture:
    """Lists, posts, link codes: everything by command, beside a house that opens."""
    chats = invited(evening)
    lines = [*lists(folder, [*evening.people, *evening.officials.values(), evening.outsider], [evening.hall]), *posts(evening)]
    return await furnished(house, lines, chats, areas=(VILLAGE, NEXT))


Lines = Sequence[Sequence[str]]


def lists(folder: Path, people: Sequence[Invented], halls: Sequence[Hall]) -> Lines:
    """The commands that take in divisions, people and shelters, from files in the folder."""
    tables = [
        ("areas", Path(str(data.__file__)).parent / "lishui-divisions.csv"),
        ("people", write_table(folder / "people.csv", people)),
        ("shelters", write_table(folder / "shelters.csv", halls)),
    ]
    return [(noun, "import", str(file)) for noun, file in tables]


def posts(evening: Evening) -> Lines:
    """The commands that give the officials their roles."""
    scopes = {"warden": ("--area", VILLAGE), "keeper": ("--shelter", SHELTER), "officer": ("--area", COUNTY), "approver": ("--area", COUNTY)}
    return [("people", "grant", one.phone, ROLES[role], *scopes[role]) for role, one in evening.officials.items()]


async def furnished(house: House, lines: Lines, chats: Mapping[str, Invented], *, areas: Sequence[str], asks: Lines = ()) -> Furniture:
    """After these commands: the codes of all people of these areas by name, a link code for each chat, and the answers to what else is asked."""
    digits = [("people", "link-code", one.phone, "--json") for one in chats.values()]
    listings = [("codes", "list", "--json", "--area", area) for area in areas]
    said = (await house.commands(*lines, *digits, *listings, *asks))[len(lines) :]
    listed = said[len(digits) : len(digits) + len(listings)]
    codes = {name: code for answer in listed for name, code in by_name(answer.values()).items()}
    linking = {role: answer.value()["code"] for role, answer in zip(chats, said, strict=False)}
    return Furniture(codes, linking, said[len(digits) + len(listings) :])


def by_name(lines: Sequence[Mapping[str, str]]) -> dict[str, Code]:
    """People's codes out of a listing; every invented name is one person's only."""
    return {line["name"]: Code(line["holder"], line["short"], line["text"], line["link"]) for line in lines if line["holder_kind"] == "person"}
