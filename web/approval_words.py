"""The words of the page of approvals. Sentences for the catalogues."""

from collections.abc import Mapping

from domain.access import Role
from domain.notices import Part, PartKind
from domain.text import N_
from locales.catalogue import Catalogue

FIRST: Mapping[str, str] = {
    "evacuations.approve": N_("Approved by {name}, {time}."),
    "evacuations.reject": N_("Rejected by {name}, {time}."),
    "evacuations.lift": N_("Lifted by {name}, {time}."),
    "notices.approve": N_("Approved by {name}, {time}."),
    "notices.reject": N_("Rejected by {name}, {time}."),
    "notices.cancel": N_("Cancelled by {name}, {time}."),
}
LANGUAGES: Mapping[str, str] = {"zh_CN": "中文", "en": "English"}
ROLES: Mapping[Role, str] = {
    Role.WARDEN: N_("village officers"),
    Role.KEEPER: N_("shelter keepers"),
    Role.INFORMANT: N_("informants"),
    Role.TEAM_LEADER: N_("team leaders"),
    Role.SITE_MANAGER: N_("site managers"),
    Role.SAFETY_OFFICER: N_("safety officers"),
    Role.DUTY_OFFICER: N_("duty officers"),
}


def part(part: Part, titles: Mapping[str, str], groups: Mapping[object, str], say: Catalogue) -> str:
    """One part of an audience in words."""
    area = titles.get(part.area, part.area)
    if part.kind is PartKind.ROLE and part.role is not None:
        return say.say(N_("{area}: {role}"), role=say.say(ROLES.get(part.role, part.role.value)), area=area)
    if part.kind is PartKind.FIRM:
        return say.say(N_("{area}: workers of {firm}"), firm=part.firm or "", area=area)
    if part.kind is PartKind.GROUP:
        return say.say(N_("group “{group}”"), group=groups.get(part.group, ""))
    return say.say(N_("{area}: everybody"), area=area)
