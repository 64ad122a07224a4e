"""The scanner's files: a fixed list with the right types, a version, policies of their own, and nothing else under /scan/."""

import gzip
import hashlib
import io
import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from yarl import URL

from codes.signing import coordinates, from_base64url
from locales.catalogue import LANGUAGES, Catalogues
from tests.web.conftest import Office, nothing_missing
from tests.web.test_headers import HEADERS
from web.scanner.bundle import TYPES, Bundle, bundled
from web.scanner.words import WORDS
from web.site import Anchor, Site

OURS = Path(__file__).parents[3] / "web" / "static" / "scan"
EVERYWHERE = {
    "default-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'none'", "object-src": "'none'", "require-trusted-types-for": "'script'",
}  # fmt: skip


def site(name: str = "莲都区应急管理局", url: str = "https://ls.example.org") -> Site:
    return Site(
        office_name=name, public_url=url, zone=ZoneInfo("Asia/Shanghai"), secure=True, drill_only=False, webhook_path=None, webhook_secret=None,
        chat_url=None, ready=nothing_missing, anchor=Anchor("LS", b"x" * 32, b"y" * 32),
    )  # fmt: skip


def a_folder(at: Path, **files: str) -> Path:
    """A web/static with these files in its scan folder."""
    for folder in ("scan", "npm"):
        (at / folder).mkdir(exist_ok=True)
    for name, text in {"index_html": "<h1>", "app_js": "1", **files}.items():
        (at / "scan" / name.replace("_", ".")).write_text(text)
    return at


def built(at: Path, of: Site | None = None, **files: str) -> Bundle:
    return bundled(of or site(), Catalogues.packaged(), folder=a_folder(at, **files))


def policy(text: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in text.split(";"))


def office_of(script: str) -> dict[str, object]:
    found = re.fullmatch(r"export const OFFICE = (\{.*\});\n", script)
    assert found is not None
    return dict(json.loads(found[1]))


async def test_every_file_has_its_type_and_is_sent_once(office: Office) -> None:
    client = office.program()
    names = sorted(file.name for file in OURS.iterdir() if file.name != "index.html")
    assert {"verify.js", "decode.js", "camera.js", "check.html"} <= set(names)
    for name in (*names, "office.js", "words-zh_CN.json", "manifest.webmanifest", "icon-192.png", "check-code.svg"):
        async with client.get(f"/scan/{name}") as answer:
            assert (answer.status, answer.content_type) == (200, TYPES[Path(name).suffix]), name
            assert answer.headers["Cache-Control"] == "no-cache"
            assert {key: answer.headers[key] for key in HEADERS} == HEADERS
            body, tag = await answer.read(), answer.headers["ETag"]
        assert tag.strip('"').removesuffix("-gz") == hashlib.sha256(body).hexdigest()[:32]
        async with client.get(f"/scan/{name}", headers={"If-None-Match": f'W/"old", {tag}'}) as again:
            assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", tag)


