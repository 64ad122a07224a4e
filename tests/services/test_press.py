"""The press: what it signs, it reads, in every form in which people hand it over; everything else has a reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codes import deeplink
from codes.errors import HostInvalid, Problem
from codes.keyring import Keyring, generate
from codes.payload import Kind, Payload
from codes.shortcode import grouped
from codes.signing import KeyStatus
from codes.token import seal
from codes.trustlist import TrustKey
from domain.codes import Holder, NoKeySigns
from domain.scans import CONFIRMABLE, OFFER_WALK_IN, REASONS, Reason
from services.codes import Press, Seen
from services.press import KIND_OF, REASON_OF, CodePress, OtherOffice

NOW = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
BOT = "https://t.me/LishuiSafeBot"
CTI = b"0123456789"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    folder = tmp_path_factory.mktemp("press")
    generate(folder / "keys", issuer="LS", now=NOW, root_key=folder / "root.pem")
    return Keyring.load(folder / "keys")


@pytest.fixture(scope="module")
def press(keys: Keyring) -> CodePress:
    return CodePress(keys, issuer="LS", public_url="https://ls.example.org", bot_link=BOT)


def signed(press: Press, kind: Holder = Holder.PERSON, *, at: datetime = NOW, lasts: timedelta = YEARS) -> str:
    return press.sign(kind=kind, cti=CTI, issued_at=at, expires_at=at + lasts, drill_only=False)


@pytest.mark.parametrize("kind", Holder)
def test_a_code_is_read_as_what_was_signed(press: CodePress, kind: Holder) -> None:
    text = press.url(signed(press, kind))
    assert text.startswith("HTTPS://LS.EXAMPLE.ORG/S/")
    assert press.read(text, now=NOW) == Seen(cti=CTI, kind=kind, issued_at=NOW)


def test_a_code_is_read_in_every_form_in_which_it_is_handed_over(press: CodePress) -> None:
    token = signed(press)
    link = press.deep_link(Holder.PERSON, CTI)
    parameter = link.rpartition("=")[2]
    assert len(parameter) == 36
    for text in (
        press.url(token), token, f" {press.url(token)}\n", f"https://ls.example.org/S/{token}", link, parameter, link.removeprefix("https://"),
        link.replace("https://t.me/LishuiSafeBot", "http://T.me/lishuisafebot"),
    ):  # fmt: skip
        when = NOW if token in text else None
        assert press.read(text, now=NOW) == Seen(cti=CTI, kind=Holder.PERSON, issued_at=when), text


def test_a_short_code_is_read_however_it_is_typed_and_says_that_it_was_typed(press: CodePress) -> None:
    short = press.short(b"\x00" + bytes(range(6)))
    assert "0" in short
    shown = grouped(short)
    for text in (short, shown, shown.lower(), " ".join(short), shown.replace("0", "O"), shown.replace("0", "o").replace("1", "l"), f"  {shown}\n"):
        assert press.read(text, now=NOW) == Seen(short=short, typed=True), text


def test_a_slip_in_a_short_code_is_told_apart_from_an_unknown_text(press: CodePress) -> None:
    short = press.short(bytes(range(7)))
    slip = short[:-1] + ("0" if short[-1] != "0" else "1")
    assert press.read(slip, now=NOW) == Seen(reason=Reason.SHORT_CODE_WRONG, typed=True)
    assert press.read(short[:-1], now=NOW).reason is Reason.NOT_A_CODE


def test_every_problem_of_the_format_has_a_reason_that_people_can_be_told() -> None:
    assert set(REASON_OF) == set(Problem)
    assert set(REASON_OF.values()) <= set(REASONS)
    assert Reason.OK not in REASON_OF.values()


def test_a_sound_signature_is_at_worst_amber_and_everything_else_is_refused_with_the_offer_of_a_walk_in() -> None:
    ours = {Problem.KEY_COMPROMISED, Problem.REVOKED, Problem.KEY_RETIRED, Problem.NOT_YET_VALID, Problem.EXPIRED}
    assert {REASON_OF[problem] for problem in ours} <= CONFIRMABLE
    assert {REASON_OF[problem] for problem in set(Problem) - ours} <= OFFER_WALK_IN


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.NOT_A_CODE), ("你好", Reason.NOT_A_CODE), ("帮我", Reason.NOT_A_CODE), ("13805780001", Reason.NOT_A_CODE),
        ("https://example.org/", Reason.NOT_A_CODE),
        ("<script>alert(1)</script>", Reason.NOT_A_CODE), (f"{BOT}?start=help", Reason.NOT_A_CODE),
        ("https://t.me/OtherBot?start=" + "A" * 36, Reason.NOT_A_CODE),
        (f"{BOT}?start=" + "A" * 36, Reason.FORGED), ("A" * 36, Reason.FORGED), ("A" * 3_000_000, Reason.TOO_LONG), ("你" * 3_000_000, Reason.TOO_LONG),
        (" " * 3_000_000, Reason.TOO_LONG), ("HTTPS://EVIL.EXAMPLE/S/ABCD", Reason.FOREIGN), ("http://ls.example.org/S/ABCD", Reason.FOREIGN),
        ("HTTPS://LS.EXAMPLE.ORG/S/ABCD", Reason.UNREADABLE), ("HTTPS://LS.EXAMPLE.ORG/S/", Reason.UNREADABLE), ("2" * 189, Reason.UNREADABLE),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_is_no_code_of_ours_is_nobody_and_has_its_reason(press: CodePress, text: str, reason: Reason) -> None:
    assert press.read(text, now=NOW) == Seen(reason=reason)


def test_another_spelling_of_a_code_is_refused(press: CodePress) -> None:
    token = signed(press)
    for text in (token.lower(), f"{token}===", f"https://ls.example.org/S/{token.lower()}", f"https://ls.example.org/s/{token}"):
        assert press.read(text, now=NOW) == Seen(reason=Reason.FORGED), text


@given(at=st.integers(0, 188), by=st.integers(1, 31))
@settings(max_examples=100, deadline=None)
def test_a_changed_character_makes_a_code_nobodys(press: CodePress, at: int, by: int) -> None:
    token, alphabet = signed(press), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    changed = token[:at] + alphabet[(alphabet.index(token[at]) + by) % 32] + token[at + 1 :]
    seen = press.read(press.url(changed), now=NOW)
    assert (seen.cti, seen.short, seen.kind) == (None, None, None)
    assert seen.reason in OFFER_WALK_IN


@given(text=st.text(max_size=600))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_whatever_is_an_exception_or_somebody(press: CodePress, text: str) -> None:
    seen = press.read(text, now=NOW)
    assert seen.cti is None


def test_an_ended_or_early_code_is_amber_and_still_says_whose_it_is(press: CodePress) -> None:
    text = press.url(signed(press))
    assert press.read(text, now=NOW + YEARS + timedelta(hours=1)) == Seen(cti=CTI, kind=Holder.PERSON, reason=Reason.EXPIRED, issued_at=NOW)
    assert press.read(text, now=NOW - timedelta(hours=1)) == Seen(cti=CTI, kind=Holder.PERSON, reason=Reason.NAME_NOT_CHECKED, issued_at=NOW)


def test_a_code_of_a_copied_key_is_amber(keys: Keyring, press: CodePress) -> None:
    copied = replace(keys.trust, keys=tuple(_compromised(key) for key in keys.trust.keys))
    reader = CodePress(replace(keys, trust=copied), issuer="LS", public_url="https://ls.example.org", bot_link=None)
    assert reader.read(press.url(signed(press)), now=NOW) == Seen(cti=CTI, kind=Holder.PERSON, reason=Reason.KEY_COMPROMISED, issued_at=NOW)


def _compromised(key: TrustKey) -> TrustKey:
    return replace(key, status=KeyStatus.COMPROMISED)


def test_a_code_of_a_kind_that_nobody_holds_here_is_of_the_wrong_kind(keys: Keyring, press: CodePress) -> None:
    parameter = deeplink.make(Kind.EQUIPMENT, CTI, key=keys.deep_link_key)
    assert press.read(parameter, now=NOW) == Seen(cti=CTI, reason=Reason.WRONG_KIND)


def test_a_teams_code_says_that_it_is_a_teams(keys: Keyring, press: CodePress) -> None:
    of = Payload(kind=Kind.TEAM, cti=CTI, issuer="LS", issued_at=NOW, expires_at=NOW + YEARS, scope=3311)
    assert press.read(press.url(seal(of, key=keys.signing_key(Kind.TEAM, NOW))), now=NOW) == Seen(cti=CTI, kind=Holder.TEAM, issued_at=NOW)


def test_another_offices_code_and_link_are_refused(press: CodePress, tmp_path: Path) -> None:
    generate(tmp_path / "keys", issuer="XX", now=NOW, root_key=tmp_path / "root.pem")
    other = CodePress(Keyring.load(tmp_path / "keys"), issuer="XX", public_url="https://xx.example.org", bot_link=BOT)
    assert press.read(other.url(signed(other)), now=NOW) == Seen(reason=Reason.FOREIGN)
    assert press.read(press.url(signed(other)), now=NOW) == Seen(reason=Reason.FOREIGN)
    assert press.read(other.deep_link(Holder.PERSON, CTI), now=NOW) == Seen(reason=Reason.FORGED)


def test_without_a_bot_there_is_no_deep_link(keys: Keyring) -> None:
    press = CodePress(keys, issuer="LS", public_url="http://127.0.0.1:8080", bot_link=None)
    assert press.deep_link(Holder.PERSON, CTI) == ""
    text = press.url(signed(press))
    assert text.startswith("HTTP://127.0.0.1:8080/S/")
    assert press.read(text, now=NOW).cti == CTI


def test_a_link_fits_into_what_telegram_takes(press: CodePress) -> None:
    for kind in Holder:
        link = press.deep_link(kind, CTI)
        assert link.startswith(f"{BOT}?start=")
        assert len(link.rpartition("=")[2]) <= 64


def test_nothing_is_signed_for_a_time_without_a_key(press: CodePress) -> None:
    for at, lasts in ((NOW - timedelta(days=2), YEARS), (NOW, timedelta(days=7 * 365)), (NOW + timedelta(days=7 * 365), YEARS)):
        with pytest.raises(NoKeySigns):
            signed(press, at=at, lasts=lasts)


def test_the_keys_of_another_office_and_a_useless_address_are_refused_at_the_start(keys: Keyring) -> None:
    with pytest.raises(OtherOffice):
        CodePress(keys, issuer="XX", public_url="https://ls.example.org", bot_link=None)
    with pytest.raises(HostInvalid):
        CodePress(keys, issuer="LS", public_url="https://ls.example.org/codes", bot_link=None)


def test_every_holder_has_a_kind_and_no_two_the_same() -> None:
    assert set(KIND_OF) == set(Holder)
    assert len(set(KIND_OF.values())) == len(KIND_OF)
