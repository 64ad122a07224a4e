"""What a command's exit code says: 0 done, 1 refused, 2 wrong call, 3 a needed part is absent or faulted."""

from collections.abc import Mapping

from domain.errors import Conflict, Gone, Invalid, NotAllowed, Refusal, TooOften, Unknown

DONE = 0
REFUSED = 1
WRONG_CALL = 2
ABSENT = 3

EXIT: Mapping[type[Refusal], int] = {
    Unknown: REFUSED,
    NotAllowed: REFUSED,
    Invalid: REFUSED,
    Conflict: REFUSED,
    Gone: REFUSED,
    TooOften: REFUSED,
}
