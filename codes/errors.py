"""What this room refuses. Machine words only: whoever shows them to people finds the sentence."""

from collections.abc import Sequence
from enum import StrEnum


class Problem(StrEnum):
    """Why a text is not a good code; SPEC.md §7 says what each means and in which order they are looked for."""

    TOO_LONG = "too_long"
    NOT_A_CODE = "not_a_code"
    FOREIGN_HOST = "foreign_host"
    MALFORMED = "malformed"
    NOT_CANONICAL = "not_canonical"
    WRONG_ALGORITHM = "wrong_algorithm"
    UNKNOWN_VERSION = "unknown_version"
    WRONG_ISSUER = "wrong_issuer"
    UNKNOWN_KEY = "unknown_key"
    WRONG_KIND_FOR_KEY = "wrong_kind_for_key"
    BAD_SIGNATURE = "bad_signature"
    KEY_COMPROMISED = "key_compromised"
    REVOKED = "revoked"
    KEY_RETIRED = "key_retired"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"


class ListProblem(StrEnum):
    """Why a trust list or a list of revoked codes is refused (SPEC.md §8)."""

    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    BAD_SIGNATURE = "bad_signature"
    WRONG_ISSUER = "wrong_issuer"
    FROM_THE_FUTURE = "from_the_future"
    LOWER_SEQUENCE = "lower_sequence"
    SAME_SEQUENCE = "same_sequence"


class PictureProblem(StrEnum):
    """Why nothing was read from a picture."""

    NOT_A_PICTURE = "not_a_picture"
    TOO_LARGE = "too_large"
    NO_CODE_FOUND = "no_code_found"


class KeyProblem(StrEnum):
    """Why a change of the office's keys is refused (SPEC.md §10)."""

    TOO_SOON = "too_soon"
    NOT_DUE = "not_due"
    NO_NEXT_KEY = "no_next_key"
    NO_EMERGENCY = "no_emergency"
    LAST_KEY = "last_key"
    UNKNOWN_KEY = "unknown_key"
    OVER_ALREADY = "over_already"
    TAKEN_BACK = "taken_back"
    TOO_LATE = "too_late"
    WRONG_ROOT = "wrong_root"
    NOT_A_REQUEST = "not_a_request"


class CodesError(Exception):
    """Everything that this room raises on purpose."""


class Unreadable(CodesError):
    """The text is not a code of ours; no signature was looked at."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class PayloadInvalid(CodesError):
    """Values that no code can carry."""


class HostInvalid(CodesError):
    """A public address that codes cannot be printed with."""


class ListRefused(CodesError):
    """A trust list or a list of revoked codes that must not be used; the one in use stays in use."""

    def __init__(self, problem: ListProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class ChangeRefused(CodesError):
    """A change of keys that must not be made; the keys in use stay as they are."""

    def __init__(self, problem: KeyProblem, about: str = "") -> None:
        super().__init__(f"{problem.value}: {about}" if about else problem.value)
        self.problem = problem
        self.about = about


class PictureRefused(CodesError):
    """No text came out of a picture."""

    def __init__(self, problem: PictureProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class NoSigningKey(CodesError):
    """There is no key that may sign this kind at this time."""


class KeysMissing(CodesError):
    """Files without which the keys cannot be loaded."""

    def __init__(self, files: Sequence[str]) -> None:
        super().__init__(", ".join(files))
        self.files = tuple(files)


class KeysDamaged(CodesError):
    """A key file that is there and does not hold what its name says."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


class KeysExist(CodesError):
    """Keys are never written over keys."""

    def __init__(self, files: Sequence[str]) -> None:
        super().__init__(", ".join(files))
        self.files = tuple(files)
