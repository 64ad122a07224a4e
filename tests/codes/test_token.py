"""A code says what was signed, and no other text says it."""

from base64 import b32decode
from datetime import timedelta

import cbor2
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from codes.errors import NoSigningKey, PayloadInvalid, Problem
from codes.payload import EARLIEST, LARGEST_SCOPE, LATEST, VERSION, Kind, Payload, from_claims, instant, to_claims
from codes.reading import Reading, read
from codes.signing import KeyStatus, SigningKey, kid_of, new_key
from codes.token import LONGEST_TEXT, base32, code_text, parse, seal
from codes.trustlist import RevokedList
from tests.codes.conftest import ENDS, HOSTS, NOW, URL, Office

ISSUABLE = [kind for kind in Kind if kind is not Kind.EQUIPMENT]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@st.composite
def payloads(draw: st.DrawFn) -> Payload:
    kind = draw(st.sampled_from(ISSUABLE))
    issued = draw(st.integers(EARLIEST, LATEST - 1))
    return Payload(
        kind=kind, cti=draw(st.binary(min_size=10, max_size=10)), issuer=draw(st.text("ABCXYZ0189", min_size=2, max_size=2)),
        issued_at=instant(issued), expires_at=instant(draw(st.integers(issued + 1, LATEST))),
        scope=draw(st.integers(0, LARGEST_SCOPE)) if kind.scoped else 0, drill_only=draw(st.booleans()), live=draw(st.booleans()),
    )  # fmt: skip


def reading(office: Office, text: str, *, revoked: RevokedList | None = None) -> Reading:
    return read(text, hosts=HOSTS, trust=office.keys.trust, now=NOW, revoked=revoked)


ANY_TIME = new_key()


@given(payloads())
@settings(max_examples=60, deadline=None)
def test_what_was_sealed_is_what_is_parsed(payload: Payload) -> None:
    key = SigningKey(kid=kid_of(ANY_TIME.public_key()), kind=payload.kind, private=ANY_TIME, not_before=instant(EARLIEST), expires_at=instant(LATEST))
    text = code_text(URL, seal(payload, key=key))
    seen = parse(text, hosts=HOSTS)
    assert (seen.payload, seen.kid) == (payload, key.kid)
    assert seal(payload, key=key) == seen.token
    assert text == text.upper()


def test_changing_any_one_character_of_the_token_makes_it_refused_without_naming_anybody(office: Office) -> None:
    text = office.text()
    for at in range(text.rindex("/") + 1, len(text)):
        for other in ALPHABET.replace(text[at], ""):
            seen = reading(office, text[:at] + other + text[at + 1 :])
            assert (seen.problem is not None, seen.payload) == (True, None), (at, other)


