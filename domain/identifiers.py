"""Phone numbers, ID numbers and names as people write them: one normal form to find them by, one masked form to show."""

import re
import unicodedata
from datetime import date

CHINA = "86"
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(10|2\d)\d{8}|[3-9]\d{2}\d{7,8}")
ABROAD = re.compile(r"[1-9]\d{6,14}")
ID_NUMBER = re.compile(r"[1-9]\d{16}[\dX]")
MASKABLE = re.compile(r"[0-9]{14,17}[0-9X]")
SEPARATORS = re.compile(r"[\s().\-\u2010-\u2015\u2212\u30fb\u00b7/\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
HIDDEN = "****"


def plain(text: str) -> str:
    """Half-width, without spaces, dashes, brackets, dots and invisible marks."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def normal_phone(text: str) -> str | None:
    """The number in E.164 (ITU-T), for example +8613805780000; None when it is not a phone number.

    Without a country it is Chinese: a mobile number of 11 digits, or a landline with its area code (0578…). 00 is read as +.
    """
    number = plain(text)
    if number.startswith("00"):
        number = "+" + number[2:]
    if not re.fullmatch(r"\+?[0-9]+", number):
        return None
    if number.startswith("+" + CHINA):
        return in_china(number[3:])
    if number.startswith("+"):
        return number if ABROAD.fullmatch(number[1:]) else None
    if number.startswith("0"):
        return in_china(number)
    if number.startswith(CHINA):
        number = number.removeprefix(CHINA)
    return "+" + CHINA + number if MOBILE.fullmatch(number) else None


def in_china(national: str) -> str | None:
    """E.164 of a number as dialled inside China, with or without the 0 before the area code."""
    number = national.removeprefix("0")
    whole = MOBILE.fullmatch(number) or LANDLINE.fullmatch(number)
    return f"+{CHINA}{number}" if whole else None


def normal_id_number(text: str) -> str | None:
    """A citizen's number of 18 characters with upper-case X; None when form, birthday or check digit is wrong (GB 11643)."""
    number = plain(text).upper()
    if not ID_NUMBER.fullmatch(number) or not number.isascii():
        return None
    try:
        date.fromisoformat(number[6:14])
    except ValueError:
        return None
    return number if check_digit(number[:17]) == number[17] else None


def check_digit(body: str) -> str:
    """The 18th character for the first 17 digits: ISO 7064 MOD 11-2, as GB 11643 has it."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return CHECK_DIGITS[total % 11]


def masked_phone(phone: str) -> str:
    """138****1234 for a Chinese mobile number; other numbers keep less, and what is no number keeps nothing."""
    normal = normal_phone(phone)
    if normal is None:
        return HIDDEN
    national = normal.removeprefix("+" + CHINA)
    if national == normal:
        return normal[:3] + HIDDEN + normal[-2:]
    if MOBILE.fullmatch(national):
        return national[:3] + HIDDEN + national[-4:]
    area = 2 if national.startswith(("1", "2")) else 3
    return "0" + national[:area] + HIDDEN + national[-2:]


def masked_name(name: str) -> str:
    """王*明, 王*, 欧**明 for names in Han characters; the first letter and three stars for any other, so that length is hidden."""
    whole = re.sub(r"\s", "", unicodedata.normalize("NFC", name))
    if not whole:
        return ""
    if not unicodedata.name(whole[0], "").startswith("CJK "):
        return whole[0] + "***"
    if len(whole) == 1:
        return "*"
    return whole[0] + "*" if len(whole) == 2 else whole[0] + "*" * (len(whole) - 2) + whole[-1]


def masked_id(number: str) -> str:
    """**************1234: the last four characters, which officials ask for to tell two people apart; nothing of any other text."""
    whole = plain(number).upper()
    return "*" * (len(whole) - 4) + whole[-4:] if MASKABLE.fullmatch(whole) else HIDDEN
