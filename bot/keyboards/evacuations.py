"""Buttons of orders."""

from collections.abc import Mapping, Sequence

from aiogram.types import InlineKeyboardMarkup

from bot.callbacks import FINGERPRINT_SHOWN, Decision, Lift, OrderArea, OrderAreasDone, OrderDraft, OrderKind, OrderShelter
from bot.keyboards.grid import button, column, rows
from domain.evacuations import Order
from domain.shelters import Shelter
from domain.text import N_
from locales.catalogue import Catalogue

GO_ON = N_("Go on")
REAL = N_("Real")
DRILL = N_("Drill")
TO_SECOND = N_("Send to a second person")
DROP = N_("Drop")
APPROVE = N_("Approve and issue")
REJECT = N_("Reject")
LIFT = N_("Lift it")


def areas(titles: Mapping[str, str], catalogue: Catalogue, *, chosen: bool) -> InlineKeyboardMarkup:
    found = [[button(title, OrderArea(code=code))] for code, title in titles.items()]
    return rows(*found, [button("➡️ " + catalogue.say(GO_ON), OrderAreasDone())] if chosen else [])


def shelters(near: Sequence[Shelter]) -> InlineKeyboardMarkup:
    return column(button("🏫 " + shelter.name, OrderShelter(shelter=shelter.id)) for shelter in near)


def kind(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button("❗ " + catalogue.say(REAL), OrderKind(drill=False)), button("🎓 " + catalogue.say(DRILL), OrderKind(drill=True))])


def check(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([button("✅ " + catalogue.say(TO_SECOND), OrderDraft(yes=True)), button("✖️ " + catalogue.say(DROP), OrderDraft(yes=False))])


def decision(order: Order, catalogue: Catalogue) -> InlineKeyboardMarkup:
    shown = order.fingerprint[:FINGERPRINT_SHOWN]
    return column([
        button("✅ " + catalogue.say(APPROVE), Decision(order=order.id, shown=shown, yes=True)),
        button("✖️ " + catalogue.say(REJECT), Decision(order=order.id, shown=shown, yes=False)),
    ])  # fmt: skip


def lift(orders: Sequence[tuple[Order, str]]) -> InlineKeyboardMarkup:
    """Each with the villages that it moves, which is how people tell orders apart."""
    return column(button(f"{order.number} · {areas}"[:60], Lift(order=order.id, sure=False)) for order, areas in orders)


def lift_sure(order: Order, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([button("🕊 " + catalogue.say(LIFT), Lift(order=order.id, sure=True))])
