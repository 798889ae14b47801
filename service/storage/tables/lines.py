"""The directory of lines that answer: facts that anybody may read, and who rang them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Json, Row, key


class Line(Row, table=True):
    """A line as it is dialled in its country. Numbers of lines are public."""

    __tablename__ = "line"
    __table_args__ = (Index("ix_line_country", "country"),)

    id: str = key()  # of what a release brings a name of ours, otherwise a ULID
    country: str = Field(sa_type=Text)  # ISO letters
    region: str | None = Field(default=None, sa_type=Text)  # None: the whole country
    name: str = Field(sa_type=Text)
    needs: list[str] = Field(default_factory=list, sa_type=Json)
    languages: list[str] = Field(default_factory=list, sa_type=Json)
    voice: str | None = Field(default=None, sa_type=Text)  # as dialled there
    text: str | None = Field(default=None, sa_type=Text)  # where it takes texts
    text_word: str | None = Field(default=None, sa_type=Text)  # that a text has to begin with
    emergency: str | None = Field(default=None, sa_type=Text)  # the country's own number for it
    hours: Any | None = Field(default=None, sa_type=Json, nullable=True)  # None: nobody knows
    notes: str | None = Field(default=None, sa_type=Text)
    source: str | None = Field(default=None, sa_type=Text)
    source_date: str | None = Field(default=None, sa_type=Text)  # a day, 2026-05-04
    checked_at: datetime | None = Field(default=None, sa_type=Moment)  # a coordinator rang it
    checked_by: str | None = Field(default=None, sa_type=Text)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)  # ring it again by then
    origin: str = Field(sa_type=Text)  # release, person
    created_at: datetime = Field(sa_type=Moment)
