"""Lists brought by a page: choose a file, see how it is read, try it, take it in. The file waits sealed for half an hour, and is never changed on the way."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from domain.access import May
from domain.errors import Invalid
from domain.lists import COLUMNS, LARGEST_UPLOAD, LEFT_OUT, ListKind, Upload
from domain.text import N_
from papers.columns import header_of
from papers.previews import first_rows
from papers.sheets import HEADERS
from papers.tables import Table, laid_out
from services.imports import Report
from services.list_imports import Read
from web.forms import form
from web.keys import ACTOR, CATALOGUE, PAGES, SERVICES
from web.limiting import Limit
from web.middlewares.errors import NoSuchPage
from web.routing import Route
from web.uploads import brought

BROUGHT = Limit("uploads", most=10, seconds=60)
MOST_SHOWN = 100
KINDS: Mapping[ListKind, str] = {
    ListKind.AREAS: N_("Areas"), ListKind.PEOPLE: N_("People of the list"), ListKind.SHELTERS: N_("Shelters"), ListKind.SITES: N_("Sites"),
    ListKind.WORKERS: N_("Workers"), ListKind.GROUPS: N_("Groups"), ListKind.HOLIDAYS: N_("Holidays"),
}  # fmt: skip


class NoFileChosen(Invalid):
    code = "no_file_chosen"
    text = N_("Choose a file and say what kind of list it is.")


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that waits, as it is read under a mapping; `said` is what was said of its headers here and is not known yet."""

    upload: Upload
    table: Table
    said: Mapping[str, str]

    @property
    def digest(self) -> str:
        return self.upload.digest.hex()


async def ask(request: web.Request) -> web.StreamResponse:
    """Which list, which file."""
    return request.app[PAGES].page(request, "import.html", kinds=KINDS, most=LARGEST_UPLOAD // 1024 // 1024)


async def bring(request: web.Request) -> web.StreamResponse:
    """Keep the file, sealed, when it can be read at all."""
    got = await brought(request, largest=LARGEST_UPLOAD)
    if got.fields.get("kind") not in set(ListKind) or not got.file:
        raise NoFileChosen()
    kind = ListKind(got.fields["kind"])
    await asyncio.to_thread(laid_out, got.file, kind, largest=LARGEST_UPLOAD)
    upload = await request.app[SERVICES].list_imports.keep(kind, got.file, by=request[ACTOR])
    raise web.HTTPSeeOther(f"/console/import/{upload.id}")


async def preview(request: web.Request) -> web.StreamResponse:
    """Which column became what, with a choice for each; the first rows, masked."""
    return _page(request, await _seen(request, {}))


async def check(request: web.Request) -> web.StreamResponse:
    """What would happen, row by row; nothing is stored."""
    seen = await _seen(request, dict(await form(request)))
    report = None
    if not seen.table.missing:
        read = Read(seen.table.rows, seen.table.problems, seen.said)
        report = await request.app[SERVICES].list_imports.take_in(seen.upload.kind, read, by=request[ACTOR], dry_run=True)
    return _page(request, seen, report=report)


async def take(request: web.Request) -> web.StreamResponse:
    """The same file, now for good."""
    fields = dict(await form(request))
    seen = await _seen(request, fields)
    if seen.table.missing:
        return _page(request, seen)
    read = Read(seen.table.rows, seen.table.problems, seen.said)
    report = await request.app[SERVICES].list_imports.confirm(seen.upload.id, read, digest=fields.get("digest", ""), by=request[ACTOR])
    return request.app[PAGES].page(request, "imported.html", kind=KINDS[seen.upload.kind], report=report, most=MOST_SHOWN)


async def drop(request: web.Request) -> web.StreamResponse:
    """Not this one."""
    await request.app[SERVICES].list_imports.drop(_id(request), by=request[ACTOR])
    raise web.HTTPSeeOther("/console/import")


async def _seen(request: web.Request, fields: Mapping[str, str]) -> Seen:
    """The file as it is read under what was said of its headers: here, else before. Its bytes are those that were brought, or it is refused."""
    lists = request.app[SERVICES].list_imports
    upload, body = await lists.waiting(_id(request), by=request[ACTOR])
    assert hashlib.sha256(body).digest() == upload.digest
    known = await lists.mapping(upload.kind, by=request[ACTOR])
    plain = await asyncio.to_thread(laid_out, body, upload.kind, mapping=known, largest=LARGEST_UPLOAD)
    said = _chosen(plain, fields)
    table = await asyncio.to_thread(laid_out, body, upload.kind, mapping=known | said, largest=LARGEST_UPLOAD) if said else plain
    return Seen(upload, table, said)


def _chosen(table: Table, fields: Mapping[str, str]) -> dict[str, str]:
    """What the form says of headers otherwise than they are read already."""
    said = {}
    for number, heading in enumerate(table.headings):
        chosen = fields.get(f"column-{number}")
        if chosen is not None and heading.header and chosen != (heading.column or LEFT_OUT):
            said[header_of(heading.header)] = chosen
    return said


def _page(request: web.Request, seen: Seen, *, report: Report | None = None) -> web.Response:
    kind = seen.upload.kind
    return request.app[PAGES].page(
        request, "importing.html", seen=seen, kind=KINDS[kind], columns=COLUMNS[kind], headers=HEADERS, left_out=LEFT_OUT, first=first_rows(seen.table),
        report=report, most=MOST_SHOWN, missing=[request[CATALOGUE].say(HEADERS[column]) for column in seen.table.missing],
    )  # fmt: skip


def _id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["upload"])
    except ValueError:
        raise NoSuchPage() from None


def routes() -> Sequence[Route]:
    one = "/console/import/{upload}"
    return (
        Route("GET", "/console/import", ask, May.GRANT),
        Route("POST", "/console/import", bring, May.GRANT, limits=(BROUGHT,), uploads=True),
        Route("GET", one, preview, May.GRANT),
        Route("POST", f"{one}/check", check, May.GRANT),
        Route("POST", f"{one}/take", take, May.GRANT, fresh=True),
        Route("POST", f"{one}/drop", drop, May.GRANT),
    )
