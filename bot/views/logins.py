"""Signing in to the console, in chat."""

from domain.authenticators import grouped
from domain.logins import Login
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats

HOW = N_("To sign in to the console, open {address} in your browser. Then send me the code that the page shows, like this: /login K7P2-9M4X")
HOW_NO_ADDRESS = N_("This office has no address for its console yet. Ask whoever runs the server.")
ASKED = N_(
    "🔐 <b>Somebody wants to sign in to the console as you.</b>\n"
    "Browser: {browser}\nSince: {time}\nCode on the page: <b>{code}</b>\n\n"
    "Is that you? Say yes only if you have this page, with this code, in front of you now. If somebody sent you the code or the link, say no."
)
UNKNOWN_BROWSER = N_("one that we do not know")
CONFIRMED = N_("✅ Confirmed at {time}. Go on in your browser: it asks for six digits now.")
DENIED = N_("✖️ Refused at {time}. Nobody was let in. If somebody asked you to confirm this, tell your office's admin: it was an attempt to get in as you.")


def asked(login: Login, code: str, catalogue: Catalogue, formats: Formats) -> str:
    browser = login.family or catalogue.say(UNKNOWN_BROWSER)
    return catalogue.say_html(ASKED, browser=browser, time=formats.time(login.made_at), code=grouped(code, by=4))
