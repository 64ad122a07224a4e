"""What scanners and strangers check codes by: the trust list as the root key signed it, and the list of revoked codes, signed here again and again."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from codes.errors import CodesError
from codes.keyring import Keyring
from codes.signing import kid_of
from codes.trustlist import RevokedList, seal_revoked
from domain.access import May, NotYours
from domain.published import LISTED_AFTER_END, Published
from services.actors import Actor
from services.audit import Trail
from services.office import Office
from services.ports import Clock, Works

WHO_SCANS = (May.ADMIT, May.TICK, May.VERIFY_PASS, May.MUSTER, May.SEE_BOARD, May.KEYS)

log = logging.getLogger("mashang.lists")


@dataclass(frozen=True, slots=True)
class Signed:
    """A list as it is handed out, to the letter; and what a caption says of it."""

    name: str
    text: str
    sequence: int
    issued_at: datetime

    @property
    def tag(self) -> str:
        """The same for the same text, and for no other."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]

    def age(self, *, now: datetime) -> timedelta:
        return max(timedelta(0), now - self.issued_at)


Keep = Callable[[str], object]


class Lists:
    """`keys` gives the office's keys as they are now; `keep` puts a newly signed list where it can be fetched by hand."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail, office: Office, keys: Callable[[], Keyring], keep: Keep) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail
        self._office = office
        self._keys = keys
        self._keep = keep
        self._one = asyncio.Lock()
        self._newest: Signed | None = None

    async def trust(self) -> Signed:
        """The trust list in use."""
        keys = self._keys()
        return Signed("trust.json", keys.trust_text, keys.trust.sequence, keys.trust.issued_at)

    async def revoked(self) -> Signed:
        """The newest list of revoked codes: whatever was revoked before this was asked stands in it."""
        async with self._works.read() as work:
            standing = await work.published.standing()
        if standing.due(now=self._clock.now(), key=self._key()):
            await self.publish()
        return await self._read()

    async def keep_fresh(self) -> None:
        """Sign a new list when something was revoked, or when the newest is four minutes old."""
        async with self._works.read() as work:
            standing = await work.published.standing()
        if standing.due(now=self._clock.now(), key=self._key()):
            await self.publish()

    async def publish(self) -> None:
        """Sign the list anew, under a number that no other list has. Processes may do so side by side: the higher number stays."""
        async with self._one:
            keys, now = self._keys(), self._clock.now().replace(microsecond=0)
            async with self._works.write() as work:
                standing = await work.published.standing()
                if not standing.due(now=now, key=self._key()):
                    return
                sequence = max(standing.next_number(now=now), keys.revoked.sequence + 1)
                await work.published.reserve(sequence)
                ctis = await work.codes.revoked(now=now - LISTED_AFTER_END)
            text = await asyncio.to_thread(_sealed, ctis, keys, sequence, now)
            async with self._works.write() as work:
                kept = await work.published.keep(
                    text, sequence=sequence, covered=standing.changes, issued_at=now, signed_by=kid_of(keys.status_key.public_key()).hex()
                )  # fmt: skip
            if kept:
                await self._by_hand(text)

    async def for_official(self, *, by: Actor) -> Sequence[Signed]:
        """Both lists, to be carried to where no network is. NotYours for whoever scans nothing."""
        now = self._clock.now()
        if not any(by.can(right, now=now) for right in WHO_SCANS):
            raise NotYours()
        return await self.trust(), await self.revoked()

    async def standing(self) -> Published:
        """How far the list of revoked codes has got."""
        async with self._works.read() as work:
            return await work.published.standing()

    async def note_change(self, sequence: int, *, changes: Sequence[str], by: Actor) -> None:
        """A new trust list was put in use on this server: for the audit log."""
        now = self._clock.now()
        by.must(May.KEYS, now=now)
        async with self._works.write() as work:
            said = "; ".join(changes)
            await self._trail.add(work, by=by, action="keys.install", subject=sequence, now=now, drill=self._office.drill_only, changes=said)

    async def _read(self) -> Signed:
        async with self._works.read() as work:
            standing = await work.published.standing()
            known = self._newest
            if known is not None and known.sequence == standing.sequence:
                return known
            text = await work.published.document()
        self._newest = Signed("revoked.json", text, standing.sequence, standing.issued_at or self._clock.now())
        return self._newest

    async def _by_hand(self, text: str) -> None:
        try:
            await asyncio.to_thread(self._keep, text)
        except (CodesError, OSError) as error:
            log.warning("the list of revoked codes could not be written beside the keys: %s", error)

    def _key(self) -> str:
        return kid_of(self._keys().status_key.public_key()).hex()


def _sealed(ctis: Sequence[bytes], keys: Keyring, sequence: int, at: datetime) -> str:
    return seal_revoked(RevokedList.of(ctis, issuer=keys.issuer, sequence=sequence, issued_at=at), key=keys.status_key)
