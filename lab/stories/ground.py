"""What the office of an evening stands on: one file and one process, or a PostgreSQL server, a Redis and several processes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from uuid import uuid4

from lab.ports import free_port
from lab.proxy import Proxy
from lab.stories.house import ABSENT, HouseFell, Part
from lab.stories.reaper import Moment, falling_on

DATABASE, REDIS = "database", "redis"
FRONT, BACK = "bot-web", "delivery-scheduler"
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses of a PostgreSQL server, on which a database is made and dropped again, and of a Redis; and how many processes there are."""

    database: str
    redis: str
    processes: int = 2


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the house is built tonight."""

    settings: Mapping[str, str]
    """Of its commands, and of its processes where their own do not say otherwise."""
    parts: Sequence[Part]
    doors: Sequence[str]
    """Where its pages can be had; the first is the public address."""
    proxies: Mapping[str, Proxy] = field(default_factory=dict)
    """What stands between its processes and what they need."""

    def fate(self, planned: Sequence[Moment], *, seed: int) -> Sequence[Moment]:
        """Which process dies when."""
        fronts = [n for n, part in enumerate(self.parts) if part.name.startswith(FRONT)]
        backs = [n for n, part in enumerate(self.parts) if part.name.startswith(BACK)]
        return falling_on(planned, seed=seed, fronts=fronts, backs=backs) if fronts else planned


def ground_of(servers: Servers | None, *, folder: Path, api: str) -> AbstractAsyncContextManager[Ground]:
    """For one evening. `api` is the simulator's address. HouseFell when a server that was named is not there."""
    return one_process(api) if servers is None else several(servers, api)


@asynccontextmanager
async def one_process(api: str) -> AsyncIterator[Ground]:
    """Everything in one process, on a file in its data directory."""
    port = free_port()
    door = f"http://127.0.0.1:{port}"
    yield Ground({"PUBLIC_URL": door, "WEB_PORT": str(port), "BOT_API_URL": api}, [Part()], [door])


@asynccontextmanager
async def several(servers: Servers, api: str) -> AsyncIterator[Ground]:
    """Processes that answer and processes that deliver, each behind doors of ours, on a database of their own."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(a_database(servers.database))
        redis = urlsplit(servers.redis)
        proxies = {DATABASE: await before(database, 5432, stack), REDIS: await before(redis, 6379, stack)}
        through = {
            "DATABASE_URL": behind(proxies[DATABASE], database),
            "REDIS_URL": behind(proxies[REDIS], redis),
        }
        pairs = servers.processes // 2
        ports = [free_port() for _ in range(pairs)]
        doors = [f"http://127.0.0.1:{port}" for port in ports]
        fronts = [part_of(FRONT, n, api, through, WEB_PORT=str(port)) for n, port in enumerate(ports)]
        backs = [part_of(BACK, n, api, through) for n in range(pairs)]
        settings = {"PUBLIC_URL": doors[0], "DATABASE_URL": database.geturl(), "REDIS_URL": redis.geturl(), "BOT_API_URL": api}
        yield Ground(settings, [*fronts, *backs], doors, proxies)


def part_of(kind: str, number: int, api: str, through: Mapping[str, str], **settings: str) -> Part:
    """A process that runs the parts in its name; Telegram's log knows it by that."""
    name = f"{kind}-{number + 1}"
    return Part(name, ("--only", kind.replace("-", ",")), {**through, "BOT_API_URL": f"{api}/by/{name}", **settings})


@asynccontextmanager
async def a_database(server: str) -> AsyncIterator[SplitResult]:
    """The address of an empty database of ours on this server; dropped at the end, whoever is still in it."""
    name = f"story_{uuid4().hex}"
    await told(server, f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(server)._replace(path=f"/{name}")
    finally:
        await told(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def told(server: str, statement: str) -> None:
    import asyncpg

    address = urlsplit(server)
    try:
        connection = await asyncpg.connect(address._replace(scheme="postgresql").geturl(), timeout=PATIENCE)
    except (OSError, asyncpg.PostgresError) as error:
        raise HouseFell(f"no PostgreSQL at {address.hostname}:{address.port or 5432}: {error}", code=ABSENT, said="") from error
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def before(service: SplitResult, port: int, stack: AsyncExitStack) -> Proxy:
    """A door before this service; HouseFell when nobody is behind it."""
    host, port = service.hostname or "127.0.0.1", service.port or port
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), PATIENCE)
    except OSError as error:
        raise HouseFell(f"nobody answers at {host}:{port}: {error}", code=ABSENT, said="") from error
    writer.close()
    proxy = Proxy(host, port)
    await proxy.start()
    stack.push_async_callback(proxy.close)
    return proxy


def behind(proxy: Proxy, service: SplitResult) -> str:
    """The address of a service, through the door before it."""
    user, at, _ = service.netloc.rpartition("@")
    return service._replace(netloc=f"{user}{at}127.0.0.1:{proxy.port}").geturl()
