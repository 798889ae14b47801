"""Calls that the service places: planned, due, claimed, placed, in doubt.

Promise: every move of a call is one conditional statement, so two workers, a late callback and a
sweep cannot undo each other. A call is claimed by one worker, and its number's line is rung once
at a time. Whoever says that a call was not placed says of which try: by then somebody else may
have found the lease over. Which call may leave now, and what an outcome means, is decided by the
service; what is in doubt is found by `call_doubts`; how a call goes on is `calls`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select

from flows.states import CALL_OUT, before
from service.storage import calls, pressing, tables
from service.storage.calls import CALL, Call
from service.storage.database import Tx
from service.storage.messages import LeftBehind
from service.storage.statements import Bulk, Prepared, among
from service.storage.tables import of

k = of(tables.Call)
n = of(tables.Number)
p = of(tables.Person)
c = of(tables.Conversation)
o = of(tables.Occurrence)
s = of(tables.Sender)

LONGEST = timedelta(hours=1)  # a line of which no end was told for so long counts as free
_WAITS_AT_MOST = timedelta(days=2)  # from the plan of a call to its end
# a phone of which nobody knows whether it rings is not rung meanwhile
_ON_THE_LINE = ("ringing", "placing", "in doubt", "placed", "answered")
_OPEN = ("pending", "held")
LANES = (0, 1, 2)
BULK = LANES[-1]


class NewCall(NamedTuple):
    """A call to be placed. `state`: the manners' stored form that it begins with, "" for none."""

    id: str
    purpose: str
    person_id: str | None
    number_id: str
    sender_id: str
    lane: int
    due_at: datetime
    created_at: datetime
    conversation_id: str | None = None
    occurrence_id: str | None = None
    expires_at: datetime | None = None
    attempt: int = 1
    state: str = ""


class Candidate(NamedTuple):
    """A call that is due, with all that decides whether it may leave.

    `tries` were before; the claim makes it one more.
    """

    id: str
    number_id: str
    sender_id: str | None
    person_id: str | None
    conversation_id: str | None
    occurrence_id: str | None
    lane: int
    purpose: str
    due_at: datetime
    created_at: datetime
    expires_at: datetime | None
    attempt: int
    tries: int
    sealed_number: bytes
    opted_out_at: datetime | None
    unusable_code: str | None
    country: str | None
    number_kind: str
    shared: bool
    zone: str | None
    person_status: str | None
    conversation_status: str | None
    occurrence_status: str | None
    case_presses: bool


class Called(Protocol):
    """What the number that is called is opened from."""

    @property
    def number_id(self) -> str: ...
    @property
    def sealed_number(self) -> bytes | None: ...


class Work(NamedTuple):
    """The lanes in which a call is due; and whether one is held no longer, was claimed too long
    ago, is in doubt and due."""

    lanes: tuple[int, ...]
    held: bool
    leases: bool
    doubts: bool


