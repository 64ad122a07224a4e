"""The office's secrets in DATA_DIR/keys (0600): code keys, sealing keys, the blind index, the digest of short secrets. Made by `mashang init` alone."""

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codes.keyring import Keyring

SECRETS = "sealing.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """Every secret that the house holds."""

    codes: Keyring
    sealing: dict[int, bytes]
    index: bytes
    pepper: bytes

    def digest(self, secret: bytes) -> bytes:
        """What is kept of a short secret (a link code): HMAC-SHA256 with a key that is not in the database."""
        return hmac.digest(self.pepper, secret, hashlib.sha256)


def load_keys(folder: Path) -> Keys:
    """The keys of a folder that `make_keys` made."""
    held = json.loads((folder / SECRETS).read_text())
    sealing = {int(id): bytes.fromhex(key) for id, key in held["sealing"].items()}
    return Keys(Keyring.load(folder), sealing, bytes.fromhex(held["index"]), bytes.fromhex(held["pepper"]))


def make_sealing(folder: Path, *, random_bytes: Callable[[int], bytes]) -> None:
    """Write the sealing secrets. FileExistsError when there are some: they are never overwritten."""
    held = {"sealing": {"1": random_bytes(32).hex()}, "index": random_bytes(32).hex(), "pepper": random_bytes(32).hex()}
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / SECRETS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(held, file)
