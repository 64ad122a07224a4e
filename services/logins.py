"""Signing in: begun by a browser, confirmed in chat, finished in the same browser with six digits."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.access import NotYours
from domain.authenticators import grouped, typed_code
from domain.errors import Refusal
from domain.logins import (
    CODE_LENGTH,
    CONSOLE,
    LOGIN_LASTS,
    MOST_TRIES,
    TRY_WINDOW,
    Login,
    LoginCodeSpent,
    LoginCodeWrong,
    LoginNotConfirmed,
    LoginOver,
    LoginState,
    TooManyCodes,
)
from domain.sessions import Factor
from services.actors import Actor
from services.audit import Trail
from services.authenticators import Verifier, must_be_without, offered
from services.ports import Clock, Ids, Work, Works
from services.sessions import LONGEST_FAMILY, Doorman, Opened, digest

FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SetUp:
    """A session opened with a first authenticator, and its recovery codes, shown this once."""

    opened: Opened
    codes: list[str]


class Logins:
    """One browser's way in."""

    def __init__(
        self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, doorman: Doorman, verifier: Verifier, keyed: Callable[[bytes], bytes],
    ) -> None:  # fmt: skip
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._doorman = doorman
        self._verifier = verifier
        self._keyed = keyed

    async def begin(self, *, family: str) -> str:
        """The secret of a browser that wants in, for its cookie; `family` is what it says it is."""
        now, secret = self._clock.now(), self._doorman.secret()
        login = Login(self._ids.new(), digest(secret), self._code_digest(self._code(secret)), family[:LONGEST_FAMILY], now, now + LOGIN_LASTS)
        async with self._works.write() as work:
            await work.logins.forget(before=now - FORGOTTEN_AFTER)
            await work.logins.add(login)
        return secret

    def code_of(self, secret: str) -> str:
        """What the page of this browser shows; the house keeps only a digest of it."""
        return grouped(self._code(secret), by=4)

    def _code(self, secret: str) -> str:
        number = int.from_bytes(hashlib.sha256(b"login code|" + secret.encode()).digest())
        return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(number >> 5 * at) & 31] for at in range(CODE_LENGTH))

    def _code_digest(self, code: str) -> bytes:
        return self._keyed(f"login|{code}".encode())

    async def get(self, secret: str) -> Login:
        """Where this browser stands; refuses one that did not begin."""
        async with self._works.read() as work:
            login = await work.logins.with_digest(digest(secret)) if secret else None
        if login is None:
            raise LoginOver()
        return login

    async def ask(self, typed: str, *, by: Actor) -> Login:
        """The browser that shows this code, for whoever typed it in chat and has something to do in the console. Nothing is opened by this.

        Wrong, spent and old codes are counted per chat: five in ten minutes, and each stands in the audit.
        """
        now = self._clock.now()
        if not any(by.can(may, now=now) for may in CONSOLE):
            raise NotYours(may="console")
        subject = self._keyed(f"login tries|{by.bot}|{by.address}".encode())
        async with self._works.write() as work:
            if await work.links.failures(subject, since=now - TRY_WINDOW) >= MOST_TRIES:
                raise TooManyCodes(minutes=int(TRY_WINDOW.total_seconds() // 60))
            found = await self._asked_for(work, typed, by=by, now=now)
            if isinstance(found, Refusal):
                await work.links.add_failure(subject, id=self._ids.new(), at=now)
                await self._trail.add(work, by=by, action="logins.refused", subject=found.code, now=now)
        if isinstance(found, Refusal):
            raise found
        return found

    async def _asked_for(self, work: Work, typed: str, *, by: Actor, now: datetime) -> Login | Refusal:
        code = typed_code(typed, length=CODE_LENGTH)
        login = await work.logins.with_code(self._code_digest(code)) if code else None
        if login is None:
            return LoginCodeWrong()
        if now >= login.expires_at or login.state not in (LoginState.WAITING, LoginState.ASKED):
            return LoginCodeSpent()
        if login.state is LoginState.ASKED and login.person != by.person:
            return LoginCodeSpent()
        person = by.registered()
        await work.logins.go_on(login, was=login.state, to=LoginState.ASKED, person=person, expires_at=login.expires_at)
        return replace(login, state=LoginState.ASKED, person=person)

    async def answer(self, login: UUID, *, yes: bool, by: Actor) -> Login:
        """“That is me” or “that is not me”, by whoever was asked, once. The same answer again is the same answer."""
        async with self._works.write() as work:
            now = self._clock.now()
            found = await work.logins.get(login)
            to = LoginState.CONFIRMED if yes else LoginState.DENIED
            if found is None or found.person != by.registered():
                raise LoginCodeSpent()
            if found.state is to:
                return found
            if now >= found.expires_at or found.state is not LoginState.ASKED:
                raise LoginCodeSpent()
            lasts = now + LOGIN_LASTS if yes else found.expires_at
            if not await work.logins.go_on(found, was=LoginState.ASKED, to=to, person=found.person, expires_at=lasts):
                raise LoginCodeSpent()
            await self._trail.add(work, by=by, action="logins.confirm" if yes else "logins.deny", subject=login, now=now, browser=found.family)
        return replace(found, state=to, expires_at=lasts)

    async def finish(self, secret: str, typed: str) -> Opened:
        """Six digits, or a recovery code, open the session that was confirmed. Refuses wrong, used and too many."""
        async with self._works.write() as work:
            now = self._clock.now()
            login, person = await self._confirmed(work, secret, now=now)
            refusal = await self._verifier.refusal(work, person, typed, by=Actor(via="web", person=person), now=now)
            if refusal is None:
                opened = await self._use(work, login, person, now=now)
        if refusal is not None:
            raise refusal
        return opened

    async def set_up(self, secret: str, typed: str) -> SetUp:
        """A first authenticator, proven by its digits, opens the session that was confirmed. Refuses whoever has one."""
        async with self._works.write() as work:
            now = self._clock.now()
            login, person = await self._confirmed(work, secret, now=now)
            await must_be_without(work, person)
            by = Actor(via="web", person=person)
            codes = await self._verifier.set_up(work, person, offered(self._keyed, secret), typed, by=by, now=now)
            return SetUp(await self._use(work, login, person, now=now), codes)

    async def _use(self, work: Work, login: Login, person: UUID, *, now: datetime) -> Opened:
        if not await work.logins.go_on(login, was=LoginState.CONFIRMED, to=LoginState.USED, person=person, expires_at=now):
            raise LoginOver()
        return await self._doorman.open(work, person, factor=Factor.BOTH, family=login.family, now=now)

    async def _confirmed(self, work: Work, secret: str, *, now: datetime) -> tuple[Login, UUID]:
        login = await work.logins.with_digest(digest(secret)) if secret else None
        if login is None or not login.living(now=now):
            raise LoginOver()
        if login.state is not LoginState.CONFIRMED or login.person is None:
            raise LoginNotConfirmed()
        return login, login.person