_PLAN = Bulk(
    k, "id", "direction", "purpose", "person_id", "number_id", "sender_id", "lane", "due_at",
    "created_at", "conversation_id", "occurrence_id", "expires_at", "attempt", "sealed_state",
    "status", "tries", "doubts", "step",
)  # fmt: skip
_LATELY = bindparam("lately", type_=k.c.due_at.type)
_on_line = k.alias("on_line")
_TALKING = exists().where(
    _on_line.c.number_id == k.c.number_id,
    _on_line.c.created_at > bindparam("since"),  # for the index: of a number, the latest few
    _on_line.c.status.in_(_ON_THE_LINE),
    func.coalesce(_on_line.c.claimed_at, _on_line.c.due_at) > _LATELY,
)
_DUE = Prepared(
    select(
        k.c.id, k.c.number_id, k.c.sender_id, k.c.person_id, k.c.conversation_id,
        k.c.occurrence_id, k.c.lane, k.c.purpose, k.c.due_at, k.c.created_at, k.c.expires_at,
        k.c.attempt, k.c.tries, n.c.sealed_number, n.c.opted_out_at, n.c.unusable_code,
        n.c.country, n.c.kind, n.c.shared, p.c.zone, p.c.status, c.c.status, o.c.status,
        and_(k.c.lane == BULK, pressing.of_person(k.c.person_id)),
    )
    .select_from(
        k.join(n, n.c.id == k.c.number_id)
        .outerjoin(p, p.c.id == k.c.person_id)
        .outerjoin(c, c.c.id == k.c.conversation_id)
        .outerjoin(o, o.c.id == k.c.occurrence_id)
        .join(s, s.c.id == k.c.sender_id)
    )
    .where(
        or_(s.c.calling_until.is_(None), s.c.calling_until <= bindparam("now")),
        or_(s.c.paused_until.is_(None), s.c.paused_until <= bindparam("now")),
        k.c.status == "pending",
        k.c.lane == bindparam("lane"),
        k.c.due_at <= bindparam("now"),
        ~_TALKING,
    )
    .order_by(k.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(of=k, skip_locked=True),
    Candidate._make,
)  # fmt: skip
_CLAIM = Prepared(
    k.update()
    .where(
        among(k.c.id, "ids"),
        k.c.status == "pending",
        # once more: on PostgreSQL another worker may have claimed for this number since the look
        ~_TALKING,
    )
    .values(
        status="placing",
        claimed_by=bindparam("worker"),
        claimed_at=bindparam("now"),
        tries=k.c.tries + 1,
    )
    .returning(k.c.id)
)
_AT = k.c.id == bindparam("at")
_PLACED = Prepared(
    k.update()
    .where(_AT)
    .values(
        carrier_sid=func.coalesce(k.c.carrier_sid, bindparam("sid")),
        status=case((k.c.status.in_(before(CALL_OUT, "placed")), "placed"), else_=k.c.status),
    )
)
# The try that is meant is still the last one, and stands as it did.
_STILL = (_AT, k.c.tries == bindparam("try"), k.c.status == bindparam("was"))
# Whose number is gone was erased meanwhile: the call stays, and is closed when its lease is over.
_AGAIN = Prepared(
    k.update()
    .where(*_STILL, exists().where(n.c.id == k.c.number_id))
    .values(status="pending", due_at=bindparam("due"), error_code=bindparam("code"), doubts=0)
)
_DOUBT = Prepared(
    k.update()
    .where(*_STILL)
    .values(status="in doubt", due_at=bindparam("due"), doubts=bindparam("doubts"))
)
_REFUSE = Prepared(
    k.update()
    .where(*_STILL)
    .values(status="failed", error_code=bindparam("code"), ended_at=bindparam("now"))
    .returning(*CALL)
)
_HOLD = Prepared(
    k.update()
    .where(_AT, k.c.status == "pending")
    .values(status="held", held_for=bindparam("reason"), due_at=bindparam("until"))
)
_CANCELLED = {
    "status": "cancelled", "held_for": bindparam("reason"), "ended_at": bindparam("now"),
}  # fmt: skip
_CANCEL = Prepared(
    k.update().where(among(k.c.id, "ids"), k.c.status.in_((*_OPEN, "in doubt"))).values(_CANCELLED)
)


def _cancel_by(name: str, *more: ColumnElement[bool]) -> Prepared[Any]:
    open_of = (k.c[name] == bindparam("of"), k.c.status.in_(_OPEN))
    return Prepared(k.update().where(*open_of, *more).values(_CANCELLED))


_CANCEL_PERSON = _cancel_by("person_id")
_CANCEL_NUMBER = _cancel_by("number_id")
_CANCEL_CONVERSATION = _cancel_by("conversation_id")
_CANCEL_CALLBACKS = _cancel_by("number_id", k.c.purpose == "callback")


def _free(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Calls like this that nobody has locked: many are changed at once, in no order."""
    return k.c.id.in_(select(k.c.id).where(*conditions).with_for_update(skip_locked=True))


_RELEASE = Prepared(
    k.update()
    .where(_free(k.c.status == "held", k.c.held_for != "restore", k.c.due_at <= bindparam("now")))
    .values(status="pending", held_for=None)
)
_LEASES_OVER = Prepared(
    k.update()
    .where(_free(k.c.status == "placing", k.c.claimed_at < bindparam("before")))
    .values(status="in doubt", due_at=bindparam("now"), doubts=0)
    .returning(*(k.c[name] for name in LeftBehind._fields)),
    LeftBehind._make,
)
_ANY_DUE = Prepared(
    select(k.c.id)
    .where(k.c.status == "pending", k.c.lane == bindparam("lane"), k.c.due_at <= bindparam("now"))
    .limit(1)
)
_OLDEST = Prepared(
    select(k.c.lane, func.min(k.c.due_at), func.count())
    .where(k.c.status == "pending")
    .group_by(k.c.lane)
)
_ANYTHING = Prepared(
    select(
        *(
            exists().where(
                k.c.status == "pending", k.c.lane == lane, k.c.due_at <= bindparam("now")
            )
            for lane in LANES
        ),
        exists().where(
            k.c.status == "held", k.c.held_for != "restore", k.c.due_at <= bindparam("now")
        ),
        exists().where(k.c.status == "placing", k.c.claimed_at < bindparam("before")),
        exists().where(k.c.status == "in doubt", k.c.due_at <= bindparam("now")),
    ),
    lambda row: Work(tuple(lane for lane in LANES if row[lane]), *map(bool, row[len(LANES) :])),
)


def plan(tx: Tx, rows: Sequence[NewCall]) -> None:
    """Calls to be placed when they are due, all at once."""
    seal = tx.sealer.seal_text
    _PLAN.insert(
        tx,
        [
            (
                row.id, "out", *row[1:12], seal(row.state or None, f"call.sealed_state:{row.id}"),
                "pending", 0, 0, 0,
            )
            for row in rows
        ],
    )  # fmt: skip


def due(tx: Tx, lane: int, now: datetime, most: int) -> list[Candidate]:
    """Calls of one lane that are due, the longest due first.

    None to whom we are talking just now, and none of our numbers that are paused or have just
    placed a call.
    """
    lines = {"since": now - _WAITS_AT_MOST, "lately": now - LONGEST}
    return _DUE.all(tx, lane=lane, now=now, most=most, **lines, **pressing.since(now))


def any_due(tx: Tx, lane: int, now: datetime) -> bool:
    return _ANY_DUE.one(tx, lane=lane, now=now) is not None


def waiting(tx: Tx) -> list[tuple[int, datetime, int]]:
    """Lane, longest due moment and count of calls that are to be placed."""
    return [(row[0], row[1], row[2]) for row in _OLDEST.all(tx)]


def number(tx: Tx, row: Called) -> str:
    """The number that is called, in plain digits."""
    assert row.sealed_number is not None, "erased"
    return tx.sealer.open(row.sealed_number, f"number.sealed_number:{row.number_id}").decode()


def claim(tx: Tx, ids: Sequence[str], worker: str, now: datetime) -> set[str]:
    """Make these `placing`, one a number; which of them were still free. To be called with the
    row of their service number locked (`senders.reserve_calls`), which two cannot have at once."""
    lines = {"since": now - _WAITS_AT_MOST, "lately": now - LONGEST}
    rows = _CLAIM.all(tx, ids=list(ids), worker=worker, now=now, **lines)
    return {row[0] for row in rows}


def placed(tx: Tx, rows: Sequence[tuple[str, str]]) -> None:
    """(id, sid) of calls that the carrier has."""
    _PLACED.many(tx, [{"at": id_, "sid": sid} for id_, sid in rows])


def again(
    tx: Tx, rows: Sequence[tuple[str, int, str | None, datetime]], was: str = "placing"
) -> None:
    """(id, try, code, due) of calls that were surely not placed: pending at that moment."""
    _AGAIN.many(
        tx,
        [
            {"at": id_, "try": tries, "was": was, "code": code, "due": due_at}
            for id_, tries, code, due_at in rows
        ],
    )


def doubted(tx: Tx, rows: Sequence[tuple[str, int, int, datetime]], was: str = "placing") -> None:
    """(id, try, looks in vain, due) of calls to be looked for at that moment."""
    _DOUBT.many(
        tx,
        [
            {"at": id_, "try": tries, "was": was, "doubts": doubts, "due": due_at}
            for id_, tries, doubts, due_at in rows
        ],
    )


def refused(
    tx: Tx, call_id: str, tries: int, code: str, now: datetime, was: str = "placing"
) -> Call | None:
    """The carrier refused it for good. None where that is old."""
    values = {"at": call_id, "try": tries, "was": was, "code": code, "now": now}
    row = _REFUSE.one(tx, **values)
    return None if row is None else calls.opened(tx, row)


def hold(tx: Tx, rows: Sequence[tuple[str, str, datetime]]) -> None:
    """(id, reason, until) of calls that may not leave yet."""
    _HOLD.many(tx, [{"at": id_, "reason": reason, "until": until} for id_, reason, until in rows])


def release(tx: Tx, now: datetime) -> int:
    """Held calls whose time has come are pending again; how many."""
    return _RELEASE.run(tx, now=now)


def cancel(tx: Tx, ids: Sequence[str], reason: str, now: datetime) -> int:
    """These are not placed any more, and not looked for where they are in doubt; how many."""
    return _CANCEL.run(tx, ids=list(ids), reason=reason, now=now)


def cancel_person(tx: Tx, person_id: str, reason: str, now: datetime) -> int:
    return _CANCEL_PERSON.run(tx, of=person_id, reason=reason, now=now)


def cancel_number(tx: Tx, number_id: str, reason: str, now: datetime) -> int:
    return _CANCEL_NUMBER.run(tx, of=number_id, reason=reason, now=now)


def cancel_conversation(tx: Tx, conversation_id: str, reason: str, now: datetime) -> int:
    return _CANCEL_CONVERSATION.run(tx, of=conversation_id, reason=reason, now=now)


def cancel_callbacks(tx: Tx, number_id: str, reason: str, now: datetime) -> int:
    """Calls back to this number that were asked for by a missed call, and are not placed yet."""
    return _CANCEL_CALLBACKS.run(tx, of=number_id, reason=reason, now=now)


def leases_over(tx: Tx, before: datetime, now: datetime) -> list[LeftBehind]:
    """What a process claimed before that moment and never settled is in doubt; which."""
    return _LEASES_OVER.all(tx, before=before, now=now)


def anything(tx: Tx, now: datetime, before: datetime) -> Work:
    """What a clock's look finds; `before`: claims older than this have no worker any more."""
    found = _ANYTHING.one(tx, now=now, before=before)
    assert found is not None
    return found
