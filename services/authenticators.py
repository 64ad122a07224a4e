"""Authenticator apps: set up, checked once per code, locked after five wrong ones, taken away by an admin; and the codes for when one is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.access import May
from domain.authenticators import (
    LOCKED_FOR,
    MOST_WRONG,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    SECRET_BYTES,
    WINDOW,
    Authenticator,
    AuthenticatorLocked,
    AuthenticatorThere,
    DigitsUsed,
    DigitsWrong,
    NoAuthenticator,
    RecoveryCode,
    address,
    code_of,
    grouped,
    in_words,
    step_that_fits,
    typed_code,
    typed_digits,
)
from domain.deliveries import Lane, Message, Subject
from domain.errors import Refusal
from domain.people import PersonUnknown
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.office import Office
from services.ports import Clock, Ids, Work, Works


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret that an app may be set up with: as a QR's text, and to be typed."""

    secret: bytes
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class State:
    """What a person reads about the own app: since when, and how many recovery codes are left."""

    since: datetime
    codes_left: int


class Verifier:
    """Checks six digits, or a recovery code, inside somebody else's transaction."""

    def __init__(self, *, ids: Ids, trail: Trail, audience: Audience, office: Office, digest: Callable[[bytes], bytes]) -> None:
        self._ids = ids
        self._trail = trail
        self._audience = audience
        self._office = office
        self._digest = digest

    async def refusal(self, work: Work, person: UUID, typed: str, *, by: Actor, now: datetime) -> Refusal | None:
        """None when this is right, and used up by that. Else why not: counted in this transaction, so raise it only after the commit."""
        held = await work.authenticators.of(person)
        if held is None:
            return NoAuthenticator()
        if held.locked_until is not None and held.locked(now=now):
            return AuthenticatorLocked(minutes=minutes(held.locked_until - now))
        if (digits := typed_digits(typed)) is not None and (step := step_that_fits(held.secret, digits, now=now)) is not None:
            if await work.authenticators.use_step(person, step):
                return None
            await self._trail.add(work, by=by, action="authenticators.reused", subject=person, now=now)
            return DigitsUsed()
        code = typed_code(typed, length=RECOVERY_LENGTH)
        if code is not None and await work.authenticators.use_code(person, self._code_digest(person, code), at=now):
            left = await work.authenticators.codes_left(person)
            await self._trail.add(work, by=by, action="authenticators.recovered", subject=person, now=now, left=left)
            await self.tell(work, person, "recovered", now=now)
            return None
        return await self._wrong(work, held, by=by, now=now)

    async def _wrong(self, work: Work, held: Authenticator, *, by: Actor, now: datetime) -> Refusal:
        """One more; the fifth within ten minutes locks, and what came before a lock is not counted again."""
        subject = self._digest(f"totp|{held.person}".encode())
        since = max(now - WINDOW, held.locked_until or now - WINDOW)
        await work.links.add_failure(subject, id=self._ids.new(), at=now)
        if await work.links.failures(subject, since=since) < MOST_WRONG:
            return DigitsWrong()
        await work.authenticators.lock(held.person, until=now + LOCKED_FOR)
        await self._trail.add(work, by=by, action="authenticators.locked", subject=held.person, now=now)
        await self.tell(work, held.person, "locked", now=now)
        return AuthenticatorLocked(minutes=minutes(LOCKED_FOR))

    async def set_up(self, work: Work, person: UUID, secret: bytes, typed: str, *, by: Actor, now: datetime) -> list[str]:
        """The person's only app from now on, proven by its digits of this moment; ten recovery codes, shown this once. Refuses wrong digits."""
        digits = typed_digits(typed)
        step = step_that_fits(secret, digits, now=now) if digits is not None else None
        if step is None:
            raise DigitsWrong()
        await work.authenticators.put(Authenticator(person, secret, now, step))
        await self._trail.add(work, by=by, action="authenticators.set_up", subject=person, now=now)
        await self.tell(work, person, "set_up", now=now)
        return await self.new_codes(work, person)

    async def new_codes(self, work: Work, person: UUID) -> list[str]:
        codes = [code_of(self._ids.random_bytes(RECOVERY_LENGTH), length=RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
        await work.authenticators.put_codes(person, [RecoveryCode(self._ids.new(), person, self._code_digest(person, code)) for code in codes])
        return [grouped(code, by=5) for code in codes]

    async def tell(self, work: Work, person: UUID, what: str, *, now: datetime) -> None:
        """The person hears in chat what became of the own app."""
        message = Message(self._ids.new(), Subject.AUTHENTICATOR, person, self._office.drill_only, now, {"what": what})
        await self._audience.tell(work, {person}, message, lane=Lane.RED)

    def _code_digest(self, person: UUID, code: str) -> bytes:
        return self._digest(f"recovery|{person}|{code}".encode())


class Authenticators:
    """What a person does with the own app, and what an admin does when it is lost."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail, verifier: Verifier, digest: Callable[[bytes], bytes]) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail
        self._verifier = verifier
        self._digest = digest

    async def held(self, person: UUID | None) -> bool:
        """Whether this person has an app."""
        if person is None:
            return False
        async with self._works.read() as work:
            return await work.authenticators.of(person) is not None

    async def mine(self, *, by: Actor) -> State | None:
        """One's own app; None without one."""
        async with self._works.read() as work:
            held = await work.authenticators.of(by.registered())
            return State(held.made_at, await work.authenticators.codes_left(held.person)) if held else None

    def offer(self, seed: str, *, office: str, account: str) -> Offer:
        """The same secret for the same browser secret, so that nothing is kept of an app that nobody set up."""
        secret = offered(self._digest, seed)
        return Offer(secret, address(secret, office=office, account=account), in_words(secret))

    async def confirm(self, typed: str, *, by: Actor, key: str) -> None:
        """The second factor of a decision in chat: refuses wrong, used and too many digits; the same update again is the same answer."""
        person = by.registered()
        async with self._works.write() as work:
            now = self._clock.now()
            if await work.receipts.find(f"totp {key}") is not None:
                return
            refusal = await self._verifier.refusal(work, person, typed, by=by, now=now)
            if refusal is None:
                await work.receipts.keep(f"totp {key}", use_case="authenticators.confirm", answer={"person": str(person)}, at=now)
        if refusal is not None:
            raise refusal

    async def replace(self, seed: str, typed: str, *, by: Actor) -> list[str]:
        """Another app instead of the one there is; new recovery codes, shown this once."""
        async with self._works.write() as work:
            if await work.authenticators.of(by.registered()) is None:
                raise NoAuthenticator()
            return await self._verifier.set_up(work, by.registered(), offered(self._digest, seed), typed, by=by, now=self._clock.now())

    async def renew_codes(self, *, by: Actor) -> list[str]:
        """Ten new recovery codes; the old ones end."""
        async with self._works.write() as work:
            if await work.authenticators.of(by.registered()) is None:
                raise NoAuthenticator()
            await self._trail.add(work, by=by, action="authenticators.new_codes", subject=by.registered(), now=self._clock.now())
            return await self._verifier.new_codes(work, by.registered())

    async def reset(self, person: UUID, *, by: Actor) -> None:
        """A lost app: it and its codes are gone, every session of the person ends, and the next sign-in sets up a new one."""
        now = self._clock.now()
        async with self._works.write() as work:
            who = await work.people.get(person)
            if who is None:
                raise PersonUnknown()
            by.must(May.GRANT, now=now, area=who.area)
            if await work.authenticators.of(person) is None:
                raise NoAuthenticator()
            await work.authenticators.drop(person)
            for session in await work.sessions.living_of(person):
                await work.sessions.end(session.id, at=now)
            await self._trail.add(work, by=by, action="authenticators.reset", subject=person, now=now)
            await self._verifier.tell(work, person, "reset", now=now)


async def must_be_without(work: Work, person: UUID) -> None:
    """Refuses to set up a first app beside another."""
    if await work.authenticators.of(person) is not None:
        raise AuthenticatorThere()


def offered(digest: Callable[[bytes], bytes], seed: str) -> bytes:
    return digest(b"totp offer|" + seed.encode())[:SECRET_BYTES]


def minutes(left: timedelta) -> int:
    """Whole minutes, rounded up."""
    return max(1, -(-int(left.total_seconds()) // 60))
