"""Six digits as every app computes them, and how people type them."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from domain.authenticators import address, code_of, digits_at, grouped, in_words, step_of, step_that_fits, typed_code, typed_digits

SECRET = b"12345678901234567890"
NOW = datetime(2026, 7, 25, 2, 0, 10, tzinfo=UTC)
APPENDIX_B = [
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"), (2000000000, "69279037"), (20000000000, "65353130"),
]  # fmt: skip


@pytest.mark.parametrize(("second", "eight"), APPENDIX_B)
def test_the_digits_are_those_of_rfc_6238_appendix_b(second: int, eight: str) -> None:
    """Its table has eight digits; six are its last six."""
    assert digits_at(SECRET, step_of(datetime.fromtimestamp(second, UTC))) == eight[-6:]


@pytest.mark.parametrize("minutes", range(0, 600, 7))
def test_another_library_computes_the_same(minutes: int) -> None:
    at = NOW + timedelta(minutes=minutes)
    assert digits_at(SECRET, step_of(at)).encode() == TOTP(SECRET, 6, SHA1(), 30, enforce_key_length=False).generate(int(at.timestamp()))


def test_a_clock_may_be_one_step_off_and_no_more() -> None:
    here = step_of(NOW)
    for step in (here - 1, here, here + 1):
        assert step_that_fits(SECRET, digits_at(SECRET, step), now=NOW) == step
    for step in (here - 2, here + 2):
        assert step_that_fits(SECRET, digits_at(SECRET, step), now=NOW) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [("123456", "123456"), (" 123 456 ", "123456"), ("１２３４５６", "123456"), ("12345", None), ("1234567", None), ("12a456", None), ("", None)],
)
def test_digits_are_read_as_people_paste_them(typed: str, read: str | None) -> None:
    assert typed_digits(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("k7p2-9m4x", "K7P29M4X"), ("K7P2 9M4X", "K7P29M4X"), ("O1lI-0000", "01110000"), ("K7P29M4", None), ("K7P29M4U", None),
        ("码码码码码码码码", None),
    ],
)  # fmt: skip
def test_a_code_is_read_as_people_type_it(typed: str, read: str | None) -> None:
    assert typed_code(typed, length=8) == read


def test_a_made_code_is_read_back() -> None:
    code = code_of(bytes(range(10)), length=10)
    assert typed_code(grouped(code, by=5).lower(), length=10) == code


def test_an_app_reads_office_and_person_from_the_address() -> None:
    said = address(SECRET, office="莲都区 应急", account="吴审批")
    assert said.startswith("otpauth://totp/%E5%90%B4")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=" in said
    assert " " not in said
    assert in_words(SECRET).replace(" ", "") == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
