"""Photos for a report, one by one or as an album, at any of its questions. What cannot be kept gets a sentence, and nothing of the report is lost."""

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.types import Document, Message, PhotoSize

from bot.downloads import LARGEST, downloaded, too_large
from bot.failures import ANSWERS
from bot.rights import Open, on
from bot.states import Reporting
from bot.views import reports as views
from domain.errors import Refusal, family
from domain.reports import NotAPhoto, PhotoLost, PhotoTooLarge, TooManyPhotos
from handlers.report_talk import Talk, Talking, question
from handlers.reports import again

WRITING = StateFilter(*(step for step in Reporting.__states__ if step is not Reporting.who))
UNNAMED = frozenset({"", "application/octet-stream"})


async def take_photo(message: Message, *, bot: Bot, talk: Talk) -> None:
    """Kept as it arrives. An album is answered once, at its first photo; what is refused of it, once for each reason."""
    report, album = await talk.id(), message.media_group_id
    try:
        file = _file(message)
        await talk.services.report_photos.expect(report, by=talk.actor, key=talk.key)
        count = await talk.services.report_photos.add(report, await downloaded(bot, file), by=talk.actor, key=talk.key)
    except (NotAPhoto, PhotoLost, PhotoTooLarge) as refusal:
        await talk.services.report_photos.refuse(report, refusal, by=talk.actor, key=talk.key)
        await _refused(message, talk, refusal)
        return
    except Refusal as refusal:
        await _refused(message, talk, refusal)
        return
    if message.caption:
        await talk.services.reports.add_words(report, message.caption, by=talk.actor, key=talk.key)
    if album is not None and (await talk.state.get_data()).get("album") == album:
        return
    await talk.state.update_data(album=album)
    await _with_question(message, talk, views.kept(count, talk.catalogue, album=album is not None))


def _file(message: Message) -> PhotoSize | Document:
    """The largest size of a photo, or a file that may hold a picture. NotAPhoto, PhotoTooLarge: by what Telegram says of it, before anything is fetched."""
    if message.photo:
        return max(message.photo, key=lambda size: size.width * size.height)
    file = message.document
    if file is None or not ((file.mime_type or "").startswith("image/") or (file.mime_type or "") in UNNAMED):
        raise NotAPhoto()
    if (file.file_size or 0) > LARGEST:
        raise too_large(file.file_size or 0)
    return file


async def refuse_file(message: Message, *, talk: Talk) -> None:
    """A video, a voice message, a sticker: nothing is fetched."""
    await talk.services.report_photos.refuse(await talk.id(), NotAPhoto(), by=talk.actor, key=talk.key)
    await _refused(message, talk, NotAPhoto())


async def _refused(message: Message, talk: Talk, refusal: Refusal) -> None:
    mark = f"{message.media_group_id} {refusal.code}"
    if message.media_group_id is not None and isinstance(refusal, TooManyPhotos | NotAPhoto):
        if (await talk.state.get_data()).get("refused") == mark:
            return
        await talk.state.update_data(refused=mark)
    await _with_question(message, talk, f"{ANSWERS[family(refusal)]} {talk.catalogue.say_html(refusal.text, **refusal.fields)}")


async def _with_question(message: Message, talk: Talk, words: str) -> None:
    """The answer with the open question below it, so that nobody has to look for it."""
    step = await talk.step()
    if step is None or step is Reporting.who:
        await message.answer(words)
        return
    text, markup = await question(talk, step, await talk.report())
    await message.answer(words if step is Reporting.photos else f"{words}\n\n{text}", reply_markup=markup)


async def too_early(message: Message, *, talk: Talk) -> None:
    """A photo before the first answer: there is nothing yet that it could belong to."""
    await message.answer(talk.catalogue.say(views.FIRST_WHO))


def routes() -> Router:
    router = Router(name="report photos")
    here = Talking()
    for other in (F.video, F.animation, F.video_note, F.voice, F.audio, F.sticker):
        on(router.message, refuse_file, WRITING, other, here, may=Open.EVERYBODY)
    on(router.message, take_photo, WRITING, F.photo, here, may=Open.EVERYBODY)
    on(router.message, take_photo, WRITING, F.document, here, may=Open.EVERYBODY)
    on(router.message, too_early, Reporting.who, F.photo, here, may=Open.EVERYBODY)
    on(router.message, again, StateFilter(Reporting), here, may=Open.EVERYBODY)
    return router
