"""What a browser says it is, coarsely: enough for its owner to know it again, too little to follow it by."""

from aiohttp import web

BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))


def browser(request: web.Request) -> str:
    """Firefox · Windows; "" for one that we do not know."""
    said = request.headers.get("User-Agent", "")[:400]
    found = (next((name for mark, name in known if mark in said), "") for known in (BROWSERS, SYSTEMS))
    return " · ".join(name for name in found if name)
