"""The menu under the typing field: what this reader may do, in words; and the same list for Telegram's own command menu."""

from dataclasses import dataclass
from datetime import datetime

from aiogram.types import KeyboardButton, ReplyKeyboardMarkup

from bot.rights import Open
from domain.access import May
from domain.text import N_
from locales.catalogue import Catalogue
from services.actors import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be asked for, by its command or by its button."""

    command: str
    mark: str
    label: str
    may: May | Open
    within: str = ""
    """The command behind whose answer this one is found too: whoever may use both needs no button for it in the menu."""

    def text(self, catalogue: Catalogue) -> str:
        return f"{self.mark} {catalogue.say(self.label)}"


ENTRIES: tuple[Entry, ...] = (
    Entry("safe", "🏠", N_("I am safe"), Open.REGISTERED),
    Entry("help", "🆘", N_("I need help"), Open.EVERYBODY),
    Entry("report", "📝", N_("Report danger"), Open.EVERYBODY),
    Entry("scan", "📷", N_("Register people here"), May.ADMIT),
    Entry("list", "📋", N_("My households"), May.TICK),
    Entry("visits", "🚪", N_("My visits"), May.TICK),
    Entry("linkcode", "🔗", N_("Link a chat"), May.TICK),
    Entry("order", "📣", N_("Order to move"), May.DRAFT_ORDER),
    Entry("lift", "🕊", N_("Lift an order"), May.LIFT),
    Entry("reports", "🗂", N_("Reports"), May.HANDLE_REPORT),
    Entry("notices", "🔔", N_("Risk notices"), May.CANCEL_NOTICE),
    Entry("notice", "✍️", N_("Risk notice"), May.DRAFT_NOTICE, within="notices"),
    Entry("group", "👥", N_("Groups"), May.DRAFT_NOTICE, within="notices"),
    Entry("passes", "🎫", N_("Passes"), May.ASK_PASS),
    Entry("checkpoint", "🛂", N_("Checkpoint"), May.VERIFY_PASS),
    Entry("site", "👷", N_("Site and gate"), May.MUSTER),
    Entry("glass", "🚨", N_("Emergency authorisation"), May.BREAK_GLASS, within="me"),
    Entry("board", "📊", N_("Board"), May.SEE_BOARD),
    Entry("code", "🔳", N_("My safety code"), Open.REGISTERED),
    Entry("me", "👤", N_("About me"), Open.REGISTERED),
    Entry("language", "🌐", N_("Language"), Open.EVERYBODY, within="me"),
)
START = Entry("start", "👋", N_("Begin"), Open.EVERYBODY)
CANCEL = Entry("cancel", "✖️", N_("Stop this"), Open.EVERYBODY)


def entries(actor: Actor, *, now: datetime) -> list[Entry]:
    """What this reader may do now, in the order of the menu."""
    known = [entry for entry in ENTRIES if _open_to(entry, actor, now=now)]
    commands = {entry.command for entry in known}
    known = [entry for entry in known if entry.within not in commands]
    return known if actor.person is not None else [START, *known]


def beside(command: str, actor: Actor, catalogue: Catalogue, *, now: datetime) -> str:
    """What this reader finds behind the answer to this command and not in the menu, each as a command to tap."""
    found = [entry for entry in ENTRIES if entry.within == command and isinstance(entry.may, May) and _open_to(entry, actor, now=now)]
    return "\n".join(f"{entry.text(catalogue)}: /{entry.command}" for entry in found)


def _open_to(entry: Entry, actor: Actor, *, now: datetime) -> bool:
    if isinstance(entry.may, May):
        return actor.can(entry.may, now=now)
    return entry.may is Open.EVERYBODY or actor.person is not None


def menu(actor: Actor, catalogue: Catalogue, *, now: datetime) -> ReplyKeyboardMarkup:
    """Two in a row; it stays until another one comes."""
    buttons = [KeyboardButton(text=entry.text(catalogue)) for entry in entries(actor, now=now)]
    return ReplyKeyboardMarkup(keyboard=[buttons[at : at + 2] for at in range(0, len(buttons), 2)], resize_keyboard=True, is_persistent=True)


def labels(catalogue: Catalogue) -> frozenset[str]:
    """Every text that a tap on the menu sends."""
    return frozenset(entry.text(catalogue) for entry in (*ENTRIES, START, CANCEL))
