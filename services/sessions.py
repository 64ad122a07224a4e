"""From chat to browser: sessions, how they are opened, renewed, listed and ended. Only hashes are kept."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.access import May
from domain.people import PersonUnknown
from domain.sessions import GRACE, TICKET_LASTS, Factor, NoSession, RolesGone, Session, SessionUnknown, Ticket, TicketSpent, state_of
from services.actors import Actor
from services.audit import Trail
from services.authenticators import Verifier
from services.people import People
from services.ports import Clock, Ids, Work, Works

TOUCH_AFTER = timedelta(minutes=1)
LONGEST_FAMILY = 40


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened or renewed: the secret goes into the cookie and nowhere else."""

    secret: str
    session: Session


@dataclass(frozen=True, slots=True)
class Present:
    """Who a cookie speaks for. With `secret` the cookie has to be changed: the old one works for a few seconds more."""

    actor: Actor
    session: Session
    secret: str | None = None


class Doorman:
    """Opens and renews sessions inside somebody else's transaction."""

    def __init__(self, *, ids: Ids, trail: Trail) -> None:
        self._ids = ids
        self._trail = trail

    async def open(self, work: Work, person: UUID, *, factor: Factor, family: str, now: datetime) -> Opened:
        secret = self.secret()
        rights = state_of([grant for grant in await work.grants.of(person) if grant.holds(now=now)])
        fresh = now if factor is Factor.BOTH else None
        session = Session(self._ids.new(), digest(secret), person, now, now, factor, family[:LONGEST_FAMILY], rights, fresh)
        await work.sessions.add(session)
        by = Actor(via="web", person=person)
        await self._trail.add(work, by=by, action="sessions.open", subject=session.id, now=now, factor=factor.value, browser=session.family)
        return Opened(secret, session)

    async def renew(self, work: Work, session: Session, *, now: datetime, **changed: object) -> Opened | None:
        """The same session with another secret; None when somebody was faster."""
        secret = self.secret()
        fresh = replace(session, digest=digest(secret), before=session.digest, before_until=now + GRACE, seen_at=now, **changed)  # type: ignore[arg-type]
        return Opened(secret, fresh) if await work.sessions.renew(fresh, was=session.digest) else None

    def secret(self) -> str:
        return urlsafe_b64encode(self._ids.random_bytes(32)).rstrip(b"=").decode()


