"""How occurrences move: in bulk, each move conditional on the states that its table allows.

Promise: which move is legal is read from `flows.states.OCCURRENCE`; a move that came too late
changes nothing, whoever makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, case, func

from flows.states import OCCURRENCE
from service.storage import tables
from service.storage.database import Tx
from service.storage.moments import Moment
from service.storage.statements import Prepared, among
from service.storage.tables import of

o = of(tables.Occurrence)


class OccurrenceMove(NamedTuple):
    """One occurrence to a new status, or only a reading of its answer where status is None."""

    id: str
    status: str | None
    at: datetime
    answer: str | None = None


def _before(new: str) -> tuple[str, ...]:
    before = [old for old in OCCURRENCE.states if OCCURRENCE.allows(old, new)]
    if new == "answered":
        # An answer may be heard before the carrier's word that it took the question: it proves
        # the question came, so both moves are made in one.
        before.append(OCCURRENCE.start)
    return tuple(before)


_SETTLES = ("answered", "answered late", "missed", "unreachable", "skipped")


def _moving(new: str) -> Prepared[tuple[str]]:
    values: dict[str, object] = {"status": new}
    if new in _SETTLES:
        values["settled_at"] = bindparam("now")
    if new == "prompted":
        values["prompted_at"] = bindparam("now")
    return Prepared(
        o.update().where(o.c.id == bindparam("at"), o.c.status.in_(_before(new))).values(values)
    )


def _answering(new: str) -> Prepared[tuple[str]]:
    """The move of an answer, and its reading: that counts even where the move came too late."""
    now = bindparam("now", type_=Moment)
    moves = o.c.status.in_(_before(new))
    return Prepared(
        o.update()
        .where(o.c.id == bindparam("at"))
        .values(
            status=case((moves, new), else_=o.c.status),
            settled_at=case((moves, now), else_=o.c.settled_at),
            prompted_at=case((moves, func.coalesce(o.c.prompted_at, now)), else_=o.c.prompted_at),
            answer=case(
                (o.c.answer.in_(_OUTWEIGHS), o.c.answer),
                else_=func.coalesce(bindparam("answer"), o.c.answer),
            ),
        )
    )


# A worry outweighs every other reading, and a clear answer an unclear one.
_OUTWEIGHS = ("concern", "duress")
_ANSWERS = ("answered", "answered late")
_MOVE = {
    new: _answering(new) if new in _ANSWERS else _moving(new)
    for new in OCCURRENCE.states
    if _before(new)
}
_READ = Prepared(
    o.update()
    .where(
        o.c.id == bindparam("at"),
        func.coalesce(o.c.answer, "").not_in(_OUTWEIGHS),
    )
    .values(answer=bindparam("answer"))
)
_PROMPTED = Prepared(
    o.update()
    .where(among(o.c.conversation_id, "conversations"), o.c.status == "due")
    .values(status="prompted", prompted_at=bindparam("now"))
)


def make(tx: Tx, moves: Sequence[OccurrenceMove]) -> None:
    """Make these moves in their order; those of a kind that stand together go together."""
    at = 0
    while at < len(moves):
        status, end = moves[at].status, at
        while end < len(moves) and moves[end].status == status:
            end += 1
        batch = moves[at:end]
        answered = status in _ANSWERS
        if status is not None:
            timed = status in _SETTLES or status == "prompted"
            _MOVE[status].many(tx, [_values(move, timed, answered) for move in batch])
        read = [move for move in batch if move.answer is not None]
        if read and not answered:
            _READ.many(tx, [{"at": move.id, "answer": move.answer} for move in read])
        at = end


def _values(move: OccurrenceMove, timed: bool, answered: bool) -> dict[str, object]:
    values: dict[str, object] = {"at": move.id}
    if timed:
        values["now"] = move.at
    if answered:
        values["answer"] = move.answer
    return values


def prompted(tx: Tx, conversation_ids: Sequence[str], now: datetime) -> None:
    """The carrier took the first text of these conversations."""
    _PROMPTED.send(tx, conversations=list(conversation_ids), now=now)
