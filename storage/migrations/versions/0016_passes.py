"""Passes and checkpoints."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_checkpoints_area_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoints")),
        sa.UniqueConstraint("name", name=op.f("uq_checkpoints_name")),
    )
    op.create_index(op.f("ix_checkpoints_area"), "checkpoints", ["area"], unique=False)
    op.create_table(
        "passes",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("who", types.Sealed(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("valid_from", types.UtcTime(), nullable=False),
        sa.Column("valid_to", types.UtcTime(), nullable=False),
        sa.Column("reason", types.Sealed(), nullable=False),
        sa.Column("asked_by", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("why_longer", types.Sealed(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", types.IdType(), nullable=True),
        sa.Column("decided_at", types.UtcTime(), nullable=True),
        sa.Column("decided_why", types.Sealed(), nullable=False),
        sa.Column("revoked_by", types.IdType(), nullable=True),
        sa.Column("revoked_at", types.UtcTime(), nullable=True),
        sa.Column("revoked_why", types.Sealed(), nullable=False),
        sa.Column("cti", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_passes_area_areas")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_passes_asked_by_people")),
        sa.ForeignKeyConstraint(["cti"], ["codes.cti"], name=op.f("fk_passes_cti_codes")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_passes_decided_by_people")),
        sa.ForeignKeyConstraint(["revoked_by"], ["people.id"], name=op.f("fk_passes_revoked_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passes")),
        sa.UniqueConstraint("number", name=op.f("uq_passes_number")),
    )
    op.create_index(op.f("ix_passes_area"), "passes", ["area"], unique=False)
    op.create_index(op.f("ix_passes_asked_by_valid_from"), "passes", ["asked_by", "valid_from"], unique=False)
    op.create_index(op.f("ix_scans_cti_at_effective"), "scans", ["cti", "at_effective"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_scans_cti_at_effective"), "scans")
    op.drop_table("passes")
    op.drop_table("checkpoints")
