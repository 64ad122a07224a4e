"""The part of CBOR (RFC 8949) that a code is made of, read without trust in its writer.

Integers, byte strings, text, arrays and maps of definite length, three levels deep. Every other item is refused before
it is looked at: general decoders act on tags, and a stranger's tag can name a regular expression or a huge number.
Longer spellings of the same value are read here; that there is only one spelling is checked by encoding again.
"""

from typing import Final

from codes.errors import Problem, Unreadable

DEEPEST: Final = 3
LENGTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}


def one_item(data: bytes) -> object:
    """The single item that `data` holds.

    Raises Unreadable: `malformed` for what is cut short, too deep or of another type, `not_canonical` for a map key
    given twice and for bytes after the item.
    """
    item, end = _item(data, 0, depth=0)
    if end != len(data):
        raise Unreadable(Problem.NOT_CANONICAL)
    return item


def _item(data: bytes, at: int, *, depth: int) -> tuple[object, int]:
    if at >= len(data) or depth > DEEPEST:
        raise Unreadable(Problem.MALFORMED)
    major, value, at = _head(data, at)
    match major:
        case 0:
            return value, at
        case 1:
            return -1 - value, at
        case 2:
            return _taken(data, at, value)
        case 3:
            raw, end = _taken(data, at, value)
            return _text(raw), end
        case 4:
            return _array(data, at, value, depth=depth)
        case 5:
            return _map(data, at, value, depth=depth)
        case _:
            raise Unreadable(Problem.MALFORMED)


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    major, short = data[at] >> 5, data[at] & 31
    if short < 24:
        return major, short, at + 1
    if short not in LENGTHS:
        raise Unreadable(Problem.MALFORMED)
    raw, end = _taken(data, at + 1, LENGTHS[short])
    return major, int.from_bytes(raw), end


def _taken(data: bytes, at: int, count: int) -> tuple[bytes, int]:
    if count > len(data) - at:
        raise Unreadable(Problem.MALFORMED)
    return data[at : at + count], at + count


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Unreadable(Problem.MALFORMED) from None


def _array(data: bytes, at: int, count: int, *, depth: int) -> tuple[list[object], int]:
    items: list[object] = []
    for _ in range(count):
        item, at = _item(data, at, depth=depth + 1)
        items.append(item)
    return items, at


def _map(data: bytes, at: int, count: int, *, depth: int) -> tuple[dict[object, object], int]:
    pairs: dict[object, object] = {}
    for _ in range(count):
        key, at = _item(data, at, depth=depth + 1)
        if not isinstance(key, (int, str, bytes)):
            raise Unreadable(Problem.MALFORMED)
        if key in pairs:
            raise Unreadable(Problem.NOT_CANONICAL)
        pairs[key], at = _item(data, at, depth=depth + 1)
    return pairs, at
