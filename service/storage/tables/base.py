"""What all tables share: one MetaData with named constraints, sealed columns, partial indexes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import Column, ForeignKey, Index, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Row(SQLModel):
    """The base of every table. Its classes are the schema's one truth; queries use `of()`."""

    metadata = metadata


class Json(TypeDecorator[Any]):
    """Lists and objects as JSON text: the same on both databases, never searched in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


class Sealed(TypeDecorator[bytes]):
    """Bytes sealed by `sealing`; `rotation` finds these columns by this type."""

    impl = LargeBinary
    cache_ok = True


def of(model: type[SQLModel]) -> Table:
    """The Core table of a model."""
    return metadata.tables[str(model.__tablename__)]


_SOUND = frozenset(("audio", "sealed_audio"))
_FEW = 8


def rows_at_once(columns: Iterable[str], most: int) -> int:
    """How many rows of a table with these columns are read at once: of those that hold minutes of
    sound only a few, otherwise `most`."""
    return most if _SOUND.isdisjoint(columns) else min(most, _FEW)


def key() -> Any:
    """The primary key: a ULID, or a name given by us."""
    return Field(primary_key=True, sa_type=Text)


def link(column: str, *, primary_key: bool = False) -> Any:
    """A foreign key that the database holds."""
    return Field(
        sa_column=Column(Text, ForeignKey(column), primary_key=primary_key, nullable=False)
    )


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows for which `where` holds, for both databases."""
    return Index(
        name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where)
    )
