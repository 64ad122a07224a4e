"""Every revision goes up, down and up again, on both databases, and ends where the tables of the house are."""

import importlib
import pkgutil
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

import storage
from storage import types
from storage.engine import is_sqlite, open_databases
from storage.metadata import Retention, kept, metadata, retention_of
from storage.migrations import run

FIRST = '''"""Places and the people in them."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("opened_at", types.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
    )
    op.create_table(
        "guests",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("place", types.IdType(), nullable=False),
        sa.Column("name", types.Sealed(), nullable=False),
        sa.Column("phone", types.BlindIndex(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_guests"),
        sa.ForeignKeyConstraint(["place"], ["places.id"], name="fk_guests_place_places", ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("guests")
    op.drop_table("places")
'''

SECOND = '''"""Places have a size."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("places") as places:
        places.alter_column("kind", new_column_name="sort")
        places.add_column(sa.Column("size", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("places") as places:
        places.drop_column("size")
        places.alter_column("sort", new_column_name="kind")
'''

BROKEN = '''"""Begins well and fails."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.execute("SELECT 1 FROM nowhere")


def downgrade() -> None:
    op.drop_table("half")
'''

ORPHAN = '''"""Loses every place."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("DELETE FROM places")


def downgrade() -> None:
    pass
'''


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """A short history of its own: two tables, then a change that SQLite can only do by rebuilding a table."""
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "0001_places.py").write_text(FIRST)
    (folder / "0002_sizes.py").write_text(SECOND)
    return folder


