"""The roll call in chat: one's own answer, a call for help, a warden's households."""

from collections.abc import Sequence
from html import escape
from uuid import UUID

from bot.keyboards.rollcall import HOW, WHAT
from bot.views.marks import EMERGENCY, Detail, called, told_apart
from domain.evacuations import Order
from domain.people import Person
from domain.rollcall import Grade, Happening, How, Member
from domain.text import N_
from locales.catalogue import Catalogue
from services.rollcall import LONGEST_NOTE, HelpCall, HouseholdView

WHERE_ARE_YOU = N_("Order {number}: everybody moves to {place}. Where are you now?")
WHERE = {
    Happening.WITH_RELATIVES: N_("With whom, and where? For example: my sister, the village and the name of the family."),
    Happening.SAFE_ELSEWHERE: N_("Where exactly? Village, house or address."),
}
OUTSIDE = N_("Is that outside the area that has to move ({areas})?")
WITH_YOU = N_("Who of your household is with you? Tick only people whom you see beside you now.")
AT_SHELTER = N_("Thank you, it is noted. You are counted as soon as the keeper scans your code at the door: send /code.")
COUNTED_ONE = N_("Thank you. One person is counted as safe: {place}.")
COUNTED_MANY = N_("Thank you. {count} people are counted as safe: {place}.")
STAY = N_("Please stay there until order {number} is lifted. If anything changes, send /safe again.")
NOT_CLEAR = N_(
    "It is noted: {place}. But that may lie inside the area that has to move, so you are <b>not</b> counted as safe yet. "
    "Please go to {destination}."
)
OVER = N_("This question is no longer open. Send /safe to answer.")

HELP_TAKEN = N_("🆘 Your call for help arrived at {time}.")
ON_BOARD = N_("It stands on the board and stays there until somebody is with you.")
TOLD_ONE = N_("Told now: one person in charge.")
TOLD_MANY = N_("Told now: {count} people in charge.")
TOLD_NOBODY = N_("Nobody in charge could be told by this bot. <b>Please call now.</b>")
WHAT_HAPPENED = N_("Where are you, and what do you need? Write a few words, or send your place with the button.")
WHAT_ELSE = N_("Anything to add? Write it, or send your place with the button.")
WHO_ARE_YOU = N_("You are not registered here: please write who and where you are, what you need, and your phone number.")
HELP_NOTED = N_("Passed on: {note}")
WITHOUT_NOTE = N_("Good. Your call stands as it is.")
TEXT_OR_PLACE = N_("Please write it in words, or send your place with the button.")
HELP_CLOSED = N_("Handled: you closed this call at {time}.")
HELP_WAS_CLOSED = N_("This call was closed already.")

MINE = N_("<b>Your households</b>: {open} of {all} still have somebody who is not safe. Open one to tick.")
MINE_CALM = N_("<b>Your households</b>: {all}. No order concerns them now.")
NO_HOUSEHOLDS = N_("No household has you as its responsible person.")
HOUSEHOLD = N_("<b>Household of {name}</b>. Tick whom it is about.")
WHAT_OF = N_("{names}: what happened?")
NOTE = N_("Where exactly? Village, name of the family, or address.")
HOW_KNOWN = N_("How do you know? Only what you saw yourself, spoke about with them, or have on paper takes anybody off the list.")
TICKED = N_("Recorded: {names}\n{what} · {how}")
TICK_PROVEN = N_("Counted.")
TICK_NOT_SAFE = N_("Kept. It does not take anybody off the list.")
TICK_REPORTED = N_("Kept as reported; it does not take anybody off the list.")
HELP_OPEN = N_("🆘 The call for help of {names} is still open: they count as not yet safe until somebody closes it in its message.")
ABSENT_ONCE = N_("“Was not there” counts when a second person says so too.")
TICK_INSIDE = N_("Kept, but not counted as safe: that place may lie inside the area that has to move.")
LINK_WHOM = N_("Whose chat shall be linked? Give the code only to that person.")
LINK_CODE = N_(
    "Link code for <b>{name}</b>:\n<code>{digits}</code>\n\nGood for 24 hours and one chat. Say it to that person only; they send /start here and type it. "
    "An older code for them no longer works."
)
UNDONE = N_("Taken back. The list shows what it showed before.")
TICK_OVER = N_("This list is no longer open. Send /list to see it as it is now.")

NOT_YET = N_("not yet safe")
REPORTED = N_("reported: {what}")
NO_ORDER = N_("no order")
RETURNED = N_("returned")
LEFT = N_("left the shelter")


def status(member: Member | None, catalogue: Catalogue) -> str:
    """A mark and words: where this member stands."""
    if member is None:
        return "⚪ " + catalogue.say(NO_ORDER)
    stands = member.standing
    if stands is None:
        return "🔴 " + catalogue.say(NOT_YET)
    what = _what(stands.whereabouts.kind, catalogue) if stands.whereabouts is not None else catalogue.say(NOT_YET)
    if stands.needs_help:
        return "🆘 " + catalogue.say(WHAT[Happening.NEED_HELP])
    if stands.safe:
        return "🟢 " + what
    if stands.reported is not None:
        return "🟡 " + catalogue.say(REPORTED, what=_what(stands.reported.kind, catalogue))
    return "🔴 " + what


