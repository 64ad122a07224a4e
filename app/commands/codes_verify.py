"""mashang codes verify: anybody checks codes, from two public lists alone. No database, no keys, no network."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.exits import ABSENT, REFUSED, WRONG_CALL

if TYPE_CHECKING:
    from codes.reading import Reading
    from codes.trustlist import RevokedList, TrustList

TYPED, NO_CODE, UNREADABLE = "typed", "no_code_found", "file_unreadable"
MARKS = {"go": "✓", "check": "△", "no": "✗"}


@dataclass(frozen=True, slots=True)
class Lists:
    """What codes are checked by."""

    trust: "TrustList"
    revoked: "RevokedList | None"
    hosts: frozenset[str]
    now: datetime


def verify(
    sources: Annotated[list[str], typer.Argument(help="Texts of codes, or files: PNG, JPEG, WebP, PDF, or lines of text. - reads lines.")],
    trust: Annotated[Path | None, typer.Option(help="The trust list. Default: DATA_DIR/keys/trust.json.")] = None,
    revoked: Annotated[Path | None, typer.Option(help="The list of revoked codes. Default: DATA_DIR/keys/revoked.json, where it is.")] = None,
    root: Annotated[Path | None, typer.Option(help="The office's public root key. Default: DATA_DIR/keys/root-public.pem.")] = None,
    host: Annotated[list[str] | None, typer.Option(help="An address that codes may begin with. Default: MASHANG_PUBLIC_URL; without one it is not checked.")]
    = None,
    at: Annotated[str, typer.Option(help="As of when (ISO 8601); default: now.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Is this code good, and why not? One line per code. Exit 0 when all are, 1 when one is not. Needs no database."""
    folder = Path(os.environ.get("MASHANG_DATA_DIR") or "var/mashang") / "keys"
    lists = opened(
        trust or folder / "trust.json", revoked or folder / "revoked.json", root or folder / "root-public.pem", hosts=hosts_of(host), now=moment(at),
        needs_revoked=revoked is not None,
    )  # fmt: skip
    if not lists.hosts:
        typer.echo("The address in the codes is not checked: give --host, or set MASHANG_PUBLIC_URL.", err=True)
    if lists.revoked is None:
        typer.echo("There is no revoked.json: whether a code was revoked is not known.", err=True)
    good = True
    for source, text in texts(sources):
        line = judged(source, text, lists) if text is not None else refused(source)
        good = good and line["verdict"] == "go"
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else words(line))
    if not good:
        raise typer.Exit(REFUSED)


def words(line: dict[str, Any]) -> str:
    until = f"until {line['expires'][:10]}" if line["expires"] else ""
    return f"{MARKS[line['verdict']]} {line['verdict']:6}{line['reason']:20}{line['kind'] or '':10} {until:18}{line['source'][:80]}".rstrip()


def moment(at: str) -> datetime:
    from app.clock import SystemClock

    try:
        found = datetime.fromisoformat(at) if at else SystemClock().now()
    except ValueError:
        raise typer.BadParameter("not a time as in 2026-11-27T10:00:00Z", param_hint="--at") from None
    return found if found.tzinfo else found.astimezone()


def hosts_of(given: list[str] | None) -> frozenset[str]:
    """The origins that codes may begin with; none when nobody said which."""
    from codes.errors import HostInvalid
    from codes.hosts import origin

    try:
        return frozenset(origin(url) for url in (given or filter(None, [os.environ.get("MASHANG_PUBLIC_URL", "")])))
    except HostInvalid as wrong:
        typer.echo(f"no address of codes: {wrong}", err=True)
        raise typer.Exit(WRONG_CALL) from None


def opened(trust: Path, revoked: Path, root: Path, *, hosts: frozenset[str], now: datetime, needs_revoked: bool) -> Lists:
    """The lists, each by its signature. Exit 3 when one is not there, 1 when one must not be used."""
    from codes.errors import KeysDamaged, ListRefused
    from codes.keyring import public_key
    from codes.trustlist import open_revoked, open_trust

    absent = [str(file) for file in (trust, root, *([revoked] if needs_revoked else [])) if not file.is_file()]
    if absent:
        typer.echo(f"not there: {', '.join(absent)}", err=True)
        raise typer.Exit(ABSENT)
    name = trust.name
    try:
        keys = open_trust(trust.read_text("ascii"), root=public_key(root), now=now)
        name = revoked.name
        gone = open_revoked(revoked.read_text("ascii"), trust=keys, now=now) if revoked.is_file() else None
    except (ListRefused, KeysDamaged, UnicodeDecodeError) as refused:
        typer.echo(f"{name} must not be used: {getattr(refused, 'problem', 'malformed')}", err=True)
        raise typer.Exit(REFUSED) from None
    return Lists(keys, gone, hosts, now)


