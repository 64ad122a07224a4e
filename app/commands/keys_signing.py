"""mashang keys sign, install, export: the root key signs elsewhere, the list comes back, both lists go out by hand."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from app.commands.exits import ABSENT, REFUSED
from app.commands.frame import in_house, put, settings_or_exit
from app.settings import Settings

if TYPE_CHECKING:
    from app.container import House
    from codes.errors import CodesError
    from codes.keyring import Keyring

Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]


def sign(
    request: Path,
    root_key: Annotated[Path, typer.Option(help="The root key.")],
    out: Annotated[Path, typer.Option(help="Where to write the signed list; never over a file.")] = Path("trust.json"),
    as_json: Json = False,
) -> None:
    """Where the root key is (no network, no database, no settings): say what a request changes, and sign it."""
    from app.clock import SystemClock
    from codes.ceremony import sign_request
    from codes.errors import CodesError
    from codes.keyfolder import root_of
    from codes.keyring import write_new

    if out.exists():
        fail(f"There is a file {out} already; nothing is written over it.", code="file_there")
    try:
        text, changes = sign_request(read(request), root=root_of(root_key), now=SystemClock().now())
    except CodesError as refused:
        closed(refused)
    write_new(out, text.encode())
    put({"signed": str(out), "changes": changes}, as_json=as_json, words="\n".join([*changes, f"signed   {out}"]))


def install(file: Path, as_json: Json = False) -> None:
    """Put a signed trust list in use. Processes that run take it within a second; scanners with their next connection."""
    settings = settings_or_exit()
    changes = installed(settings, read(file), now=now_of(settings))
    put({"installed": bool(changes), "changes": changes}, as_json=as_json, words="\n".join(changes) or "This list is in use already.")


def installed(settings: Settings, text: str, *, now: datetime) -> list[str]:
    """What a list changed, now that it is in use; written into the audit log where there is one. Exit 1 when it is refused."""
    from codes.errors import CodesError
    from codes.keyfolder import install as put_in_use

    try:
        changes = put_in_use(settings.keys_dir, text, now=now)
    except CodesError as refused:
        closed(refused)
    if changes:
        try:
            in_house(noted(changes))
        except typer.Exit:
            typer.echo("In use, but not in the audit log: the database is not there.", err=True)
    return changes


def noted(changes: list[str]) -> Any:
    from services.actors import Actor

    async def work(house: "House") -> None:
        sequence = (await house.services.lists.trust()).sequence
        await house.services.lists.note_change(sequence, changes=changes, by=Actor.operator())
        await house.services.lists.keep_fresh()

    return work


def export(folder: Path, as_json: Json = False) -> None:
    """Write trust.json, revoked.json and root-public.pem into a folder, to be carried by hand to a scanner or to anybody who checks codes."""
    from codes.keyring import ROOT

    async def work(house: "House") -> dict[str, str]:
        return {one.name: one.text for one in (await house.services.lists.trust(), await house.services.lists.revoked())}

    texts = in_house(work)
    texts[ROOT] = (settings_or_exit().keys_dir / ROOT).read_text("ascii")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        beside = folder / f"{name}.new"
        beside.write_text(text, encoding="ascii")
        beside.replace(folder / name)
    put({"files": [str(folder / name) for name in texts]}, as_json=as_json, words="\n".join(str(folder / name) for name in texts))


def loaded(settings: Settings) -> "Keyring":
    """The keys of this server, or exit 3."""
    from codes.errors import CodesError
    from codes.keyring import Keyring

    try:
        return Keyring.load(settings.keys_dir)
    except CodesError as error:
        typer.echo(f"The keys in {settings.keys_dir} cannot be used ({type(error).__name__}: {error}). Run `mashang init`, or restore them.", err=True)
        raise typer.Exit(ABSENT) from None


def status_of(held: "Keyring", *, now: datetime) -> dict[str, Any]:
    """Keys and lists as JSON says them."""
    signs = {key.kid for key in held.signing_keys}
    keys = [
        {
            "kid": key.kid.hex(), "kinds": [kind.word for kind in key.kinds], "status": key.status.value, "from": key.not_before.isoformat(),
            "until": key.expires_at.isoformat(), "retired_at": key.retired_at.isoformat() if key.retired_at else None, "private_here": key.kid in signs,
        }
        for key in sorted(held.trust.keys, key=lambda key: (key.kinds[:1], key.not_before))
    ]  # fmt: skip
    trust, revoked = held.trust, held.revoked
    return {
        "issuer": held.issuer, "keys": keys,
        "trust": {"sequence": trust.sequence, "issued_at": trust.issued_at.isoformat(), "until": trust.valid_until.isoformat(), "stale": trust.stale(now=now)},
        "revoked": {"sequence": revoked.sequence, "codes": len(revoked.hashes), "age_seconds": int(revoked.age(now=now).total_seconds())},
    }  # fmt: skip


def now_of(settings: Settings) -> datetime:
    from app.clock import LabClock, SystemClock

    return (LabClock(settings.lab_clock) if settings.lab_clock else SystemClock()).now()


def read(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"{file} cannot be read ({type(error).__name__})", err=True)
        raise typer.Exit(REFUSED) from None


WORDS = {
    "too_soon": "A new key is published at least 7 days before it signs.",
    "not_due": "The next key's time has not come.",
    "no_next_key": "There is no next key: `mashang keys add` first.",
    "no_emergency": "This is for a kind whose key was compromised and that has no other.",
    "last_key": "Nothing else signs for this kind.",
    "unknown_key": "There is no such key.",
    "over_already": "This key has been taken out of use already.",
    "taken_back": "A key never becomes another one, nor what it was before.",
    "too_late": "The request lay too long.",
    "wrong_root": "This is another office's root key.",
    "not_a_request": "This is no request for a trust list.",
    "too_long": "The list is too long.",
    "malformed": "This is no signed list.",
    "bad_signature": "The list was not signed by this office's root key, or was changed afterwards.",
    "wrong_issuer": "The list is another office's.",
    "from_the_future": "The list was signed in the future: look at the clocks of both machines.",
    "lower_sequence": "The list is older than the one in use.",
    "same_sequence": "The list has the number of the one in use and says something else.",
}


def closed(refused: "CodesError") -> NoReturn:
    """Say why, with its reason word; the keys in use stay in use. Exit 1."""
    problem = getattr(refused, "problem", None)
    if problem is None:
        fail(f"The keys cannot be used so ({type(refused).__name__}: {refused}).", code="keys_unusable")
    about = getattr(refused, "about", "")
    fail(f"{WORDS[problem.value]}{f' ({about})' if about else ''} The keys in use stay in use.", code=problem.value)


def fail(words: str, *, code: str) -> NoReturn:
    typer.echo(f"{words} [{code}]", err=True)
    raise typer.Exit(REFUSED)
