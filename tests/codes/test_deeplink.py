"""A deep link names a code only when this office made it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.deeplink import DeepLink, make, read
from codes.payload import Kind

KEY = bytes(range(32))
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.sampled_from(Kind), st.binary(min_size=10, max_size=10), st.binary(min_size=32, max_size=32))
def test_what_was_made_is_what_is_read_and_telegram_takes_it(kind: Kind, cti: bytes, key: bytes) -> None:
    parameter = make(kind, cti, key=key)
    assert re.fullmatch(r"[A-Za-z0-9_-]{36}", parameter)
    assert read(parameter, key=key) == DeepLink(kind, cti)


@given(st.binary(min_size=10, max_size=10))
@settings(max_examples=10, deadline=None)
def test_changing_any_character_to_any_other_is_refused(cti: bytes) -> None:
    parameter = make(Kind.PERSON, cti, key=KEY)
    for at in range(len(parameter)):
        for other in ALPHABET.replace(parameter[at], ""):
            assert read(parameter[:at] + other + parameter[at + 1 :], key=KEY) is None


def test_the_link_of_a_person_is_not_the_link_of_a_place() -> None:
    person, place = make(Kind.PERSON, bytes(10), key=KEY), make(Kind.PLACE, bytes(10), key=KEY)
    assert read(place[:2] + person[2:], key=KEY) is None


def test_another_offices_link_is_refused() -> None:
    assert read(make(Kind.PERSON, bytes(10), key=KEY), key=bytes(32)) is None


@given(st.text(max_size=80))
def test_no_text_whatever_is_an_exception_or_a_link(text: str) -> None:
    assert read(text, key=KEY) is None


def test_a_cti_and_a_key_have_their_lengths() -> None:
    for cti, key in ((bytes(9), KEY), (bytes(10), KEY[1:])):
        with pytest.raises(ValueError, match="10 bytes"):
            make(Kind.PERSON, cti, key=key)
