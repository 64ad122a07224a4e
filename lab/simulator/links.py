"""What a text that was read from a picture, or tapped in a message, leads to."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from lab.simulator.preview import is_loopback

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Reading:
    """A text; `start` is the payload when it is a deep link of a bot here, `page` its address when it may be opened.

    `group` is the payload, perhaps empty, of a link that brings a bot into a group.

    Only pages of this machine may be opened.
    """

    text: str
    bot: str = ""
    start: str = ""
    page: str = ""
    group: str | None = None


def is_same_machine(parts: SplitResult, host: str) -> bool:
    """Whether a web address names the host the page itself came from, on any port."""
    return parts.scheme.lower() in ("http", "https") and parts.hostname == urlsplit(f"//{host}").hostname


def reading(text: str, *, bots: list[str], link_base: str | None, host: str) -> Reading:
    """Classify `text`.

    Deep links are `https://t.me/BOT?start=…`, `tg://resolve?domain=BOT&start=…`, and `link_base` or `/demo/` of `host`
    with `?start=…`; with `startgroup` instead they bring the bot into a group.
    """
    try:
        parts = urlsplit(text.strip())
        query = parse_qs(parts.query, keep_blank_values=True)
    except ValueError:
        return Reading(text)
    page = text.strip() if is_loopback(text.strip()) or is_same_machine(parts, host) else ""
    payload, group = query.get("start", [""])[0], query.get("startgroup", [None])[0]
    if not PAYLOAD.fullmatch(payload) and (group is None or (group and not PAYLOAD.fullmatch(group))):
        return Reading(text, page=page)
    bot = named_in(parts, query, bots=bots, ours=is_ours(text, parts, link_base=link_base, host=host))
    return Reading(text, bot=bot, start=payload, page=page, group=group) if bot else Reading(text, page=page)


def is_ours(text: str, parts: SplitResult, *, link_base: str | None, host: str) -> bool:
    """Whether an address is that of this web chat."""
    here = parts.scheme.lower() in ("http", "https") and parts.netloc.lower() == host.lower() and parts.path.rstrip("/") == "/demo"
    return here or (link_base is not None and text.strip().lower().startswith(link_base.lower()))


def named_in(parts: SplitResult, query: dict[str, list[str]], *, bots: list[str], ours: bool) -> str:
    """The bot here that a deep link names; an address of the web chat that names none means the first."""
    known = {name.lower(): name for name in bots}
    scheme, netloc = parts.scheme.lower(), parts.netloc.lower()
    if scheme in ("http", "https") and netloc in ("t.me", "telegram.me"):
        return known.get(parts.path.strip("/").lower(), "")
    if scheme == "tg" and netloc == "resolve":
        return known.get(query.get("domain", [""])[0].lower(), "")
    return query.get("bot", bots[:1])[0] if ours and bots else ""
