"""The keys: here, closed to others, each usable, not about to end; and the root key gone from this machine."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.checks.finding import Finding, look, ok, wrong
from app.settings import Settings
from services.office import CODE_LASTS

if TYPE_CHECKING:
    from app.keys import Keys

SOON = timedelta(days=60)
DEEP = 3
LARGEST_KEY = 10_000
TOLD = "root-key-at"


def keys(settings: Settings, *, now: datetime) -> list[Finding]:
    folder = settings.keys_dir
    if not folder.is_dir():
        return [wrong("keys", f"none in {folder}: run `mashang init`, or restore the file of keys"), root_key(settings)]
    loose = [file.name for file in sorted(folder.iterdir()) if file.stat().st_mode & 0o077]
    if folder.stat().st_mode & 0o077:
        loose.insert(0, folder.name + "/")
    closed = wrong("keys", f"readable by others: {', '.join(loose)}: chmod 600 (folder 700)") if loose else ok("keys", f"in {folder}, closed to others")
    return [closed, *usable(settings, now=now), root_key(settings)]


def usable(settings: Settings, *, now: datetime) -> list[Finding]:
    """Each key is made to work once: sign and verify, seal and open."""
    from app.keys import load_keys
    from codes.errors import CodesError

    try:
        held = load_keys(settings.keys_dir)
    except (CodesError, OSError, ValueError, KeyError, TypeError) as error:
        return [wrong("key use", f"cannot be used ({type(error).__name__}: {error}): restore them from your file of keys")]
    faults = [*unsigned(held), *unsealed(held)]
    if settings.issuer and settings.issuer != held.codes.issuer:
        faults.append(f"MASHANG_ISSUER is {settings.issuer}, but the keys are of {held.codes.issuer}")
    if faults:
        return [wrong("key use", "; ".join(faults))]
    return [ok("key use", f"every key signs or opens; office {held.codes.issuer}"), ends(held, now=now), following(held, now=now), revoked_list(held, now=now)]


def unsigned(held: "Keys") -> list[str]:
    from codes.signing import sign, verified

    said = b"mashang doctor"
    pairs = [(f"{key.kind.word} key", key.private) for key in held.codes.signing_keys] + [("status key", held.codes.status_key)]
    return [f"{name} does not sign" for name, key in pairs if not verified(key.public_key(), said, sign(key, said))]


def unsealed(held: "Keys") -> list[str]:
    from app.clock import SystemClock, SystemIds
    from storage.sealing import SealBroken, Sealing

    try:
        sealing = Sealing(held.sealing, index_key=held.index, random_bytes=SystemIds(SystemClock().now).random_bytes)
        opened = sealing.unseal(sealing.seal(b"doctor", table="t", column="c", row="r"), table="t", column="c", row="r")
    except (SealBroken, ValueError) as error:
        return [f"sealing: {error}"]
    return [] if opened == b"doctor" else ["sealing does not open what it sealed"]


def ends(held: "Keys", *, now: datetime) -> Finding:
    """When the first thing ends that codes need: a signing key, or the trust list."""
    first = min([key.expires_at for key in held.codes.signing_keys] + [held.codes.trust.valid_until])
    says = f"the first ends on {first:%Y-%m-%d}"
    return wrong("key ends", says) if first <= now else look("key ends", says) if first - now < SOON else ok("key ends", says)


def following(held: "Keys", *, now: datetime) -> Finding:
    """Whether every kind has a key that signs, for long enough, or a next one that is published already: it takes a week until that may sign."""
    from codes.keyring import KINDS
    from codes.signing import KeyStatus

    keys = held.codes.trust.keys
    for kind in KINDS:
        ours = [key for key in keys if kind in key.kinds]
        active = [key for key in ours if key.status is KeyStatus.ACTIVE]
        if not active:
            return wrong("next key", f"no {kind.word} key signs: mashang keys add {kind.word} --emergency, or keys rotate {kind.word}")
        lasts = max(key.expires_at for key in active) - CODE_LASTS
        if lasts - now < SOON and not any(key.status is KeyStatus.NEXT for key in ours):
            return look("next key", f"the {kind.word} key signs new cards until {lasts:%Y-%m-%d}, and no next one is published: mashang keys add all")
    return ok("next key", "every kind has a key for its next cards")


def revoked_list(held: "Keys", *, now: datetime) -> Finding:
    """Whether the list of revoked codes is signed again and again, as a serving house does."""
    from domain.published import OLD

    age = held.codes.revoked.age(now=now)
    says = f"revoked.json is {int(age.total_seconds() // 60)} minutes old"
    return ok("revoked", says) if age <= OLD else look("revoked", f"{says}: it is signed every 5 minutes while the scheduler runs (mashang serve)")


def root_key(settings: Settings) -> Finding:
    """Whether the root key is on this machine: under whatever name in DATA_DIR, and where `init` was told to write it."""
    here = list(dict.fromkeys(str(file.absolute()) for file in private_files(settings) if is_root(file, settings)))
    if here:
        return wrong("root key", f"still on this server: move {', '.join(here)} to a safe place")
    return ok("root key", "not found on this server")


def private_files(settings: Settings) -> Iterator[Path]:
    told = settings.data_dir / TOLD
    if told.is_file():
        yield from (file for file in (Path(told.read_text("utf-8").strip()),) if file.is_file())
    yield from walked(settings.data_dir, DEEP)


def walked(folder: Path, deep: int) -> Iterator[Path]:
    """Small files in a folder and some folders down; not the photos."""
    if not folder.is_dir():
        return
    for each in sorted(folder.iterdir()):
        if each.is_dir() and deep > 1 and each.name != "media" and not each.is_symlink():
            yield from walked(each, deep - 1)
        elif each.is_file() and each.stat().st_size <= LARGEST_KEY:
            yield each


def is_root(file: Path, settings: Settings) -> bool:
    """Whether this is the private half of the office's root key; without a public half to compare with, whether its name says so."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        body = file.read_bytes()
        if b"PRIVATE KEY" not in body:
            return False
        public = settings.keys_dir / "root-public.pem"
        if not public.is_file():
            return "root" in file.name
        form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        mine = serialization.load_pem_private_key(body, password=None).public_key().public_bytes(*form)
        return mine == serialization.load_pem_public_key(public.read_bytes()).public_bytes(*form)
    except TypeError:
        return "root" in file.name  # closed by a password: named is all that can be said
    except (OSError, ValueError, UnsupportedAlgorithm):
        return False
