"""From a claimed delivery to what its reader sees: composed late, with the rights of the reader at this moment."""

from datetime import datetime
from uuid import UUID

from bot.factory import Surface
from bot.keyboards import evacuations as order_keyboards
from bot.keyboards import rollcall as keyboards
from bot.messenger import Composed
from bot.views import code_days as day_views
from bot.views import evacuations as views
from bot.views import glass as glass_views
from bot.views import grants as grant_views
from bot.views import notice_messages
from bot.views import passes as pass_views
from bot.views import report_desk as report_views
from bot.views import security as security_views
from bot.views import sites as site_views
from bot.views import visits as visit_views
from bot.views import watch as watch_views
from bot.views.marks import called, framed
from domain.access import May
from domain.deliveries import Delivery, Message, Subject
from domain.errors import Refusal
from domain.evacuations import Order, OrderOutAlready, OrderState
from domain.people import Person
from domain.text import N_
from locales.catalogue import Catalogue, Catalogues
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services

HELP_WANTED = N_("🆘 <b>Somebody needs help</b>, since {time}.")
WHO = N_("Who: {name}")
PHONE = N_("Phone: {phone}")
VILLAGE = N_("Home: {village}")
NOTE = N_("They wrote: {note}")
NO_NOTE = N_("They wrote nothing yet.")
UNREGISTERED = N_('Not registered. <a href="tg://user?id={address}">Write to them here</a>.')
NOT_LISTED = N_("Not on the list of an order in force: this call is only here.")
GO = N_("Who goes there? When somebody is with them, close the call.")


