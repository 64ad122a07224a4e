"""Lists to take away as files: which ones, and the files themselves, made when they are asked for and kept nowhere."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from domain.access import May
from domain.sheets import PERSONAL, SheetKind
from papers.sheets import TITLES, write_sheet
from services.sheets import Wanted
from web.keys import ACTOR, CATALOGUE, CLOCK, PAGES, SERVICES, SITE
from web.limiting import Limit
from web.rendering import allowed
from web.routing import Route
from web.sheet_words import by_kind

TAKEN = Limit("exports", most=20, seconds=60)
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
COPIED = 256 * 1024


async def listing(request: web.Request) -> web.StreamResponse:
    """What the reader may take away."""
    services = request.app[SERVICES]
    orders = await services.board.orders(by=request[ACTOR]) if allowed(request, May.SEE_BOARD) else []
    issued = [order for order in orders if order.issued_at is not None]
    return request.app[PAGES].page(request, "exports.html", titles=TITLES, orders=issued, personal=PERSONAL, unmasks=allowed(request, May.UNMASK))


async def take(request: web.Request) -> web.StreamResponse:
    """One list as a file."""
    kind, form = SheetKind(request.match_info["kind"]), request.match_info["form"]
    area, order = request.query.get("area") or None, request.query.get("order") or None
    wanted = Wanted(kind, area, order, whole="whole" in request.query)
    rows = request.app[SERVICES].sheets.rows(wanted, by=request[ACTOR])
    with TemporaryDirectory(prefix="mashang-list-") as folder:
        file = Path(folder) / f"{kind.value}.{form}"
        await write_sheet(file, kind, rows, catalogue=request[CATALOGUE], zone=request.app[SITE].zone, words=by_kind())
        return await _sent(request, file, form)


async def _sent(request: web.Request, file: Path, form: str) -> web.StreamResponse:
    day = request.app[CLOCK].now().astimezone(request.app[SITE].zone).strftime("%Y%m%d-%H%M")
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{file.stem}-{day}.{form}"', "Content-Type": TYPES[form]}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    if request.method != "HEAD":
        with file.open("rb") as body:
            while part := body.read(COPIED):
                await response.write(part)
    await response.write_eof()
    return response


def routes() -> Sequence[Route]:
    kinds = "|".join(SheetKind)
    return (
        Route("GET", "/console/exports", listing, May.EXPORT),
        Route("GET", f"/console/exports/{{kind:{kinds}}}.{{form:csv|xlsx}}", take, May.EXPORT, limits=(TAKEN,)),
    )
