"""The office's code keys on disk: made once by `mashang init`, loaded at every start. SPEC.md §9.

A folder (0700) of files (0600): a signing key per kind as `KIND-KID.pem`, `status.pem`, `deeplink.key`, `root-public.pem`,
`trust.json`, `revoked.json`. What a key may do and for how long is said by the trust list alone, so that the server
never believes a key longer than the scanners do. The root key is written elsewhere and is not needed to run.
"""

import os
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1

from codes import deeplink
from codes.errors import KeysDamaged, KeysExist, KeysMissing, ListRefused, NoSigningKey
from codes.payload import LATEST, Kind, instant
from codes.signing import KeyStatus, PrivateKey, PublicKey, SigningKey, coordinates, kid_of, new_key
from codes.trustlist import RevokedList, TrustKey, TrustList, open_revoked, open_trust, seal_revoked, seal_trust

KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.EQUIPMENT)
LASTS: Final = timedelta(days=6 * 365)
"""From a key's first code to the end of its last one: three years of signing codes that last three years."""
EARLY: Final = timedelta(hours=1)
"""How much older than `init` a first key is, for a clock that is set right just afterwards."""
TRUSTED_FOR: Final = timedelta(days=400)

STATUS, DEEP_LINK, ROOT, TRUST, REVOKED = "status.pem", "deeplink.key", "root-public.pem", "trust.json", "revoked.json"
NEEDED: Final = (ROOT, TRUST, REVOKED, STATUS, DEEP_LINK)
_AT_ANY_TIME: Final = instant(LATEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Every key that signs codes, lists and links, and what the world was told about them."""

    root: PublicKey
    trust: TrustList
    trust_text: str = field(repr=False)
    revoked: RevokedList = field(repr=False)
    status_key: PrivateKey = field(repr=False)
    deep_link_key: bytes = field(repr=False)
    signing_keys: tuple[SigningKey, ...]

    @property
    def issuer(self) -> str:
        return self.trust.issuer

    def signing_key(self, kind: Kind, now: datetime, *, until: datetime | None = None) -> SigningKey:
        """The newest active key for a code of this kind from `now` to `until`. Raises NoSigningKey."""
        fitting = [
            key for key in self.signing_keys
            if key.kind is kind and key.status is KeyStatus.ACTIVE and key.not_before <= now < key.expires_at and (until or now) <= key.expires_at
        ]  # fmt: skip
        if not fitting:
            raise NoSigningKey(f"no {kind.word} key signs at {now:%Y-%m-%d}" + (f" until {until:%Y-%m-%d}" if until else ""))
        return max(fitting, key=lambda key: (key.not_before, key.kid))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The keys that `generate` made in `folder`, each checked against the trust list.

        Raises KeysMissing with every file that is not there, KeysDamaged with the first that does not hold what its name says.
        """
        missing = [name for name in NEEDED if not (folder / name).is_file()]
        if missing:
            raise KeysMissing(missing)
        root = public_key(folder / ROOT)
        trust_text = _text(folder / TRUST)
        trust = _trust(trust_text, root=root)
        return cls(
            root=root, trust=trust, trust_text=trust_text, revoked=_revoked(_text(folder / REVOKED), trust=trust),
            status_key=_status_key(folder, trust), deep_link_key=_deep_link_key(folder / DEEP_LINK),
            signing_keys=_signing_keys(folder, trust=trust),
        )  # fmt: skip

    def following(self, folder: Path, trust: TrustList, text: str) -> "Keyring":
        """These keys under a newer list, whose private keys lie in `folder`. Raises KeysMissing or KeysDamaged."""
        return replace(self, trust=trust, trust_text=text, status_key=_status_key(folder, trust), signing_keys=_signing_keys(folder, trust=trust))


def generate(folder: Path, *, issuer: str, now: datetime, root_key: Path) -> None:
    """Make the keys of a new office `issuer` (two characters): its folder, its lists, and the root key in the file `root_key`.

    Raises KeysExist, before anything is written, when a file that it would write is there.
    """
    _refuse_over(folder, root_key=root_key)
    at = now.replace(microsecond=0)
    root, status, signing = new_key(), new_key(), _first_keys(at)
    trust = TrustList(
        issuer=issuer, sequence=1, issued_at=at, valid_until=at + TRUSTED_FOR, keys=tuple(map(_trusted, signing)), status_key=status.public_key()
    )  # fmt: skip
    revoked = RevokedList.of((), issuer=issuer, sequence=1, issued_at=at)
    files = {key_file(key): private_pem(key.private) for key in signing} | {
        ROOT: _public_pem(root.public_key()), STATUS: private_pem(status), DEEP_LINK: secrets.token_hex(deeplink.KEY_BYTES).encode(),
        REVOKED: seal_revoked(revoked, key=status).encode(), TRUST: seal_trust(trust, root=root).encode(),
    }  # fmt: skip
    _private_folder(root_key.parent)
    _private_folder(folder)
    folder.chmod(0o700)
    write_new(root_key, private_pem(root))
    for name, contents in files.items():
        write_new(folder / name, contents)


def key_file(key: SigningKey | TrustKey, kind: Kind | None = None) -> str:
    """The name of a signing key's file: `person-1a2b.pem`."""
    kind = kind or (key.kind if isinstance(key, SigningKey) else key.kinds[0])
    return f"{kind.word}-{key.kid.hex()}.pem"


def _first_keys(at: datetime) -> list[SigningKey]:
    """One for each kind, no two with the same identifier."""
    found: dict[bytes, SigningKey] = {}
    for kind in KINDS:
        private = new_key()
        while (kid := kid_of(private.public_key())) in found:
            private = new_key()
        found[kid] = SigningKey(kid=kid, kind=kind, private=private, not_before=at - EARLY, expires_at=at + LASTS)
    return list(found.values())


def _trusted(key: SigningKey) -> TrustKey:
    return TrustKey(
        kid=key.kid, kinds=(key.kind,), public=key.private.public_key(), not_before=key.not_before, expires_at=key.expires_at,
        status=key.status, retired_at=key.retired_at,
    )  # fmt: skip


def _refuse_over(folder: Path, *, root_key: Path) -> None:
    there = sorted(file.name for file in folder.glob("*") if file.name in NEEDED or file.suffix == ".pem") if folder.is_dir() else []
    if root_key.exists():
        there.append(str(root_key))
    if there:
        raise KeysExist(there)


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_new(file: Path, contents: bytes) -> None:
    """A new file that nobody else can read, on the disk before this returns."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(contents)
        out.flush()
        os.fsync(out.fileno())


def private_pem(key: PrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _public_pem(key: PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise KeysDamaged(file.name) from None


def private_key(file: Path) -> PrivateKey:
    try:
        key = serialization.load_pem_private_key(_text(file).encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeysDamaged(file.name) from None
    if not isinstance(key, PrivateKey) or not isinstance(key.curve, SECP256R1):
        raise KeysDamaged(file.name)
    return key


def public_key(file: Path) -> PublicKey:
    try:
        key = serialization.load_pem_public_key(_text(file).encode())
    except (ValueError, UnsupportedAlgorithm):
        raise KeysDamaged(file.name) from None
    if not isinstance(key, PublicKey) or not isinstance(key.curve, SECP256R1):
        raise KeysDamaged(file.name)
    return key


def _status_key(folder: Path, trust: TrustList) -> PrivateKey:
    """The one among the status keys of this folder that the list names: `status.pem`, or a later one."""
    for file in (folder / STATUS, *sorted(folder.glob("status-*.pem"))):
        if coordinates((found := private_key(file)).public_key()) == coordinates(trust.status_key):
            return found
    raise KeysDamaged(STATUS)


def _trust(text: str, *, root: PublicKey) -> TrustList:
    try:
        return open_trust(text, root=root, now=_AT_ANY_TIME)
    except ListRefused:
        raise KeysDamaged(TRUST) from None


def _revoked(text: str, *, trust: TrustList) -> RevokedList:
    try:
        return open_revoked(text, trust=trust, now=_AT_ANY_TIME)
    except ListRefused:
        raise KeysDamaged(REVOKED) from None


def _deep_link_key(file: Path) -> bytes:
    try:
        key = bytes.fromhex(_text(file))
    except ValueError:
        raise KeysDamaged(file.name) from None
    if len(key) != deeplink.KEY_BYTES:
        raise KeysDamaged(file.name)
    return key


def _signing_keys(folder: Path, *, trust: TrustList) -> tuple[SigningKey, ...]:
    """The private half of every key of the list that still signs or will; older ones need not be here."""
    files = {key_file(key, kind): (key, kind) for key in trust.keys for kind in key.kinds}
    signs = {name for name, (key, _) in files.items() if key.status in (KeyStatus.ACTIVE, KeyStatus.NEXT)}
    missing = sorted(name for name in signs if not (folder / name).is_file())
    if missing:
        raise KeysMissing(missing)
    return tuple(
        SigningKey(
            kid=key.kid, kind=kind, private=_same(private_key(folder / name), key.public, file=name), not_before=key.not_before,
            expires_at=key.expires_at, status=key.status, retired_at=key.retired_at,
        )
        for name, (key, kind) in files.items() if name in signs
    )  # fmt: skip


def _same(private: PrivateKey, public: PublicKey, *, file: str) -> PrivateKey:
    if coordinates(private.public_key()) != coordinates(public):
        raise KeysDamaged(file)
    return private
