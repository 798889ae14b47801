"""What the carrier said of a message that left: accepted, on its way, arrived, or not.

Promise: callbacks are monotonic. A message never moves back and never leaves a final state,
whether the word comes from the answer to our own request, from a callback that overtook it, or
from a look into the carrier's books. The moment of acceptance is set once: it starts the wait.
Whoever says that a message was not taken says of which attempt: by the time it is written, somebody
else may have found the lease over and be sending it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, bindparam, case, cast, func, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.moments import Moment
from service.storage.statements import Prepared, among, insert_into
from service.storage.tables import of

m = of(tables.Message)
c = of(tables.Conversation)
s = of(tables.Spend)

# From which states the carrier's word may move a message. Cancelled is in none of them: but a
# message that the carrier has after all is accepted, whatever we had decided meanwhile.
BEFORE_SENT = ("pending", "held", "sending", "in doubt", "accepted")
BEFORE_END = (*BEFORE_SENT, "sent")


class Settled(NamedTuple):
    """A message whose state the carrier moved, and what hangs on it."""

    id: str
    person_id: str | None
    number_id: str
    conversation_id: str | None
    lane: int
    sender_id: str | None
    segments: int
    wait_seconds: int | None
    wait_token: str | None
    accepted_at: datetime | None
    purpose: str


_COLUMNS = [
    m.c.id, m.c.person_id, m.c.number_id, m.c.conversation_id, m.c.lane, m.c.sender_id,
    m.c.segments, m.c.wait_seconds, m.c.wait_token, m.c.accepted_at, m.c.purpose,
]  # fmt: skip
# A wait belongs to the question that stands now. What is found to be accepted long after it was
# answered must not begin its wait in the place of a later one.
_STANDS = cast(c.c.token, Text) == m.c.wait_token
_UNACCEPTED = Prepared(
    select(
        *(case((_STANDS, column)) if column is m.c.wait_seconds else column for column in _COLUMNS)
    )
    .select_from(m.outerjoin(c, c.c.id == m.c.conversation_id))
    .where(among(m.c.id, "ids"), m.c.accepted_at.is_(None))
    .order_by(m.c.id)
    .with_for_update(of=m),
    Settled._make,
)
_ACCEPT = Prepared(
    m.update()
    .where(m.c.id == bindparam("at"))
    .values(
        carrier_sid=func.coalesce(m.c.carrier_sid, bindparam("sid")),
        # typed, since inside a function nothing tells what kind of value it is
        accepted_at=func.coalesce(m.c.accepted_at, bindparam("now", type_=Moment)),
        status=case(
            (
                m.c.status.in_(("pending", "held", "sending", "in doubt", "cancelled")),
                "accepted",
            ),
            else_=m.c.status,
        ),
    )
)
_FREE = Prepared(m.update().where(among(m.c.waits_for, "ids")).values(waits_for=None))


def _moved(status: str, before: Sequence[str], by_sid: bool) -> Prepared[Settled]:
    key = m.c.carrier_sid == bindparam("key") if by_sid else m.c.id == bindparam("key")
    ended = bindparam("now") if status != "sent" else m.c.settled_at
    return Prepared(
        m.update()
        .where(key, m.c.status.in_(before))
        .values(
            status=status,
            carrier_sid=func.coalesce(m.c.carrier_sid, bindparam("sid")),
            error_code=func.coalesce(bindparam("code"), m.c.error_code),
            settled_at=ended,
        )
        .returning(*_COLUMNS),
        Settled._make,
    )


_ENDS = ("delivered", "undelivered", "failed")
_MOVE = {
    (status, by_sid): _moved(status, BEFORE_SENT if status == "sent" else BEFORE_END, by_sid)
    for status in ("sent", *_ENDS)
    for by_sid in (False, True)
}
# The attempt that is meant is still the last one, and stands as it did: nobody has claimed the
# message since, nor found its lease over. Whose lease is over has no say any more, except that the
# carrier has it; what the carrier holds decides then.
_STILL = (
    m.c.id == bindparam("at"),
    m.c.attempts == bindparam("attempt"),
    m.c.status == bindparam("was"),
)
_REFUSE = Prepared(
    m.update()
    .where(*_STILL)
    .values(status="failed", error_code=bindparam("code"), settled_at=bindparam("now"))
    .returning(*_COLUMNS),
    Settled._make,
)
# Whose words are gone was erased meanwhile: it stays, and is closed when its lease is over.
_AGAIN = Prepared(
    m.update()
    .where(*_STILL, m.c.sealed_body.is_not(None))
    .values(status="pending", due_at=bindparam("due"), error_code=bindparam("code"), doubts=0)
)
_DOUBT = Prepared(
    m.update()
    .where(*_STILL)
    .values(status="in doubt", due_at=bindparam("due"), doubts=bindparam("doubts"))
)
_put = insert_into(s).values(
    {
        name: bindparam(name)
        for name in ("day", "lane", "sender_id", "messages", "segments", "cost_micros")
    }
)
_SPEND = Prepared(
    _put.on_conflict_do_update(
        index_elements=["day", "lane", "sender_id"],
        set_={
            "messages": s.c.messages + _put.excluded.messages,
            "segments": s.c.segments + _put.excluded.segments,
            "cost_micros": s.c.cost_micros + _put.excluded.cost_micros,
        },
    )
)
_SPENT = Prepared(
    select(func.coalesce(func.sum(s.c.cost_micros), 0)).where(s.c.day == bindparam("day"))
)


def accepted(tx: Tx, rows: Sequence[tuple[str, str | None]], now: datetime) -> list[Settled]:
    """(id, sid) of messages that the carrier has; those returned were not known to be before."""
    new = _UNACCEPTED.all(tx, ids=[row[0] for row in rows])
    _ACCEPT.many(tx, [{"at": id_, "sid": sid, "now": now} for id_, sid in rows])
    _FREE.send(tx, ids=[row[0] for row in rows])
    return new


def moved(
    tx: Tx, key: str, by_sid: bool, sid: str | None, status: str, code: str | None, now: datetime
) -> Settled | None:
    """The carrier says `sent`, `delivered`, `undelivered` or `failed`; None where that is old."""
    return _MOVE[status, by_sid].one(tx, key=key, sid=sid, code=code, now=now)


def refused(tx: Tx, message_id: str, attempt: int, code: str, now: datetime) -> Settled | None:
    """The carrier refused it for good. What waited behind it may go. None where that is old."""
    row = _REFUSE.one(tx, at=message_id, attempt=attempt, was="sending", code=code, now=now)
    if row is not None:
        _FREE.send(tx, ids=[message_id])
    return row


def free(tx: Tx, ids: Sequence[str]) -> None:
    """Let go what waited for these."""
    _FREE.send(tx, ids=list(ids))


def again(
    tx: Tx, rows: Sequence[tuple[str, int, str | None, datetime]], was: str = "sending"
) -> None:
    """(id, attempt, code, due) of messages that were surely not taken: pending at that moment."""
    _AGAIN.many(
        tx,
        [
            {"at": id_, "attempt": attempt, "was": was, "code": code, "due": due}
            for id_, attempt, code, due in rows
        ],
    )


def doubted(tx: Tx, rows: Sequence[tuple[str, int, int, datetime]], was: str = "sending") -> None:
    """(id, attempt, looks in vain, due) of messages to be looked for at that moment."""
    _DOUBT.many(
        tx,
        [
            {"at": id_, "attempt": attempt, "was": was, "doubts": doubts, "due": due}
            for id_, attempt, doubts, due in rows
        ],
    )


def spend(tx: Tx, day: int, rows: Sequence[tuple[int, str, int, int, int]]) -> None:
    """(lane, sender, messages, segments, cost in millionths) to be added to a day."""
    _SPEND.many(
        tx,
        [
            {
                "day": day, "lane": lane, "sender_id": sender, "messages": messages,
                "segments": segments, "cost_micros": cost,
            }
            for lane, sender, messages, segments, cost in rows
        ],
    )  # fmt: skip


def spent(tx: Tx, day: int) -> int:
    """What a day cost so far, in millionths."""
    return int(_SPENT.value(tx, day=day))
