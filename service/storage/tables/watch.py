"""What the service is held to: texts that people judged, and test messages to volunteers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Row, Sealed, key


class MarkedText(Row, table=True):
    """Words that were read wrongly, without names and numbers. Each text of a person once."""

    __tablename__ = "marked_text"
    __table_args__ = (
        UniqueConstraint("source"),
        Index("ix_marked_text_person_id", "person_id"),
        Index("ix_marked_text_number_id", "number_id"),
        Index("ix_marked_text_case_id", "case_id"),
    )

    id: str = key()
    source: str = Field(sa_type=Text)  # message/ID, or step/CALL/NUMBER
    case_id: str | None = Field(default=None, sa_type=Text)
    person_id: str | None = Field(default=None, sa_type=Text)
    number_id: str | None = Field(default=None, sa_type=Text)  # where nobody is known by it
    mark: str = Field(sa_type=Text)  # missed, false alarm
    language: str | None = Field(default=None, sa_type=Text)
    sealed_text: bytes | None = Field(default=None, sa_type=Sealed)
    marked_by: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class Trial(Row, table=True):
    """A test message to a volunteer, and what came of it."""

    __tablename__ = "trial"
    __table_args__ = (
        UniqueConstraint("conversation_id"),
        Index("ix_trial_person_id_asked_at", "person_id", "asked_at"),
    )

    id: str = key()
    person_id: str = Field(sa_type=Text)
    contact_id: str = Field(sa_type=Text)
    channel: str = Field(sa_type=Text)  # text, call
    conversation_id: str = Field(sa_type=Text)
    asked_by: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    failed_at: datetime | None = Field(default=None, sa_type=Moment)
    silent_at: datetime | None = Field(default=None, sa_type=Moment)
