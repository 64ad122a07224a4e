"""Every button's data: a three-letter prefix, at most one id, never more than 64 bytes."""

from uuid import UUID

from aiogram.filters.callback_data import CallbackData

from domain.gates import Direction
from domain.reports import ReportKind
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


class LoginAnswer(CallbackData, prefix="lgn"):
    login: UUID
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


class ReportFor(CallbackData, prefix="rpf"):
    own: bool


class ReportResume(CallbackData, prefix="rpr"):
    report: UUID


class ReportOf(CallbackData, prefix="rpk"):
    kind: ReportKind


class ReportVillage(CallbackData, prefix="rpv"):
    """ "" when nobody knows."""

    code: str


class ReportPin(CallbackData, prefix="rpp"):
    is_place: bool


class ReportCount(CallbackData, prefix="rpn"):
    """How many are hurt, or trapped; -1 when nobody knows."""

    trapped: bool
    count: int


class ReportOnward(CallbackData, prefix="rpo"):
    """No words, or no more photos."""

    photos: bool


class ReportSend(CallbackData, prefix="rps"):
    report: UUID


class ReportBack(CallbackData, prefix="rpb"):
    """`depth` is how many questions lay behind the one that this button stands under."""

    depth: int


class ReportStop(CallbackData, prefix="rpx"):
    report: UUID


class ReportReopen(CallbackData, prefix="rpg"):
    report: UUID


class ReportPage(CallbackData, prefix="rdl"):
    page: int
    every: bool


class ReportOpen(CallbackData, prefix="rdo"):
    report: UUID


class ReportVerify(CallbackData, prefix="rdv"):
    report: UUID


class ReportAssign(CallbackData, prefix="rda"):
    report: UUID


class ReportAssignee(CallbackData, prefix="rdt"):
    person: UUID


class ReportClose(CallbackData, prefix="rdc"):
    report: UUID


class ReportLetBe(CallbackData, prefix="rdx"):
    """Out of a question of the desk, with nothing decided."""


class ReportReject(CallbackData, prefix="rdr"):
    report: UUID


class ReportSame(CallbackData, prefix="rds"):
    report: UUID


class ReportPhotos(CallbackData, prefix="rdp"):
    report: UUID


class GateOut(CallbackData, prefix="gto"):
    """At a gate, about oneself: going out, coming in after an automatic end, still here, left some time ago."""

    site: UUID


class GateIn(CallbackData, prefix="gti"):
    site: UUID


class GateStill(CallbackData, prefix="gst"):
    site: UUID


class GateLeft(CallbackData, prefix="glt"):
    site: UUID


class SiteChosen(CallbackData, prefix="sit"):
    site: UUID


class SiteSomebody(CallbackData, prefix="ssb"):
    site: UUID


class SitePoster(CallbackData, prefix="spo"):
    site: UUID


class SitePerson(CallbackData, prefix="spn"):
    person: UUID


class SiteWay(CallbackData, prefix="swy"):
    """What the guard records about somebody whose name was checked; the site is the one at which the guard works."""

    person: UUID
    way: Direction


class GlassOpen(CallbackData, prefix="gls"):
    """Yes to exactly what was shown, for so many minutes."""

    minutes: int
    drill: bool


class GlassNot(CallbackData, prefix="gln"):
    """No, or not now."""


class GlassEnd(CallbackData, prefix="gle"):
    glass: UUID


class SiteDone(CallbackData, prefix="sdn"):
    """`again` = not this person: type another name."""

    again: bool = False


class Member(CallbackData, prefix="mbr"):
    """Who of the household on the card is here, by number; `on` is what it shall be."""

    scan: UUID
    number: int
    on: bool


class MembersHere(CallbackData, prefix="mbh"):
    scan: UUID


class GiveCard(CallbackData, prefix="gvc"):
    """A blank card gets an owner."""

    scan: UUID


class CardFor(CallbackData, prefix="gvp"):
    person: UUID


class CardForNew(CallbackData, prefix="gvn"):
    pass


class LiveCode(CallbackData, prefix="liv"):
    pass
