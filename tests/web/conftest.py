"""A browser without a screen: a client of the real application over a town on a real database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from codes.signing import coordinates
from domain.access import Role
from services.actors import Actor
from storage.engine import away
from tests import cast
from tests.houses import BOT, Town, a_town
from tests.signing import Apps
from web.application import application
from web.middlewares.csrf import FIELD, token_of
from web.site import Anchor, Site

SECRET = "webhook-secret-0123456789"
WEBHOOK = "/telegram/5f1d2c"
Client = TestClient[web.Request, web.Application]


@dataclass(slots=True)
class Office:
    """A town on the web. `sign_in` gives a browser of somebody's own."""

    town: Town
    server: TestServer
    missing: list[str] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    _apps: Apps | None = None

    def browser(self) -> Client:
        """A browser that nobody has signed in with; cookies are kept, redirects are not followed."""
        client: Client = TestClient(self.server, headers={"Origin": str(self.server.make_url("/").origin())})
        self.clients.append(client)
        return client

    def program(self) -> Client:
        """A caller that is no browser: it sends no Origin."""
        client: Client = TestClient(self.server)
        self.clients.append(client)
        return client

    async def sign_in(self, who: tuple[str, str | None]) -> Client:
        client = self.browser()
        ticket = await self.town.house.services.sessions.ticket(by=await self.town.actor(who))
        answer = await client.post(f"/board/enter/{ticket}", allow_redirects=False)
        assert answer.status == 303, await answer.text()
        return client

    async def sign_in_with_digits(self, who: tuple[str, str | None]) -> Client:
        """The same by a confirmed code and six digits, which hold for five minutes."""
        client, opened = self.browser(), await self.apps.sign_in(who)
        client.session.cookie_jar.update_cookies({"mashang": opened.secret}, self.server.make_url("/"))
        return client

    @property
    def apps(self) -> Apps:
        if self._apps is None:
            self._apps = Apps(self.town)
        return self._apps

    async def close(self) -> None:
        for client in self.clients:
            await client.session.close()

    def form(self, client: Client, **fields: str) -> dict[str, str]:
        """The fields of a form as a page made for this browser holds them."""
        (cookie,) = [cookie.value for cookie in client.session.cookie_jar if cookie.key == "mashang"]
        return {FIELD: token_of(cookie), **fields}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path) as town:
        yield town


@pytest.fixture
async def office(town: Town) -> AsyncIterator[Office]:
    missing: list[str] = []

    async def ready() -> list[str]:
        return missing

    app = the_application(town, ready=ready)
    server = TestServer(app)
    async with server:
        opened = Office(town, server, missing)
        yield opened
        await opened.close()


@pytest.fixture
async def keeper(town: Town) -> Actor:
    return await town.actor(cast.KEEPER)


@pytest.fixture
async def admin(town: Town) -> None:
    """Mallory runs the server: GRANT and KEYS over the county, and not one person's name."""
    await town.house.services.grants.give((await town.person(cast.MALLORY[0])).id, Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)


async def nothing_missing() -> list[str]:
    return []


def the_application(
    town: Town, *, ready: Callable[[], Awaitable[list[str]]] = nothing_missing, secure: bool = False, drill_only: bool = False
) -> web.Application:
    house = town.house
    site = Site(
        office_name="莲都区应急管理局", public_url="https://ls.example.org", zone=ZoneInfo("Asia/Shanghai"), secure=secure, drill_only=drill_only,
        webhook_path=WEBHOOK, webhook_secret=SECRET, chat_url="https://t.me/LiShuiBot", ready=ready, away=away,
        anchor=Anchor(house.keys.codes.issuer, *coordinates(house.keys.codes.root)),
    )  # fmt: skip
    return application(
        house.services, updates=house.updates, bot_id=BOT, catalogues=house.catalogues, clock=town.clock, wakeups=house.wakeups, site=site
    )
