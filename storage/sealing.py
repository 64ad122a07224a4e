"""Sealing of single fields and blind indexes to find them by (design §8 Privacy).

A sealed value is: key id (1 byte), nonce (12 bytes), AES-256-GCM ciphertext with tag (16 bytes more than the clear text).
The associated data are table, column and row id, so that a value copied to another place does not open there.
"""

import hmac
from collections.abc import Callable, Mapping
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
SEAL_PURPOSE = b"mashang seal 1|"
INDEX_PURPOSE = b"mashang index 1|"


class SealBroken(Exception):
    """A sealed value does not open here: changed, moved from another place, cut, or sealed with a key we do not have."""


class Sealing:
    """Seals with the newest master key (the highest id) and opens with all of them.

    `keys` maps ids 1..255 to 32 bytes each; the blind index has its own master `index_key`, since an index must not change
    when the sealing key does. Every table's column has its own key, made from the master key by HKDF-SHA256 (RFC 5869).
    ValueError for keys of another size or number.
    """

    def __init__(self, keys: Mapping[int, bytes], *, index_key: bytes, random_bytes: Callable[[int], bytes]) -> None:
        if not keys or not all(1 <= id <= 255 and len(key) == KEY_BYTES for id, key in keys.items()):
            raise ValueError(f"sealing needs at least one key of {KEY_BYTES} bytes with an id from 1 to 255")
        if len(index_key) != KEY_BYTES:
            raise ValueError(f"the blind index needs a key of {KEY_BYTES} bytes")
        self._keys = dict(keys)
        self._newest = max(keys)
        self._index_key = index_key
        self._random_bytes = random_bytes
        self._ciphers: dict[tuple[int, bytes], AESGCM] = {}
        self._indexes: dict[str, bytes] = {}

    def seal(self, value: str | bytes, *, table: str, column: str, row: UUID | str) -> bytes:
        """The value, to be opened only for the same table, column and row. Equal values seal differently each time."""
        clear = value.encode() if isinstance(value, str) else value
        purpose, place = placed(table, column, row)
        nonce = self._random_bytes(NONCE_BYTES)
        return bytes([self._newest]) + nonce + self._cipher(self._newest, purpose).encrypt(nonce, clear, place)

    def unseal(self, sealed: bytes, *, table: str, column: str, row: UUID | str) -> bytes:
        """The bytes that were sealed for this place. Raises SealBroken."""
        if len(sealed) < 1 + NONCE_BYTES + TAG_BYTES or sealed[0] not in self._keys:
            raise SealBroken(f"{table}.{column}: not sealed, or sealed with a key that is not here")
        purpose, place = placed(table, column, row)
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher(sealed[0], purpose).decrypt(nonce, rest, place)
        except InvalidTag as broken:
            raise SealBroken(f"{table}.{column}: changed, or moved from another row") from broken

    def unseal_text(self, sealed: bytes, *, table: str, column: str, row: UUID | str) -> str:
        """The text that was sealed for this place. Raises SealBroken, also when bytes were sealed that are no text."""
        clear = self.unseal(sealed, table=table, column=column, row=row)
        try:
            return clear.decode()
        except UnicodeDecodeError as broken:
            raise SealBroken(f"{table}.{column}: holds bytes, not text") from broken

    def is_newest(self, sealed: bytes) -> bool:
        """False when the value waits to be sealed again after a key was rotated."""
        return sealed[:1] == bytes([self._newest])

    def index(self, field: str, value: str) -> bytes:
        """32 bytes to find equal values of one field by: HMAC-SHA256 with a key per field. Normalise the value first."""
        if field not in self._indexes:
            self._indexes[field] = derived_key(self._index_key, INDEX_PURPOSE + field.encode())
        return hmac.digest(self._indexes[field], value.encode(), sha256)

    def _cipher(self, id: int, purpose: bytes) -> AESGCM:
        if (id, purpose) not in self._ciphers:
            self._ciphers[id, purpose] = AESGCM(derived_key(self._keys[id], SEAL_PURPOSE + purpose))
        return self._ciphers[id, purpose]


def placed(table: str, column: str, row: UUID | str) -> tuple[bytes, bytes]:
    """The purpose (table|column) and the associated data (table|column|row). Only the row may hold a bar: it comes last."""
    if "|" in table or "|" in column:
        raise ValueError("names of tables and columns hold no bar")
    purpose = f"{table}|{column}".encode()
    return purpose, purpose + b"|" + str(row).encode()


def derived_key(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(master)
