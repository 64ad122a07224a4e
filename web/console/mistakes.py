"""An area code that is not the reader's: said on the page of the form that was typed, which a person mends; recorded like every refusal of a right."""

from aiohttp import web

from domain.access import May, NotYours
from domain.errors import Unknown
from domain.text import N_
from web.keys import ACTOR, CLOCK, SERVICES
from web.middlewares.errors import for_machine, noted

SHOWN = 4


class NoSuchArea(Unknown):
    code = "no_such_area"
    text = N_("“{asked}” is no area code of yours. Codes of your areas begin with: {areas}.")


async def no_such_area(request: web.Request, refusal: NotYours | Unknown, asked: str, *, may: May) -> NoSuchArea:
    """The same words for an area that is not there and for somebody else's. Raises the refusal again for a program, which reads its code."""
    if for_machine(request):
        raise refusal
    await noted(request, refusal)
    own = request[ACTOR].areas_for(may, now=request.app[CLOCK].now())[:SHOWN]
    titles = await request.app[SERVICES].areas.titles(own)
    return NoSuchArea(asked=asked[:15], areas=", ".join(f"{area} {titles[area]}" for area in own) or "–")
