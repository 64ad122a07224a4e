"""The thread of /report: which question comes, with which choices, and what lies behind it. The dialogue holds the report's id, the draft holds the rest."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiogram.filters import BaseFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import InlineKeyboardMarkup, Message, ReplyKeyboardMarkup, TelegramObject

from bot.factory import Surface
from bot.keyboards import reports as keyboards
from bot.keyboards.menu import menu
from bot.states import Reporting
from bot.views import reports as views
from domain.reports import MOST_PHOTOS, UNSENT, Report
from locales.catalogue import Catalogue
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock

STEPS: Mapping[str, State] = {str(step.state): step for step in Reporting.__states__}
QUESTIONS: Mapping[State, str] = {
    Reporting.who: views.WHO,
    Reporting.kind: views.KIND,
    Reporting.place: views.PLACE_THERE,
    Reporting.pin: views.PIN,
    Reporting.village: views.VILLAGE,
    Reporting.hurt: views.HURT,
    Reporting.trapped: views.TRAPPED,
    Reporting.text: views.TEXT,
    Reporting.photos: views.PHOTOS,
}
WIDTHS = {Reporting.kind: 2, Reporting.hurt: 4, Reporting.trapped: 4}
URGENT = frozenset({Reporting.text, Reporting.photos})

SHORTEST_PART = 2
"""So many characters of a choice are enough where no other choice has them."""

Asked = tuple[str, InlineKeyboardMarkup | ReplyKeyboardMarkup]


@dataclass(frozen=True, slots=True)
class Talk:
    """One update of somebody who reports."""

    actor: Actor
    services: Services
    catalogue: Catalogue
    surface: Surface
    clock: Clock
    state: FSMContext
    key: str

    async def id(self) -> UUID:
        """The report of this dialogue."""
        return UUID((await self.state.get_data())["report"])

    async def report(self) -> Report:
        return await self.services.reports.draft(await self.id(), by=self.actor)

    async def step(self) -> State | None:
        """The question that is open; None outside of this dialogue."""
        return STEPS.get(await self.state.get_state() or "")

    async def village(self) -> str:
        """Where the author lives, as people say it; "" for a guest."""
        area = await self.services.areas.get(self.actor.area) if self.actor.area else None
        return area.called if area is not None else ""

    async def title(self, report: Report) -> str:
        return (await self.services.areas.titles([report.area]))[report.area] if report.area is not None else ""

    def menu(self) -> ReplyKeyboardMarkup:
        return menu(self.actor, self.catalogue, now=self.clock.now())


class Talking(BaseFilter):
    """Lets everything through and hands the handler its `talk`."""

    async def __call__(
        self, event: TelegramObject, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext, key: str
    ) -> dict[str, Any]:
        return {"talk": Talk(actor, services, catalogue, surface, clock, state, key)}


async def go(message: Message, talk: Talk, step: State, report: Report) -> None:
    """On to the next question; the one that was answered lies behind it."""
    path = [*(await talk.state.get_data()).get("path", []), await talk.state.get_state()]
    await talk.state.update_data(path=path)
    await ask(message, talk, step, report)


async def ask(message: Message, talk: Talk, step: State, report: Report, *, before: str = "") -> None:
    await talk.state.set_state(step)
    text, markup = await question(talk, step, report)
    await message.answer(f"{before}\n\n{text}" if before else text, reply_markup=markup)


async def question(talk: Talk, step: State, report: Report) -> Asked:
    """HTML and buttons of this question as it stands now."""
    data = await talk.state.get_data()
    if step is Reporting.place and report.for_self:
        return talk.catalogue.say(views.PLACE_HERE), keyboards.place(await talk.village(), talk.catalogue)
    choices = await choices_of(talk, step, report)
    out = report.state not in UNSENT
    ways = {} if out else {"report": report.id, "depth": len(data.get("path", []))}
    markup = keyboards.question(choices, talk.catalogue, width=WIDTHS.get(step, 1), **ways)  # type: ignore[arg-type]
    return await _words(talk, step, report, out=out), markup


async def _words(talk: Talk, step: State, report: Report, *, out: bool) -> str:
    if step is Reporting.check:
        return views.check(report, await talk.title(report), talk.catalogue)
    if step is Reporting.photos:
        return talk.catalogue.say(views.PHOTOS_AFTER) if out else talk.catalogue.say(views.PHOTOS, most=MOST_PHOTOS)
    words = talk.catalogue.say(QUESTIONS[step])
    if step is Reporting.text and report.urgent and not out:
        return "\n".join([*views.calls(talk.surface, talk.catalogue), talk.catalogue.say(views.OR_HELP), "", words])
    return words


async def choices_of(talk: Talk, step: State, report: Report | None) -> Sequence[keyboards.Choice]:
    """What can be tapped, or typed by its number or words."""
    found: list[keyboards.Choice] = []
    catalogue = talk.catalogue
    if step is Reporting.who:
        return keyboards.who((await talk.services.reports.mine(by=talk.actor)).draft, catalogue)
    if step is Reporting.kind:
        return keyboards.kinds(catalogue)
    if step is Reporting.pin:
        return keyboards.meanings(catalogue)
    if step is Reporting.village:
        return keyboards.villages(await talk.services.areas.titles((await talk.state.get_data()).get("villages", [])), catalogue)
    if step in (Reporting.hurt, Reporting.trapped):
        return keyboards.counts(catalogue, trapped=step is Reporting.trapped)
    if step is Reporting.text:
        found = keyboards.no_words(catalogue)
    if step is Reporting.photos:
        found = keyboards.no_more_photos(catalogue)
    if report is not None and step is Reporting.check:
        found = keyboards.send(report, catalogue)
    if report is not None and step in URGENT and report.urgent and report.state in UNSENT:
        found = [*found, *keyboards.send_now(report, catalogue)]
    return found


async def chosen(message: Message, talk: Talk, step: State, report: Report | None) -> CallbackData | None:
    """The choice that was typed instead of tapped; None when it is none of them."""
    text = unicodedata.normalize("NFKC", message.text or "").strip().casefold()
    choices = await choices_of(talk, step, report)
    if text.isdecimal() and 1 <= int(text) <= len(choices):
        return choices[int(text) - 1][1]
    if exact := [data for label, data in choices if text and text in (label.casefold(), label.partition(" ")[2].casefold())]:
        return exact[0]
    near = [data for label, data in choices if len(text) >= SHORTEST_PART and text in label.casefold()]
    return near[0] if len(near) == 1 else None
