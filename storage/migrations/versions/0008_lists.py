"""Lists: headers that were explained, uploads that wait."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "list_headers",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "header", name=op.f("pk_list_headers")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.Column("body", types.Sealed(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_uploads_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_person"), "uploads", ["person"], unique=False)
    op.create_index(op.f("ix_uploads_at"), "uploads", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("uploads")
    op.drop_table("list_headers")
