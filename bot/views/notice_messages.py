"""Messages about notices, composed late: what readers get is the same for everybody of one language."""

from datetime import datetime

from bot.factory import Surface
from bot.keyboards import notices as keyboards
from bot.messenger import Composed
from bot.views import evacuations as order_views
from bot.views import notices as views
from domain.deliveries import Message, Subject
from domain.notices import Notice, NoticeDecided, NoticeState
from domain.places import within
from locales.catalogue import Catalogue, Catalogues
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.notices import Preview

SAME_FOR_ALL = frozenset({Subject.NOTICE, Subject.NOTICE_WITHDRAWN})
"""Subjects whose text depends on nothing but the message and the language."""


async def words(notice: Notice, at: datetime, services: Services, catalogue: Catalogue, surface: Surface, *, bare: bool = False) -> str:
    """What a reader of this language gets; `bare` for inside of a text that says by itself that it is a drill."""
    widest = [code for code in notice.areas if not any(code != other and within(code, other) for other in notice.areas)]
    areas = [area.called for code in widest if (area := await services.areas.get(code)) is not None]
    issuer = views.issuer(await services.areas.get(notice.issuer), catalogue, office=surface.office_name)
    formats = Formats(catalogue, surface.zone)
    return views.reading(notice, catalogue, areas=views.some_of(areas, catalogue), by=issuer, at=at, formats=formats, bare=bare)


async def to_decide(
    preview: Preview, services: Services, catalogue: Catalogue, catalogues: Catalogues, surface: Surface, *, now: datetime, first: str
) -> str:
    """A preview in full: the readings as they will be, in one language where its words go to everybody; then the audience."""
    at = preview.runs[0] if preview.runs else now
    read = ("zh_CN", "en") if preview.notice.draft.same is None else (preview.notice.draft.same,)
    readings = [await words(preview.notice, at, services, catalogues.of(language), surface, bare=True) for language in read]
    parts = await views.part_names(preview.notice.draft.parts, services, catalogue)
    how = {"parts": parts, "detail": surface.chat_detail, "formats": Formats(catalogue, surface.zone)}
    return views.to_decide(preview, readings, catalogue, first=first, **how)


async def asked(notice: Notice, reader: Actor, services: Services, catalogue: Catalogue, catalogues: Catalogues, surface: Surface, now: datetime) -> Composed:
    """To the second person: everything, and the two buttons as long as nobody has decided."""
    preview = await services.notices.preview(notice.id, by=reader)
    first = catalogue.say(views.TO_APPROVE, number=notice.number, time=Formats(catalogue, surface.zone).day_time(preview.until))
    text = await to_decide(preview, services, catalogue, catalogues, surface, now=now, first=first)
    if notice.state is not NoticeState.WAITING:
        return Composed(order_views.decided(text, catalogue.say(NoticeDecided.text, number=notice.number)))
    return Composed(text, keyboards.decision(preview, catalogue))


async def composed(message: Message, reader: Actor | None, services: Services, catalogue: Catalogue, catalogues: Catalogues, surface: Surface) -> Composed:
    """Any message about a notice. `reader` is needed only by who has to decide."""
    formats = Formats(catalogue, surface.zone)
    if message.subject in SAME_FOR_ALL:
        notice, run = await services.notices.told_run(message.about)
        if message.subject is Subject.NOTICE:
            return Composed(await words(notice, run.released_at or message.made_at, services, catalogue, surface))
        return Composed(views.withdrawn(notice, catalogue, time=formats.day_time(message.made_at)))
    notice = await services.notices.told(message.about)
    if message.subject is Subject.NOTICE_TO_APPROVE and reader is not None:
        return await asked(notice, reader, services, catalogue, catalogues, surface, message.made_at)
    if message.subject is Subject.NOTICE_MISSED:
        return Composed(views.missed(notice, message, catalogue, formats))
    return Composed(views.decided(notice, message, catalogue))
