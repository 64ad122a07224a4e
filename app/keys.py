"""The office's secrets in DATA_DIR/keys (0600): code keys, sealing keys, the blind index, the digest of short secrets. Made by `mashang init` alone."""

import hashlib
import hmac
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codes.errors import CodesError
from codes.keyring import TRUST, Keyring
from codes.trustlist import open_trust
from services.ports import Clock

SECRETS = "sealing.json"
LOOK_EVERY = 1.0
"""Seconds between two looks at the trust list of the folder."""

log = logging.getLogger("mashang.keys")

Stamp = tuple[int, int, int] | None


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


class FollowedKeys:
    """The code keys as the folder holds them at this moment: a list that was installed is taken within a second, in every process.

    What the scanners would refuse (a lower sequence, another root, a list from the future, damaged files) is refused here too:
    it is logged once, and the keys in use stay in use.
    """

    def __init__(self, folder: Path, held: Keyring, *, clock: Clock) -> None:
        self._folder = folder
        self._held = held
        self._clock = clock
        self._seen: Stamp = None
        self._told: Stamp = None
        self._next = clock.monotonic()

    def __call__(self) -> Keyring:
        at = self._clock.monotonic()
        if at >= self._next:
            self._next = at + LOOK_EVERY
            if (stamp := self._stamp()) not in (None, self._seen):
                self._take(stamp)
        return self._held

    def _stamp(self) -> Stamp:
        try:
            found = (self._folder / TRUST).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _take(self, stamp: Stamp) -> None:
        try:
            text = (self._folder / TRUST).read_text("ascii")
            trust = open_trust(text, root=self._held.root, now=self._clock.now(), newest=self._held.trust)
            if trust != self._held.trust:
                self._held = self._held.following(self._folder, trust, text)
                log.warning("trust list %d is in use", trust.sequence)
            self._seen = stamp
        except (CodesError, OSError, UnicodeDecodeError) as refused:
            if stamp != self._told:
                self._told = stamp
                log.error("trust list refused, %d stays in use: %s (%s)", self._held.trust.sequence, type(refused).__name__, refused)


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
