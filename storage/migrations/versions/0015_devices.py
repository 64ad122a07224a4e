"""Enrolled phones, their tickets, and what they sent."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0015"
down_revision = "0013"


def scope() -> list[sa.Column[object]]:
    return [
        sa.Column("purposes", types.JsonText(), nullable=False),
        sa.Column("places", types.JsonText(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("until", types.UtcTime(), nullable=False),
        sa.Column("with_list", types.IdType(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("label", types.Sealed(), nullable=False),
        sa.Column("point", sa.LargeBinary(), nullable=False),
        *scope(),
        sa.Column("enrolled_at", types.UtcTime(), nullable=False),
        sa.Column("enrolled_by", types.IdType(), nullable=True),
        sa.Column("seen_at", types.UtcTime(), nullable=True),
        sa.Column("revoked_at", types.UtcTime(), nullable=True),
        sa.Column("distrusted_since", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_devices_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("point", name=op.f("uq_devices_point")),
    )
    op.create_index(op.f("ix_devices_person"), "devices", ["person"], unique=False)
    op.create_table(
        "device_tickets",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("label", types.Sealed(), nullable=False),
        *scope(),
        sa.Column("made_by", types.IdType(), nullable=True),
        sa.Column("made_at", types.UtcTime(), nullable=False),
        sa.Column("expires_at", types.UtcTime(), nullable=False),
        sa.Column("spent_at", types.UtcTime(), nullable=True),
        sa.Column("device", types.IdType(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_device_tickets_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_tickets")),
        sa.UniqueConstraint("digest", name=op.f("uq_device_tickets_digest")),
    )
    op.create_table(
        "device_items",
        sa.Column("key", types.IdType(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device", types.IdType(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("at_received", types.UtcTime(), nullable=False),
        sa.Column("at_effective", types.UtcTime(), nullable=True),
        sa.Column("taken", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("annuls", types.IdType(), nullable=True),
        sa.Column("body", types.Sealed(), nullable=False),
        sa.Column("settled_at", types.UtcTime(), nullable=True),
        sa.Column("settled_by", types.IdType(), nullable=True),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_device_items_device_devices")),
        sa.PrimaryKeyConstraint("key", "body_hash", name=op.f("pk_device_items")),
    )
    op.create_index(op.f("ix_device_items_annuls"), "device_items", ["annuls"], unique=False)
    op.create_index(op.f("ix_device_items_device_at_received"), "device_items", ["device", "at_received"], unique=False)
    op.create_index(op.f("ix_device_items_taken_settled_at"), "device_items", ["taken", "settled_at"], unique=False)
    op.create_index(op.f("ix_member_events_scan"), "member_events", ["scan"], unique=False)
    op.add_column("scans", sa.Column("item", types.IdType(), nullable=True))
    op.create_index(op.f("ix_scans_item"), "scans", ["item"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_scans_item"), "scans")
    op.drop_index(op.f("ix_member_events_scan"), "member_events")
    op.drop_column("scans", "item")
    for table in ("device_items", "device_tickets", "devices"):
        op.drop_table(table)
