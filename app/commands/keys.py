"""mashang keys: how the office's keys follow one another. The root key is not on this server; docs/runbook.md has the ceremony."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.exits import WRONG_CALL
from app.commands.frame import put, settings_or_exit
from app.commands.keys_signing import closed, export, fail, install, installed, now_of, sign, status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from codes.keyring import Keyring
    from codes.payload import Kind
    from codes.trustlist import TrustList

    Change = Callable[[TrustList, Path, datetime], TrustList]

KIND_HELP = "person, household, place, pass, vehicle, team, device; or all"
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]
RootKey = Annotated[Path | None, typer.Option(help="The root key, when it was brought here (on a stick): sign and install at once.")]
Request = Annotated[Path | None, typer.Option(help="Where to write the request for the root key. Default: DATA_DIR/keys/trust-request.json.")]


def list_(as_json: Json = False) -> None:
    """Every key: what it signs, from when to when, and how it stands; and the age of both lists."""
    from app.commands.keys_signing import loaded

    settings = settings_or_exit()
    held, now = loaded(settings), now_of(settings)
    put(status_of(held, now=now), as_json=as_json, words="\n".join(lines(held, now=now)))


def lines(held: "Keyring", *, now: datetime) -> list[str]:
    status = status_of(held, now=now)
    rows = [f"{key['kid']}  {','.join(key['kinds']):10} {key['status']:12} {key['from'][:10]} … {key['until'][:10]}" for key in status["keys"]]
    trust, revoked = status["trust"], status["revoked"]
    return [
        *rows, f"trust.json    {trust['sequence']}, good until {trust['until'][:10]}",
        f"revoked.json  {revoked['sequence']}, {revoked['codes']} codes, {revoked['age_seconds'] // 60} minutes old",
    ]  # fmt: skip


def add(
    kind: Annotated[str, typer.Argument(help=KIND_HELP)],
    days: Annotated[int, typer.Option(help="From when on it signs: at least 7 days after it is installed, and 1 for the ceremony.")] = 8,
    emergency: Annotated[bool, typer.Option(help="It signs at once; only where a key was compromised and none is left.")] = False,
    root_key: RootKey = None,
    request: Request = None,
    as_json: Json = False,
) -> None:
    """Make the next key of a kind (or of all) and ask for its publication. It signs nothing until `keys rotate`."""
    from codes.ceremony import with_next, with_replacement
    from codes.keyfolder import make_signing_key

    def change(trust: "TrustList", folder: Path, now: datetime) -> "TrustList":
        for each in chosen(kind):
            allowed(trust, each, emergency=emergency, days=days)
            public = make_signing_key(folder, each, taken={key.kid for key in trust.keys})
            ahead = timedelta(days=days)
            trust = with_replacement(trust, each, public, now=now) if emergency else with_next(trust, each, public, now=now, ahead=ahead)
        return trust

    asked(change, root_key=root_key, request=request, as_json=as_json)


def allowed(trust: "TrustList", kind: "Kind", *, emergency: bool, days: int) -> None:
    """Refuse before a private key is made."""
    from codes.ceremony import AHEAD, in_emergency
    from codes.errors import ChangeRefused, KeyProblem

    if emergency and not in_emergency(trust, kind):
        raise ChangeRefused(KeyProblem.NO_EMERGENCY, f"a {kind.word} key is active, or none is compromised")
    if not emergency and timedelta(days=days) < AHEAD:
        raise ChangeRefused(KeyProblem.TOO_SOON, f"a key is published at least {AHEAD.days} days before its first code")


def rotate(
    kind: Annotated[str, typer.Argument(help=f"{KIND_HELP}; status: a new key for revoked.json")],
    emergency: Annotated[bool, typer.Option(help="Take a next key before its time; only where a key was compromised and none is left.")] = False,
    root_key: RootKey = None,
    request: Request = None,
    as_json: Json = False,
) -> None:
    """The next key of a kind signs from now on. The old one only verifies, until its last code has ended."""
    from codes.ceremony import renewed, rotated
    from codes.keyfolder import make_status_key

    def change(trust: "TrustList", folder: Path, now: datetime) -> "TrustList":
        if kind == "status":
            return renewed(trust, now=now, status_key=make_status_key(folder))
        for each in chosen(kind):
            trust = rotated(trust, each, now=now, at_once=emergency)
        return trust

    asked(change, root_key=root_key, request=request, as_json=as_json)


def retire(kid: str, root_key: RootKey = None, request: Request = None, as_json: Json = False) -> None:
    """This key signs nothing more and still verifies. Refused for the only one that signs: rotate instead."""
    from codes.ceremony import retired

    asked(lambda trust, folder, now: retired(trust, kid_of(kid), now=now), root_key=root_key, request=request, as_json=as_json)


def compromise(
    kid: str,
    replace: Annotated[bool, typer.Option("--replace", help="With a new key of the same kind that signs at once.")] = False,
    root_key: RootKey = None,
    request: Request = None,
    as_json: Json = False,
) -> None:
    """Somebody else may have this key: its codes become amber (check identity). Nobody is refused for it; cards are replaced in time."""
    from codes.ceremony import compromised, in_emergency, with_replacement
    from codes.keyfolder import make_signing_key

    def change(trust: "TrustList", folder: Path, now: datetime) -> "TrustList":
        after = compromised(trust, kid_of(kid), now=now)
        key = after.key(kid_of(kid))
        for kind in key.kinds if key is not None and replace else ():
            if in_emergency(after, kind):
                after = with_replacement(after, kind, make_signing_key(folder, kind, taken={one.kid for one in after.keys}), now=now)
        return after

    asked(change, root_key=root_key, request=request, as_json=as_json)


def renew(root_key: RootKey = None, request: Request = None, as_json: Json = False) -> None:
    """The same keys for another 400 days: past its date, every scanner says *check* to everybody."""
    from codes.ceremony import renewed

    asked(lambda trust, folder, now: renewed(trust, now=now), root_key=root_key, request=request, as_json=as_json)


def asked(change: "Change", *, root_key: Path | None, request: Path | None, as_json: bool) -> None:
    """One change: a request for the root key, or, where that was brought, the signed list in use."""
    from app.commands.keys_signing import loaded
    from codes.ceremony import make_request, said, sign_request
    from codes.errors import CodesError
    from codes.keyfolder import REQUEST_FILE, root_of
    from codes.keyring import write_new

    settings = settings_or_exit()
    held, now = loaded(settings), now_of(settings)
    target = request or settings.keys_dir / REQUEST_FILE
    if root_key is None and target.exists():
        fail(f"There is a request already in {target}: sign and install it, or delete it.", code="request_there")
    try:
        after = change(held.trust, settings.keys_dir, now)
        asking = make_request(held.trust_text, after)
        if root_key is not None:
            text, changes = sign_request(asking, root=root_of(root_key), now=now)
            installed(settings, text, now=now)
            put({"installed": after.sequence, "changes": changes}, as_json=as_json, words="\n".join([*changes, "In use on this server from now on."]))
            return
    except CodesError as refused:
        closed(refused)
    write_new(target, asking.encode())
    changes = said(held.trust, after)
    words = [*changes, f"request  {target}", "Nothing has changed yet. Where the root key is: mashang keys sign REQUEST --root-key FILE --out trust.json",
             "Then here: mashang keys install trust.json"]  # fmt: skip
    put({"request": str(target), "changes": changes}, as_json=as_json, words="\n".join(words))


def chosen(word: str) -> "list[Kind]":
    from codes.keyring import KINDS

    found: list[Kind] = [kind for kind in KINDS if word in (kind.word, "all")]
    if not found:
        typer.echo(f"no such kind: {word}; there is: {KIND_HELP}", err=True)
        raise typer.Exit(WRONG_CALL)
    return found


def kid_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        typer.echo(f"no key is called {text}; `mashang keys list` shows them", err=True)
        raise typer.Exit(WRONG_CALL) from None


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="The keys that sign codes, and the lists that scanners trust.", no_args_is_help=True)
    nouns.command("list")(list_)
    for verb in (add, rotate, retire, compromise, renew, sign, install, export):
        nouns.command()(verb)
    app.add_typer(nouns, name="keys")
