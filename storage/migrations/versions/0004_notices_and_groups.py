"""Risk notices with their runs and holidays, named groups with their members."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0004"
down_revision = "0003"

TABLES = ("rosters", "occurrences", "notices", "holidays", "bindings", "memberships", "named_groups")


def upgrade() -> None:
    op.create_table(
        "holidays",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holidays")),
    )
    notices()
    groups()


def notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("parts", types.JsonText(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("schedule", types.JsonText(), nullable=False),
        sa.Column("texts", types.Sealed(), nullable=False),
        sa.Column("same", sa.Text(), nullable=True),
        sa.Column("begins_at", types.UtcTime(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("drafted_by", types.IdType(), nullable=False),
        sa.Column("drafted_at", types.UtcTime(), nullable=False),
        sa.Column("approved_by", types.IdType(), nullable=True),
        sa.Column("approved_at", types.UtcTime(), nullable=True),
        sa.Column("next_due_at", types.UtcTime(), nullable=True),
        sa.Column("cancelled_by", types.IdType(), nullable=True),
        sa.Column("cancelled_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["issuer"], ["areas.code"], name=op.f("fk_notices_issuer_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("id", "drill", name=op.f("uq_notices_id_drill")),
        sa.UniqueConstraint("number", name=op.f("uq_notices_number")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_audience"), ["audience"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_drafted_at"), ["drafted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_state_next_due_at"), ["state", "next_due_at"], unique=False)
    op.create_table(
        "occurrences",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("notice", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("due_at", types.UtcTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", types.IdType(), nullable=True),
        sa.Column("released_at", types.UtcTime(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message", "drill"], ["messages.id", "messages.drill"], name=op.f("fk_occurrences_message_drill_messages")),
        sa.ForeignKeyConstraint(["notice", "drill"], ["notices.id", "notices.drill"], name=op.f("fk_occurrences_notice_drill_notices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("id", "drill", name=op.f("uq_occurrences_id_drill")),
        sa.UniqueConstraint("notice", "due_at", name=op.f("uq_occurrences_notice_due_at")),
    )
    with op.batch_alter_table("occurrences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occurrences_message"), ["message"], unique=False)
    op.create_table(
        "rosters",
        sa.Column("occurrence", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["occurrence", "drill"], ["occurrences.id", "occurrences.drill"], name=op.f("fk_rosters_occurrence_drill_occurrences")),
        sa.PrimaryKeyConstraint("occurrence", name=op.f("pk_rosters")),
    )


def groups() -> None:
    op.create_table(
        "named_groups",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("owner", types.IdType(), nullable=False),
        sa.Column("made_at", types.UtcTime(), nullable=False),
        sa.Column("chat", types.IdType(), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_named_groups_area_areas")),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"], name=op.f("fk_named_groups_chat_chats")),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name=op.f("fk_named_groups_owner_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_groups")),
        sa.UniqueConstraint("area", "called", name=op.f("uq_named_groups_area_called")),
    )
    with op.batch_alter_table("named_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_named_groups_owner"), ["owner"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("group", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("joined_at", types.UtcTime(), nullable=False),
        sa.Column("left_at", types.UtcTime(), nullable=True),
        sa.Column("added_by", types.IdType(), nullable=True),
        sa.ForeignKeyConstraint(["group"], ["named_groups.id"], name=op.f("fk_memberships_group_named_groups")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_memberships_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        living = sa.text("left_at IS NULL")
        batch_op.create_index("uq_memberships_living", ["group", "person"], unique=True, sqlite_where=living, postgresql_where=living)
        batch_op.create_index(batch_op.f("ix_memberships_person"), ["person"], unique=False)
    op.create_table(
        "bindings",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("group", types.IdType(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", types.IdType(), nullable=False),
        sa.Column("expires_at", types.UtcTime(), nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("address", types.Sealed(), nullable=True),
        sa.Column("used_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["group"], ["named_groups.id"], name=op.f("fk_bindings_group_named_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bindings")),
        sa.UniqueConstraint("digest", name=op.f("uq_bindings_digest")),
    )
    with op.batch_alter_table("bindings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bindings_group"), ["group"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
