"""Codes of every kind, scans by devices with their own clocks, and a number for each member on a household's card."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("codes", sa.Column("scope", sa.Text(), nullable=False, server_default=""))
    op.add_column("codes", sa.Column("live", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("scans", sa.Column("device", types.IdType(), nullable=True))
    op.add_column("scans", sa.Column("way", sa.Text(), nullable=True))
    op.add_column("scans", sa.Column("clock", sa.Text(), nullable=False, server_default="ok"))
    op.create_index(op.f("ix_scans_device"), "scans", ["device"], unique=False)
    op.add_column("people", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("people", "number")
    op.drop_index(op.f("ix_scans_device"), "scans")
    for column in ("clock", "way", "device"):
        op.drop_column("scans", column)
    for column in ("live", "scope"):
        op.drop_column("codes", column)
