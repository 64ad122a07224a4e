"""Every use case once more, with those of issuing."""

from collections.abc import Awaitable

from domain.access import Role
from domain.codes import Holder
from domain.issuing import HasCodeAlready, Why
from services.actors import Actor
from tests import cast
from tests.house import use_cases
from tests.house.use_cases import Scene, UseCase

HOME = cast.VILLAGE.code


def _replace(s: Scene, by: Actor) -> Awaitable[object]:
    done: Awaitable[object] = s.services.issuing.replace(Holder.PERSON, s.people[cast.LIN[0]], by=by, reason=Why.LOST)
    return done


async def _of_phone(s: Scene, by: Actor) -> object:
    """Whoever has the right hears that there is a code already."""
    try:
        return await s.services.issuing.of_phone(cast.LIN[1] or "", by=by, reason=Why.OTHER)
    except HasCodeAlready as there_is_one:
        return there_is_one


USE_CASES = (
    *use_cases.USE_CASES,
    UseCase("issuing.replace", cast.OFFICER, Role.DUTY_OFFICER, _replace),
    UseCase("issuing.replace_short", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.issuing.replace_short(s.short, by=by, reason=Why.LOST)),
    UseCase("issuing.issue", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.issuing.issue(Holder.DEVICE, [s.grant], by=by, reason=Why.OTHER, area=HOME)),
    UseCase("issuing.households", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.issuing.households(HOME, by=by, reason=Why.PRINTED)),
    UseCase("issuing.of_phone", cast.OFFICER, Role.DUTY_OFFICER, _of_phone),
    UseCase("issuing.team", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.issuing.team("救援一队", HOME, by=by, reason=Why.OTHER)),
    UseCase("issuing.blanks", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.issuing.blanks(2, area=HOME, by=by, reason=Why.PRINTED)),
    UseCase("issuing.listing", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.issuing.listing(HOME, by=by)),
    UseCase("issuing.found", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.issuing.found(s.short, by=by), scoped=False),
    UseCase("code_days.lines", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.code_days.lines(by=by), scoped=False),
    UseCase("households.on_card", cast.KEEPER, Role.KEEPER, lambda s, by: s.services.households.on_card(s.home, by=by)),
    UseCase("blanks.disputes", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.blanks.disputes(by=by), scoped=False),
    UseCase("blanks.bind", cast.KEEPER, Role.KEEPER, lambda s, by: s.services.blanks.bind(s.blank, person=s.people[cast.LIN[0]], by=by, key="bind")),
    UseCase("blanks.settle", cast.WARDEN, Role.WARDEN, lambda s, by: s.services.blanks.settle(s.claimed, s.people[cast.YE[0]], by=by)),
)  # fmt: skip
