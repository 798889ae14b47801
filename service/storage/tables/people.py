"""People, their numbers, what they agreed to, and how little is left when they go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Json, Row, Sealed, key, link, partial


class Number(Row, table=True):
    """A phone number. Consent, opt-out and reachability belong here, not to a person."""

    __tablename__ = "number"

    id: str = key()
    sealed_number: bytes = Field(sa_type=Sealed)
    blind: str = Field(sa_type=Text, unique=True)
    key_id: str = Field(sa_type=Text)  # of the key that made `blind`
    country: str | None = Field(default=None, sa_type=Text)  # ISO letters, as of phonenumbers
    kind: str = Field(sa_type=Text)  # unknown, mobile, landline
    opted_out_at: datetime | None = Field(default=None, sa_type=Moment)
    opted_out_how: str | None = Field(default=None, sa_type=Text)
    asked_to_join_at: datetime | None = Field(default=None, sa_type=Moment)
    unusable_code: str | None = Field(default=None, sa_type=Text)  # the carrier's error code
    unusable_at: datetime | None = Field(default=None, sa_type=Moment)
    shared: bool = False
    costs: bool = False  # every text costs its owner: told so, or asked for few
    active_person_id: str | None = Field(default=None, sa_type=Text)
    active_until: datetime | None = Field(default=None, sa_type=Moment)
    expecting_word: bool = False
    replies_day: int = 0  # yyyymmdd of replies_count
    replies_count: int = 0
    last_heard_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)


class Person(Row, table=True):
    """Somebody we keep company, or are asked by to."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_status_created_at", "status", "created_at"),
        partial("ix_person_erase_at", "erase_at", where="erase_at IS NOT NULL"),
    )

    id: str = key()
    status: str = Field(sa_type=Text)  # invited, joining, active, left, erasing, erased
    joined_at: datetime | None = Field(default=None, sa_type=Moment)
    paused_until: datetime | None = Field(default=None, sa_type=Moment)
    sealed_fields: bytes | None = Field(default=None, sa_type=Sealed)  # JSON of declared fields
    language: str = Field(sa_type=Text)
    zone: str = Field(sa_type=Text)
    channel: str = Field(default="text", sa_type=Text)  # text, call
    discreet: bool = False
    main_number_id: str | None = Field(default=None, sa_type=Text, index=True)
    sender_id: str | None = Field(default=None, sa_type=Text)
    front_id: str | None = Field(default=None, sa_type=Text)
    messages_day: int = 0  # yyyymmdd of messages_count
    messages_count: int = 0
    last_heard_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    erase_at: datetime | None = Field(default=None, sa_type=Moment)
    sealed_pin: bytes | None = Field(default=None, sa_type=Sealed)  # asked for by call
    sealed_safe: bytes | None = Field(default=None, sa_type=Sealed)  # JSON: safe word, what then


class PersonNumber(Row, table=True):
    """That a number reaches a person; on a shared phone, by which word they are told apart."""

    __tablename__ = "person_number"
    __table_args__ = (Index("ix_person_number_number_id", "number_id"),)

    person_id: str = link("person.id", primary_key=True)
    number_id: str = link("number.id", primary_key=True)
    sealed_word: bytes | None = Field(default=None, sa_type=Sealed)
    word_blind: str | None = Field(default=None, sa_type=Text)
    is_main: bool = False


class PersonName(Row, table=True):
    """Blind index of the first letters of each word of a name, so that a name can be looked up."""

    __tablename__ = "person_name"
    __table_args__ = (Index("ix_person_name_token", "token"),)

    person_id: str = link("person.id", primary_key=True)
    token: str = Field(primary_key=True, sa_type=Text)


class Consent(Row, table=True):
    """What somebody agreed to or ended, in which words, when and how. Rows are never changed."""

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_person_id_at", "person_id", "at"),
        Index("ix_consent_number_id_at", "number_id", "at"),
    )

    id: str = key()
    person_id: str | None = Field(default=None, sa_type=Text)
    number_id: str | None = Field(default=None, sa_type=Text)
    act: str = Field(sa_type=Text)  # asked, joined, declined, stopped, started, imported
    at: datetime = Field(sa_type=Moment)
    how: str = Field(sa_type=Text)
    sealed_wording: bytes | None = Field(default=None, sa_type=Sealed)
    campaign: str | None = Field(default=None, sa_type=Text)


class Answer(Row, table=True):
    """One answer given in a conversation, kept for the person and for reports."""

    __tablename__ = "answer"
    __table_args__ = (
        Index("ix_answer_person_id_at", "person_id", "at"),
        Index("ix_answer_at", "at"),
    )

    id: str = key()
    person_id: str = Field(sa_type=Text)
    conversation_id: str = Field(sa_type=Text)
    flow: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    name: str | None = Field(default=None, sa_type=Text)
    sealed_value: bytes | None = Field(default=None, sa_type=Sealed)
    at: datetime = Field(sa_type=Moment)


class Suppression(Row, table=True):
    """A number that must never be texted again, known by its blind index alone."""

    __tablename__ = "suppression"

    blind: str = key()
    key_id: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class Erasure(Row, table=True):
    """A wish to be forgotten: due after a time to think, done once, repeated after a restore."""

    __tablename__ = "erasure"
    __table_args__ = (
        Index("ix_erasure_person_id", "person_id"),
        partial("ix_erasure_due_at", "due_at", where="done_at IS NULL"),
    )

    id: str = key()
    person_id: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    number_blinds: list[str] = Field(default_factory=list, sa_type=Json)
