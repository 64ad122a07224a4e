"""Writes the vectors beside this file: `python -m tests.vectors.codes.make_vectors`. Same bytes every time; expectations are said, not computed."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import cbor2

from codes import deeplink, shortcode
from codes.documents import seal_document
from codes.payload import CTI_BYTES, Kind, Payload, instant, seconds, to_claims
from codes.signing import KeyStatus, base64url, coordinates
from codes.token import base32, seal
from codes.trustlist import REVOKED_TYPE, TRUST_TYPE, RevokedList, TrustList, seal_revoked, seal_trust
from tests.vectors.codes.forge import HOST, HOSTS, KEYS, LOOPBACK, NOW, YEAR, Pieces, claims, cti, high, key, payload, pieces, private, trusted

HERE = Path(__file__).parent
ROOT, STATUS, STRANGER = private("root"), private("status"), private("stranger")
DAY = 86_400
Case = dict[str, object]


def trust(sequence: int = 5, **changed: object) -> TrustList:
    made = TrustList(
        issuer="LS", sequence=sequence, issued_at=instant(NOW - DAY), valid_until=instant(NOW + YEAR), keys=tuple(map(trusted, KEYS.values())),
        status_key=STATUS.public_key(),
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def revoked(sequence: int = 9, *words: str, at: int = NOW - 60, issuer: str = "LS") -> RevokedList:
    return RevokedList.of([cti(word) for word in ("withdrawn", "lost", *words)], issuer=issuer, sequence=sequence, issued_at=instant(at))


def case(name: str, text: str | list[object], problem: str | None = None, *, of: Payload | None = None, now: int | None = None) -> Case:
    shown: Case = {"name": name, "problem": problem, "payload": _said(of) if of is not None else None}
    shown |= {"text": text} if isinstance(text, str) else {"repeat": text}
    return shown | ({"now": now} if now is not None else {})


def _said(of: Payload) -> Case:
    return {
        "iss": of.issuer, "kind": of.kind.word, "cti": of.cti.hex(), "iat": seconds(of.issued_at), "exp": seconds(of.expires_at),
        "scope": of.scope, "drill_only": of.drill_only, "live": of.live,
    }  # fmt: skip


def link(of: Payload, *, by: str | None = None, host: str = HOST) -> str:
    return f"{host}/S/{seal(of, key=KEYS[by or of.kind.word])}"


def good() -> Iterator[Case]:
    for kind in (Kind.PERSON, Kind.HOUSEHOLD, Kind.PLACE, Kind.DEVICE):
        yield case(f"a {kind.word}", link(payload(kind)), of=payload(kind))
    for kind in (Kind.PASS, Kind.VEHICLE, Kind.TEAM):
        scoped = payload(kind, scope=331102001201)
        yield case(f"a {kind.word} with a scope", link(scoped), of=scoped)
    grid = payload(Kind.TEAM, "grid", scope=331102001201001)
    yield case("a team with the longest scope", link(grid), of=grid)
    drill = payload(Kind.PERSON, "drill", drill_only=True)
    yield case("a drill code", link(drill), of=drill)
    live = payload(Kind.PERSON, "live", issued=NOW - 60, lasts=600, live=True)
    yield case("a live code", link(live), of=live)
    yield case("a code by the later of two live keys", link(payload(), by="person later"), of=payload())
    yield case("a code over http on loopback", link(payload(), host=LOOPBACK), of=payload())
    old = payload(Kind.PERSON, "before", issued=NOW - 30 * DAY)
    yield case("a code that a retired key signed in time", pieces(old, by=KEYS["person retired"]).text(), of=old)
    for name, issued, lasts in (("just ended", NOW - DAY, DAY - 599), ("about to begin", NOW + 600, DAY)):
        edge = payload(Kind.PERSON, name, issued=issued, lasts=lasts)
        yield case(f"a code that has {name}, within ten minutes", link(edge), of=edge)


def doubtful() -> Iterator[Case]:
    """Ours by signature, and still not good: the payload is known."""
    ended = payload(Kind.PERSON, "ended", issued=NOW - DAY, lasts=DAY - 600)
    yield case("ended ten minutes ago", link(ended), "expired", of=ended)
    early = payload(Kind.PERSON, "early", issued=NOW + 601)
    yield case("not begun", link(early), "not_yet_valid", of=early)
    gone = payload(Kind.PERSON, "withdrawn")
    yield case("revoked", link(gone), "revoked", of=gone)
    both = payload(Kind.PERSON, "lost", issued=NOW - 2 * DAY, lasts=DAY)
    yield case("revoked and ended", link(both), "revoked", of=both)
    yield case("by a copied key", pieces(payload(), by=KEYS["person copied"]).text(), "key_compromised", of=payload())
    yield case("by a retired key, after its end", pieces(payload(), by=KEYS["person retired"]).text(), "key_retired", of=payload())
    yield case("by a key before its time", pieces(payload(), by=KEYS["person next"]).text(), "key_retired", of=payload())
    long = payload(Kind.PERSON, "long", lasts=6 * YEAR)
    yield case("outliving its key", pieces(long, by=KEYS["person"]).text(), "key_retired", of=long)


def not_ours() -> Iterator[Case]:
    token = link(payload()).rpartition("/")[2]
    for name, text in (
        ("nothing", ""), ("a greeting", "你好"), ("another page", "https://example.org/"), ("script", "<script>alert(1)</script>"),
        ("a payment", "weixin://wxpay/bizpayurl?pr=abc"), ("the token alone", token), ("another path", f"{HOST}/X/{token}"),
        ("a query before the path", f"{HOST}?/S/{token}"), ("a blank first", f" {link(payload())}"),
    ):  # fmt: skip
        yield case(name, text, "not_a_code")
    for name, host in (
        ("another host", "HTTPS://EVIL.EXAMPLE"), ("our host as a beginning", f"{HOST}.EVIL.EXAMPLE"), ("our host as a user", f"{HOST}@EVIL.EXAMPLE"),
        ("another port", f"{HOST}:8443"), ("without encryption", HOST.replace("HTTPS", "HTTP")), ("a look-alike host", HOST.replace("LS", "1S")),
    ):  # fmt: skip
        yield case(name, f"{host}/S/{token}", "foreign_host")
    yield case("three megabytes", ["A", 3_000_000], "too_long")
    yield case("513 characters", ["S", 513], "too_long")


def other_spellings() -> Iterator[Case]:
    """The same signed words in another spelling: each would verify in a reader that is less strict."""
    whole, by = pieces(payload(), by=KEYS["person"]), KEYS["person"]
    token = base32(whole.bytes())
    shuffled = cbor2.dumps(dict(reversed(list(cbor2.loads(to_claims(payload())).items()))))
    for name, text in (
        ("a lower-case token", f"{HOST}/S/{token.lower()}"), ("one lower-case letter", f"{HOST}/S/{token[:-9]}{token[-9:].lower()}"),
        ("a lower-case host", f"{HOST.lower()}/S/{token}"), ("a lower-case path", f"{HOST}/s/{token}"), ("padding", f"{HOST}/S/{token}==="),
        ("a spare bit that is set", f"{HOST}/S/{token[:-1]}{_next(token[-1])}"),
        ("the upper s", replace(whole, signature=high(whole.signature)).text()),
        ("one byte after the token", whole.text(tail=b"\x00")),
        ("something unprotected", replace(whole, unprotected=cbor2.dumps({4: by.kid})).text()),
        ("a longer head of the array", replace(whole, head=b"\xd2\x98\x04").text()),
        ("a longer number in the header", pieces(payload(), by=by, header=b"\xa2\x18\x01\x26\x04\x42" + by.kid).text()),
        ("the header in another order", pieces(payload(), by=by, header=b"\xa2\x04\x42" + by.kid + b"\x01\x26").text()),
        ("the claims in another order", pieces(shuffled, by=by).text()),
        ("a claim twice", pieces(b"\xa6\x01\x62LS" + to_claims(payload())[1:], by=by).text()),
        ("a longer number in the claims", pieces(to_claims(payload()).replace(b"\x84\x01\x01\x00\x00", b"\x84\x18\x01\x01\x00\x00"), by=by).text()),
    ):  # fmt: skip
        yield case(name, text, "not_canonical")


def _next(character: str) -> str:
    """The last character with its spare lowest bit set: 189 characters hold 945 bits, the token 944."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    value = alphabet.index(character)
    assert value % 2 == 0
    return alphabet[value + 1]


