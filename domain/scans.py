"""A scan and its verdict 扫码核验. Every scan is kept, also the refused ones; a verdict is a value with a reason, never an exception."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.text import N_

REPEAT_WITHIN = timedelta(seconds=60)


class Purpose(StrEnum):
    """What the operator chose before scanning."""

    SHELTER_IN = "shelter_in"
    SHELTER_OUT = "shelter_out"
    TO_RELATIVES = "to_relatives"
    REPORTED_SAFE = "reported_safe"
    CHECKPOINT = "checkpoint"
    SITE_GATE = "site_gate"
    ASSEMBLY = "assembly"
    RELIEF = "relief"
    TRAINING = "training"


class Way(StrEnum):
    """Which way somebody went through a checkpoint or a gate."""

    IN = "in"
    OUT = "out"


class Clocking(StrEnum):
    """What the instant of a scan is worth: the house's own clock, a device's clock put right, or one that jumped."""

    OK = "ok"
    CORRECTED = "corrected"
    UNCERTAIN = "uncertain"


class Via(StrEnum):
    CAMERA = "camera"
    TYPED = "typed"
    PHOTO = "photo"
    CHAT = "chat"
    LINK = "link"
    NAME = "name"
    PAPER = "paper"


class Outcome(StrEnum):
    """accepted = counted; check = the keeper must confirm the name first; repeat = kept, not counted; refused = kept, not counted."""

    ACCEPTED = "accepted"
    CHECK = "check"
    REPEAT = "repeat"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why, for machines; `REASONS` has the sentence."""

    OK = "ok"
    WALK_IN = "walk_in"
    MOVED = "moved"
    VERIFY = "verify"
    ALREADY_HERE = "already_here"
    NAME_NOT_CHECKED = "name_not_checked"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    KEY_COMPROMISED = "key_compromised"
    DRILL_ONLY = "drill_only"
    NOT_A_CODE = "not_a_code"
    TOO_LONG = "too_long"
    FOREIGN = "foreign"
    FORGED = "forged"
    UNREADABLE = "unreadable"
    SHORT_CODE_WRONG = "short_code_wrong"
    UNKNOWN_CODE = "unknown_code"
    WRONG_KIND = "wrong_kind"
    BLANK_CARD = "blank_card"
    CARD_SHARED = "card_shared"
    HOUSEHOLD = "household"
    NO_ORDER = "no_order"
    SHELTER_FULL = "shelter_full"
    SHELTER_CLOSED = "shelter_closed"
    OUT_OF_AREA = "out_of_area"
    RESIDENT = "resident"
    KEY_CONFLICT = "key_conflict"
    ALREADY_GIVEN = "already_given"
    UNDONE = "undone"
    INSIDE = "inside"


REASONS: dict[Reason, str] = {
    Reason.OK: N_("Recorded."),
    Reason.WALK_IN: N_("Not on the list: recorded as a walk-in."),
    Reason.MOVED: N_("Recorded; came from {before}."),
    Reason.VERIFY: N_("Recorded, but seen at {before} only minutes ago. Please verify."),
    Reason.ALREADY_HERE: N_("Already recorded here at {time}."),
    Reason.NAME_NOT_CHECKED: N_("Ask for the name. Does it match?"),
    Reason.EXPIRED: N_("This code is past its date. Ask for the name. Does it match?"),
    Reason.REVOKED: N_("This code was withdrawn. Ask for the name. Does it match?"),
    Reason.REPLACED: N_("This code was replaced by a newer one. Ask for the name. Does it match?"),
    Reason.KEY_COMPROMISED: N_("Codes of this series may have been copied. Ask for the name. Does it match?"),
    Reason.DRILL_ONLY: N_("This is a drill code, but this is no drill. Ask for the name. Does it match?"),
    Reason.NOT_A_CODE: N_("This is not a safety code."),
    Reason.TOO_LONG: N_("This is far too long to be a safety code."),
    Reason.FOREIGN: N_("This code was issued by another office."),
    Reason.FORGED: N_("This code is forged or damaged."),
    Reason.UNREADABLE: N_("This code cannot be read. Type the characters printed under it."),
    Reason.SHORT_CODE_WRONG: N_("A character of this code is wrong. Please check it again."),
    Reason.UNKNOWN_CODE: N_("This code is not in our register."),
    Reason.WRONG_KIND: N_("This code is not for a person."),
    Reason.BLANK_CARD: N_("This card has no owner yet."),
    Reason.CARD_SHARED: N_("This card was given to two people. Ask for the name. Does it match?"),
    Reason.HOUSEHOLD: N_("A household's card. Who of the household is here?"),
    Reason.NO_ORDER: N_("There is no order in force here, so nobody needs to be counted."),
    Reason.SHELTER_FULL: N_("{shelter} is full: all {places} places are taken."),
    Reason.SHELTER_CLOSED: N_("{shelter} is closed."),
    Reason.OUT_OF_AREA: N_("This pass is for another area."),
    Reason.RESIDENT: N_("A resident’s code, not a pass. Ask who they are and where they go."),
    Reason.KEY_CONFLICT: N_("This scan arrived twice with different contents. Both are kept; nothing was counted twice."),
    Reason.ALREADY_GIVEN: N_("Relief goods were given to this person today already, at {time}."),
    Reason.UNDONE: N_("Taken back on the device."),
    Reason.INSIDE: N_("It went in at {time} already and has not come out. Is this a copy? Look at the number plate or the name."),
}

CONFIRMABLE = frozenset({
    Reason.NAME_NOT_CHECKED, Reason.EXPIRED, Reason.REVOKED, Reason.REPLACED, Reason.KEY_COMPROMISED, Reason.DRILL_ONLY,
    Reason.CARD_SHARED,
})  # fmt: skip
OFFER_WALK_IN = frozenset({Reason.NOT_A_CODE, Reason.TOO_LONG, Reason.FOREIGN, Reason.FORGED, Reason.UNREADABLE, Reason.UNKNOWN_CODE, Reason.BLANK_CARD})


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as it is kept: what was shown, to whom, where, when by which clock, and what was decided. `item` is the key under which a device
    sent it; a household's item becomes a scan for each member who was there.
    """

    id: UUID
    client_key: str
    body_hash: bytes
    kind: str
    person: UUID | None
    cti: bytes | None
    short: str | None
    raw_hash: bytes | None
    place: UUID | None
    purpose: Purpose
    via: Via
    operator: UUID | None
    at_device: datetime | None
    at_received: datetime
    at_effective: datetime
    outcome: Outcome
    reason: Reason
    grade: str
    order: UUID | None
    drill: bool
    annuls: UUID | None = None
    device: UUID | None = None
    way: Way | None = None
    item: UUID | None = None
    clock: Clocking = Clocking.OK
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the person who scanned is told. `person` is set when the code led to somebody; `fields` fill the reason's sentence."""

    outcome: Outcome
    reason: Reason
    scan: UUID
    person: UUID | None = None
    place: UUID | None = None
    purpose: Purpose = Purpose.SHELTER_IN
    drill: bool = False
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def confirmable(self) -> bool:
        return self.outcome is Outcome.CHECK and self.reason in CONFIRMABLE

    @property
    def offers_walk_in(self) -> bool:
        return self.outcome is Outcome.REFUSED and self.reason in OFFER_WALK_IN
