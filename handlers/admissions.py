"""At the door: every photo, text, link or picked name is one scan and one card; a doubt is asked; who has no code comes in by name."""

import asyncio
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Document, InlineKeyboardMarkup, Message, PhotoSize

from bot import callbacks
from bot.factory import Surface
from bot.keyboards import scans as keyboards
from bot.rights import on
from bot.states import Scanning
from bot.views import scans as views
from bot.views.marks import called, told_apart
from codes import shortcode
from codes.errors import PictureProblem, PictureRefused
from codes.qr import LARGEST_FILE, MOST_PIXELS, read_picture
from domain.access import May
from domain.errors import Invalid, Refusal
from domain.identifiers import normal_phone
from domain.people import PersonUnknown, PhoneInvalid, checked_name
from domain.scans import Outcome, Purpose, Reason, Verdict, Via
from handlers.filters import Typed
from handlers.replies import revised, said, unbuttoned
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock
from services.scans import Asked, Newcomer

MOST_CODES = 5
KEPT_DOUBTS = 5
LONGEST_NAME = 40
NAME_AND_PHONE = re.compile(r"(?P<name>.*?)[\s,，、:：]*(?P<phone>\+?\(?\d[\d\s()\-]*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Desk:
    """One keeper at work: who, with what, in which mode. `data` is the dialogue's draft."""

    actor: Actor
    services: Services
    catalogue: Catalogue
    surface: Surface
    clock: Clock
    state: FSMContext
    data: dict[str, Any]

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.data["purpose"])

    @property
    def place(self) -> UUID | None:
        return UUID(self.data["place"]) if self.purpose is not Purpose.TO_RELATIVES else None

    def asked(self, key: str, *, via: Via, **whom: Any) -> Asked:
        return Asked(key, self.actor, self.purpose, via, place=self.place, note=str(self.data.get("note", "")), **whom)


async def desk(*, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext) -> Desk:
    return Desk(actor, services, catalogue, surface, clock, state, await state.get_data())


async def take_text(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext, key: str
) -> None:  # fmt: skip
    """A name is looked for, `+ name` is a walk-in, everything else is read as a code."""
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    text = (message.text or "").strip()
    if text.startswith(("+", "＋")):
        await _walk_in(message, at, text[1:], key=key)
    elif (name := _name_in(text)) is not None:
        await _find(message, at, name)
    else:
        await _scan(message, at, at.asked(key, via=Via.TYPED if shortcode.normalise(text) else Via.LINK, text=text))


async def scan_text(
    message: Message, text: str, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext, key: str
) -> None:  # fmt: skip
    """A code that came by a deep link while its reader is scanning."""
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    await _scan(message, at, at.asked(key, via=Via.LINK, text=text))


def _name_in(text: str) -> str | None:
    """The name to be looked for, alone or before a phone number; None for what is no name."""
    parts = NAME_AND_PHONE.fullmatch(unicodedata.normalize("NFKC", text)) if shortcode.normalise(text) is None else None
    name = parts["name"] if parts is not None and parts["phone"] and normal_phone(parts["phone"]) is not None else text
    return name if _is_name(name) else None


def _is_name(text: str) -> bool:
    if len(text) > LONGEST_NAME or "/" in text or any(character.isdigit() for character in text):
        return False
    looks_typed_off = shortcode.normalise(text) is not None and ("-" in text or text.isupper())
    return any(character.isalpha() for character in text) and not looks_typed_off and not shortcode.valid(shortcode.normalise(text) or "")


async def take_picture(
    message: Message, *, bot: Bot, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext, key: str
) -> None:  # fmt: skip
    """A photo, or a picture sent as a file: every code in it is one scan."""
    await state.set_state(Scanning.ready)
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    try:
        texts = await asyncio.to_thread(read_picture, await picture_of(message, bot))
    except PictureRefused as refused:
        await message.answer(catalogue.say(views.PICTURES[refused.problem]), reply_markup=keyboards.walk_in(catalogue))
        return
    for number, text in enumerate(texts[:MOST_CODES]):
        await _scan(message, at, at.asked(f"{key}|{number}", via=Via.PHOTO, text=text))
    if len(texts) > MOST_CODES:
        await message.answer(catalogue.say(views.TOO_MANY, count=len(texts), most=MOST_CODES))


