"""What the web entrance is told about itself by the assembly."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def never_away(_: BaseException) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a scanner believes before anything else: whose codes, and the root key's point."""

    issuer: str
    x: bytes
    y: bytes


@dataclass(frozen=True, slots=True)
class Site:
    """One office on the web.

    `secure` binds cookies to https and sends HSTS. `drill_only` puts the demo frame around every page. `chat_url`
    opens the chat with the bot (https://t.me/BOTNAME); without it no page points to it. `ready` names the parts that are not ready,
    `degraded` what is done without while all goes on. `proxies` are the addresses whose X-Forwarded-For is believed.
    `away` tells of a fault whether it means that the database cannot be reached. `late` says what the watchdog calls late, `metrics`
    makes the page of figures, and whoever has `metrics_token` may read it from elsewhere. `anchor` is what the scanner is built on.
    """

    office_name: str
    public_url: str
    zone: ZoneInfo
    secure: bool
    drill_only: bool
    webhook_path: str | None
    webhook_secret: str | None
    chat_url: str | None
    ready: Callable[[], Awaitable[list[str]]]
    degraded: Callable[[], list[str]] = list
    office_phone: str | None = None
    proxies: frozenset[str] = LOOPBACK
    away: Callable[[BaseException], bool] = never_away
    late: Callable[[], list[str]] = list
    metrics: Callable[[], bytes] | None = None
    metrics_token: str | None = None
    anchor: Anchor | None = None

    def __post_init__(self) -> None:
        if self.webhook_path is not None and not self.webhook_secret:
            raise ValueError("a webhook without a secret would believe anybody")

    @property
    def cookie(self) -> str:
        """The name of the session cookie; the prefix makes browsers hold it to https, this host and the whole path."""
        return "__Host-mashang" if self.secure else "mashang"

    @property
    def login_cookie(self) -> str:
        """The name of the cookie of a browser that wants in and is not in yet."""
        return f"{self.cookie}-login"
