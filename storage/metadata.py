"""The one MetaData of the house, with names for every constraint, and the retention class that each table must state."""

from enum import StrEnum

from sqlalchemy import MetaData, Table

RETENTION = "retention"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    }
)


class Retention(StrEnum):
    """How long a table's rows live (design §8 Privacy; PIPL Art. 19 and 47).

    SETUP stays until it is replaced; RESPONSE is purged some days after its order is closed; WORKER stays at least three
    years; AUDIT is never purged; TRANSIENT may go as soon as it is done.
    """

    SETUP = "setup"
    RESPONSE = "response"
    WORKER = "worker"
    AUDIT = "audit"
    TRANSIENT = "transient"


def kept(how_long: Retention) -> dict[str, object]:
    """The `info=` of a Table: every table says how long its rows live."""
    return {RETENTION: how_long}


def retention_of(table: Table) -> Retention | None:
    """What the table said, or None when it forgot to."""
    said = table.info.get(RETENTION)
    return said if isinstance(said, Retention) else None
