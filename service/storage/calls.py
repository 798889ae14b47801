"""Phone calls as they go on: which there are, who is on the line, what was said in each step.

Promise: a call exists once a carrier's sid, a step once a call: what was answered before is given
again, word for word. A call never leaves a final state, whoever speaks last: the turn that is
under way or the carrier's callback. Replies, what was heard and the call's own state are sealed
here and nowhere else. Calls that are to be placed are `placings`.

The hot path of every key pressed in a call, so rows are driver rows and a turn asks once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, exists, func, or_, select

from flows.states import CALL_IN, CALL_OUT, before
from service.storage import ids, standing, tables
from service.storage.database import Tx
from service.storage.standing import Standing
from service.storage.statements import Prepared, among, insert_into, put
from service.storage.tables import of

k = of(tables.Call)
h = of(tables.CallStep)
n, p, c = of(tables.Number), of(tables.Person), of(tables.Conversation)

FINALS = tuple(sorted(CALL_IN.finals | CALL_OUT.finals))


@dataclass(slots=True)
class Call:
    """One call. `state` is the manners' own stored form (`flows.calling`), "" before any.

    `step`: the last one answered, 0 before any; the first webhook of a call is step 1. `person_id`
    of a call that came in: None until it is known who calls.
    """

    id: str
    direction: str
    purpose: str
    person_id: str | None
    number_id: str
    sender_id: str | None
    conversation_id: str | None
    occurrence_id: str | None
    lane: int
    status: str
    attempt: int
    carrier_sid: str | None
    step: int
    state: str
    asked_conversation_id: str | None
    asked_token: int | None
    created_at: datetime
    answered_at: datetime | None
    proved_at: datetime | None
    ended_at: datetime | None
    answered_by: str | None
    error_code: str | None
    seconds: int | None
    changed: bool = False


class Step(NamedTuple):
    """What was heard and answered at one step; None where its words were taken away."""

    step: int
    at: datetime
    heard: str | None
    reply: str | None


CALL = [
    k.c.id, k.c.direction, k.c.purpose, k.c.person_id, k.c.number_id, k.c.sender_id,
    k.c.conversation_id, k.c.occurrence_id, k.c.lane, k.c.status, k.c.attempt, k.c.carrier_sid,
    k.c.step, k.c.sealed_state, k.c.asked_conversation_id, k.c.asked_token, k.c.created_at,
    k.c.answered_at, k.c.proved_at, k.c.ended_at, k.c.answered_by, k.c.error_code, k.c.seconds,
]  # fmt: skip
_STATE = CALL.index(k.c.sealed_state)

_COME_IN = Prepared(
    insert_into(k)
    .values(
        {
            name: bindparam(name)
            for name in (
                "id", "direction", "purpose", "person_id", "number_id", "sender_id", "lane",
                "status", "due_at", "attempt", "tries", "doubts", "carrier_sid", "step",
                "created_at",
            )
        }
    )
    .on_conflict_do_nothing(
        index_elements=["carrier_sid"], index_where=k.c.carrier_sid.is_not(None)
    )
)  # fmt: skip
_BY_SID = Prepared(select(*CALL).where(k.c.carrier_sid == bindparam("sid")))
_LOAD = Prepared(select(*CALL).where(k.c.id == bindparam("id")))
_LOAD_MANY = Prepared(select(*CALL).where(among(k.c.id, "ids")))
_SAVE = Prepared(
    k.update()
    .where(k.c.id == bindparam("at"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "person_id", "number_id", "conversation_id", "occurrence_id", "step",
                "sealed_state", "asked_conversation_id", "asked_token", "answered_at",
                "proved_at",
            )
        }
        | {
            # a callback may have ended it since it was loaded
            "status": case((k.c.status.in_(FINALS), k.c.status), else_=bindparam("status")),
            "answered_by": func.coalesce(bindparam("answered_by"), k.c.answered_by),
            "carrier_sid": func.coalesce(k.c.carrier_sid, bindparam("carrier_sid")),
        }
    )
)  # fmt: skip
_COUNT = Prepared(
    select(func.count()).where(
        k.c.number_id == bindparam("number_id"),
        k.c.created_at >= bindparam("since"),
        k.c.purpose == bindparam("purpose"),
        k.c.status != "cancelled",
    )
)
_KNOWN_SIDS = Prepared(select(k.c.carrier_sid).where(among(k.c.carrier_sid, "sids")))
_PUT_STEP = put(h)
_AT_STEP = (h.c.call_id == bindparam("call_id"), h.c.step == bindparam("step"))
_REPLY = Prepared(select(h.c.sealed_reply).where(*_AT_STEP))
_STEPS = Prepared(
    select(h.c.step, h.c.at, h.c.sealed_heard, h.c.sealed_reply)
    .where(h.c.call_id == bindparam("call_id"))
    .order_by(h.c.step)
)

# --- a turn's own look

_waiting = c.alias("waiting")
_HOLDER = func.coalesce(k.c.person_id, n.c.active_person_id)
_N, _P = len(standing.NUMBER), len(standing.NUMBER) + len(standing.PERSON)
_C = _P + len(standing.CONVERSATION)
_BY_CALL = Prepared(
    select(
        *standing.NUMBER,
        *standing.PERSON,
        *standing.CONVERSATION,
        standing.STAMPED,
        exists().where(_waiting.c.person_id == p.c.id, _waiting.c.status == "waiting"),
        select(h.c.sealed_reply)
        .where(h.c.call_id == k.c.id, h.c.step == bindparam("step"))
        .scalar_subquery(),
        *CALL,
    )
    .select_from(
        k.join(n, n.c.id == k.c.number_id)
        .outerjoin(p, p.c.id == _HOLDER)
        .outerjoin(c, c.c.id == p.c.front_id)
    )
    .where(k.c.id == bindparam("id"))
)
_OF_CALL = k.c.id == bindparam("id")
_LOCK_NUMBER = Prepared(
    select(n.c.id)
    .where(n.c.id == select(k.c.number_id).where(_OF_CALL).scalar_subquery())
    .with_for_update()
)
_LOCK_PERSON = Prepared(
    select(p.c.id)
    .where(
        p.c.id
        == select(_HOLDER)
        .select_from(k.join(n, n.c.id == k.c.number_id))
        .where(_OF_CALL)
        .scalar_subquery()
    )
    .with_for_update()
)


def by_call(tx: Tx, call_id: str, step: int) -> tuple[Standing, Call, str | None] | None:
    """Where the person on the line stands, locked; their call; and the reply that this step got
    if it was taken before. None where there is no such call, or its number was erased.

    The person is the one of the call, otherwise whoever holds the number: `Call.person_id` tells
    whether it is known who calls. The number is locked before the person, as by `by_number`.
    """
    if tx.postgres:
        _LOCK_NUMBER.send(tx, id=call_id)
        _LOCK_PERSON.send(tx, id=call_id)
    row = _BY_CALL.one(tx, id=call_id, step=step)
    if row is None:
        return None
    stand = standing.opened(tx, row[: _C + 1])
    stand.others_wait = bool(row[_C + 1])
    return stand, opened(tx, row[_C + 3 :]), _reply(tx, call_id, step, row[_C + 2])


# --- calls and their steps


def came_in(
    tx: Tx, *, sid: str, number_id: str, sender_id: str | None, person_id: str | None, lane: int,
    now: datetime,
) -> tuple[Call, bool]:  # fmt: skip
    """The call with this sid and whether it is new; two deliveries agree on one."""
    new = Call(
        ids.new(), "in", "in", person_id, number_id, sender_id, None, None, lane, CALL_IN.start, 1,
        sid, 0, "", None, None, now, None, None, None, None, None, None,
    )  # fmt: skip
    put = _COME_IN.run(
        tx, id=new.id, direction=new.direction, purpose=new.purpose, person_id=person_id,
        number_id=number_id, sender_id=sender_id, lane=lane, status=new.status, due_at=now,
        attempt=new.attempt, tries=0, doubts=0, carrier_sid=sid, step=0, created_at=now,
    )  # fmt: skip
    if put:
        return new, True
    call = by_sid(tx, sid)
    assert call is not None, "it stood in the way just now"
    return call, False


def by_sid(tx: Tx, sid: str) -> Call | None:
    row = _BY_SID.one(tx, sid=sid)
    return None if row is None else opened(tx, row)


def load(tx: Tx, call_id: str) -> Call | None:
    row = _LOAD.one(tx, id=call_id)
    return None if row is None else opened(tx, row)


def load_many(tx: Tx, call_ids: Sequence[str]) -> dict[str, Call]:
    """Those of these calls that there are, by id."""
    return {row[0]: opened(tx, row) for row in _LOAD_MANY.all(tx, ids=list(call_ids))}


def save(tx: Tx, call: Call) -> None:
    """Write what a turn changed of its call. How it ended is `ended`'s to write."""
    _SAVE.send(
        tx, at=call.id, person_id=call.person_id, number_id=call.number_id,
        conversation_id=call.conversation_id, occurrence_id=call.occurrence_id,
        status=call.status, step=call.step,
        sealed_state=tx.sealer.seal_text(call.state or None, f"call.sealed_state:{call.id}"),
        asked_conversation_id=call.asked_conversation_id, asked_token=call.asked_token,
        answered_at=call.answered_at, proved_at=call.proved_at, answered_by=call.answered_by,
        carrier_sid=call.carrier_sid,
    )  # fmt: skip


