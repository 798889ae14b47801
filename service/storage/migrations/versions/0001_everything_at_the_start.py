"""Everything at the start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text()
MOMENT = sa.BigInteger()  # microseconds since 1970 UTC
SEALED = sa.LargeBinary()


def upgrade() -> None:
    _people()
    _talk()
    _care()
    _house()


def _index(name: str, table: str, *columns: str, where: str = "", unique: bool = False) -> None:
    only = sa.text(where) if where else None
    op.create_index(
        name, table, list(columns), unique=unique, sqlite_where=only, postgresql_where=only
    )


def _people() -> None:
    op.create_table(
        "number",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("sealed_number", SEALED, nullable=False),
        sa.Column("blind", TEXT, nullable=False, unique=True),
        sa.Column("key_id", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("opted_out_at", MOMENT, nullable=True),
        sa.Column("opted_out_how", TEXT, nullable=True),
        sa.Column("asked_to_join_at", MOMENT, nullable=True),
        sa.Column("unusable_code", TEXT, nullable=True),
        sa.Column("unusable_at", MOMENT, nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("costs", sa.Boolean(), nullable=False),
        sa.Column("active_person_id", TEXT, nullable=True),
        sa.Column("active_until", MOMENT, nullable=True),
        sa.Column("expecting_word", sa.Boolean(), nullable=False),
        sa.Column("replies_day", sa.Integer(), nullable=False),
        sa.Column("replies_count", sa.Integer(), nullable=False),
        sa.Column("last_heard_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("joined_at", MOMENT, nullable=True),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("sealed_fields", SEALED, nullable=True),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("main_number_id", TEXT, nullable=True),
        sa.Column("sender_id", TEXT, nullable=True),
        sa.Column("front_id", TEXT, nullable=True),
        sa.Column("messages_day", sa.Integer(), nullable=False),
        sa.Column("messages_count", sa.Integer(), nullable=False),
        sa.Column("last_heard_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("erase_at", MOMENT, nullable=True),
    )
    _index("ix_person_erase_at", "person", "erase_at", where="erase_at IS NOT NULL")
    _index("ix_person_main_number_id", "person", "main_number_id")
    _index("ix_person_status_created_at", "person", "status", "created_at")
    op.create_table(
        "person_number",
        sa.Column(
            "person_id",
            TEXT,
            sa.ForeignKey("person.id", name="fk_person_number_person_id"),
            nullable=False,
        ),
        sa.Column(
            "number_id",
            TEXT,
            sa.ForeignKey("number.id", name="fk_person_number_number_id"),
            nullable=False,
        ),
        sa.Column("sealed_word", SEALED, nullable=True),
        sa.Column("word_blind", TEXT, nullable=True),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "number_id", name="pk_person_number"),
    )
    _index("ix_person_number_number_id", "person_number", "number_id")
    op.create_table(
        "person_name",
        sa.Column(
            "person_id",
            TEXT,
            sa.ForeignKey("person.id", name="fk_person_name_person_id"),
            nullable=False,
        ),
        sa.Column("token", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "token", name="pk_person_name"),
    )
    _index("ix_person_name_token", "person_name", "token")
    op.create_table(
        "consent",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("number_id", TEXT, nullable=True),
        sa.Column("act", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("how", TEXT, nullable=False),
        sa.Column("sealed_wording", SEALED, nullable=True),
        sa.Column("campaign", TEXT, nullable=True),
    )
    _index("ix_consent_number_id_at", "consent", "number_id", "at")
    _index("ix_consent_person_id_at", "consent", "person_id", "at")
    op.create_table(
        "answer",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("flow", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("sealed_value", SEALED, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
    )
    _index("ix_answer_at", "answer", "at")
    _index("ix_answer_person_id_at", "answer", "person_id", "at")
    op.create_table(
        "suppression",
        sa.Column("blind", TEXT, primary_key=True),
        sa.Column("key_id", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "erasure",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("number_blinds", TEXT, nullable=False),
    )
    _index("ix_erasure_due_at", "erasure", "due_at", where="done_at IS NULL")
    _index("ix_erasure_person_id", "erasure", "person_id")


def _talk() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("number_id", TEXT, nullable=False),
        sa.Column("sender_id", TEXT, nullable=True),
        sa.Column("flow", TEXT, nullable=False),
        sa.Column("edition", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("sealed_session", SEALED, nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("occurrence_id", TEXT, nullable=True),
        sa.Column("visible_since", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("closed_until", MOMENT, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
    )
    _index("ix_conversation_expires_at", "conversation", "expires_at", where="status <> 'ended'")
    _index("ix_conversation_person_id_status", "conversation", "person_id", "status")
    op.create_table(
        "message",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("direction", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("number_id", TEXT, nullable=True),
        sa.Column("sender_id", TEXT, nullable=True),
        sa.Column("conversation_id", TEXT, nullable=True),
        sa.Column("turn_id", TEXT, nullable=True),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("held_for", TEXT, nullable=True),
        sa.Column("sealed_body", SEALED, nullable=True),
        sa.Column("segments", sa.SmallInteger(), nullable=False),
        sa.Column("sealed_media", SEALED, nullable=True),
        sa.Column("carrier_sid", TEXT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("claimed_by", TEXT, nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("doubts", sa.SmallInteger(), nullable=False),
        sa.Column("waits_for", TEXT, nullable=True),
        sa.Column("wait_seconds", sa.Integer(), nullable=True),
        sa.Column("wait_token", TEXT, nullable=True),
        sa.Column("error_code", TEXT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("cost_micros", sa.BigInteger(), nullable=True),
        sa.Column("purpose", TEXT, nullable=False),
    )
    _index("ix_message_conversation_id", "message", "conversation_id")
    _index("ix_message_held", "message", "due_at", where="status = 'held'")
    _index("ix_message_in_doubt", "message", "due_at", where="status = 'in doubt'")
    _index("ix_message_number_id_created_at", "message", "number_id", "created_at")
    _index(
        "ix_message_pending",
        "message",
        "lane",
        "due_at",
        where="status = 'pending' AND waits_for IS NULL",
    )
    _index("ix_message_person_id_created_at", "message", "person_id", "created_at")
    _index("ix_message_sending_number", "message", "number_id", where="status = 'sending'")
    _index("ix_message_sending_since", "message", "claimed_at", where="status = 'sending'")
    _index("ix_message_waits_for", "message", "waits_for", where="waits_for IS NOT NULL")
    _index(
        "uq_message_carrier_sid",
        "message",
        "carrier_sid",
        where="carrier_sid IS NOT NULL",
        unique=True,
    )
    op.create_table(
        "timer",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("subject_id", TEXT, nullable=True),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("token", TEXT, nullable=True),
        sa.Column("sealed_payload", SEALED, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    _index("ix_timer_lane_due_at", "timer", "lane", "due_at")
    _index("ix_timer_person_id", "timer", "person_id")
    op.create_table(
        "sender",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("number", TEXT, nullable=False, unique=True),
        sa.Column("pace_milli", sa.Integer(), nullable=False),
        sa.Column("busy_until", MOMENT, nullable=True),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("paused_reason", TEXT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_table(
        "spend",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("sender_id", TEXT, nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "lane", "sender_id", name="pk_spend"),
    )


def _care() -> None:
    op.create_table(
        "plan",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column(
            "person_id", TEXT, sa.ForeignKey("person.id", name="fk_plan_person_id"), nullable=False
        ),
        sa.Column("flow", TEXT, nullable=False),
        sa.Column("rrule", TEXT, nullable=False),
        sa.Column("starts_local", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("channel", TEXT, nullable=True),
        sa.Column("number_id", TEXT, nullable=True),
        sa.Column("on_silence", sa.SmallInteger(), nullable=False),
        sa.Column("skip_next", sa.Boolean(), nullable=False),
        sa.Column("next_local", TEXT, nullable=True),
        sa.Column("next_due", MOMENT, nullable=True),
        sa.Column("taken_local", TEXT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    _index(
        "ix_plan_next_due", "plan", "next_due", where="status = 'active' AND next_due IS NOT NULL"
    )
    _index("ix_plan_person_id", "plan", "person_id")
    op.create_table(
        "occurrence",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("plan_id", TEXT, nullable=False),
        sa.Column("local_slot", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=True),
        sa.Column("conversation_id", TEXT, nullable=True),
        sa.Column("prompted_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.UniqueConstraint("plan_id", "local_slot", name="uq_occurrence_plan_id_local_slot"),
    )
    _index("ix_occurrence_conversation_id", "occurrence", "conversation_id")
    _index(
        "ix_occurrence_open",
        "occurrence",
        "due_at",
        where="status IN ('due', 'prompted', 'reminded', 'suspended')",
    )
    _index("ix_occurrence_person_id_due_at", "occurrence", "person_id", "due_at")
    op.create_table(
        "case",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("code", TEXT, nullable=False),
        sa.Column(
            "person_id", TEXT, sa.ForeignKey("person.id", name="fk_case_person_id"), nullable=False
        ),
        sa.Column("number_id", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("priority", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("policy_hash", TEXT, nullable=True),
        sa.Column("sealed_note", SEALED, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
    )
    _index("ix_case_person_id", "case", "person_id")
    _index("ix_case_status_opened_at", "case", "status", "opened_at")
    _index(
        "uq_case_open",
        "case",
        "person_id",
        "kind",
        where="status NOT IN ('handed over', 'resolved', 'cancelled')",
        unique=True,
    )
    _index(
        "uq_case_open_code",
        "case",
        "code",
        where="status NOT IN ('handed over', 'resolved', 'cancelled')",
        unique=True,
    )
    op.create_table(
        "case_event",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column(
            "case_id", TEXT, sa.ForeignKey("case.id", name="fk_case_event_case_id"), nullable=False
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("act", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("sealed_detail", SEALED, nullable=True),
    )
    _index("ix_case_event_case_id_at", "case_event", "case_id", "at")


def _house() -> None:
    op.create_table(
        "revision",
        sa.Column("hash", TEXT, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    _index("ix_revision_kind_name", "revision", "kind", "name")
    op.create_table(
        "publication",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column(
            "revision_hash",
            TEXT,
            sa.ForeignKey("revision.hash", name="fk_publication_revision_hash"),
            nullable=False,
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
    )
    _index("ix_publication_kind_name_id", "publication", "kind", "name", "id")
    op.create_table(
        "edition",
        sa.Column("hash", TEXT, primary_key=True),
        sa.Column("members", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_table(
        "setting",
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_table(
        "trail",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("act", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("subject_id", TEXT, nullable=True),
        sa.Column("detail", TEXT, nullable=True),
    )
    _index("ix_trail_at", "trail", "at")
    _index("ix_trail_subject_subject_id_at", "trail", "subject", "subject_id", "at")
