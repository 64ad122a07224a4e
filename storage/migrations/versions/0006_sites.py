"""The first evening: sites, workers, gates."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("trained", sa.Boolean(), nullable=False),
        sa.Column("trained_until", types.UtcTime(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("updated_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_workers_person_people")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_firm"), "workers", ["firm"], unique=False)
    op.create_table(
        "sites",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("manager", types.IdType(), nullable=True),
        sa.Column("needs_registered", sa.Boolean(), nullable=False),
        sa.Column("needs_trained", sa.Boolean(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=True),
        sa.Column("closes", sa.Text(), nullable=True),
        sa.Column("longest_minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_sites_area_areas")),
        sa.ForeignKeyConstraint(["manager"], ["people.id"], name=op.f("fk_sites_manager_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    op.create_index(op.f("ix_sites_area"), "sites", ["area"], unique=False)
    op.create_table(
        "site_lists",
        sa.Column("site", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("added_at", types.UtcTime(), nullable=False),
        sa.Column("removed_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_site_lists_person_people")),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_site_lists_site_sites")),
        sa.PrimaryKeyConstraint("site", "person", name=op.f("pk_site_lists")),
    )
    op.create_index(op.f("ix_site_lists_person"), "site_lists", ["person"], unique=False)
    op.create_table(
        "gate_events",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("site", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_effective", types.UtcTime(), nullable=False),
        sa.Column("at_received", types.UtcTime(), nullable=False),
        sa.Column("by", types.IdType(), nullable=True),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("basis", types.UtcTime(), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_gate_events_person_people")),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_gate_events_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_events")),
        sa.UniqueConstraint("client_key", "body_hash", name=op.f("uq_gate_events_client_key_body_hash")),
    )
    op.create_index(op.f("ix_gate_events_person_at_effective"), "gate_events", ["person", "at_effective"], unique=False)
    op.create_index(op.f("ix_gate_events_site_at_effective"), "gate_events", ["site", "at_effective"], unique=False)
    op.create_index(op.f("ix_gate_events_direction_at_received"), "gate_events", ["direction", "at_received"], unique=False)
    op.create_table(
        "stays",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("site", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("entered_at", types.UtcTime(), nullable=False),
        sa.Column("entered_how", sa.Text(), nullable=False),
        sa.Column("last_proof", types.UtcTime(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("asked_at", types.UtcTime(), nullable=True),
        sa.Column("left_at", types.UtcTime(), nullable=True),
        sa.Column("left_how", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_stays_person_people")),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_stays_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stays")),
    )
    op.create_index(op.f("ix_stays_site_left_at"), "stays", ["site", "left_at"], unique=False)
    op.create_index(op.f("ix_stays_person_entered_at"), "stays", ["person", "entered_at"], unique=False)
    inside = sa.text("left_at IS NULL")
    op.create_index("uq_stays_one_at_a_time", "stays", ["person"], unique=True, sqlite_where=inside, postgresql_where=inside)


def downgrade() -> None:
    for table in ("stays", "gate_events", "site_lists", "sites", "workers"):
        op.drop_table(table)
