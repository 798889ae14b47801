"""Messages in and out: the outbox's rows, written, found, claimed and held.

Promise: every move of a message is one conditional statement, so two workers, a late callback
and a sweep cannot undo each other. Bodies are sealed and opened here and nowhere else. Which
message may leave now is decided in `service/outbox.py`; what the carrier said of one that left
is written by `settlements.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import orjson
from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select

from service.storage import pressing, tables
from service.storage.database import Tx
from service.storage.statements import Bulk, Prepared, among, insert_into
from service.storage.tables import of

m = of(tables.Message)
n = of(tables.Number)
p = of(tables.Person)
c = of(tables.Conversation)
s = of(tables.Sender)

URGENT, REPLY, BULK = 0, 1, 2
LANES = {"urgent": URGENT, "reply": REPLY, "bulk": BULK}


class Draft(NamedTuple):
    """One text to be sent. `wait_seconds` and `wait_token`: the silence that it starts."""

    id: str
    person_id: str | None
    number_id: str
    sender_id: str | None
    conversation_id: str | None
    turn_id: str
    seq: int
    lane: int
    status: str
    held_for: str | None
    body: str
    segments: int
    due_at: datetime
    waits_for: str | None
    wait_seconds: int | None
    wait_token: str | None
    created_at: datetime
    expires_at: datetime | None
    purpose: str


class Candidate(NamedTuple):
    """A message that is due, with all that decides whether it may leave.

    `attempts` were before; the claim makes it one more.
    """

    id: str
    number_id: str
    sender_id: str | None
    person_id: str | None
    conversation_id: str | None
    lane: int
    sealed_body: bytes
    segments: int
    due_at: datetime
    created_at: datetime
    expires_at: datetime | None
    purpose: str
    attempts: int
    wait_token: str | None
    sealed_number: bytes
    opted_out_at: datetime | None
    unusable_code: str | None
    country: str | None
    number_kind: str
    zone: str | None
    person_status: str | None
    conversation_status: str | None
    case_presses: bool


class LeftBehind(NamedTuple):
    """What a process had claimed and never settled: a message, or a call."""

    id: str
    person_id: str | None
    number_id: str
    conversation_id: str | None
    lane: int
    purpose: str


class Sealed(Protocol):
    """What a message's number and words are opened from."""

    @property
    def id(self) -> str: ...
    @property
    def number_id(self) -> str: ...
    @property
    def sealed_number(self) -> bytes | None: ...
    @property
    def sealed_body(self) -> bytes | None: ...


class Received(NamedTuple):
    """A text that came in, as it is kept."""

    id: str
    sid: str
    number_id: str
    person_id: str | None
    sender_id: str | None
    body: str
    media: Sequence[str]
    segments: int
    at: datetime


