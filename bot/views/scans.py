"""The verdict card: one big line that is read from an arm's length, then who, where, when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.views.marks import framed
from codes.errors import PictureProblem
from domain.scans import REASONS, Outcome, Purpose, Verdict
from domain.shelters import Shelter
from domain.text import N_
from locales.catalogue import Catalogue

WHICH_POST = N_("Which shelter are you working at?")
NO_POST = N_("No shelter is assigned to you. Ask your township office.")
WHICH_RELATIVES = N_("Where do they go? Write it once, it is kept for everybody whom you scan next: village and name of the family.")
SEND_CODE = N_("Send a photo of the code, the characters under it, a link, or type a name.")
MODE_IN = N_("📷 <b>{place}</b>: people who <b>come in</b>.")
MODE_OUT = N_("📷 <b>{place}</b>: people who <b>go out</b>.")
MODE_RELATIVES = N_("📷 People who go to <b>{place}</b>.")
STOPPED = N_("Registering stopped. Send /scan to go on.")
WALK_IN = N_("Write the name, and a phone number behind it if there is one. For example: 王小明 13800000000")
PICK = N_("Whom do you mean? Ask for the village too.")
NOBODY = N_("Nobody of that name was found. Try a part of it, or add the person by name.")
NOT_THEM = N_("Not recorded. Scan the right code, or type the name.")
SCAN_AGAIN = N_("This question is no longer open. Please scan the code again.")
MODE_FIRST = N_("Send /scan first.")
CARD_OWNER = N_("Whose is this card from now on? Write the name, and a phone number behind it if there is one.")
CARD_WHO = N_("Is it one of these, or somebody new?")
LIVE = N_("Live code · {ago}")
PRINTED = N_("Printed code")
TOO_MANY = N_("There are {count} codes in this picture; the first {most} were taken.")

WORDS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.ACCEPTED: ("✅", N_("RECORDED")),
    Outcome.CHECK: ("🔶", N_("CHECK THE NAME")),
    Outcome.REPEAT: ("🔁", N_("HERE ALREADY")),
    Outcome.REFUSED: ("⛔", N_("NOT RECORDED")),
}
WHO = N_("Name: <b>{name}</b>")
INSIDE = N_("{time} · {place} · {count} of {places} places taken")
OUTSIDE = N_("{time} · {place}")

PICTURES: Mapping[PictureProblem, str] = {
    PictureProblem.NOT_A_PICTURE: N_("This file is not a picture. Send a photo of the code, or type the characters under it."),
    PictureProblem.TOO_LARGE: N_("This picture is too large. Send it as a photo, not as a file, or type the characters under the code."),
    PictureProblem.NO_CODE_FOUND: N_("No code was found in this picture. Go nearer, keep it flat and sharp, or type the characters under it."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that a card says beside the verdict: names are masked already, `time` is local."""

    name: str
    time: str
    place: str
    before: str = ""
    first_at: str = ""
    shelter: Shelter | None = None
    taken: int | None = None
    made: str = ""


def card(verdict: Verdict, told: Told, catalogue: Catalogue) -> str:
    mark, word = WORDS[verdict.outcome]
    lines = [f"{mark} <b>{catalogue.say(word)}</b>", reason(verdict, told, catalogue)]
    if told.name:
        lines.append(catalogue.say_html(WHO, name=told.name))
    if told.made:
        lines.append(told.made)
    if told.shelter is not None and told.taken is not None:
        lines.append(catalogue.say_html(INSIDE, time=told.time, place=told.place, count=told.taken, places=told.shelter.places))
    else:
        lines.append(catalogue.say_html(OUTSIDE, time=told.time, place=told.place))
    return framed("\n".join(lines), drill=verdict.drill, catalogue=catalogue)


def reason(verdict: Verdict, told: Told, catalogue: Catalogue) -> str:
    fields = {"before": told.before, "time": told.first_at, "shelter": told.place, "places": "", **verdict.fields}
    return catalogue.say_html(REASONS[verdict.reason], **fields)


def mode(purpose: Purpose, place: str, catalogue: Catalogue) -> str:
    sentence = {Purpose.SHELTER_IN: MODE_IN, Purpose.SHELTER_OUT: MODE_OUT}.get(purpose, MODE_RELATIVES)
    return catalogue.say_html(sentence, place=place) + "\n" + catalogue.say(SEND_CODE)


def household(admitted: Sequence[tuple[Verdict, Told]], catalogue: Catalogue) -> str:
    """One line for each member of the household, then where and when."""
    lines = []
    for verdict, told in admitted:
        mark, word = WORDS[verdict.outcome]
        lines.append(f"{mark} <b>{catalogue.say(word)}</b> {catalogue.say_html(WHO, name=told.name)}\n{reason(verdict, told, catalogue)}")
    last, where = admitted[-1]
    if where.shelter is not None and where.taken is not None:
        lines.append(catalogue.say_html(INSIDE, time=where.time, place=where.place, count=where.taken, places=where.shelter.places))
    else:
        lines.append(catalogue.say_html(OUTSIDE, time=where.time, place=where.place))
    return framed("\n".join(lines), drill=last.drill, catalogue=catalogue)
