"""The audit log and its chain refuse UPDATE and DELETE."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = ("audit", "audit_chain")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append only'; END $$")
    for table in TABLES:
        for deed in ("UPDATE", "DELETE"):
            op.execute(guard(table, deed))


def guard(table: str, deed: str) -> str:
    name = f"{table}_no_{deed.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    return f"CREATE TRIGGER {name} BEFORE {deed} ON {table} BEGIN SELECT RAISE(ABORT, 'append only'); END"


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table in TABLES:
        for deed in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{deed}" + (f" ON {table}" if postgres else ""))
    if postgres:
        op.execute("DROP FUNCTION append_only()")
