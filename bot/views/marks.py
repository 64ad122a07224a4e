"""What stands around every text: names as far as they may be said in chat, the frame of a drill, whom to call."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from domain.identifiers import masked_name, masked_phone
from domain.people import Person
from domain.text import N_
from locales.catalogue import Catalogue

Detail = Literal["codes", "short", "full"]

DRILL = N_("【DRILL】")
UNNAMED = N_("person {number}")
BECAUSE = N_("Reason: {reason}")
EMERGENCY = N_("In danger of life call 110, 119 or 120 at once.")


def called(name: str, *, detail: Detail, catalogue: Catalogue, number: int = 1) -> str:
    """A name as far as it may be said here: in full, masked (王*明), or only the place in a list. Not escaped."""
    if detail == "full":
        return name
    return masked_name(name) if detail == "short" else catalogue.say(UNNAMED, number=number)


def told_apart(people: Sequence[Person], *, detail: Detail, catalogue: Catalogue) -> dict[UUID, str]:
    """Names of a list, in its order. Where masking makes two alike (林大山 and 林小山), each gets what tells it apart:
    place in the family, end of the phone number, or its number in the list.
    """
    names = {person.id: called(person.name, detail=detail, catalogue=catalogue, number=number) for number, person in enumerate(people, 1)}
    alike = Counter(names.values())
    marks = {person.id: f"{names[person.id]} {_mark(person)}".strip() for person in people if alike[names[person.id]] > 1}
    still = Counter(marks.values())
    for number, person in enumerate(people, 1):
        if person.id in marks:
            names[person.id] = marks[person.id] if still[marks[person.id]] == 1 and _mark(person) else f"{marks[person.id]} ({number})"
    return names


def _mark(person: Person) -> str:
    return " ".join(part for part in (person.relation, f"…{person.phone[-4:]}" if person.phone else "") if part)


def reached(phone: str, *, detail: Detail) -> str:
    """A phone number as far as it may be said here."""
    return phone if detail == "full" else masked_phone(phone)


def framed(text: str, *, drill: bool, catalogue: Catalogue) -> str:
    """The text, marked as a drill where it is one: at its beginning and at its end."""
    if not drill:
        return text
    mark = f"<b>{catalogue.say(DRILL)}</b>"
    return f"{mark}\n{text}\n{mark}"
