"""Words about roles that were given."""

from bot.views.marks import Detail, called
from domain.access import TITLES, Grant
from domain.text import N_
from locales.catalogue import Catalogue

GIVEN = N_("🔑 A new role: {name} is now {role} for {scope}. If you do not know why, take it back on the page Users and ask who gave it.")


def given(grant: Grant, name: str, scope: str, catalogue: Catalogue, *, detail: Detail) -> str:
    """To every other administrator."""
    who = called(name, detail=detail, catalogue=catalogue)
    return catalogue.say_html(GIVEN, name=who, role=catalogue.say(TITLES[grant.role]), scope=scope)
