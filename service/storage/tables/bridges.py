"""Bridges: two people in one call with us between them, and the phones that belong to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, SmallInteger, Text
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Row, key, partial


class Bridge(Row, table=True):
    """A helper and the person of a case, connected. What they say is kept nowhere."""

    __tablename__ = "bridge"
    __table_args__ = (
        partial("uq_bridge_open", "case_id", where="status <> 'over'", unique=True),
        Index("ix_bridge_case_id", "case_id"),
        partial("ix_bridge_open", "created_at", where="status <> 'over'"),
    )

    id: str = key()
    case_id: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)  # out: a helper rings; back: the person calls
    status: str = Field(sa_type=Text)
    room: str = Field(sa_type=Text)  # a random name; the carrier knows the conference by it
    round: int = Field(default=0, sa_type=SmallInteger)  # the room is a new one each time it ends
    created_at: datetime = Field(sa_type=Moment)
    together_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class BridgeLeg(Row, table=True):
    """One phone of a bridge, and where it stands."""

    __tablename__ = "bridge_leg"
    __table_args__ = (
        Index("ix_bridge_leg_bridge_id", "bridge_id"),
        partial("ix_bridge_leg_call_id", "call_id", where="call_id IS NOT NULL"),
        partial(
            "ix_bridge_leg_conversation_id", "conversation_id", where="conversation_id IS NOT NULL"
        ),
        partial("ix_bridge_leg_open", "person_id", where="status <> 'gone'"),
    )

    id: str = key()
    bridge_id: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)  # helper, person, supervisor, line
    status: str = Field(sa_type=Text)
    person_id: str | None = Field(default=None, sa_type=Text)
    number_id: str | None = Field(default=None, sa_type=Text)
    call_id: str | None = Field(default=None, sa_type=Text)
    conversation_id: str | None = Field(default=None, sa_type=Text)  # their flow
    token: int | None = None  # with which that flow waits for what comes of it
    round: int = Field(default=0, sa_type=SmallInteger)  # of the room they are in
    came_to: str | None = Field(default=None, sa_type=Text)  # why they are gone
    since: datetime = Field(sa_type=Moment)  # of their status
    joined_at: datetime | None = Field(default=None, sa_type=Moment)  # the first time
    left_at: datetime | None = Field(default=None, sa_type=Moment)  # the last time
