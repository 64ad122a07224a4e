"""The buttons of passes and checkpoints; as in bot/callbacks.py: a three-letter prefix, at most one id, never more than 64 bytes."""

from uuid import UUID

from aiogram.filters.callback_data import CallbackData

from domain.passes import PassKind
from domain.scans import Way


class PassNew(CallbackData, prefix="psn"):
    """Begin to ask for one."""


class PassOf(CallbackData, prefix="psk"):
    kind: PassKind


class PassArea(CallbackData, prefix="psa"):
    code: str


class PassHours(CallbackData, prefix="psh"):
    hours: int


class PassSend(CallbackData, prefix="pss"):
    yes: bool


class PassOpen(CallbackData, prefix="pso"):
    held: UUID


class PassGrant(CallbackData, prefix="psg"):
    held: UUID


class PassRefuse(CallbackData, prefix="psr"):
    held: UUID


class PassRevoke(CallbackData, prefix="psv"):
    held: UUID


class PassReplace(CallbackData, prefix="psl"):
    """A new code, because the old one was lost."""

    held: UUID


class PassShow(CallbackData, prefix="psw"):
    held: UUID


class GuardPost(CallbackData, prefix="grp"):
    checkpoint: UUID


class GuardWay(CallbackData, prefix="grw"):
    way: Way


class GuardLooked(CallbackData, prefix="grl"):
    """The guard looked at whoever stands there: through, or not."""

    scan: UUID
    yes: bool


class GuardStop(CallbackData, prefix="grs"):
    pass
