"""Blank cards 空白卡: printed beforehand, given to somebody at the first scan. A card given to two people is amber until an official decides."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.access import May, NotYours
from domain.codes import CodeStatus, CodeUnknown, Holder, IssuedCode
from domain.identifiers import normal_phone
from domain.issuing import BlankOver, Claim, NotBlank, owner, with_claim
from domain.people import Household, Person, PersonUnknown, PhoneInvalid, checked_name
from services.actors import Actor
from services.audit import Trail
from services.codes import Press, found_code
from services.evacuations import BOARD
from services.office import Office
from services.ports import Clock, Ids, Wakeups, Work, Works
from services.redeciding import Redeciding


async def bind_in(work: Work, cti: bytes, person: UUID, at: datetime, by: UUID | None, device: UUID | None) -> IssuedCode:
    """Give a blank card to somebody, inside somebody else's transaction; the card as it stands then.

    The same claim twice is one claim. A second person's claim is kept beside the first, and the card is `shared`; the end is the same for
    every order in which claims arrive. Raises CodeUnknown, NotBlank for a card that was never blank.
    """
    code = (await work.codes.with_cti([cti])).get(cti)
    if code is None:
        raise CodeUnknown()
    claims = await work.claims.of(cti)
    if code.kind is not Holder.PERSON or (code.holder is not None and not claims):
        raise NotBlank()
    known, claims = claims, with_claim(claims, Claim(cti, person, at, by, device))
    if claims[0] not in known:
        await work.claims.put(claims[0])
    holder, shared = owner(claims)
    await work.codes.give(cti, holder=holder, shared=shared)
    return replace(code, holder=holder, shared=shared)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is on no list."""

    name: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """One card and everybody whom it was given to, with who gave it (names masked at the edge)."""

    code: IssuedCode
    claims: tuple[tuple[Claim, Person], ...]


class Blanks:
    """Gives blank cards to people, and settles whose a card is."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, press: Press, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._press = press
        self._wakeups = wakeups
        self._redeciding = Redeciding(ids, press, office)

    async def bind(self, text: str, *, by: Actor, key: str, person: UUID | None = None, newcomer: Newcomer | None = None) -> IssuedCode:
        """At the first scan, by a keeper or warden: to somebody listed, or to somebody new, who is known from then on. The same key twice is one."""
        now = self._clock.now()
        seen = self._press.read(text, now=now)
        async with self._works.write() as work:
            code = await found_code(work, seen)
            if code is None:
                raise CodeUnknown()
            self._must_give(code, by=by, now=now, new=newcomer is not None, posts=await self._areas_of_posts(work, by, now))
            if code.status(now=now) is not CodeStatus.LIVE:
                raise BlankOver()
            whom = await self._newcomer(work, newcomer, area=code.area, now=now, key=key) if newcomer is not None else person
            if whom is None or await work.people.get(whom) is None:
                raise PersonUnknown()
            bound = await bind_in(work, code.cti, whom, now, by.person, None)
            await self._trail.add(work, by=by, action="codes.bind", subject=whom, now=now, drill=code.drill_only, shared=bound.shared)
        return bound

    def _must_give(self, code: IssuedCode, *, by: Actor, now: datetime, new: bool, posts: set[str]) -> None:
        """Whoever may issue there, or who admits or adds people in that county."""
        needed = (May.ISSUE_CODE, May.ADD_WALK_IN) if new else (May.ISSUE_CODE, May.ADMIT, May.TICK)
        if any(by.can(may, now=now, area=code.area) for may in needed) or code.area[:6] in posts:
            return
        raise NotYours()

    async def _areas_of_posts(self, work: Work, by: Actor, now: datetime) -> set[str]:
        return {post.area[:6] for post in (await work.shelters.many(by.posts(May.ADMIT, now=now))).values()}

    async def _newcomer(self, work: Work, newcomer: Newcomer, *, area: str, now: datetime, key: str) -> UUID:
        phone = normal_phone(newcomer.phone) if newcomer.phone else None
        if newcomer.phone and phone is None:
            raise PhoneInvalid()
        id, name = self._ids.derived(key, "person"), checked_name(newcomer.name)
        if await work.people.get(id) is None:
            home = Household(self._ids.derived(key, "household"), area, "", "")
            await work.people.add_households([home])
            await work.people.add([Person(id, name, area, home.id, phone, confirmed=False, enrolled=self._office.drill_only, created_at=now)])
        return id

    async def disputes(self, *, by: Actor) -> list[Dispute]:
        """Cards that were given to more than one person, where the reader may issue codes: each is a task."""
        now = self._clock.now()
        by.must(May.ISSUE_CODE, now=now)
        async with self._works.read() as work:
            claims = await work.claims.shared()
            codes = await work.codes.with_cti({claim.cti for claim in claims})
            people = await work.people.many({claim.person for claim in claims})
        return [
            Dispute(code, tuple((claim, people[claim.person]) for claim in claims if claim.cti == cti))
            for cti, code in codes.items() if by.can(May.ISSUE_CODE, now=now, area=code.area)
        ]  # fmt: skip

    async def settle(self, short: str, person: UUID, *, by: Actor) -> IssuedCode:
        """The card is this person's; the other claims are dropped and stay on record. What phones scanned with it from its giving on is this person's."""
        now = self._clock.now()
        async with self._works.write() as work:
            code = (await work.codes.with_short([short])).get(short)
            if code is None:
                raise CodeUnknown()
            by.must(May.ISSUE_CODE, now=now, area=code.area)
            claims = await work.claims.of(code.cti)
            if person not in {claim.person for claim in claims}:
                raise PersonUnknown()
            await work.claims.drop(code.cti, but=person, at=now)
            await work.codes.give(code.cti, holder=person, shared=False)
            await self._redeciding.cards(work, {code.cti: claims}, now=now)
            await self._trail.add(work, by=by, action="codes.settle", subject=person, now=now, drill=code.drill_only, claims=len(claims))
        self._wakeups.publish(BOARD)
        return replace(code, holder=person, shared=False)
