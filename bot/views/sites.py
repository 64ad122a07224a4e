"""At a gate: what whoever goes in or out reads, what a guard reads, who is inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.factory import Surface
from bot.keyboards import sites as keyboards
from bot.messenger import Composed
from bot.views.marks import Detail, called, framed, reached, told_apart
from domain.deliveries import Message as DeliveredMessage
from domain.deliveries import Subject
from domain.gates import Direction, GateOutcome, GateReason, Stay
from domain.notices import units
from domain.people import Person
from domain.sites import Site
from domain.text import N_
from domain.workers import Worker
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.gates import GateVerdict
from services.presence import Headcount, Line

MOST_SHOWN = 30
ROOM = 1900
"""So many UTF-16 units for the list of who is inside, a third of it for each list of who went without a scan: 4096 are taken in all."""

YOU_IN = N_("✅ <b>You are in: {site}</b>, {time}.")
WHEN_LEAVING = N_("Scan again or press Out when you leave.")
LEFT_BEHIND = N_("{site} has you out since {time}, because you checked in here.")
YOU_OUT = N_("👋 <b>You are out: {site}</b>, {time}.")
YOU_WERE = N_("You were in {duration}.")
HOURS = N_("{hours} h {minutes} min")
MINUTES = N_("{minutes} min")
LEAVING = N_("You are in at {site} since {time}. Are you leaving now?")
WAS_CLOSED = N_("{site}: you had not answered, so your stay was ended automatically at {time}. Are you coming in now, or leaving?")
STILL_IN = N_("✅ Good: you are still counted at <b>{site}</b>, {time}.")
YOU_MAY_NOT = N_("⛔ <b>You may not go in: {site}</b>")
NOT_DONE = N_("⛔ <b>Not recorded as passed: {site}</b>")
ATTEMPT_KEPT = N_("This attempt is kept.")
STRANGER = N_("This chat is not registered. Send /start and register; then ask to be put on the list of workers.")

SOMEBODY_IN = N_("✅ <b>IN</b>: {name}, {site}, {time}.")
SOMEBODY_OUT = N_("👋 <b>OUT</b>: {name}, {site}, {time}.")
SOMEBODY_WAS = N_("Inside for {duration}.")
SOMEBODY_STILL = N_("✅ <b>STILL INSIDE</b>: {name}, {site}, {time}.")
SOMEBODY_LEFT = N_("{site} has this person out since {time}.")
CHECK = N_("🔶 <b>Ask for the name.</b> {name}: does it match?")
INSIDE_ALREADY = N_("🔁 {name} is inside since {time}.")
WAS_CLOSED_THEIR = N_("🔶 The stay of {name} was ended automatically at {time}. Coming in, or leaving?")
MAY_NOT = N_("⛔ <b>May not go in</b>: {name}, {site}")

REASONS: Mapping[GateReason, str] = {
    GateReason.NOT_A_PERSONS_CODE: N_("This is not the code of a person."),
    GateReason.POSTER_OLD: N_("This poster was withdrawn. There is a new one at the gate."),
    GateReason.SITE_CLOSED: N_("This site is closed."),
    GateReason.OUTSIDE_HOURS: N_("The gate is open from {opens} to {closes}."),
    GateReason.NOT_REGISTERED: N_("Real-name registration is missing: not on the workers’ list of any firm."),
    GateReason.NOT_ON_LIST: N_("Not on the list of those who may enter this site."),
    GateReason.NOT_TRAINED: N_("Training is missing: no passed training is on record."),
    GateReason.TRAINING_EXPIRED: N_("Training is out of date: it was good until {day}."),
    GateReason.NOT_IN: N_("Not recorded as being inside."),
    GateReason.SCAN_FIRST: N_("To go in, scan the poster at the gate, or type the short code on it."),
    GateReason.KEY_CONFLICT: N_("This arrived twice with different contents. Both are kept; nothing was counted twice."),
    GateReason.UNDONE: N_("Taken back on the device."),
}
WHO_HELPS = N_("Who can help: {name}, {firm}, phone {phone}.")
WHO_HELPS_UNCALLED = N_("Who can help: {name}, {firm}.")
FIRM_HELPS = N_("Who can help: the office of {firm}.")

NOT_INSIDE = N_("You are not inside any site. Scan the poster at the gate, or type the short code on it here.")
YOU_ARE_INSIDE = N_("You are in: <b>{site}</b>, since {time}.")
WHICH_SITE = N_("Which site?")
SITE_LINE = N_("{site}: {count} inside")
WHOM = N_("Type the name, the phone number, or the short code of the person’s card. You can go on with the next one afterwards.")
PICK = N_("Whom do you mean? Ask for the firm too.")
NOT_THEM = N_("Not recorded. Type the right name, phone number or short code.")
SITE_FIRST = N_("Send /site first.")
STOPPED = N_("Done at the gate. Send /site to go on.")
WHEN_LEFT = N_("When did you leave? Write the time, like 17:30.")
POSTER = N_("Print this on A4 and put it up at the gate. Short code <code>{short}</code>.")
PAGE = N_("👷 Names and times as a page, for 2 minutes, once:\n{link}")

INSIDE = N_("👷 <b>{site}</b>: <b>{count}</b> inside at {time}")
NOBODY = N_("Nobody is inside.")
LINE = N_("{name} · {firm} · since {since}, last proof {proof}")
LINE_ASKED = N_("{name} · {firm} · since {since}, last proof {proof}, asked and not answered yet")
AUTO_CLOSED = N_("⚠️ <b>Left, not scanned: {count}</b>. Ended automatically today; nobody saw them go.")
ELSEWHERE = N_("↪️ <b>Checked in elsewhere without going out: {count}</b>")
LINE_LEFT = N_("{name} · {firm} · {since} to {left}")
AND_MORE = N_("… and {count} more.")

ASKED = N_("👷 <b>Are you still at {site}?</b> You are in since {since}. Without an answer by {ends} you are counted as gone, and the manager is told.")
ASKED_FOR = N_("👷 <b>{site}</b>: {count} of the people inside have no chat and come near the longest stay. Are they still there? Check with /site.")
LEFT_SILENT = N_("👷 <b>{site}</b>: left, not scanned: {count}. Their stay was ended automatically, because nobody answered. See /site.")


@dataclass(frozen=True, slots=True)
class Gatehouse:
    """How one reader is told about gates: language, zone, how much of a person."""

    catalogue: Catalogue
    zone: ZoneInfo
    detail: Detail

    def time(self, at: datetime | None) -> str:
        return Formats(self.catalogue, self.zone).time(at) if at is not None else "—"

    def moment(self, at: datetime, *, now: datetime) -> str:
        """The time, with its day when that is another one."""
        formats = Formats(self.catalogue, self.zone)
        return formats.time(at) if at.astimezone(self.zone).date() == now.astimezone(self.zone).date() else formats.day_time(at)

    def name(self, person: Person | None) -> str:
        return called(person.name, detail=self.detail, catalogue=self.catalogue) if person is not None else "—"

    def duration(self, length: timedelta) -> str:
        minutes = int(length.total_seconds() // 60)
        if minutes < 60:
            return self.catalogue.say(MINUTES, minutes=minutes)
        return self.catalogue.say(HOURS, hours=minutes // 60, minutes=minutes % 60)


def verdict_card(verdict: GateVerdict, house: Gatehouse) -> str:
    """The answer to one attempt, to the person or to the guard."""
    lines = _guards(verdict, house) if verdict.by_guard else _own(verdict, house)
    return framed("\n".join(lines), drill=verdict.drill, catalogue=house.catalogue)


def _own(verdict: GateVerdict, house: Gatehouse) -> list[str]:
    say, site = house.catalogue.say_html, verdict.site.name
    inward = verdict.direction is Direction.IN
    match verdict.outcome:
        case GateOutcome.ACCEPTED if inward:
            moved = [say(LEFT_BEHIND, site=verdict.before.name, time=house.time(verdict.at))] if verdict.before is not None else []
            return [say(YOU_IN, site=site, time=house.time(verdict.at)), *moved, say(WHEN_LEAVING)]
        case GateOutcome.REPEAT if inward:
            return [say(YOU_IN, site=site, time=house.time(verdict.since)), say(WHEN_LEAVING)]
        case GateOutcome.ACCEPTED if verdict.direction is Direction.STILL:
            return [say(STILL_IN, site=site, time=house.time(verdict.at)), say(WHEN_LEAVING)]
        case GateOutcome.ACCEPTED | GateOutcome.REPEAT:
            return [say(YOU_OUT, site=site, time=house.time(_gone(verdict))), *_length(verdict, YOU_WERE, house)]
        case GateOutcome.ASK if verdict.reason is GateReason.WAS_CLOSED:
            return [say(WAS_CLOSED, site=site, time=house.moment(verdict.left_at or verdict.at, now=verdict.at))]
        case GateOutcome.ASK:
            return [say(LEAVING, site=site, time=house.moment(verdict.since or verdict.at, now=verdict.at))]
        case _:
            head = YOU_MAY_NOT if inward else NOT_DONE
            return [say(head, site=site), *why_not(verdict, house), say(ATTEMPT_KEPT)]


def _guards(verdict: GateVerdict, house: Gatehouse) -> list[str]:
    say, site = house.catalogue.say_html, verdict.site.name
    name = _with_firm(verdict.person, verdict.worker, house)
    inward = verdict.direction is Direction.IN
    match verdict.outcome:
        case GateOutcome.CHECK:
            return [say(CHECK, name=name)]
        case GateOutcome.ACCEPTED if inward:
            moved = [say(SOMEBODY_LEFT, site=verdict.before.name, time=house.time(verdict.at))] if verdict.before is not None else []
            return [say(SOMEBODY_IN, name=name, site=site, time=house.time(verdict.at)), *moved]
        case GateOutcome.ACCEPTED if verdict.direction is Direction.STILL:
            return [say(SOMEBODY_STILL, name=name, site=site, time=house.time(verdict.at))]
        case GateOutcome.ACCEPTED | GateOutcome.REPEAT if not inward:
            return [say(SOMEBODY_OUT, name=name, site=site, time=house.time(_gone(verdict))), *_length(verdict, SOMEBODY_WAS, house)]
        case GateOutcome.ASK if verdict.reason is GateReason.WAS_CLOSED:
            return [say(WAS_CLOSED_THEIR, name=name, time=house.moment(verdict.left_at or verdict.at, now=verdict.at))]
        case GateOutcome.ASK | GateOutcome.REPEAT:
            return [say(INSIDE_ALREADY, name=name, time=house.moment(verdict.since or verdict.at, now=verdict.at))]
        case _:
            head = say(MAY_NOT, name=name, site=site) if inward else say(NOT_DONE, site=site)
            return [head, *why_not(verdict, house), say(ATTEMPT_KEPT)]


def _gone(verdict: GateVerdict) -> datetime:
    """When somebody went out: for a second tap, when the first one said."""
    return verdict.left_at or verdict.at if verdict.outcome is GateOutcome.REPEAT else verdict.at


def _length(verdict: GateVerdict, sentence: str, house: Gatehouse) -> list[str]:
    if verdict.since is None:
        return []
    return [house.catalogue.say_html(sentence, duration=house.duration(_gone(verdict) - verdict.since))]


def why_not(verdict: GateVerdict, house: Gatehouse) -> list[str]:
    """Everything that is missing, since when, and who can mend it."""
    say = house.catalogue.say_html
    site = verdict.site
    if verdict.reason is GateReason.STRANGER:
        return [say(STRANGER), who_helps(site, verdict.manager, house)]
    until = verdict.until - timedelta(microseconds=1) if verdict.until is not None else None
    fields = {
        "opens": site.opens.isoformat("minutes") if site.opens else "", "closes": site.closes.isoformat("minutes") if site.closes else "",
        "day": until.astimezone(house.zone).date().isoformat() if until is not None else "",
    }  # fmt: skip
    said = [say(REASONS[reason], **fields) for reason in verdict.missing or (verdict.reason,)]
    return [*(f"• {line}" for line in said), who_helps(site, verdict.manager, house)] if verdict.missing else said


def who_helps(site: Site, manager: Person | None, house: Gatehouse) -> str:
    say = house.catalogue.say_html
    if manager is None or house.detail == "codes":
        return say(FIRM_HELPS, firm=site.firm)
    if manager.phone is None:
        return say(WHO_HELPS_UNCALLED, name=house.name(manager), firm=site.firm)
    return say(WHO_HELPS, name=house.name(manager), firm=site.firm, phone=reached(manager.phone, detail=house.detail))


def _with_firm(person: Person | None, worker: Worker | None, house: Gatehouse) -> str:
    return " · ".join(part for part in (house.name(person), worker.firm if worker is not None else "") if part)


def headcount(count: Headcount, house: Gatehouse, *, now: datetime, drill: bool) -> str:
    """Who is inside; and apart from them, of whom it is not known when they left."""
    say = house.catalogue.say_html
    names = told_apart([line.person for line in (*count.inside, *count.auto_closed, *count.elsewhere)], detail=house.detail, catalogue=house.catalogue)
    lines = [say(INSIDE, site=count.site.name, count=len(count.inside), time=house.time(now))]
    if not count.inside:
        lines.append(say(NOBODY))
    told = [_told(line, LINE_ASKED if line.stay.asked_at is not None else LINE, names[line.person.id], house, now=now) for line in count.inside]
    lines += _some(told, house, most=MOST_SHOWN, room=ROOM)
    for sentence, group in ((AUTO_CLOSED, count.auto_closed), (ELSEWHERE, count.elsewhere)):
        if group:
            lines += ["", say(sentence, count=len(group))]
            told = [_told(line, LINE_LEFT, names[line.person.id], house, now=now) for line in group]
            lines += _some(told, house, most=MOST_SHOWN // 2, room=ROOM // 3)
    return framed("\n".join(lines), drill=drill, catalogue=house.catalogue)


def _told(line: Line, sentence: str, name: str, house: Gatehouse, *, now: datetime) -> str:
    stay, firm = line.stay, line.worker.firm if line.worker is not None else "—"
    fields = {"since": house.moment(stay.entered_at, now=now)}
    if sentence is LINE_LEFT:
        fields["left"] = house.time(stay.left_at)
    else:
        fields["proof"] = house.moment(stay.last_proof, now=now)
    return "• " + house.catalogue.say_html(sentence, name=name, firm=firm, **fields)


def _some(told: Sequence[str], house: Gatehouse, *, most: int, room: int) -> list[str]:
    """As many lines as there is room for, and how many more there are: a headcount that Telegram refuses as too long would be none."""
    lengths = accumulate(units(line) + 1 for line in told)
    shown = [line for line, length in zip(told[:most], lengths, strict=False) if length <= room]
    more = len(told) - len(shown)
    return [*shown, house.catalogue.say_html(AND_MORE, count=more)] if more else shown


def inside_now(site: Site, stay: Stay, house: Gatehouse, *, now: datetime) -> str:
    text = house.catalogue.say_html(YOU_ARE_INSIDE, site=site.name, time=house.moment(stay.entered_at, now=now))
    return framed(f"{text}\n{house.catalogue.say(WHEN_LEAVING)}", drill=stay.drill, catalogue=house.catalogue)


def choices(found: Sequence[tuple[Person, Worker | None]], house: Gatehouse) -> list[tuple[Person, str]]:
    """Whom the guard may mean, told apart where masking makes two alike."""
    names = told_apart([person for person, _ in found], detail=house.detail, catalogue=house.catalogue)
    return [(person, f"{names[person.id]} · {worker.firm}" if worker is not None else names[person.id]) for person, worker in found]


def composed(message: DeliveredMessage, site: Site, catalogue: Catalogue, surface: Surface) -> Composed:
    """What the house asks or tells by itself: are you still there, are they, who went without a scan."""
    say, fields = catalogue.say_html, message.fields
    keyboard = None
    if message.subject is Subject.SITE_LEFT:
        text = say(LEFT_SILENT, site=site.name, count=fields["count"])
    elif "count" in fields:
        text = say(ASKED_FOR, site=site.name, count=fields["count"])
    else:
        house = Gatehouse(catalogue, surface.zone, surface.chat_detail)
        since, ends = datetime.fromisoformat(fields["since"]), datetime.fromisoformat(fields["ends"])
        text = say(ASKED, site=site.name, since=house.moment(since, now=ends), ends=house.time(ends))
        keyboard = keyboards.still_here(site.id, catalogue)
    return Composed(framed(text, drill=message.drill, catalogue=catalogue), keyboard)
