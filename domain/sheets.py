"""Lists that leave the house as tables: which kinds there are."""

from enum import StrEnum


class SheetKind(StrEnum):
    PEOPLE = "people"
    SHELTERS = "shelters"
    BOARD = "board"
    VISITS = "visits"
    NOTICES = "notices"
    COPIES = "copies"
    REPORTS = "reports"
    SITES = "sites"


COLUMNS: dict[SheetKind, tuple[str, ...]] = {
    SheetKind.PEOPLE: (
        "name", "phone", "id_number", "area_code", "village", "household", "address", "relation", "responsible_phone", "deputy_phone", "tags", "languages",
    ),
    SheetKind.SHELTERS: ("name", "level", "area_code", "address", "places_day", "places_night", "keeper_phone", "deputy_phone", "lat", "lon", "state"),
    SheetKind.BOARD: (
        "order", "drill", "safe", "needs_help", "village", "household", "name", "phone", "whereabouts", "reported", "how", "at", "place", "walk_in",
        "verify", "responsible", "responsible_phone",
    ),
    SheetKind.VISITS: (
        "drill", "village", "name", "phone", "reason", "made_at", "responsible", "responsible_phone", "outcome", "tries", "tried_at", "done_at", "note",
    ),
    SheetKind.NOTICES: (
        "number", "drill", "level", "risk", "state", "areas", "due_at", "run", "targets", "sent", "failed", "pending", "unknown", "posts", "posts_sent",
    ),
    SheetKind.COPIES: ("drill", "subject", "made_at", "village", "name", "channel", "state", "reason", "tries"),
    SheetKind.REPORTS: ("number", "drill", "kind", "state", "village", "at", "hurt", "trapped", "photos", "urgent"),
    SheetKind.SITES: ("site", "village", "firm", "drill", "name", "phone", "works_for", "entered_at", "entered_how", "last_proof"),
}  # fmt: skip
PERSONAL = frozenset({SheetKind.PEOPLE, SheetKind.SHELTERS, SheetKind.BOARD, SheetKind.VISITS, SheetKind.COPIES, SheetKind.SITES})
"""Kinds in which names or numbers of people stand, masked unless somebody may and wants to see them whole."""
