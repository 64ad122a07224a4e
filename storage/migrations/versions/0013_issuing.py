"""Why and where each code was issued, blank cards and whom they were given to, teams, and what each official issued on each day."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0013"
down_revision = "0012"

AREAS = (
    "UPDATE codes SET area = COALESCE((SELECT people.area FROM people WHERE people.id = codes.holder), "
    "(SELECT shelters.area FROM shelters WHERE shelters.id = codes.holder), (SELECT sites.area FROM sites WHERE sites.id = codes.holder), codes.scope)"
)


def upgrade() -> None:
    op.add_column("codes", sa.Column("reason", sa.Text(), nullable=False, server_default="listed"))
    op.add_column("codes", sa.Column("area", sa.Text(), nullable=False, server_default=""))
    op.add_column("codes", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(AREAS)
    op.create_index(op.f("ix_codes_issued_at"), "codes", ["issued_at"], unique=False)
    op.create_index(op.f("ix_codes_area"), "codes", ["area"], unique=False)
    op.add_column("households", sa.Column("highest", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "claims",
        sa.Column("cti", sa.LargeBinary(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.Column("by", types.IdType(), nullable=True),
        sa.Column("device", types.IdType(), nullable=True),
        sa.Column("dropped_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["cti"], ["codes.cti"], name=op.f("fk_claims_cti_codes")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_claims_person_people")),
        sa.PrimaryKeyConstraint("cti", "person", name=op.f("pk_claims")),
    )
    op.create_table(
        "teams",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_teams_area_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
    )
    op.create_table(
        "code_days",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("issuer", types.IdType(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reasons", types.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["issuer"], ["people.id"], name=op.f("fk_code_days_issuer_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_days")),
    )
    op.create_index(op.f("ix_code_days_day"), "code_days", ["day"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_code_days_day"), "code_days")
    for table in ("code_days", "teams", "claims"):
        op.drop_table(table)
    op.drop_column("households", "highest")
    op.drop_index(op.f("ix_codes_area"), "codes")
    op.drop_index(op.f("ix_codes_issued_at"), "codes")
    for column in ("shared", "area", "reason"):
        op.drop_column("codes", column)