SAFE_KINDS = frozenset({Happening.AT_SHELTER, Happening.WITH_RELATIVES, Happening.SAFE_ELSEWHERE})


def _what(kind: Happening, catalogue: Catalogue) -> str:
    more = {Happening.RETURNED: RETURNED, Happening.LEFT: LEFT}
    return catalogue.say(WHAT.get(kind) or more.get(kind, NOT_YET))


def household(view: HouseholdView, catalogue: Catalogue, *, detail: Detail) -> str:
    """HTML: the household and each member's standing, in the order of the buttons."""
    head = catalogue.say_html(HOUSEHOLD, name=called(view.people[0].name, detail=detail, catalogue=catalogue))
    return "\n".join([head, *(escape(named) for _, named in people(view, catalogue, detail=detail))])


def people(view: HouseholdView, catalogue: Catalogue, *, detail: Detail) -> list[tuple[Person, str]]:
    """Each member with a line: name and standing."""
    names = told_apart(view.people, detail=detail, catalogue=catalogue)
    return [(person, f"{names[person.id]} {status(view.members.get(person.id), catalogue)}") for person in view.people]


def titles(views: Sequence[HouseholdView], catalogue: Catalogue, *, detail: Detail) -> list[tuple[UUID, str]]:
    """One button for each: mark, first name (told apart from its namesakes), how many are safe of how many are listed."""
    names = told_apart([view.people[0] for view in views], detail=detail, catalogue=catalogue)
    return [(view.household, _title(view, names[view.people[0].id])) for view in views]


def _title(view: HouseholdView, first: str) -> str:
    if not view.members:
        return f"⚪ {first} · {len(view.people)}"
    safe = sum(1 for member in view.members.values() if member.standing is not None and member.standing.safe)
    mark = "🟢" if safe == len(view.members) else "🔴"
    return f"{mark} {first} · {safe}/{len(view.members)}"


def all_safe(view: HouseholdView) -> bool:
    return all(member.standing is not None and member.standing.safe for member in view.members.values())


def overview(views: Sequence[HouseholdView], catalogue: Catalogue) -> str:
    if not views:
        return catalogue.say(NO_HOUSEHOLDS)
    if not any(view.members for view in views):
        return catalogue.say(MINE_CALM, all=len(views))
    return catalogue.say(MINE, open=sum(1 for view in views if not all_safe(view)), all=len(views))


def thanks(catalogue: Catalogue, *, kind: Happening, clear: bool, count: int, place: str, order: Order) -> str:
    """What one's own answer came to, honestly: counted, or noted and why not counted."""
    if kind is Happening.AT_SHELTER:
        return catalogue.say(AT_SHELTER)
    if not clear:
        return catalogue.say_html(NOT_CLEAR, place=place, destination=order.place)
    counted = catalogue.say_many(COUNTED_ONE, COUNTED_MANY, count, place=escape(place))
    return counted + "\n" + catalogue.say_html(STAY, number=order.number)


def help_taken(catalogue: Catalogue, *, time: str, call: HelpCall, known: bool, note: str) -> str:
    """HTML. What was written with the call is said back, as far as it is passed on."""
    lines = [catalogue.say(HELP_TAKEN, time=time)]
    if call.on_board:
        lines.append(catalogue.say(ON_BOARD))
    lines.append(catalogue.say_many(TOLD_ONE, TOLD_MANY, call.told) if call.told else catalogue.say(TOLD_NOBODY))
    lines.append(catalogue.say(EMERGENCY))
    lines.append("")
    if note:
        lines.append(passed_on(catalogue, note))
    lines.append(catalogue.say(WHO_ARE_YOU if not known else WHAT_ELSE if note else WHAT_HAPPENED))
    return "\n".join(lines)


def passed_on(catalogue: Catalogue, note: str) -> str:
    """HTML: what those in charge read, in full or as far as it is kept."""
    return catalogue.say_html(HELP_NOTED, note=note if len(note) < LONGEST_NOTE else note[:LONGEST_NOTE] + "…")


def ticked(catalogue: Catalogue, names: Sequence[str], *, kind: Happening, how: How, grade: Grade, clear: bool, calling: Sequence[str]) -> str:
    """`calling` are those of `names` whose call for help is open: what was ticked does not close it."""
    told = catalogue.say_html(TICKED, names=catalogue.join(names), what=_what(kind, catalogue), how=catalogue.say(HOW[how]))
    if grade is Grade.REPORTED or kind not in SAFE_KINDS:
        outcome = TICK_REPORTED if grade is Grade.REPORTED else TICK_NOT_SAFE
    else:
        outcome = TICK_PROVEN if clear else TICK_INSIDE
    lines = [told] if calling and outcome is TICK_PROVEN else [told, catalogue.say(outcome)]
    if kind is Happening.NOT_PRESENT:
        lines.append(catalogue.say(ABSENT_ONCE))
    if calling and kind is not Happening.NEED_HELP:
        lines.append(catalogue.say_html(HELP_OPEN, names=catalogue.join(calling)))
    return "\n".join(lines)
