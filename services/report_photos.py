"""Photos of reports: redrawn without anything that came with them, sealed, and only then counted."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.errors import Refusal
from domain.reports import MOST_PHOTOS, OPEN, Photo, Report, ReportDeed, ReportGone, ReportState, TooManyPhotos
from services.actors import Actor
from services.ports import Clock, Ids, Work, Works
from services.report_authors import ReportAuthors
from services.report_steps import ReportSteps

TAKES_PHOTOS = OPEN | {ReportState.DRAFT}


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A fresh JPEG: nothing in it but pixels."""

    body: bytes
    width: int
    height: int


class Pictures(Protocol):
    """Opens pictures from strangers (papers/pictures.py)."""

    def redrawn(self, body: bytes) -> Redrawn:
        """Blocks: for a thread. Refuses what is no picture that can be opened safely."""
        ...


class Media(Protocol):
    """Bytes sealed at rest, by id (storage/media.py)."""

    async def put(self, photo: UUID, body: bytes) -> bytes: ...
    async def get(self, photo: UUID) -> bytes: ...
    async def drop(self, photos: Collection[UUID]) -> None: ...


class ReportPhotos:
    """Takes photos in, and says what could not be taken in."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, authors: ReportAuthors, steps: ReportSteps, pictures: Pictures, files: Media) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._authors = authors
        self._steps = steps
        self._pictures = pictures
        self._files = files

    async def expect(self, report: UUID, *, by: Actor, key: str) -> None:
        """Before anything is downloaded: refuses an eleventh photo, and writes down that it came."""
        async with self._works.write() as work:
            found = await self._taking(work, report, by)
            full = await self._full(work, found, key)
            if full:
                await self._refuse(work, found, TooManyPhotos(most=MOST_PHOTOS), by, key)
        if full:
            raise TooManyPhotos(most=MOST_PHOTOS)

    async def add(self, report: UUID, body: bytes, *, by: Actor, key: str) -> int:
        """Keep a photo; the same update again keeps it once. How many there are now. What cannot be opened is refused, and that is written down."""
        try:
            redrawn = await asyncio.to_thread(self._pictures.redrawn, body)
        except Refusal as refusal:
            await self.refuse(report, refusal, by=by, key=key)
            raise
        photo = self._id(key)
        async with self._works.read() as work:
            await self._taking(work, report, by)
        digest = await self._files.put(photo, redrawn.body)
        async with self._works.write() as work:
            found = await self._taking(work, report, by)
            full = await self._full(work, found, key)
            if full:
                await self._refuse(work, found, TooManyPhotos(most=MOST_PHOTOS), by, key)
            else:
                row = Photo(photo, report, found.drill, self._clock.now(), len(redrawn.body), redrawn.width, redrawn.height, digest)
                await work.media.add(row)
            count = await work.media.count(report)
        if full:
            await self._files.drop([photo])
            raise TooManyPhotos(most=MOST_PHOTOS)
        return count

    async def refuse(self, report: UUID, refusal: Refusal, *, by: Actor, key: str) -> None:
        """Write down that something came which could not be taken in, by its reason; the report itself stays as it is."""
        async with self._works.write() as work:
            await self._refuse(work, await self._authors.own(work, report, by), refusal, by, key)

    async def _refuse(self, work: Work, report: Report, refusal: Refusal, actor: Actor, key: str) -> None:
        known = {event.id for event in await self._steps.history(work, report.id)}
        if self._steps.id_of(key, ReportDeed.REFUSED) not in known:
            await self._steps.happen(work, report, ReportDeed.REFUSED, actor, key, reason=refusal.code)

    async def _taking(self, work: Work, report: UUID, actor: Actor) -> Report:
        found = await self._authors.own(work, report, actor)
        if found.state not in TAKES_PHOTOS:
            raise ReportGone()
        return found

    async def _full(self, work: Work, report: Report, key: str) -> bool:
        return await work.media.count(report.id) >= MOST_PHOTOS and await work.media.get(self._id(key)) is None

    def _id(self, key: str) -> UUID:
        return self._ids.derived(key, "photo")
