"""Deliveries to people and chats, visits, and pauses that outlive a process."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0003"
down_revision = "0002"


def only(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    new_tables()
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("good_until", types.UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("visits", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("visits_by", types.IdType(), nullable=True))
        batch_op.add_column(sa.Column("cancelled_at", types.UtcTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_messages_visits_by_people"), "people", ["visits_by"], ["id"])
        batch_op.create_index(batch_op.f("ix_messages_good_until"), ["good_until"], unique=False, **only("good_until IS NOT NULL"))
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.alter_column("visits", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_state_lane_not_before"))
        batch_op.add_column(sa.Column("person", types.IdType(), nullable=True))
        batch_op.add_column(sa.Column("chat", types.IdType(), nullable=True))
        batch_op.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.alter_column("contact", existing_type=types.IdType(), nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_deliveries_person_people"), "people", ["person"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_deliveries_chat_chats"), "chats", ["chat"], ["id"])
    op.execute("UPDATE deliveries SET person = (SELECT contacts.person FROM contacts WHERE contacts.id = deliveries.contact)")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column("tries", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch_op.create_index(batch_op.f("ix_deliveries_person"), ["person"], unique=False)
        batch_op.create_index("uq_deliveries_chat_message", ["chat", "message"], unique=True, **only("chat IS NOT NULL"))
        batch_op.create_index("uq_deliveries_unreached", ["message", "person"], unique=True, **only("contact IS NULL AND chat IS NULL"))
        batch_op.create_index(batch_op.f("ix_deliveries_message_state_reason"), ["message", "state", "reason"], unique=False)
        batch_op.create_index("ix_deliveries_due", ["lane", "not_before", "id"], unique=False, **only("state = 'pending'"))
        batch_op.create_index("ix_deliveries_leased", ["leased_until"], unique=False, **only("state = 'leased'"))


def new_tables() -> None:
    op.create_table(
        "chats",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", types.Sealed(), nullable=False),
        sa.Column("address_index", types.BlindIndex(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
    )
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chats_address_index"), ["address_index"], unique=False)
        batch_op.create_index("uq_chats_kept", ["bot", "address_index"], unique=True, **only("state <> 'retired'"))
    op.create_table(
        "pauses",
        sa.Column("bot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat", types.BlindIndex(), nullable=False),
        sa.Column("address", types.Sealed(), nullable=False),
        sa.Column("until", types.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "chat", name=op.f("pk_pauses")),
    )
    op.create_table(
        "visits",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("message", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("responsible", types.IdType(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", types.UtcTime(), nullable=False),
        sa.Column("done_at", types.UtcTime(), nullable=True),
        sa.Column("done_by", types.IdType(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", types.Sealed(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_visits_person_people")),
        sa.ForeignKeyConstraint(["responsible"], ["people.id"], name=op.f("fk_visits_responsible_people")),
        sa.ForeignKeyConstraint(["done_by"], ["people.id"], name=op.f("fk_visits_done_by_people")),
        sa.ForeignKeyConstraint(["message", "drill"], ["messages.id", "messages.drill"], name=op.f("fk_visits_message_drill_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("message", "person", name=op.f("uq_visits_message_person")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visits_person"), ["person"], unique=False)
        batch_op.create_index("ix_visits_open", ["responsible"], unique=False, **only("done_at IS NULL"))


def downgrade() -> None:
    """Copies to chats and to people who cannot be reached are forgotten: the older house has no place for them."""
    op.drop_table("visits")
    op.drop_table("pauses")
    op.execute("DELETE FROM deliveries WHERE contact IS NULL")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        for index in ("ix_deliveries_leased", "ix_deliveries_due", "uq_deliveries_unreached", "uq_deliveries_chat_message"):
            batch_op.drop_index(index)
        batch_op.drop_index(batch_op.f("ix_deliveries_message_state_reason"))
        batch_op.drop_index(batch_op.f("ix_deliveries_person"))
        batch_op.drop_constraint(batch_op.f("fk_deliveries_chat_chats"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_deliveries_person_people"), type_="foreignkey")
        batch_op.drop_column("tries")
        batch_op.drop_column("chat")
        batch_op.drop_column("person")
        batch_op.alter_column("contact", existing_type=types.IdType(), nullable=False)
        batch_op.create_index(batch_op.f("ix_deliveries_state_lane_not_before"), ["state", "lane", "not_before"], unique=False)
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_good_until"))
        batch_op.drop_constraint(batch_op.f("fk_messages_visits_by_people"), type_="foreignkey")
        for column in ("cancelled_at", "visits_by", "visits", "good_until"):
            batch_op.drop_column(column)
    op.drop_table("chats")
