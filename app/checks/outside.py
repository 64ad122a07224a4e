"""What is not on this machine: Redis, Telegram, and the way back to our own address."""

from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from app.checks.clocks import compared
from app.checks.finding import Finding, look, ok, wrong
from app.settings import TELEGRAM, Settings

SECONDS = 5.0
SLOW = 0.05
MANY_PENDING = 100
LONGEST_HOST = 21


async def redis(settings: Settings) -> list[Finding]:
    from storage.engine import async_url, is_sqlite

    if settings.redis_url is None:
        if is_sqlite(async_url(settings.database)):
            return [ok("redis", "not set; one process needs none")]
        return [look("redis", "not set: well for one process; several need MASHANG_REDIS_URL to share the send budget")]
    try:
        from redis.asyncio import Redis
        from redis.exceptions import RedisError
    except ImportError:
        return [wrong("redis", "MASHANG_REDIS_URL is set, but the package is not installed: pip install 'mashang[redis]'")]
    from app.clock import SystemClock

    clock, server = SystemClock(), Redis.from_url(settings.redis_url.get_secret_value(), socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
    try:
        await server.time()
        before = clock.monotonic()
        await server.time()
        took = clock.monotonic() - before
        version = (await server.info("server"))["redis_version"]
        seconds, microseconds = await server.time()
        ahead = clock.now().timestamp() - seconds - microseconds / 1e6
    except (RedisError, OSError, TimeoutError) as error:
        return [look("redis", f"does not answer ({type(error).__name__}): the house works without it, more slowly; start it, or look at MASHANG_REDIS_URL")]
    finally:
        await server.aclose()
    says = f"version {version}, answers in {took * 1000:.1f} ms"
    return [look("redis", f"{says}: slow") if took > SLOW else ok("redis", says), compared("redis clock", ahead, other="Redis")]


async def telegram(settings: Settings) -> list[Finding]:
    """What the Bot API says of our bot, within some seconds; not reachable is no fault of the house."""
    if settings.bot_token is None:
        return [wrong("telegram", "MASHANG_BOT_TOKEN is not set")]
    import aiohttp

    from app.clock import SystemClock

    base = f"{settings.bot_api_url}/bot{settings.bot_token.get_secret_value()}"
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
            async with session.get(f"{base}/getMe", proxy=settings.telegram_proxy) as answer:
                me, date, now = await answer.json(content_type=None), answer.headers.get("Date"), SystemClock().now()
            async with session.get(f"{base}/getWebhookInfo", proxy=settings.telegram_proxy) as answer:
                hook = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        through = "the proxy (MASHANG_TELEGRAM_PROXY)" if settings.telegram_proxy else "the network, or set MASHANG_TELEGRAM_PROXY"
        return [look("telegram", f"cannot be reached ({type(error).__name__}): look at {through}; what is to be sent waits here")]
    if not isinstance(me, dict) or not me.get("ok"):
        return [wrong("telegram", "does not know this token: take the one of @BotFather and set MASHANG_BOT_TOKEN")]
    name = me.get("result", {}).get("username", "?")
    found = [ok("telegram", f"@{name}, updates by {settings.updates}" + ("" if settings.bot_api_url == TELEGRAM else ", another Bot API server"))]
    if date and (clock := clock_of(date, now.timestamp())) is not None:
        found.append(clock)
    result = hook.get("result", {}) if isinstance(hook, dict) else {}
    return [*found, webhook(settings, result if isinstance(result, dict) else {})]


def clock_of(date: str, now: float) -> Finding | None:
    """Ours against Telegram's, which says whole seconds: half of one is taken off."""
    try:
        other = parsedate_to_datetime(date).timestamp() + 0.5
    except (ValueError, TypeError):
        return None
    return compared("tg clock", now - other, other="Telegram")


def webhook(settings: Settings, told: dict[str, Any]) -> Finding:
    """Whether updates come the way that was set, how many wait, and what went wrong last. The path is a secret and is not said."""
    url, waiting, error = str(told.get("url") or ""), int(told.get("pending_update_count") or 0), str(told.get("last_error_message") or "")
    says = f"{waiting} updates wait at Telegram"
    if settings.updates == "polling":
        return look("updates", f"a webhook is set at {urlsplit(url).netloc}: serve takes it off when it starts") if url else ok("updates", says)
    ours = urlsplit(settings.public_url or "").netloc
    if not url:
        return look("updates", f"no webhook is set: serve sets it when it starts; {says}")
    if urlsplit(url).netloc != ours:
        return wrong("updates", f"the webhook leads to {urlsplit(url).netloc}, not to {ours}: restart serve, and stop any other with this token")
    if error:
        return look("updates", f"{says}; the last error was: {error[:120]}")
    return look("updates", f"{says}: is serve running?") if waiting > MANY_PENDING else ok("updates", says)


async def public_url(settings: Settings) -> list[Finding]:
    """The address in every code: short enough to print well, and leading here."""
    if settings.public_url is None:
        return [wrong("public url", "MASHANG_PUBLIC_URL is not set: codes have no address")]
    host = settings.public_url.partition("://")[2]
    says = f"host of {len(host)} characters; {LONGEST_HOST} at most keep the QR at version 8-M"
    return [ok("code size", says) if len(host) <= LONGEST_HOST else look("code size", says), await reached(settings.public_url)]


async def reached(url: str) -> Finding:
    """Whether our own address answers from here. From outside is another matter: try a telephone without our network."""
    import aiohttp

    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
            session.get(f"{url}/healthz", allow_redirects=False) as answer,
        ):
            return ok("public url", "answers from here") if answer.status == 200 else look("public url", f"answers {answer.status}, not 200: is serve running?")
    except aiohttp.ClientSSLError as error:
        return wrong("public url", f"its certificate is not accepted ({type(error).__name__}): no phone will open it")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return look("public url", f"does not answer from here ({type(error).__name__}): is serve running, and the reverse proxy? Try a telephone")


def proxies(settings: Settings) -> Finding:
    """Whose word about an address is believed: anybody's of these may pretend to be anybody."""
    given = [ip_address(each) for each in filter(None, settings.proxies.split(","))]
    strange = [str(each) for each in given if each.is_global]
    if strange:
        return look("proxies", f"{', '.join(strange)} on the open internet is believed about where people come from: is that your own proxy?")
    if not given:
        return ok("proxies", "none is believed; without a reverse proxy that is right")
    return ok("proxies", f"believed about where people come from: {', '.join(map(str, given))}")
