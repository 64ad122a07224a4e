"""Risk notices in chat: what readers get, what a second person decides on, what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from uuid import UUID

from bot.views.marks import BECAUSE, EMERGENCY, Detail, called, framed
from bot.views.visits import REASONS
from domain.access import Role
from domain.colours import COLOURS, Level
from domain.deliveries import Message, Tally
from domain.notices import RISKS, WEATHER, WISE_TEXT, Notice, NoticeState, Occurrence, Part, PartKind, RunState, needs_second, units
from domain.places import Area, AreaLevel
from domain.schedules import Repeat, Schedule
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.bundle import Services
from services.notice_lists import Line, Story
from services.notices import Preview

MOST_NAMED = 5
LONGEST_NAME = 20
LONGEST_PART = 32
"""A part of an audience: an area, the one above it, and who there."""
AUTONYMS = {"zh_CN": "中文", "en": "English"}

HEAD = N_("{bar}{sign} <b>{numeral} {word}: {risk}</b>")
HEAD_PLAIN = N_("{numeral} {word}: {risk}")
TO_DO = N_("👉 <b>{action}</b>")
WHERE = N_("Where: {areas}")
SINCE = N_("From: {time}")
SINCE_NOW = N_("From: now on")
ISSUED = N_("Issued by {issuer}, {time}. Risk notice {number}.")
ISSUED_UNNUMBERED = N_("Issued by {issuer}, {time}.")
NO_SIGNAL = N_("This is a risk notice, not a weather signal: those come from the weather station alone.")
ONLY_IN = N_("(This text is in {language} only.)")
SAME_WORDS = N_("Everybody gets these words, in {language} only.")
BUREAU = N_("{area} emergency management bureau")
STATION = N_("{area} emergency management station")
AND_MORE = N_("{names} and {count} more")
WITHDRAWN = N_("⚪ <b>Withdrawn: notice {number}</b> ({risk}), {time}. What it said holds no more.")

TO_APPROVE = N_("❗ <b>Notice {number} waits for your decision</b>, until {time}. This is what people will read:")
TO = N_("To: {parts}")
PEOPLE = N_("People: <b>{count}</b>. Without a chat, so that somebody has to go there: {unreached}.")
PEOPLE_ALL = N_("People: <b>{count}</b>, all of them with a chat.")
LANGUAGES = N_("They read: {languages}.")
POSTS = N_("Posts in group chats, besides: {count}.")
BEFORE = N_("Last time, to this same audience: {count}.")
SAMPLE = N_("Among them: {names}")
PLAN = N_("At 30 a second the last copy leaves after {time}.")
PLAN_AHEAD = N_("At 30 a second the last copy leaves after {time}; {ahead} copies are in line before it.")
AT_ONCE = N_("When: at once")
AT_ONCE_APPROVED = N_("When: at once after the approval")
NEXT_RUNS = N_("Next: {runs}")
SECONDS = N_("{seconds} s")
MINUTES = N_("{minutes} min {seconds} s")
HOURS = N_("{hours} h {minutes} min")
LONG = N_("ℹ️ The text is long ({count} characters). Few people read more than {most} in an alarm.")

ONCE = N_("When: once, {time}")
DAILY = N_("When: every day at {clock}")
WEEKLY = N_("When: {days} at {clock}")
MONTHLY = N_("When: on day {day} of the month at {clock}")
FROM_DAY = N_("{when}, from {day}")
UNTIL_DAY = N_("{when}, until {day}")
NOT_ON_HOLIDAYS = N_("{when}, not on holidays")
SHORT_MONTHS = N_("Months without a day {day} are passed over.")
WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))

EVERYBODY_IN = N_("{area}: everybody")
ROLE_IN = N_("{area}: {role}")
FIRM_IN = N_("{area}: workers of {firm}")
GROUP_CALLED = N_("group “{group}”")
ROLES: Mapping[Role, str] = {
    Role.WARDEN: N_("village officers"),
    Role.KEEPER: N_("shelter keepers"),
    Role.INFORMANT: N_("informants"),
    Role.TEAM_LEADER: N_("team leaders"),
    Role.SITE_MANAGER: N_("site managers"),
    Role.SAFETY_OFFICER: N_("safety officers"),
    Role.DUTY_OFFICER: N_("duty officers"),
}

APPROVED = N_("Approved at {time}. It goes out as shown.")
REJECTED = N_("Rejected at {time}. Nobody is told.")
DECIDED_YES = N_("✅ Your notice {number} was approved.")
DECIDED_NO = N_("✖️ Your notice {number} was rejected. Nobody is told.")
DECIDED_OFF = N_("⚪ Your notice {number} was cancelled by another official.")
MISSED_LATE = N_("⚠️ Notice {number}: the run of {time} was not sent, because the system was down and it was too late afterwards.")
MISSED_MANY = N_("⚠️ Notice {number}: {count} runs from {time} on were not sent, because the system was down and it was too late afterwards.")
MISSED_NOBODY = N_("⚠️ Notice {number}: the run of {time} went to nobody: its audience is empty now.")
MISSED_UNDECIDED = N_("⚠️ Notice {number} was not sent: nobody approved it by {time}. If it is still needed, draft it again and phone who approves it.")

LIST = N_("<b>Risk notices</b>")
NO_NOTICES = N_("No notice of your area yet. Draft one: /notice")
STATES: Mapping[NoticeState, str] = {
    NoticeState.WAITING: N_("waits for a second person"),
    NoticeState.ACTIVE: N_("in force now"),
    NoticeState.OVER: N_("all runs over"),
    NoticeState.REJECTED: N_("rejected by the second person"),
    NoticeState.CANCELLED: N_("cancelled and withdrawn"),
}
LAPSED = N_("lapsed: nobody decided in time")
AHEAD = N_("set, not sent yet")
LINE_NEXT = N_("next: {time}")
LAST_RUN = N_("Last run {time}, people: {people}")
RUN_MISSED = N_("Last run {time}: not sent")
SUMS = N_("Sent {sent} + failed {failed} + pending {pending} + unknown {unknown} = {targets}")
POSTED = N_("Group chats: {sent} of {targets}")
WHY_FAILED = N_("Failed because: {reasons}")
NOT_REACHED = N_("Not reached: {names}")
NAME_AND_WHY = N_("{name} ({why})")
VISITS_OPEN = N_("Visits still to be made: {count}")
RUNS = N_("Runs so far: {out} sent, {missed} missed")
CANCEL_SURE = N_("Cancel notice {number}? No further run; and whoever got the last one is told at once that it is withdrawn.")
CANCELLED = N_("Notice {number} is cancelled. Whoever got it is told now that it is withdrawn.")


def head(level: Level, risk: str, catalogue: Catalogue, *, plain: bool = False) -> str:
    """Colour bar, shape, numeral, word and kind: one of them is enough to tell the level."""
    colour = COLOURS[level]
    fields = {"numeral": colour.numeral, "word": catalogue.say(colour.word), "risk": risk}
    return catalogue.say_html(HEAD_PLAIN, **fields) if plain else catalogue.say_html(HEAD, bar=colour.emoji, sign=colour.sign, **fields)


def some_of(names: Sequence[str], catalogue: Catalogue, *, longest: int = LONGEST_NAME) -> str:
    """A list that stays short: the first five, each cut where it is very long, and how many more. Not escaped."""
    names = [short(name, longest) for name in names]
    if len(names) <= MOST_NAMED:
        return catalogue.join(names)
    return catalogue.say(AND_MORE, names=catalogue.join(names[:MOST_NAMED]), count=len(names) - MOST_NAMED)


def short(name: str, longest: int = LONGEST_NAME) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


def issuer(area: Area | None, catalogue: Catalogue, *, office: str = "") -> str:
    """Who speaks: the office by its own name, a township's station by its township's."""
    if area is None or (office and area.level in (AreaLevel.CITY, AreaLevel.COUNTY)):
        return office
    return catalogue.say(BUREAU if area.level in (AreaLevel.CITY, AreaLevel.COUNTY) else STATION, area=short(area.called))


def reading(notice: Notice, catalogue: Catalogue, *, areas: str, by: str, at: datetime, formats: Formats, bare: bool = False) -> str:
    """What somebody of this language reads: the eight legal contents, what to do first, in as few words as they take.

    `bare` = without the frame of a drill, to be put inside a text that has one.
    """
    draft = notice.draft
    words, spoken = notice.words(catalogue.language)
    lines = [head(draft.level, catalogue.say(RISKS[draft.risk]), catalogue)]
    lines += [catalogue.say_html(ONLY_IN, language=AUTONYMS[spoken])] if spoken != catalogue.language else []
    lines += [catalogue.say_html(TO_DO, action=words.action), escape(words.caution), "", catalogue.say_html(WHERE, areas=areas)]
    lines.append(catalogue.say(SINCE, time=formats.day_time(draft.begins_at)) if draft.begins_at else catalogue.say(SINCE_NOW))
    lines.append(catalogue.say_html(ISSUED if notice.number else ISSUED_UNNUMBERED, issuer=by, time=formats.day_time(at), number=notice.number))
    lines += [catalogue.say(NO_SIGNAL)] if draft.risk in WEATHER else []
    lines += [catalogue.say(EMERGENCY)] if needs_second(draft.level) else []
    return framed("\n".join(lines), drill=notice.drill and not bare, catalogue=catalogue)


def withdrawn(notice: Notice, catalogue: Catalogue, *, time: str) -> str:
    text = catalogue.say_html(WITHDRAWN, number=notice.number, risk=catalogue.say(RISKS[notice.draft.risk]), time=time)
    return framed(text, drill=notice.drill, catalogue=catalogue)


async def part_names(parts: Iterable[Part], services: Services, catalogue: Catalogue) -> list[str]:
    """Each part of an audience in words. Not escaped."""
    given = list(parts)
    areas = await services.areas.titles(sorted({part.area for part in given}))
    groups = await services.groups.told({part.group for part in given if part.group is not None})
    return [_part(part, areas.get(part.area, part.area), groups, catalogue) for part in given]


def _part(part: Part, area: str, groups: Mapping[UUID, str], catalogue: Catalogue) -> str:
    match part.kind:
        case PartKind.ROLE if part.role is not None:
            return catalogue.say(ROLE_IN, role=catalogue.say(ROLES.get(part.role, part.role.value)), area=area)
        case PartKind.FIRM:
            return catalogue.say(FIRM_IN, firm=part.firm or "", area=area)
        case PartKind.GROUP:
            return catalogue.say(GROUP_CALLED, group=groups.get(part.group, "") if part.group else "")
        case _:
            return catalogue.say(EVERYBODY_IN, area=area)


def lasting(seconds: int, catalogue: Catalogue) -> str:
    """41 s, 6 min 54 s, 2 h 5 min."""
    if seconds < 60:
        return catalogue.say(SECONDS, seconds=seconds)
    if seconds < 3600:
        return catalogue.say(MINUTES, minutes=seconds // 60, seconds=seconds % 60)
    return catalogue.say(HOURS, hours=seconds // 3600, minutes=seconds % 3600 // 60)


def when(schedule: Schedule, catalogue: Catalogue, formats: Formats, *, second: bool) -> str:
    """The schedule in words."""
    clock = f"{schedule.clock:%H:%M}" if schedule.clock else ""
    match schedule.repeat:
        case Repeat.NOW:
            return catalogue.say(AT_ONCE_APPROVED if second else AT_ONCE)
        case Repeat.ONCE:
            return catalogue.say(ONCE, time=formats.day_time(schedule.at) if schedule.at else "")
        case Repeat.DAILY:
            said = catalogue.say(DAILY, clock=clock)
        case Repeat.WEEKLY:
            said = catalogue.say(WEEKLY, days=catalogue.join(catalogue.say(WEEKDAYS[day - 1]) for day in schedule.weekdays), clock=clock)
        case Repeat.MONTHLY:
            said = catalogue.say(MONTHLY, day=schedule.day, clock=clock)
    if schedule.start:
        said = catalogue.say(FROM_DAY, when=said, day=formats.day(schedule.start))
    if schedule.end:
        said = catalogue.say(UNTIL_DAY, when=said, day=formats.day(schedule.end))
    if schedule.but_holidays:
        said = catalogue.say(NOT_ON_HOLIDAYS, when=said)
    return f"{said}\n{catalogue.say(SHORT_MONTHS, day=schedule.day)}" if schedule.skips_months else said


def audience(preview: Preview, catalogue: Catalogue, *, parts: Sequence[str], detail: Detail, formats: Formats) -> list[str]:
    """Whom it reaches, when, and how long that takes: everything that is decided besides the words."""
    counted, draft = preview.audience, preview.notice.draft
    people = PEOPLE if counted.without_contact else PEOPLE_ALL
    lines = [catalogue.say_html(TO, parts=some_of(parts, catalogue, longest=LONGEST_PART))]
    lines.append(catalogue.say(people, count=preview.people, unreached=counted.without_contact))
    spoken = [f"{AUTONYMS.get(language, language)} {count}" for language, count in sorted(counted.languages.items(), reverse=True)]
    lines += [catalogue.say_html(LANGUAGES, languages=catalogue.join(spoken))] if spoken else []
    lines += [catalogue.say(POSTS, count=counted.posts)] if counted.posts else []
    lines += [catalogue.say(BEFORE, count=preview.before)] if preview.before is not None else []
    names = catalogue.join(short(called(name, detail=detail, catalogue=catalogue, number=number)) for number, name in enumerate(counted.sample, 1))
    lines.append(catalogue.say_html(SAMPLE, names=names))
    time = lasting(max(1, preview.seconds), catalogue)
    lines.append(catalogue.say(PLAN_AHEAD, time=time, ahead=preview.ahead) if preview.ahead else catalogue.say(PLAN, time=time))
    lines.append(when(draft.schedule, catalogue, formats, second=preview.notice.needs_second))
    lines += [catalogue.say(NEXT_RUNS, runs=catalogue.join(formats.day_time(run) for run in preview.runs))] if draft.schedule.again else []
    longest = max((units(words.caution) + units(words.action) for words in draft.texts.values()), default=0)
    lines += [catalogue.say(LONG, count=longest, most=WISE_TEXT)] if longest > WISE_TEXT else []
    return lines


def to_decide(preview: Preview, readings: Sequence[str], catalogue: Catalogue, *, first: str, **how: object) -> str:
    """The words in every language as they will be read, then whom they reach and when; one frame of a drill around all of it."""
    lines = [first, *(f"<blockquote>{each}</blockquote>" for each in readings)]
    if preview.notice.draft.same is not None:
        lines.append(catalogue.say(SAME_WORDS, language=AUTONYMS[preview.notice.draft.same]))
    lines += audience(preview, catalogue, **how)  # type: ignore[arg-type]
    return framed("\n".join(lines), drill=preview.notice.drill, catalogue=catalogue)


def missed(notice: Notice, message: Message, catalogue: Catalogue, formats: Formats) -> str:
    fields = message.fields
    time = formats.day_time(datetime.fromisoformat(fields["first"]))
    count = int(fields["runs"])
    sentences = {"nobody": MISSED_NOBODY, "lapsed": MISSED_UNDECIDED}
    sentence = sentences.get(fields["why"], MISSED_MANY if count > 1 else MISSED_LATE)
    return framed(catalogue.say(sentence, number=notice.number, time=time, count=count), drill=notice.drill, catalogue=catalogue)


def decided(notice: Notice, message: Message, catalogue: Catalogue) -> str:
    sentences = {NoticeState.REJECTED.value: DECIDED_NO, NoticeState.CANCELLED.value: DECIDED_OFF}
    text = catalogue.say(sentences.get(message.fields.get("decided", ""), DECIDED_YES), number=notice.number)
    if reason := message.fields.get("reason"):
        text += "\n" + catalogue.say_html(BECAUSE, reason=reason)
    return framed(text, drill=notice.drill, catalogue=catalogue)


def title(line: Line, catalogue: Catalogue) -> str:
    """A notice in one line of a list."""
    notice, state = line.notice, LAPSED if line.lapsed else AHEAD if line.ahead else STATES[line.notice.state]
    colour = COLOURS[notice.level]
    return f"{colour.emoji} {notice.number} {colour.numeral} {catalogue.say(RISKS[notice.draft.risk])} · {catalogue.say(state)}"


def listing(lines: Sequence[Line], catalogue: Catalogue, formats: Formats) -> str:
    if not lines:
        return catalogue.say(NO_NOTICES)
    said = [catalogue.say(LIST)]
    for line in lines:
        said += ["", escape(title(line, catalogue))]
        said += [catalogue.say(LINE_NEXT, time=formats.day_time(line.notice.next_due_at))] if line.notice.next_due_at else []
        said += _last(line, catalogue, formats)
    return "\n".join(said)


def _last(line: Line, catalogue: Catalogue, formats: Formats) -> list[str]:
    if line.last is None:
        return []
    if line.truth is None:
        return [catalogue.say(RUN_MISSED, time=formats.day_time(line.last.due_at))]
    return [catalogue.say(LAST_RUN, time=formats.day_time(line.last.due_at), people=line.last.people), _sums(line.truth, catalogue)]


def _sums(truth: Tally, catalogue: Catalogue) -> str:
    return catalogue.say(SUMS, sent=truth.sent, failed=truth.failed, pending=truth.pending, unknown=truth.unknown, targets=truth.targets)


def story(told: Story, text: str, runs: Sequence[datetime], catalogue: Catalogue, formats: Formats, *, parts: Sequence[str], detail: Detail) -> str:
    """One notice: what it says, whom it goes to, and the truth of its last run with the names of whom it did not reach."""
    line, draft = told.line, told.line.notice.draft
    lines = [f"<b>{escape(title(line, catalogue))}</b>", f"<blockquote>{text}</blockquote>"]
    lines.append(catalogue.say_html(TO, parts=some_of(parts, catalogue, longest=LONGEST_PART)))
    lines.append(when(draft.schedule, catalogue, formats, second=line.notice.needs_second))
    lines += [catalogue.say(NEXT_RUNS, runs=catalogue.join(formats.day_time(run) for run in runs))] if runs else []
    lines += _last(line, catalogue, formats)
    if line.posts is not None and line.posts.targets:
        lines.append(catalogue.say(POSTED, sent=line.posts.sent, targets=line.posts.targets))
    if line.truth is not None and line.truth.reasons:
        reasons = [f"{catalogue.say(REASONS.get(reason, reason))} {count}" for reason, count in sorted(line.truth.reasons.items())]
        lines.append(catalogue.say_html(WHY_FAILED, reasons=catalogue.join(reasons)))
    if told.failures:
        names = [called(name, detail=detail, catalogue=catalogue, number=number) for number, (name, _) in enumerate(told.failures, 1)]
        if line.truth is None or len(line.truth.reasons) > 1:
            why = [catalogue.say(REASONS.get(reason, reason)) for _, reason in told.failures]
            names = [catalogue.say(NAME_AND_WHY, name=name, why=said) for name, said in zip(names, why, strict=True)]
        lines.append(catalogue.say_html(NOT_REACHED, names=some_of([*names, *[""] * (told.failed - len(names))], catalogue)))
    lines += [catalogue.say(VISITS_OPEN, count=told.visits_open)] if told.visits_open else []
    if len(told.runs) > 1:
        lines.append(catalogue.say(RUNS, out=_count(told.runs, missed=False), missed=_count(told.runs, missed=True)))
    return framed("\n".join(lines), drill=line.notice.drill, catalogue=catalogue)


def _count(runs: Sequence[Occurrence], *, missed: bool) -> int:
    return sum((run.state is RunState.MISSED) == missed for run in runs)
