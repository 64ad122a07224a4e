"""Somebody else checks our codes: with the two lists, the office's public root key, and a stock COSE library that is not ours (pycose, not cwt).

Nothing of the room `codes` is used here. What such a reader cannot know is only the order in which several faults are named, so the verdict is compared:
whether a code is ours, whether it stands, and if not, why.
"""

import json
from base64 import b32decode, b32encode, urlsafe_b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pycose.headers import KID
from pycose.keys.curves import P256
from pycose.keys.ec2 import EC2Key
from pycose.messages.cosemessage import CoseMessage
from pycose.messages.sign1message import Sign1Message

FOLDER = Path(__file__).parent.parent / "vectors" / "codes"
HALF = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 // 2
GRACE = 600
KINDS = {1: "person", 2: "household", 3: "place", 4: "pass", 5: "vehicle", 6: "team", 7: "device", 8: "equipment"}
FRAME = json.loads((FOLDER / "frame.json").read_text())
GROUPS = ("good", "doubtful", "not_ours", "other_spellings", "broken", "unproven")
CASES = [(group, case) for group in GROUPS for case in json.loads((FOLDER / f"{group}.json").read_text())]
OURS = {"key_compromised", "revoked", "key_retired", "not_yet_valid", "expired"}
"""What may be wrong with a code that an honest key of ours signed."""


def unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jws(text: str, key: ec.EllipticCurvePublicKey) -> dict[str, Any]:
    """The payload of a flattened JWS (RFC 7515); InvalidSignature when this key did not sign it."""
    parts = json.loads(text)
    signature = unpadded(parts["signature"])
    der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    key.verify(der, f"{parts['protected']}.{parts['payload']}".encode(), ec.ECDSA(hashes.SHA256()))
    return dict(json.loads(unpadded(parts["payload"])))


def public(point: dict[str, str]) -> ec.EllipticCurvePublicKey:
    x, y = (int.from_bytes(unpadded(point[axis])) for axis in "xy")
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


TRUST = jws(FRAME["trust"], public(FRAME["root"]))
REVOKED = jws(FRAME["revoked"], public(TRUST["status"]))
HASHES = {unpadded(REVOKED["cti8"])[at : at + 8] for at in range(0, len(unpadded(REVOKED["cti8"])), 8)}
KEYS = {bytes.fromhex(key["kid"]): key for key in TRUST["keys"]}


def checked(text: str, *, now: int) -> tuple[str | None, dict[int, Any] | None]:
    """What is wrong with a code (None: nothing), and its claims when one of the office's keys signed them."""
    host = next((host for host in FRAME["hosts"] if text.startswith(f"{host}/S/")), None)
    if host is None or len(text) > 512:
        return "not ours", None
    token = text.removeprefix(f"{host}/S/")
    try:
        raw = b32decode(token + "=" * (-len(token) % 8))
        message: Any = CoseMessage.decode(raw)
        key = KEYS[message.phdr[KID]]
        message.key = EC2Key(crv=P256, x=unpadded(key["x"]), y=unpadded(key["y"]))
        ours = isinstance(message, Sign1Message) and message.verify_signature()
        claims = cbor2.loads(message.payload)
        kind = claims[-65537][1]
    except Exception:  # noqa: BLE001  whatever a stock library says to what is no code: it is not ours
        return "not ours", None
    in_order = {name: claims[name] for name in (1, 4, 6, 7, -65537) if name in claims}
    again = cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -7, 4: message.phdr[KID]}), {}, cbor2.dumps(in_order), message.signature]))
    one_text = b32encode(again).rstrip(b"=").decode() == token and int.from_bytes(message.signature[32:]) <= HALF
    if not ours or not one_text or not sound(claims) or claims[1] != TRUST["iss"] or KINDS.get(kind) not in key["kinds"]:
        return "not ours", None
    return standing(claims, key, now=now), claims


def sound(claims: Any) -> bool:
    """Whether the claims are what SPEC.md §2 and §3 allow."""
    iss, exp, iat, cti, ours = (claims.get(name) for name in (1, 4, 6, 7, -65537))
    typed = [type(one) for one in (iss, exp, iat, cti, *(ours or ()))] == [str, int, int, bytes, int, int, int, int]
    if not typed or len(claims) != 5 or len(cti) != 10:
        return False
    version, kind, scope, flags = ours
    spans = 1_577_836_800 <= iat < exp <= 0xFFFF_FFFF
    return version == 1 and spans and 0 <= flags <= 3 and 0 <= scope < 10**15 and (not scope or kind in (4, 5, 6))


def standing(claims: dict[int, Any], key: dict[str, Any], *, now: int) -> str | None:
    """As SPEC.md §7 orders steps 16 to 20."""
    exp, iat = claims[4], claims[6]
    if key["status"] == "compromised":
        return "key_compromised"
    if sha256(claims[7]).digest()[:8] in HASHES:
        return "revoked"
    if iat < key["nbf"] or exp > key["exp"] or iat > key.get("rat", iat):
        return "key_retired"
    if now < iat - GRACE:
        return "not_yet_valid"
    return "expired" if now >= exp + GRACE else None


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{group}: {case['name']}" for group, case in CASES])
def test_a_stranger_with_another_library_and_the_two_lists_comes_to_the_same_verdict(group: str, case: dict[str, Any]) -> None:
    text = case["text"] if "text" in case else case["repeat"][0] * case["repeat"][1]
    problem, claims = checked(text, now=FRAME["now"])
    assert problem == (case["problem"] if case["problem"] is None or case["problem"] in OURS else "not ours")
    seen = case["payload"]
    assert (claims is None) is (seen is None)
    if claims is not None:
        assert (claims[7].hex(), claims[4], claims[6], KINDS[claims[-65537][1]]) == (seen["cti"], seen["exp"], seen["iat"], seen["kind"])


def test_a_stranger_refuses_lists_that_somebody_else_signed() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    for text in (FRAME["trust"], FRAME["revoked"]):
        with pytest.raises(InvalidSignature):
            jws(text, other)
