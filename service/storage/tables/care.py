"""Check-in plans and their occurrences, cases, and what happened in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, SmallInteger, Text, UniqueConstraint
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Row, Sealed, key, link, partial

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
