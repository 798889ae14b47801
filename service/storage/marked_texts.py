"""Texts that were read wrongly, as somebody judged them: tests for the lexicon.

Promise: words are sealed, and come here without names and numbers. Each text of a person stands
once; judged again, the last judgement holds. They go with their person's erasure, and when they
are old.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, or_, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among, insert_into
from service.storage.tables import of

t = of(tables.MarkedText)


class MarkedText(NamedTuple):
    """One text; `source` is where it stands: message/ID, or step/CALL/NUMBER."""

    id: str
    source: str
    case_id: str | None
    person_id: str | None
    number_id: str | None
    mark: str
    language: str | None
    text: str
    marked_by: str
    at: datetime


_COLUMNS = [
    t.c.sealed_text if name == "text" else t.c[name] for name in MarkedText._fields
]  # of `_opened`
_put = insert_into(t).values(
    {
        name: bindparam(name)
        for name in (
            "id", "source", "case_id", "person_id", "number_id", "mark", "language", "sealed_text",
            "marked_by", "at",
        )
    }
)  # fmt: skip
_PUT = Prepared(
    _put.on_conflict_do_update(
        index_elements=["source"],
        set_={
            # the words stay sealed for the row that they came with
            "mark": _put.excluded.mark,
            "case_id": _put.excluded.case_id,
            "marked_by": _put.excluded.marked_by,
            "at": _put.excluded.at,
        },
    )
)
_OF_CASE = Prepared(select(*_COLUMNS).where(t.c.case_id == bindparam("case_id")).order_by(t.c.id))
_OF_SOURCES = Prepared(select(*_COLUMNS).where(among(t.c.source, "sources")).order_by(t.c.id))
_ALL = Prepared(
    select(*_COLUMNS).where(t.c.id > bindparam("after")).order_by(t.c.id).limit(bindparam("most"))
)
_DROP = Prepared(delete(t).where(among(t.c.id, "ids")))
_DROP_CASE = Prepared(delete(t).where(t.c.case_id == bindparam("case_id")))
_DROP_PERSON = Prepared(
    delete(t).where(or_(t.c.person_id == bindparam("person_id"), among(t.c.number_id, "numbers")))
)
_OLD = Prepared(
    select(t.c.id)
    .where(t.c.id > bindparam("after"), t.c.at < bindparam("before"))
    .order_by(t.c.id)
    .limit(bindparam("most"))
)


def put(tx: Tx, row: MarkedText) -> None:
    """Keep this judgement; one of the same text before it counts no more."""
    values = row._asdict()
    sealed = tx.sealer.seal_text(values.pop("text"), f"marked_text.sealed_text:{row.id}")
    _PUT.run(tx, **values, sealed_text=sealed)


def of_case(tx: Tx, case_id: str) -> list[MarkedText]:
    return [_opened(tx, row) for row in _OF_CASE.all(tx, case_id=case_id)]


def of_sources(tx: Tx, sources: Sequence[str]) -> list[MarkedText]:
    return [_opened(tx, row) for row in _OF_SOURCES.all(tx, sources=list(sources))]


def listing(tx: Tx, after: str = "", most: int = 100_000) -> list[MarkedText]:
    """All of them, the first first; those after a given id."""
    return [_opened(tx, row) for row in _ALL.all(tx, after=after, most=most)]


def drop(tx: Tx, ids: Sequence[str]) -> int:
    """They are no tests any more; how many there were."""
    return _DROP.run(tx, ids=list(ids))


def drop_case(tx: Tx, case_id: str) -> int:
    return _DROP_CASE.run(tx, case_id=case_id)


def drop_person(tx: Tx, person_id: str, number_ids: Sequence[str]) -> int:
    """Those of this person, and those from their numbers of which nobody was known."""
    return _DROP_PERSON.run(tx, person_id=person_id, numbers=list(number_ids))


def old(tx: Tx, before: datetime, after: str, most: int) -> list[str]:
    """Ids of those that were judged before a moment, those after a given id."""
    return [row[0] for row in _OLD.all(tx, before=before, after=after, most=most)]


def _opened(tx: Tx, row: Sequence[Any]) -> MarkedText:
    values = dict(zip(MarkedText._fields, row, strict=True))
    place = f"marked_text.sealed_text:{values['id']}"
    values["text"] = tx.sealer.open_text(values["text"], place) or ""
    return MarkedText(**values)