async def picture_of(message: Message, bot: Bot) -> bytes:
    """The largest size that is no larger than we read. PictureRefused for a file that is no picture or too large."""
    sizes: list[PhotoSize | Document] = []
    if message.document is not None:
        if not (message.document.mime_type or "").startswith("image/"):
            raise PictureRefused(PictureProblem.NOT_A_PICTURE)
        sizes.append(message.document)
    else:
        photos = [photo for photo in message.photo or [] if photo.width * photo.height <= MOST_PIXELS]
        photos.sort(key=lambda photo: photo.width * photo.height)
        sizes.extend(photos)
    fitting = [size for size in sizes if (size.file_size or 0) <= LARGEST_FILE]
    if not fitting:
        raise PictureRefused(PictureProblem.TOO_LARGE)
    body = await bot.download(fitting[-1])
    return body.read() if body is not None else b""


async def _find(message: Message, at: Desk, name: str) -> None:
    try:
        people = await at.services.people.find(name, by=at.actor)
    except PersonUnknown:
        await message.answer(at.catalogue.say(views.NOBODY), reply_markup=keyboards.walk_in(at.catalogue))
        return
    villages = await at.services.areas.titles([person.area for person in people])
    names = told_apart(people, detail=at.surface.chat_detail, catalogue=at.catalogue)
    found = [(person.id, f"{names[person.id]} · {villages[person.area]}") for person in people]
    await message.answer(at.catalogue.say(views.PICK), reply_markup=keyboards.people(found, at.catalogue))


async def _scan(message: Message, at: Desk, asked: Asked) -> None:
    """One scan, one card."""
    text, keyboard = await shown(at, asked)
    await message.answer(text, reply_markup=keyboard)


async def shown(at: Desk, asked: Asked) -> tuple[str, InlineKeyboardMarkup | None]:
    """The scan recorded, as a card with the buttons of what can be done next."""
    verdict = await at.services.scans.record(asked)
    text = views.card(verdict, await told(at, verdict, asked), at.catalogue)
    if asked.text is not None and (verdict.confirmable or verdict.reason in (Reason.HOUSEHOLD, Reason.BLANK_CARD)):
        await _keep_doubt(at, verdict, asked)
        if verdict.reason is Reason.HOUSEHOLD:
            return text, await boxes(at, verdict.scan, UUID(verdict.fields["household"]), ())
        if verdict.reason is Reason.BLANK_CARD:
            return text, keyboards.blank(verdict.scan, at.catalogue)
        return text, keyboards.check(verdict.scan, at.catalogue)
    return text, keyboards.walk_in(at.catalogue) if verdict.offers_walk_in else None


async def boxes(at: Desk, scan: UUID, household: UUID, chosen: Collection[int]) -> InlineKeyboardMarkup:
    """A box for each member: number and name as far as this reader may see it."""
    try:
        members = await at.services.households.on_card(household, by=at.actor)
    except Refusal:
        members = {}
    names = told_apart(list(members.values()), detail=at.surface.chat_detail, catalogue=at.catalogue)
    named = [(number, names[person.id]) for number, person in sorted(members.items())]
    return keyboards.members(scan, named, chosen, at.catalogue) if named else keyboards.walk_in(at.catalogue)


async def _keep_doubt(at: Desk, verdict: Verdict, asked: Asked) -> None:
    """What to ask again once the name was checked, in the mode of now."""
    doubts: dict[str, Any] = dict((await at.state.get_data()).get("doubts", {}))
    place, home = asked.place.hex if asked.place else None, verdict.fields.get("household", "")
    doubts[verdict.scan.hex] = [asked.text, asked.purpose.value, place, asked.note, asked.via.value, home]
    await at.state.update_data(doubts=dict(list(doubts.items())[-KEPT_DOUBTS:]))


async def told(at: Desk, verdict: Verdict, asked: Asked) -> views.Told:
    """The names and numbers that the card says beside the verdict."""
    formats = Formats(at.catalogue, at.surface.zone)
    before = verdict.fields.get("before_place")
    wanted = [id for id in (asked.place, UUID(before) if before else None) if id is not None]
    shelters = {shelter.id: shelter for shelter in await at.services.shelters.many(wanted)}
    here = shelters.get(asked.place) if asked.place is not None else None
    return views.Told(
        name=await _name(at, verdict),
        time=formats.time(at.clock.now()),
        place=here.name if here is not None else asked.note,
        before=shelters[UUID(before)].name if before and UUID(before) in shelters else "",
        first_at=formats.time(datetime.fromisoformat(verdict.fields["at"])) if "at" in verdict.fields else "",
        shelter=here,
        made=_made(at, verdict, asked, formats),
        taken=await at.services.shelters.taken(here.id, drill=verdict.drill) if here is not None and verdict.outcome is not Outcome.REFUSED else None,
    )


