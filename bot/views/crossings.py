"""The card of a checkpoint: one big word that is read from an arm's length, then why, whose, which way, when."""

from collections.abc import Mapping

from bot.factory import Surface
from bot.views.marks import framed
from bot.views.passes import holder
from domain.checkpoints import WORD_OF, Word
from domain.passes import KINDS
from domain.scans import REASONS, Outcome, Reason, Way
from domain.text import N_
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.crossings import CheckpointVerdict

WHICH_POST = N_("Which checkpoint are you standing at?")
NO_POST = N_("No checkpoint is assigned to you. Ask your emergency office.")
MODE_IN = N_("🛂 <b>{place}</b>: who <b>drives or walks in</b>.")
MODE_OUT = N_("🛂 <b>{place}</b>: who <b>drives or walks out</b>.")
SEND_CODE = N_("Send a photo of the pass, the characters under it, or its link.")
STOPPED = N_("You have left the checkpoint. Send /checkpoint to go on.")
POST_FIRST = N_("Send /checkpoint first.")
SCAN_AGAIN = N_("This question is no longer open. Please scan the pass again.")
TURNED_BACK = N_("⛔ Turned back. Nothing was counted; the check stays in the log.")

WORDS: Mapping[Word, tuple[str, str]] = {Word.GO: ("🟢", N_("LET IN")), Word.CHECK: ("🟡", N_("CHECK")), Word.NO: ("🔴", N_("INVALID"))}
OUT_WORD = N_("LET OUT")
CHECKED = N_("Checked by you and let through.")
WHY: Mapping[Reason, str] = {
    Reason.OK: N_("The pass is good."),
    Reason.ALREADY_HERE: N_("Already recorded here at {time}."),
    Reason.NAME_NOT_CHECKED: N_("Typed, so nothing proves the pass itself. Compare the name or the number plate."),
    Reason.KEY_COMPROMISED: N_("Passes of this series may have been copied. Check the identity."),
    Reason.DRILL_ONLY: N_("A pass of a drill, but this is no drill. Check the identity."),
    Reason.REVOKED: N_("This pass was revoked."),
    Reason.REPLACED: N_("This code was replaced by a newer one. Ask for the new code."),
    Reason.EXPIRED: N_("This pass is past its end."),
    Reason.OUT_OF_AREA: REASONS[Reason.OUT_OF_AREA],
    Reason.RESIDENT: REASONS[Reason.RESIDENT],
    Reason.WRONG_KIND: N_("This is not a pass."),
}
"""Why, at a checkpoint; what is not here is said as everywhere."""
PASS = N_("{kind}: <b>{who}</b> · {team}")
GOOD_UNTIL = N_("{number} · until {until}")
HERE = N_("{time} · {place} · {way}")
WAYS: Mapping[Way, str] = {Way.IN: N_("in"), Way.OUT: N_("out")}


def card(verdict: CheckpointVerdict, catalogue: Catalogue, surface: Surface) -> str:
    word, formats = WORD_OF[verdict.outcome], Formats(catalogue, surface.zone)
    mark, said = WORDS[word]
    if word is Word.GO and verdict.way is Way.OUT:
        said = OUT_WORD
    lines = [f"{mark} <b>{catalogue.say(said)}</b>", why(verdict, catalogue, formats)]
    if verdict.outcome is Outcome.ACCEPTED and verdict.reason is not Reason.OK:
        lines.append(catalogue.say(CHECKED))
    if verdict.first_at is not None and verdict.reason not in (Reason.ALREADY_HERE, Reason.INSIDE):
        lines.append(catalogue.say(REASONS[Reason.INSIDE], time=formats.time(verdict.first_at)))
    held = verdict.held
    if held is not None:
        who = holder(held, catalogue, surface)
        lines.append(catalogue.say_html(PASS, kind=catalogue.say(KINDS[held.kind]), who=who, team=held.team))
        lines.append(catalogue.say_html(GOOD_UNTIL, number=held.number, until=formats.day_time(held.valid_to)))
    lines.append(catalogue.say_html(HERE, time=formats.time(verdict.at), place=verdict.checkpoint.name, way=catalogue.say(WAYS[verdict.way])))
    return framed("\n".join(lines), drill=verdict.drill, catalogue=catalogue)


def why(verdict: CheckpointVerdict, catalogue: Catalogue, formats: Formats) -> str:
    time = formats.time(verdict.first_at) if verdict.first_at is not None else ""
    return catalogue.say_html(WHY.get(verdict.reason, REASONS[verdict.reason]), time=time)


def mode(way: Way, place: str, catalogue: Catalogue) -> str:
    return catalogue.say_html(MODE_IN if way is Way.IN else MODE_OUT, place=place) + "\n" + catalogue.say(SEND_CODE)
