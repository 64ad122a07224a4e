"""From chat to browser: a two-minute link, spent by a tap, opens a session. Only hashes are kept."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta

from domain.access import May
from domain.sessions import TICKET_LASTS, NoSession, Session, Ticket, TicketSpent
from services.actors import Actor
from services.audit import Trail
from services.people import People
from services.ports import Clock, Ids, Works

TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: the secret goes into the cookie and nowhere else."""

    secret: str
    session: Session


class Sessions:
    """Tickets and sessions."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, people: People) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._people = people

    async def ticket(self, *, by: Actor) -> str:
        """The secret of a link to the board, good for two minutes and one use."""
        now = self._clock.now()
        if not by.can(May.MUSTER, now=now):
            by.must(May.SEE_BOARD, now=now)
        secret = self._secret()
        async with self._works.write() as work:
            await work.sessions.add_ticket(Ticket(self._ids.new(), digest(secret), by.registered(), now + TICKET_LASTS))
            await self._trail.add(work, by=by, action="sessions.ticket", subject=by.registered(), now=now)
        return secret

    async def open(self, secret: str) -> Opened:
        """Spend a ticket; refuses one that is unknown, spent or old."""
        now = self._clock.now()
        async with self._works.write() as work:
            ticket = await work.sessions.ticket(digest(secret))
            if ticket is None or ticket.spent_at is not None or now >= ticket.expires_at:
                raise TicketSpent()
            await work.sessions.spend(ticket.id, at=now)
            cookie = self._secret()
            session = Session(self._ids.new(), digest(cookie), ticket.person, now, now)
            await work.sessions.add(session)
            await self._trail.add(work, by=Actor(via="web", person=ticket.person), action="sessions.open", subject=session.id, now=now)
        return Opened(cookie, session)

    async def actor(self, secret: str) -> Actor:
        """Who a cookie speaks for, with the rights of this moment; refuses a closed or unknown session."""
        now = self._clock.now()
        async with self._works.read() as work:
            session = await work.sessions.with_digest(digest(secret)) if secret else None
        if session is None or not session.open(now=now):
            raise NoSession()
        if now - session.seen_at > TOUCH_AFTER:
            async with self._works.write() as work:
                await work.sessions.touch(session.id, at=now)
        return await self._people.actor_of(session.person, via="web")

    async def close(self, secret: str) -> None:
        async with self._works.write() as work:
            session = await work.sessions.with_digest(digest(secret))
            if session is not None:
                await work.sessions.end(session.id, at=self._clock.now())

    def _secret(self) -> str:
        return urlsafe_b64encode(self._ids.random_bytes(32)).rstrip(b"=").decode()


def digest(secret: str) -> bytes:
    """What is kept of a secret: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()
