"""Every table of the first thread."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0001"
down_revision = None

TABLES = (
    "member_events", "scans", "members", "orders", "deliveries", "tickets", "shelters", "sessions", "link_codes", "grants", "contacts", "consents",
    "people", "households", "audit_chain", "updates", "receipts", "messages", "link_tries", "dialogues", "codes", "audit", "areas",
)


def upgrade() -> None:
    op.create_table(
        "areas",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["areas.code"], name=op.f("fk_areas_parent_areas"), initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_areas")),
    )
    with op.batch_alter_table("areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_areas_level_name"), ["level", "name"], unique=False)

    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.Column("actor", types.IdType(), nullable=True),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "codes",
        sa.Column("cti", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("holder", types.IdType(), nullable=True),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("issued_at", types.UtcTime(), nullable=False),
        sa.Column("expires_at", types.UtcTime(), nullable=False),
        sa.Column("drill_only", sa.Boolean(), nullable=False),
        sa.Column("issued_by", types.IdType(), nullable=True),
        sa.Column("revoked_at", types.UtcTime(), nullable=True),
        sa.Column("replaced_by", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["replaced_by"], ["codes.cti"], name=op.f("fk_codes_replaced_by_codes")),
        sa.PrimaryKeyConstraint("cti", name=op.f("pk_codes")),
        sa.UniqueConstraint("short", name=op.f("uq_codes_short")),
    )
    with op.batch_alter_table("codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_codes_holder"), ["holder"], unique=False)

    op.create_table(
        "dialogues",
        sa.Column("chat", types.BlindIndex(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("draft", types.Sealed(), nullable=False),
        sa.Column("moved_by", sa.BigInteger(), nullable=False),
        sa.Column("before_state", sa.Text(), nullable=True),
        sa.Column("before_draft", types.Sealed(), nullable=False),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_dialogues")),
    )
    op.create_table(
        "link_tries",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_tries")),
    )
    with op.batch_alter_table("link_tries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_tries_subject_at"), ["subject", "at"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("about", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("made_at", types.UtcTime(), nullable=False),
        sa.Column("fields", types.Sealed(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("id", "drill", name=op.f("uq_messages_id_drill")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_about"), ["about"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("use_case", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_receipts")),
    )
    op.create_table(
        "updates",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", types.BlindIndex(), nullable=False),
        sa.Column("body", types.Sealed(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("received_at", types.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
        sa.UniqueConstraint("bot", "update_id", name=op.f("uq_updates_bot_update_id")),
    )
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_updates_state_bot_update_id"), ["state", "bot", "update_id"], unique=False)

    op.create_table(
        "audit_chain",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit.seq"], name=op.f("fk_audit_chain_seq_audit")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_chain")),
    )
    op.create_table(
        "households",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("address", types.Sealed(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_households_area_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
    )
    with op.batch_alter_table("households", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_households_area"), ["area"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("name", types.Sealed(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("household", types.IdType(), nullable=False),
        sa.Column("phone", types.Sealed(), nullable=True),
        sa.Column("phone_index", types.BlindIndex(), nullable=True),
        sa.Column("id_number", types.Sealed(), nullable=True),
        sa.Column("id_number_index", types.BlindIndex(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("responsible", types.IdType(), nullable=True),
        sa.Column("deputy", types.IdType(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("enrolled", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_people_area_areas")),
        sa.ForeignKeyConstraint(["deputy"], ["people.id"], name=op.f("fk_people_deputy_people"), initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["household"], ["households.id"], name=op.f("fk_people_household_households")),
        sa.ForeignKeyConstraint(["responsible"], ["people.id"], name=op.f("fk_people_responsible_people"), initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_area_household_id"), ["area", "household", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_deputy"), ["deputy"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_household"), ["household"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_id_number_index"), ["id_number_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_phone_index"), ["phone_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_responsible"), ["responsible"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_consents_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_person"), ["person"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("address", types.Sealed(), nullable=False),
        sa.Column("address_index", types.BlindIndex(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_contacts_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_address_index"), ["address_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_person"), ["person"], unique=False)
        batch_op.create_index(
            "uq_contacts_active",
            ["channel", "bot", "address_index"],
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )

    op.create_table(
        "grants",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("place", types.IdType(), nullable=True),
        sa.Column("until", types.UtcTime(), nullable=True),
        sa.Column("revoked_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_grants_area_areas")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_grants_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_grants_role"), ["role"], unique=False)

    op.create_table(
        "link_codes",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", types.IdType(), nullable=True),
        sa.Column("expires_at", types.UtcTime(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("used_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_link_codes_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_codes")),
    )
    with op.batch_alter_table("link_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_codes_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_link_codes_person"), ["person"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("opened_at", types.UtcTime(), nullable=False),
        sa.Column("seen_at", types.UtcTime(), nullable=False),
        sa.Column("ended_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_sessions_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_sessions_digest")),
    )
    op.create_table(
        "shelters",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("places_day", sa.Integer(), nullable=False),
        sa.Column("places_night", sa.Integer(), nullable=False),
        sa.Column("keeper", types.IdType(), nullable=True),
        sa.Column("deputy", types.IdType(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_shelters_area_areas")),
        sa.ForeignKeyConstraint(["deputy"], ["people.id"], name=op.f("fk_shelters_deputy_people")),
        sa.ForeignKeyConstraint(["keeper"], ["people.id"], name=op.f("fk_shelters_keeper_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelters")),
    )
    with op.batch_alter_table("shelters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shelters_area"), ["area"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("expires_at", types.UtcTime(), nullable=False),
        sa.Column("spent_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_tickets_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("digest", name=op.f("uq_tickets_digest")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("message", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("contact", types.IdType(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("not_before", types.UtcTime(), nullable=False),
        sa.Column("leased_until", types.UtcTime(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_deliveries_contact_contacts")),
        sa.ForeignKeyConstraint(["message", "drill"], ["messages.id", "messages.drill"], name=op.f("fk_deliveries_message_drill_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("message", "contact", name=op.f("uq_deliveries_message_contact")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_contact"), ["contact"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_state_lane_not_before"), ["state", "lane", "not_before"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("shelter", types.IdType(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("drafted_by", types.IdType(), nullable=False),
        sa.Column("drafted_at", types.UtcTime(), nullable=False),
        sa.Column("approved_by", types.IdType(), nullable=True),
        sa.Column("issued_at", types.UtcTime(), nullable=True),
        sa.Column("lifted_at", types.UtcTime(), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shelter"], ["shelters.id"], name=op.f("fk_orders_shelter_shelters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("id", "drill", name=op.f("uq_orders_id_drill")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_drafted_at"), ["drafted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_state"), ["state"], unique=False)

    op.create_table(
        "members",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("order_id", types.IdType(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("person", types.IdType(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("household", types.IdType(), nullable=False),
        sa.Column("responsible", types.IdType(), nullable=True),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("joined_at", types.UtcTime(), nullable=False),
        sa.Column("safe", sa.Boolean(), nullable=False),
        sa.Column("needs_help", sa.Boolean(), nullable=False),
        sa.Column("verify", sa.Boolean(), nullable=False),
        sa.Column("whereabouts", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("at", types.UtcTime(), nullable=True),
        sa.Column("by", types.IdType(), nullable=True),
        sa.Column("place", types.IdType(), nullable=True),
        sa.Column("deciding", types.IdType(), nullable=True),
        sa.Column("reported", sa.Text(), nullable=True),
        sa.Column("beside", types.IdType(), nullable=True),
        sa.Column("seen_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["order_id", "drill"], ["orders.id", "orders.drill"], name=op.f("fk_members_order_id_drill_orders")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_members_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("id", "drill", name=op.f("uq_members_id_drill")),
        sa.UniqueConstraint("order_id", "person", name=op.f("uq_members_order_id_person")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_order_id_area"), ["order_id", "area"], unique=False)
        batch_op.create_index(batch_op.f("ix_members_order_id_walk_in_person"), ["order_id", "walk_in", "person"], unique=False)
        batch_op.create_index(batch_op.f("ix_members_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_members_place"), ["place"], unique=False)

    op.create_table(
        "scans",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", types.IdType(), nullable=True),
        sa.Column("cti", sa.LargeBinary(), nullable=True),
        sa.Column("short", sa.Text(), nullable=True),
        sa.Column("raw_hash", sa.LargeBinary(), nullable=True),
        sa.Column("place", types.IdType(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("operator", types.IdType(), nullable=True),
        sa.Column("at_device", types.UtcTime(), nullable=True),
        sa.Column("at_received", types.UtcTime(), nullable=False),
        sa.Column("at_effective", types.UtcTime(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("order_id", types.IdType(), nullable=True),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("annuls", types.IdType(), nullable=True),
        sa.Column("fields", types.Sealed(), nullable=False),
        sa.ForeignKeyConstraint(["order_id", "drill"], ["orders.id", "orders.drill"], name=op.f("fk_scans_order_id_drill_orders")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_scans_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("client_key", "body_hash", name=op.f("uq_scans_client_key_body_hash")),
    )
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scans_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scans_person_at_effective"), ["person", "at_effective"], unique=False)

    op.create_table(
        "member_events",
        sa.Column("id", types.IdType(), nullable=False),
        sa.Column("member", types.IdType(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at_effective", types.UtcTime(), nullable=False),
        sa.Column("at_received", types.UtcTime(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("by", types.IdType(), nullable=True),
        sa.Column("place", types.IdType(), nullable=True),
        sa.Column("note", types.Sealed(), nullable=True),
        sa.Column("clear", sa.Boolean(), nullable=False),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.Column("scan", types.IdType(), nullable=True),
        sa.Column("annuls", types.IdType(), nullable=True),
        sa.ForeignKeyConstraint(["member", "drill"], ["members.id", "members.drill"], name=op.f("fk_member_events_member_drill_members")),
        sa.ForeignKeyConstraint(["scan"], ["scans.id"], name=op.f("fk_member_events_scan_scans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_events")),
    )
    with op.batch_alter_table("member_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_events_member"), ["member"], unique=False)


def downgrade() -> None:
    """Indexes go with their tables."""
    for table in TABLES:
        op.drop_table(table)
