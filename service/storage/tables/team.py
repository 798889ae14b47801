"""Those who answer: volunteers, the phones they are reached on, rotas, shifts and swaps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, SmallInteger, Text, UniqueConstraint
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Json, Row, Sealed, key, link, partial


class Volunteer(Row, table=True):
    """A person who takes cases. Name, language, zone and discreet wording are the person's."""

    __tablename__ = "volunteer"
    __table_args__ = (Index("ix_volunteer_status", "status"),)

    person_id: str = link("person.id", primary_key=True)
    status: str = Field(sa_type=Text)  # applied, active, resting, left
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    languages: list[str] = Field(default_factory=list, sa_type=Json)  # in which they can listen
    trained: dict[str, str] = Field(default_factory=dict, sa_type=Json)  # topic -> day, 2026-05-04
    vetted_at: datetime | None = Field(default=None, sa_type=Moment)
    vetted_by: str | None = Field(default=None, sa_type=Text)
    daily_cap: int | None = Field(default=None, sa_type=SmallInteger)  # None: the organisation's
    taken_day: int = 0  # yyyymmdd of taken_count
    taken_count: int = 0
    break_until: datetime | None = Field(default=None, sa_type=Moment)
    off_until: datetime | None = Field(default=None, sa_type=Moment)
    last_case_at: datetime | None = Field(default=None, sa_type=Moment)
    hard_case_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)


class Contact(Row, table=True):
    """One way to reach a volunteer: a number and how. It counts once it is verified."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("person_id", "number_id", "channel"),
        Index("ix_contact_number_id", "number_id"),
        partial("ix_contact_code", "code_expires_at", where="sealed_code IS NOT NULL"),
    )

    id: str = key()
    person_id: str = link("person.id")
    number_id: str = Field(sa_type=Text)
    channel: str = Field(sa_type=Text)  # text, call
    place: int = Field(default=0, sa_type=SmallInteger)  # the smallest is tried first
    verified_at: datetime | None = Field(default=None, sa_type=Moment)
    sealed_code: bytes | None = Field(default=None, sa_type=Sealed)  # asked for, not yet given
    code_tries: int = Field(default=0, sa_type=SmallInteger)
    code_expires_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)


class Rota(Row, table=True):
    """Who is on duty when, as a rule that shifts are made from."""

    __tablename__ = "rota"

    name: str = key()
    role: str = Field(sa_type=Text)
    zone: str = Field(sa_type=Text)
    definition: dict[str, Any] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class Shift(Row, table=True):
    """One turn of duty of one person, once a rota and local slot."""

    __tablename__ = "shift"
    __table_args__ = (
        UniqueConstraint("rota", "local_slot", "person_id"),
        partial("ix_shift_planned", "ends_at", where="status = 'planned'"),
        Index("ix_shift_rota_starts_at", "rota", "starts_at"),
        Index("ix_shift_person_id_starts_at", "person_id", "starts_at"),
    )

    id: str = key()
    rota: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    person_id: str = Field(sa_type=Text)
    local_slot: str = Field(sa_type=Text)  # 2026-03-29T09:00:00, wall clock of the rota
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    status: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)  # rotation, override, swap, calendar, hand
    told_at: datetime | None = Field(default=None, sa_type=Moment)  # the person was reminded
    created_at: datetime = Field(sa_type=Moment)


class Swap(Row, table=True):
    """An offer to take over a shift, made to one person."""

    __tablename__ = "swap"
    __table_args__ = (
        UniqueConstraint("shift_id", "to_id"),
        partial("ix_swap_offered", "to_id", where="status = 'offered'"),
        Index("ix_swap_from_id", "from_id"),
    )

    id: str = key()
    shift_id: str = Field(sa_type=Text)
    from_id: str = Field(sa_type=Text)
    to_id: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
