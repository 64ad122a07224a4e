"""/board: the sums of now, and a link to the rest that works once."""

from aiogram import Router
from aiogram.types import Message

from bot.factory import Surface
from bot.rights import on
from bot.views import board as views
from domain.access import May
from domain.evacuations import OrderState
from handlers.filters import asked
from handlers.replies import NO_PREVIEW
from locales.catalogue import Catalogue
from services.actors import Actor
from services.bundle import Services

MOST_ORDERS = 5


async def show_board(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface) -> None:
    """The link is in the text and not a button, previews are off, and only a tap on our own page spends it."""
    orders = [order for order in await services.board.orders(by=actor) if order.state is OrderState.ISSUED]
    parts = [views.sums(await services.board.order(order.id, by=actor), catalogue) for order in orders[:MOST_ORDERS]]
    if not parts:
        parts.append(catalogue.say(views.NO_ORDERS))
    if surface.public_url is None:
        parts.append(catalogue.say(views.NO_ADDRESS))
    else:
        ticket = await services.sessions.ticket(by=actor)
        parts.append(catalogue.say_html(views.LINK, link=f"{surface.public_url.rstrip('/')}/board/enter/{ticket}"))
    await message.answer("\n\n".join(parts), link_preview_options=NO_PREVIEW)


def routes() -> Router:
    router = Router(name="board")
    on(router.message, show_board, asked("board"), may=May.SEE_BOARD)
    return router
