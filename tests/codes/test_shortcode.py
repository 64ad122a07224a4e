"""A short code survives a telephone call, and a slip of the tongue is noticed."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.shortcode import ALPHABET, LENGTH, grouped, make, normalise, valid

randoms = st.binary(min_size=7, max_size=7)


@given(randoms)
def test_a_code_is_valid_and_is_itself_when_typed_as_it_is_shown(random: bytes) -> None:
    code = make(random)
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert valid(code)
    assert normalise(grouped(code)) == code


@given(randoms)
@settings(max_examples=25, deadline=None)
def test_every_single_wrong_character_is_noticed(random: bytes) -> None:
    code = make(random)
    for at in range(LENGTH):
        for other in ALPHABET.replace(code[at], ""):
            assert not valid(code[:at] + other + code[at + 1 :])


@given(randoms)
@settings(max_examples=50, deadline=None)
def test_any_two_characters_that_changed_places_are_noticed_neighbours_or_not(random: bytes) -> None:
    code = make(random)
    for one, other in combinations(range(LENGTH), 2):
        if code[one] != code[other]:
            swapped = list(code)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            assert not valid("".join(swapped)), (one, other)


@given(randoms, st.data())
def test_any_two_wrong_characters_are_noticed(random: bytes, data: st.DataObject) -> None:
    code = list(make(random))
    for at in data.draw(st.sampled_from(list(combinations(range(LENGTH), 2)))):
        code[at] = data.draw(st.sampled_from(ALPHABET.replace(code[at], "")))
    assert not valid("".join(code))


@given(randoms, st.data())
def test_spaces_dashes_small_letters_and_letters_for_digits_mean_the_same_code(random: bytes, data: st.DataObject) -> None:
    code = make(random)
    looks = {"0": "0OoO", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(looks.get(character, character + character.lower()))) + data.draw(st.sampled_from(["", "", " ", "-", "—", "·", "\u3000"]))
        for character in code
    )
    assert normalise(typed) == code


@given(st.text())
def test_no_text_whatever_is_an_exception(text: str) -> None:
    code = normalise(text)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET))


def test_what_is_too_long_is_not_looked_at() -> None:
    assert normalise("-" * 53 + "000000000000") is None
    assert normalise("7" * 3_000_000) is None


def test_a_code_needs_56_random_bits() -> None:
    with pytest.raises(ValueError, match="7 random bytes"):
        make(bytes(6))


def test_codes_of_different_random_bits_are_different() -> None:
    assert len({make(n.to_bytes(2) + bytes(5)) for n in range(2000)}) == 2000
