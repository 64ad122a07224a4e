"""The signed list of revoked codes, its number, and what was revoked since."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "published",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("covered", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", types.UtcTime(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_published")),
    )


def downgrade() -> None:
    op.drop_table("published")