class Sessions:
    """Tickets and sessions."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail, people: People, doorman: Doorman, verifier: Verifier, ids: Ids) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._people = people
        self._doorman = doorman
        self._verifier = verifier

    async def ticket(self, *, by: Actor) -> str:
        """The secret of a link to the board, good for two minutes and one use."""
        now = self._clock.now()
        if not by.can(May.MUSTER, now=now) and not by.can(May.READ_AUDIT, now=now):
            by.must(May.SEE_BOARD, now=now)
        secret = self._doorman.secret()
        async with self._works.write() as work:
            await work.sessions.add_ticket(Ticket(self._ids.new(), digest(secret), by.registered(), now + TICKET_LASTS))
            await self._trail.add(work, by=by, action="sessions.ticket", subject=by.registered(), now=now)
        return secret

    async def open(self, secret: str, *, family: str = "") -> Opened:
        """Spend a ticket; refuses one that is unknown, spent or old."""
        now = self._clock.now()
        async with self._works.write() as work:
            ticket = await work.sessions.ticket(digest(secret))
            if ticket is None or ticket.spent_at is not None or now >= ticket.expires_at:
                raise TicketSpent()
            await work.sessions.spend(ticket.id, at=now)
            return await self._doorman.open(work, ticket.person, factor=Factor.LINK, family=family, now=now)

    async def enter(self, secret: str) -> Present:
        """Who a cookie speaks for, with the rights of this moment; a new secret when those have changed since the last one was made.

        Refuses a closed or unknown session; ends the session of a person whose last role is gone.
        """
        session = await self._open_session(secret)
        actor = await self._actor(session)
        if state_of(actor.grants) == session.rights or session.digest != digest(secret):
            return Present(actor, session)
        async with self._works.write() as work:
            now = self._clock.now()
            opened = await self._doorman.renew(work, session, now=now, rights=state_of(actor.grants))
            if opened is None:
                return Present(actor, session)
            await self._trail.add(work, by=actor, action="sessions.renew", subject=session.id, now=now, why="roles")
        return Present(actor, opened.session, opened.secret)

    async def actor(self, secret: str) -> Actor:
        """Who a cookie speaks for, with the rights of this moment; refuses a closed or unknown session."""
        return await self._actor(await self._open_session(secret))

    async def still(self, session: UUID) -> Actor:
        """The same for what has been open since an earlier request, whatever its secret is by now."""
        async with self._works.read() as work:
            found = await work.sessions.get(session)
        if found is None or not found.open(now=self._clock.now()):
            raise NoSession()
        return await self._actor(found)

    async def _open_session(self, secret: str) -> Session:
        async with self._works.read() as work:
            session = await work.sessions.with_digest(digest(secret)) if secret else None
        if session is None or not session.opened_by(digest(secret), now=self._clock.now()):
            raise NoSession()
        return session

    async def _actor(self, session: Session) -> Actor:
        now = self._clock.now()
        actor = replace(await self._people.actor_of(session.person, via="web"), factor=session.factor.value)
        if not actor.grants:
            async with self._works.write() as work:
                if await work.sessions.end(session.id, at=now):
                    await self._trail.add(work, by=actor, action="sessions.roles_gone", subject=session.id, now=now)
            raise RolesGone()
        if now - session.seen_at > TOUCH_AFTER:
            async with self._works.write() as work:
                await work.sessions.touch(session.id, at=now)
        return actor

    async def step_up(self, session: UUID, typed: str, *, by: Actor) -> Opened:
        """Six digits, and for five minutes what is dangerous may be done in this session, under a new secret. Refuses wrong, used and too many."""
        async with self._works.write() as work:
            now = self._clock.now()
            found = await self._own(work, session, by=by, now=now)
            refusal = await self._verifier.refusal(work, found.person, typed, by=by, now=now)
            if refusal is None:
                opened = await self._renewed(work, found, by=by, now=now, why="digits", fresh_at=now, factor=Factor.BOTH)
        if refusal is not None:
            raise refusal
        return opened

    async def renew(self, session: UUID, *, by: Actor, why: str) -> Opened:
        """A new secret for one's own session, after something about it changed."""
        async with self._works.write() as work:
            now = self._clock.now()
            return await self._renewed(work, await self._own(work, session, by=by, now=now), by=by, now=now, why=why)

    async def _renewed(self, work: Work, session: Session, *, by: Actor, now: datetime, why: str, **changed: object) -> Opened:
        opened = await self._doorman.renew(work, session, now=now, **changed)
        if opened is None:
            raise NoSession()
        await self._trail.add(work, by=by, action="sessions.renew", subject=session.id, now=now, why=why)
        return opened

    async def _own(self, work: Work, session: UUID, *, by: Actor, now: datetime) -> Session:
        found = await work.sessions.get(session)
        if found is None or found.person != by.registered() or not found.open(now=now):
            raise SessionUnknown()
        return found

    async def forged(self, secret: str, *, what: str) -> None:
        """A request that came from elsewhere with a session of ours was refused: its person's log says so."""
        async with self._works.write() as work:
            now, session = self._clock.now(), await work.sessions.with_digest(digest(secret))
            if session is not None and session.open(now=now):
                await self._trail.add(work, by=Actor(via="web", person=session.person), action="sessions.forged", subject=session.id, now=now, path=what)

    async def close(self, secret: str) -> None:
        """Whoever signs out is out everywhere that this secret is, or the one before it."""
        async with self._works.write() as work:
            session = await work.sessions.with_digest(digest(secret))
            if session is not None:
                await work.sessions.end(session.id, at=self._clock.now())

    async def mine(self, *, by: Actor) -> list[Session]:
        """One's own open sessions, the newest first."""
        async with self._works.read() as work:
            return [session for session in await work.sessions.living_of(by.registered()) if session.open(now=self._clock.now())]

    async def end(self, session: UUID, *, by: Actor) -> None:
        """End one of one's own."""
        async with self._works.write() as work:
            now = self._clock.now()
            found = await self._own(work, session, by=by, now=now)
            await work.sessions.end(found.id, at=now)
            await self._trail.add(work, by=by, action="sessions.end", subject=session, now=now)

    async def end_others(self, but: UUID, *, by: Actor) -> int:
        """End all of one's own but this one; how many that were."""
        return await self._end_all(by.registered(), by=by, which=lambda session: session.id != but)

    async def of_person(self, person: UUID, *, by: Actor) -> list[Session]:
        """Somebody's open sessions, for whoever gives and takes roles there."""
        now = self._clock.now()
        async with self._works.read() as work:
            await self._must_rule(work, person, by=by, now=now)
            return [session for session in await work.sessions.living_of(person) if session.open(now=now)]

    async def end_all(self, person: UUID, *, by: Actor) -> int:
        """End every session of somebody; how many were open."""
        async with self._works.read() as work:
            await self._must_rule(work, person, by=by, now=self._clock.now())
        return await self._end_all(person, by=by, which=lambda session: True)

    async def _end_all(self, person: UUID, *, by: Actor, which: Callable[[Session], bool]) -> int:
        async with self._works.write() as work:
            now = self._clock.now()
            chosen = [session for session in await work.sessions.living_of(person) if which(session)]
            for session in chosen:
                await work.sessions.end(session.id, at=now)
            open_ones = sum(session.open(now=now) for session in chosen)
            await self._trail.add(work, by=by, action="sessions.end_all", subject=person, now=now, ended=open_ones)
        return open_ones

    async def _must_rule(self, work: Work, person: UUID, *, by: Actor, now: datetime) -> None:
        by.must(May.GRANT, now=now)
        who = await work.people.get(person)
        if who is None:
            raise PersonUnknown()
        by.must(May.GRANT, now=now, area=who.area)


def digest(secret: str) -> bytes:
    """What is kept of a secret: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()
