"""Calls, their steps, recordings, recorded prompts, and a person's PIN."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text()
MOMENT = sa.BigInteger()  # microseconds since 1970 UTC
SEALED = sa.LargeBinary()


def upgrade() -> None:
    op.add_column("person", sa.Column("sealed_pin", SEALED, nullable=True))
    op.add_column("sender", sa.Column("calling_until", MOMENT, nullable=True))
    _calls()
    _recordings()


def _calls() -> None:
    op.create_table(
        "call",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("direction", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("number_id", TEXT, nullable=False),
        sa.Column("sender_id", TEXT, nullable=True),
        sa.Column("conversation_id", TEXT, nullable=True),
        sa.Column("occurrence_id", TEXT, nullable=True),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("held_for", TEXT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("doubts", sa.SmallInteger(), nullable=False),
        sa.Column("claimed_by", TEXT, nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("carrier_sid", TEXT, nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("sealed_state", SEALED, nullable=True),
        sa.Column("asked_conversation_id", TEXT, nullable=True),
        sa.Column("asked_token", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("proved_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("answered_by", TEXT, nullable=True),
        sa.Column("error_code", TEXT, nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("cost_micros", sa.BigInteger(), nullable=True),
    )
    _index("ix_call_pending", "lane", "due_at", where="status = 'pending'")
    _index("ix_call_placing", "claimed_at", where="status = 'placing'")
    _index("ix_call_held", "due_at", where="status = 'held'")
    _index("ix_call_in_doubt", "due_at", where="status = 'in doubt'")
    _index("ix_call_open", "due_at", where="status IN ('ringing', 'placed', 'answered')")
    _index("uq_call_carrier_sid", "carrier_sid", where="carrier_sid IS NOT NULL", unique=True)
    _index("ix_call_conversation_id", "conversation_id", where="conversation_id IS NOT NULL")
    op.create_index("ix_call_number_id_created_at", "call", ["number_id", "created_at"])
    op.create_index("ix_call_person_id_created_at", "call", ["person_id", "created_at"])
    op.create_table(
        "call_step",
        sa.Column("call_id", TEXT, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sealed_heard", SEALED, nullable=True),
        sa.Column("sealed_reply", SEALED, nullable=True),
        sa.PrimaryKeyConstraint("call_id", "step", name="pk_call_step"),
    )


def _index(name: str, *columns: str, where: str, unique: bool = False) -> None:
    """An index of some calls."""
    only = sa.text(where)
    op.create_index(
        name, "call", list(columns), unique=unique, sqlite_where=only, postgresql_where=only
    )


def _recordings() -> None:
    op.create_table(
        "recording",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("number_id", TEXT, nullable=False),
        sa.Column("call_id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("flow", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=True),
        sa.Column("carrier_sid", TEXT, nullable=False, unique=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("media_type", TEXT, nullable=True),
        sa.Column("sealed_audio", SEALED, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=True),
        sa.Column("carrier_deleted_at", MOMENT, nullable=True),
        sa.Column("heard_at", MOMENT, nullable=True),
    )
    op.create_index("ix_recording_call_id", "recording", ["call_id"])
    op.create_index("ix_recording_number_id", "recording", ["number_id"])
    op.create_index("ix_recording_person_id_created_at", "recording", ["person_id", "created_at"])
    op.create_index(
        "ix_recording_made",
        "recording",
        ["created_at"],
        sqlite_where=sa.text("status = 'made'"),
        postgresql_where=sa.text("status = 'made'"),
    )
    op.create_index(
        "ix_recording_at_carrier",
        "recording",
        ["created_at"],
        sqlite_where=sa.text("carrier_deleted_at IS NULL"),
        postgresql_where=sa.text("carrier_deleted_at IS NULL"),
    )
    op.create_table(
        "prompt_file",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
