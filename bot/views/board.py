"""The board in chat: the sums and a link; names stay on our own pages."""

from bot.views.marks import framed
from domain.text import N_
from locales.catalogue import Catalogue
from services.board import OrderBoard

LINK = N_("📊 The board opens here for 2 minutes, once:\n{link}")
NO_ADDRESS = N_("The board has no address yet. Ask the operator to set MASHANG_PUBLIC_URL.")
NO_ORDERS = N_("No order is out in your area.")
SUMS = N_(
    "<b>{number}</b> {areas}\nlisted {listed} · proven {proven} · reported {reported}\n"
    "<b>not yet safe {not_yet_safe}</b> · need help {needs_help} · walk-ins {walk_ins}"
)


def sums(board: OrderBoard, catalogue: Catalogue) -> str:
    total = board.total
    text = catalogue.say_html(
        SUMS, number=board.order.number, areas=catalogue.join(board.titles.get(area, area) for area in board.order.areas), listed=total.listed,
        proven=total.proven, reported=total.reported, not_yet_safe=total.not_yet_safe, needs_help=total.needs_help, walk_ins=total.walk_ins,
    )  # fmt: skip
    return framed(text, drill=board.order.drill, catalogue=catalogue)
