"""Reports from the field and their steps. What people wrote and where they are is sealed; a report is drill or real from its first row."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    Table,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
)

from domain.pins import Pin
from domain.reports import UNSENT, Report, ReportDeed, ReportEvent, ReportKind, ReportState
from storage.media import media
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows, Values
from storage.types import IdType, Sealed, TextEnum, UtcTime

reports = Table(
    "reports",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("drill", Boolean, nullable=False),
    Column("for_self", Boolean, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
    Column("reporter", IdType, ForeignKey("people.id")),
    Column("guest", IdType, ForeignKey("chats.id")),
    Column("state", TextEnum(ReportState), nullable=False),
    Column("kind", TextEnum(ReportKind)),
    Column("pin", Sealed),
    Column("pin_is_place", Boolean, nullable=False),
    Column("place", Sealed),
    Column("area", Text),
    Column("hurt", Integer),
    Column("trapped", Integer),
    Column("text", Sealed),
    Column("number", Text, unique=True),
    Column("filed_at", UtcTime, index=True),
    Column("desk", Text, nullable=False),
    Column("alike", IdType),
    Column("duplicate_of", IdType, index=True),
    Column("assignee", IdType, ForeignKey("people.id"), index=True),
    Column("assignee_name", Sealed),
    UniqueConstraint("id", "drill"),
    Index(None, "reporter", "begun_at"),
    Index(None, "guest", "begun_at"),
    info=kept(Retention.RESPONSE),
)

report_events = Table(
    "report_events",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("report", IdType, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", TextEnum(ReportDeed), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", IdType),
    Column("via", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("words", Sealed),
    Column("assignee", IdType),
    ForeignKeyConstraint(["report", "drill"], ["reports.id", "reports.drill"]),
    UniqueConstraint("report", "seq"),
    info=kept(Retention.RESPONSE),
)

SEALED = ("place", "text", "assignee_name")
PHOTOS = select(func.count()).select_from(media).where(media.c.report == reports.c.id).correlate(reports).scalar_subquery().label("photos")
SENT = reports.c.state.not_in(sorted(UNSENT))


class SqlReports(Rows):
    async def add(self, report: Report) -> None:
        """A report that is there already stays as it is."""
        await self._add_once(reports, [self._row(report)])

    async def change(self, report: Report) -> None:
        await self._change(reports, [self._row(report)])

    async def get(self, report: UUID) -> Report | None:
        return await self._one(reports.c.id == report)

    async def numbered(self, number: str) -> Report | None:
        return await self._one(reports.c.number == number)

    async def _one(self, which: ColumnElement[bool]) -> Report | None:
        found = await self._first(_asked().where(which))
        return self._report(found) if found else None

    async def by_author(self, *, reporter: UUID | None, guest: UUID | None, since: datetime) -> list[Report]:
        author = reports.c.reporter == reporter if reporter is not None else reports.c.guest == guest
        found = await self._fetch(_asked().where(author, reports.c.begun_at >= since).order_by(reports.c.begun_at.desc(), reports.c.id))
        return [self._report(row) for row in found]

    async def sent(self, *, since: datetime | None = None, kind: ReportKind | None = None) -> list[Report]:
        asked = _asked().where(SENT).order_by(reports.c.filed_at.desc(), reports.c.number.desc())
        if since is not None:
            asked = asked.where(reports.c.filed_at >= since)
        if kind is not None:
            asked = asked.where(reports.c.kind == kind)
        return [self._report(row) for row in await self._fetch(asked)]

    async def on_desks(self, scopes: Collection[str], *, assignee: UUID | None, states: Collection[ReportState], most: int, after: int) -> list[Report]:
        """Newest first. A scope covers the desks inside it; a county or a city also those of reports that nobody could place."""
        asked = _asked().where(_handled(scopes, assignee), reports.c.state.in_(sorted(states)))
        newest = asked.order_by(reports.c.filed_at.desc(), reports.c.number.desc()).limit(most).offset(after)
        return [self._report(row) for row in await self._fetch(newest)]

    async def count_on_desks(self, scopes: Collection[str], *, assignee: UUID | None, states: Collection[ReportState]) -> int:
        mine = select(func.count()).select_from(reports).where(_handled(scopes, assignee), reports.c.state.in_(sorted(states)))
        return await self._number(mine)

    async def last_number(self, prefix: str) -> int:
        return await self._highest(reports.c.number, prefix)

    async def duplicates_of(self, report: UUID) -> list[Report]:
        return [self._report(row) for row in await self._fetch(_asked().where(reports.c.duplicate_of == report).order_by(reports.c.number))]

    async def add_event(self, event: ReportEvent) -> None:
        row: Values = {name: getattr(event, name) for name in report_events.c.keys()}
        await self._add_once(report_events, [row | {"words": self._sealed(report_events.c.words, event.id, event.words or None)}])

    async def events(self, ids: Collection[UUID]) -> dict[UUID, list[ReportEvent]]:
        """By report, in the order in which they happened."""
        told: dict[UUID, list[ReportEvent]] = {}
        for row in await self._among(select(report_events), report_events.c.report, ids):
            words = self._opened(report_events.c.words, row.id, row.words) or ""
            told.setdefault(row.report, []).append(ReportEvent(**{**row._mapping, "words": words}))
        for lot in told.values():
            lot.sort(key=lambda event: event.seq)
        return told

    def _row(self, report: Report) -> Values:
        row: Values = {name: getattr(report, name) for name in reports.c.keys()}
        for name in SEALED:
            row[name] = self._sealed(reports.c[name], report.id, getattr(report, name) or None)
        pin = f"{report.pin.lat!r},{report.pin.lon!r}" if report.pin is not None else None
        return row | {"pin": self._sealed(reports.c.pin, report.id, pin)}

    def _report(self, row: Found) -> Report:
        values: dict[str, Any] = dict(row._mapping)
        for name in SEALED:
            values[name] = self._opened(reports.c[name], row.id, values[name]) or ""
        pin = self._opened(reports.c.pin, row.id, row.pin)
        return Report(**{**values, "pin": Pin(*map(float, pin.split(","))) if pin is not None else None})


def _asked() -> Select[Any]:
    return select(reports, PHOTOS)


def _handled(scopes: Collection[str], assignee: UUID | None) -> ColumnElement[bool]:
    """Reports on these desks, and those given to this person."""
    parts = [reports.c.desk.startswith(scope, autoescape=True) for scope in sorted(scopes)]
    if any(len(scope) <= 6 for scope in scopes):
        parts.append(reports.c.desk == "")
    if assignee is not None:
        parts.append(reports.c.assignee == assignee)
    return or_(*parts) if parts else reports.c.id.is_(None)
