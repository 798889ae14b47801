"""Test messages to volunteers: who was asked, on which phone, and whether they answered.

Promise: each ends once; an answer that came is never taken back by what the network tells later.
No number and no word stands here.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, put
from service.storage.tables import of

t = of(tables.Trial)


class Trial(NamedTuple):
    """A test message as stored."""

    id: str
    person_id: str
    contact_id: str
    channel: str
    conversation_id: str
    asked_by: str
    asked_at: datetime
    answered_at: datetime | None = None
    failed_at: datetime | None = None
    silent_at: datetime | None = None


_COLUMNS = [t.c[name] for name in Trial._fields]
_ADD = put(t, "id", "person_id", "contact_id", "channel", "conversation_id", "asked_by", "asked_at")
_OF = Prepared(
    select(*_COLUMNS).where(t.c.conversation_id == bindparam("conversation_id")), Trial._make
)
_OF_PERSON = Prepared(
    select(*_COLUMNS)
    .where(t.c.person_id == bindparam("person_id"))
    .order_by(t.c.asked_at.desc(), t.c.id.desc())
    .limit(bindparam("most")),
    Trial._make,
)
_LATEST = Prepared(select(*_COLUMNS).order_by(t.c.id.desc()).limit(bindparam("most")), Trial._make)
_OPEN = (t.c.id == bindparam("at"), t.c.answered_at.is_(None))
_END = {
    name: Prepared(
        update(t).where(*_OPEN, t.c.failed_at.is_(None)).values({name: bindparam("now")})
    )
    for name in ("failed_at", "silent_at")
}
_ANSWER = Prepared(update(t).where(*_OPEN).values(answered_at=bindparam("now")))


def add(tx: Tx, trial: Trial) -> None:
    values = trial._asdict()
    for name in ("answered_at", "failed_at", "silent_at"):
        values.pop(name)
    _ADD.send(tx, **values)


def of_conversation(tx: Tx, conversation_id: str) -> Trial | None:
    return _OF.one(tx, conversation_id=conversation_id)


def of_person(tx: Tx, person_id: str, most: int = 20) -> list[Trial]:
    """A volunteer's, the latest first."""
    return _OF_PERSON.all(tx, person_id=person_id, most=most)


def latest(tx: Tx, most: int = 50) -> list[Trial]:
    """Everybody's, the latest first."""
    return _LATEST.all(tx, most=most)


def answered(tx: Tx, trial_id: str, now: datetime) -> bool:
    """They answered; whether it is the first answer."""
    return _ANSWER.run(tx, at=trial_id, now=now) > 0


def failed(tx: Tx, trial_id: str, now: datetime) -> bool:
    """It did not reach the phone."""
    return _END["failed_at"].run(tx, at=trial_id, now=now) > 0


def silent(tx: Tx, trial_id: str, now: datetime) -> bool:
    """It reached the phone, and nobody answered."""
    return _END["silent_at"].run(tx, at=trial_id, now=now) > 0
