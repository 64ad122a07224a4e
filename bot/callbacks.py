"""Every button's data: a three-letter prefix, at most one id, never more than 64 bytes."""

from uuid import UUID

from aiogram.filters.callback_data import CallbackData

from domain.rollcall import Happening, How
from domain.scans import Purpose
from domain.visits import Outcome

FINGERPRINT_SHOWN = 16


class Language(CallbackData, prefix="lng"):
    code: str


class Agreement(CallbackData, prefix="cns"):
    """The version that was on the screen goes with the answer."""

    version: str
    yes: bool


class Entrance(CallbackData, prefix="beg"):
    """How a stranger comes in: with the warden's code, or registering alone."""

    with_code: bool


class Village(CallbackData, prefix="vil"):
    code: str


class Registered(CallbackData, prefix="reg"):
    yes: bool


class Safe(CallbackData, prefix="saf"):
    kind: Happening


class Outside(CallbackData, prefix="out"):
    yes: bool


class WithMe(CallbackData, prefix="wme"):
    """`on` is what it shall be, so that a tap that arrives twice does the same."""

    person: UUID
    on: bool


class WithMeDone(CallbackData, prefix="wmd"):
    pass


class Help(CallbackData, prefix="hlp"):
    pass


class HelpHandled(CallbackData, prefix="hcl"):
    member: UUID


class Post(CallbackData, prefix="pst"):
    shelter: UUID


class Aim(CallbackData, prefix="aim"):
    purpose: Purpose


class NameMatches(CallbackData, prefix="chk"):
    scan: UUID
    yes: bool


class WalkIn(CallbackData, prefix="wlk"):
    pass


class Picked(CallbackData, prefix="pck"):
    person: UUID


class StopScanning(CallbackData, prefix="stp"):
    pass


class Homes(CallbackData, prefix="hpg"):
    """A page of the warden's households; `links` = to make a link code, not to tick."""

    page: int
    links: bool


class Home(CallbackData, prefix="hse"):
    household: UUID
    links: bool


class Who(CallbackData, prefix="who"):
    person: UUID
    on: bool


class WhoDone(CallbackData, prefix="whd"):
    pass


class What(CallbackData, prefix="hap"):
    kind: Happening


class Means(CallbackData, prefix="how"):
    how: How


class Undo(CallbackData, prefix="und"):
    event: UUID


class LinkFor(CallbackData, prefix="lnk"):
    person: UUID


class VisitsPage(CallbackData, prefix="vpg"):
    page: int


class VisitCard(CallbackData, prefix="vis"):
    visit: UUID


class VisitOutcome(CallbackData, prefix="vdo"):
    visit: UUID
    outcome: Outcome


class VisitNoNote(CallbackData, prefix="vnn"):
    pass


class OrderArea(CallbackData, prefix="oar"):
    code: str


class OrderAreasDone(CallbackData, prefix="oad"):
    pass


class OrderShelter(CallbackData, prefix="osh"):
    shelter: UUID


class OrderKind(CallbackData, prefix="odr"):
    drill: bool


class OrderDraft(CallbackData, prefix="odf"):
    yes: bool


class Decision(CallbackData, prefix="apv"):
    """Yes or no to exactly the text that was shown: `shown` is the beginning of its fingerprint."""

    order: UUID
    shown: str
    yes: bool


class Lift(CallbackData, prefix="lif"):
    order: UUID
    sure: bool
