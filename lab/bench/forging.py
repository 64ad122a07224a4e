"""What a forger may try with a good code: bits, bytes, characters, and every part of the structure. All chance comes from one seeded generator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

import cbor2

from codes.payload import Kind, Payload, to_claims
from codes.signing import ORDER, SigningKey, sign
from codes.token import base32, protected

ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
HOST: Final = "HTTPS://LS.EXAMPLE.ORG"
ALGORITHMS: Final = (-8, -35, -36, -37, -257, 1, 4, 5, 0, -65535, 2**40, "ES256", b"\x26", None)
WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}
DEEP: Final = (1, 2, 3, 4, 5, 20, 60, 100)


@dataclass(frozen=True, slots=True)
class Good:
    """An honest code, in its parts."""

    payload: Payload
    kid: bytes
    head: bytes
    protected: bytes
    unprotected: bytes
    claims: bytes
    signature: bytes

    @property
    def raw(self) -> bytes:
        return self.head + cbor2.dumps(self.protected) + self.unprotected + cbor2.dumps(self.claims) + cbor2.dumps(self.signature)

    @property
    def text(self) -> str:
        return spelled(self.raw)


def good(payload: Payload, key: SigningKey, *, kid: bytes | None = None) -> Good:
    """Signed by this key, whatever kind it is for."""
    header, claims = protected(kid or key.kid), to_claims(payload)
    signature = sign(key.private, cbor2.dumps(["Signature1", header, b"", claims]))
    return Good(payload, kid or key.kid, b"\xd2\x84", header, b"\xa0", claims, signature)


def spelled(raw: bytes) -> str:
    return f"{HOST}/S/{base32(raw)}"


Chance = Random
Forger = Callable[[Good, "Forge", Chance], str]


@dataclass(frozen=True, slots=True)
class Forge:
    """What lies about: all honest codes, and codes signed by keys that must not sign them (another kind's, a stranger's)."""

    honest: Sequence[Good]
    misused: Sequence[Good]

    def another(self, chance: Chance) -> Good:
        return chance.choice(self.honest)


def bits(one: Good, forge: Forge, chance: Chance) -> str:
    raw = bytearray(one.raw)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(raw) * 8)
        raw[at // 8] ^= 1 << (at % 8)
    return spelled(bytes(raw))


def bytes_(one: Good, forge: Forge, chance: Chance) -> str:
    raw, at = bytearray(one.raw), chance.randrange(len(one.raw))
    match chance.randrange(4):
        case 0:
            raw[at] = chance.randrange(256)
        case 1:
            raw.insert(at, chance.randrange(256))
        case 2:
            del raw[at : at + chance.randrange(1, 9)]
        case _:
            raw[at:at] = chance.randbytes(chance.randrange(1, 40))
    return spelled(bytes(raw))


def characters(one: Good, forge: Forge, chance: Chance) -> str:
    text = list(one.text)
    at = chance.randrange(len(text))
    match chance.randrange(5):
        case 0:
            text[at] = chance.choice(ALPHABET)
        case 1:
            text[at] = chr(chance.choice((chance.randrange(32, 127), chance.randrange(0x110000 - 0x800) % 0xD800)))
        case 2:
            text.insert(at, chance.choice(ALPHABET + "=/ \n_-0189"))
        case 3:
            del text[at]
        case _:
            text[at], text[at - 1] = text[at - 1], text[at]
    return "".join(text)


def spelling(one: Good, forge: Forge, chance: Chance) -> str:
    """The same bytes in other characters: case, padding, blanks, and the bits that base32 leaves over."""
    text = one.text
    last = ALPHABET.index(text[-1])
    return chance.choice((
        text.lower(), text + "=" * chance.randrange(1, 8), text + chance.choice(" \n\t\0"), " " + text, text[:-1] + ALPHABET[last ^ chance.randrange(1, 4)],
        text.replace("/S/", "/s/"), text.replace("HTTPS", "https"), text.replace("/S/", "/S//"), text + "#x", text + "?x=1", text.replace("A", "Ａ", 1),
        text[:40] + text[40:].lower(),
    ))  # fmt: skip


def kid(one: Good, forge: Forge, chance: Chance) -> str:
    """Another key's name, an unknown one, or one of another length."""
    other = chance.choice((forge.another(chance).kid, chance.randbytes(2), chance.randbytes(chance.choice((0, 1, 3, 8)))))
    return spelled(replace(one, protected=protected(other)).raw)