class Composer:
    """Makes the text and buttons of a delivery. Facts are read when it is sent, so that it says what holds then."""

    def __init__(self, services: Services, catalogues: Catalogues, surface: Surface) -> None:
        self._services = services
        self._catalogues = catalogues
        self._surface = surface

    async def __call__(self, delivery: Delivery) -> Composed:
        catalogue = self._catalogues.of(delivery.language)
        match delivery.message.subject:
            case Subject.ORDER_ISSUED | Subject.ORDER_TO_APPROVE | Subject.ORDER_LIFTED | Subject.ORDER_DECIDED:
                return await self._of_order(delivery, catalogue)
            case Subject.SITE_ASKED | Subject.SITE_LEFT:
                return site_views.composed(delivery.message, await self._services.sites.told(delivery.message.about), catalogue, self._surface)
            case Subject.ALARM | Subject.CODES_COUNTED:
                return await self._of_the_house(delivery, catalogue)
            case Subject.GLASS_OPENED | Subject.GLASS_ENDED | Subject.GRANT_GIVEN | Subject.AUTHENTICATOR:
                return await self._of_rights(delivery, catalogue)
            case Subject.HELP_WANTED:
                return await self._help_wanted(delivery, await self._reader(delivery), catalogue)
            case Subject.REPORT_FILED | Subject.REPORT_STEP | Subject.REPORT_ASSIGNED:
                return await report_views.composed(delivery.message, await self._reader(delivery), self._services, self._surface, catalogue)
            case Subject.NOTICE | Subject.NOTICE_WITHDRAWN | Subject.NOTICE_DECIDED | Subject.NOTICE_MISSED | Subject.NOTICE_TO_APPROVE:
                reader = await self._reader(delivery) if delivery.message.subject is Subject.NOTICE_TO_APPROVE else None
                return await notice_messages.composed(delivery.message, reader, self._services, catalogue, self._catalogues, self._surface)
            case Subject.PASSES_ASKED | Subject.PASSES_GRANTED | Subject.PASSES_REFUSED | Subject.PASSES_REVOKED:
                return await pass_views.composed(delivery.message, await self._reader(delivery), self._services, catalogue, self._surface)
            case Subject.VISITS_WANTED:
                left = await self._services.visits.told(delivery.message.about, by=await self._reader(delivery))
                return Composed(visit_views.wanted(delivery.message, left, catalogue, formats=Formats(catalogue, self._surface.zone)))

    async def _of_the_house(self, delivery: Delivery, catalogue: Catalogue) -> Composed:
        if delivery.message.subject is Subject.ALARM:
            return watch_views.told(delivery.message, catalogue, self._surface)
        return day_views.composed(delivery.message, await self._services.code_days.told(delivery.message.about), catalogue, self._surface)

    async def _of_order(self, delivery: Delivery, catalogue: Catalogue) -> Composed:
        match delivery.message.subject:
            case Subject.ORDER_ISSUED:
                return await self._issued(delivery, await self._reader(delivery), catalogue)
            case Subject.ORDER_TO_APPROVE:
                return await self._to_approve(delivery, await self._reader(delivery), catalogue)
            case _:
                return Composed(self._after(await self._services.evacuations.told(delivery.message.about), delivery.message, catalogue))

    async def _of_rights(self, delivery: Delivery, catalogue: Catalogue) -> Composed:
        match delivery.message.subject:
            case Subject.AUTHENTICATOR:
                return Composed(security_views.told(delivery.message, catalogue, Formats(catalogue, self._surface.zone)))
            case Subject.GRANT_GIVEN:
                return Composed(grant_views.given(*await self._services.grants.told(delivery.message.about), catalogue, detail=self._surface.chat_detail))
            case _:
                return await glass_views.composed(delivery.message, await self._reader(delivery), self._services, catalogue, self._surface)

    async def _reader(self, delivery: Delivery) -> Actor:
        """Who reads it, with the rights of this moment. Costs a look at the database: only for what differs from reader to reader."""
        if delivery.person is None:
            return Actor(via="chat", language=delivery.language, bot=delivery.bot, address=delivery.address)
        return await self._services.people.actor_of(delivery.person, via="chat")

    def _after(self, order: Order, message: Message, catalogue: Catalogue) -> str:
        if message.subject is Subject.ORDER_DECIDED:
            issued, reason = message.fields.get("decided") == OrderState.ISSUED.value, message.fields.get("reason", "")
            return views.to_the_drafter(order, catalogue, issued=issued, reason=reason)
        return views.lifted(order, catalogue, time=self._time(catalogue, order.lifted_at or message.made_at))

    def _time(self, catalogue: Catalogue, at: datetime) -> str:
        return Formats(catalogue, self._surface.zone).day_time(at)

    async def _areas(self, order: Order, catalogue: Catalogue) -> str:
        return views.names_of([await self._services.areas.get(code) for code in order.areas], catalogue)

    async def _issued(self, delivery: Delivery, reader: Actor, catalogue: Catalogue) -> Composed:
        """Whoever has to move is told to move, also a warden; the others are told that the order is out."""
        order = await self._services.evacuations.told(delivery.message.about)
        areas, time = await self._areas(order, catalogue), self._time(catalogue, order.issued_at or delivery.message.made_at)
        concerns = await self._services.rollcall.order_for(by=reader)
        if concerns is not None and concerns.id == order.id:
            return Composed(views.issued(order, catalogue, areas=areas, time=time), keyboards.answers(catalogue))
        now = delivery.message.made_at
        rights = {"ticks": reader.can(May.TICK, now=now), "admits": reader.can(May.ADMIT, now=now)}
        return Composed(views.in_charge(order, catalogue, areas=areas, time=time, **rights))

    async def _to_approve(self, delivery: Delivery, reader: Actor, catalogue: Catalogue) -> Composed:
        preview = await self._services.evacuations.preview(delivery.message.about, by=reader)
        text = views.to_approve(preview, catalogue, areas=await self._areas(preview.order, catalogue), detail=self._surface.chat_detail)
        if preview.order.state is not OrderState.DRAFT:
            return Composed(views.decided(text, catalogue.say(OrderOutAlready.text, number=preview.order.number)))
        return Composed(text, order_keyboards.decision(preview.order, catalogue))

    async def _help_wanted(self, delivery: Delivery, reader: Actor, catalogue: Catalogue) -> Composed:
        message = delivery.message
        lines = [catalogue.say(HELP_WANTED, time=self._time(catalogue, message.made_at))]
        person = await self._person(message.fields.get("person", ""), reader)
        if person is not None:
            lines += await self._about(person, catalogue)
        elif message.fields.get("address", ""):
            lines.append(catalogue.say_html(UNREGISTERED, address=message.fields["address"]))
        note = message.fields.get("note", "")
        lines.append(catalogue.say_html(NOTE, note=note) if note else catalogue.say(NO_NOTE))
        member = await self._member(message.about, reader)
        lines.append(catalogue.say(GO if member else NOT_LISTED))
        text = framed("\n".join(lines), drill=message.drill, catalogue=catalogue)
        return Composed(text, keyboards.handled(message.about, catalogue) if member else None)

    async def _person(self, id: str, reader: Actor) -> Person | None:
        """Who calls, as far as this reader may see people there."""
        if not id:
            return None
        try:
            return await self._services.people.person(UUID(id), by=reader)
        except Refusal:
            return None

    async def _about(self, person: Person, catalogue: Catalogue) -> list[str]:
        detail = self._surface.chat_detail
        lines = [catalogue.say_html(WHO, name=called(person.name, detail=detail, catalogue=catalogue))]
        if person.phone and detail == "full":
            lines.append(catalogue.say_html(PHONE, phone=person.phone))
        village = (await self._services.areas.titles([person.area]))[person.area]
        return [*lines, catalogue.say_html(VILLAGE, village=village)]

    async def _member(self, about: UUID, reader: Actor) -> bool:
        """Whether the call stands on a board, where this reader can close it."""
        try:
            await self._services.board.timeline(about, by=reader)
        except Refusal:
            return False
        return True
