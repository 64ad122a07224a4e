"""The questions of /notice, one after another, and what was answered so far."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from bot.states import Noticing
from bot.views.marks import framed
from bot.views.notices import LONGEST_PART, some_of
from domain.colours import COLOURS, Level
from domain.notices import LONGEST_TEXT, RISKS, Notice, Risk, approvable_until
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats

LEVEL = N_("Which level? Red and orange go out only after a second person approved.")
RISK = N_("What is it about?")
KIND = N_("Is this real, or a drill? A drill reaches only the people enrolled for drills.")
AUDIENCE = N_("Who is to be told? Tap a group or an area, or type a part of the name of a village, group or firm. You can choose several.")
AUDIENCE_MORE = N_("Who else? Tap or type as before. If that is all, tap Go on.")
CHOSEN = N_("To: {parts}")
WHO = N_("{area}: who there?")
WIDTH = N_("⚠️ This goes to <b>{count}</b> people. If that is meant, type the number {count}; else go back and make the audience smaller.")
COUNTED = N_("People: {count}, {unreached} of them without a chat.")
COUNTED_ALL = N_("People: {count}, all of them with a chat.")
BEGINS = N_("From when does the risk hold? Type a time (18:30, 11-23 18:30), or tap the button.")
WHEN = N_("When is it to be sent?")
AT = N_("At which time? Type 18:30, 11-23 18:30, or +15 for in 15 minutes.")
DAYS = N_("On which days? Tap them, then go on.")
DAY = N_("On which day of the month? Type a number from 1 to 31.")
CLOCK = N_("At which time of day? Type it, for example 07:30.")
END = N_("Until when? Type the last day (11-30), or first and last day (11-01 04-30), or tap the button.")
HOLIDAYS = N_("Also on holidays? The calendar of holidays is the one that this office imported.")
COMING = N_("Next: {runs}")
ZH_CAUTION = N_("In Chinese: <b>what may happen?</b> For example: heavy rain tonight, the stream may rise.")
ZH_ACTION = N_("In Chinese: <b>what are people to do?</b> Short sentences, the most important first. Together at most {most} characters.")
EN_CAUTION = N_("In English: <b>what may happen?</b> Or tap the button: then everybody gets the Chinese words.")
EN_CAUTION_ALONE = N_("In English: <b>what may happen?</b>")
EN_ACTION = N_("In English: <b>what are people to do?</b> Together at most {most} characters.")
CHECK = N_("<b>Please check. This is what people will read:</b>")
CHANGED = N_("⚠️ The audience changed since you looked. Please check again.")
GOES_NOW = N_("Notice {number} goes out now. How it is getting on: /notices")
GOES_LATER = N_("Notice {number} is set: it goes out {time}. To look at it or cancel it: /notices")
WAITS = N_("Notice {number} waits for a second person, until {time}. You will hear what is decided.")
NOBODY_DECIDES = N_("⚠️ Nobody who may approve it has a chat with this bot. Phone somebody now.")
DROPPED = N_("Dropped. Nothing was sent to anybody.")
OVER = N_("This question is no longer open. Begin again with /notice.")

PLAIN: Mapping[str, str] = {
    str(Noticing.level.state): LEVEL,
    str(Noticing.risk.state): RISK,
    str(Noticing.kind.state): KIND,
    str(Noticing.at.state): AT,
    str(Noticing.days.state): DAYS,
    str(Noticing.day.state): DAY,
    str(Noticing.clock.state): CLOCK,
    str(Noticing.end.state): END,
    str(Noticing.holidays.state): HOLIDAYS,
    str(Noticing.when.state): WHEN,
    str(Noticing.zh_caution.state): ZH_CAUTION,
    str(Noticing.en_caution.state): EN_CAUTION,
}


def question(step: str, data: Mapping[str, Any], catalogue: Catalogue, *, parts: Sequence[str] = (), area: str = "", formats: Formats) -> str:
    """The question of this step, under what was answered so far."""
    said = [_so_far(data, catalogue)] if data.get("level") else []
    said += [catalogue.say_html(CHOSEN, parts=some_of(parts, catalogue, longest=LONGEST_PART))] if parts else []
    if step == Noticing.zh_caution.state and data.get("runs"):
        said.append(catalogue.say(COMING, runs=catalogue.join(formats.day_time(datetime.fromisoformat(run)) for run in data["runs"])))
    return "\n".join(said) + ("\n\n" if said else "") + _asked(step, data, catalogue, area)


def _so_far(data: Mapping[str, Any], catalogue: Catalogue) -> str:
    colour = COLOURS[Level(data["level"])]
    risk = catalogue.say(RISKS[Risk(data["risk"])]) if data.get("risk") else ""
    return escape(f"{colour.emoji}{colour.sign} {colour.numeral} {catalogue.say(colour.word)} {risk}".strip())


def _asked(step: str, data: Mapping[str, Any], catalogue: Catalogue, area: str) -> str:
    match step:
        case Noticing.audience.state:
            return catalogue.say(AUDIENCE_MORE if data.get("parts") else AUDIENCE)
        case Noticing.who.state:
            return catalogue.say_html(WHO, area=area)
        case Noticing.width.state:
            return catalogue.say(WIDTH, count=data.get("people", 0))
        case Noticing.begins.state:
            counted = catalogue.say(COUNTED if data.get("unreached") else COUNTED_ALL, count=data.get("people", 0), unreached=data.get("unreached", 0))
            return f"{counted}\n\n{catalogue.say(BEGINS)}"
        case Noticing.en_caution.state if data.get("same") == "en":
            return catalogue.say(EN_CAUTION_ALONE)
        case Noticing.zh_action.state | Noticing.en_action.state:
            return catalogue.say(ZH_ACTION if step == Noticing.zh_action.state else EN_ACTION, most=LONGEST_TEXT)
        case _:
            return catalogue.say(PLAIN[step])


def done(notice: Notice, runs: Sequence[datetime], deciders: int, catalogue: Catalogue, formats: Formats) -> str:
    """What happens with it now."""
    if notice.needs_second:
        until = approvable_until(notice, first_run=runs[0] if runs else None)
        text = catalogue.say(WAITS, number=notice.number, time=formats.day_time(until))
        text = text if deciders else f"{text}\n{catalogue.say(NOBODY_DECIDES)}"
    elif runs:
        text = catalogue.say(GOES_LATER, number=notice.number, time=formats.day_time(runs[0]))
    else:
        text = catalogue.say(GOES_NOW, number=notice.number)
    return framed(text, drill=notice.drill, catalogue=catalogue)
