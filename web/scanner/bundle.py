"""The scanner's files, from a list that is fixed when the application starts: nothing else is served under /scan/."""

import gzip
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from aiohttp import web

from locales.catalogue import LANGUAGES, Catalogues
from web.keys import SCANNER
from web.middlewares.errors import NoSuchPage
from web.rendering import HERE
from web.routing import Open, Route
from web.scanner.generated import manifest, office_js, sample, service_worker, words_json
from web.scanner.icons import ICONS
from web.site import Site

TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml",
    ".wasm": "application/wasm", ".webmanifest": "application/manifest+json",
}  # fmt: skip
TEXTS: Final = frozenset({".css", ".html", ".js", ".json", ".svg", ".webmanifest"})
PACKED: Final = TEXTS | {".wasm"}
INDEX: Final = "index.html"
WORKER: Final = "sw.js"
NPM: Final = ("zxing-reader.js", "zxing-reader.wasm")
COMMON: Final = (
    "default-src 'none'", "connect-src 'self'", "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'",
    "require-trusted-types-for 'script'", "trusted-types scanner",
)  # fmt: skip
PAGE: Final = "; ".join((
    *COMMON, "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "media-src 'self' blob:", "manifest-src 'self'", "worker-src 'self'",
))  # fmt: skip
DECODER: Final = "; ".join((*COMMON, "script-src 'self' 'wasm-unsafe-eval'"))
"""The worker that decodes compiles WebAssembly; it alone may, and nothing may make a script out of text."""


class File:
    """One file of the scanner, made when it is first asked for."""

    def __init__(self, name: str, make: Callable[[], bytes]) -> None:
        self.name = name
        self.suffix = Path(name).suffix
        self._make = make

    @cached_property
    def body(self) -> bytes:
        return self._make()

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.body, mtime=0)

    @cached_property
    def hash(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:32]

    @property
    def headers(self) -> Mapping[str, str]:
        """What a page of the scanner may do, and what its decoder may; every other file keeps the policy of the house."""
        if self.suffix == ".html":
            return {"Content-Security-Policy": PAGE, "Permissions-Policy": "camera=(self)"}
        return {"Content-Security-Policy": DECODER} if self.name == "decode.js" else {}


@dataclass(frozen=True, slots=True)
class Bundle:
    """Every file by name, and the version that all of them are."""

    files: Mapping[str, File]
    version: str

    @property
    def decodes(self) -> bool:
        """Whether the build brought the decoder."""
        return all(name in self.files for name in NPM)


def bundled(site: Site, catalogues: Catalogues, *, folder: Path = HERE / "static") -> Bundle:
    """The scanner of this office."""
    files = {file.name: file for file in (*written(folder), *made(site, catalogues))}
    drawn = {name: File(name, draw) for name, draw in ICONS.items()}
    worker = files.pop(WORKER, None)
    digest = hashlib.sha256(office_js(site, version="").encode())
    for name in sorted(files):
        digest.update(f"{name} {files[name].hash}\n".encode())
    if worker is not None:
        digest.update(worker.body)
    version = digest.hexdigest()[:16]
    files["office.js"] = File("office.js", lambda: office_js(site, version=version).encode())
    files |= drawn
    if worker is not None:
        paths = ["/scan/", *(f"/scan/{name}" for name in files if name != INDEX)]
        files[WORKER] = File(WORKER, lambda: service_worker(worker.body.decode(), version=version, files=paths).encode())
    return Bundle(files, version)


def written(folder: Path) -> Iterator[File]:
    """What stands in web/static/scan, and the decoder where the build brought it."""
    for file in sorted((folder / "scan").iterdir()):
        if file.suffix in TYPES:
            yield File(file.name, file.read_bytes)
    for name in NPM:
        if (folder / "npm" / name).is_file():
            yield File(name, (folder / "npm" / name).read_bytes)


def made(site: Site, catalogues: Catalogues) -> Iterator[File]:
    yield File("manifest.webmanifest", lambda: manifest(site, catalogues.of(None)).encode())
    yield File("check-code.svg", lambda: sample().encode())
    for language in LANGUAGES:
        yield File(f"words-{language}.json", lambda language=language: words_json(catalogues, language).encode())  # type: ignore[misc]


async def index(request: web.Request) -> web.Response:
    """The scanner itself."""
    return answer(request, INDEX)


async def file(request: web.Request) -> web.Response:
    """One of its files. The page is at /scan/ alone, so that it is kept once."""
    name = request.match_info["file"]
    return answer(request, "" if name == INDEX else name)


async def without_slash(_: web.Request) -> web.StreamResponse:
    """As people type it."""
    raise web.HTTPPermanentRedirect("/scan/")


def answer(request: web.Request, name: str) -> web.Response:
    """The file, or that the browser has it already. Asked for each time (no-cache), sent again only when it changed."""
    bundle = request.app[SCANNER]
    found = bundle.files.get(name)
    if found is None:
        raise NoSuchPage()
    packs = found.suffix in PACKED and "gzip" in request.headers.get("Accept-Encoding", "")
    tag = f'"{found.hash}{"-gz" if packs else ""}"'
    common = {"Cache-Control": "no-cache", "ETag": tag, "Mashang-Version": bundle.version}
    headers = {**common, **found.headers, **({"Vary": "Accept-Encoding"} if found.suffix in PACKED else {})}
    if tag in (part.strip() for part in request.headers.get("If-None-Match", "").split(",")):
        return web.Response(status=304, headers=headers)
    if packs:
        headers["Content-Encoding"] = "gzip"
    charset = "utf-8" if found.suffix in TEXTS else None
    return web.Response(body=found.packed if packs else found.body, content_type=TYPES[found.suffix], charset=charset, headers=headers)


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/scan", without_slash, Open.EVERYBODY),
        Route("GET", "/scan/", index, Open.EVERYBODY),
        Route("GET", "/scan/{file}", file, Open.EVERYBODY),
    )
