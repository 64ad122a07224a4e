"""How people write their numbers, and what others may see of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import check_digit, masked_id, masked_name, masked_phone, normal_id_number, normal_phone

FULL_WIDTH = str.maketrans("0123456789+-X", "０１２３４５６７８９＋－Ｘ")

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
bodies = st.builds(
    "{}{:%Y%m%d}{:03d}".format,
    st.from_regex(r"[1-9][0-9]{5}", fullmatch=True),
    st.dates(min_value=date(1900, 1, 1)),
    st.integers(0, 999),
)


@pytest.mark.parametrize(
    "written",
    [
        "13805780000",
        "138 0578 0000",
        "138-0578-0000",
        "+86 138 0578 0000",
        "+86-13805780000",
        "0086 13805780000",
        "8613805780000",
        "(+86)13805780000",
        "１３８０５７８００００",
        "＋８６　１３８－０５７８－００００",
        "\u202a+8613805780000\u202c",
        "013805780000",
    ],
)
def test_a_mobile_number_is_the_same_however_it_is_written(written: str) -> None:
    assert normal_phone(written) == "+8613805780000"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("0578-2091234", "+865782091234"),
        ("+86 578 2091234", "+865782091234"),
        ("+86 0578 2091234", "+865782091234"),
        ("010-12345678", "+861012345678"),
        ("0571 87654321", "+8657187654321"),
        ("+852 2345 6789", "+85223456789"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_landlines_and_foreign_numbers_keep_their_country(written: str, normal: str) -> None:
    assert normal_phone(written) == normal


@pytest.mark.parametrize(
    "written", ["", "110", "1380578000", "138057800001", "12805780000", "2091234", "张三", "+", "+0123456789", "138O5780000", "++8613805780000", "٠١٢٣٤٥٦٧٨٩٠"]
)  # fmt: skip
def test_what_is_no_phone_number_is_not_guessed(written: str) -> None:
    assert normal_phone(written) is None


@given(mobiles)
def test_a_normal_number_stays_as_it_is(number: str) -> None:
    normal = normal_phone(number)
    assert normal is not None
    assert normal_phone(normal) == normal == "+86" + number
    assert normal_phone(number.translate(FULL_WIDTH)) == normal


@given(st.text())
def test_no_text_breaks_a_normaliser_or_a_mask(text: str) -> None:
    for number in (normal_phone(text), normal_id_number(text)):
        assert number is None or number.isascii()
    masked_phone(text), masked_name(text), masked_id(text)


@pytest.mark.parametrize(
    "written",
    ["11010519491231002X", "11010519491231002x", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ"],
)
def test_an_id_number_is_the_same_however_it_is_written(written: str) -> None:
    assert normal_id_number(written) == "11010519491231002X"


@pytest.mark.parametrize("written", ["440524188001010014", "11010519491231002X"])
def test_the_examples_of_the_standard_hold(written: str) -> None:
    assert normal_id_number(written) == written


@pytest.mark.parametrize(
    "written",
    ["", "110105194912310021", "11010519490231002X", "1101051949123100X2", "110105491231002", "01010519491231002X"],
)
def test_a_wrong_id_number_is_refused(written: str) -> None:
    assert normal_id_number(written) is None


@given(bodies, st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(body: str, place: int, by: int) -> None:
    number = body + check_digit(body)
    wrong = str((int(number[place]) + by) % 10)
    assert normal_id_number(number) == number
    assert normal_id_number(number[:place] + wrong + number[place + 1 :]) is None


@given(bodies, st.integers(0, 15))
def test_two_swapped_digits_are_always_noticed(body: str, place: int) -> None:
    number = body + check_digit(body)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or normal_id_number(swapped) is None


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+8613805781234", "138****1234"),
        ("138 0578 1234", "138****1234"),
        ("+865782091234", "0578****34"),
        ("+861012345678", "010****78"),
        ("+442079460958", "+44****58"),
        ("110", "****"),
        ("", "****"),
    ],
)
def test_a_masked_phone_shows_only_what_tells_two_people_apart(phone: str, masked: str) -> None:
    assert masked_phone(phone) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*明"),
        ("王明", "王*"),
        ("王 明", "王*"),
        ("欧阳小明", "欧**明"),
        ("買買提·艾力", "買****力"),
        ("王", "*"),
        ("John Smith", "J***"),
        ("Li", "L***"),
        ("Ángel", "Á***"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_masked_name_is_known_only_to_who_knows_the_person(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_a_masked_id_number_shows_neither_home_nor_birthday() -> None:
    assert masked_id("11010519491231002X") == "**************002X"
    assert masked_id("110105194912310") == "***********2310"
    assert masked_id("1234") == "****"
    assert masked_id("青田县腊口镇石帆村三组十二号的老房子") == "****"
