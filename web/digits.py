"""Six digits before what is dangerous: a route that declares `fresh` is answered by the page that asks for them."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

from domain.authenticators import SixDigitsWanted
from domain.errors import Refusal
from web.forms import form
from web.keys import ACTOR, PAGES, SERVICES
from web.middlewares.csrf import FIELD, HEADER
from web.middlewares.errors import FOR_MACHINES

MOST_TYPED = 8000


async def digits_wanted(request: web.Request) -> web.StreamResponse:
    """The question, and nothing done. It leads back to the page where the reader was; what they had typed they send again themselves."""
    if request.path.startswith(FOR_MACHINES) or HEADER in request.headers:
        raise SixDigitsWanted()
    if request.method in ("GET", "HEAD"):
        return await question(request, back=request.path_qs)
    typed = {name: value for name, value in (await form(request)).items() if name != FIELD}
    kept = json.dumps(typed, ensure_ascii=False)
    back = urlsplit(request.headers.get("Referer", ""))
    here = f"{back.path}?{back.query}" if back.query else back.path
    return await question(
        request, back=here if back.netloc == request.host else "", again=request.path_qs if len(kept) <= MOST_TYPED else "", typed=kept
    )


async def question(request: web.Request, *, back: str, again: str = "", typed: str = "{}", mistake: Refusal | None = None, status: int = 403) -> web.Response:
    """The page with one field. Whoever has no authenticator reads how to get one."""
    held = await request.app[SERVICES].authenticators.held(request[ACTOR].person)
    fields: Mapping[str, object] = {"held": held, "back": back, "again": again, "typed": typed, "mistake": mistake}
    return request.app[PAGES].page(request, "digits.html", status=status, **fields)
