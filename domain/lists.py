"""Lists that an office brings: which kinds there are, and which columns each has (design §8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Gone, Invalid
from domain.text import N_


class ListKind(StrEnum):
    AREAS = "areas"
    PEOPLE = "people"
    SHELTERS = "shelters"
    SITES = "sites"
    WORKERS = "workers"
    GROUPS = "groups"
    HOLIDAYS = "holidays"


COLUMNS: Mapping[ListKind, tuple[str, ...]] = {
    ListKind.AREAS: ("code", "name", "level", "parent_code"),
    ListKind.PEOPLE: (
        "name", "phone", "id_number", "area_code", "household", "address", "relation", "responsible_phone", "deputy_phone", "tags", "languages",
    ),
    ListKind.SHELTERS: ("name", "level", "area_code", "address", "places_day", "places_night", "keeper_phone", "deputy_phone", "lat", "lon"),
    ListKind.SITES: (
        "name", "area_code", "firm", "address", "manager_phone", "needs_registered", "needs_trained", "opens", "closes", "longest_hours",
    ),
    ListKind.WORKERS: ("name", "phone", "id_number", "firm", "area_code", "trained", "trained_until", "sites"),
    ListKind.GROUPS: ("group", "area_code", "owner_phone", "name", "phone", "id_number"),
    ListKind.HOLIDAYS: ("date", "name", "kind"),
}  # fmt: skip
REQUIRED: Mapping[ListKind, tuple[str, ...]] = {
    ListKind.AREAS: ("code", "name"),
    ListKind.PEOPLE: ("name", "area_code"),
    ListKind.SHELTERS: ("name", "level", "area_code", "places_night"),
    ListKind.SITES: ("name", "area_code", "firm"),
    ListKind.WORKERS: ("name", "firm", "area_code"),
    ListKind.GROUPS: ("group", "area_code"),
    ListKind.HOLIDAYS: ("date", "kind"),
}
LEFT_OUT = "-"
"""What a header is mapped to when its column is not wanted."""
LONGEST_HEADER = 60
MOST_HEADERS = 60


class ColumnNotKnown(Invalid):
    code = "column_not_known"
    text = N_("“{column}” is not a column of this list. It has: {known}.")


class TooManyHeaders(Invalid):
    code = "too_many_headers"
    text = N_("A list can remember {most} headers of at most {longest} characters.")


def checked(kind: ListKind, mapping: Mapping[str, str]) -> Mapping[str, str]:
    """The mapping, when every header fits and leads to a column of this list or to nowhere."""
    if len(mapping) > MOST_HEADERS or any(not header or len(header) > LONGEST_HEADER for header in mapping):
        raise TooManyHeaders(most=MOST_HEADERS, longest=LONGEST_HEADER)
    for column in mapping.values():
        if column != LEFT_OUT and column not in COLUMNS[kind]:
            raise ColumnNotKnown(column=column[:LONGEST_HEADER], known=", ".join(COLUMNS[kind]))
    return mapping


WAITS = timedelta(minutes=30)
LARGEST_UPLOAD = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits to be confirmed by whoever brought it; for half an hour, then it is gone."""

    id: UUID
    person: UUID
    kind: ListKind
    digest: bytes
    size: int
    at: datetime

    def waits(self, *, now: datetime) -> bool:
        return now - self.at < WAITS


class UploadGone(Gone):
    code = "upload_gone"
    text = N_("This file is not here any more: it waits for 30 minutes, and only for whoever brought it. Choose it again.")


class FileChanged(Conflict):
    code = "file_changed"
    text = N_("This is not the file that you looked at. Choose it again and look at the preview.")
