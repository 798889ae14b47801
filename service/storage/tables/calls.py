"""Phone calls in and out, what was said in each step of them, recordings, and recorded prompts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, Text
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Row, Sealed, key, partial


class Call(Row, table=True):
    """One phone call. Those that are to be placed are a queue of their own, as texts are."""

    __tablename__ = "call"
    __table_args__ = (
        partial("ix_call_pending", "lane", "due_at", where="status = 'pending'"),
        partial("ix_call_placing", "claimed_at", where="status = 'placing'"),
        partial("ix_call_held", "due_at", where="status = 'held'"),
        partial("ix_call_in_doubt", "due_at", where="status = 'in doubt'"),
        partial("ix_call_open", "due_at", where="status IN ('ringing', 'placed', 'answered')"),
        partial("uq_call_carrier_sid", "carrier_sid", where="carrier_sid IS NOT NULL", unique=True),
        partial("ix_call_conversation_id", "conversation_id", where="conversation_id IS NOT NULL"),
        Index("ix_call_number_id_created_at", "number_id", "created_at"),
        Index("ix_call_person_id_created_at", "person_id", "created_at"),
    )

    id: str = key()
    direction: str = Field(sa_type=Text)  # in, out
    purpose: str = Field(sa_type=Text)  # in, checkin, callback, case, notice, bridge ...
    person_id: str | None = Field(default=None, sa_type=Text)  # in: once it is known who
    number_id: str = Field(sa_type=Text)
    sender_id: str | None = Field(default=None, sa_type=Text)
    conversation_id: str | None = Field(default=None, sa_type=Text)
    occurrence_id: str | None = Field(default=None, sa_type=Text)
    lane: int = Field(default=1, sa_type=SmallInteger)  # 0 urgent, 1 reply, 2 bulk
    status: str = Field(sa_type=Text)
    held_for: str | None = Field(default=None, sa_type=Text)  # why it is held, or was cancelled
    due_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    attempt: int = Field(default=1, sa_type=SmallInteger)  # 1, 2: on the ladder of a check-in
    tries: int = Field(default=0, sa_type=SmallInteger)  # how often it was claimed
    doubts: int = Field(default=0, sa_type=SmallInteger)  # looks for it at the carrier in vain
    claimed_by: str | None = Field(default=None, sa_type=Text)
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    carrier_sid: str | None = Field(default=None, sa_type=Text)
    step: int = 0  # the last one that was answered; 0: none was
    sealed_state: bytes | None = Field(default=None, sa_type=Sealed)  # the call's manners
    asked_conversation_id: str | None = Field(default=None, sa_type=Text)  # what it asked last
    asked_token: int | None = None
    created_at: datetime = Field(sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    proved_at: datetime | None = Field(default=None, sa_type=Moment)  # by a key or by speech
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_by: str | None = Field(default=None, sa_type=Text)  # as the carrier heard it
    error_code: str | None = Field(default=None, sa_type=Text)
    seconds: int | None = None
    cost_micros: int | None = Field(default=None, sa_type=BigInteger)


class CallStep(Row, table=True):
    """One webhook of a call and its answer, so that a repeated one is answered alike."""

    __tablename__ = "call_step"

    call_id: str = Field(primary_key=True, sa_type=Text)
    step: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)
    sealed_heard: bytes | None = Field(default=None, sa_type=Sealed)
    sealed_reply: bytes | None = Field(default=None, sa_type=Sealed)


class Recording(Row, table=True):
    """What somebody said after the tone: fetched from the carrier, sealed, deleted there."""

    __tablename__ = "recording"
    __table_args__ = (
        Index("ix_recording_call_id", "call_id"),
        Index("ix_recording_person_id_created_at", "person_id", "created_at"),
        Index("ix_recording_number_id", "number_id"),
        partial("ix_recording_made", "created_at", where="status = 'made'"),
        partial("ix_recording_at_carrier", "created_at", where="carrier_deleted_at IS NULL"),
    )

    id: str = key()
    person_id: str | None = Field(default=None, sa_type=Text)
    number_id: str = Field(sa_type=Text)
    call_id: str = Field(sa_type=Text)
    conversation_id: str | None = Field(default=None, sa_type=Text)
    kind: str = Field(sa_type=Text)  # answer, voicemail
    flow: str | None = Field(default=None, sa_type=Text)
    state: str | None = Field(default=None, sa_type=Text)
    carrier_sid: str = Field(sa_type=Text, unique=True)
    status: str = Field(sa_type=Text)
    seconds: int = 0
    media_type: str | None = Field(default=None, sa_type=Text)
    sealed_audio: bytes | None = Field(default=None, sa_type=Sealed)
    created_at: datetime = Field(sa_type=Moment)
    fetched_at: datetime | None = Field(default=None, sa_type=Moment)
    carrier_deleted_at: datetime | None = Field(default=None, sa_type=Moment)
    heard_at: datetime | None = Field(default=None, sa_type=Moment)


class PromptFile(Row, table=True):
    """A prompt that the organisation recorded itself. It is played to anybody, so it is not
    private."""

    __tablename__ = "prompt_file"

    name: str = key()
    media_type: str = Field(sa_type=Text)
    audio: bytes = Field(sa_type=LargeBinary)
    seconds: int
    sha256: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
