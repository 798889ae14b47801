"""Definitions by content hash, the organisation's settings, and the trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field

from service.storage.moments import Moment
from service.storage.tables.base import Json, Row, key, link


class Revision(Row, table=True):
    """The text of one definition, under the hash of kind, name and text. Never changed."""

    __tablename__ = "revision"
    __table_args__ = (Index("ix_revision_kind_name", "kind", "name"),)

    hash: str = key()
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)


class Publication(Row, table=True):
    """That a revision was put in force, by a person or a release. Never changed.

    A draft offers a release's text where a person's is in force; it is not.
    """

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_kind_name_id", "kind", "name", "id"),)

    id: str = key()
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    revision_hash: str = link("revision.hash")
    at: datetime = Field(sa_type=Moment)
    by: str = Field(sa_type=Text)
    origin: str = Field(sa_type=Text)  # release, person, draft


class Edition(Row, table=True):
    """All definitions in force at one time, as hashes: what a session pins. Never changed."""

    __tablename__ = "edition"

    hash: str = key()
    members: dict[str, str] = Field(sa_type=Json)  # "kind/name" -> revision hash
    created_at: datetime = Field(sa_type=Moment)


class Setting(Row, table=True):
    """What an organisation chose, by name."""

    __tablename__ = "setting"

    key: str = key()
    value: str = Field(sa_type=Text)  # JSON
    updated_at: datetime = Field(sa_type=Moment)


class Trail(Row, table=True):
    """Who did what to which subject, when. Rows are never changed; ids only, no words."""

    __tablename__ = "trail"
    __table_args__ = (
        Index("ix_trail_at", "at"),
        Index("ix_trail_subject_subject_id_at", "subject", "subject_id", "at"),
    )

    id: str = key()
    at: datetime = Field(sa_type=Moment)
    actor: str = Field(sa_type=Text)
    act: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    subject_id: str | None = Field(default=None, sa_type=Text)
    detail: dict[str, Any] | None = Field(default=None, sa_type=Json)
