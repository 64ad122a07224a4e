"""What stands around every text: names as far as they may be said in chat, the frame of a drill, whom to call."""

from typing import Literal

from domain.identifiers import masked_name, masked_phone
from domain.text import N_
from locales.catalogue import Catalogue

Detail = Literal["codes", "short", "full"]

DRILL = N_("【DRILL】")
UNNAMED = N_("person {number}")
EMERGENCY = N_("In danger of life call 110, 119 or 120 at once.")


def called(name: str, *, detail: Detail, catalogue: Catalogue, number: int = 1) -> str:
    """A name as far as it may be said here: in full, masked (王*明), or only the place in a list. Not escaped."""
    if detail == "full":
        return name
    return masked_name(name) if detail == "short" else catalogue.say(UNNAMED, number=number)


def reached(phone: str, *, detail: Detail) -> str:
    """A phone number as far as it may be said here."""
    return phone if detail == "full" else masked_phone(phone)


def framed(text: str, *, drill: bool, catalogue: Catalogue) -> str:
    """The text, marked as a drill where it is one: at its beginning and at its end."""
    if not drill:
        return text
    mark = f"<b>{catalogue.say(DRILL)}</b>"
    return f"{mark}\n{text}\n{mark}"
