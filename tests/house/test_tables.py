"""What every table owes: how long it lives, drill beside every order, nothing personal in clear."""

import pytest
from sqlalchemy import Boolean, Table

from storage.metadata import Retention, metadata, retention_of
from storage.types import BlindIndex, Sealed
from tests.house.sources import imported

PERSONAL = {"name", "phone", "id_number", "address", "note", "body", "draft", "before_draft", "text", "lat", "lon"}
PUBLIC = {
    "areas.name": "the official name of a village",
    "shelters.name": "a public place",
    "shelters.address": "a public place",
    "shelters.lat": "a public place",
    "shelters.lon": "a public place",
    "checkpoints.name": "a place on a road",
    "sites.name": "a place of work",
    "sites.address": "a place of work",
}
IN_ONE_DRILL = {"notices", "occurrences", "orders", "messages", "members", "reports"}


def tables() -> list[Table]:
    list(imported("storage"))
    return list(metadata.sorted_tables)


TABLES = tables()


def test_there_are_tables_to_look_at() -> None:
    assert {"people", "orders", "members", "member_events", "scans", "deliveries", "updates", "contacts", "audit"} <= {table.name for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_table_says_how_long_its_rows_live(table: Table) -> None:
    assert isinstance(retention_of(table), Retention)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_whatever_may_name_a_person_is_sealed(table: Table) -> None:
    clear = [str(column) for column in table.c if column.name in PERSONAL and not isinstance(column.type, Sealed | BlindIndex)]
    assert set(clear) <= set(PUBLIC)


def test_no_exception_is_kept_for_a_column_that_is_gone() -> None:
    assert set(PUBLIC) <= {str(column) for table in TABLES for column in table.c}


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_drill_and_real_cannot_be_mixed(table: Table) -> None:
    """A row that belongs to an order (or to what belongs to one) repeats its drill in the foreign key itself."""
    for key in table.foreign_key_constraints:
        if key.referred_table.name in IN_ONE_DRILL:
            assert [column.name for column in key.columns][1:] == ["drill"], f"{table} refers to {key.referred_table} without drill"
            assert [element.column.name for element in key.elements] == ["id", "drill"]
    for column in table.c:
        if column.name in ("order_id", "member", "message"):
            assert column.foreign_keys, f"{column} refers to nothing"


@pytest.mark.parametrize("table", [table for table in TABLES if "drill" in table.c], ids=str)
def test_drill_is_always_known(table: Table) -> None:
    assert isinstance(table.c.drill.type, Boolean)
    assert not table.c.drill.nullable


@pytest.mark.parametrize("name", sorted(IN_ONE_DRILL))
def test_what_can_be_referred_to_with_drill_is_unique_with_drill(name: str) -> None:
    table = metadata.tables[name]
    assert any({column.name for column in constraint.columns} == {"id", "drill"} for constraint in table.constraints if hasattr(constraint, "columns"))
