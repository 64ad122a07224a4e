"""Files of the scanner that are written for this office: who it is, its words, what a phone's home screen shows, its list of files."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Final

from codes.errors import HostInvalid
from codes.hosts import origin
from codes.qr import svg
from codes.signing import base64url
from domain.text import N_
from locales.catalogue import LANGUAGES, Catalogue, Catalogues
from web.scanner.words import WORDS
from web.site import Site

THEME: Final = "#0b5c5c"
PLAIN: Final = "Mashang"
NAME: Final = N_("{office} safety codes")
SHORT_NAME: Final = N_("Code scanner")
HTML_LANGUAGE: Final = {"zh_CN": "zh-CN", "en": "en"}
SAMPLE: Final = "HTTPS://CHECK.EXAMPLE/S/MASHANG"


def office_js(site: Site, *, version: str) -> str:
    """`office.js`: the trust anchor and the name. Scripts, so that it is part of what a version of the scanner is."""
    office = {
        "issuer": site.anchor.issuer if site.anchor else "",
        "name": site.office_name or PLAIN,
        "hosts": hosts(site.public_url),
        "root": {"x": base64url(site.anchor.x), "y": base64url(site.anchor.y)} if site.anchor else None,
        "drillOnly": site.drill_only,
        "version": version,
        "zone": site.zone.key,
        "languages": list(LANGUAGES),
    }
    return f"export const OFFICE = {json.dumps(office, ensure_ascii=False, sort_keys=True)};\n"


def hosts(public_url: str) -> list[str]:
    """The origin that stands in this office's codes; none when no code can be printed with its address."""
    try:
        return [origin(public_url)]
    except HostInvalid:
        return []


def words_json(catalogues: Catalogues, language: str) -> str:
    """Every sentence of the scanner in this language, with its fields still open."""
    catalogue = catalogues.of(language)
    return json.dumps({key: catalogue.open(sentence) for key, sentence in WORDS.items()}, ensure_ascii=False, sort_keys=True)


@cache
def sample() -> str:
    """A code of nobody, with a size of its own: what a phone tries its decoder with."""
    return svg(SAMPLE).replace("<svg ", '<svg width="320" height="320" ', 1)


def manifest(site: Site, catalogue: Catalogue) -> str:
    """What installs the scanner on a phone, in the language of the office."""
    icons = [
        {"src": "/scan/icon-192.png", "sizes": "192x192", "type": "image/png"},
        {"src": "/scan/icon-512.png", "sizes": "512x512", "type": "image/png"},
        {"src": "/scan/icon-maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    names = {"name": catalogue.say(NAME, office=site.office_name or PLAIN), "short_name": catalogue.say(SHORT_NAME)}
    body = {
        **names, "id": "/scan/", "lang": HTML_LANGUAGE[catalogue.language], "start_url": "/scan/", "scope": "/scan/", "display": "standalone",
        "orientation": "portrait", "background_color": THEME, "theme_color": THEME, "icons": icons,
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False)


def service_worker(template: str, *, version: str, files: Iterable[str]) -> str:
    """`sw.js` with its version and its list of files."""
    return template.replace('"@VERSION@"', json.dumps(version)).replace('["@FILES@"]', json.dumps(sorted(files)))
