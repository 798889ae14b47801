"""What was heard from a person in a time, by text and by call, in the order in which it came.

Promise: only what came in, and only where its words are still kept. Whoever reads them has a
reason that stands in the trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from service.storage import messages, tables
from service.storage.database import Tx
from service.storage.statements import Prepared
from service.storage.tables import of

m = of(tables.Message)
k = of(tables.Call)
h = of(tables.CallStep)

MESSAGE, STEP = "message", "step"


class Heard(NamedTuple):
    """Words that came in. `source`: message/ID, or step/CALL/NUMBER."""

    source: str
    at: datetime
    person_id: str | None
    number_id: str | None
    text: str


_TEXTS = Prepared(
    select(m.c.id, m.c.created_at, m.c.person_id, m.c.number_id, m.c.sealed_body)
    .where(
        or_(
            m.c.person_id == bindparam("person_id"),
            and_(m.c.person_id.is_(None), m.c.number_id == bindparam("number_id")),
        ),
        m.c.direction == "in",
        m.c.created_at >= bindparam("since"),
        m.c.created_at <= bindparam("until"),
        m.c.sealed_body.is_not(None),
    )
    .order_by(m.c.created_at, m.c.id)
)
_STEPS = Prepared(
    select(h.c.call_id, h.c.step, h.c.at, k.c.person_id, k.c.number_id, h.c.sealed_heard)
    .select_from(k.join(h, h.c.call_id == k.c.id))
    .where(
        or_(
            k.c.person_id == bindparam("person_id"),
            and_(k.c.person_id.is_(None), k.c.number_id == bindparam("number_id")),
        ),
        h.c.at >= bindparam("since"),
        h.c.at <= bindparam("until"),
        h.c.sealed_heard.is_not(None),
    )
    .order_by(h.c.at, h.c.call_id, h.c.step)
)
_TEXT = Prepared(
    select(m.c.id, m.c.created_at, m.c.person_id, m.c.number_id, m.c.sealed_body).where(
        m.c.id == bindparam("id"), m.c.direction == "in", m.c.sealed_body.is_not(None)
    )
)
_STEP = Prepared(
    select(h.c.call_id, h.c.step, h.c.at, k.c.person_id, k.c.number_id, h.c.sealed_heard)
    .select_from(k.join(h, h.c.call_id == k.c.id))
    .where(
        h.c.call_id == bindparam("call_id"),
        h.c.step == bindparam("step"),
        h.c.sealed_heard.is_not(None),
    )
)


def between(
    tx: Tx, person_id: str, number_id: str | None, since: datetime, until: datetime
) -> list[Heard]:
    """All of a person's words of that time, and those from a number whose holder was not known."""
    about = {"person_id": person_id, "number_id": number_id, "since": since, "until": until}
    texts = [_text(tx, row) for row in _TEXTS.all(tx, **about)]
    spoken = [_step(tx, row) for row in _STEPS.all(tx, **about)]
    return sorted([*texts, *spoken], key=lambda one: (one.at, one.source))


def load(tx: Tx, given: str) -> Heard | None:
    """One of them: by the id of a message, or as CALL/NUMBER by a call's step. None where there is
    none, or its words are gone."""
    call_id, _, step = given.removeprefix(f"{STEP}/").rpartition("/")
    if call_id and call_id != MESSAGE and step.isdecimal():
        row = _STEP.one(tx, call_id=call_id, step=int(step))
        return None if row is None else _step(tx, row)
    row = _TEXT.one(tx, id=given.removeprefix(f"{MESSAGE}/"))
    return None if row is None else _text(tx, row)


def _text(tx: Tx, row: Sequence[Any]) -> Heard:
    id_, at, person_id, number_id, sealed = row
    return Heard(f"{MESSAGE}/{id_}", at, person_id, number_id, messages.body(tx, id_, sealed))


def _step(tx: Tx, row: Sequence[Any]) -> Heard:
    call_id, step, at, person_id, number_id, sealed = row
    text = tx.sealer.open_text(sealed, f"call_step.sealed_heard:{call_id}/{step}")
    return Heard(f"{STEP}/{call_id}/{step}", at, person_id, number_id, text or "")
