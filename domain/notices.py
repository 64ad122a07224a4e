"""Risk notices 风险提示: our own, never the weather office's signal. Eight contents by law (突发事件应对法 §64); red and orange need a second person."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.access import Role
from domain.colours import Level
from domain.deliveries import Miss, Tally
from domain.errors import Conflict, Gone, Invalid, NotAllowed, Unknown
from domain.schedules import Schedule, written
from domain.text import N_

APPROVAL_LASTS = timedelta(minutes=15)
CATCH_UP = timedelta(hours=2)
GOOD_FOR = timedelta(hours=24)
LONGEST_TEXT = 700
"""Caution and action together, in one language: so that both languages, the audience and the names fit into the message of who decides."""
WISE_TEXT = 500
WIDE = 1000
COUNTY_DIGITS = 6
PER_SECOND = 30
SHOWN_NAMES = 10
LANGUAGES = ("zh_CN", "en")


class Risk(StrEnum):
    """What the notice is about: a closed list, so that its word is the same everywhere and in every language."""

    TYPHOON = "typhoon"
    RAINSTORM = "rainstorm"
    FLASH_FLOOD = "flash_flood"
    FLOOD = "flood"
    GEOLOGICAL = "geological"
    FOREST_FIRE = "forest_fire"
    THUNDER = "thunder"
    HEAT = "heat"
    COLD = "cold"
    ICE = "ice"
    FOG = "fog"
    WORK = "work"


RISKS: Mapping[Risk, str] = {
    Risk.TYPHOON: N_("typhoon"),
    Risk.RAINSTORM: N_("rainstorm"),
    Risk.FLASH_FLOOD: N_("flash flood"),
    Risk.FLOOD: N_("flood"),
    Risk.GEOLOGICAL: N_("landslide and mudflow"),
    Risk.FOREST_FIRE: N_("forest fire"),
    Risk.THUNDER: N_("thunderstorm and gale"),
    Risk.HEAT: N_("heat"),
    Risk.COLD: N_("cold wave"),
    Risk.ICE: N_("icy roads"),
    Risk.FOG: N_("fog and haze"),
    Risk.WORK: N_("safety at work"),
}


WEATHER = frozenset({Risk.TYPHOON, Risk.RAINSTORM, Risk.THUNDER, Risk.HEAT, Risk.COLD, Risk.ICE, Risk.FOG})
"""For these the weather stations alone issue signals (Zhejiang, LAW-ZJQX §19), so our notice says that it is none."""


class PartKind(StrEnum):
    AREA = "area"
    ROLE = "role"
    FIRM = "firm"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an audience, always inside an area: everybody there, who holds a role there, a firm's workers, or a group's members."""

    kind: PartKind
    area: str
    role: Role | None = None
    firm: str | None = None
    group: UUID | None = None

    def written(self) -> dict[str, str]:
        """As JSON, without what is empty."""
        said = {"kind": self.kind.value, "area": self.area, "role": self.role or "", "firm": self.firm or "", "group": str(self.group or "")}
        return {name: str(value) for name, value in said.items() if value}

    @classmethod
    def read(cls, said: Mapping[str, str]) -> "Part":
        role, group = said.get("role"), said.get("group")
        return cls(PartKind(said["kind"]), said["area"], Role(role) if role else None, said.get("firm"), UUID(group) if group else None)


@dataclass(frozen=True, slots=True)
class Wording:
    """What may happen and what to do, in one language."""

    caution: str
    action: str


class NoticeState(StrEnum):
    WAITING = "waiting"
    ACTIVE = "active"
    OVER = "over"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a drafter decides. `begins_at` None = the risk holds from each sending on. `same` = the language whose words everybody gets."""

    level: Level
    risk: Risk
    parts: tuple[Part, ...]
    schedule: Schedule
    texts: Mapping[str, Wording]
    same: str | None = None
    begins_at: datetime | None = None
    drill: bool = False

    @property
    def areas(self) -> tuple[str, ...]:
        return tuple(sorted({part.area for part in self.parts}))


@dataclass(frozen=True, slots=True)
class Notice:
    """One risk notice with its schedule. `number` is what people say on the phone (N-1123-0001); `issuer` is the area whose office speaks."""

    id: UUID
    number: str
    draft: Draft
    issuer: str
    state: NoticeState
    drafted_by: UUID
    drafted_at: datetime
    approved_by: UUID | None = None
    approved_at: datetime | None = None
    next_due_at: datetime | None = None
    cancelled_by: UUID | None = None
    cancelled_at: datetime | None = None

    @property
    def drill(self) -> bool:
        return self.draft.drill

    @property
    def level(self) -> Level:
        return self.draft.level

    @property
    def areas(self) -> tuple[str, ...]:
        return self.draft.areas

    @property
    def needs_second(self) -> bool:
        return needs_second(self.level)

    def words(self, language: str) -> tuple[Wording, str]:
        """The words for a reader of this language, and the language they are in."""
        spoken = self.draft.same or (language if language in self.draft.texts else next(iter(self.draft.texts)))
        return self.draft.texts[spoken], spoken


class RunState(StrEnum):
    """What became of a run: `out` was sent (or is being), `missed` was due while nobody could send it, `withdrawn` was taken back."""

    OUT = "out"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One run of a notice. `people` is the frozen count; `filled` of them have their rows; `posts` are groups' chats."""

    id: UUID
    notice: UUID
    drill: bool
    due_at: datetime
    state: RunState
    message: UUID | None = None
    released_at: datetime | None = None
    people: int = 0
    filled: int = 0
    posts: int = 0


