"""Column types that mean the same on SQLite and PostgreSQL, and refuse what they were not made for."""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import BINARY, BigInteger, LargeBinary, Text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.dialects.postgresql import UUID as NATIVE_UUID
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DIGEST_BYTES = 32
SEALED_LEAST = 1 + 12 + 16

Kind = TypeVar("Kind", bound=StrEnum)


class IdType(TypeDecorator[UUID]):
    """A UUID: native in PostgreSQL, BINARY(16) in SQLite, sorted by its bytes in both. Refuses text."""

    impl = BINARY(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(NATIVE_UUID(as_uuid=True) if dialect.name == "postgresql" else BINARY(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | bytes | None:
        if value is None:
            return None
        if not isinstance(value, UUID):
            raise TypeError(f"an id is a UUID, not {type(value).__name__}")
        return value if dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: bytes | UUID | None, dialect: Dialect) -> UUID | None:
        return UUID(bytes=value) if isinstance(value, bytes) else value


class UtcTime(TypeDecorator[datetime]):
    """An instant: whole microseconds since 1970 UTC as BIGINT. Takes aware times of any zone, gives UTC, refuses naive ones."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not isinstance(value, datetime):
            raise TypeError(f"an instant is a datetime, not {type(value).__name__}")
        if value.utcoffset() is None:
            raise ValueError("an instant needs a time zone")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class TextEnum(TypeDecorator[Kind], Generic[Kind]):
    """A member of one StrEnum, stored as its value. Refuses anything but a member on the way in, and an unknown value on the way out."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[Kind]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Kind | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, self.kind):
            raise TypeError(f"this column takes a {self.kind.__name__}, not {type(value).__name__}")
        return value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Kind | None:
        return None if value is None else self.kind(value)


class JsonText(TypeDecorator[object]):
    """A JSON document as canonical text (sorted keys, no spaces), the same bytes on both databases. Refuses NaN."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else json.loads(value)


class BlindIndex(TypeDecorator[bytes]):
    """What `Sealing.index` gives: 32 bytes to find a sealed value by. Refuses any other length, and text."""

    impl = LargeBinary(DIGEST_BYTES)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BYTEA() if dialect.name == "postgresql" else BINARY(DIGEST_BYTES))

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if value is not None and (not isinstance(value, bytes) or len(value) != DIGEST_BYTES):
            raise ValueError(f"a blind index is {DIGEST_BYTES} bytes")
        return value


class Sealed(TypeDecorator[bytes]):
    """What `Sealing.seal` gives. Refuses text and bytes too short to be sealed, so that nothing personal lands here in clear."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if value is not None and (not isinstance(value, bytes) or len(value) < SEALED_LEAST):
            raise ValueError("this column takes sealed bytes only")
        return value
