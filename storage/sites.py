"""Sites 作业场所, and the lists of those who may work there. Nothing is deleted: who leaves a list has a `removed_at`."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, select, update

from domain.sites import Site, SiteState
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows, Values
from storage.types import IdType, TextEnum, UtcTime

sites = Table(
    "sites",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("name", Text, nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False, index=True),
    Column("firm", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("manager", IdType, ForeignKey("people.id")),
    Column("needs_registered", Boolean, nullable=False),
    Column("needs_trained", Boolean, nullable=False),
    Column("opens", Text),
    Column("closes", Text),
    Column("longest_minutes", Integer, nullable=False),
    Column("state", TextEnum(SiteState), nullable=False),
    info=kept(Retention.SETUP),
)

site_lists = Table(
    "site_lists",
    metadata,
    Column("site", IdType, ForeignKey("sites.id"), primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), primary_key=True, index=True),
    Column("added_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    info=kept(Retention.WORKER),
)

SAME = ("id", "name", "area", "firm", "address", "manager", "needs_registered", "needs_trained", "state")


class SqlSites(Rows):
    async def put(self, given: Collection[Site]) -> None:
        await self._put(sites, [_row(site) for site in given])

    async def get(self, site: UUID) -> Site | None:
        found = await self._first(select(sites).where(sites.c.id == site))
        return _site(found) if found else None

    async def many(self, ids: Collection[UUID]) -> dict[UUID, Site]:
        return {row.id: _site(row) for row in await self._among(select(sites), sites.c.id, ids)}

    async def all(self) -> list[Site]:
        return [_site(row) for row in await self._fetch(select(sites).order_by(sites.c.area, sites.c.name, sites.c.id))]

    async def set_state(self, site: UUID, state: SiteState) -> None:
        await self._run(update(sites).where(sites.c.id == site).values(state=state))

    async def listed(self, site: UUID) -> set[UUID]:
        asked = select(site_lists.c.person).where(site_lists.c.site == site, site_lists.c.removed_at.is_(None))
        return {row.person for row in await self._fetch(asked)}

    async def has_list(self, site: UUID) -> bool:
        """Also when the last one has left it."""
        return await self._first(select(site_lists.c.person).where(site_lists.c.site == site).limit(1)) is not None

    async def lists_of(self, person: UUID) -> set[UUID]:
        asked = select(site_lists.c.site).where(site_lists.c.person == person, site_lists.c.removed_at.is_(None))
        return {row.site for row in await self._fetch(asked)}

    async def set_lists(self, person: UUID, wanted: Collection[UUID], *, at: datetime) -> None:
        now = await self.lists_of(person)
        fresh = [{"site": site, "person": person, "added_at": at, "removed_at": None} for site in set(wanted) - now]
        await self._put(site_lists, fresh)
        for site in now - set(wanted):
            row = (site_lists.c.site == site) & (site_lists.c.person == person)
            await self._run(update(site_lists).where(row).values(removed_at=at))


def _row(site: Site) -> Values:
    values: Values = {name: getattr(site, name) for name in SAME}
    values["opens"] = site.opens.isoformat("minutes") if site.opens is not None else None
    values["closes"] = site.closes.isoformat("minutes") if site.closes is not None else None
    values["longest_minutes"] = int(site.longest.total_seconds() // 60)
    return values


def _site(row: Found) -> Site:
    return Site(
        **{name: getattr(row, name) for name in SAME}, opens=time.fromisoformat(row.opens) if row.opens else None,
        closes=time.fromisoformat(row.closes) if row.closes else None, longest=timedelta(minutes=row.longest_minutes),
    )  # fmt: skip