def broken() -> Iterator[Case]:
    whole, by = pieces(payload(), by=KEYS["person"]), KEYS["person"]
    raw = whole.bytes()
    for name, bad in (
        ("empty", b""), ("cut in the header", raw[:7]), ("cut in the claims", raw[:40]), ("cut in the signature", raw[:-4]),
        ("without a tag", raw[1:]), ("a longer head of the tag", b"\xd8\x12" + raw[1:]), ("as a CWT with tag 61", b"\xd8\x3d" + raw),
        ("an array of no definite length", b"\xd2\x9f" + raw[2:] + b"\xff"),
        ("an array of five", b"\xd2\x85" + raw[2:] + b"\x00"), ("nothing but a tag", b"\xd2"), ("a length of exabytes", b"\xd2\x84\x5b" + b"\xff" * 8),
        ("ninety arrays deep", b"\xd2" + b"\x81" * 90), ("a map as signature", Pieces(protected=whole.protected, claims=whole.claims).bytes()[:-1] + b"\xa0"),
    ):  # fmt: skip
        yield case(name, f"{HOST}/S/{base32(bad)}", "malformed")
    for name, bad in (
        ("a ninth kind", claims(ours=[1, 9, 0, 0])), ("kind 0", claims(ours=[1, 0, 0, 0])), ("an unknown flag", claims(ours=[1, 1, 0, 4])),
        ("a negative flag", claims(ours=[1, 1, 0, -1])), ("a person with a scope", claims(ours=[1, 1, 3311, 0])),
        ("a scope of sixteen digits", claims(ours=[1, 4, 10**15, 0])), ("five numbers", claims(ours=[1, 1, 0, 0, 0])),
        ("three numbers", claims(ours=[1, 1, 0])),
        ("a cti of nine bytes", claims(cti=b"123456789")), ("a cti of text", claims(cti="1234567890")), ("three characters of issuer", claims(iss="LSX")),
        ("a small issuer", claims(iss="ls")), ("an end before the beginning", claims(exp=NOW - 7200)), ("a time of 2150", claims(exp=5_680_281_600)),
        ("a time of 1999", claims(iat=946_684_799)), ("half a second", claims(exp=NOW + 0.5)), ("a tag in the claims", claims(cti=cbor2.CBORTag(35, "("))),
        ("true as a flag", claims(ours=[1, 1, 0, True])), ("a sixth claim", cbor2.dumps(cbor2.loads(claims()) | {8: 1})),
        ("no cti", cbor2.dumps({k: v for k, v in cbor2.loads(claims()).items() if k != 7})), ("claims that are a list", cbor2.dumps([1, 2])),
    ):  # fmt: skip
        yield case(name, pieces(bad, by=by).text(), "malformed")
    for name, signature in (
        ("63 bytes of signature", whole.signature[:-1]),
        ("a signature of zeros", bytes(64)),
        ("r of zero", bytes(32) + whole.signature[32:]),
    ):
        yield case(name, replace(whole, signature=signature).text(), "malformed")
    yield case("a query after the token", f"{whole.text()}?X=1", "malformed")
    yield case("a digit that base32 does not have", f"{whole.text()[:-1]}1", "malformed")
    yield case("a kid of three bytes", pieces(payload(), by=by, header=cbor2.dumps({1: -7, 4: b"123"})).text(), "malformed")
    yield case("no algorithm", pieces(payload(), by=by, header=cbor2.dumps({4: by.kid})).text(), "malformed")
    yield case("a third header", pieces(payload(), by=by, header=cbor2.dumps({1: -7, 4: by.kid, 5: 1})).text(), "malformed")


