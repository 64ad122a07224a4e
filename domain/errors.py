"""The expected "no": a refusal has a code for machines, a marked text for people, and fields; its family says what kind of no."""

from typing import ClassVar

from domain.text import N_


class Refusal(Exception):
    """An expected "no". Changes nothing; the reader gets `text` in their language with `fields` filled in."""

    code: ClassVar[str] = "refused"
    text: ClassVar[str] = N_("This cannot be done.")

    def __init__(self, **fields: object) -> None:
        super().__init__(self.code)
        self.fields = fields


class Unknown(Refusal):
    """What was asked for does not exist, or the asker may not know whether it does."""


class NotAllowed(Refusal):
    """The asker has no right to this, here, now."""


class Invalid(Refusal):
    """The input cannot be used as it is; the text says what to change."""


class Conflict(Refusal):
    """The input is fine but the state of things does not allow it."""


class Gone(Refusal):
    """It existed, and is over: used up, expired, lifted, closed."""


class TooOften(Refusal):
    """The same asker came too many times in too short a time."""


class Away(Exception):
    """No refusal and no fault of ours: what the house stands on does not answer at this moment. Nothing was done, or nobody knows; it will pass."""


FAMILIES: tuple[type[Refusal], ...] = (Unknown, NotAllowed, Invalid, Conflict, Gone, TooOften)


def family(refusal: Refusal) -> type[Refusal]:
    """The one of the six families that a refusal belongs to."""
    return next(kind for kind in FAMILIES if isinstance(refusal, kind))