def test_turning_any_single_bit_makes_a_code_refused(office: Office) -> None:
    raw = raw_token(office)
    for bit in range(len(raw) * 8):
        turned = bytearray(raw)
        turned[bit // 8] ^= 1 << bit % 8
        seen = reading(office, f"{HOSTS[0]}/S/{base32(bytes(turned))}")
        assert (seen.problem is not None, seen.payload) == (True, None), bit


def raw_token(office: Office) -> bytes:
    token = office.text().rpartition("/")[2]
    return b32decode(token + "=" * (-len(token) % 8))


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_cutting_or_lengthening_a_text_anywhere_makes_it_refused(office: Office, data: st.DataObject) -> None:
    text = office.text()
    at = data.draw(st.integers(0, len(text)))
    added = data.draw(st.text("ABZ27=/?#% \n", max_size=3))
    removed = data.draw(st.integers(0 if added else 1, 3))
    changed = text[:at] + added + text[at + removed :]
    if changed != text:
        assert reading(office, changed).problem is not None


@given(text=st.text() | st.text("HTTPS:/LS.EXAMPLORG2347?#= ") | st.binary(max_size=160).map(lambda raw: f"{HOSTS[0]}/S/{base32(raw)}"))
@settings(max_examples=200, deadline=None)
def test_no_text_whatever_is_an_exception_or_a_code(office: Office, text: str) -> None:
    assert reading(office, text).problem is not None


@given(tail=st.binary(min_size=1, max_size=118))
@settings(max_examples=300, deadline=None)
def test_any_other_bytes_behind_the_right_beginning_are_refused(office: Office, tail: bytes) -> None:
    raw = raw_token(office)
    forged = raw[: len(raw) - len(tail)] + tail
    assume(forged != raw)
    assert reading(office, f"{HOSTS[0]}/S/{base32(forged)}").payload is None


def test_three_megabytes_are_refused_by_their_length(office: Office) -> None:
    assert reading(office, "A" * 3_000_000).problem is Problem.TOO_LONG
    assert reading(office, "A" * (LONGEST_TEXT + 1)).problem is Problem.TOO_LONG


def test_a_code_of_another_kind_has_another_key(office: Office) -> None:
    used = {reading(office, office.text(kind)).kid for kind in ISSUABLE}
    assert len(used) == len(ISSUABLE)


def test_a_withdrawn_code_still_says_whose_it_is(office: Office) -> None:
    gone = RevokedList.of([b"0123456789"], issuer="LS", sequence=2, issued_at=NOW)
    seen = reading(office, office.text(), revoked=gone)
    assert seen.problem is Problem.REVOKED
    assert seen.payload is not None
    assert seen.payload.cti == b"0123456789"


@pytest.mark.parametrize("status", [KeyStatus.NEXT, KeyStatus.RETIRED, KeyStatus.COMPROMISED])
def test_a_key_that_is_not_active_does_not_sign(status: KeyStatus) -> None:
    of = Payload(kind=Kind.PERSON, cti=bytes(10), issuer="LS", issued_at=NOW, expires_at=ENDS)
    key = SigningKey(kid=b"ab", kind=Kind.PERSON, private=ANY_TIME, not_before=NOW, expires_at=ENDS, status=status)
    with pytest.raises(NoSigningKey):
        seal(of, key=key)


def test_a_key_signs_neither_another_kind_nor_another_time() -> None:
    of = Payload(kind=Kind.PERSON, cti=bytes(10), issuer="LS", issued_at=NOW, expires_at=ENDS)
    second = timedelta(seconds=1)
    for kind, since, until in ((Kind.PLACE, NOW, ENDS), (Kind.PERSON, NOW + second, ENDS), (Kind.PERSON, NOW, ENDS - second)):
        with pytest.raises(NoSigningKey):
            seal(of, key=SigningKey(kid=b"ab", kind=kind, private=ANY_TIME, not_before=since, expires_at=until))


@pytest.mark.parametrize(
    "wrong",
    [
        {"cti": b"short"}, {"issuer": "ls"}, {"issuer": "LSX"}, {"scope": 3311}, {"kind": Kind.PASS, "scope": 10**15}, {"version": VERSION + 1},
        {"expires_at": NOW}, {"issued_at": NOW.replace(tzinfo=None)}, {"issued_at": NOW.replace(microsecond=1)},
    ],
    ids=str,
)  # fmt: skip
def test_values_that_no_code_can_carry_are_refused_before_they_are_signed(wrong: dict[str, object]) -> None:
    usual: dict[str, object] = {"kind": Kind.PERSON, "cti": bytes(10), "issuer": "LS", "issued_at": NOW, "expires_at": ENDS}
    with pytest.raises(PayloadInvalid):
        Payload(**usual | wrong)  # type: ignore[arg-type]


def test_claims_come_back_as_the_payload_they_were_made_of() -> None:
    of = Payload(kind=Kind.TEAM, cti=bytes(10), issuer="LS", issued_at=NOW, expires_at=ENDS, scope=3311, live=True)
    assert from_claims(cbor2.loads(to_claims(of))) == of
