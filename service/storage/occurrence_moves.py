"""How occurrences move: in bulk, each move conditional on the states that its table allows.

Promise: which move is legal is read from `flows.states.OCCURRENCE`; a move that came too late
changes nothing, whoever makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func

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
    if new.startswith("answered"):
        values["answer"] = func.coalesce(o.c.answer, bindparam("answer"))
        values["prompted_at"] = func.coalesce(o.c.prompted_at, bindparam("now", type_=Moment))
    return Prepared(
        o.update().where(o.c.id == bindparam("at"), o.c.status.in_(_before(new))).values(values)
    )


_MOVE = {new: _moving(new) for new in OCCURRENCE.states if _before(new)}
# A worry outweighs every other reading, and a clear answer an unclear one.
_READ = Prepared(
    o.update()
    .where(
        o.c.id == bindparam("at"),
        func.coalesce(o.c.answer, "").not_in(("concern", "duress")),
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
        if status is not None:
            answered = status.startswith("answered")
            timed = answered or status in _SETTLES or status == "prompted"
            _MOVE[status].many(tx, [_values(move, timed, answered) for move in batch])
        read = [move for move in batch if move.answer is not None]
        if read:
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
    _PROMPTED.run(tx, conversations=list(conversation_ids), now=now)
