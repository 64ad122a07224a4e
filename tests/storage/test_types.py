"""What goes into a column comes out the same on both databases, and what does not belong there is refused."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.types import TypeDecorator

from storage.engine import Databases
from storage.types import BlindIndex, IdType, JsonText, Sealed, TextEnum, UtcTime


class Light(StrEnum):
    GREEN = "green"
    RED = "red"


class Flag(StrEnum):
    RED = "red"


table = sa.Table(
    "everything",
    sa.MetaData(),
    sa.Column("id", IdType, primary_key=True),
    sa.Column("at", UtcTime),
    sa.Column("light", TextEnum(Light)),
    sa.Column("facts", JsonText),
    sa.Column("found_by", BlindIndex),
    sa.Column("name", Sealed),
)

DIALECTS = [sa.make_url(name).get_dialect()() for name in ("sqlite://", "postgresql+asyncpg://")]
BEIJING = timezone(timedelta(hours=8))
WRONG: list[tuple[TypeDecorator[Any], object]] = [
    (IdType(), "018f0000-0000-7000-8000-000000000000"),
    (IdType(), bytes(16)),
    (UtcTime(), datetime(2026, 8, 1, 12, 0, tzinfo=UTC).replace(tzinfo=None)),
    (UtcTime(), 1_786_000_000),
    (UtcTime(), "2026-08-01T12:00:00Z"),
    (TextEnum(Light), "green"),
    (TextEnum(Light), Flag.RED),
    (JsonText(), float("nan")),
    (JsonText(), {1, 2}),
    (BlindIndex(), bytes(31)),
    (BlindIndex(), "x" * 32),
    (Sealed(), "王小明"),
    (Sealed(), "王小明".encode()),
]

instants = st.datetimes(
    min_value=datetime(1900, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    max_value=datetime(2200, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    timezones=st.sampled_from([UTC, BEIJING, timezone(timedelta(hours=-11, minutes=-30))]),
)
dialects = st.sampled_from(DIALECTS)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def row(**different: object) -> dict[str, object]:
    usual = {
        "id": uuid4(), "at": datetime(2026, 8, 1, 4, 5, 6, 789012, tzinfo=UTC), "light": Light.RED,
        "facts": {"人": 3, "ok": True, "list": [1, None]}, "found_by": bytes(range(32)), "name": bytes(40),
    }  # fmt: skip
    return usual | different


@pytest.fixture
async def made(databases: Databases) -> Databases:
    async with databases.write() as connection:
        await connection.run_sync(table.metadata.create_all)
    return databases


@pytest.mark.parametrize(
    "given_row", [row(), row(at=None, light=None, facts=None, found_by=None, name=None)], ids=["full", "empty"]
)
async def test_a_row_comes_back_as_it_went_in(made: Databases, given_row: dict[str, object]) -> None:
    async with made.write() as connection:
        await connection.execute(sa.insert(table), given_row)
    async with made.read() as connection:
        found = (await connection.execute(sa.select(table))).one()
    assert dict(found._mapping) == given_row


async def test_a_time_of_any_zone_comes_back_in_utc(made: Databases) -> None:
    noon = datetime(2026, 8, 1, 12, 0, tzinfo=BEIJING)
    async with made.write() as connection:
        await connection.execute(sa.insert(table), row(at=noon))
        await connection.execute(sa.insert(table), row(at=noon + timedelta(microseconds=1)))
    async with made.read() as connection:
        before = (await connection.execute(sa.select(table.c.at).where(table.c.at <= noon))).scalars().all()
        last = (await connection.execute(sa.select(sa.func.max(table.c.at)))).scalar_one()
    assert before == [noon]
    assert before[0].tzinfo is UTC
    assert last == noon + timedelta(microseconds=1)


async def test_ids_sort_by_their_bytes_on_both_databases(made: Databases) -> None:
    ids = [uuid4() for _ in range(50)]
    async with made.write() as connection:
        await connection.execute(sa.insert(table), [row(id=id) for id in ids])
    async with made.read() as connection:
        found = (await connection.execute(sa.select(table.c.id).order_by(table.c.id))).scalars().all()
    assert found == sorted(ids)


@pytest.mark.parametrize(("kind", "value"), WRONG, ids=lambda part: type(part).__name__)
def test_what_does_not_belong_in_a_column_is_refused(kind: TypeDecorator[Any], value: object) -> None:
    for dialect in DIALECTS:
        with pytest.raises((TypeError, ValueError)):
            kind.process_bind_param(value, dialect)


async def test_a_refusal_of_the_database_does_not_say_what_was_in_the_row(made: Databases) -> None:
    secret = bytes(29) + "王小明".encode()
    twice = row(name=secret)
    async with made.write() as connection:
        await connection.execute(sa.insert(table), twice)
    with pytest.raises(sa.exc.IntegrityError) as refused:
        async with made.write() as connection:
            await connection.execute(sa.insert(table), twice)
    assert repr(secret)[2:-1] not in str(refused.value)
    assert "parameters hidden" in str(refused.value)


async def test_a_stored_word_that_the_enum_does_not_know_is_not_passed_on(made: Databases) -> None:
    async with made.write() as connection:
        await connection.execute(sa.insert(table), row())
        await connection.execute(sa.text("UPDATE everything SET light = 'purple'"))
    async with made.read() as connection:
        with pytest.raises(ValueError, match="purple"):
            (await connection.execute(sa.select(table.c.light))).scalars().all()


@given(instants, instants, dialects)
def test_every_instant_survives_and_keeps_its_order(one: datetime, other: datetime, dialect: sa.Dialect) -> None:
    kind = UtcTime()
    first, second = kind.process_bind_param(one, dialect), kind.process_bind_param(other, dialect)
    assert first is not None and second is not None
    assert kind.process_result_value(first, dialect) == one
    assert (first < second) == (one < other)


@given(st.uuids(), dialects)
def test_every_id_survives(id: UUID, dialect: sa.Dialect) -> None:
    stored = IdType().process_bind_param(id, dialect)
    assert IdType().process_result_value(stored, dialect) == id


@given(documents, dialects)
def test_every_document_survives_and_has_one_spelling(document: object, dialect: sa.Dialect) -> None:
    kind = JsonText()
    stored = kind.process_bind_param(document, dialect)
    again = kind.process_result_value(stored, dialect)
    assert again == document
    assert kind.process_bind_param(again, dialect) == stored
