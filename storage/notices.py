"""Risk notices, their runs and the holidays. Drill or real belongs to the notice; (id, drill) is the key that every row of it must repeat."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, func, select, update
from sqlalchemy.sql import Select

from domain import schedules
from domain.colours import Level
from domain.deliveries import OPEN, DeliveryState, Lane, Tally
from domain.notices import Draft, Notice, NoticeState, Occurrence, Part, Risk, RunState, Wording
from domain.people import ContactState
from domain.schedules import DayKind
from storage.areas import in_subtree, roots
from storage.contacts import contacts
from storage.deliveries import deliveries
from storage.metadata import Retention, kept, metadata
from storage.people import people
from storage.rows import Found, Rows, Values
from storage.types import IdType, JsonText, Sealed, TextEnum, UtcTime

ID_BYTES = 16
MANY = 2000
"""More than so many people are not asked about one lot after another: one look at the whole table is cheaper."""

notices = Table(
    "notices",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("drill", Boolean, nullable=False),
    Column("level", TextEnum(Level), nullable=False),
    Column("risk", TextEnum(Risk), nullable=False),
    Column("parts", JsonText, nullable=False),
    Column("audience", Text, nullable=False, index=True),
    Column("schedule", JsonText, nullable=False),
    Column("texts", Sealed, nullable=False),
    Column("same", Text),
    Column("begins_at", UtcTime),
    Column("issuer", Text, ForeignKey("areas.code"), nullable=False),
    Column("state", TextEnum(NoticeState), nullable=False),
    Column("drafted_by", IdType, nullable=False),
    Column("drafted_at", UtcTime, nullable=False, index=True),
    Column("approved_by", IdType),
    Column("approved_at", UtcTime),
    Column("next_due_at", UtcTime),
    Column("cancelled_by", IdType),
    Column("cancelled_at", UtcTime),
    UniqueConstraint("id", "drill"),
    Index(None, "state", "next_due_at"),
    info=kept(Retention.RESPONSE),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("notice", IdType, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("state", TextEnum(RunState), nullable=False),
    Column("message", IdType, index=True),
    Column("released_at", UtcTime),
    Column("people", Integer, nullable=False),
    Column("filled", Integer, nullable=False),
    Column("posts", Integer, nullable=False),
    UniqueConstraint("notice", "due_at"),
    UniqueConstraint("id", "drill"),
    ForeignKeyConstraint(["notice", "drill"], ["notices.id", "notices.drill"]),
    ForeignKeyConstraint(["message", "drill"], ["messages.id", "messages.drill"]),
    info=kept(Retention.RESPONSE),
)

rosters = Table(
    "rosters",
    metadata,
    Column("occurrence", IdType, primary_key=True),
    Column("drill", Boolean, nullable=False),
    Column("ids", LargeBinary, nullable=False),
    ForeignKeyConstraint(["occurrence", "drill"], ["occurrences.id", "occurrences.drill"]),
    info=kept(Retention.TRANSIENT),
)

holidays = Table(
    "holidays",
    metadata,
    Column("day", Text, primary_key=True),
    Column("called", Text, nullable=False),
    Column("kind", TextEnum(DayKind), nullable=False),
    info=kept(Retention.SETUP),
)


class SqlNotices(Rows):
    async def add(self, notice: Notice, *, audience: str) -> None:
        await self._add(notices, [self._row(notice) | {"audience": audience}])

    async def change(self, notice: Notice) -> None:
        await self._change(notices, [self._row(notice)])

    async def get(self, notice: UUID) -> Notice | None:
        found = await self._first(select(notices).where(notices.c.id == notice))
        return self._notice(found) if found else None

    async def all(self) -> list[Notice]:
        """In the order they were drafted."""
        return [self._notice(row) for row in await self._fetch(select(notices).order_by(notices.c.drafted_at, notices.c.number))]

    async def last_number(self, prefix: str) -> int:
        return await self._highest(notices.c.number, prefix)

    async def waiting(self) -> list[Notice]:
        asked = select(notices).where(notices.c.state == NoticeState.WAITING)
        return [self._notice(row) for row in await self._fetch(asked.order_by(notices.c.drafted_at))]

    async def due(self, now: datetime) -> list[UUID]:
        asked = select(notices.c.id).where(notices.c.state == NoticeState.ACTIVE, notices.c.next_due_at <= now)
        return [row.id for row in await self._fetch(asked.order_by(notices.c.next_due_at, notices.c.id))]

    async def advance(self, notice: UUID, *, seen: datetime, next_due_at: datetime | None, state: NoticeState) -> bool:
        """True for the one who still found the notice active and due at `seen`."""
        still = (notices.c.id == notice) & (notices.c.state == NoticeState.ACTIVE) & (notices.c.next_due_at == seen)
        return await self._run(update(notices).where(still).values(next_due_at=next_due_at, state=state)) == 1

    async def add_run(self, run: Occurrence) -> bool:
        """False when this run of the notice is there already."""
        statement = self._insert(occurrences).values(asdict(run)).on_conflict_do_nothing()
        return await self._run(statement) == 1

    async def change_run(self, run: Occurrence) -> None:
        await self._change(occurrences, [asdict(run)])

    async def run(self, occurrence: UUID) -> Occurrence | None:
        found = await self._first(select(occurrences).where(occurrences.c.id == occurrence))
        return _run(found) if found else None

    async def run_of(self, message: UUID) -> Occurrence | None:
        found = await self._first(select(occurrences).where(occurrences.c.message == message))
        return _run(found) if found else None

    async def runs(self, wanted: Collection[UUID]) -> list[Occurrence]:
        """Of these notices, oldest first."""
        found = [_run(row) for row in await self._among(select(occurrences), occurrences.c.notice, wanted)]
        return sorted(found, key=lambda run: (run.due_at, run.id.bytes))

    async def unfilled(self) -> list[UUID]:
        asked = select(occurrences.c.id).where(occurrences.c.state == RunState.OUT, occurrences.c.filled < occurrences.c.people)
        return [row.id for row in await self._fetch(asked.order_by(occurrences.c.released_at))]

    async def last_count(self, audience: str, *, drill: bool) -> int | None:
        """How many people the newest run to this same audience had; None when there was none."""
        joined = occurrences.join(notices, notices.c.id == occurrences.c.notice)
        here = (notices.c.audience == audience) & (notices.c.drill == drill) & occurrences.c.message.is_not(None)
        asked = select(occurrences.c.people).select_from(joined).where(here).order_by(occurrences.c.due_at.desc()).limit(1)
        found = await self._first(asked)
        return found.people if found else None

    async def keep_roster(self, occurrence: UUID, ids: Collection[UUID], *, drill: bool) -> None:
        await self._add(rosters, [{"occurrence": occurrence, "drill": drill, "ids": b"".join(id.bytes for id in ids)}])

    async def roster(self, occurrence: UUID, *, start: int, most: int) -> list[UUID]:
        """The next people of a frozen list, in its order; empty when the list is gone."""
        part = func.substr(rosters.c.ids, start * ID_BYTES + 1, most * ID_BYTES).label("part")
        found = await self._first(select(part).where(rosters.c.occurrence == occurrence))
        packed = bytes(found.part) if found and found.part else b""
        return [UUID(bytes=packed[at : at + ID_BYTES]) for at in range(0, len(packed), ID_BYTES)]

    async def drop_roster(self, occurrence: UUID) -> None:
        await self._run(rosters.delete().where(rosters.c.occurrence == occurrence))

    async def people_inside(self, areas: Iterable[str], *, enrolled_only: bool) -> set[UUID]:
        found: set[UUID] = set()
        for code in roots(areas):
            asked = select(people.c.id).where(in_subtree(people.c.area, code))
            found |= {row.id for row in await self._fetch(_enrolled(asked) if enrolled_only else asked)}
        return found

    async def enrolled_among(self, ids: Collection[UUID]) -> set[UUID]:
        return {row.id for row in await self._among(_enrolled(select(people.c.id)), people.c.id, ids)}

    async def living_inside(self, ids: Collection[UUID], areas: Iterable[str]) -> set[UUID]:
        """Those of these people whose home is inside one of the areas."""
        codes = roots(areas)
        rows = await self._among(select(people.c.id, people.c.area), people.c.id, ids)
        return {row.id for row in rows if row.area.startswith(tuple(codes))}

    async def languages_of(self, ids: Collection[UUID]) -> dict[UUID, str]:
        """The language of one active contact of each of these people; who has none is left out."""
        asked = select(contacts.c.person, contacts.c.language).where(contacts.c.state == ContactState.ACTIVE)
        if len(ids) <= MANY:
            return {row.person: row.language for row in await self._among(asked, contacts.c.person, ids)}
        wanted = frozenset(ids)
        return {row.person: row.language for row in await self._fetch(asked) if row.person in wanted}

    async def people_of_contacts(self, ids: Collection[UUID]) -> dict[UUID, UUID]:
        """Whose contacts these are; without those that cannot be written to any more."""
        asked = select(contacts.c.id, contacts.c.person).where(contacts.c.state == ContactState.ACTIVE)
        return {row.id: row.person for row in await self._among(asked, contacts.c.id, ids)}

    async def tallies(self, messages: Collection[UUID], *, posts: bool) -> dict[UUID, Tally]:
        """Where the copies to people, or those to chats, of each message stand."""
        table = deliveries.c
        which = table.chat.is_not(None) if posts else table.chat.is_(None)
        asked = select(table.message, table.state, table.reason, func.count().label("count")).where(which)
        counted: dict[UUID, list[Found]] = {id: [] for id in messages}
        for row in await self._among(asked.group_by(table.message, table.state, table.reason), table.message, messages):
            counted[row.message].append(row)
        return {id: _tally(rows) for id, rows in counted.items()}

    async def ahead(self, lane: Lane) -> int:
        """How many copies wait that go before, or together with, a new one in this lane."""
        waiting = deliveries.c.state.in_(sorted(OPEN)) & (deliveries.c.lane <= int(lane))
        return await self._number(select(func.count()).select_from(deliveries).where(waiting))

    async def holidays(self) -> dict[date, DayKind]:
        return {date.fromisoformat(row.day): row.kind for row in await self._fetch(select(holidays))}

    async def put_holidays(self, days: Mapping[date, tuple[str, DayKind]]) -> None:
        await self._put(holidays, [{"day": day.isoformat(), "called": called, "kind": kind} for day, (called, kind) in days.items()])

    async def holiday_names(self) -> dict[date, tuple[str, DayKind]]:
        return {date.fromisoformat(row.day): (row.called, row.kind) for row in await self._fetch(select(holidays))}

    def _row(self, notice: Notice) -> Values:
        draft = notice.draft
        texts = {language: asdict(words) for language, words in draft.texts.items()}
        own = ("id", "number", "drill", "level", "issuer", "state", "drafted_by", "drafted_at", "approved_by", "approved_at", "next_due_at")
        return {name: getattr(notice, name) for name in (*own, "cancelled_by", "cancelled_at")} | {
            "risk": draft.risk, "parts": [part.written() for part in draft.parts], "schedule": schedules.written(draft.schedule),
            "texts": self._sealed_json(notices.c.texts, notice.id, texts), "same": draft.same, "begins_at": draft.begins_at,
        }  # fmt: skip

    def _notice(self, row: Found) -> Notice:
        texts = {language: Wording(**words) for language, words in self._opened_json(notices.c.texts, row.id, row.texts).items()}
        parts = tuple(Part.read(said) for said in row.parts)
        draft = Draft(row.level, row.risk, parts, schedules.read(row.schedule), texts, row.same, row.begins_at, row.drill)
        return Notice(
            row.id, row.number, draft, row.issuer, row.state, row.drafted_by, row.drafted_at, row.approved_by, row.approved_at, row.next_due_at,
            row.cancelled_by, row.cancelled_at,
        )  # fmt: skip


def _run(row: Found) -> Occurrence:
    return Occurrence(**row._mapping)


def _tally(rows: Iterable[Found]) -> Tally:
    states: dict[DeliveryState, int] = {}
    reasons: dict[str, int] = {}
    for row in rows:
        number = row._mapping["count"]
        states[row.state] = states.get(row.state, 0) + number
        if row.state in (DeliveryState.FAILED, DeliveryState.UNKNOWN):
            reasons[row.reason or row.state.value] = reasons.get(row.reason or row.state.value, 0) + number
    waiting = sum(states.get(state, 0) for state in OPEN)
    return Tally(states.get(DeliveryState.SENT, 0), states.get(DeliveryState.FAILED, 0), waiting, states.get(DeliveryState.UNKNOWN, 0), reasons)


def _enrolled(asked: Select[Any]) -> Select[Any]:
    return asked.where(people.c.enrolled)
