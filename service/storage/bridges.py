"""Bridges: who is to be connected with whom, which phones belong to it, and where each stands.

Promise: a case has one bridge that is not over; every move is one conditional statement that says
whether it won, and which move is legal is read from `flows.states`. `of_call` locks the bridge, so
that two of its phones, heard at the same moment, are taken one after the other. Ids only: no
number, no name and no word stands here. What each phone hears next is `flows.bridging`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, or_, select, update

from flows.states import BRIDGE, BRIDGE_LEG, before
from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among, insert_into, put
from service.storage.tables import of

b = of(tables.Bridge)
g = of(tables.BridgeLeg)

OVER, GONE = "over", "gone"


class Bridge(NamedTuple):
    """A bridge as stored. `round`: how often its room has ended so far."""

    id: str
    case_id: str
    kind: str
    status: str
    room: str
    round: int
    created_at: datetime
    together_at: datetime | None
    ended_at: datetime | None


class Leg(NamedTuple):
    """One phone of a bridge as stored. With `token` its conversation waits for what comes of it."""

    id: str
    bridge_id: str
    role: str
    status: str
    person_id: str | None
    number_id: str | None
    call_id: str | None
    conversation_id: str | None
    token: int | None
    round: int
    came_to: str | None
    since: datetime
    joined_at: datetime | None
    left_at: datetime | None


_BRIDGE = [b.c[name] for name in Bridge._fields]
_LEG = [g.c[name] for name in Leg._fields]
_BEGIN = Prepared(
    insert_into(b)
    .values({name: bindparam(name) for name in Bridge._fields[:7]})
    .on_conflict_do_nothing(index_elements=["case_id"], index_where=b.c.status != OVER)
)
_ADD = put(
    g, "id", "bridge_id", "role", "status", "person_id", "number_id", "call_id",
    "conversation_id", "token", "round", "since",
)  # fmt: skip
_LOAD = Prepared(select(*_BRIDGE).where(b.c.id == bindparam("id")).with_for_update(), Bridge._make)
_OPEN_OF = Prepared(
    select(*_BRIDGE)
    .where(b.c.case_id == bindparam("case_id"), b.c.status != OVER)
    .with_for_update(),
    Bridge._make,
)
_OF_CASE = Prepared(
    select(*_BRIDGE).where(b.c.case_id == bindparam("case_id")).order_by(b.c.created_at, b.c.id),
    Bridge._make,
)
_LEGS = Prepared(
    select(*_LEG).where(g.c.bridge_id == bindparam("bridge_id")).order_by(g.c.id), Leg._make
)
_ONE_LEG = Prepared(select(*_LEG).where(g.c.id == bindparam("id")), Leg._make)


def _latest_by(name: str) -> Prepared[Leg]:
    return Prepared(
        select(*_LEG)
        .where(g.c[name] == bindparam("of"), g.c[name].is_not(None))
        .order_by(g.c.id.desc())
        .limit(1),
        Leg._make,
    )


_BY_CALL, _BY_CONVERSATION = _latest_by("call_id"), _latest_by("conversation_id")
_AT = g.c.id == bindparam("at")
_RING = Prepared(
    update(g)
    .where(_AT, g.c.status == "wanted", g.c.call_id.is_(None))
    .values(
        call_id=bindparam("call"),
        number_id=bindparam("number"),
        person_id=bindparam("person"),
        conversation_id=func.coalesce(bindparam("talk"), g.c.conversation_id),
    )
)
_ON = Prepared(update(g).where(_AT).values(call_id=bindparam("call")))
_AWAITS = Prepared(
    update(g).where(_AT).values(conversation_id=bindparam("talk"), token=bindparam("with"))
)
_TOLD = Prepared(update(g).where(_AT, g.c.token.is_not(None)).values(token=None))


def _moving(new: str) -> Prepared[Any]:
    now = bindparam("now", type_=g.c.since.type)
    values: dict[str, Any] = {
        "status": new, "since": now, "came_to": func.coalesce(bindparam("why"), g.c.came_to),
    }  # fmt: skip
    if new == "joined":
        values |= {"round": bindparam("room"), "joined_at": func.coalesce(g.c.joined_at, now)}
    else:
        values["left_at"] = case((g.c.status == "joined", now), else_=g.c.left_at)
    return Prepared(update(g).where(_AT, g.c.status.in_(before(BRIDGE_LEG, new))).values(values))


_MOVE_LEG = {new: _moving(new) for new in BRIDGE_LEG.states if new != BRIDGE_LEG.start}


def _bridging(new: str) -> Prepared[Any]:
    now = bindparam("now", type_=b.c.created_at.type)
    moment = {"together": "together_at", "over": "ended_at"}.get(new)
    values: dict[str, Any] = {"status": new}
    if moment is not None:
        values[moment] = func.coalesce(b.c[moment], now)
    else:
        values["round"] = b.c.round
    where = (b.c.id == bindparam("of"), b.c.status.in_(before(BRIDGE, new)))
    return Prepared(update(b).where(*where).values(values))


_MOVE = {new: _bridging(new) for new in BRIDGE.states if new != BRIDGE.start}
_ROUND = Prepared(
    update(b)
    .where(b.c.id == bindparam("of"), b.c.round < bindparam("next"))
    .values(round=bindparam("next"))
)
_OPEN = Prepared(select(b.c.id).where(b.c.status != OVER, b.c.created_at <= bindparam("now")))
_OF_PERSON = Prepared(
    select(b.c.id)
    .join(g, g.c.bridge_id == b.c.id)
    .where(g.c.person_id == bindparam("person_id"), g.c.status != GONE, b.c.status != OVER)
    .distinct()
)
_ALL_GONE = Prepared(
    update(g)
    .where(g.c.bridge_id == bindparam("of"), g.c.status != GONE)
    .values(
        status=GONE, since=bindparam("now"), token=None,
        came_to=func.coalesce(g.c.came_to, bindparam("why")),
    )
)  # fmt: skip
_OLD = Prepared(
    select(b.c.id)
    .where(
        b.c.id > bindparam("after"),
        b.c.room != "",
        or_(b.c.ended_at < bindparam("before"), b.c.created_at < bindparam("before")),
    )
    .order_by(b.c.id)
    .limit(bindparam("most"))
)
_FADE = Prepared(update(b).where(among(b.c.id, "ids")).values(room=""))


# --- a bridge


def begin(tx: Tx, bridge: Bridge) -> bool:
    """Begin it; False where its case has one that is not over."""
    values = bridge._asdict()
    return _BEGIN.run(tx, **{name: values[name] for name in Bridge._fields[:7]}) > 0


def load(tx: Tx, bridge_id: str) -> Bridge | None:
    """The bridge, locked."""
    return _LOAD.one(tx, id=bridge_id)


def open_of(tx: Tx, case_id: str) -> Bridge | None:
    """The one bridge of this case that is not over, locked."""
    return _OPEN_OF.one(tx, case_id=case_id)


def of_case(tx: Tx, case_id: str) -> list[Bridge]:
    """All of a case, the first first."""
    return _OF_CASE.all(tx, case_id=case_id)


def move(tx: Tx, bridge_id: str, status: str, now: datetime) -> bool:
    """Move a bridge as its table allows; False where it does not, or no longer."""
    moment = {} if status == "apart" else {"now": now}
    return _MOVE[status].run(tx, of=bridge_id, **moment) > 0


def room_ended(tx: Tx, bridge: Bridge, round_: int) -> None:
    """The room of that round is over: the next ones to meet do so in another."""
    _ROUND.run(tx, of=bridge.id, next=round_ + 1)


def end(tx: Tx, bridge_id: str, why: str, now: datetime) -> bool:
    """It is over, and nobody waits for anything of it; whether it was not before."""
    _ALL_GONE.run(tx, of=bridge_id, why=why, now=now)
    return move(tx, bridge_id, OVER, now)


# --- its phones


def add(tx: Tx, leg: Leg) -> None:
    values = leg._asdict()
    for name in ("came_to", "joined_at", "left_at"):
        del values[name]
    _ADD.send(tx, **values)


def legs(tx: Tx, bridge_id: str) -> list[Leg]:
    """Its phones, the first first."""
    return _LEGS.all(tx, bridge_id=bridge_id)


def leg(tx: Tx, leg_id: str) -> Leg | None:
    return _ONE_LEG.one(tx, id=leg_id)


def of_call(tx: Tx, call_id: str) -> tuple[Bridge, Leg] | None:
    """The bridge that this call belongs to, locked, and its phone in it, as it stands then."""
    mine = _BY_CALL.one(tx, of=call_id)
    return _with_bridge(tx, mine)


def of_conversation(tx: Tx, conversation_id: str) -> tuple[Bridge, Leg] | None:
    """The same for the phone whose flow this conversation is, the latest one."""
    mine = _BY_CONVERSATION.one(tx, of=conversation_id)
    return _with_bridge(tx, mine)


def _with_bridge(tx: Tx, mine: Leg | None) -> tuple[Bridge, Leg] | None:
    bridge = load(tx, mine.bridge_id) if mine is not None else None
    if mine is None or bridge is None:
        return None
    return bridge, leg(tx, mine.id) or mine


def rings(
    tx: Tx, leg_id: str, *, call_id: str, number_id: str, person_id: str | None,
    conversation_id: str | None = None,
) -> bool:  # fmt: skip
    """By which call it is rung; False where it is rung already, or nobody wants it any more."""
    return (
        _RING.run(
            tx, at=leg_id, call=call_id, number=number_id, person=person_id, talk=conversation_id
        )
        > 0
    )


def on(tx: Tx, leg_id: str, call_id: str) -> None:
    """It is this call, which was there before."""
    _ON.run(tx, at=leg_id, call=call_id)


def awaits(tx: Tx, leg_id: str, conversation_id: str, token: int) -> None:
    """This conversation waits for what comes of it."""
    _AWAITS.run(tx, at=leg_id, talk=conversation_id, **{"with": token})


def told(tx: Tx, leg_id: str) -> bool:
    """Its conversation is told what came of it; whether it still waited: it is told once."""
    return _TOLD.run(tx, at=leg_id) > 0


def move_leg(
    tx: Tx, leg_id: str, status: str, now: datetime, *, why: str | None = None, round_: int = 0
) -> bool:
    """Move a phone as its table allows; False where it does not, or no longer."""
    values: dict[str, Any] = {"at": leg_id, "now": now, "why": why}
    if status == "joined":
        values["room"] = round_
    return _MOVE_LEG[status].run(tx, **values) > 0


# --- what is left over


def end_all(tx: Tx, why: str, now: datetime) -> int:
    """After a restore: whoever was on the line then is not any more; how many."""
    found = [row[0] for row in _OPEN.all(tx, now=now)]
    for bridge_id in found:
        end(tx, bridge_id, why, now)
    return len(found)


def leave(tx: Tx, person_id: str, why: str, now: datetime) -> int:
    """Somebody is erased, or no volunteer any more: no bridge of theirs goes on; how many did."""
    found = [row[0] for row in _OF_PERSON.all(tx, person_id=person_id)]
    for bridge_id in found:
        end(tx, bridge_id, why, now)
    return len(found)


def old(tx: Tx, before_: datetime, after: str, most: int) -> list[str]:
    """Bridges over so long whose room is still known by its name."""
    return [row[0] for row in _OLD.all(tx, before=before_, after=after, most=most)]


def fade(tx: Tx, bridge_ids: Sequence[str]) -> int:
    """Forget the names of these rooms; how many."""
    return _FADE.run(tx, ids=list(bridge_ids))
