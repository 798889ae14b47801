"""Cases: a person who needs a human being, and everything that happened about it.

Promise: a person has at most one open case of a kind, and a code means one case while that is open
and for a day after it was settled: the database decides both. Notes and details are sealed. Which
move is legal is read from `flows.states.CASE`; a move that came too late changes nothing. Who
takes a case and holds it is `holding`; whom it was told is `case_alerts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, func, literal, literal_column, or_, select, update

from flows.states import CASE, before
from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among, insert_into, put
from service.storage.tables import of
from service.storage.tables.care import OPEN_CASE as _OPEN
from service.storage.tables.care import SETTLED_CASES as SETTLED

c = of(tables.Case)
e = of(tables.CaseEvent)
o = of(tables.CaseCode)
t = of(tables.Timer)

CODE_RESTS = timedelta(days=1)  # so long after its case was settled a code means nothing else
MARKS = ("missed", "false alarm")


class Case(NamedTuple):
    """A case as stored; the note is plain. `holder_id` is the person who took it, None where
    nobody did, or somebody who is no person of ours."""

    id: str
    code: str
    person_id: str
    number_id: str | None
    kind: str
    priority: str
    status: str
    policy_hash: str | None
    note: str | None
    opened_at: datetime
    stopped: bool
    settled_at: datetime | None
    holder_id: str | None = None
    holder_number_id: str | None = None
    taken_at: datetime | None = None
    deadline_at: datetime | None = None
    step: int = 0
    round: int = 0
    told_at: datetime | None = None
    mark: str | None = None


class NewCase(NamedTuple):
    """A case to be opened."""

    id: str
    code: str
    person_id: str
    number_id: str | None
    kind: str
    priority: str
    status: str
    policy_hash: str | None
    note: str | None
    opened_at: datetime
    stopped: bool = False


class CaseEvent(NamedTuple):
    """One thing that happened in a case; the detail is plain."""

    at: datetime
    act: str
    actor: str
    detail: str | None = None


COLUMNS = [c.c.sealed_note if name == "note" else c.c[name] for name in Case._fields]  # of `opened`
_ADD = put(
    c, "id", "code", "person_id", "number_id", "kind", "priority", "status", "policy_hash",
    "sealed_note", "opened_at", "stopped", "step", "round",
)  # fmt: skip
_LOAD = Prepared(select(*COLUMNS).where(among(c.c.id, "ids")))
_HAS_WORDS = or_(
    c.c.sealed_note.is_not(None),
    exists().where(e.c.case_id == c.c.id, e.c.sealed_detail.is_not(None)),
)
_OPEN_OF = Prepared(select(*COLUMNS).where(c.c.person_id == bindparam("person_id"), _OPEN))
_OF_PERSON = Prepared(
    select(*COLUMNS).where(c.c.person_id == bindparam("person_id")).order_by(c.c.id.desc())
)
_BY_CODE = Prepared(select(*COLUMNS).where(c.c.code == bindparam("code"), _OPEN))
_LISTING = Prepared(
    select(*COLUMNS).where(_OPEN).order_by(c.c.opened_at, c.c.id).limit(bindparam("most"))
)
_HISTORY = Prepared(select(*COLUMNS).order_by(c.c.id.desc()).limit(bindparam("most")))


# A case that is open again begins its steps anew, in a round of their own: who was asked before
# is asked again.
OPENED: dict[str, Any] = {
    "status": "open", "holder_id": None, "holder_number_id": None, "deadline_at": None,
    "step": 0, "round": c.c.round + 1,
}  # fmt: skip
# What else a move changes: nobody holds an open case, and whoever is in contact met the deadline.
_WITH: dict[str, dict[str, Any]] = {
    **{state: {"settled_at": bindparam("now"), "deadline_at": None} for state in SETTLED},
    "open": OPENED,
    "accepted": {"taken_at": bindparam("now")},
    "in contact": {"deadline_at": None},
}
_MOMENT = (*SETTLED, "accepted")  # moves that note when they were


def _moving(new: str) -> Prepared[tuple[Any, ...]]:
    return Prepared(
        update(c)
        .where(c.c.id == bindparam("at"), c.c.status.in_(before(CASE, new)))
        .values({"status": new} | _WITH.get(new, {}))
    )


_MOVE = {new: _moving(new) for new in CASE.states}
_PRIORITY = Prepared(
    update(c).where(c.c.id == bindparam("at")).values(priority=bindparam("priority"))
)
_STEP = Prepared(
    update(c)
    .where(
        c.c.id == bindparam("at"),
        c.c.status.in_(before(CASE, "notifying")),
        c.c.step == bindparam("was_step"),
        c.c.round == bindparam("was_round"),
    )
    .values(status="notifying", step=bindparam("to_step"), round=bindparam("to_round"))
)
_TOLD = Prepared(update(c).where(among(c.c.id, "ids")).values(told_at=bindparam("now")))
_MARK = Prepared(update(c).where(c.c.id == bindparam("at")).values(mark=bindparam("mark")))
_MARKED = Prepared(
    select(*COLUMNS)
    .where(c.c.mark.is_not(None), c.c.id > bindparam("after"))
    .order_by(c.c.id)
    .limit(bindparam("most"))
)
_used_by = c.alias("used_by")
# Nobody has the code, or whoever has had it is settled long enough.
_RESERVE = Prepared(
    insert_into(o)
    .values(code=bindparam("code"), case_id=bindparam("case_id"))
    .on_conflict_do_update(
        index_elements=["code"],
        set_={"case_id": bindparam("case_id")},
        where=exists().where(
            # by its name: in this place SQLAlchemy would read the table once more
            _used_by.c.id == literal_column("case_code.case_id"),
            _used_by.c.settled_at <= bindparam("rested"),
        ),
    )
)
_CODED = Prepared(
    select(*COLUMNS)
    .select_from(c.join(o, o.c.case_id == c.c.id))
    .where(o.c.code == bindparam("code"))
)
_UNWATCHED = Prepared(
    select(*COLUMNS)
    .where(
        c.c.status.in_(("open", "notifying", "exhausted")),
        ~exists().where(t.c.key == literal("case:").concat(c.c.id)),
    )
    .order_by(c.c.opened_at, c.c.id)
    .limit(bindparam("most"))
)
_OLD = Prepared(
    select(c.c.id)
    .where(c.c.id > bindparam("after"), c.c.settled_at < bindparam("before"), _HAS_WORDS)
    .order_by(c.c.id)
    .limit(bindparam("most"))
)
_FADE = Prepared(update(c).where(among(c.c.id, "ids")).values(sealed_note=None))
_FADE_EVENTS = Prepared(
    update(e)
    .where(among(e.c.case_id, "ids"), e.c.sealed_detail.is_not(None))
    .values(sealed_detail=None)
)
_STOPPED = Prepared(update(c).where(c.c.id == bindparam("at")).values(stopped=True))
_FORGET = Prepared(update(c).where(c.c.person_id == bindparam("of")).values(sealed_note=None))
_FORGET_EVENTS = Prepared(
    update(e)
    .where(e.c.case_id.in_(select(c.c.id).where(c.c.person_id == bindparam("of"))))
    .values(sealed_detail=None)
)
_COUNTS = Prepared(select(c.c.status, func.count()).where(_OPEN).group_by(c.c.status))
_NOTE = put(e)
_EVENTS = Prepared(
    select(e.c.at, e.c.act, e.c.actor, e.c.sealed_detail, e.c.id)
    .where(e.c.case_id == bindparam("case_id"))
    .order_by(e.c.at, e.c.id)
)


def add(tx: Tx, case: NewCase) -> None:
    """Open this case. Refused, at the latest by the commit, where the person has an open one of
    this kind, or the code is taken by an open one."""
    values = case._asdict()
    sealed = tx.sealer.seal_text(values.pop("note"), f"case.sealed_note:{case.id}")
    _ADD.send(tx, **values, sealed_note=sealed, step=0, round=0)


def reserve(tx: Tx, code: str, case_id: str, now: datetime) -> bool:
    """Have this code for a case that is about to be opened. False where another case has it that
    is open, or was settled less than a day ago."""
    if by_code(tx, code) is not None:  # of the release before, which reserves nothing
        return False
    return _RESERVE.run(tx, code=code, case_id=case_id, rested=now - CODE_RESTS) > 0


def load(tx: Tx, case_id: str) -> Case | None:
    return load_many(tx, [case_id]).get(case_id)


def load_many(tx: Tx, case_ids: Iterable[str]) -> dict[str, Case]:
    """All of these in one statement, by id."""
    return {row[0]: opened(tx, row) for row in _LOAD.all(tx, ids=list(case_ids))}


def open_of(tx: Tx, person_id: str, kind: str) -> Case | None:
    """The person's open case of that kind."""
    return next((case for case in all_open_of(tx, person_id) if case.kind == kind), None)


