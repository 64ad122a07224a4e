"""What is said under a signed list that travels as a document."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.lists import Signed

TRUST = N_("List of keys no. {number}, made {age} ({at}). On the scanner: Menu › Import a file.")
REVOKED = N_(
    "List of withdrawn codes no. {number}, made {age} ({at}). On the scanner: Menu › Import a file. Older than 24 hours, it makes every code yellow."
)


def caption(signed: Signed, catalogue: Catalogue, zone: ZoneInfo, *, now: datetime) -> str:
    said = Formats(catalogue, zone)
    words = TRUST if signed.name == "trust.json" else REVOKED
    return catalogue.say_html(words, number=signed.sequence, age=said.ago(signed.issued_at, now=now), at=said.day_time(signed.issued_at))
