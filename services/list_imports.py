"""Lists taken in, whatever their kind: one door for the command line and for the page, with headers that are explained only once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.access import May, NotYours
from domain.identifiers import normal_id_number, normal_phone
from domain.lists import LARGEST_UPLOAD, LEFT_OUT, WAITS, FileChanged, ListKind, Upload, UploadGone, checked
from services.actors import Actor
from services.audit import Trail
from services.imports import Problem, Report
from services.ports import Clock, Ids, Work, Works

Rows = Sequence[tuple[int, dict[str, str]]]
MOST_WAITING = 3


class Taking(Protocol):
    """The use case that takes in one kind of list."""

    async def __call__(self, rows: Rows, *, by: Actor, dry_run: bool = False) -> Report: ...


@dataclass(frozen=True, slots=True)
class Read:
    """A list as it was read from a file: its usable rows, those that could not be read, and what was said of its headers."""

    rows: Rows
    problems: Sequence[Problem] = ()
    mapping: Mapping[str, str] | None = None


class ListImports:
    """Takes in lists of every kind, and keeps a file that waits to be confirmed.

    Lists are brought by the operator, or by whoever may GRANT (an admin): rows of their own areas only, and nobody who stands on the list
    of another area is moved or changed by them.
    """

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, takers: Mapping[ListKind, Taking], enrolling: Taking) -> None:
        """`enrolling` takes in people whom drills may reach."""
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._takers = takers
        self._enrolling = enrolling

    async def mapping(self, kind: ListKind, *, by: Actor) -> dict[str, str]:
        """What headers of such lists mean, as somebody said before."""
        by.must(May.GRANT, now=self._clock.now())
        async with self._works.read() as work:
            return await work.lists.mapping(kind)

    async def take_in(self, kind: ListKind, read: Read, *, by: Actor, dry_run: bool = False, enrol: bool = False) -> Report:
        """The report of the whole file. What was said of its headers is kept for the next one, when something went in or would change nothing."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.read() as work:
            before = await work.lists.mapping(kind)
            rows, others = await self._scoped(work, kind, read.rows, by=by, now=now)
        taker = self._enrolling if enrol and kind is ListKind.PEOPLE else self._takers[kind]
        report = (await taker(rows, by=by, dry_run=dry_run)).beside([*read.problems, *others])
        fresh = {header: column for header, column in checked(kind, read.mapping or {}).items() if before.get(header, LEFT_OUT) != column}
        if fresh and not dry_run and report.refused < report.rows:
            async with self._works.write() as work:
                await work.lists.keep_mapping(kind, fresh)
                await self._trail.add(work, by=by, action="lists.mapping", subject=kind.value, now=now, headers=len(fresh))
        return report

    async def keep(self, kind: ListKind, body: bytes, *, by: Actor) -> Upload:
        """Seal a file until it is confirmed. At most three of one person wait; the oldest makes room."""
        now, person = self._clock.now(), by.registered()
        by.must(May.GRANT, now=now)
        upload = Upload(self._ids.new(), person, kind, hashlib.sha256(body).digest(), len(body), now)
        assert len(body) <= LARGEST_UPLOAD
        async with self._works.write() as work:
            await work.lists.drop_uploads(before=now - WAITS)
            for old in (await work.lists.waiting_of(person))[: -MOST_WAITING + 1 or None]:
                await work.lists.drop_upload(old.id)
            await work.lists.add_upload(upload, body)
            await self._trail.add(work, by=by, action="lists.upload", subject=kind.value, now=now, size=upload.size, digest=upload.digest.hex()[:16])
        return upload

    async def waiting(self, id: UUID, *, by: Actor) -> tuple[Upload, bytes]:
        """A file that waits, for whoever brought it and for nobody else."""
        by.must(May.GRANT, now=self._clock.now())
        async with self._works.read() as work:
            upload = await self._own(work, id, by=by)
            return upload, await work.lists.body(id)

    async def confirm(self, id: UUID, read: Read, *, digest: str, by: Actor) -> Report:
        """Take in the file that was looked at, and let it go. Refuses another one, and one that somebody confirmed a moment ago."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.write() as work:
            upload = await self._own(work, id, by=by)
            if upload.digest.hex() != digest:
                raise FileChanged()
            await work.lists.drop_upload(id)
            await self._trail.add(work, by=by, action="lists.confirm", subject=upload.kind.value, now=now, digest=digest[:16], rows=len(read.rows))
        return await self.take_in(upload.kind, read, by=by)

    async def drop(self, id: UUID, *, by: Actor) -> None:
        """Not this one after all."""
        by.must(May.GRANT, now=self._clock.now())
        async with self._works.write() as work:
            upload = await self._own(work, id, by=by)
            await work.lists.drop_upload(upload.id)

    async def sweep(self) -> int:
        """Files that nobody confirmed in time are gone; how many."""
        before = self._clock.now() - WAITS
        async with self._works.write() as work:
            return await work.lists.drop_uploads(before=before)

    async def _own(self, work: Work, id: UUID, *, by: Actor) -> Upload:
        upload = await work.lists.upload(id)
        if upload is None or upload.person != by.registered() or not upload.waits(now=self._clock.now()):
            raise UploadGone()
        return upload

    async def _scoped(self, work: Work, kind: ListKind, rows: Rows, *, by: Actor, now: datetime) -> tuple[Rows, list[Problem]]:
        """The rows that the asker may bring: of an area that is theirs, about nobody who is on the list of another one."""
        if May.GRANT in by.rights or kind is ListKind.HOLIDAYS:
            return rows, []
        outside = await self._known_elsewhere(work, rows, by=by, now=now)
        own, others = [], []
        for line, row in rows:
            area = row.get("code" if kind is ListKind.AREAS else "area_code", "").strip()
            if by.can(May.GRANT, now=now, area=area or "?") and not outside & _identities(row):
                own.append((line, row))
            else:
                others.append(Problem(line, NotYours(may=May.GRANT.value)))
        return own, others

    async def _known_elsewhere(self, work: Work, rows: Rows, *, by: Actor, now: datetime) -> set[str]:
        """Phones, ID numbers and names of sites in these rows that belong to an area which is not the asker's."""
        said = {each for _, row in rows for each in _identities(row)}
        known = [*await work.people.with_phones(said), *await work.people.with_id_numbers(said)]
        numbers = {n for person in known if not by.can(May.GRANT, now=now, area=person.area) for n in (person.phone, person.id_number) if n}
        sites = {site.name for site in await work.sites.all() if not by.can(May.GRANT, now=now, area=site.area)}
        return numbers | sites


def _identities(row: Mapping[str, str]) -> set[str]:
    """By what a row may mean somebody, or some site, that is known already."""
    numbers = (normal_phone(row.get("phone", "")), normal_id_number(row.get("id_number", "")))
    return {number for number in numbers if number} | {name.strip() for name in row.get("sites", "").split(";") if name.strip()}
