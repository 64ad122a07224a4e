"""Who may do what, where, until when: roles, rights and the one table between them (design §8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import Invalid, NotAllowed, Unknown
from domain.places import within
from domain.text import N_


class Role(StrEnum):
    RESIDENT = "resident"
    WORKER = "worker"
    WARDEN = "warden"
    KEEPER = "keeper"
    GUARD = "guard"
    INFORMANT = "informant"
    TEAM_LEADER = "team_leader"
    SAFETY_OFFICER = "safety_officer"
    SITE_MANAGER = "site_manager"
    TRAINER = "trainer"
    INSPECTOR = "inspector"
    DUTY_OFFICER = "duty_officer"
    APPROVER = "approver"
    ADMIN = "admin"
    AUDITOR = "auditor"


class May(StrEnum):
    SEE_BOARD = "see_board"
    SEE_PERSON = "see_person"
    UNMASK = "unmask"
    ADMIT = "admit"
    TICK = "tick"
    ADD_WALK_IN = "add_walk_in"
    ISSUE_CODE = "issue_code"
    REVOKE_CODE = "revoke_code"
    PRINT = "print"
    ENROL_DEVICE = "enrol_device"
    DRAFT_NOTICE = "draft_notice"
    APPROVE_NOTICE = "approve_notice"
    CANCEL_NOTICE = "cancel_notice"
    DRAFT_ORDER = "draft_order"
    APPROVE_ORDER = "approve_order"
    LIFT = "lift"
    CLOSE = "close"
    HANDLE_REPORT = "handle_report"
    FILE_STATISTICS = "file_statistics"
    DISPATCH = "dispatch"
    ANSWER_CALL = "answer_call"
    ASK_PASS = "ask_pass"
    APPROVE_PASS = "approve_pass"
    VERIFY_PASS = "verify_pass"
    SIGN_PERMIT = "sign_permit"
    VERIFY_CERTIFICATE = "verify_certificate"
    MUSTER = "muster"
    COMMIT_DAY = "commit_day"
    INSPECT = "inspect"
    GRANT = "grant"
    KEYS = "keys"
    READ_AUDIT = "read_audit"
    EXPORT = "export"
    BREAK_GLASS = "break_glass"


TABLE: Mapping[Role, frozenset[May]] = {
    Role.RESIDENT: frozenset(),
    Role.WORKER: frozenset(),
    Role.WARDEN: frozenset({May.SEE_BOARD, May.SEE_PERSON, May.TICK, May.ADD_WALK_IN, May.ISSUE_CODE, May.ANSWER_CALL}),
    Role.KEEPER: frozenset({May.SEE_BOARD, May.SEE_PERSON, May.ADMIT, May.ADD_WALK_IN, May.ANSWER_CALL}),
    Role.GUARD: frozenset({May.VERIFY_PASS}),
    Role.INFORMANT: frozenset({May.SEE_BOARD, May.HANDLE_REPORT, May.FILE_STATISTICS, May.ANSWER_CALL}),
    Role.TEAM_LEADER: frozenset({May.ANSWER_CALL, May.VERIFY_PASS, May.ASK_PASS}),
    Role.SAFETY_OFFICER: frozenset({May.SIGN_PERMIT, May.VERIFY_CERTIFICATE, May.MUSTER}),
    Role.SITE_MANAGER: frozenset({May.SIGN_PERMIT, May.MUSTER, May.COMMIT_DAY}),
    Role.TRAINER: frozenset({May.VERIFY_CERTIFICATE}),
    Role.INSPECTOR: frozenset({May.INSPECT}),
    Role.DUTY_OFFICER: frozenset({
        May.SEE_BOARD, May.SEE_PERSON, May.UNMASK, May.ADMIT, May.ADD_WALK_IN, May.ISSUE_CODE, May.REVOKE_CODE,
        May.PRINT, May.DRAFT_NOTICE, May.CANCEL_NOTICE, May.DRAFT_ORDER, May.HANDLE_REPORT, May.FILE_STATISTICS,
        May.DISPATCH, May.ASK_PASS, May.APPROVE_PASS, May.MUSTER, May.EXPORT, May.BREAK_GLASS,
    }),
    Role.APPROVER: frozenset({
        May.SEE_BOARD, May.SEE_PERSON, May.UNMASK, May.APPROVE_NOTICE, May.CANCEL_NOTICE, May.APPROVE_ORDER,
        May.LIFT, May.CLOSE, May.ASK_PASS, May.APPROVE_PASS, May.EXPORT, May.BREAK_GLASS,
    }),
    Role.ADMIN: frozenset({May.GRANT, May.KEYS, May.ENROL_DEVICE, May.SEE_BOARD}),
    Role.AUDITOR: frozenset({May.READ_AUDIT}),
}  # fmt: skip


TITLES: Mapping[Role, str] = {
    Role.RESIDENT: N_("Resident"), Role.WORKER: N_("Worker"), Role.WARDEN: N_("Village officer"), Role.KEEPER: N_("Shelter keeper"),
    Role.GUARD: N_("Checkpoint guard"), Role.INFORMANT: N_("Informant"), Role.TEAM_LEADER: N_("Team leader"),
    Role.SAFETY_OFFICER: N_("Safety officer"), Role.SITE_MANAGER: N_("Site manager"), Role.TRAINER: N_("Trainer"), Role.INSPECTOR: N_("Inspector"),
    Role.DUTY_OFFICER: N_("Duty officer"), Role.APPROVER: N_("Approver"), Role.ADMIN: N_("Administrator"), Role.AUDITOR: N_("Auditor"),
}  # fmt: skip
"""What a role is called on pages and in messages."""


class NotYours(NotAllowed):
    code = "not_yours"
    text = N_("You are not authorised to do this here. Ask your township office if you should be.")


class GrantToSelf(NotAllowed):
    code = "grant_to_self"
    text = N_("Nobody gives themself a role. Another administrator has to do it.")


class GrantUnknown(Unknown):
    code = "grant_unknown"
    text = N_("There is no such grant.")


class EndsAlready(Invalid):
    code = "ends_already"
    text = N_("The end lies in the past.")


class WhyRevoked(StrEnum):
    """Why a grant was taken back; a word and no text, because the log that keeps it names nobody."""

    OVER = "over"
    MOVED = "moved"
    MISTAKE = "mistake"
    LOST_PHONE = "lost_phone"
    MISUSE = "misuse"


class NotHere(Unknown):
    """What is said instead of "unknown" and of "not yours" where somebody brings an id: the two must not be told apart."""

    code = "not_here"
    text = N_("This is not here for you: it does not exist, is over, or belongs to another area.")


VEILED = (NotYours, Unknown)
"""What `NotHere` is said instead of; the true refusal is its cause, for the record."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a scope until a time. `area` is an official code and covers its whole subtree; `place` is one shelter, site or checkpoint."""

    id: UUID
    person: UUID
    role: Role
    area: str | None
    place: UUID | None
    until: datetime | None
    revoked_at: datetime | None = None

    def holds(self, *, now: datetime) -> bool:
        return self.revoked_at is None and (self.until is None or now < self.until)

    def gives(self, may: May, *, area: str | None, place: UUID | None) -> bool:
        """A grant bound to a place gives its rights only at that place; one bound to an area, anywhere inside it."""
        if may not in TABLE[self.role]:
            return False
        if self.place is not None:
            return place == self.place or (place is None and area is None)
        if self.area is not None:
            return area is None or within(area, self.area)
        return True


def allowed(grants: Iterable[Grant], may: May, *, now: datetime, area: str | None = None, place: UUID | None = None) -> bool:
    """True when one living grant gives `may` in this scope. Without `area` and `place`: anywhere at all."""
    return any(grant.holds(now=now) and grant.gives(may, area=area, place=place) for grant in grants)
