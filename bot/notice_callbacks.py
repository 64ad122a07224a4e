"""The data of buttons of notices and groups, by the same rules as in bot/callbacks.py."""

from uuid import UUID

from aiogram.filters.callback_data import CallbackData

from domain.access import Role
from domain.colours import Level
from domain.notices import Risk
from domain.schedules import Repeat


class NoticeNew(CallbackData, prefix="nnw"):
    """Begin one."""


class NoticeLevel(CallbackData, prefix="ntl"):
    level: Level


class NoticeRisk(CallbackData, prefix="ntr"):
    risk: Risk


class NoticeArea(CallbackData, prefix="nta"):
    code: str


class NoticeWho(CallbackData, prefix="ntw"):
    """Everybody in the chosen area, or who has this role there."""

    role: Role | None


class NoticeGroup(CallbackData, prefix="ntg"):
    group: UUID


class NoticeFirm(CallbackData, prefix="ntf"):
    """The number of a firm in the list that was offered."""

    number: int


class NoticePartsDone(CallbackData, prefix="ntp"):
    pass


class NoticeBegins(CallbackData, prefix="ntb"):
    """The risk holds from each sending on."""


class NoticeRepeat(CallbackData, prefix="nts"):
    repeat: Repeat


class NoticeDay(CallbackData, prefix="ntd"):
    """`on` is what it shall be, so that a tap that arrives twice does the same."""

    day: int
    on: bool


class NoticeDaysDone(CallbackData, prefix="ntx"):
    pass


class NoticeNoEnd(CallbackData, prefix="nte"):
    pass


class NoticeHolidays(CallbackData, prefix="nth"):
    but: bool


class NoticeSame(CallbackData, prefix="ntm"):
    """The words of the other language go to everybody."""


class NoticeKind(CallbackData, prefix="ntk"):
    drill: bool


class NoticeSend(CallbackData, prefix="ntn"):
    """Yes to exactly what was shown: `shown` is the beginning of its fingerprint."""

    shown: str


class NoticeBack(CallbackData, prefix="ntz"):
    """`depth` is how many questions lay behind the one that this button stands under."""

    depth: int


class NoticeStop(CallbackData, prefix="nto"):
    pass


class NoticeList(CallbackData, prefix="nli"):
    pass


class NoticeOpen(CallbackData, prefix="nop"):
    notice: UUID


class NoticeCancel(CallbackData, prefix="nca"):
    notice: UUID
    sure: bool


class NoticeDecision(CallbackData, prefix="nap"):
    """Yes or no to exactly what was shown: `shown` is the beginning of its fingerprint."""

    notice: UUID
    shown: str
    yes: bool


class GroupList(CallbackData, prefix="gli"):
    pass


class GroupNew(CallbackData, prefix="gnw"):
    pass


class GroupIn(CallbackData, prefix="gin"):
    """The area of the new group."""

    code: str


class GroupOpen(CallbackData, prefix="gop"):
    group: UUID


class GroupAdd(CallbackData, prefix="gad"):
    group: UUID


class GroupPick(CallbackData, prefix="gpk"):
    person: UUID


class GroupMembers(CallbackData, prefix="gme"):
    group: UUID


class GroupOut(CallbackData, prefix="gou"):
    person: UUID


class GroupBind(CallbackData, prefix="gbi"):
    group: UUID


class GroupUnbind(CallbackData, prefix="gub"):
    group: UUID


class GroupConfirm(CallbackData, prefix="gcf"):
    binding: UUID
    yes: bool
