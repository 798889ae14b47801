"""Who holds a case and who was asked to; volunteers, their phones, rotas, shifts, swaps; lines;
a person's safe word; texts that were judged, and test messages;
who is connected with whom."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text()
SMALL = sa.SmallInteger()
MOMENT = sa.BigInteger()  # microseconds since 1970 UTC
SEALED = sa.LargeBinary()


def upgrade() -> None:
    op.add_column("person", sa.Column("sealed_safe", SEALED, nullable=True))
    _cases()
    _alerts()
    _volunteers()
    _shifts()
    _lines()
    _watching()
    _bridges()


def _cases() -> None:
    op.add_column("case", sa.Column("holder_id", TEXT, nullable=True))
    op.add_column("case", sa.Column("holder_number_id", TEXT, nullable=True))
    op.add_column("case", sa.Column("taken_at", MOMENT, nullable=True))
    op.add_column("case", sa.Column("deadline_at", MOMENT, nullable=True))
    op.add_column("case", sa.Column("step", SMALL, nullable=False, server_default="0"))
    op.add_column("case", sa.Column("round", SMALL, nullable=False, server_default="0"))
    op.add_column("case", sa.Column("told_at", MOMENT, nullable=True))
    op.add_column("case", sa.Column("mark", TEXT, nullable=True))
    op.create_table(
        "case_code",
        sa.Column("code", TEXT, primary_key=True),
        sa.Column("case_id", TEXT, nullable=False),
    )


def _alerts() -> None:
    op.create_table(
        "case_alert",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("number_id", TEXT, nullable=True),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("step", SMALL, nullable=False),
        sa.Column("round", SMALL, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=True),
        sa.Column("message_id", TEXT, nullable=True),
        sa.Column("call_id", TEXT, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.UniqueConstraint(
            "case_id", "person_id", "step", "round",
            name="uq_case_alert_case_id_person_id_step_round",
        ),
    )  # fmt: skip
    op.create_index(
        "uq_case_alert_number",
        "case_alert",
        ["case_id", "number_id", "step", "round"],
        unique=True,
        **_where("person_id IS NULL"),
    )
    op.create_index("ix_case_alert_told", "case_alert", ["person_id"], **_where("status = 'told'"))
    for name in ("message_id", "call_id", "conversation_id"):
        op.create_index(
            f"ix_case_alert_{name}", "case_alert", [name], **_where(f"{name} IS NOT NULL")
        )
    op.create_index("ix_case_alert_person_id_at", "case_alert", ["person_id", "at"])


def _volunteers() -> None:
    op.create_table(
        "volunteer",
        sa.Column(
            "person_id",
            TEXT,
            sa.ForeignKey("person.id", name="fk_volunteer_person_id_person"),
            primary_key=True,
        ),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("languages", TEXT, nullable=False),
        sa.Column("trained", TEXT, nullable=False),
        sa.Column("vetted_at", MOMENT, nullable=True),
        sa.Column("vetted_by", TEXT, nullable=True),
        sa.Column("daily_cap", SMALL, nullable=True),
        sa.Column("taken_day", sa.Integer(), nullable=False),
        sa.Column("taken_count", sa.Integer(), nullable=False),
        sa.Column("break_until", MOMENT, nullable=True),
        sa.Column("off_until", MOMENT, nullable=True),
        sa.Column("last_case_at", MOMENT, nullable=True),
        sa.Column("hard_case_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("ix_volunteer_status", "volunteer", ["status"])
    op.create_table(
        "contact",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column(
            "person_id",
            TEXT,
            sa.ForeignKey("person.id", name="fk_contact_person_id_person"),
            nullable=False,
        ),
        sa.Column("number_id", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("place", SMALL, nullable=False),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("sealed_code", SEALED, nullable=True),
        sa.Column("code_tries", SMALL, nullable=False),
        sa.Column("code_expires_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint(
            "person_id", "number_id", "channel", name="uq_contact_person_id_number_id_channel"
        ),
    )
    op.create_index("ix_contact_number_id", "contact", ["number_id"])
    op.create_index(
        "ix_contact_code", "contact", ["code_expires_at"], **_where("sealed_code IS NOT NULL")
    )


def _shifts() -> None:
    op.create_table(
        "rota",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=False),
        sa.Column("definition", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_table(
        "shift",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("rota", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("local_slot", TEXT, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint(
            "rota", "local_slot", "person_id", name="uq_shift_rota_local_slot_person_id"
        ),
    )
    op.create_index("ix_shift_planned", "shift", ["ends_at"], **_where("status = 'planned'"))
    op.create_index("ix_shift_rota_starts_at", "shift", ["rota", "starts_at"])
    op.create_index("ix_shift_person_id_starts_at", "shift", ["person_id", "starts_at"])
    op.create_table(
        "swap",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("shift_id", TEXT, nullable=False),
        sa.Column("from_id", TEXT, nullable=False),
        sa.Column("to_id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.UniqueConstraint("shift_id", "to_id", name="uq_swap_shift_id_to_id"),
    )
    op.create_index("ix_swap_offered", "swap", ["to_id"], **_where("status = 'offered'"))
    op.create_index("ix_swap_from_id", "swap", ["from_id"])


def _lines() -> None:
    op.create_table(
        "line",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("country", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("needs", TEXT, nullable=False),
        sa.Column("languages", TEXT, nullable=False),
        sa.Column("voice", TEXT, nullable=True),
        sa.Column("text", TEXT, nullable=True),
        sa.Column("text_word", TEXT, nullable=True),
        sa.Column("emergency", TEXT, nullable=True),
        sa.Column("hours", TEXT, nullable=True),
        sa.Column("notes", TEXT, nullable=True),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("source_date", TEXT, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("checked_by", TEXT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("ix_line_country", "line", ["country"])


def _watching() -> None:
    op.create_table(
        "marked_text",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("case_id", TEXT, nullable=True),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("number_id", TEXT, nullable=True),
        sa.Column("mark", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=True),
        sa.Column("sealed_text", SEALED, nullable=True),
        sa.Column("marked_by", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.UniqueConstraint("source", name="uq_marked_text_source"),
    )
    for name in ("person_id", "number_id", "case_id"):
        op.create_index(f"ix_marked_text_{name}", "marked_text", [name])
    op.create_table(
        "trial",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("contact_id", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("silent_at", MOMENT, nullable=True),
        sa.UniqueConstraint("conversation_id", name="uq_trial_conversation_id"),
    )
    op.create_index("ix_trial_person_id_asked_at", "trial", ["person_id", "asked_at"])


def _bridges() -> None:
    op.create_table(
        "bridge",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("room", TEXT, nullable=False),
        sa.Column("round", SMALL, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("together_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
    )
    op.create_index(
        "uq_bridge_open", "bridge", ["case_id"], unique=True, **_where("status <> 'over'")
    )
    op.create_index("ix_bridge_case_id", "bridge", ["case_id"])
    op.create_index("ix_bridge_open", "bridge", ["created_at"], **_where("status <> 'over'"))
    op.create_table(
        "bridge_leg",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("bridge_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("number_id", TEXT, nullable=True),
        sa.Column("call_id", TEXT, nullable=True),
        sa.Column("conversation_id", TEXT, nullable=True),
        sa.Column("token", sa.Integer(), nullable=True),
        sa.Column("round", SMALL, nullable=False),
        sa.Column("came_to", TEXT, nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("joined_at", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
    )
    op.create_index("ix_bridge_leg_bridge_id", "bridge_leg", ["bridge_id"])
    for name in ("call_id", "conversation_id"):
        op.create_index(
            f"ix_bridge_leg_{name}", "bridge_leg", [name], **_where(f"{name} IS NOT NULL")
        )
    op.create_index("ix_bridge_leg_open", "bridge_leg", ["person_id"], **_where("status <> 'gone'"))


def _where(condition: str) -> dict[str, Any]:
    """Of an index that holds some rows, for both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
