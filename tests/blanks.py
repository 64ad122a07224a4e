"""Blank cards for tests."""

from uuid import UUID

from domain.issuing import Why
from tests import cast
from tests.houses import Town


async def with_blanks(town: Town, person: UUID) -> tuple[str, str]:
    """The short codes of two blank cards: one is nobody's yet, one was given to somebody."""
    services, officer = town.house.services, await town.actor(cast.OFFICER)
    blank, claimed = await services.issuing.blanks(2, area=cast.VILLAGE.code, by=officer, reason=Why.PRINTED)
    await services.blanks.bind(claimed.short, person=person, by=officer, key="claimed")
    return blank.short, claimed.short
