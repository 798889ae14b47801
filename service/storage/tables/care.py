"""Check-in plans and their occurrences, cases, and what happened in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Row, Sealed, key, link, partial

# The release before adds cases without these columns.
_ZERO = {"server_default": "0"}
# Word for word the condition of the partial indexes, so that both databases use them.
OPEN_CASE: ColumnElement[bool] = literal_column(
    "\"case\".status NOT IN ('handed over', 'resolved', 'cancelled')"
)
SETTLED_CASES = ("handed over", "resolved", "cancelled")  # every other status keeps a case open


class Plan(Row, table=True):
    """When somebody wants to be asked: a recurrence in local time, and the next due moment."""

    __tablename__ = "plan"
    __table_args__ = (
        Index("ix_plan_person_id", "person_id"),
        partial("ix_plan_next_due", "next_due", where="status = 'active' AND next_due IS NOT NULL"),
    )

    id: str = key()
    person_id: str = link("person.id")
    flow: str = Field(sa_type=Text)
    rrule: str = Field(sa_type=Text)
    starts_local: str = Field(sa_type=Text)  # 2026-03-29T09:00:00, wall clock
    zone: str | None = Field(default=None, sa_type=Text)  # None: the person's
    status: str = Field(sa_type=Text)  # active, ended
    paused_until: datetime | None = Field(default=None, sa_type=Moment)
    channel: str | None = Field(default=None, sa_type=Text)
    number_id: str | None = Field(default=None, sa_type=Text)
    on_silence: int = Field(default=1, sa_type=SmallInteger)  # 1 to 4
    skip_next: bool = False
    next_local: str | None = Field(default=None, sa_type=Text)
    next_due: datetime | None = Field(default=None, sa_type=Moment)
    taken_local: str | None = Field(default=None, sa_type=Text)  # the last slot that was taken
    created_at: datetime = Field(sa_type=Moment)


class Occurrence(Row, table=True):
    """One check-in: exists once a plan and local slot, whatever crashes."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("plan_id", "local_slot"),
        Index("ix_occurrence_person_id_due_at", "person_id", "due_at"),
        partial(
            "ix_occurrence_open",
            "due_at",
            where="status IN ('due', 'prompted', 'reminded', 'suspended')",
        ),
    )

    id: str = key()
    plan_id: str = Field(sa_type=Text)
    local_slot: str = Field(sa_type=Text)
    person_id: str = Field(sa_type=Text)
    due_at: datetime = Field(sa_type=Moment)
    status: str = Field(sa_type=Text)
    answer: str | None = Field(default=None, sa_type=Text)  # ok, concern, duress, unclear
    conversation_id: str | None = Field(default=None, sa_type=Text, index=True)
    prompted_at: datetime | None = Field(default=None, sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


class Case(Row, table=True):
    """A person who needs a human being. At most one open case a person and kind."""

    __tablename__ = "case"
    __table_args__ = (
        partial(
            "uq_case_open",
            "person_id",
            "kind",
            where="status NOT IN ('handed over', 'resolved', 'cancelled')",
            unique=True,
        ),
        partial(
            "uq_case_open_code",
            "code",
            where="status NOT IN ('handed over', 'resolved', 'cancelled')",
            unique=True,
        ),
        Index("ix_case_status_opened_at", "status", "opened_at"),
        Index("ix_case_person_id", "person_id"),
    )

    id: str = key()
    code: str = Field(sa_type=Text)
    person_id: str = link("person.id")
    number_id: str | None = Field(default=None, sa_type=Text)
    kind: str = Field(sa_type=Text)  # danger, asked, alert, missed
    priority: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    policy_hash: str | None = Field(default=None, sa_type=Text)
    sealed_note: bytes | None = Field(default=None, sa_type=Sealed)
    opened_at: datetime = Field(sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    stopped: bool = False  # the person also asked for no more texts
    holder_id: str | None = Field(default=None, sa_type=Text)  # the person who took it
    holder_number_id: str | None = Field(default=None, sa_type=Text)  # on which phone of theirs
    taken_at: datetime | None = Field(default=None, sa_type=Moment)
    deadline_at: datetime | None = Field(default=None, sa_type=Moment)  # of contact, once taken
    step: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs=_ZERO)  # of its policy
    round: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs=_ZERO)  # times repeated
    told_at: datetime | None = Field(default=None, sa_type=Moment)  # our last word to the person
    mark: str | None = Field(default=None, sa_type=Text)  # missed, false alarm


class CaseEvent(Row, table=True):
    """One thing that happened in a case."""

    __tablename__ = "case_event"
    __table_args__ = (Index("ix_case_event_case_id_at", "case_id", "at"),)

    id: str = key()
    case_id: str = link("case.id")
    at: datetime = Field(sa_type=Moment)
    act: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    sealed_detail: bytes | None = Field(default=None, sa_type=Sealed)


class CaseCode(Row, table=True):
    """The case that used a code last. The code is free again a day after that one was settled."""

    __tablename__ = "case_code"

    code: str = key()
    case_id: str = Field(sa_type=Text)


class CaseAlert(Row, table=True):
    """That one person was asked, once, to take a case."""

    __tablename__ = "case_alert"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id", "step", "round"),
        # a coordinator who is only a number
        partial(
            "uq_case_alert_number",
            "case_id",
            "number_id",
            "step",
            "round",
            where="person_id IS NULL",
            unique=True,
        ),
        partial("ix_case_alert_told", "person_id", where="status = 'told'"),
        partial("ix_case_alert_message_id", "message_id", where="message_id IS NOT NULL"),
        partial("ix_case_alert_call_id", "call_id", where="call_id IS NOT NULL"),
        partial(
            "ix_case_alert_conversation_id",
            "conversation_id",
            where="conversation_id IS NOT NULL",
        ),
        Index("ix_case_alert_person_id_at", "person_id", "at"),
    )

    id: str = key()
    case_id: str = Field(sa_type=Text)
    person_id: str | None = Field(default=None, sa_type=Text)
    number_id: str | None = Field(default=None, sa_type=Text)
    channel: str = Field(sa_type=Text)  # text, call
    step: int = Field(sa_type=SmallInteger)
    round: int = Field(sa_type=SmallInteger)
    status: str = Field(sa_type=Text)
    conversation_id: str | None = Field(default=None, sa_type=Text)
    message_id: str | None = Field(default=None, sa_type=Text)
    call_id: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