def count(tx: Tx, number_id: str, purpose: str, since: datetime) -> int:
    """How many calls for that purpose this number had since then, without cancelled ones."""
    return int(_COUNT.value(tx, number_id=number_id, purpose=purpose, since=since))


def reply(tx: Tx, call_id: str, step: int) -> str | None:
    """What was answered at that step; None where it was not, or its words were taken away."""
    return _reply(tx, call_id, step, _REPLY.value(tx, call_id=call_id, step=step))


def put_step(tx: Tx, call_id: str, step: int, heard: str | None, reply: str, at: datetime) -> None:
    """Keep what was heard and answered. Refused, at the latest by the commit, where the step was
    taken before."""
    seal, place = tx.sealer.seal_text, f"{call_id}/{step}"
    _PUT_STEP.send(
        tx, call_id=call_id, step=step, at=at,
        sealed_heard=seal(heard, f"call_step.sealed_heard:{place}"),
        sealed_reply=seal(reply, f"call_step.sealed_reply:{place}"),
    )  # fmt: skip


def steps(tx: Tx, call_id: str) -> list[Step]:
    """All that was said in a call, the first step first."""
    return [
        Step(
            row[0],
            row[1],
            tx.sealer.open_text(row[2], f"call_step.sealed_heard:{call_id}/{row[0]}"),
            _reply(tx, call_id, row[0], row[3]),
        )
        for row in _STEPS.all(tx, call_id=call_id)
    ]


