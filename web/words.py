"""The words of the board: what happened, how it is known, and which number it is counted in. Sentences for the catalogues."""

from collections.abc import Mapping

from domain.evacuations import OrderState
from domain.gates import Passed
from domain.notices import NoticeState
from domain.rollcall import Grade, Happening, How
from domain.sessions import Factor
from domain.shelters import ShelterState
from domain.text import N_
from services.board import Column
from services.notice_lists import Line

HAPPENINGS: Mapping[Happening, str] = {
    Happening.LISTED: N_("on the list"),
    Happening.TOLD: N_("told to move"),
    Happening.PERSUADING: N_("being persuaded"),
    Happening.REFUSED: N_("refuses to move"),
    Happening.FORCED: N_("moved by force"),
    Happening.MOVING: N_("on the way"),
    Happening.AT_SHELTER: N_("at the shelter"),
    Happening.WITH_RELATIVES: N_("with relatives"),
    Happening.SAFE_ELSEWHERE: N_("safe elsewhere"),
    Happening.NOT_PRESENT: N_("was not here"),
    Happening.UNREACHABLE: N_("cannot be reached"),
    Happening.RETURNED: N_("back home"),
    Happening.LEFT: N_("left the shelter"),
    Happening.NEED_HELP: N_("needs help"),
    Happening.HELP_CLOSED: N_("help is over"),
    Happening.ANNULLED: N_("took an entry back"),
}
WAYS: Mapping[How, str] = {
    How.SCAN: N_("code scanned"),
    How.ANSWER: N_("own answer"),
    How.SAW: N_("seen in person"),
    How.SPOKE: N_("spoken to"),
    How.HEARD: N_("heard from others"),
    How.PAPER: N_("paper list"),
    How.SYSTEM: N_("by the system"),
}
GRADES: Mapping[Grade, str] = {Grade.PROVEN: N_("proven"), Grade.REPORTED: N_("only reported")}
COLUMNS: Mapping[Column, str] = {
    Column.NOT_YET_SAFE: N_("Not yet safe"),
    Column.NEEDS_HELP: N_("Needs help"),
    Column.LISTED: N_("Listed"),
    Column.PROVEN: N_("Proven safe"),
    Column.REPORTED: N_("Reported only"),
    Column.WALK_INS: N_("Walk-ins"),
    Column.VERIFY: N_("To verify"),
}
STATES: Mapping[OrderState, str] = {
    OrderState.DRAFT: N_("draft"),
    OrderState.ISSUED: N_("in force"),
    OrderState.LIFTED: N_("lifted"),
    OrderState.CLOSED: N_("closed"),
}
SHELTERS: Mapping[ShelterState, str] = {
    ShelterState.OPEN: N_("open"),
    ShelterState.FULL: N_("full"),
    ShelterState.CLOSED: N_("not open"),
}
PASSED: Mapping[Passed, str] = {
    Passed.SCAN: N_("poster scanned"),
    Passed.BUTTON: N_("said in chat"),
    Passed.GUARD: N_("by the guard"),
    Passed.ENTERED_ELSEWHERE: N_("checked in elsewhere"),
    Passed.AUTO_CLOSED: N_("ended automatically"),
}
SIZES: Mapping[str, str] = {"100": N_("Normal text"), "125": N_("Large text"), "150": N_("Largest text")}
FACTORS: Mapping[Factor, str] = {
    Factor.LINK: N_("link from the chat"),
    Factor.CHAT: N_("chat"),
    Factor.BOTH: N_("chat and six digits"),
}
LAPSED = N_("lapsed: nobody decided in time")
AHEAD = N_("set, not sent yet")
NOTICES: Mapping[NoticeState, str] = {
    NoticeState.WAITING: N_("waits for a second person"),
    NoticeState.ACTIVE: N_("in force now"),
    NoticeState.OVER: N_("all runs over"),
    NoticeState.REJECTED: N_("rejected by the second person"),
    NoticeState.CANCELLED: N_("cancelled and withdrawn"),
}


def notice_state(line: Line) -> str:
    """How a notice stands, as a sentence for the catalogues."""
    return LAPSED if line.lapsed else AHEAD if line.ahead else NOTICES[line.notice.state]
