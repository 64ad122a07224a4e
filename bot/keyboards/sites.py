"""Buttons at a gate: one's own, and those of a guard."""

from collections.abc import Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import GateIn, GateLeft, GateOut, GateStill, SiteChosen, SiteDone, SitePerson, SitePoster, SiteSomebody, SiteWay
from bot.keyboards.grid import button, column, rows
from domain.gates import Direction, GateOutcome, GateReason
from domain.people import Person
from domain.sites import Site
from domain.text import N_
from locales.catalogue import Catalogue
from services.gates import GateVerdict

OUT = N_("Out")
COMING_IN = N_("I am coming in")
LEAVING = N_("I am leaving")
STAYING = N_("No, I stay")
STILL_HERE = N_("Yes, still here")
LEFT_AT = N_("I left at …")
SOMEBODY = N_("Somebody without a phone")
POSTER = N_("Poster")
AGAIN = N_("Count again")
DONE = N_("Stop recording")
MATCHES_IN = N_("The name matches: in")
THEY_IN = N_("In")
THEY_OUT = N_("Out now")
THEY_STILL = N_("Still inside")
NOT_THEM = N_("No, somebody else")


def own(verdict: GateVerdict, catalogue: Catalogue) -> InlineKeyboardMarkup | None:
    """What whoever passes can do next."""
    site = verdict.site.id
    out = button("👋 " + catalogue.say(OUT), GateOut(site=site))
    if verdict.reason is GateReason.WAS_CLOSED:
        leaving = button("👋 " + catalogue.say(LEAVING), GateOut(site=site))
        return rows([button("✅ " + catalogue.say(COMING_IN), GateIn(site=site)), leaving], [button("🕔 " + catalogue.say(LEFT_AT), GateLeft(site=site))])
    if verdict.outcome is GateOutcome.ASK:
        return rows([out, button(catalogue.say(STAYING), GateStill(site=site))])
    inside = verdict.outcome in (GateOutcome.ACCEPTED, GateOutcome.REPEAT) and verdict.direction is not Direction.OUT
    return rows([out]) if inside else None


def leave(site: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button("👋 " + catalogue.say(OUT), GateOut(site=site))])


def still_here(site: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    """Under the question whether somebody is still on site."""
    return rows([button("✅ " + catalogue.say(STILL_HERE), GateStill(site=site))], [button("🕔 " + catalogue.say(LEFT_AT), GateLeft(site=site))])


def sites(found: Sequence[tuple[Site, str]]) -> InlineKeyboardMarkup:
    return column(button("👷 " + words, SiteChosen(site=site.id)) for site, words in found)


def at_the_gate(site: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    again = button("🔄 " + catalogue.say(AGAIN), SiteChosen(site=site))
    return rows([button("➕ " + catalogue.say(SOMEBODY), SiteSomebody(site=site))], [again, button("🖨 " + catalogue.say(POSTER), SitePoster(site=site))])


def done(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button("✖️ " + catalogue.say(DONE), SiteDone())])


def people(found: Sequence[tuple[Person, str]]) -> InlineKeyboardMarkup:
    return column(button(words, SitePerson(person=person.id)) for person, words in found)


def guards(verdict: GateVerdict, catalogue: Catalogue) -> InlineKeyboardMarkup:
    """What the guard can do next with this person; or with the next one, or no more."""
    if verdict.person is None:
        return done(catalogue)
    person = verdict.person.id

    def way(mark: str, words: str, direction: Direction) -> InlineKeyboardButton:
        return button(f"{mark} {catalogue.say(words)}", SiteWay(person=person, way=direction))

    if verdict.outcome is GateOutcome.CHECK:
        return rows([way("✅", MATCHES_IN, Direction.IN)], [button("✖️ " + catalogue.say(NOT_THEM), SiteDone(again=True))])
    if verdict.reason is GateReason.WAS_CLOSED:
        return rows([way("✅", THEY_IN, Direction.IN), way("👋", THEY_OUT, Direction.OUT)], [way("🔵", THEY_STILL, Direction.STILL)])
    if verdict.outcome is GateOutcome.ASK:
        return rows([way("👋", THEY_OUT, Direction.OUT), way("🔵", THEY_STILL, Direction.STILL)])
    return done(catalogue)
