"""What is sealed opens only where it was sealed, and is found only by who holds the index key."""

import secrets
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.sealing import SealBroken, Sealing

OLD, NEW, INDEX = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
ROW = UUID("018f0000-0000-7000-8000-000000000001")

sealing = Sealing({1: OLD, 2: NEW}, index_key=INDEX, random_bytes=secrets.token_bytes)
names = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)


@given(st.text() | st.binary(), names, names, st.uuids())
def test_what_is_sealed_opens_in_its_place(value: str | bytes, table: str, column: str, row: UUID) -> None:
    sealed = sealing.seal(value, table=table, column=column, row=row)
    if isinstance(value, str):
        assert sealing.unseal_text(sealed, table=table, column=column, row=row) == value
    else:
        assert sealing.unseal(sealed, table=table, column=column, row=row) == value


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [
        ("people", "phone", uuid4()),
        ("people", "name", ROW),
        ("contacts", "phone", ROW),
        ("people", "phone", str(ROW) + "|"),
    ],
)
def test_a_value_moved_to_another_place_does_not_open(table: str, column: str, row: UUID | str) -> None:
    sealed = sealing.seal("13805780000", table="people", column="phone", row=ROW)
    with pytest.raises(SealBroken):
        sealing.unseal(sealed, table=table, column=column, row=row)


@given(st.integers(min_value=0), st.integers(0, 7))
@settings(max_examples=60)
def test_one_changed_bit_is_noticed(place: int, bit: int) -> None:
    sealed = bytearray(sealing.seal("王小明", table="people", column="name", row=ROW))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(SealBroken):
        sealing.unseal(bytes(sealed), table="people", column="name", row=ROW)


@given(st.integers(0, 37))
def test_a_cut_value_does_not_open(length: int) -> None:
    sealed = sealing.seal("王小明", table="people", column="name", row=ROW)
    assert len(sealed) == 38
    with pytest.raises(SealBroken):
        sealing.unseal(sealed[:length], table="people", column="name", row=ROW)


def test_bytes_that_are_no_text_are_not_shown_as_text() -> None:
    sealed = sealing.seal(b"\xff\xd8\xff", table="media", column="body", row=ROW)
    with pytest.raises(SealBroken, match="bytes, not text"):
        sealing.unseal_text(sealed, table="media", column="body", row=ROW)


def test_equal_values_look_different_in_the_file() -> None:
    sealed = {sealing.seal("王小明", table="people", column="name", row=ROW) for _ in range(50)}
    assert len(sealed) == 50
    assert not any("王".encode() in value for value in sealed)


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    before = Sealing({1: OLD}, index_key=INDEX, random_bytes=secrets.token_bytes)
    old = before.seal("13805780000", table="people", column="phone", row=ROW)
    new = sealing.seal("13805780000", table="people", column="phone", row=ROW)
    assert sealing.unseal_text(old, table="people", column="phone", row=ROW) == "13805780000"
    assert (sealing.is_newest(old), sealing.is_newest(new)) == (False, True)
    with pytest.raises(SealBroken, match="key that is not here"):
        before.unseal(new, table="people", column="phone", row=ROW)


def test_another_master_key_of_the_same_number_does_not_open() -> None:
    stranger = Sealing({2: OLD}, index_key=INDEX, random_bytes=secrets.token_bytes)
    sealed = sealing.seal("13805780000", table="people", column="phone", row=ROW)
    with pytest.raises(SealBroken):
        stranger.unseal(sealed, table="people", column="phone", row=ROW)


def test_a_row_is_the_same_place_as_an_id_and_as_its_text() -> None:
    sealed = sealing.seal("x", table="people", column="name", row=str(ROW))
    assert sealing.unseal_text(sealed, table="people", column="name", row=ROW) == "x"


def test_an_index_finds_equal_values_of_one_field_and_outlives_a_rotation() -> None:
    phone = sealing.index("phone", "+8613805780000")
    rotated = Sealing({3: NEW}, index_key=INDEX, random_bytes=secrets.token_bytes)
    assert rotated.index("phone", "+8613805780000") == phone
    assert len(phone) == 32
    assert sealing.index("phone", "+8613805780001") != phone
    assert sealing.index("id_number", "+8613805780000") != phone
    stranger = Sealing({1: OLD}, index_key=OLD, random_bytes=secrets.token_bytes)
    assert stranger.index("phone", "+8613805780000") != phone


def test_the_format_and_the_keys_never_change_unnoticed() -> None:
    fixed = Sealing({7: OLD}, index_key=INDEX, random_bytes=bytes)
    sealed = fixed.seal("王小明", table="people", column="name", row=ROW)
    assert sealed.hex() == "070000000000000000000000007936118774654f8dda64482f3b1558832a4630f6b930170d15"
    assert (
        fixed.index("phone", "+8613805780000").hex()
        == "dbe3818e54e9083bc7b7fa1d16cfa41775e385349b0101310b6299c294da2ffb"
    )


@pytest.mark.parametrize(
    ("keys", "index_key"),
    [({}, INDEX), ({0: OLD}, INDEX), ({256: OLD}, INDEX), ({1: OLD[:16]}, INDEX), ({1: OLD}, b"")],
)
def test_weak_or_missing_keys_are_refused(keys: dict[int, bytes], index_key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealing(keys, index_key=index_key, random_bytes=secrets.token_bytes)


def test_a_name_that_could_pretend_to_be_another_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no bar"):
        sealing.seal("x", table="people|name", column="x", row=ROW)
