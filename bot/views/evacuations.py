"""Orders to move in chat: the draft, what a second person decides on, what everybody is told."""

from collections.abc import Iterable, Sequence
from html import escape

from bot.views.marks import BECAUSE, EMERGENCY, Detail, called, framed
from domain.evacuations import Order
from domain.places import Area
from domain.text import N_
from locales.catalogue import Catalogue
from services.evacuations import Preview

WHICH_AREAS = N_("Which village has to move? Type a part of its name.")
PICK_AREA = N_("Tap the village. You can add more by typing another name.")
CHOSEN = N_("To move: {areas}. Add another by typing its name, or go on.")
WHICH_PLACE = N_("Where do people go? Choose a shelter or type the place.")
WHICH_WAY = N_("Which way do they take? For example: along the village road to the east, not over the lower bridge.")
WHICH_KIND = N_("Is this real, or a drill?")
DRAFT = N_("<b>Please check before it goes to a second person</b>")
AREAS = N_("To move: <b>{areas}</b>")
PLACE = N_("Where to: <b>{place}</b>")
WAY = N_("Way: <b>{way}</b>")
PEOPLE = N_("People: {count}. Without a chat, so that somebody has to go there: {unreached}.")
SAMPLE = N_("Among them: {names}")
WAITS = N_("Order {number} waits for a second person. It lapses after {minutes} minutes.")
DROPPED = N_("Dropped. Nothing was sent to anybody.")

TO_APPROVE = N_("❗ <b>Order {number} waits for your decision</b>")
APPROVED = N_("Issued at {time}. People on the list: {listed}. They are told now.")
REJECTED = N_("Rejected at {time}. Nobody is told.")

LISTED = N_("⚠️ <b>You have to move now.</b>")
LIVES_HERE = N_("Order {number}, {time}, for {areas}.")
TAKE = N_("Take your papers, medicine and warm clothes, and whoever cannot go alone. Do not go back until the order is lifted.")
ANSWER = N_("Where are you? Tap as soon as you know:")
IN_CHARGE = N_("⚠️ <b>Order {number} is out</b>, {time}.")
IN_CHARGE_ONE = N_("One person is listed.")
IN_CHARGE_COUNT = N_("{count} people are listed.")
GO_AND_TICK = N_("Your households: /list")
OPEN_DOOR = N_("Your shelter: /scan")
DECIDED_YES_ONE = N_("✅ Your order {number} was approved and is out. One person is on its list.")
DECIDED_YES_COUNT = N_("✅ Your order {number} was approved and is out. {count} people are on its list.")
DECIDED_NO = N_("✖️ Your order {number} was rejected. Nobody is told to move.")
ORDER_LIFTED = N_("🟢 <b>Order {number} is lifted</b>, {time}. You may return.")
LIFT_WHICH = N_("Which order is to be lifted? From then on people may return.")
NOTHING_OUT = N_("No order of your area is out.")
LIFT_SURE = N_("Lift order {number} ({areas})? Everybody on its list is told that they may return.")
LIFTED_NOW = N_("Order {number} is lifted; its people are told now.")


def names_of(areas: Iterable[Area | None], catalogue: Catalogue) -> str:
    return catalogue.join(area.called for area in areas if area is not None)


def destination(order_place: str, way: str, areas: str, catalogue: Catalogue) -> list[str]:
    """What the law wants in every order: who, where to, which way (浙江省气象灾害防御条例 §26)."""
    return [catalogue.say_html(AREAS, areas=areas), catalogue.say_html(PLACE, place=order_place), catalogue.say_html(WAY, way=way)]


def draft(catalogue: Catalogue, *, place: str, way: str, areas: str, count: int, unreached: int, drill: bool) -> str:
    lines = [catalogue.say(DRAFT), *destination(place, way, areas, catalogue), _people(catalogue, count, unreached)]
    return framed("\n".join(lines), drill=drill, catalogue=catalogue)


def _people(catalogue: Catalogue, count: int, unreached: int) -> str:
    return catalogue.say(PEOPLE, count=count, unreached=unreached)


def to_approve(preview: Preview, catalogue: Catalogue, *, areas: str, detail: Detail) -> str:
    """Exactly what will be said, the exact count, and ten names masked."""
    order = preview.order
    lines = [catalogue.say_html(TO_APPROVE, number=order.number), *destination(order.place, order.way, areas, catalogue)]
    lines.append(_people(catalogue, preview.people, preview.without_contact))
    lines.append(catalogue.say_html(SAMPLE, names=_sample(preview.sample, catalogue, detail=detail)))
    return framed("\n".join(lines), drill=order.drill, catalogue=catalogue)


def _sample(names: Sequence[str], catalogue: Catalogue, *, detail: Detail) -> str:
    return catalogue.join(called(name, detail=detail, catalogue=catalogue, number=number) for number, name in enumerate(names, 1))


def issued(order: Order, catalogue: Catalogue, *, areas: str, time: str) -> str:
    """To somebody who has to move: where to and which way come first."""
    lines = [catalogue.say(LISTED), *destination(order.place, order.way, areas, catalogue)[1:], catalogue.say(TAKE)]
    lines += [catalogue.say(EMERGENCY), "", catalogue.say_html(LIVES_HERE, number=order.number, time=time, areas=areas), catalogue.say(ANSWER)]
    return framed("\n".join(lines), drill=order.drill, catalogue=catalogue)


def in_charge(order: Order, catalogue: Catalogue, *, areas: str, time: str, ticks: bool, admits: bool) -> str:
    """To a warden or a keeper: short, and what to do."""
    lines = [catalogue.say_html(IN_CHARGE, number=order.number, time=time), *destination(order.place, order.way, areas, catalogue)]
    lines.append(catalogue.say_many(IN_CHARGE_ONE, IN_CHARGE_COUNT, order.listed))
    lines += [catalogue.say(GO_AND_TICK)] if ticks else []
    lines += [catalogue.say(OPEN_DOOR)] if admits else []
    return framed("\n".join(lines), drill=order.drill, catalogue=catalogue)


def lifted(order: Order, catalogue: Catalogue, *, time: str) -> str:
    return framed(catalogue.say_html(ORDER_LIFTED, number=order.number, time=time), drill=order.drill, catalogue=catalogue)


def to_the_drafter(order: Order, catalogue: Catalogue, *, issued: bool, reason: str = "") -> str:
    """What a second person made of the draft, and why, where that was said."""
    no = catalogue.say(DECIDED_NO, number=order.number)
    said = catalogue.say_many(DECIDED_YES_ONE, DECIDED_YES_COUNT, order.listed, number=order.number) if issued else no
    said += "\n" + catalogue.say_html(BECAUSE, reason=reason) if reason else ""
    return framed(said, drill=order.drill, catalogue=catalogue)


def decided(before: str, outcome: str) -> str:
    """What was shown, and what was decided on it."""
    return f"{before}\n\n<b>{escape(outcome)}</b>" if before else escape(outcome)