def algorithm(one: Good, forge: Forge, chance: Chance) -> str:
    other = chance.choice(ALGORITHMS)
    header = chance.choice(({1: other, 4: one.kid}, {1: other}, {4: one.kid}, {1: -7, 4: one.kid, 2: [1]}, {1: -7, 4: one.kid, chance.randrange(5, 99): other}))
    return spelled(replace(one, protected=cbor2.dumps(header)).raw)


def another_key(one: Good, forge: Forge, chance: Chance) -> str:
    """Soundly signed, by the key of another kind or by a stranger's key under our name."""
    return chance.choice(forge.misused).text


def kinds(one: Good, forge: Forge, chance: Chance) -> str:
    """Claims with one value changed under the old signature."""
    claims = cbor2.loads(one.claims)
    match chance.randrange(5):
        case 0:
            claims[-65537][1] = chance.randrange(0, 12)
        case 1:
            claims[-65537][chance.choice((0, 2, 3))] = chance.choice((0, 1, 2, 3, 4, 24, 256, 3311, 10**15, 2**63, -1))
        case 2:
            claims[chance.choice((4, 6))] = chance.choice((0, -1, 1577836799, 1577836800, 2**32 - 1, 2**32, 2**63, 1.5, "1", None, True))
        case 3:
            claims[7] = chance.randbytes(chance.choice((0, 9, 10, 11, 64)))
        case _:
            claims[1] = chance.choice(("XX", "ls", "LSX", "", "L\n", "ＬＳ", 1, b"LS"))
    return spelled(replace(one, claims=cbor2.dumps(claims)).raw)


def signature(one: Good, forge: Forge, chance: Chance) -> str:
    """The high-s twin, halves out of range, another length, another code's."""
    r, s = one.signature[:32], one.signature[32:]
    twin, zero, top = (ORDER - int.from_bytes(s)).to_bytes(32), bytes(32), b"\xff" * 32
    changed = chance.choice((
        r + twin, r + twin, r + zero, zero + s, zero + zero, r + top, top + s, r + ORDER.to_bytes(32), ORDER.to_bytes(32) + s, s + r, one.signature[:-1],
        one.signature + b"\0", b"", chance.randbytes(64), forge.another(chance).signature, b"\x30\x44\x02\x20" + r + b"\x02\x20" + s,
    ))  # fmt: skip
    return spelled(replace(one, signature=changed).raw)


def longer_head(data: bytes, chance: Chance) -> bytes:
    """The first item of `data` with its number written in more bytes than it needs."""
    major, short = data[0] & 0xE0, data[0] & 31
    width = WIDTHS.get(short, 0)
    number = int.from_bytes(data[1 : 1 + width]) if width else short
    wider = [code for code, size in WIDTHS.items() if size > width]
    code = chance.choice(wider or [27])
    return bytes([major | code]) + number.to_bytes(WIDTHS[code]) + data[1 + width :]


def lengths(one: Good, forge: Forge, chance: Chance) -> str:
    """The same values, at greater length; or of a length that is not said, or not there."""
    header, claims, last = cbor2.dumps(one.protected), cbor2.dumps(one.claims), cbor2.dumps(one.signature)
    array = b"\x84"
    match chance.randrange(7):
        case 0:
            header = longer_head(header, chance)
        case 1:
            claims = longer_head(claims, chance)
        case 2:
            last = longer_head(last, chance)
        case 3:
            array = longer_head(array, chance)
        case 4:
            claims = cbor2.dumps(longer_head(one.claims, chance))
        case 5:
            array, last = b"\x9f", last + b"\xff"
        case _:
            claims = b"\x5f" + claims + b"\xff"
    return spelled(b"\xd2" + array + header + one.unprotected + claims + last)


def unprotected(one: Good, forge: Forge, chance: Chance) -> str:
    held = chance.choice(({4: one.kid}, {1: -7}, {4: forge.another(chance).kid}, {99: 1}, {"alg": "none"}, {5: [one.claims]}))
    return spelled(replace(one, unprotected=chance.choice((cbor2.dumps(held), b"\xb8\x00", b"\xbf\xff", b"\x80", b"\xf6"))).raw)


def trailing(one: Good, forge: Forge, chance: Chance) -> str:
    more = chance.choice((b"\0", b"\xf6", one.raw, chance.randbytes(chance.randrange(1, 60))))
    match chance.randrange(3):
        case 0:
            return spelled(one.raw + more)
        case 1:
            return spelled(replace(one, claims=one.claims + more).raw)
        case _:
            return spelled(replace(one, protected=one.protected + more).raw)


