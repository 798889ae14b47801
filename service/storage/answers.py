"""Answers given in conversations, sealed, for the person and for reports.

Promise: an answer whose question said `keep: no` has its row, without its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, delete, func, select, update

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Bulk, Prepared, among
from service.storage.tables import of

a = of(tables.Answer)


class NewAnswer(NamedTuple):
    """An answer: any JSON value, or None where it was skipped or is not to be kept."""

    id: str
    person_id: str
    conversation_id: str
    flow: str
    state: str
    name: str | None
    value: Any
    at: datetime


_PUT = Bulk(a, "id", "person_id", "conversation_id", "flow", "state", "name", "sealed_value", "at")
_OF_PERSON = Prepared(
    select(
        a.c.id, a.c.person_id, a.c.conversation_id, a.c.flow, a.c.state, a.c.name,
        a.c.sealed_value, a.c.at,
    )
    .where(a.c.person_id == bindparam("person_id"))
    .order_by(a.c.at.desc(), a.c.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip
_COUNT = Prepared(select(func.count()).where(a.c.person_id == bindparam("person_id")))
_DROP = Prepared(delete(a).where(a.c.person_id == bindparam("person_id")))
_OLD = Prepared(
    select(a.c.id)
    .where(a.c.id > bindparam("after"), a.c.at < bindparam("before"), a.c.sealed_value.is_not(None))
    .order_by(a.c.id)
    .limit(bindparam("most"))
)
_FADE = Prepared(update(a).where(among(a.c.id, "ids")).values(sealed_value=None))


def put(tx: Tx, answers: Sequence[NewAnswer]) -> None:
    _PUT.insert(tx, [(*row[:6], _seal(tx, row), row.at) for row in answers])


def of_person(tx: Tx, person_id: str, most: int = 200) -> list[NewAnswer]:
    """A person's answers, the latest first."""
    rows = _OF_PERSON.all(tx, person_id=person_id, most=most)
    return [NewAnswer._make((*row[:6], _open(tx, row[0], row[6]), row[7])) for row in rows]


def count(tx: Tx, person_id: str) -> int:
    return int(_COUNT.value(tx, person_id=person_id))


def drop(tx: Tx, person_id: str) -> int:
    """Take all of a person's answers away; how many there were."""
    return _DROP.run(tx, person_id=person_id)


def old(tx: Tx, before: datetime, after: str, most: int) -> list[str]:
    """Ids of answers with words from before a moment, those after a given id."""
    return [row[0] for row in _OLD.all(tx, before=before, after=after, most=most)]


def fade(tx: Tx, ids: Sequence[str]) -> int:
    """Take the words of these answers away; how many there were."""
    return _FADE.run(tx, ids=list(ids))


def _seal(tx: Tx, row: NewAnswer) -> bytes | None:
    if row.value is None:
        return None
    return tx.sealer.seal(orjson.dumps(row.value, default=str), _place(row.id))


def _open(tx: Tx, answer_id: str, sealed: bytes | None) -> Any:
    return None if sealed is None else orjson.loads(tx.sealer.open(sealed, _place(answer_id)))


def _place(answer_id: str) -> str:
    return f"answer.sealed_value:{answer_id}"
