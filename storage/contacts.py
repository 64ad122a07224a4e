"""How people are reached. The address is sealed; a blind index over channel, bot and address finds who speaks."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, case, select, text, update

from domain.people import Contact, ContactState
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import BlindIndex, IdType, Sealed, TextEnum

ADDRESS = "contact"

contacts = Table(
    "contacts",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("bot", BigInteger, nullable=False),
    Column("address", Sealed, nullable=False),
    Column("address_index", BlindIndex, nullable=False, index=True),
    Column("language", Text, nullable=False),
    Column("state", TextEnum(ContactState), nullable=False),
    Index(
        "uq_contacts_active",
        "channel",
        "bot",
        "address_index",
        unique=True,
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
    info=kept(Retention.SETUP),
)

ACTIVE_FIRST = case((contacts.c.state == ContactState.ACTIVE, 0), else_=1)


class SqlContacts(Rows):
    async def add(self, contact: Contact) -> None:
        values = {
            "id": contact.id,
            "person": contact.person,
            "channel": contact.channel,
            "bot": contact.bot,
            "address": self._sealed(contacts.c.address, contact.id, contact.address),
            "address_index": self._sealing.index(ADDRESS, spoken(contact.channel, contact.bot, contact.address)),
            "language": contact.language,
            "state": contact.state,
        }
        await self._add(contacts, [values])

    async def get(self, contact: UUID) -> Contact | None:
        found = await self._first(select(contacts).where(contacts.c.id == contact))
        return self._contact(found) if found else None

    async def at(self, *, channel: str, bot: int, address: str) -> Contact | None:
        """Whoever is linked to this address: the active contact, else the newest of those that do not answer any more."""
        where = contacts.c.address_index == self._sealing.index(ADDRESS, spoken(channel, bot, address))
        found = await self._first(select(contacts).where(where).order_by(ACTIVE_FIRST, contacts.c.id.desc()).limit(1))
        return self._contact(found) if found else None

    async def of(self, people: Collection[UUID]) -> list[Contact]:
        """Contacts in any state, a person's active ones first."""
        asked = select(contacts).order_by(contacts.c.person, ACTIVE_FIRST, contacts.c.id)
        return [self._contact(row) for row in await self._among(asked, contacts.c.person, people)]

    async def ways(self, people: Collection[UUID]) -> dict[UUID, list[tuple[UUID, ContactState]]]:
        asked = select(contacts.c.id, contacts.c.person, contacts.c.state).order_by(contacts.c.person, ACTIVE_FIRST, contacts.c.id)
        found: dict[UUID, list[tuple[UUID, ContactState]]] = {person: [] for person in people}
        for row in await self._among(asked, contacts.c.person, found):
            found[row.person].append((row.id, row.state))
        return found

    async def set_state(self, contact: UUID, state: ContactState) -> None:
        await self._run(update(contacts).where(contacts.c.id == contact).values(state=state))

    async def set_language(self, contact: UUID, language: str) -> None:
        await self._run(update(contacts).where(contacts.c.id == contact).values(language=language))

    def _contact(self, row: Found) -> Contact:
        address = self._opened(contacts.c.address, row.id, row.address)
        return Contact(row.id, row.person, row.channel, row.bot, address, row.language, row.state)


def spoken(channel: str, bot: int, address: str) -> str:
    """What the blind index of an address is made from."""
    return f"{channel}|{bot}|{address}"