def unproven() -> Iterator[Case]:
    by, whole = KEYS["person"], pieces(payload(), by=KEYS["person"])
    for name, algorithm in (("EdDSA", -8), ("ES384", -35), ("HMAC", 5), ("none", "none")):
        yield case(f"algorithm {name}", pieces(payload(), by=by, header=cbor2.dumps({1: algorithm, 4: by.kid})).text(), "wrong_algorithm")
    yield case("version 2", pieces(claims(ours=[2, 1, 0, 0, "more"]), by=by).text(), "unknown_version")
    yield case("another office", pieces(payload(issuer="XX"), by=by).text(), "wrong_issuer")
    yield case("another office's key", pieces(payload(), by=key(Kind.PERSON, "stranger")).text(), "unknown_key")
    yield case("a place signed as a person", pieces(payload(Kind.PLACE), by=by).text(), "wrong_kind_for_key")
    yield case("a person signed by a place's key", pieces(payload(), by=KEYS["place"]).text(), "wrong_kind_for_key")
    yield case("the kid of another key", pieces(payload(), by=replace(by, kid=KEYS["person later"].kid)).text(), "bad_signature")
    yield case("another person's signature", replace(whole, claims=to_claims(payload(Kind.PERSON, "other"))).text(), "bad_signature")
    yield case("another year", replace(whole, claims=to_claims(payload(lasts=4 * YEAR))).text(), "bad_signature")
    one_bit = whole.signature[:10] + bytes([whole.signature[10] ^ 1]) + whole.signature[11:]
    yield case("one bit of the signature", replace(whole, signature=one_bit).text(), "bad_signature")