def doubled(one: Good, forge: Forge, chance: Chance) -> str:
    """A map key given twice, in either map."""
    if chance.random() < 0.5:
        return spelled(replace(one, protected=b"\xa3\x01\x26\x04\x42" + one.kid + chance.choice((b"\x01\x26", b"\x04\x42" + forge.another(chance).kid))).raw)
    again = chance.choice((b"\x01\x62XX", b"\x07\x4a" + chance.randbytes(10), b"\x04\x1a\xff\xff\xff\xff", b"\x3a\x00\x01\x00\x00\x84\x01\x04\x00\x00"))
    return spelled(replace(one, claims=b"\xa6" + one.claims[1:] + again).raw)


def nested(one: Good, forge: Forge, chance: Chance) -> str:
    """Deep boxes, tags and endless items, in place of a part or of everything."""
    deep = chance.choice(DEEP)
    box = chance.choice((b"\x81" * deep + b"\0", b"\xa1\0" * deep + b"\0", b"\xd2" * deep + one.raw, b"\x9f" * deep, b"\xc2\x41\x01" * deep))
    match chance.randrange(4):
        case 0:
            return spelled(box)
        case 1:
            return spelled(replace(one, claims=box).raw)
        case 2:
            return spelled(replace(one, unprotected=box).raw)
        case _:
            return spelled(b"\xd2\x84" + cbor2.dumps(one.protected) + b"\xa0" + box + cbor2.dumps(one.signature))


def oversized(one: Good, forge: Forge, chance: Chance) -> str:
    """More than fits: a length that nobody could hold, a token far too long, a text without end."""
    promised = chance.choice((b"\x5b" + b"\xff" * 8, b"\x9b" + b"\xff" * 8, b"\xbb\x7f" + b"\xff" * 7, b"\x5a\x10\0\0\0", b"\x7b" + b"\xff" * 8))
    match chance.randrange(4):
        case 0:
            return spelled(b"\xd2\x84" + promised + one.raw[2:])
        case 1:
            return spelled(replace(one, claims=promised + one.claims).raw)
        case 2:
            return spelled(one.raw + chance.randbytes(chance.randrange(43, 240)))
        case _:
            return one.text + chance.choice("A=你") * chance.choice((400, 5_000))


def order(one: Good, forge: Forge, chance: Chance) -> str:
    """The same pairs in another order."""
    if chance.random() < 0.3:
        return spelled(replace(one, protected=cbor2.dumps({4: one.kid, 1: -7})).raw)
    pairs = list(cbor2.loads(one.claims).items())
    shuffled = list(pairs)
    while shuffled == pairs:
        chance.shuffle(shuffled)
    return spelled(replace(one, claims=cbor2.dumps(dict(shuffled))).raw)


def spliced(one: Good, forge: Forge, chance: Chance) -> str:
    """Two honest codes in one."""
    other = forge.another(chance)
    at = chance.randrange(len(one.raw))
    return spelled(chance.choice((
        replace(one, signature=other.signature).raw, replace(one, claims=other.claims).raw, replace(one, protected=other.protected).raw,
        one.raw[:at] + other.raw[at:], chance.choice((b"\x84", b"\xd1\x84", b"\xd8\x12\x84", b"\xd8\x3d\xd2\x84", b"\xd2\x83")) + one.raw[2:],
    )))  # fmt: skip


def elsewhere(one: Good, forge: Forge, chance: Chance) -> str:
    """Another address, or none, around a good token; or a script."""
    token = one.text.rpartition("/")[2]
    return chance.choice((
        f"HTTPS://EVIL.EXAMPLE/S/{token}", f"HTTP://LS.EXAMPLE.ORG/S/{token}", f"HTTPS://LS.EXAMPLE.ORG@EVIL.EXAMPLE/S/{token}",
        f"JAVASCRIPT:alert(1)//{token}",
        f"HTTPS://LS.EXAMPLE.ORG:8443/S/{token}", f"HTTPS://LS.EXAMPLE.ORG./S/{token}", f"<script>{token}</script>", f"{HOST}/X/{token}",
        f"FTP://LS.EXAMPLE.ORG/S/{token}", token[::-1], f"{HOST}\n/S/{token}",
    ))  # fmt: skip


FORGERS: Final[Mapping[str, Forger]] = {
    "bits": bits, "bytes": bytes_, "characters": characters, "spelling": spelling, "kid": kid, "algorithm": algorithm, "another_key": another_key,
    "claims": kinds, "signature": signature, "lengths": lengths, "unprotected": unprotected, "trailing": trailing, "duplicate_keys": doubled,
    "nested": nested, "oversized": oversized, "order": order, "spliced": spliced, "elsewhere": elsewhere,
}  # fmt: skip
KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.EQUIPMENT)
