"""Conversations, messages out and in, what happens later, and the numbers that we send from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, SmallInteger, Text
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Row, Sealed, key, partial


class Conversation(Row, table=True):
    """One flow with one person. Exactly one of a person's stands in front; others wait behind."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_person_id_status", "person_id", "status"),
        partial("ix_conversation_expires_at", "expires_at", where="status <> 'ended'"),
    )

    id: str = key()
    person_id: str = Field(sa_type=Text)
    number_id: str = Field(sa_type=Text)
    sender_id: str | None = Field(default=None, sa_type=Text)
    flow: str = Field(sa_type=Text)
    edition: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)  # front, waiting, ended
    urgency: int = Field(default=0, sa_type=SmallInteger)
    sealed_session: bytes | None = Field(default=None, sa_type=Sealed)  # None: forgotten
    token: int = 0
    outcome: str | None = Field(default=None, sa_type=Text)
    occurrence_id: str | None = Field(default=None, sa_type=Text)
    visible_since: datetime | None = Field(default=None, sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    closed_until: datetime | None = Field(default=None, sa_type=Moment)
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Message(Row, table=True):
    """A text or call, out or in. Outgoing rows are the outbox."""

    __tablename__ = "message"
    __table_args__ = (
        partial(
            "ix_message_pending",
            "lane",
            "due_at",
            where="status = 'pending' AND waits_for IS NULL",
        ),
        partial("ix_message_sending_number", "number_id", where="status = 'sending'"),
        partial("ix_message_sending_since", "claimed_at", where="status = 'sending'"),
        # two indexes: SQLite does not see that one for both states holds each of them
        partial("ix_message_held", "due_at", where="status = 'held'"),
        partial("ix_message_in_doubt", "due_at", where="status = 'in doubt'"),
        partial("ix_message_waits_for", "waits_for", where="waits_for IS NOT NULL"),
        partial(
            "uq_message_carrier_sid", "carrier_sid", where="carrier_sid IS NOT NULL", unique=True
        ),
        Index("ix_message_person_id_created_at", "person_id", "created_at"),
        Index("ix_message_number_id_created_at", "number_id", "created_at"),
        Index("ix_message_conversation_id", "conversation_id"),
    )

    id: str = key()
    direction: str = Field(sa_type=Text)  # in, out
    person_id: str | None = Field(default=None, sa_type=Text)
    number_id: str | None = Field(default=None, sa_type=Text)
    sender_id: str | None = Field(default=None, sa_type=Text)
    conversation_id: str | None = Field(default=None, sa_type=Text)
    turn_id: str | None = Field(default=None, sa_type=Text)
    seq: int = Field(default=0, sa_type=SmallInteger)
    lane: int = Field(default=1, sa_type=SmallInteger)  # 0 urgent, 1 reply, 2 bulk
    status: str = Field(sa_type=Text)
    held_for: str | None = Field(default=None, sa_type=Text)  # why it is held
    sealed_body: bytes | None = Field(default=None, sa_type=Sealed)
    segments: int = Field(default=0, sa_type=SmallInteger)
    sealed_media: bytes | None = Field(default=None, sa_type=Sealed)  # JSON list of addresses
    carrier_sid: str | None = Field(default=None, sa_type=Text)
    due_at: datetime = Field(sa_type=Moment)
    claimed_by: str | None = Field(default=None, sa_type=Text)
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = Field(default=0, sa_type=SmallInteger)
    doubts: int = Field(default=0, sa_type=SmallInteger)  # looks for it at the carrier in vain
    waits_for: str | None = Field(default=None, sa_type=Text)
    wait_seconds: int | None = None
    wait_token: str | None = Field(default=None, sa_type=Text)
    error_code: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    cost_micros: int | None = Field(default=None, sa_type=BigInteger)
    purpose: str = Field(sa_type=Text)  # consent, answer, checkin, alert, case, notice


class Timer(Row, table=True):
    """Something that happens later: a due moment, an event, and a token that can go stale."""

    __tablename__ = "timer"
    __table_args__ = (
        Index("ix_timer_lane_due_at", "lane", "due_at"),
        Index("ix_timer_person_id", "person_id"),
    )

    id: str = key()
    key: str = Field(sa_type=Text, unique=True)
    kind: str = Field(sa_type=Text)
    person_id: str | None = Field(default=None, sa_type=Text)
    subject_id: str | None = Field(default=None, sa_type=Text)
    lane: int = Field(default=2, sa_type=SmallInteger)  # 0 urgent, 1 somebody waits, 2 the rest
    due_at: datetime = Field(sa_type=Moment)
    token: str | None = Field(default=None, sa_type=Text)  # of the wait that it ends
    sealed_payload: bytes | None = Field(default=None, sa_type=Sealed)
    created_at: datetime = Field(sa_type=Moment)


class Sender(Row, table=True):
    """One of our own service numbers, which is public, and how fast it may send."""

    __tablename__ = "sender"

    id: str = key()
    number: str = Field(sa_type=Text, unique=True)
    pace_milli: int  # segments in a thousand seconds
    busy_until: datetime | None = Field(default=None, sa_type=Moment)
    paused_until: datetime | None = Field(default=None, sa_type=Moment)
    paused_reason: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    calling_until: datetime | None = Field(default=None, sa_type=Moment)  # calls have their pace


class Spend(Row, table=True):
    """What a day cost, by lane and service number."""

    __tablename__ = "spend"

    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})  # yyyymmdd
    lane: int = Field(
        primary_key=True, sa_type=SmallInteger, sa_column_kwargs={"autoincrement": False}
    )
    sender_id: str = Field(primary_key=True, sa_type=Text)
    messages: int = 0
    segments: int = Field(default=0, sa_type=BigInteger)
    cost_micros: int = Field(default=0, sa_type=BigInteger)
