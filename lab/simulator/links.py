"""What a text that was read from a picture, or tapped in a message, leads to."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from lab.simulator.preview import is_loopback

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Reading:
    """A text; `start` is the payload when it is a deep link of a bot here, `page` its address when it may be opened.

    Only pages of this machine may be opened.
    """

    text: str
    bot: str = ""
    start: str = ""
    page: str = ""


def is_same_machine(parts: SplitResult, host: str) -> bool:
    """Whether a web address names the host the page itself came from, on any port."""
    return parts.scheme.lower() in ("http", "https") and parts.hostname == urlsplit(f"//{host}").hostname


def reading(text: str, *, bots: list[str], link_base: str | None, host: str) -> Reading:
    """Classify `text`.

    Deep links are `https://t.me/BOT?start=…`, `tg://resolve?domain=BOT&start=…`, and `link_base` or `/demo/` of `host`
    with `?start=…`.
    """
    try:
        parts = urlsplit(text.strip())
        query = parse_qs(parts.query)
    except ValueError:
        return Reading(text)
    page = text.strip() if is_loopback(text.strip()) or is_same_machine(parts, host) else ""
    payload = query.get("start", [""])[0]
    if not PAYLOAD.fullmatch(payload):
        return Reading(text, page=page)
    named = {name.lower(): name for name in bots}
    scheme, netloc = parts.scheme.lower(), parts.netloc.lower()
    if scheme in ("http", "https") and netloc in ("t.me", "telegram.me"):
        bot = named.get(parts.path.strip("/").lower(), "")
    elif scheme == "tg" and netloc == "resolve":
        bot = named.get(query.get("domain", [""])[0].lower(), "")
    else:
        ours = scheme in ("http", "https") and netloc == host.lower() and parts.path.rstrip("/") == "/demo"
        ours = ours or (link_base is not None and text.strip().lower().startswith(link_base.lower()))
        bot = query.get("bot", bots[:1])[0] if ours and bots else ""
    return Reading(text, bot=bot, start=payload, page=page) if bot else Reading(text, page=page)