_PUT = Bulk(
    m, "id", "direction", "person_id", "number_id", "sender_id", "conversation_id", "turn_id",
    "seq", "lane", "status", "held_for", "sealed_body", "segments", "due_at", "waits_for",
    "wait_seconds", "wait_token", "created_at", "expires_at", "purpose", "attempts", "doubts",
)  # fmt: skip
_RECEIVE = Prepared(
    insert_into(m)
    .values(
        {
            name: bindparam(name)
            for name in (
                "id", "direction", "person_id", "number_id", "sender_id", "lane", "status",
                "sealed_body", "sealed_media", "segments", "carrier_sid", "due_at",
                "created_at", "settled_at", "purpose", "seq", "attempts", "doubts",
            )
        }
    )
)  # fmt: skip
_sending = m.alias("sending")
_CANDIDATES = [
    m.c.id, m.c.number_id, m.c.sender_id, m.c.person_id, m.c.conversation_id, m.c.lane,
    m.c.sealed_body, m.c.segments, m.c.due_at, m.c.created_at, m.c.expires_at, m.c.purpose,
    m.c.attempts, m.c.wait_token, n.c.sealed_number, n.c.opted_out_at, n.c.unusable_code,
    n.c.country, n.c.kind, p.c.zone, p.c.status, c.c.status,
    and_(m.c.lane == BULK, pressing.of_person(m.c.person_id)),
]  # fmt: skip
_DUE = Prepared(
    select(*_CANDIDATES)
    .select_from(
        m.join(n, n.c.id == m.c.number_id)
        .outerjoin(p, p.c.id == m.c.person_id)
        .outerjoin(c, c.c.id == m.c.conversation_id)
        .join(s, s.c.id == m.c.sender_id)
    )
    .where(
        or_(s.c.busy_until.is_(None), s.c.busy_until <= bindparam("horizon")),
        or_(s.c.paused_until.is_(None), s.c.paused_until <= bindparam("now")),
        m.c.status == "pending",
        m.c.waits_for.is_(None),
        m.c.lane == bindparam("lane"),
        m.c.due_at <= bindparam("now"),
        ~exists().where(_sending.c.number_id == m.c.number_id, _sending.c.status == "sending"),
    )
    .order_by(m.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(of=m, skip_locked=True),
    Candidate._make,
)
_others = m.alias("others")
_CLAIM = Prepared(
    m.update()
    .where(
        among(m.c.id, "ids"),
        m.c.status == "pending",
        # once more: on PostgreSQL another worker may have claimed for this number since the look
        ~exists().where(_others.c.number_id == m.c.number_id, _others.c.status == "sending"),
    )
    .values(
        status="sending",
        claimed_by=bindparam("worker"),
        claimed_at=bindparam("now"),
        attempts=m.c.attempts + 1,
    )
    .returning(m.c.id)
)
_HOLD = Prepared(
    m.update()
    .where(m.c.id == bindparam("at"), m.c.status == "pending")
    .values(status="held", held_for=bindparam("reason"), due_at=bindparam("until"))
)


def _free(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Messages like this that nobody has locked. Many are changed at once, in no order: waiting
    for one while holding others could lock two processes for ever."""
    return m.c.id.in_(select(m.c.id).where(*conditions).with_for_update(skip_locked=True))


_RELEASE = Prepared(
    m.update()
    .where(_free(m.c.status == "held", m.c.held_for != "restore", m.c.due_at <= bindparam("now")))
    .values(status="pending", held_for=None)
)
_OPEN = ("pending", "held")
_CANCEL = Prepared(
    m.update()
    .where(among(m.c.id, "ids"), m.c.status.in_(_OPEN))
    .values(status="cancelled", held_for=bindparam("reason"), settled_at=bindparam("now"))
)
_WAITING_OF = Prepared(
    select(m.c.id).where(
        m.c.conversation_id == bindparam("conversation_id"),
        m.c.direction == "out",
        m.c.status.in_(_OPEN),
    )
)
_WAITING = Prepared(select(m.c.id).where(m.c.id == bindparam("id"), m.c.status.in_(_OPEN)))
_CANCEL_NUMBER = Prepared(
    m.update()
    .where(m.c.number_id == bindparam("number_id"), m.c.status.in_(_OPEN))
    .values(status="cancelled", held_for=bindparam("reason"), settled_at=bindparam("now"))
)
_CANCEL_PERSON = Prepared(
    m.update()
    .where(m.c.person_id == bindparam("person_id"), m.c.status.in_(_OPEN))
    .values(status="cancelled", held_for=bindparam("reason"), settled_at=bindparam("now"))
)
_LEASES_OVER = Prepared(
    m.update()
    .where(_free(m.c.status == "sending", m.c.claimed_at < bindparam("before")))
    .values(status="in doubt", due_at=bindparam("now"), doubts=0)
    .returning(*(m.c[name] for name in LeftBehind._fields)),
    LeftBehind._make,
)
_OLDEST = Prepared(
    select(m.c.lane, func.min(m.c.due_at), func.count())
    .where(m.c.status == "pending", m.c.waits_for.is_(None))
    .group_by(m.c.lane)
)
_ANY_DUE = Prepared(
    select(m.c.id)
    .where(
        m.c.status == "pending",
        m.c.waits_for.is_(None),
        m.c.lane == bindparam("lane"),
        m.c.due_at <= bindparam("now"),
    )
    .limit(1)
)
_STUCK = Prepared(
    select(
        exists().where(
            m.c.status.in_(("held", "in doubt")), m.c.status == "held",
            m.c.held_for != "restore", m.c.due_at <= bindparam("now"),
        ),
        exists().where(m.c.status == "sending", m.c.claimed_at < bindparam("before")),
        exists().where(
            m.c.status.in_(("held", "in doubt")), m.c.status == "in doubt",
            m.c.due_at <= bindparam("now"),
        ),
    )
)  # fmt: skip


def put(tx: Tx, drafts: Sequence[Draft]) -> None:
    """Into the outbox, all at once."""
    seal = tx.sealer.seal
    _PUT.insert(
        tx,
        [
            (
                d.id, "out", d.person_id, d.number_id, d.sender_id, d.conversation_id, d.turn_id,
                d.seq, d.lane, d.status, d.held_for,
                seal(d.body.encode(), f"message.sealed_body:{d.id}"), d.segments, d.due_at,
                d.waits_for, d.wait_seconds, d.wait_token, d.created_at, d.expires_at, d.purpose,
                0, 0,
            )
            for d in drafts
        ],
    )  # fmt: skip


def receive(tx: Tx, r: Received) -> None:
    """Keep a text that came in. Refused where the carrier's sid was seen before."""
    seal = tx.sealer.seal
    media = seal(orjson.dumps(list(r.media)), f"message.sealed_media:{r.id}") if r.media else None
    _RECEIVE.send(
        tx, id=r.id, direction="in", person_id=r.person_id, number_id=r.number_id,
        sender_id=r.sender_id, lane=REPLY, status="received",
        sealed_body=seal(r.body.encode("utf-8", "replace"), f"message.sealed_body:{r.id}"),
        sealed_media=media, segments=r.segments, carrier_sid=r.sid, due_at=r.at,
        created_at=r.at, settled_at=r.at, purpose="answer", seq=0, attempts=0, doubts=0,
    )  # fmt: skip


def due(tx: Tx, lane: int, now: datetime, horizon: datetime, most: int) -> list[Candidate]:
    """Messages of one lane that are due, the longest due first.

    None whose number is being sent to just now, and none of our numbers that are paused, or
    busy for longer than until `horizon`.
    """
    return _DUE.all(tx, lane=lane, now=now, horizon=horizon, most=most, **pressing.since(now))


def claim(tx: Tx, ids: Sequence[str], worker: str, now: datetime) -> set[str]:
    """Make these `sending`; which of them were still free. To be called with the row of their
    service number locked, which two workers cannot have at once."""
    return {row[0] for row in _CLAIM.all(tx, ids=list(ids), worker=worker, now=now)}


def hold(tx: Tx, rows: Sequence[tuple[str, str, datetime]]) -> None:
    """(id, reason, until) of messages that may not leave yet."""
    _HOLD.many(tx, [{"at": id_, "reason": reason, "until": until} for id_, reason, until in rows])


def release(tx: Tx, now: datetime) -> int:
    """Held messages whose time has come are pending again; how many."""
    return _RELEASE.run(tx, now=now)


def cancel(tx: Tx, ids: Sequence[str], reason: str, now: datetime) -> int:
    return _CANCEL.run(tx, ids=list(ids), reason=reason, now=now)


def cancel_number(tx: Tx, number_id: str, reason: str, now: datetime) -> int:
    return _CANCEL_NUMBER.run(tx, number_id=number_id, reason=reason, now=now)


def cancel_person(tx: Tx, person_id: str, reason: str, now: datetime) -> int:
    return _CANCEL_PERSON.run(tx, person_id=person_id, reason=reason, now=now)


def leases_over(tx: Tx, before: datetime, now: datetime) -> list[LeftBehind]:
    """What a process claimed before that moment and never settled is in doubt; which."""
    return _LEASES_OVER.all(tx, before=before, now=now)


def waiting(tx: Tx) -> list[tuple[int, datetime, int]]:
    """Lane, longest due moment and count of what is pending."""
    return [(row[0], row[1], row[2]) for row in _OLDEST.all(tx)]


def any_due(tx: Tx, lane: int, now: datetime) -> bool:
    return _ANY_DUE.one(tx, lane=lane, now=now) is not None


def waiting_of(tx: Tx, conversation_id: str | None, message_id: str | None) -> list[str]:
    """Texts of this conversation, or this one, that have not left."""
    found = _WAITING_OF.all(tx, conversation_id=conversation_id) if conversation_id else []
    found += _WAITING.all(tx, id=message_id) if message_id else []
    return [row[0] for row in found]


def anything_stuck(tx: Tx, now: datetime, before: datetime) -> tuple[bool, bool, bool]:
    """Whether something is held no longer, was claimed too long ago, or is in doubt and due."""
    row = _STUCK.one(tx, now=now, before=before)
    return (bool(row[0]), bool(row[1]), bool(row[2])) if row else (False, False, False)


def body(tx: Tx, row_id: str, sealed: bytes) -> str:
    return tx.sealer.open(sealed, f"message.sealed_body:{row_id}").decode()


def number(tx: Tx, number_id: str, sealed: bytes) -> str:
    return tx.sealer.open(sealed, f"number.sealed_number:{number_id}").decode()


def line(tx: Tx, candidate: Sealed) -> tuple[str, str]:
    """Number and body of a message that leaves or is looked for, in plain words."""
    assert candidate.sealed_number is not None, "erased"
    assert candidate.sealed_body is not None, "erased"
    return (
        number(tx, candidate.number_id, candidate.sealed_number),
        body(tx, candidate.id, candidate.sealed_body),
    )