def texts(sources: list[str]) -> Iterator[tuple[str, str | None]]:
    """Every text with where it was found; None where there is none."""
    for source in sources:
        if source == "-":
            yield from ((f"-:{number}", line.strip()) for number, line in enumerate(sys.stdin, 1) if line.strip())
        elif len(source) < 1024 and Path(source).is_file():
            yield from in_file(Path(source))
        else:
            yield source, source


def in_file(file: Path) -> Iterator[tuple[str, str | None]]:
    """The codes in a picture, on the pages of a PDF, or in lines of text."""
    from codes.errors import PictureRefused
    from codes.qr import read_page, read_sheet
    from papers.rasters import NotAPdf, is_pdf, pages

    body = file.read_bytes()
    if is_pdf(body):
        any_found = False
        try:
            for number, page in enumerate(pages(body), 1):
                for text in read_page(page):
                    any_found = True
                    yield f"{file}#page={number}", text
        except NotAPdf as damaged:
            typer.echo(f"{file}: {damaged}", err=True)
            any_found = False
        if not any_found:
            yield str(file), None
        return
    try:
        yield from ((str(file), text) for text in read_sheet(body))
    except PictureRefused:
        if (lines := plain_lines(body)) is None:
            yield str(file), None
        else:
            yield from ((f"{file}:{number}", line) for number, line in lines)


def plain_lines(body: bytes) -> list[tuple[int, str]] | None:
    try:
        found = [(number, line.strip()) for number, line in enumerate(body.decode().splitlines(), 1) if line.strip()]
    except UnicodeDecodeError:
        return None
    return found or None


def refused(source: str) -> dict[str, Any]:
    return line_of(source, "no", NO_CODE, None)


def judged(source: str, text: str, lists: Lists) -> dict[str, Any]:
    """One line: the verdict on one text."""
    from codes.errors import Unreadable
    from codes.hosts import as_printed
    from codes.reading import Reading, read, verify
    from codes.shortcode import normalise, valid
    from codes.token import looks_like_token, parse_path
    from codes.verdicts import judged as judge

    text = text.strip()
    if (short := normalise(text)) is not None:
        return line_of(source, "check" if valid(short) else "no", TYPED if valid(short) else "short_code_wrong", None)
    hosts = lists.hosts or said_host(text)
    try:
        if looks_like_token(text):
            reading = verify(parse_path(text), trust=lists.trust, revoked=lists.revoked, now=lists.now)
        else:
            reading = read(as_printed(text, hosts=hosts), hosts=hosts, trust=lists.trust, revoked=lists.revoked, now=lists.now)
    except Unreadable as problem:
        reading = Reading(problem.problem)
    verdict, reason = judge(reading, trust=lists.trust, revoked=lists.revoked, now=lists.now)
    return line_of(source, verdict, reason, reading, lists)


def said_host(text: str) -> frozenset[str]:
    """The address in the text itself, where nobody said which one is ours."""
    from codes.errors import HostInvalid
    from codes.hosts import origin

    scheme, _, rest = text[:300].partition("://")
    try:
        return frozenset({origin(f"{scheme}://{rest.partition('/')[0]}")})
    except HostInvalid:
        return frozenset()


def line_of(source: str, verdict: str, reason: str, reading: "Reading | None", lists: Lists | None = None) -> dict[str, Any]:
    seen = reading.payload if reading is not None else None
    revoked = seen.cti in lists.revoked if seen is not None and lists is not None and lists.revoked is not None else None
    return {
        "source": source, "verdict": str(verdict), "reason": str(reason), "kind": seen.kind.word if seen else None,
        "scope": (str(seen.scope) if seen.scope else "") if seen else None, "kid": reading.kid.hex() if reading and reading.kid else None,
        "issued": seen.issued_at.isoformat() if seen else None, "expires": seen.expires_at.isoformat() if seen else None, "revoked": revoked,
        "drill_only": seen.drill_only if seen else None,
    }  # fmt: skip
