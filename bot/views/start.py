"""Coming in: greeting, consent, the questions of registration."""

import html

from bot.views.marks import EMERGENCY, Detail, called, reached
from domain.codes import Holder
from domain.people import Person
from domain.scans import Reason
from domain.shelters import Shelter
from domain.text import N_
from locales.catalogue import LANGUAGES, Catalogue, Catalogues
from services.codes import PublicAnswer

CHOOSE = N_("Welcome to the safety code of your emergency-management office. Please choose your language.")
CONSENT = N_(
    "<b>What we keep, and why</b> (version {version})\n\n"
    "• Kept: your name, your phone number if you give it, your village, this chat, and what you answer or what is scanned while people are moved to safety.\n"
    "• Why: so that nobody is forgotten when your village has to move. It is used for nothing else.\n"
    "• Who sees it: the people on duty for your village.\n"
    "• How long: until the emergency-management office deletes it. You can ask for that at any time.\n"
    "• Telegram carries these messages, so names are shortened here.\n\n"
    "Do you agree?"
)
LATER = N_("Nothing was kept. Send /start whenever you want to register. You can call for help without registering: /help")
ENTRANCE = N_("Did a village officer give you an 8-digit code for this chat?")
LINK_CODE = N_("Please type the 8 digits that the village officer gave you.")
NAME = N_("What is your name? Please write it as on your ID card.")
PHONE = N_("Your phone number? Tap the button to share your own, or type one. You can leave it out.")
VILLAGE = N_("Which village do you live in? Type a part of its name, for example its first two characters.")
VILLAGES = N_("Which one is it? If yours is not here, type another part of its name.")
SUMMARY = N_("<b>Please check</b>\nName: {name}\nPhone: {phone}\nVillage: {village}")
NO_PHONE = N_("not given")
CHECK = N_("Is this right? Tap one of the buttons above.")
TAP = N_("Please tap one of the buttons above.")
LINKED = N_("Welcome, {name}. This chat now belongs to you on the list. Your safety code is above; it also works printed or on another phone.")
DONE = N_(
    "You are registered, {name}, but not on the official list yet: tell your village officer that you live here. "
    "Your safety code is above; keep it where you find it."
)
KNOWN = N_("Hello, {name}. What do you need?")
LANGUAGE_KEPT = N_("From now on I write to you in English.")
STRANGER = N_("You are not registered in this chat yet. Send /start, it takes a minute. If you need help now, send /help.")
STOPPED = N_("Stopped. Nothing more was kept.")
NOTHING_TO_STOP = N_("There was nothing to stop.")

VALID = N_("This is a valid safety code of a person.")
VALID_PLACE = N_("This is the code of a shelter: {place}.")
WHAT_TO_DO = N_(
    "Is somebody with this code beside you? Bring them to the nearest shelter or to the village officer and let them scan it there. "
    "Only they can record an arrival."
)
WHAT_TO_DO_PLACE = N_("If your village has to move: go there, and show your own code to the keeper at the door.")
NOT_VALID = N_("This code cannot be used ({reason}). Whoever holds it is still taken in at every shelter: go to the keeper and say your name.")
NOT_OURS = N_("This is not one of our codes.")
ASK = N_("Questions: call your village or township office.")
SCAN_FIRST = N_("You may register people: send /scan first, then open the code again.")

STATUS = {
    Reason.EXPIRED: N_("past its date"),
    Reason.REVOKED: N_("withdrawn"),
    Reason.REPLACED: N_("replaced by a newer one"),
    Reason.KEY_COMPROMISED: N_("of a withdrawn series"),
}


def choose_language(catalogues: Catalogues) -> str:
    """In every language that we speak, since we do not know yet which one is read."""
    return "\n\n".join(catalogues.of(language).say(CHOOSE) for language in LANGUAGES)


def summary(catalogue: Catalogue, *, name: str, phone: str | None, village: str) -> str:
    """What was typed, shown to the one who typed it."""
    return catalogue.say_html(SUMMARY, name=name, phone=phone or catalogue.say(NO_PHONE), village=village)


def welcome(catalogue: Catalogue, sentence: str, person: Person, *, detail: Detail) -> str:
    return catalogue.say_html(sentence, name=called(person.name, detail=detail, catalogue=catalogue))


def answer(catalogue: Catalogue, found: PublicAnswer, *, place: Shelter | None) -> str:
    """What anybody may learn from a code: whether it stands, what to do, whom to call. Nobody's name."""
    if found.kind is None:
        parts = [catalogue.say(NOT_OURS)]
    elif found.reason in STATUS:
        parts = [catalogue.say_html(NOT_VALID, reason=catalogue.say(STATUS[found.reason]))]
    elif found.kind is Holder.PLACE:
        parts = [catalogue.say_html(VALID_PLACE, place=place.name if place else ""), catalogue.say(WHAT_TO_DO_PLACE)]
    else:
        parts = [catalogue.say(VALID), catalogue.say(WHAT_TO_DO)]
    return "\n\n".join([*parts, catalogue.say(ASK) + "\n" + catalogue.say(EMERGENCY)])


ME = N_("<b>About you</b>\nName: {name}\nPhone: {phone}\nVillage: {village}\nLanguage: {language}\nOn the list: {confirmed}\nSafety code: {code}")
CONFIRMED = N_("confirmed by the village")
UNCONFIRMED = N_("waiting for the village officer's confirmation")
KEPT = N_("Also kept: your consent, this chat, and what was answered or scanned about you. To change or delete something, ask your village office.")


def me(catalogue: Catalogue, person: Person, *, village: str, language: str, code: str, detail: Detail) -> str:
    """What is stored about the reader, masked like everything in chat."""
    told = catalogue.say_html(
        ME,
        name=called(person.name, detail=detail, catalogue=catalogue),
        phone=reached(person.phone, detail=detail) if person.phone else catalogue.say(NO_PHONE),
        village=village,
        language=language,
        confirmed=catalogue.say(CONFIRMED if person.confirmed else UNCONFIRMED),
        code=code,
    )
    return f"{told}\n\n{html.escape(catalogue.say(KEPT))}"
