"""Reports from the field, their steps, and their photos."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0005"
down_revision = "0004"

TABLES = ("media", "report_events", "reports")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("for_self", sa.Boolean(), nullable=False),
        sa.Column("begun_at", types.UtcTime(), nullable=False),
        sa.Column("reporter", types.IdType(), nullable=True),
        sa.Column("guest", types.IdType(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("pin", types.Sealed(), nullable=True),
        sa.Column("pin_is_place", sa.Boolean(), nullable=False),
        sa.Column("place", types.Sealed(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("hurt", sa.Integer(), nullable=True),
        sa.Column("trapped", sa.Integer(), nullable=True),
        sa.Column("text", types.Sealed(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("filed_at", types.UtcTime(), nullable=True),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("alike", types.IdType(), nullable=True),
        sa.Column("duplicate_of", types.IdType(), nullable=True),
        sa.Column("assignee", types.IdType(), nullable=True),
        sa.Column("assignee_name", types.Sealed(), nullable=True),
        sa.ForeignKeyConstraint(["assignee"], ["people.id"], name=op.f("fk_reports_assignee_people")),
        sa.ForeignKeyConstraint(["guest"], ["chats.id"], name=op.f("fk_reports_guest_chats")),
        sa.ForeignKeyConstraint(["reporter"], ["people.id"], name=op.f("fk_reports_reporter_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("id", "drill", name=op.f("uq_reports_id_drill")),
        sa.UniqueConstraint("number", name=op.f("uq_reports_number")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        for columns in (["filed_at"], ["duplicate_of"], ["assignee"], ["reporter", "begun_at"], ["guest", "begun_at"]):
            batch_op.create_index(batch_op.f(f"ix_reports_{'_'.join(columns)}"), columns, unique=False)

    op.create_table(
        "report_events",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("report", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.Column("by", types.IdType(), nullable=True),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", types.Sealed(), nullable=True),
        sa.Column("assignee", types.IdType(), nullable=True),
        sa.ForeignKeyConstraint(["report", "drill"], ["reports.id", "reports.drill"], name=op.f("fk_report_events_report_drill_reports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_events")),
        sa.UniqueConstraint("report", "seq", name=op.f("uq_report_events_report_seq")),
    )
    op.create_table(
        "media",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("report", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report", "drill"], ["reports.id", "reports.drill"], name=op.f("fk_media_report_drill_reports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_report"), ["report"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
