"""/lists: both lists that scanners check codes by, as documents, for where no network is."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, Message

from bot.factory import Surface
from bot.rights import Open, on
from bot.views import lists as views
from locales.catalogue import Catalogue
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock


async def send_lists(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock) -> None:
    """Two files; each says its number and its age, and how it gets onto a scanner."""
    for signed in await services.lists.for_official(by=actor):
        caption = views.caption(signed, catalogue, surface.zone, now=clock.now())
        await message.answer_document(BufferedInputFile(signed.text.encode(), signed.name), caption=caption)


def routes() -> Router:
    router = Router(name="lists")
    on(router.message, send_lists, Command("lists"), may=Open.REGISTERED)
    return router
