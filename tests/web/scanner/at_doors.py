"""What phones at other doors sent, before somebody stands at this one."""

from datetime import timedelta

from tests.houses import Town
from tests.phones import a_phone
from tests.services.test_doubles import a_school

MINUTES = timedelta(minutes=1)


async def at_the_school(town: Town, text: str) -> None:
    """Another phone counts this card at another shelter, four minutes ago."""
    school = await a_school(town)
    other = await a_phone(town, "school", places=(school,))
    await other.send([other.item(town.clock.now() - 4 * MINUTES, text=text, place=str(school))])


async def goods_given(town: Town, text: str) -> None:
    other = await a_phone(town, "goods")
    await other.send([other.item(town.clock.now() - 90 * MINUTES, purpose="relief", text=text, place=str(town.hall))])
