"""Words about break-glass: to whoever opens one, and to everybody who watches."""

from bot.factory import Surface
from bot.keyboards import glass as keyboards
from bot.messenger import Composed
from bot.views.marks import called, framed
from domain.deliveries import Message, Subject
from domain.glass import LEAST_REASON, Glass
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services

ASK = N_(
    "🚨 <b>Emergency authorisation</b>\nFor at most an hour you may see the board and the people of the whole office, register and tick people, handle reports "
    "and draft orders and notices, also outside your area. You cannot approve or lift anything.\nAll approvers, administrators and auditors are told at once, "
    "and everything you do with it is recorded.\n\nWhy do you need it? Write at least {least} characters, or /cancel."
)
WHY = N_("Why do you need the emergency authorisation? Write it in a few words, or /cancel.")
CHECK = N_("Your reason:\n<blockquote>{reason}</blockquote>\nOpen it now? Everybody who watches reads this.")
OPENED = N_("🚨 The emergency authorisation is open until {time}. It ends by itself. The others have been told.")
NOT_OPENED = N_("Nothing was opened.")
ENDED = N_("The emergency authorisation is over.")
TOLD_OPENED = N_("🚨 <b>Emergency authorisation</b>\n{name} may see and do more than their own area until {time}.")
TOLD_REASON = N_("Reason: {reason}")
TOLD_WHERE = N_("The reason stands on the page: {link}")
TOLD_ENDED = N_("✅ The emergency authorisation of {name} was ended at {time} by {by}.")
OVER = N_("It is over.")


def ask(catalogue: Catalogue) -> str:
    return catalogue.say(ASK, least=LEAST_REASON)


def check(reason: str, catalogue: Catalogue) -> str:
    return catalogue.say_html(CHECK, reason=reason)


def opened(glass: Glass, catalogue: Catalogue, formats: Formats) -> str:
    return framed(catalogue.say(OPENED, time=formats.time(glass.until)), drill=glass.drill, catalogue=catalogue)


async def composed(message: Message, reader: Actor, services: Services, catalogue: Catalogue, surface: Surface) -> Composed:
    """To whoever watches. The reason is said in chat only where whole names may be said there."""
    glass, name, ended_by = await services.glass.told(message.about)
    formats, who = Formats(catalogue, surface.zone), called(name, detail=surface.chat_detail, catalogue=catalogue)
    if message.subject is Subject.GLASS_ENDED:
        by = called(ended_by, detail=surface.chat_detail, catalogue=catalogue)
        text = catalogue.say_html(TOLD_ENDED, name=who, time=formats.time(glass.ended_at or message.made_at), by=by)
        return Composed(framed(text, drill=glass.drill, catalogue=catalogue))
    lines = [catalogue.say_html(TOLD_OPENED, name=who, time=formats.day_time(glass.until))]
    if surface.chat_detail == "full":
        lines.append(catalogue.say_html(TOLD_REASON, reason=glass.reason))
    elif surface.public_url is not None:
        lines.append(catalogue.say_html(TOLD_WHERE, link=f"{surface.public_url.rstrip('/')}/console/glass"))
    if glass.ended_at is not None:
        lines.append(catalogue.say(OVER))
    ends = glass.ended_at is None and services.glass.may_end(glass, by=reader)
    return Composed(framed("\n".join(lines), drill=glass.drill, catalogue=catalogue), keyboards.end(glass.id, catalogue) if ends else None)
