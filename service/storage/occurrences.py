"""Occurrences: one check-in each, from due to answered, missed, unreachable, skipped or suspended.

Promise: a plan has one occurrence for a local slot, whatever crashes and whoever asks twice. How
they move is `occurrence_moves`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Bulk, Prepared, among
from service.storage.tables import of

o = of(tables.Occurrence)


class Occurrence(NamedTuple):
    """An occurrence as stored."""

    id: str
    plan_id: str
    local_slot: str
    person_id: str
    due_at: datetime
    status: str
    conversation_id: str | None = None
    prompted_at: datetime | None = None
    settled_at: datetime | None = None
    answer: str | None = None


class NewOccurrence(NamedTuple):
    """An occurrence to be added; `status` is where it begins."""

    id: str
    plan_id: str
    local_slot: str
    person_id: str
    due_at: datetime
    status: str
    conversation_id: str | None = None


_COLUMNS = [o.c[name] for name in Occurrence._fields]
_ADD = Bulk(o, *NewOccurrence._fields, skip_known=True)
_LOAD = Prepared(select(*_COLUMNS).where(among(o.c.id, "ids")), Occurrence._make)
_OF_PERSON = Prepared(
    select(*_COLUMNS)
    .where(o.c.person_id == bindparam("person_id"))
    .order_by(o.c.due_at.desc(), o.c.id.desc())
    .limit(bindparam("most")),
    Occurrence._make,
)
_OF_PLAN = Prepared(
    select(*_COLUMNS)
    .where(o.c.plan_id == bindparam("plan_id"))
    .order_by(o.c.local_slot.desc())
    .limit(bindparam("most")),
    Occurrence._make,
)
_BY_CONVERSATION = Prepared(
    select(*_COLUMNS).where(o.c.conversation_id == bindparam("conversation_id")), Occurrence._make
)
_LATEST = Prepared(
    select(*_COLUMNS).order_by(o.c.id.desc()).limit(bindparam("most")), Occurrence._make
)
_LATEST_IN = Prepared(
    select(*_COLUMNS)
    .where(o.c.status == bindparam("status"))
    .order_by(o.c.id.desc())
    .limit(bindparam("most")),
    Occurrence._make,
)
_IN_STATE = Prepared(
    select(*_COLUMNS)
    .where(
        # said twice, so that both databases see that the partial index holds them
        o.c.status.in_(("due", "prompted", "reminded", "suspended")),
        o.c.status == bindparam("status"),
        o.c.due_at < bindparam("before"),
    )
    .order_by(o.c.due_at)
    .limit(bindparam("most")),
    Occurrence._make,
)
_CONVERSATION = Prepared(
    update(o).where(o.c.id == bindparam("at")).values(conversation_id=bindparam("conversation"))
)
_COUNTS = Prepared(
    select(o.c.status, func.count())
    .where(o.c.due_at >= bindparam("since"), o.c.due_at < bindparam("until"))
    .group_by(o.c.status)
)


def add_many(tx: Tx, occurrences: Sequence[NewOccurrence]) -> set[str]:
    """Add those whose plan and slot are new; their ids. The others were there before."""
    return set(_ADD.insert(tx, occurrences))


def load(tx: Tx, occurrence_id: str) -> Occurrence | None:
    return load_many(tx, [occurrence_id]).get(occurrence_id)


def load_many(tx: Tx, occurrence_ids: Sequence[str]) -> dict[str, Occurrence]:
    return {row.id: row for row in _LOAD.all(tx, ids=occurrence_ids)}


def of_person(tx: Tx, person_id: str, most: int = 50) -> list[Occurrence]:
    """A person's occurrences, the latest first."""
    return _OF_PERSON.all(tx, person_id=person_id, most=most)


def of_plan(tx: Tx, plan_id: str, most: int = 50) -> list[Occurrence]:
    return _OF_PLAN.all(tx, plan_id=plan_id, most=most)


def latest(tx: Tx, status: str | None = None, most: int = 50) -> list[Occurrence]:
    """Everybody's, those opened last first. With a status it reads until it has found enough."""
    if status is None:
        return _LATEST.all(tx, most=most)
    return _LATEST_IN.all(tx, status=status, most=most)


def by_conversation(tx: Tx, conversation_id: str) -> Occurrence | None:
    return _BY_CONVERSATION.one(tx, conversation_id=conversation_id)


def unsettled(tx: Tx, status: str, before: datetime, most: int) -> list[Occurrence]:
    """Those due before a moment that still are `due`, `prompted`, `reminded` or `suspended`."""
    return _IN_STATE.all(tx, status=status, before=before, most=most)


def set_conversations(tx: Tx, pairs: Sequence[tuple[str, str]]) -> None:
    """(occurrence, conversation) of those that are talked about now."""
    _CONVERSATION.many(tx, [{"at": at, "conversation": to} for at, to in pairs])


def counts(tx: Tx, since: datetime, until: datetime) -> dict[str, int]:
    """How many were due between two moments, by status. Reads all of them: for reports."""
    return dict(_COUNTS.all(tx, since=since, until=until))
