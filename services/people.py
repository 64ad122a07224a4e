"""People: who is speaking, registration in chat, linking by the warden's code, finding somebody by name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.access import Grant, May, allowed
from domain.chats import ChatState
from domain.identifiers import normal_phone
from domain.people import (
    AlreadyLinked,
    AreaUnknown,
    Consent,
    ConsentMissing,
    Contact,
    ContactState,
    Household,
    LinkCode,
    LinkCodeSpent,
    LinkCodeWrong,
    Person,
    PersonUnknown,
    PhoneInvalid,
    TooManyTries,
    checked_name,
)
from domain.places import AreaLevel
from domain.sessions import Factor
from services.actors import Actor, Pane
from services.audit import Trail
from services.codes import Mint
from services.office import CONSENT_VERSION, Office
from services.ports import Clock, Ids, Work, Works

LINK_LASTS = timedelta(hours=24)
LINK_TRIES = 5
TRY_WINDOW = timedelta(minutes=15)
LINK_DIGITS = 8
MOST_FOUND = 8
BACK = frozenset({ChatState.BLOCKED, ChatState.DEACTIVATED})


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody typed who registers alone."""

    consent: str | None
    language: str
    name: str
    phone: str | None
    area: str


class People:
    """Who is speaking, and how they came to be known."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, mint: Mint, office: Office, digest: Callable[[bytes], bytes]) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._mint = mint
        self._office = office
        self._digest = digest

    async def actor(self, *, channel: str, bot: int, address: str, language: str, heard: bool = False) -> Actor:
        """Whoever speaks from this address, with the grants that hold now; a stranger when nobody is linked to it.

        With `heard` they wrote just now, so they can be written to again, whatever they had blocked before.
        """
        async with self._works.read() as work:
            contact = await work.contacts.at(channel=channel, bot=bot, address=address)
            chat = await work.chats.at(bot=bot, address=address) if contact is None else None
            who = Actor(via="chat", language=language, bot=bot, address=address)
            if contact is not None:
                who = await self._known(work, contact.person, via="chat", contact=contact)
        if heard and ((contact is not None and contact.state is not ContactState.ACTIVE) or (chat is not None and chat.state in BACK)):
            await self._back(channel=channel, bot=bot, address=address)
        return who

    async def _back(self, *, channel: str, bot: int, address: str) -> None:
        async with self._works.write() as work:
            contact = await work.contacts.at(channel=channel, bot=bot, address=address)
            chat = await work.chats.at(bot=bot, address=address)
            if contact is not None:
                await work.contacts.set_state(contact.id, ContactState.ACTIVE)
            if chat is not None and chat.state in BACK:
                await work.chats.set_state([chat.id], ChatState.ACTIVE)

    async def actor_of(self, person: UUID, *, via: str) -> Actor:
        """A person who came through a session or a command; refuses an unknown one."""
        async with self._works.read() as work:
            contacts = await work.contacts.of([person])
            return await self._known(work, person, via=via, contact=contacts[0] if contacts else None)

    async def _known(self, work: Work, person: UUID, *, via: str, contact: Contact | None) -> Actor:
        who = await work.people.get(person)
        if who is None:
            raise PersonUnknown()
        now = self._clock.now()
        grants = tuple(grant for grant in await work.grants.of(person) if grant.holds(now=now))
        return Actor(
            via, person, who.name, who.area, grants, contact.language if contact else self._office.language,
            contact.id if contact else None, contact.bot if contact else 0, contact.address if contact else "",
            factor=Factor.CHAT.value if via == "chat" else "", pane=await self._pane(work, person, grants),
        )  # fmt: skip

    async def _pane(self, work: Work, person: UUID, grants: tuple[Grant, ...]) -> Pane | None:
        """Their open break-glass, as long as they still hold the role for it."""
        now = self._clock.now()
        if not allowed(grants, May.BREAK_GLASS, now=now) or (opened := await work.glass.open_of(person, now=now)) is None:
            return None
        return Pane(opened.id, opened.until, opened.drill, tuple(await work.areas.tops()))

    async def register(self, asked: Registration, *, by: Actor, key: str) -> Person:
        """A person who is not on the list yet: unconfirmed, with a contact, a consent and a code. Refuses a linked chat."""
        who, home = self._newcomer(asked, key=key)
        async with self._works.write() as work:
            again = await work.people.get(who.id)
            if again is not None:
                return again
            who = replace(who, created_at=self._clock.now())
            await self._must_be_free(work, by)
            if (area := await work.areas.get(asked.area)) is None or area.level not in (AreaLevel.VILLAGE, AreaLevel.GRID):
                raise AreaUnknown(asked=asked.area[:20])
            await work.people.add_households([home])
            await work.people.add([who])
            await self._attach(work, who, by=by, language=asked.language, key=key)
            await work.people.add_consent(Consent(self._ids.derived(key, "consent"), who.id, CONSENT_VERSION, asked.language, self._clock.now()))
            await self._mint.newcomer(work, who.id, by=by, now=self._clock.now())
            await self._trail.add(work, by=replace(by, person=who.id), action="people.register", subject=who.id, now=self._clock.now())
        return who

    def _newcomer(self, asked: Registration, *, key: str) -> tuple[Person, Household]:
        if asked.consent != CONSENT_VERSION:
            raise ConsentMissing()
        name = checked_name(asked.name)
        phone = normal_phone(asked.phone) if asked.phone else None
        if asked.phone and phone is None:
            raise PhoneInvalid()
        home = Household(self._ids.derived(key, "household"), asked.area, "", "")
        who = Person(
            self._ids.derived(key, "person"), name, asked.area, home.id, phone, languages=(asked.language,), confirmed=False,
            enrolled=self._office.drill_only, created_at=self._clock.now(),
        )  # fmt: skip
        return who, home

    async def _must_be_free(self, work: Work, by: Actor) -> None:
        if await work.contacts.at(channel="telegram", bot=by.bot, address=by.address) is not None:
            raise AlreadyLinked()

    async def _attach(self, work: Work, who: Person, *, by: Actor, language: str, key: str) -> None:
        await work.contacts.add(Contact(self._ids.derived(key, "contact"), who.id, "telegram", by.bot, by.address, language))

    async def make_link_code(self, person: UUID, *, by: Actor, key: str) -> str:
        """Eight digits that tie one chat to this person: 24 h, one use. A new one ends the older ones."""
        now = self._clock.now()
        async with self._works.write() as work:
            who = await work.people.get(person)
            if who is None:
                raise PersonUnknown()
            if May.GRANT not in by.rights:
                by.must(May.TICK, now=now, area=who.area)
            digits = self._ids.digits(LINK_DIGITS)
            await work.links.withdraw(person, at=now)
            await work.links.add(LinkCode(self._ids.new(), person, self._digest(digits.encode()), by.person, now + LINK_LASTS, LINK_TRIES))
            await self._trail.add(work, by=by, action="people.link_code", subject=person, now=now)
        return digits

    async def link(self, digits: str, *, language: str, consent: str | None, by: Actor, key: str) -> Person:
        """Tie this chat to the person the code was made for. Wrong codes are counted; five in 15 minutes close the door."""
        if consent != CONSENT_VERSION:
            raise ConsentMissing()
        now = self._clock.now()
        subject = self._digest(f"tries|{by.bot}|{by.address}".encode())
        async with self._works.write() as work:
            if (done := await work.receipts.find(key)) is not None:
                return await self._person(work, UUID(done["person"]))
            await self._must_be_free(work, by)
            if await work.links.failures(subject, since=now - TRY_WINDOW) >= LINK_TRIES:
                raise TooManyTries(minutes=int(TRY_WINDOW.total_seconds() // 60))
            link = await work.links.with_digest(self._digest("".join(digits.split()).encode()))
            if link is None:
                await work.links.add_failure(subject, id=self._ids.derived(key, "try"), at=now)
            else:
                return await self._use(work, link, language=language, by=by, key=key, now=now)
        raise LinkCodeWrong()

    async def _use(self, work: Work, link: LinkCode, *, language: str, by: Actor, key: str, now: datetime) -> Person:
        if link.used_at is not None or now >= link.expires_at:
            raise LinkCodeSpent()
        who = await self._person(work, link.person)
        await work.links.use(link.id, at=now)
        await self._attach(work, who, by=by, language=language, key=key)
        await work.people.add_consent(Consent(self._ids.derived(key, "consent"), who.id, CONSENT_VERSION, language, now))
        await work.receipts.keep(key, use_case="people.link", answer={"person": str(who.id)}, at=now)
        await self._trail.add(work, by=replace(by, person=who.id), action="people.link", subject=who.id, now=now)
        return who

    async def _person(self, work: Work, person: UUID) -> Person:
        if (who := await work.people.get(person)) is None:
            raise PersonUnknown()
        return who

    async def me(self, *, by: Actor) -> Person:
        async with self._works.read() as work:
            return await self._person(work, by.registered())

    async def person(self, person: UUID, *, by: Actor) -> Person:
        """One person, for somebody who may see people of that area (a keeper: of the county of the own shelter)."""
        async with self._works.read() as work:
            who = await self._person(work, person)
            by_place = [(await work.shelters.get(post)) for post in by.posts(May.SEE_PERSON, now=self._clock.now())]
        if not any(post is not None and post.area[:6] == who.area[:6] for post in by_place):
            by.must(May.SEE_PERSON, now=self._clock.now(), area=who.area)
        return who

    async def find(self, words: str, *, by: Actor) -> list[Person]:
        """People whose name contains these words, among those that the asker may see; at most 8; refuses when there is none."""
        now = self._clock.now()
        by.must(May.SEE_PERSON, now=now)
        asked = "".join(words.split()).casefold()
        async with self._works.read() as work:
            posts = await work.shelters.many(by.posts(May.SEE_PERSON, now=now))
            areas = {*by.areas_for(May.SEE_PERSON, now=now), *(shelter.area[:6] for shelter in posts.values())}
            people = await work.people.inside(sorted(areas)) if asked and areas else []
        found = [person for person in people if asked in "".join(person.name.split()).casefold()]
        if not found:
            raise PersonUnknown()
        return sorted(found, key=lambda person: (len(person.name), person.area, str(person.id)))[:MOST_FOUND]

    async def set_language(self, language: str, *, by: Actor) -> None:
        if by.contact is None:
            return
        async with self._works.write() as work:
            await work.contacts.set_language(by.contact, language)
