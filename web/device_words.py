"""The words of devices: what they are for, how they stand, what became of their entries. Sentences for the catalogues."""

from collections.abc import Mapping

from domain.devices import DeviceState
from domain.scans import REASONS, Purpose, Reason
from domain.text import N_
from domain.uploads import WORDS, Taken, What, Why
from services.devices import SpotKind

PURPOSES: Mapping[Purpose, str] = {
    Purpose.SHELTER_IN: N_("into a shelter"), Purpose.SHELTER_OUT: N_("out of a shelter"), Purpose.TO_RELATIVES: N_("to relatives"),
    Purpose.REPORTED_SAFE: N_("reported safe"), Purpose.CHECKPOINT: N_("checkpoint"), Purpose.SITE_GATE: N_("gate of a site"),
    Purpose.ASSEMBLY: N_("assembly point"), Purpose.RELIEF: N_("relief goods"), Purpose.TRAINING: N_("training"),
}  # fmt: skip
SPOTS: Mapping[SpotKind, str] = {SpotKind.SHELTER: N_("shelter"), SpotKind.SITE: N_("site"), SpotKind.CHECKPOINT: N_("checkpoint")}
STATES: Mapping[DeviceState, str] = {
    DeviceState.WORKS: N_("in use"), DeviceState.SILENT: N_("no news"), DeviceState.WITHDRAWN: N_("cut off"), DeviceState.OVER: N_("time over"),
}  # fmt: skip
LOOKS: Mapping[DeviceState, tuple[str, str]] = {
    DeviceState.WORKS: ("green", "circle"), DeviceState.SILENT: ("yellow", "square"), DeviceState.WITHDRAWN: ("red", "cross"),
    DeviceState.OVER: ("grey", ""),
}  # fmt: skip
"""The colour and the shape that say the same as the word."""
WHATS: Mapping[What, str] = {What.SCAN: N_("scan"), What.TICK: N_("tick on the household list"), What.UNDO: N_("taking back")}
TAKEN: Mapping[Taken, str] = {
    Taken.ACCEPTED: N_("accepted"), Taken.DUPLICATE: N_("here already"), Taken.CONFLICT: N_("to verify"), Taken.REJECTED: N_("not taken"),
}  # fmt: skip


def reason(word: str) -> str:
    """The sentence of a reason; it may name a time, a place and a shelter, which the caller fills in."""
    if word in set(Why):
        return WORDS[Why(word)]
    return REASONS[Reason(word)] if word in set(Reason) else WORDS[Why.MALFORMED]
