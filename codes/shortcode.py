"""The short code beside every QR, for broken cameras and telephones: ten random characters and two that check them.

Crockford's base32 without its own check scheme: the two check characters stay in the same alphabet. They make the code
a Reed-Solomon code over GF(32) with distance 3, so any one or two wrong characters, and any two that changed places,
neighbours or not, are noticed. It is unsigned: a look-up key, not a proof. SPEC.md §5.
"""

import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA_LENGTH: Final = 10
LENGTH: Final = 12
RANDOM_BYTES: Final = 7

_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN: Final = frozenset(" \t\r\n\u00a0\u3000-_.·•ー~\u00ad") | {chr(dash) for dash in (*range(0x2000, 0x2016), 0x2212, 0xFE58, 0xFF0D)}
_FIELD: Final = 0b100101  # x⁵ + x² + 1
_G1, _G0 = 6, 8  # (x − α)(x − α²) = x² + 6x + 8 with α = 2
_LONGEST: Final = 64


def make(random: bytes) -> str:
    """The code of the first 50 of at least 56 random bits, without dashes."""
    if len(random) < RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are needed")
    bits = int.from_bytes(random[:RANDOM_BYTES]) >> 6
    data = "".join(ALPHABET[(bits >> shift) & 31] for shift in range(45, -1, -5))
    return data + _check(data)


def normalise(text: str) -> str | None:
    """What somebody typed as the twelve characters it stands for; None when it cannot be a short code at all.

    Takes lower case, full-width characters, spaces and dashes anywhere, O for 0 and I or L for 1.
    """
    if len(text) > _LONGEST:
        return None
    typed = unicodedata.normalize("NFKC", "".join(character for character in text if character not in _BETWEEN))
    code = "".join(character for character in typed if character not in _BETWEEN).upper().translate(_ALIKE)
    return code if len(code) == LENGTH and _VALUE.keys() >= set(code) else None


def valid(code: str) -> bool:
    """Whether the check characters of a normalised code are right."""
    return len(code) == LENGTH and _VALUE.keys() >= set(code) and _check(code[:DATA_LENGTH]) == code[DATA_LENGTH:]


def grouped(code: str) -> str:
    """As people see and say it: XXXX-XXXX-XXXX."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _check(data: str) -> str:
    """The remainder of data·x² by the generator."""
    high = low = 0
    for character in data:
        carry = _VALUE[character] ^ high
        high, low = low ^ _times(carry, _G1), _times(carry, _G0)
    return ALPHABET[high] + ALPHABET[low]


def _times(a: int, b: int) -> int:
    """The product in GF(32)."""
    product = 0
    for shift in range(5):
        if b >> shift & 1:
            product ^= a << shift
    for shift in range(3, -1, -1):
        if product >> (shift + 5) & 1:
            product ^= _FIELD << shift
    return product
