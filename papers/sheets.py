"""Lists out, in words: the headers and the cells of a table in one language, whatever the list. Headers of lists that can come in again are read back."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.sheets import COLUMNS, SheetKind
from domain.text import N_
from locales.catalogue import Catalogue
from papers.books import write_table

HEADERS: Mapping[str, str] = {
    "name": N_("Name"), "phone": N_("Phone"), "id_number": N_("ID number"), "area_code": N_("Area code"), "village": N_("Village"),
    "household": N_("Household"), "address": N_("Address"), "relation": N_("Relation"), "responsible_phone": N_("Responsible person’s phone"),
    "deputy_phone": N_("Deputy’s phone"), "tags": N_("Tags"), "languages": N_("Languages"), "level": N_("Level"), "places_day": N_("Places by day"),
    "places_night": N_("Places by night"), "keeper_phone": N_("Keeper’s phone"), "lat": N_("Latitude"), "lon": N_("Longitude"), "state": N_("State"),
    "order": N_("Order"), "drill": N_("Drill"), "safe": N_("Safe"), "needs_help": N_("Needs help"), "whereabouts": N_("Whereabouts"),
    "reported": N_("Reported only"), "how": N_("How it is known"), "at": N_("When"), "place": N_("Place"), "walk_in": N_("Walk-in"),
    "verify": N_("To verify"), "responsible": N_("Responsible"), "reason": N_("Reason"), "made_at": N_("Made"), "outcome": N_("Outcome"),
    "tries": N_("Tries"), "tried_at": N_("Last try"), "done_at": N_("Done"), "note": N_("Note"), "number": N_("Number"), "risk": N_("Risk"),
    "areas": N_("Areas"), "due_at": N_("Due"), "run": N_("Run"), "targets": N_("Targets"), "sent": N_("Sent"), "failed": N_("Failed"),
    "pending": N_("Pending"), "unknown": N_("Not certain"), "posts": N_("Posts to groups"), "posts_sent": N_("Posts sent"), "subject": N_("About"),
    "channel": N_("Channel"), "kind": N_("Kind"), "hurt": N_("Hurt"), "trapped": N_("Trapped"), "photos": N_("Photos"), "urgent": N_("Urgent"),
    "site": N_("Site"), "firm": N_("Firm"), "works_for": N_("Works for"), "entered_at": N_("Inside since"), "entered_how": N_("How they came in"),
    "last_proof": N_("Last proof"), "code": N_("Area code"), "parent_code": N_("Code of the area above"), "group": N_("Group"),
    "owner_phone": N_("Phone of the group’s head"), "manager_phone": N_("Manager’s phone"), "needs_registered": N_("Only registered people"),
    "needs_trained": N_("Only trained people"), "opens": N_("Opens"), "closes": N_("Closes"), "longest_hours": N_("Longest stay in hours"),
    "trained": N_("Trained"), "trained_until": N_("Trained until"), "sites": N_("Sites"), "date": N_("Date"),
}  # fmt: skip
TITLES: Mapping[SheetKind, str] = {
    SheetKind.PEOPLE: N_("People of the list"), SheetKind.SHELTERS: N_("Shelters"), SheetKind.BOARD: N_("Roll call: who is where"),
    SheetKind.VISITS: N_("Visits"), SheetKind.NOTICES: N_("Risk notices"), SheetKind.COPIES: N_("Copies of messages"),
    SheetKind.REPORTS: N_("Reports from the field"), SheetKind.SITES: N_("Who is on site"),
}  # fmt: skip
Words = Mapping[type[StrEnum], Mapping[StrEnum, str]]
YES, NO = N_("yes"), N_("no")
DRILL = N_("Drill")


async def write_sheet(
    target: Path, kind: SheetKind, rows: AsyncIterator[Mapping[str, object]], *, catalogue: Catalogue, zone: ZoneInfo, words: Words
) -> int:
    """Write a list to a file (.csv or .xlsx by its name); how many rows. `words` says what a code means, where somebody knows it."""

    async def said() -> AsyncIterator[list[str]]:
        async for row in rows:
            yield [cell(column, row.get(column), catalogue=catalogue, zone=zone, words=words) for column in COLUMNS[kind]]

    header = [catalogue.say(HEADERS[column]) for column in COLUMNS[kind]]
    return await write_table(target, header, said(), title=catalogue.say(TITLES[kind]))


def cell(column: str, value: object, *, catalogue: Catalogue, zone: ZoneInfo, words: Words) -> str:
    """A value as it stands in the table: instants in the office's zone, codes in words, drill said as such."""
    if value is None:
        return ""
    if column == "drill":
        return catalogue.say(DRILL) if value else ""
    if isinstance(value, bool):
        return catalogue.say(YES if value else NO)
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, StrEnum):
        sentence = words.get(type(value), {}).get(value)
        return catalogue.say(sentence) if sentence is not None else value.value
    return str(value)