def short_codes() -> Mapping[str, object]:
    made = [cti(f"short {n}")[:7] for n in range(6)] + [bytes(7), b"\xff" * 7]
    known = shortcode.make(made[0])
    typed = [
        known,
        shortcode.grouped(known),
        known.lower(),
        " ".join(known),
        f"  {shortcode.grouped(known).lower()}\n",
        known.replace("-", "—"),
        _full_width(known),
    ]
    return {
        "made": [{"random": raw.hex(), "code": shortcode.make(raw), "grouped": shortcode.grouped(shortcode.make(raw))} for raw in made],
        "typed": [{"text": text, "code": known} for text in typed]
        + [{"text": "oOo0-0o0o-ooOO", "code": "000000000000"}, {"text": "iIlL-1111-1111", "code": "111111111111"}]
        + [{"text": text, "code": None} for text in ("", "ABC", known[:-1], f"{known}0", f"{known[:-1]}U", "你好", "0" * 65, f"{known[:6]}/{known[6:]}")],
        "wrong": [known[:-1] + ("0" if known[-1] != "0" else "1"), known[1] + known[0] + known[2:], "000000000001", "ZZZZZZZZZZZZ"],
    }


def _full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


def deep_links() -> Mapping[str, object]:
    secret = cti("deep link key") + cti("of 32") + cti("bytes") + b"!!"
    made = [{"kind": kind.word, "cti": cti(kind.word).hex(), "parameter": deeplink.make(kind, cti(kind.word), key=secret)} for kind in (*KINDS,)]
    first = str(made[0]["parameter"])
    stranger = deeplink.make(Kind.PERSON, bytes(CTI_BYTES), key=cti("another key") + bytes(22))
    last = "A" if first[-1] != "A" else "B"
    return {
        "key": secret.hex(), "made": made,
        "refused": ["", "start", first[:-1], f"{first}A", f"B{first[1:]}", f"{first[:-1]}{last}", stranger, "A" * 36, first.replace(first[5], "=", 1)],
    }  # fmt: skip


KINDS = (Kind.PERSON, Kind.HOUSEHOLD, Kind.PLACE, Kind.PASS)