# --- what the carrier says of a call


def _moved(status: str, by_sid: bool) -> Prepared[tuple[Any, ...]]:
    key = k.c.carrier_sid == bindparam("key") if by_sid else k.c.id == bindparam("key")
    values: dict[str, Any] = {
        "status": status,
        "carrier_sid": func.coalesce(k.c.carrier_sid, bindparam("sid")),
        "answered_by": func.coalesce(bindparam("answered_by"), k.c.answered_by),
    }
    if status in FINALS:
        for name in ("error_code", "seconds", "cost_micros"):
            values[name] = func.coalesce(bindparam(name, type_=k.c[name].type), k.c[name])
        values["ended_at"] = bindparam("now")
    else:
        values["answered_at"] = func.coalesce(
            k.c.answered_at, bindparam("now", type_=k.c.answered_at.type)
        )
    from_ = [
        and_(k.c.direction == direction, k.c.status.in_(before(table, status)))
        for direction, table in (("in", CALL_IN), ("out", CALL_OUT))
        if status in table.states
    ]
    return Prepared(k.update().where(key, or_(*from_)).values(values).returning(*CALL))


_MOVE = {
    (status, by_sid): _moved(status, by_sid)
    for status in ("answered", *FINALS)
    for by_sid in (False, True)
}


def answered(
    tx: Tx, *, call_id: str | None, sid: str | None, answered_by: str | None, now: datetime
) -> Call | None:
    """Somebody, or a machine, picked up. None where that is old, or nobody knows the call."""
    row = _MOVE["answered", call_id is None].one(
        tx, key=call_id or sid, sid=sid, answered_by=answered_by, now=now
    )
    return None if row is None else opened(tx, row)


def ended(
    tx: Tx, *, call_id: str | None, sid: str | None, status: str, now: datetime,
    seconds: int | None = None, answered_by: str | None = None, error_code: str | None = None,
    cost_micros: int | None = None,
) -> Call | None:  # fmt: skip
    """The call is over: `status` is one of FINALS. Found by our id, otherwise by the carrier's.

    None where its table has no such move, so that of two callbacks one is taken: a call that is
    over stays as it ended, and `missed` is only one that nobody was heard in.
    """
    row = _MOVE[status, call_id is None].one(
        tx, key=call_id or sid, sid=sid, answered_by=answered_by, error_code=error_code,
        seconds=seconds, cost_micros=cost_micros, now=now,
    )  # fmt: skip
    return None if row is None else opened(tx, row)


def known_sids(tx: Tx, sids: Sequence[str]) -> set[str]:
    """Those among the carrier's sids that a call of ours holds already."""
    return {row[0] for row in _KNOWN_SIDS.all(tx, sids=list(sids))}


def opened(tx: Tx, row: Sequence[Any]) -> Call:
    """A row of CALL with its state opened."""
    values = list(row)
    values[_STATE] = tx.sealer.open_text(row[_STATE], f"call.sealed_state:{row[0]}") or ""
    return Call(*values)


def _reply(tx: Tx, call_id: str, step: int, sealed: bytes | None) -> str | None:
    return tx.sealer.open_text(sealed, f"call_step.sealed_reply:{call_id}/{step}")