def all_open_of(tx: Tx, person_id: str) -> list[Case]:
    return [opened(tx, row) for row in _OPEN_OF.all(tx, person_id=person_id)]


def of_person(tx: Tx, person_id: str) -> list[Case]:
    """All of a person's cases, the latest first."""
    return [opened(tx, row) for row in _OF_PERSON.all(tx, person_id=person_id)]


def by_code(tx: Tx, code: str) -> Case | None:
    """The open case with that code."""
    row = _BY_CODE.one(tx, code=code)
    return None if row is None else opened(tx, row)


def coded(tx: Tx, code: str) -> Case | None:
    """The case that this code means: the open one, or the one that had it last."""
    found = by_code(tx, code)
    if found is not None:
        return found
    row = _CODED.one(tx, code=code)
    return None if row is None else opened(tx, row)


def listing(tx: Tx, *, settled: bool = False, most: int = 200) -> list[Case]:
    """Open cases, the oldest first; with `settled`, all of them, the latest first."""
    rows = (_HISTORY if settled else _LISTING).all(tx, most=most)
    return [opened(tx, row) for row in rows]


def move(tx: Tx, case_id: str, status: str, at: datetime) -> bool:
    """Move a case, if its present status allows it; whether this call won."""
    values = {"now": at} if status in _MOMENT else {}
    return _MOVE[status].run(tx, at=case_id, **values) > 0


