"""Changes in the folder of keys: a new key beside the old ones, a new list in place of the old one. SPEC.md §9 and §10.

A list is replaced in one step (written beside, renamed), after everything it needs is there; so whoever loads the folder at any
moment finds the old keys or the new ones. A private key is never written over.
"""

import os
from collections.abc import Container
from datetime import datetime
from pathlib import Path
from typing import Final

from codes.ceremony import must_follow, said
from codes.errors import ListProblem, ListRefused
from codes.keyring import REVOKED, TRUST, Keyring, private_key, private_pem, write_new
from codes.payload import Kind
from codes.signing import PrivateKey, PublicKey, coordinates, kid_of, new_key
from codes.trustlist import RevokedList, open_revoked, open_trust, seal_revoked

REQUEST_FILE: Final = "trust-request.json"


def make_signing_key(folder: Path, kind: Kind, *, taken: Container[bytes]) -> PublicKey:
    """A new private key for codes of this kind, in a file of its own; its public half. No key in `taken` has its identifier."""
    made = new_key()
    while (kid := kid_of(made.public_key())) in taken:
        made = new_key()
    write_new(folder / f"{kind.word}-{kid.hex()}.pem", private_pem(made))
    return made.public_key()


def make_status_key(folder: Path) -> PublicKey:
    """A new key for the lists of revoked codes, beside the one in use."""
    made = new_key()
    write_new(folder / f"status-{kid_of(made.public_key()).hex()}.pem", private_pem(made))
    return made.public_key()


def root_of(file: Path) -> PrivateKey:
    """The root key, from wherever it was brought. Raises KeysDamaged."""
    return private_key(file)


def install(folder: Path, text: str, *, now: datetime) -> list[str]:
    """Put a signed trust list in use; what it changed, in words. Raises ListRefused, ChangeRefused, KeysMissing or KeysDamaged: then nothing changed."""
    held = Keyring.load(folder)
    trust = open_trust(text, root=held.root, now=now, newest=held.trust)
    if trust == held.trust:
        return []
    must_follow(held.trust, trust, now=now)
    usable = held.following(folder, trust, text)
    if coordinates(trust.status_key) != coordinates(held.trust.status_key):
        _replace(folder / REVOKED, _signed_anew(held, usable, now=now))
    _replace(folder / TRUST, text)
    (folder / REQUEST_FILE).unlink(missing_ok=True)
    return said(held.trust, trust)


def keep_revoked(folder: Path, text: str, *, now: datetime) -> bool:
    """Keep a newer list of revoked codes beside the keys, for whoever carries it by hand. False when the one there is as new."""
    held = Keyring.load(folder)
    try:
        open_revoked(text, trust=held.trust, now=now, newest=held.revoked)
    except ListRefused as refused:
        if refused.problem in (ListProblem.LOWER_SEQUENCE, ListProblem.SAME_SEQUENCE):
            return False
        raise
    _replace(folder / REVOKED, text)
    return True


def _signed_anew(held: Keyring, usable: Keyring, *, now: datetime) -> str:
    at = now.replace(microsecond=0)
    same = RevokedList(issuer=held.issuer, sequence=max(held.revoked.sequence + 1, int(at.timestamp())), issued_at=at, hashes=held.revoked.hashes)
    return seal_revoked(same, key=usable.status_key)


def _replace(file: Path, text: str) -> None:
    """The whole new contents, or the whole old ones."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    write_new(beside, text.encode("ascii"))
    beside.replace(file)
    descriptor = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