def models(*, extra: bool = False) -> sa.MetaData:
    """What the short history leads to; with `extra`, one table more."""
    made = sa.MetaData(naming_convention=metadata.naming_convention)
    sa.Table(
        "places",
        made,
        sa.Column("id", types.IdType, primary_key=True),
        sa.Column("sort", types.TextEnum(Retention), nullable=False),
        sa.Column("opened_at", types.UtcTime, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
    sa.Table(
        "guests",
        made,
        sa.Column("id", types.IdType, primary_key=True),
        sa.Column("place", types.IdType, sa.ForeignKey("places.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", types.Sealed, nullable=False),
        sa.Column("phone", types.BlindIndex),
        sa.Column("facts", types.JsonText, nullable=False),
    )
    if extra:
        sa.Table(
            "beds",
            made,
            sa.Column("id", types.IdType, primary_key=True),
            sa.Column("place", types.IdType, sa.ForeignKey("places.id"), nullable=False, index=True),
            sa.Column("sort", types.TextEnum(Retention), nullable=False),
            sa.Column("made_at", types.UtcTime, nullable=False),
            sa.Column("phone", types.BlindIndex),
            sa.Column("note", types.Sealed),
        )
    return made


def house() -> sa.MetaData:
    """The metadata with every table of the storage floor in it."""
    for module in pkgutil.iter_modules(storage.__path__):
        if not module.ispkg and module.name != "redis":
            importlib.import_module(f"storage.{module.name}")
    return metadata


async def tables(url: str) -> set[str]:
    async with open_databases(url) as databases, databases.read() as connection:
        return set(await connection.run_sync(lambda plain: sa.inspect(plain).get_table_names()))


async def climb(url: str, versions: Path) -> None:
    """Up, down and up again, one step after the other, then all the way down and up."""
    before = "base"
    for step in run.steps(versions):
        await run.upgrade(url, step, versions=versions)
        await run.downgrade(url, before, versions=versions)
        assert await run.current(url) == (None if before == "base" else before)
        await run.upgrade(url, step, versions=versions)
        assert await run.current(url) == step
        before = step
    await run.downgrade(url, "base", versions=versions)
    assert await tables(url) <= {"alembic_version"}
    await run.upgrade(url, versions=versions)


async def test_every_revision_of_the_house_goes_up_down_and_up(database_url: str) -> None:
    await climb(database_url, run.VERSIONS)
    assert await run.is_current(database_url)


async def test_the_tables_of_the_house_are_what_its_revisions_make(database_url: str) -> None:
    await run.upgrade(database_url)
    assert await run.differences(database_url, models=house()) == []


def test_every_table_of_the_house_says_how_long_its_rows_live() -> None:
    assert [table.name for table in house().sorted_tables if retention_of(table) is None] == []


def test_a_table_says_how_long_its_rows_live() -> None:
    told = sa.Table("told", sa.MetaData(), info=kept(Retention.RESPONSE))
    assert retention_of(told) is Retention.RESPONSE
    assert retention_of(sa.Table("silent", sa.MetaData())) is None


async def test_a_short_history_goes_up_down_and_up(database_url: str, versions: Path) -> None:
    await climb(database_url, versions)
    assert await run.differences(database_url, models=models()) == []


async def test_a_database_knows_whether_it_is_behind(database_url: str, versions: Path) -> None:
    assert await run.current(database_url) is None
    assert run.newest(versions) == "0002"
    await run.upgrade(database_url, "0001", versions=versions)
    assert not await run.is_current(database_url, versions=versions)
    await run.upgrade(database_url, versions=versions)
    assert await run.is_current(database_url, versions=versions)
    await run.upgrade(database_url, versions=versions)
    assert await run.is_current(database_url, versions=versions)


async def test_asking_where_a_database_stands_does_not_make_it(tmp_path: Path) -> None:
    file = tmp_path / "nothing.db"
    assert await run.current(f"sqlite:///{file}") is None
    assert not file.exists()


async def test_rows_live_through_a_rebuilt_table(database_url: str, versions: Path) -> None:
    await run.upgrade(database_url, "0001", versions=versions)
    await one_guest(database_url)
    await run.upgrade(database_url, versions=versions)
    async with open_databases(database_url) as databases, databases.read() as connection:
        assert (await connection.execute(sa.text("SELECT count(*) FROM guests"))).scalar_one() == 1
        assert (await connection.execute(sa.text("SELECT sort, size FROM places"))).one() == ("setup", 0)


async def test_a_revision_that_fails_leaves_nothing_behind(database_url: str, versions: Path) -> None:
    await run.upgrade(database_url, "0001", versions=versions)
    (versions / "0003_broken.py").write_text(BROKEN)
    with pytest.raises(sa.exc.DBAPIError):
        await run.upgrade(database_url, versions=versions)
    assert await run.current(database_url) == "0001"
    assert await tables(database_url) == {"alembic_version", "places", "guests"}


async def test_a_walk_that_leaves_a_row_pointing_at_nothing_is_undone(tmp_path: Path, versions: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mashang.db'}"
    await run.upgrade(url, "0001", versions=versions)
    await one_guest(url)
    (versions / "0003_orphan.py").write_text(ORPHAN)
    with pytest.raises(run.ForeignKeyBroken, match="guests"):
        await run.upgrade(url, versions=versions)
    assert await run.current(url) == "0001"


async def test_a_table_that_no_revision_makes_is_found(database_url: str, versions: Path) -> None:
    await run.upgrade(database_url, versions=versions)
    found = await run.differences(database_url, models=models(extra=True))
    assert any("beds" in str(difference) for difference in found)


async def test_the_next_revision_is_written_and_climbs(database_url: str, versions: Path) -> None:
    await run.upgrade(database_url, versions=versions)
    made = await run.revise(database_url, "beds in places", models=models(extra=True), versions=versions)
    assert made.name == "0003_beds_in_places.py"
    assert "types.IdType()" in made.read_text()
    await climb(database_url, versions)
    assert await run.differences(database_url, models=models(extra=True)) == []


async def test_ids_are_sixteen_bytes_or_native(database_url: str, versions: Path) -> None:
    await run.upgrade(database_url, versions=versions)
    async with open_databases(database_url) as databases, databases.read() as connection:
        columns = await connection.run_sync(lambda plain: sa.inspect(plain).get_columns("guests"))
        shapes = {column["name"]: str(column["type"]) for column in columns}
        if is_sqlite(databases.url):
            assert shapes["id"] == "BINARY(16)" and shapes["phone"] == "BINARY(32)"
        else:
            assert shapes["id"] == "UUID" and shapes["phone"] == "BYTEA"


async def one_guest(url: str) -> None:
    """One place and one guest in it, as the first revision knows them."""
    place, guest = uuid4(), uuid4()
    async with open_databases(url) as databases, databases.write() as connection:
        await connection.execute(
            sa.text("INSERT INTO places (id, kind, opened_at) VALUES (:id, 'setup', 0)").bindparams(bound("id", place))
        )
        await connection.execute(
            sa.text("INSERT INTO guests (id, place, name, facts) VALUES (:id, :place, :name, '{}')").bindparams(
                bound("id", guest), bound("place", place), sa.bindparam("name", bytes(29), types.Sealed())
            )
        )


def bound(name: str, id: UUID) -> sa.BindParameter[UUID]:
    return sa.bindparam(name, id, types.IdType())