def set_priority(tx: Tx, case_id: str, priority: str) -> None:
    _PRIORITY.run(tx, at=case_id, priority=priority)


def notify(tx: Tx, case_id: str, was: tuple[int, int], to: tuple[int, int]) -> bool:
    """The ladder goes from one (step, round) to another, and the case is notifying. False where
    it stands elsewhere by now, or somebody has the case."""
    return (
        _STEP.run(tx, at=case_id, was_step=was[0], was_round=was[1], to_step=to[0], to_round=to[1])
        > 0
    )


def told(tx: Tx, case_ids: Sequence[str], now: datetime) -> None:
    """The people whose cases these are heard from us just now."""
    _TOLD.run(tx, ids=list(case_ids), now=now)


def set_mark(tx: Tx, case_id: str, mark: str | None) -> bool:
    """What it taught us: one of MARKS; whether there is such a case. Raises ValueError."""
    if mark is not None and mark not in MARKS:
        raise ValueError(f"{mark!r} is no mark of a case: one of {', '.join(MARKS)}")
    return _MARK.run(tx, at=case_id, mark=mark) > 0


def marked(tx: Tx, after: str = "", most: int = 100) -> list[Case]:
    """Cases that were marked, those after a given id."""
    return [opened(tx, row) for row in _MARKED.all(tx, after=after, most=most)]


def set_stopped(tx: Tx, case_id: str) -> None:
    """The person asked for no more texts: call, or write nothing."""
    _STOPPED.run(tx, at=case_id)


def add_event(tx: Tx, case_id: str, act: str, actor: str, detail: str | None, at: datetime) -> None:
    """Add what happened."""
    id_ = ids.new()
    sealed = tx.sealer.seal_text(detail, f"case_event.sealed_detail:{id_}")
    _NOTE.send(tx, id=id_, case_id=case_id, at=at, act=act, actor=actor, sealed_detail=sealed)


def events(tx: Tx, case_id: str) -> list[CaseEvent]:
    """What happened, the first first."""
    return [
        CaseEvent(
            row[0],
            row[1],
            row[2],
            tx.sealer.open_text(row[3], f"case_event.sealed_detail:{row[4]}"),
        )
        for row in _EVENTS.all(tx, case_id=case_id)
    ]


def counts(tx: Tx) -> dict[str, int]:
    """How many cases are open, by status."""
    return dict(_COUNTS.all(tx))


def forget(tx: Tx, person_id: str) -> None:
    """Take the words out of a person's cases; what was done when stays."""
    _FORGET.run(tx, of=person_id)
    _FORGET_EVENTS.run(tx, of=person_id)


def unwatched(tx: Tx, most: int = 1000) -> list[Case]:
    """Cases that wait for somebody, and that nothing will look at again: of a release before."""
    return [opened(tx, row) for row in _UNWATCHED.all(tx, most=most)]


def old(tx: Tx, before: datetime, after: str, most: int) -> list[str]:
    """Ids of cases with words that were settled before a moment, those after a given id."""
    return [row[0] for row in _OLD.all(tx, before=before, after=after, most=most)]


def fade(tx: Tx, case_ids: Sequence[str]) -> int:
    """Take the words out of these cases and of all that happened in them; how many cases."""
    _FADE_EVENTS.run(tx, ids=list(case_ids))
    return _FADE.run(tx, ids=list(case_ids))


def opened(tx: Tx, row: Sequence[Any]) -> Case:
    """A row of COLUMNS with its note opened."""
    note = tx.sealer.open_text(row[8], f"case.sealed_note:{row[0]}")
    return Case._make((*row[:8], note, *row[9:]))
