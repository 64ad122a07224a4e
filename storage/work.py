"""One transaction and every repository over it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import Work
from storage.areas import SqlAreas
from storage.audit import SqlAudit
from storage.authenticators import SqlAuthenticators
from storage.cards import SqlCards
from storage.chats import SqlChats
from storage.checkpoints import SqlCheckpoints
from storage.claims import SqlClaims
from storage.code_days import SqlCodeDays
from storage.codes import SqlCodes
from storage.contacts import SqlContacts
from storage.deliveries import SqlDeliveries
from storage.devices import SqlDevices
from storage.engine import Databases
from storage.evacuations import SqlOrders
from storage.founders import SqlFounders
from storage.gates import SqlGates
from storage.glass import SqlGlass
from storage.grants import SqlGrants
from storage.groups import SqlGroups
from storage.links import SqlLinks
from storage.lists import SqlLists
from storage.logins import SqlLogins
from storage.media import SqlMedia
from storage.notices import SqlNotices
from storage.passes import SqlPasses
from storage.people import SqlPeople
from storage.published import SqlPublished
from storage.receipts import SqlReceipts
from storage.reports import SqlReports
from storage.rollcall import SqlMembers
from storage.scans import SqlScans
from storage.sealing import Sealing
from storage.sessions import SqlSessions
from storage.shelters import SqlShelters
from storage.sites import SqlSites
from storage.teams import SqlTeams
from storage.visits import SqlVisits
from storage.watch import SqlWatch
from storage.workers import SqlWorkers

ONE_AFTER_ANOTHER = 0x6D61_7368_616E_67


class SqlWork:
    """Everything that one transaction can remember."""

    def __init__(self, connection: AsyncConnection, sealing: Sealing) -> None:
        self.areas = SqlAreas(connection, sealing)
        self.people = SqlPeople(connection, sealing)
        self.cards = SqlCards(connection, sealing)
        self.contacts = SqlContacts(connection, sealing)
        self.links = SqlLinks(connection, sealing)
        self.grants = SqlGrants(connection, sealing)
        self.glass = SqlGlass(connection, sealing)
        self.shelters = SqlShelters(connection, sealing)
        self.codes = SqlCodes(connection, sealing)
        self.claims = SqlClaims(connection, sealing)
        self.teams = SqlTeams(connection, sealing)
        self.code_days = SqlCodeDays(connection, sealing)
        self.scans = SqlScans(connection, sealing)
        self.orders = SqlOrders(connection, sealing)
        self.members = SqlMembers(connection, sealing)
        self.receipts = SqlReceipts(connection, sealing)
        self.audit = SqlAudit(connection, sealing)
        self.deliveries = SqlDeliveries(connection, sealing)
        self.chats = SqlChats(connection, sealing)
        self.visits = SqlVisits(connection, sealing)
        self.sessions = SqlSessions(connection, sealing)
        self.authenticators = SqlAuthenticators(connection, sealing)
        self.logins = SqlLogins(connection, sealing)
        self.founders = SqlFounders(connection, sealing)
        self.notices = SqlNotices(connection, sealing)
        self.groups = SqlGroups(connection, sealing)
        self.reports = SqlReports(connection, sealing)
        self.media = SqlMedia(connection, sealing)
        self.workers = SqlWorkers(connection, sealing)
        self.sites = SqlSites(connection, sealing)
        self.gates = SqlGates(connection, sealing)
        self.checkpoints = SqlCheckpoints(connection, sealing)
        self.passes = SqlPasses(connection, sealing)
        self.lists = SqlLists(connection, sealing)
        self.published = SqlPublished(connection, sealing)
        self.watch = SqlWatch(connection, sealing)
        self.devices = SqlDevices(connection, sealing)


class SqlWorks:
    """Opens transactions: `write` is the one writer and commits when its block ends well, `read` is one snapshot.

    Use cases look before they write (is the shelter full, is the order out already, what are all events of this member), so
    on PostgreSQL they go one after another too, across processes (docs/decisions/0006).
    """

    def __init__(self, databases: Databases, sealing: Sealing) -> None:
        self._databases = databases
        self._sealing = sealing

    def read(self) -> AbstractAsyncContextManager[Work]:
        return self._reading()

    def write(self) -> AbstractAsyncContextManager[Work]:
        return self._writing()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Work]:
        async with self._databases.read() as connection:
            yield SqlWork(connection, self._sealing)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Work]:
        async with self._databases.write() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(select(func.pg_advisory_xact_lock(ONE_AFTER_ANOTHER)))
            yield SqlWork(connection, self._sealing)
