"""The words of reports on pages: what happened, how it stands, what was done about it. Sentences for the catalogues."""

from collections.abc import Mapping

from domain.reports import ReportDeed, ReportKind, ReportState
from domain.text import N_

KINDS: Mapping[ReportKind, str] = {
    ReportKind.FLOOD: N_("Flood, deep water"),
    ReportKind.LANDSLIDE: N_("Landslide, falling rocks"),
    ReportKind.ROAD: N_("Road or bridge blocked"),
    ReportKind.HOUSE: N_("House damaged"),
    ReportKind.FIRE: N_("Fire"),
    ReportKind.POWER: N_("Power, phone or water down"),
    ReportKind.DYKE: N_("Dyke or reservoir in danger"),
    ReportKind.PEOPLE: N_("People hurt or trapped"),
    ReportKind.OTHER: N_("Something else"),
}
STATES: Mapping[ReportState, str] = {
    ReportState.FILED: N_("sent"),
    ReportState.VERIFIED: N_("verified"),
    ReportState.ASSIGNED: N_("assigned"),
    ReportState.CLOSED: N_("closed"),
    ReportState.REJECTED: N_("rejected"),
    ReportState.DUPLICATE: N_("same as another"),
}
SIGNS: Mapping[ReportState, tuple[str, str]] = {
    ReportState.FILED: ("red", "triangle"),
    ReportState.VERIFIED: ("orange", "diamond"),
    ReportState.ASSIGNED: ("yellow", "square"),
    ReportState.CLOSED: ("green", "circle"),
    ReportState.REJECTED: ("grey", ""),
    ReportState.DUPLICATE: ("grey", ""),
}
"""Colour and shape of a state; the word stands beside them."""
DEEDS: Mapping[ReportDeed, str] = {
    ReportDeed.REFUSED: N_("something was not taken in"),
    ReportDeed.FILED: N_("sent"),
    ReportDeed.VERIFIED: N_("verified"),
    ReportDeed.ASSIGNED: N_("assigned"),
    ReportDeed.CLOSED: N_("closed"),
    ReportDeed.REJECTED: N_("rejected"),
    ReportDeed.DUPLICATE: N_("marked as the same"),
    ReportDeed.REOPENED: N_("opened again"),
}
REASONS: Mapping[str, str] = {
    "too_many_photos": N_("an eleventh photo"),
    "not_a_photo": N_("a video, voice message or other file"),
    "photo_too_large": N_("a file that is too large"),
    "photo_too_many_pixels": N_("a picture with too many pixels"),
    "photo_broken": N_("a damaged picture"),
    "photo_kind_unknown": N_("a file that is no picture"),
    "photo_empty": N_("an empty file"),
    "photo_lost": N_("a photo that Telegram had no more"),
    "pin_out_of_reach": N_("a pin far away"),
    "pin_nowhere": N_("a pin far away"),
}
"""What was refused, by its reason code."""
