"""Where codes point: the public address, written in capitals so that the QR stays in its small alphanumeric mode."""

import re
from collections.abc import Collection
from ipaddress import ip_address
from typing import Final

from codes.errors import HostInvalid

LONGEST_HOST: Final = 21
"""Characters of host and port that leave an HTTPS code without scope at QR version 8-M, 30 mm in print."""

_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"(https?)://({_LABEL}(?:\.{_LABEL})*)(?::([1-9][0-9]{{0,4}}))?/?", re.ASCII | re.IGNORECASE)
_LINK: Final = re.compile(r"((?i:https?)://[^/?#\s]+)(/S/[A-Z2-7]+)", re.ASCII)
_STANDARD_PORT: Final = {"https": "443", "http": "80"}
_LONGEST_LINK: Final = 512


def origin(public_url: str) -> str:
    """`https://codes.example.org/` as codes write it: `HTTPS://CODES.EXAMPLE.ORG`.

    Plain http is taken for this machine and for private addresses only (demo). Raises HostInvalid for anything that is
    not a scheme, a host name or IPv4 address, and perhaps a port.
    """
    parts = _ADDRESS.fullmatch(public_url)
    if parts is None:
        raise HostInvalid(public_url)
    scheme, host, port = parts[1].lower(), parts[2], parts[3] or ""
    if len(host) > 253 or int(port or 1) > 0xFFFF or (scheme == "http" and not _stays_here(host)):
        raise HostInvalid(public_url)
    tail = f":{port}" if port and port != _STANDARD_PORT[scheme] else ""
    return f"{scheme}://{host}{tail}".upper()


def as_printed(text: str, *, hosts: Collection[str]) -> str:
    """A link to one of our `hosts` as an address bar writes it (scheme and host in any case), turned into the text that
    is printed; every other text comes back as it is. For pasted links; what a camera reads needs no help.
    """
    link = _LINK.fullmatch(text) if len(text) <= _LONGEST_LINK else None
    return link[1].upper() + link[2] if link is not None and link[1].upper() in hosts else text


def _stays_here(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return False