def lists() -> Mapping[str, object]:
    body = {"v": 1, "iss": "LS", "seq": 10, "iat": NOW - 60, "cti8": ""}
    trusts = [
        ("the list in use", seal_trust(trust(), root=ROOT), None),
        ("the next one", seal_trust(trust(6), root=ROOT), None),
        ("an older one", seal_trust(trust(4), root=ROOT), "lower_sequence"),
        ("the same number with fewer keys", seal_trust(trust(keys=()), root=ROOT), "same_sequence"),
        ("signed by a stranger", seal_trust(trust(6), root=STRANGER), "bad_signature"),
        ("signed by the status key", seal_trust(trust(6), root=STATUS), "bad_signature"),
        ("another office's", seal_trust(trust(6, issuer="XX"), root=ROOT), "wrong_issuer"),
        ("from tomorrow", seal_trust(trust(6, issued_at=instant(NOW) + timedelta(days=1)), root=ROOT), "from_the_future"),
        ("a list of revoked codes by the root", seal_revoked(revoked(10), key=ROOT), "bad_signature"),
        ("no keys at all", seal_document(body, kind=TRUST_TYPE, key=ROOT), "malformed"), ("not JSON", "{", "malformed"), ("a list", "[]", "malformed"),
        ("a fourth part", seal_trust(trust(6), root=ROOT)[:-1] + ',"x":"y"}', "malformed"),
    ]  # fmt: skip
    gone = [
        ("the list in use", seal_revoked(revoked(), key=STATUS), None), ("one more code", seal_revoked(revoked(10, "third"), key=STATUS), None),
        ("an older one", seal_revoked(revoked(8), key=STATUS), "lower_sequence"),
        ("the same number, one code more", seal_revoked(revoked(9, "third"), key=STATUS), "same_sequence"),
        ("signed by the root", seal_revoked(revoked(10), key=ROOT), "bad_signature"),
        ("another office's", seal_revoked(revoked(10, issuer="XX"), key=STATUS), "wrong_issuer"),
        ("from tomorrow", seal_revoked(revoked(10, at=NOW + DAY), key=STATUS), "from_the_future"),
        ("not sorted", seal_document(body | {"cti8": base64url(b"\x02" * 8 + b"\x01" * 8)}, kind=REVOKED_TYPE, key=STATUS), "malformed"),
        ("a code twice", seal_document(body | {"cti8": base64url(b"\x01" * 16)}, kind=REVOKED_TYPE, key=STATUS), "malformed"),
        ("half a code", seal_document(body | {"cti8": base64url(b"\x01" * 12)}, kind=REVOKED_TYPE, key=STATUS), "malformed"),
        ("a negative number", seal_document(body | {"seq": -1}, kind=REVOKED_TYPE, key=STATUS), "malformed"),
    ]  # fmt: skip
    return {"trust": [_list(*one) for one in trusts], "revoked": [_list(*one) for one in gone]}


def _list(name: str, text: str, problem: str | None) -> Case:
    return {"name": name, "text": text, "problem": problem}


def frame() -> Mapping[str, object]:
    """What every file's cases are read with."""
    x, y = map(base64url, coordinates(ROOT.public_key()))
    return {
        "now": NOW, "hosts": list(HOSTS), "root": {"alg": "ES256", "x": x, "y": y}, "trust": seal_trust(trust(), root=ROOT),
        "revoked": seal_revoked(revoked(), key=STATUS),
    }  # fmt: skip


def vectors() -> dict[str, object]:
    """Every file by its name."""
    assert {one.status for one in KEYS.values()} == set(KeyStatus)
    groups = (good, doubtful, not_ours, other_spellings, broken, unproven)
    return {
        "frame.json": frame(), **{f"{group.__name__}.json": list(group()) for group in groups},
        "short_codes.json": short_codes(), "deep_links.json": deep_links(), "lists.json": lists(),
    }  # fmt: skip


def write(folder: Path) -> None:
    for name, contents in vectors().items():
        (folder / name).write_text(json.dumps(contents, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
