"""The web chat's files under `/demo/`, under a policy that lets nothing else in."""

from pathlib import Path

from aiohttp import web

PAGE = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class PageSide:
    """Serves the files that lie in `page/` when the simulator is built, and no other."""

    def __init__(self) -> None:
        self._files = {
            path.name: (path.read_bytes(), KINDS[path.suffix]) for path in PAGE.iterdir() if path.suffix in KINDS
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.home),
            web.get("/demo", self.home),
            web.get("/demo/", self.index),
            web.get("/demo/{name}", self.file),
        ]

    async def home(self, request: web.Request) -> web.Response:
        query = f"?{request.query_string}" if request.query_string else ""
        raise web.HTTPFound(f"/demo/{query}")

    async def index(self, request: web.Request) -> web.Response:
        return self._give("index.html")

    async def file(self, request: web.Request) -> web.Response:
        return self._give(request.match_info["name"])

    def _give(self, name: str) -> web.Response:
        if name not in self._files:
            raise web.HTTPNotFound
        body, kind = self._files[name]
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=HEADERS)
