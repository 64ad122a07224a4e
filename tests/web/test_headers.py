"""What goes with every answer there is: nothing from elsewhere, nothing framed, nothing kept, nothing guessed."""

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestServer, make_mocked_request

from tests import cast
from tests.houses import Town
from tests.web.conftest import Office, the_application
from tests.web.pages import NO_PAGES, PAGES, Scene, a_scene
from tests.web.test_csrf import address
from web.keys import TABLE
from web.middlewares.headers import add_headers

POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "connect-src": "'self'", "form-action": "'self'",
    "frame-ancestors": "'none'", "base-uri": "'none'", "object-src": "'none'", "manifest-src": "'self'", "require-trusted-types-for": "'script'",
    "trusted-types": "default",
}  # fmt: skip
HEADERS = {
    "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip
SIGNED = ("/api/v1/trust.json", "/api/v1/revoked.json")
"""May be kept and asked for again by its ETag: tests/web/test_lists.py."""


def wrong_with(answer: ClientResponse, *, secure: bool = False, kept: bool = False) -> list[str]:
    """Every header that is not as it must be."""
    policy = dict(part.strip().split(" ", 1) for part in answer.headers.get("Content-Security-Policy", "none none").split(";"))
    wrong = [f"policy {policy}"] if policy != POLICY else []
    wrong += [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    wrong += ["X-Robots-Tag"] if not answer.headers.get("X-Robots-Tag", "").startswith("noindex") else []
    wrong += ["Permissions-Policy"] if not all(f"{one}=()" in answer.headers.get("Permissions-Policy", "") for one in ("camera", "geolocation")) else []
    wrong += ["Cache-Control"] if (answer.headers.get("Cache-Control") == "no-store") is kept else []
    wrong += ["HSTS"] if ("Strict-Transport-Security" in answer.headers) is not secure else []
    wrong += ["Server"] if answer.headers.get("Server") != "mashang" else []
    return wrong


async def answers(scene: Scene) -> AsyncIterator[tuple[str, ClientResponse]]:
    """An answer of every route: pages to who may see them, machines' answers and streams to an officer, a refusal to whoever posts from elsewhere."""
    office, order = scene.office, scene.order.id
    photo = f"/reports/{scene.report.number}/photos/00000000-0000-0000-0000-000000000000"
    others = {
        "/S": "/S?code=AAAA", "/s/{code}": "/s/aaaa", "/live/board/{order}": f"/live/board/{order}", "/live/board/{order}/page": f"/live/board/{order}/page",
        "/api/v1/orders/{order}/board": f"/api/v1/orders/{order}/board", "/reports/{number}/photos/{photo}": photo,
        "/static/{hash}/{name}": "/static/00/style.css",
    }  # fmt: skip
    visits = [visit for found in PAGES.values() for visit in found(scene)] + [(cast.OFFICER, others.get(path, path)) for path in NO_PAGES]
    for who, path in visits:
        sent = {"Cookie": f"mashang={await scene.cookie(who)}"} if who else {}
        async with office.program().get(path, headers=sent, allow_redirects=False) as answer:
            yield path, answer
    for route in office.server.app[TABLE].values():
        if route.method != "GET":
            async with office.program().request(route.method, address(route.path), data={}, allow_redirects=False) as answer:
                yield f"{route.method} {route.path}", answer


async def test_every_route_answers_with_all_headers(office: Office) -> None:
    walked = 0
    async for path, answer in answers(await a_scene(office)):
        walked += 1
        if path.startswith("/scan/"):
            continue  # policies of their own: tests/web/scanner/test_bundle.py
        assert wrong_with(answer, kept=path.startswith("/static/") or path in SIGNED) == [], path
    assert walked > len(office.server.app[TABLE])


async def test_refusals_and_faults_carry_them_too(office: Office) -> None:
    reader = office.browser()
    for method, path in (("GET", "/nowhere"), ("PUT", "/"), ("GET", "/board"), ("POST", "/S/AAAA/report"), ("GET", "/api/nowhere")):
        async with reader.request(method, path, allow_redirects=False) as answer:
            assert answer.status >= 400 or path.startswith("/S")
            assert wrong_with(answer) == [], path


async def test_over_https_browsers_are_told_to_stay_there(town: Town) -> None:
    server = TestServer(the_application(town, secure=True))
    async with server:
        office = Office(town, server)
        for path in ("/", "/nowhere", "/healthz"):
            async with office.browser().get(path) as answer:
                assert wrong_with(answer, secure=True) == [], path
                assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        await office.close()


@pytest.mark.parametrize(("path", "own"), [("/board", False), ("/scanner", False), ("/S/scan/", False), ("/scan/check.html", True)])
async def test_only_the_scanner_has_a_policy_of_its_own(office: Office, path: str, own: bool) -> None:
    answer = web.Response(headers={"Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'", "Permissions-Policy": "camera=(self)"})
    await add_headers(make_mocked_request("GET", path, app=office.server.app), answer)
    assert ("wasm" in answer.headers["Content-Security-Policy"]) is own
    assert ("camera=(self)" in answer.headers["Permissions-Policy"]) is own
    assert "microphone=()" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/", "/S/AAAA", "/board?all=1"])
async def test_no_page_holds_what_its_policy_forbids(office: Office, path: str) -> None:
    page = await (await (await office.sign_in(cast.OFFICER)).get(path)).text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|\bstyle=|\son[a-z]+=|<style|<iframe|<object|javascript:|https?://(?!t\.me)", page)
