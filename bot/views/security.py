"""Signing in and authenticator apps, in chat."""

from domain.deliveries import Message
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats

SET_UP = N_("🔐 An authenticator app was set up for you, {time}. If that was not you, tell your office's admin at once.")
LOCKED = N_("🔐 Six digits for your account were typed wrong five times, {time}. If that was not you, tell your office's admin at once.")
RECOVERED = N_("🔐 One of your recovery codes was used, {time}. If that was not you, tell your office's admin at once.")
RESET = N_("🔐 Your authenticator app was taken away by an admin, {time}, and you were signed out everywhere. The next sign-in sets up a new one.")
WORDS = {"set_up": SET_UP, "locked": LOCKED, "recovered": RECOVERED, "reset": RESET}


def told(message: Message, catalogue: Catalogue, formats: Formats) -> str:
    """What became of one's own app."""
    return catalogue.say(WORDS[message.fields.get("what", "set_up")], time=formats.day_time(message.made_at))