def _made(at: Desk, verdict: Verdict, asked: Asked, formats: Formats) -> str:
    """Whether the code was printed, or made on demand a moment ago; nothing of a code that was typed or is nobody's."""
    if "live" in verdict.fields:
        return at.catalogue.say_html(views.LIVE, ago=formats.ago(datetime.fromisoformat(verdict.fields["live"]), now=at.clock.now()))
    return at.catalogue.say(views.PRINTED) if asked.text is not None and asked.via is not Via.TYPED and verdict.person is not None else ""


async def _name(at: Desk, verdict: Verdict) -> str:
    """As far as this reader may see it: somebody of another county has no name here."""
    if verdict.person is None:
        return ""
    try:
        person = await at.services.people.person(verdict.person, by=at.actor)
    except Refusal:
        return "—"
    return called(person.name, detail=at.surface.chat_detail, catalogue=at.catalogue)


async def pick(
    callback: CallbackQuery, *, callback_data: callbacks.Picked, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock,
    state: FSMContext, key: str,
) -> None:  # fmt: skip
    """The person was found by name and chosen from the list."""
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    if "purpose" not in at.data:
        await revised(callback, catalogue.say(views.MODE_FIRST))
        return
    text, keyboard = await shown(at, at.asked(key, via=Via.NAME, person=callback_data.person))
    await revised(callback, text, keyboard)


async def settle_doubt(
    callback: CallbackQuery, *, callback_data: callbacks.NameMatches, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface,
    clock: Clock, state: FSMContext,
) -> None:  # fmt: skip
    """The keeper asked for the name. The key comes from the doubtful scan, so that two taps are one confirmation."""
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    if not callback_data.yes:
        await revised(callback, catalogue.say(views.NOT_THEM))
        return
    doubt = at.data.get("doubts", {}).get(callback_data.scan.hex)
    if doubt is None:
        await revised(callback, catalogue.say(views.SCAN_AGAIN))
        return
    await revised(callback, *await shown(at, asked_again(doubt, f"{callback_data.scan.hex}|confirmed", by=actor)))


def asked_again(doubt: list[Any], key: str, *, by: Actor, member: int | None = None) -> Asked:
    """The doubtful scan once more, now that the keeper knows who it is."""
    text, purpose, place, note, via = doubt[:5]
    return Asked(key, by, Purpose(purpose), Via(via), place=UUID(place) if place else None, text=text, note=note, confirmed=True, member=member)


async def ask_name(callback: CallbackQuery, *, catalogue: Catalogue, state: FSMContext) -> None:
    """Add as a walk-in: one question, one answer."""
    if "purpose" not in await state.get_data():
        await revised(callback, catalogue.say(views.MODE_FIRST))
        return
    await state.set_state(Scanning.walk_in)
    await unbuttoned(callback)
    await said(callback, catalogue.say(views.WALK_IN))


async def take_walk_in(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext, key: str
) -> None:  # fmt: skip
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    await _walk_in(message, at, (message.text or "").lstrip("+＋"), key=key)


async def _walk_in(message: Message, at: Desk, text: str, *, key: str) -> None:
    try:
        newcomer = named(text)
    except Invalid as refusal:
        await message.answer(f"✏️ {at.catalogue.say_html(refusal.text, **refusal.fields)}\n\n{at.catalogue.say(views.WALK_IN)}")
        return
    await at.state.set_state(Scanning.ready)
    await _scan(message, at, at.asked(key, via=Via.CHAT, newcomer=newcomer))


def named(text: str) -> Newcomer:
    """A name, and a phone number behind it if there is one. Raises NameMissing, PhoneInvalid."""
    parts = NAME_AND_PHONE.fullmatch(unicodedata.normalize("NFKC", text.strip()))
    name, phone = (parts["name"], parts["phone"]) if parts is not None else (text, None)
    if phone is not None and normal_phone(phone) is None:
        raise PhoneInvalid()
    return Newcomer(checked_name(name), phone)


def routes() -> Router:
    router = Router(name="admissions")
    at_work = StateFilter(Scanning.ready, Scanning.walk_in, Scanning.blank)
    on(router.message, take_walk_in, Scanning.walk_in, Typed(), may=May.ADD_WALK_IN)
    on(router.message, take_text, Scanning.ready, Typed(), may=May.ADMIT)
    on(router.message, take_picture, at_work, F.photo, may=May.ADMIT)
    on(router.message, take_picture, at_work, F.document, may=May.ADMIT)
    on(router.callback_query, pick, callbacks.Picked.filter(), may=May.ADMIT)
    on(router.callback_query, settle_doubt, callbacks.NameMatches.filter(), may=May.ADMIT)
    on(router.callback_query, ask_name, callbacks.WalkIn.filter(), may=May.ADD_WALK_IN)
    return router
