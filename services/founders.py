"""The first admin: a code printed on the server, typed once in chat."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from domain.access import Grant, May, Role
from domain.authenticators import code_of, grouped, typed_code
from domain.errors import Refusal
from domain.founders import (
    CODE_LASTS,
    CODE_LENGTH,
    MOST_TRIES,
    TRY_WINDOW,
    AdminThere,
    CodeSpentMeanwhile,
    FounderCode,
    FounderCodeWrong,
    FounderTooOften,
    NoAreasYet,
)
from domain.identifiers import normal_phone
from domain.people import AlreadyLinked, Consent, ConsentMissing, Contact, Household, Person, PhoneInvalid, checked_name
from services.actors import Actor
from services.audit import Trail
from services.office import CONSENT_VERSION, Office
from services.people import Registration
from services.ports import Clock, Ids, Work, Works


class Founders:
    """Makes the code, and the admin."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, digest: Callable[[bytes], bytes]) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._digest = digest

    async def make_code(self, *, by: Actor) -> str:
        """Sixteen characters, good for seven days and one use; older ones end. Refused while there is an admin."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.write() as work:
            if await _admins(work, now=now):
                raise AdminThere()
            code = code_of(self._ids.random_bytes(CODE_LENGTH), length=CODE_LENGTH)
            made = FounderCode(self._ids.new(), self._code_digest(code), now + CODE_LASTS)
            await work.founders.add(made)
            await self._trail.add(work, by=by, action="founders.make_code", subject=made.id, now=now)
        return grouped(code, by=4)

    async def check(self, typed: str, *, by: Actor) -> None:
        """Whether this code would make an admin now; a wrong one is counted per chat and recorded."""
        async with self._works.write() as work:
            found = await self._found(work, typed, by=by)
        if isinstance(found, Refusal):
            raise found

    async def found(self, typed: str, *, by: Actor, key: str, asked: Registration | None = None) -> UUID:
        """The person of this chat becomes admin of the whole office; a stranger by what they said of themselves in `asked`.

        Refused while there is an admin, to a wrong, spent or old code, and before there are areas.
        """
        async with self._works.write() as work:
            if (done := await work.receipts.find(key)) is not None:
                return UUID(done["person"])
            code = await self._found(work, typed, by=by)
            if isinstance(code, FounderCode):
                now = self._clock.now()
                roots = await self._roots(work)
                person = by.person or await self._newcomer(work, asked, home=roots[0], by=by, key=key, now=now)
                if not await work.founders.use(code.id, at=now):
                    raise CodeSpentMeanwhile()
                for root in roots:
                    await work.grants.add(Grant(self._ids.derived(key, root), person, Role.ADMIN, root, None, None))
                acting = Actor(via=by.via, person=person)
                await self._trail.add(work, by=acting, action="founders.found", subject=person, now=now, role=Role.ADMIN.value)
                await work.receipts.keep(key, use_case="founders.found", answer={"person": str(person)}, at=now)
                return person
        raise code

    async def _found(self, work: Work, typed: str, *, by: Actor) -> FounderCode | Refusal:
        now = self._clock.now()
        subject = self._digest(f"founder tries|{by.bot}|{by.address}".encode())
        if await work.links.failures(subject, since=now - TRY_WINDOW) >= MOST_TRIES:
            return FounderTooOften(minutes=int(TRY_WINDOW.total_seconds() // 60))
        code = typed_code(typed, length=CODE_LENGTH)
        found = await work.founders.with_digest(self._code_digest(code)) if code else None
        if found is None or found.used_at is not None or now >= found.expires_at:
            await work.links.add_failure(subject, id=self._ids.new(), at=now)
            await self._trail.add(work, by=by, action="founders.refused", subject=FounderCodeWrong.code, now=now)
            return FounderCodeWrong()
        if await _admins(work, now=now):
            return AdminThere()
        return found if await work.areas.all() else NoAreasYet()

    async def _roots(self, work: Work) -> list[str]:
        """The areas that lie in no other one of ours."""
        areas = await work.areas.all()
        known = {area.code for area in areas}
        return sorted(area.code for area in areas if area.parent is None or area.parent not in known)

    async def _newcomer(self, work: Work, asked: Registration | None, *, home: str, by: Actor, key: str, now: datetime) -> UUID:
        if asked is None or asked.consent != CONSENT_VERSION:
            raise ConsentMissing()
        if await work.contacts.at(channel="telegram", bot=by.bot, address=by.address) is not None:
            raise AlreadyLinked()
        phone = normal_phone(asked.phone) if asked.phone else None
        if asked.phone and phone is None:
            raise PhoneInvalid()
        who, household = self._ids.derived(key, "person"), self._ids.derived(key, "household")
        await work.people.add_households([Household(household, home, "", "")])
        person = Person(
            who, checked_name(asked.name), home, household, phone, languages=(asked.language,), enrolled=self._office.drill_only, created_at=now
        )
        await work.people.add([person])
        await work.contacts.add(Contact(self._ids.derived(key, "contact"), who, "telegram", by.bot, by.address, asked.language))
        await work.people.add_consent(Consent(self._ids.derived(key, "consent"), who, CONSENT_VERSION, asked.language, now))
        return who

    def _code_digest(self, code: str) -> bytes:
        return self._digest(f"founder|{code}".encode())


async def _admins(work: Work, *, now: datetime) -> bool:
    return any(grant.holds(now=now) for grant in await work.grants.with_role(Role.ADMIN))
