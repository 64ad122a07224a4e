"""What was scanned with a blank card can be found by the card, and keeps what its device was answered at first."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

SCANNED = """UPDATE device_items SET card = (
    SELECT scans.cti FROM scans WHERE scans.item = device_items.key AND scans.body_hash = device_items.body_hash AND scans.kind = 'person'
    AND (EXISTS (SELECT 1 FROM claims WHERE claims.cti = scans.cti) OR scans.reason = 'blank_card') LIMIT 1)"""


def upgrade() -> None:
    op.add_column("device_items", sa.Column("first_taken", sa.Text(), nullable=True))
    op.add_column("device_items", sa.Column("first_reason", sa.Text(), nullable=True))
    op.add_column("device_items", sa.Column("card", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_device_items_card"), "device_items", ["card"], unique=False)
    op.execute(SCANNED)


def downgrade() -> None:
    op.drop_index(op.f("ix_device_items_card"), "device_items")
    for column in ("card", "first_reason", "first_taken"):
        op.drop_column("device_items", column)
