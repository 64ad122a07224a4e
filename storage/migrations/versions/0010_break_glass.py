"""Break-glass, and the audit log by actor and by time."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "glass",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("reason", types.Sealed(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("opened_at", types.UtcTime(), nullable=False),
        sa.Column("until", types.UtcTime(), nullable=False),
        sa.Column("ended_at", types.UtcTime(), nullable=True),
        sa.Column("ended_by", types.IdType(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_glass_ended_by_people")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_glass_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glass")),
    )
    op.create_index(op.f("ix_glass_person_opened_at"), "glass", ["person", "opened_at"], unique=False)
    op.create_index(op.f("ix_audit_actor"), "audit", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_at"), "audit")
    op.drop_index(op.f("ix_audit_actor"), "audit")
    op.drop_table("glass")