def truth(run: Occurrence, tally: Tally) -> Tally:
    """Where a run stands: its rows, and those who have no row yet: pending, or cancelled when the run was withdrawn before they had one."""
    rest = run.people - run.filled
    if run.state is not RunState.WITHDRAWN or not rest:
        return replace(tally, pending=tally.pending + rest)
    reasons = {**tally.reasons, Miss.CANCELLED.value: tally.reasons.get(Miss.CANCELLED.value, 0) + rest}
    return replace(tally, failed=tally.failed + rest, reasons=reasons)


def needs_second(level: Level) -> bool:
    """Orange and red go out only after a second, different person approved them."""
    return level in (Level.RED, Level.ORANGE)


def units(text: str) -> int:
    """How long Telegram counts a text: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def checked(draft: Draft) -> Draft:
    """The draft with clean words; refused without an audience, without words in both languages, or with too many in one."""
    if not draft.parts:
        raise NoticeToNobody()
    texts = {language: Wording(_clean(words.caution), _clean(words.action)) for language, words in draft.texts.items()}
    wanted = (draft.same,) if draft.same else LANGUAGES
    if set(texts) != set(wanted) or any(not _says_something(each) for words in texts.values() for each in (words.caution, words.action)):
        raise NoticeWordsMissing()
    for language, words in texts.items():
        must_fit(language, words)
    parts = tuple(dict.fromkeys(draft.parts))
    return Draft(draft.level, draft.risk, parts, draft.schedule, texts, draft.same, draft.begins_at, draft.drill)


def must_fit(language: str, words: Wording) -> None:
    """Refuses words that are too long in this language, and says by how much."""
    over = units(words.caution) + units(words.action) - LONGEST_TEXT
    if over > 0:
        raise NoticeTooLong(language={"zh_CN": "中文"}.get(language, "English"), most=LONGEST_TEXT, over=over)


def _clean(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


def fingerprint(notice: Notice, *, members: str) -> str:
    """SHA-256 over exactly what a second person approves: words, level, audience, schedule, drill, and who is in the named groups (`members`)."""
    draft = notice.draft
    said = [
        draft.level.value, draft.risk.value, [part.written() for part in draft.parts], written(draft.schedule), draft.same, draft.drill,
        {language: [words.caution, words.action] for language, words in sorted(draft.texts.items())},
        draft.begins_at.isoformat() if draft.begins_at else None, notice.issuer, members,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def may_approve(notice: Notice, *, by: UUID, shown: str, now_is: str, first_run: datetime | None, now: datetime) -> None:
    """Refuses an approval by the drafter, of something else than `shown` (the beginning of its fingerprint), too late, or of a decided notice."""
    if notice.state is not NoticeState.WAITING:
        raise NoticeDecided(number=notice.number)
    if notice.drafted_by == by:
        raise OwnNotice()
    if now > approvable_until(notice, first_run=first_run):
        raise NoticeTooLate(number=notice.number)
    if not shown or not now_is.startswith(shown):
        raise NoticeChanged(number=notice.number)


def approvable_until(notice: Notice, *, first_run: datetime | None) -> datetime:
    """A quarter of an hour for what goes out at once, until the first run for what goes out later."""
    return first_run if first_run is not None else notice.drafted_at + APPROVAL_LASTS


def is_wide(parts: Iterable[Part], *, people: int) -> bool:
    """Whether it may have been meant for fewer: a whole county or more, or more than a thousand people."""
    return people > WIDE or any(part.kind is PartKind.AREA and len(part.area) <= COUNTY_DIGITS for part in parts)


def seconds_to_send(copies: int, *, ahead: int) -> int:
    """How long until the last copy has left, at Telegram's 30 a second, when so many are before it."""
    return -(-(copies + ahead) // PER_SECOND)


class NoticeUnknown(Unknown):
    code = "notice_unknown"
    text = N_("No such notice.")


class NoticeToNobody(Invalid):
    code = "notice_to_nobody"
    text = N_("Nobody is in this audience. A notice to nobody is not sent.")


class AudienceTooWide(Conflict):
    code = "audience_too_wide"
    text = N_("This would go to {count} people. If that is meant, type the number {count} exactly; else make the audience smaller.")


class NoticeWordsMissing(Invalid):
    code = "notice_words_missing"
    text = N_("A notice must say what may happen and what to do, in Chinese and in English, or say that the same words go to everybody.")


class NoticeTooLong(Invalid):
    code = "notice_too_long"
    text = N_("The text in {language} is too long: at most {most} characters for caution and action together, {over} too many.")


class NoticeDecided(Conflict):
    code = "notice_decided"
    text = N_("Notice {number} was decided already.")


class OwnNotice(NotAllowed):
    code = "own_notice"
    text = N_("You drafted this notice; another person must approve it.")


class NoticeChanged(Conflict):
    code = "notice_changed"
    text = N_("Notice {number} or its audience changed after it was shown. Please read it again.")


class NoticeTooLate(Gone):
    code = "notice_too_late"
    text = N_("Notice {number} waited too long for approval. Please draft it again.")


class NoticeCancelled(Gone):
    code = "notice_cancelled"
    text = N_("Notice {number} was cancelled already.")
