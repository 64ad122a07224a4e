"""Cards for the printer: which kind, for which area; the file is made when it is asked for and kept nowhere."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from aiohttp import web

from codes.shortcode import normalise
from domain.access import May
from domain.cards import CardKind, NothingToPrint, NotOfThisKind, Wanted
from domain.errors import Conflict
from domain.text import N_
from locales.catalogue import LANGUAGES
from papers.imprint import Imprint
from papers.ink import FontMissing
from papers.printing import Job, print_cards, print_one
from web.forms import form
from web.keys import ACTOR, CATALOGUE, CATALOGUES, CLOCK, PAGES, SERVICES, SITE
from web.limiting import Limit
from web.routing import Route

PRINTS = Limit("prints", most=10, seconds=60)
MOST: Final = 1000
"""In one file, which a browser waits for; longer prints are the command's."""
COPIED: Final = 256 * 1024
KINDS: Mapping[CardKind, str] = {
    CardKind.CARD: N_("Cards for the pocket, ten on a page"), CardKind.PENDANT: N_("Cards for the neck, four on a page"),
    CardKind.SHEET: N_("Roll call list with small codes"), CardKind.POSTER: N_("Posters of shelters and sites"),
    CardKind.NOTICE: N_("Hazard notice cards of households"),
}  # fmt: skip
TONGUES: Mapping[str, str] = {"zh_CN": "中文", "en": "English"}


class NoFontHere(Conflict):
    code = "no_font_here"
    text = N_("This server was built without the font for printing. Ask its operator: `make assets` brings it.")


async def choose(request: web.Request) -> web.StreamResponse:
    """What can be printed, and where the reader may."""
    areas = await request.app[SERVICES].cards.areas(by=request[ACTOR])
    return request.app[PAGES].page(
        request, "cards.html", kinds=KINDS, areas=areas, tongues=TONGUES, language=request[CATALOGUE].language, most=MOST,
    )  # fmt: skip


async def take(request: web.Request) -> web.StreamResponse:
    """The file. It is drawn in a thread."""
    fields = await form(request)
    wanted, imprint = _wanted(fields), _imprint(request, fields)
    with TemporaryDirectory(prefix="mashang-cards-") as folder:
        job = Job(wanted, Path(folder) / f"{wanted.kind.value}-{wanted.area}.pdf", imprint, part=MOST, most=MOST)
        try:
            printed = await print_cards(request.app[SERVICES].cards, job, by=request[ACTOR])
        except FontMissing:
            raise NoFontHere() from None
        if not printed.files:
            raise NothingToPrint()
        return await _sent(request, printed.files[0])


async def take_one(request: web.Request) -> web.StreamResponse:
    """The file of one card that was replaced, lost or given out; by its short code."""
    fields = await form(request)
    wanted, leaf = await request.app[SERVICES].cards.single(normalise(fields.get("short", "")) or "", by=request[ACTOR])
    with TemporaryDirectory(prefix="mashang-cards-") as folder:
        file = Path(folder) / f"{wanted.kind.value}-{leaf.card.short}.pdf"
        try:
            await print_one(leaf, Job(wanted, file, _imprint(request, fields)))
        except FontMissing:
            raise NoFontHere() from None
        return await _sent(request, file)


def _wanted(fields: Mapping[str, str]) -> Wanted:
    """What the form asks for; a kind or a number that no form of ours sends is refused."""
    try:
        kind, blank = CardKind(fields.get("kind", "")), int(fields.get("blank") or 0)
    except ValueError:
        raise NotOfThisKind() from None
    return Wanted(kind, fields.get("area", ""), household=fields.get("household") == "1", blank=blank)


def _imprint(request: web.Request, fields: Mapping[str, str]) -> Imprint:
    site = request.app[SITE]
    language = fields.get("language", "")
    catalogue = request.app[CATALOGUES].of(language) if language in LANGUAGES else request[CATALOGUE]
    day = request.app[CLOCK].now().astimezone(site.zone).strftime("%Y-%m-%d")
    return Imprint(site.office_name, site.office_phone or "", day, catalogue)


async def _sent(request: web.Request, file: Path) -> web.StreamResponse:
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{file.name}"', "Content-Type": "application/pdf"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    with file.open("rb") as body:
        while part := body.read(COPIED):
            await response.write(part)
    await response.write_eof()
    return response


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/console/cards", choose, May.PRINT),
        Route("POST", "/console/cards", take, May.PRINT, limits=(PRINTS,)),
        Route("POST", "/console/cards/one", take_one, May.PRINT, limits=(PRINTS,)),
    )
