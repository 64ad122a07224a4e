"""Settings: from the environment only (MASHANG_*, or MASHANG_*_FILE for secrets); all problems are said at once."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.pins import Box

PREFIX = "MASHANG_"
SECRETS = ("BOT_TOKEN", "WEBHOOK_SECRET", "DATABASE_URL", "REDIS_URL", "METRICS_TOKEN", "HEARTBEAT_URL")
DEMO_ISSUER = "DM"
TELEGRAM = "https://api.telegram.org"


class SettingsWrong(Exception):
    """The environment does not describe a house that can run; `problems` says every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """What the operator decided. Frozen; read once, at the start."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data_dir: Path = Field(default=Path("var/mashang"), description="Where database, keys and media live.")
    database_url: SecretStr | None = Field(default=None, description="sqlite:///FILE or postgresql+asyncpg://…; default: SQLite in DATA_DIR.")
    redis_url: SecretStr | None = Field(default=None, description="redis://…, only for more than one process.")
    bot_token: SecretStr | None = Field(default=None, description="From @BotFather.")
    bot_api_url: str = Field(default=TELEGRAM, description="The Bot API server.")
    bot_link: str | None = Field(default=None, description="What a deep link starts with; default https://t.me/BOTNAME.")
    telegram_proxy: str | None = Field(default=None, description="An http://… proxy towards Telegram.")
    updates: Literal["polling", "webhook"] = Field(default="polling", description="How updates come.")
    webhook_secret: SecretStr | None = Field(default=None, description="Needed with UPDATES=webhook: 16 to 256 of A-Za-z0-9_-.")
    public_url: str | None = Field(default=None, description="https://HOST, printed into every code.")
    web_host: str = Field(default="127.0.0.1", description="Where the web service listens.")
    web_port: int = Field(default=8080, ge=1, le=65535, description="Its port.")
    issuer: str | None = Field(default=None, pattern=r"^[A-Z0-9]{2}$", description="Two characters that name this office in its codes.")
    office_name: str = Field(default="", max_length=60, description="The office's name as residents know it.")
    office_phone: str = Field(default="", max_length=20, pattern=r"^[0-9+ -]*$", description="The duty phone, shown on every public page.")
    proxies: str = Field(default="127.0.0.1,::1", description="Addresses of reverse proxies whose X-Forwarded-For is believed, comma-separated.")
    send_timeout: float = Field(default=5.0, gt=0, le=60, description="Seconds until a send counts as unknown.")
    send_share: float = Field(default=1.0, gt=0, le=1, description="This process's share of the send budget without Redis; 1.0: an equal one of all.")
    send_in_flight: int = Field(default=8, ge=1, le=200, description="How many messages may be on their way to Telegram at once.")
    timezone: str = Field(default="Asia/Shanghai", description="The office's time zone.")
    language: Literal["zh_CN", "en"] = Field(default="zh_CN", description="For whoever has not chosen.")
    bounds: str | None = Field(default=None, description="south,west,north,east of the office in degrees; default: around its shelters.")
    chat_detail: Literal["codes", "short", "full"] = Field(default="short", description="How much of a person is said in chat.")
    log: Literal["text", "json"] = Field(default="text", description="Lines of the log: for people, or one JSON object each.")
    metrics_token: SecretStr | None = Field(default=None, description="Whoever sends it as a bearer token may read /metrics; 16 characters or more.")
    metrics_port: int | None = Field(default=None, ge=1, le=65535, description="A second door on 127.0.0.1 with /metrics, /healthz and /readyz only.")
    heartbeat_url: SecretStr | None = Field(default=None, description="An https address elsewhere that is asked each minute while all is well.")
    updates_silence: float = Field(default=15.0, gt=0, le=1440, description="Minutes without an update by webhook after which waiting ones are an alarm.")
    lab_clock: Path | None = Field(default=None, description="A file that moves time; only with a Bot API server on loopback.")
    lab_send_rate: float | None = Field(default=None, ge=0, description="Messages a second, 0 = no limit; only with a Bot API server on loopback.")
    lab_sabotage: str | None = Field(default=None, description="A fault to prove that stories notice; only with a Bot API server on loopback.")

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("is not a time zone such as Asia/Shanghai") from None
        return value

    @field_validator("bounds")
    @classmethod
    def _is_box(cls, value: str | None) -> str | None:
        if value is not None:
            Box.read(value)
        return value

    @field_validator("proxies")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        for part in filter(None, value.replace(" ", "").split(",")):
            try:
                ip_address(part)
            except ValueError:
                raise ValueError(f"{part} is not an IP address") from None
        return value.replace(" ", "")

    @field_validator("public_url", "bot_api_url", "bot_link")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("is not an address such as https://safe.example.gov.cn")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = []
        if self.updates == "webhook" and not _good_secret(self.webhook_secret):
            problems.append("MASHANG_WEBHOOK_SECRET: with UPDATES=webhook a secret of 16 to 256 characters A-Za-z0-9_- is needed")
        if (self.lab_clock or self.lab_sabotage or self.lab_send_rate is not None) and not is_loopback(self.bot_api_url):
            problems.append("MASHANG_LAB_*: only with a Bot API server on loopback, never with real people")
        if self.public_url and urlsplit(self.public_url).path:
            problems.append("MASHANG_PUBLIC_URL: a scheme and a host only, such as https://safe.example.gov.cn; a path has no room in a code")
        if self.telegram_proxy and urlsplit(self.telegram_proxy).scheme != "http":
            problems.append("MASHANG_TELEGRAM_PROXY: only http://HOST:PORT")
        if self.public_url and self.public_url.startswith("http:") and not is_loopback(self.public_url) and self.issuer != DEMO_ISSUER:
            problems.append("MASHANG_PUBLIC_URL: must be https, except on loopback")
        if self.metrics_token and len(self.metrics_token.get_secret_value()) < 16:
            problems.append("MASHANG_METRICS_TOKEN: at least 16 characters")
        if self.heartbeat_url and not _good_heartbeat(self.heartbeat_url.get_secret_value()):
            problems.append("MASHANG_HEARTBEAT_URL: an https address such as https://hc-ping.com/…")
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @property
    def database(self) -> str:
        return self.database_url.get_secret_value() if self.database_url else f"sqlite:///{self.data_dir.absolute() / 'mashang.db'}"

    @property
    def keys_dir(self) -> Path:
        return self.data_dir / "keys"

    @property
    def box(self) -> Box | None:
        return Box.read(self.bounds) if self.bounds else None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def secure(self) -> bool:
        """Whether people reach us by https: cookies are then bound to it."""
        return bool(self.public_url and self.public_url.startswith("https:"))


def _good_secret(secret: SecretStr | None) -> bool:
    text = secret.get_secret_value() if secret else ""
    return 16 <= len(text) <= 256 and text.isascii() and all(c.isalnum() or c in "_-" for c in text)


def _good_heartbeat(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)))


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read(environment: Mapping[str, str] | None = None, **changed: object) -> Settings:
    """The settings of an environment (default: this process's), with `changed` on top. Raises SettingsWrong with every problem."""
    source = dict(os.environ if environment is None else environment)
    problems: list[str] = []
    given = {name.removeprefix(PREFIX).lower(): value for name, value in source.items() if name.startswith(PREFIX) and value}
    values: dict[str, object] = {name: value for name, value in given.items() if name in Settings.model_fields}
    for secret in SECRETS:
        file = source.get(f"{PREFIX}{secret}_FILE")
        if file:
            try:
                values[secret.lower()] = Path(file).read_text().strip()
            except OSError as error:
                problems.append(f"{PREFIX}{secret}_FILE: cannot read it ({error.strerror})")
    values.update(changed)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += [line for one in error.errors() for line in _problem(one["loc"], one["msg"])]
        raise SettingsWrong(problems) from None
    if problems:
        raise SettingsWrong(problems)
    return settings


def _problem(where: tuple[int | str, ...], said: str) -> list[str]:
    text = said.removeprefix("Value error, ")
    return [f"{PREFIX}{str(where[0]).upper()}: {text}"] if where else text.splitlines()
