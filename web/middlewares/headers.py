"""Headers of every answer, streams and errors too: nothing from elsewhere, nothing framed, nothing kept.

Referrer-Policy is same-origin, not no-referrer: with the latter browsers send `Origin: null` with our own forms, and a page
opened over plain http in a local network has nothing else to be known by. Other sites are told nothing either way.

Trusted types: the one policy (static/trusted.js) lets htmx turn what the server rendered into markup, never text into a script.
"""

from aiohttp import web

from web.keys import SITE

POLICY = "; ".join([
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "form-action 'self'",
    "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "manifest-src 'self'", "require-trusted-types-for 'script'", "trusted-types default",
])  # fmt: skip
POWERS = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid", "idle-detection", "microphone", "midi", "payment",
    "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""What no page of ours may ask a browser for."""
HEADERS = {
    "Server": "mashang",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{power}=()" for power in POWERS),
}
OWN = frozenset({"Content-Security-Policy", "Permissions-Policy"})
"""What a file of the scanner may say of itself; under /scan/ and nowhere else."""
HSTS = "max-age=31536000; includeSubDomains"


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """For `on_response_prepare`. A handler's own Cache-Control stays; without one nothing is stored."""
    own = OWN & response.headers.keys() if request.path.startswith("/scan/") else frozenset[str]()
    response.headers.update({name: value for name, value in HEADERS.items() if name not in own})
    if "Permissions-Policy" in own:
        response.headers["Permissions-Policy"] = HEADERS["Permissions-Policy"].replace("camera=()", response.headers["Permissions-Policy"])
    response.headers.setdefault("Cache-Control", "no-store")
    if request.app[SITE].secure:
        response.headers["Strict-Transport-Security"] = HSTS