async def test_a_browser_that_unpacks_gets_it_packed(office: Office) -> None:
    client = office.program()
    async with client.get("/scan/verify.js", headers={"Accept-Encoding": "identity"}) as plain:
        assert "Content-Encoding" not in plain.headers
        whole, plainly = await plain.read(), plain.headers["ETag"]
    async with client.get("/scan/verify.js", headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert packed.headers["ETag"] != plainly
        assert await packed.read() == whole == (OURS / "verify.js").read_bytes()


@pytest.mark.parametrize("path", [
    "/scan/nothing.js", "/scan/index.html", "/scan/../static/style.css", "/scan/%2e%2e/headers.py", "/scan/..%2f..%2fapplication.py",
    "/scan/%2e%2e%5cstyle.css", "/scan/words.py", "/scan/htmx.js", "/scan/made-from.txt", "/scan/zxing-reader.LICENSE", "/scan/verify.js%00",
    "/scan/npm/zxing-reader.js", "/scan//verify.js",
])  # fmt: skip
async def test_nothing_else_is_served(office: Office, path: str) -> None:
    async with office.program().session.get(URL(f"{office.server.make_url('/')}{path[1:]}", encoded=True)) as answer:
        assert answer.status == 404, path
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert policy(answer.headers["Content-Security-Policy"])["script-src"] == "'self'"


async def test_only_the_page_may_use_the_camera_and_only_its_worker_webassembly(office: Office) -> None:
    client, seen = office.program(), {}
    for name in ("check.html", "decode.js", "verify.js", "office.js"):
        async with client.get(f"/scan/{name}") as answer:
            seen[name] = policy(answer.headers["Content-Security-Policy"]), answer.headers["Permissions-Policy"]
    for name, (rules, _) in seen.items():
        assert {key: rules[key] for key in EVERYWHERE} == EVERYWHERE, name
        assert "unsafe-inline" not in str(rules)
        assert ("'wasm-unsafe-eval'" in rules["script-src"]) is (name == "decode.js")
    rules, powers = seen["check.html"]
    assert (rules["img-src"], rules["media-src"], rules["worker-src"]) == ("'self' blob:", "'self' blob:", "'self'")
    assert {name for name, (_, powers) in seen.items() if "camera=(self)" in powers} == {"check.html"}
    assert "geolocation=()" in powers
    assert "microphone=()" in powers
    async with client.get("/") as landing:
        assert "camera=()" in landing.headers["Permissions-Policy"]


async def test_the_page_is_found_without_its_slash(office: Office) -> None:
    async with office.program().get("/scan", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, "/scan/")


async def test_the_office_is_the_one_whose_keys_sign(office: Office) -> None:
    async with office.program().get("/scan/office.js") as answer:
        told = office_of(await answer.text())
    keys = office.town.house.keys.codes
    root = told["root"]
    assert isinstance(root, dict)
    assert (from_base64url(root["x"]), from_base64url(root["y"])) == coordinates(keys.root)
    assert (told["issuer"], told["hosts"], told["drillOnly"], told["zone"]) == ("LS", ["HTTPS://LS.EXAMPLE.ORG"], False, "Asia/Shanghai")
    assert told["languages"] == list(LANGUAGES)


async def test_both_languages_hold_every_word_with_its_fields_open(office: Office) -> None:
    words = {}
    for language in LANGUAGES:
        async with office.program().get(f"/scan/words-{language}.json") as answer:
            words[language] = await answer.json()
    assert words["en"] == dict(WORDS)
    assert words["zh_CN"].keys() == WORDS.keys()
    for key, english in WORDS.items():
        assert re.search(r"[\u4e00-\u9fff]|^\{\w+\}", words["zh_CN"][key]), key
        assert sorted(re.findall(r"\{\w+\}", words["zh_CN"][key])) == sorted(re.findall(r"\{\w+\}", english)), key


async def test_what_a_phone_installs_has_its_pictures(office: Office) -> None:
    client = office.program()
    async with client.get("/scan/manifest.webmanifest") as answer:
        told = json.loads(await answer.read())
    assert (told["start_url"], told["scope"], told["display"]) == ("/scan/", "/scan/", "standalone")
    assert "莲都区应急管理局" in told["name"]
    assert [one.get("purpose") for one in told["icons"]] == [None, None, "maskable"]
    for one in told["icons"]:
        async with client.get(one["src"]) as answer:
            with Image.open(io.BytesIO(await answer.read())) as picture:
                assert f"{picture.width}x{picture.height}" == one["sizes"]
                assert (picture.convert("RGBA").getpixel((0, 0))[3] == 255) is ("purpose" in one)  # type: ignore[index]


def test_the_version_is_new_when_anything_is(tmp_path: Path) -> None:
    first = built(tmp_path)
    assert built(tmp_path).version == first.version
    others = [
        built(tmp_path, app_js="2"), built(tmp_path, site("庆元县应急管理局")), built(tmp_path, site(url="https://other.example.org")),
        built(tmp_path, sw_js="1"), built(tmp_path, sw_js="2"),
    ]  # fmt: skip
    assert len({first.version, *(other.version for other in others)}) == 6
    assert office_of(first.files["office.js"].body.decode())["version"] == first.version


def test_the_service_worker_gets_its_version_and_its_list(tmp_path: Path) -> None:
    bundle = built(tmp_path, sw_js='const VERSION = "@VERSION@";\nconst FILES = ["@FILES@"];\n')
    found = re.fullmatch(r"const VERSION = (.*);\nconst FILES = (.*);\n", bundle.files["sw.js"].body.decode())
    assert found is not None
    assert json.loads(found[1]) == bundle.version
    listed = json.loads(found[2])
    assert listed == sorted(["/scan/", *(f"/scan/{name}" for name in bundle.files if name not in ("sw.js", "index.html"))])
    assert "/scan/office.js" in listed


def test_an_address_that_no_code_can_carry_leaves_the_scanner_without_hosts(tmp_path: Path) -> None:
    bundle = built(tmp_path, site(url=""))
    assert office_of(bundle.files["office.js"].body.decode())["hosts"] == []


def test_without_the_decoder_it_is_said(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    assert not bundled(site(), Catalogues.packaged(), folder=folder).decodes
    for name in ("zxing-reader.js", "zxing-reader.wasm", "htmx.js"):
        (folder / "npm" / name).write_bytes(b"1")
    bundle = bundled(site(), Catalogues.packaged(), folder=folder)
    assert bundle.decodes
    assert "htmx.js" not in bundle.files
    assert gzip.decompress(bundle.files["zxing-reader.wasm"].packed) == b"1"
