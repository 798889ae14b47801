"""Who has a case: taken, handed over, given back, in contact.

Promise: of all who take a case at the same moment one wins, on both databases; whoever gives it
back, meets a person or misses the deadline changes only a case that is still theirs. Every move is
one conditional statement that says whether it won. Which moves there are is `flows.states.CASE`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from flows.states import CASE, before
from service.storage import tables
from service.storage.cases import COLUMNS, OPENED, Case, opened
from service.storage.database import Tx
from service.storage.statements import Prepared, among
from service.storage.tables import of

c = of(tables.Case)

HELD = ("accepted", "in contact")
_AT = c.c.id == bindparam("at")
_THEIRS = (_AT, func.coalesce(c.c.holder_id, "") == bindparam("holder"))
_TAKE = Prepared(
    update(c)
    .where(_AT, c.c.status.in_(before(CASE, "accepted")))
    .values(
        status="accepted",
        holder_id=bindparam("person_id"),
        holder_number_id=bindparam("number_id"),
        taken_at=bindparam("now"),
        deadline_at=bindparam("deadline"),
    )
)
_HAND_OVER = Prepared(
    update(c)
    .where(*_THEIRS, c.c.status.in_(HELD))
    .values(
        holder_id=bindparam("person_id"),
        holder_number_id=bindparam("number_id"),
        taken_at=bindparam("now"),
        deadline_at=bindparam("deadline"),
    )
)
_REOPEN = Prepared(update(c).where(*_THEIRS, c.c.status.in_(before(CASE, "open"))).values(OPENED))
_LATE = Prepared(
    update(c)
    .where(*_THEIRS, c.c.status == "accepted", c.c.deadline_at <= bindparam("now"))
    .values(OPENED)
)
_CONTACT = Prepared(
    update(c)
    .where(*_THEIRS, c.c.status.in_(before(CASE, "in contact")))
    .values(status="in contact", deadline_at=None)
)
_DEADLINE = Prepared(
    update(c).where(*_THEIRS, c.c.status.in_(HELD)).values(deadline_at=bindparam("deadline"))
)
_PHONE = Prepared(
    update(c).where(*_THEIRS, c.c.status.in_(HELD)).values(holder_number_id=bindparam("number_id"))
)
_HELD_BY = Prepared(
    select(*COLUMNS)
    .where(c.c.status.in_(HELD), among(c.c.holder_id, "ids"))
    .order_by(c.c.taken_at, c.c.id)
)
_HELD_AT = Prepared(
    select(*COLUMNS)
    .where(
        c.c.status.in_(HELD),
        c.c.holder_id.is_(None),
        c.c.holder_number_id == bindparam("number_id"),
    )
    .order_by(c.c.taken_at, c.c.id)
)
_COUNTS = Prepared(
    select(c.c.holder_id, func.count())
    .where(c.c.status.in_(HELD), among(c.c.holder_id, "ids"))
    .group_by(c.c.holder_id)
)
_LAST_HELPER = Prepared(
    select(c.c.holder_id)
    .where(c.c.person_id == bindparam("person_id"), c.c.holder_id.is_not(None))
    .order_by(c.c.taken_at.desc(), c.c.id.desc())
    .limit(bindparam("most"))
)


def take(
    tx: Tx,
    case_id: str,
    person_id: str | None,
    deadline: datetime | None,
    now: datetime,
    number_id: str | None = None,
) -> bool:
    """This person takes the case, from this phone (a coordinator may be only the phone), and makes
    contact by the deadline. False where
    somebody has it already (they themselves, perhaps), or it is over."""
    return (
        _TAKE.run(
            tx, at=case_id, person_id=person_id, number_id=number_id, deadline=deadline, now=now
        )
        > 0
    )


def hand_over(
    tx: Tx,
    case_id: str,
    from_id: str | None,
    to_id: str,
    deadline: datetime | None,
    now: datetime,
    number_id: str | None = None,
) -> bool:
    """Another has it from now on, and the state stays. False where it is not `from_id`'s any
    more (None: of somebody who is no person of ours)."""
    return (
        _HAND_OVER.run(
            tx, at=case_id, holder=from_id or "", person_id=to_id, number_id=number_id,
            deadline=deadline, now=now,
        )
        > 0
    )  # fmt: skip


def reopen(tx: Tx, case_id: str, holder_id: str | None) -> bool:
    """Who has it gives it back: it is open, at step 0 of the next round. False where it is not
    theirs."""
    return _REOPEN.run(tx, at=case_id, holder=holder_id or "") > 0


def too_late(tx: Tx, case_id: str, holder_id: str | None, now: datetime) -> bool:
    """The deadline is over without contact: as `reopen`. False where they made contact, were
    given more time, or the case is another's."""
    return _LATE.run(tx, at=case_id, holder=holder_id or "", now=now) > 0


def contact(tx: Tx, case_id: str, holder_id: str | None) -> bool:
    """Who has it reached the person; no deadline any more. False where it is not theirs, or they
    said so before."""
    return _CONTACT.run(tx, at=case_id, holder=holder_id or "") > 0


def set_deadline(tx: Tx, case_id: str, holder_id: str | None, deadline: datetime | None) -> bool:
    """By when who has it makes contact. False where it is not theirs."""
    return _DEADLINE.run(tx, at=case_id, holder=holder_id or "", deadline=deadline) > 0


def set_phone(tx: Tx, case_id: str, holder_id: str, number_id: str) -> bool:
    """On which of their phones they hold it now. False where it is not theirs."""
    return _PHONE.run(tx, at=case_id, holder=holder_id, number_id=number_id) > 0


def held_by(tx: Tx, person_ids: Sequence[str]) -> dict[str, list[Case]]:
    """The cases that each of these people has now, the first taken first, in one statement."""
    found: dict[str, list[Case]] = {person_id: [] for person_id in person_ids}
    for row in _HELD_BY.all(tx, ids=list(found)):
        case = opened(tx, row)
        found[str(case.holder_id)].append(case)
    return found


def held_at(tx: Tx, number_id: str) -> list[Case]:
    """The cases of a coordinator who is only a number, the first taken first."""
    return [opened(tx, row) for row in _HELD_AT.all(tx, number_id=number_id)]


def counts(tx: Tx, person_ids: Iterable[str]) -> dict[str, int]:
    """How many cases each of these people has now, in one statement; who has none is not there."""
    return dict(_COUNTS.all(tx, ids=list(person_ids)))


def helpers_of(tx: Tx, person_id: str, most: int = 5) -> list[str]:
    """Who took cases of this person, the latest first."""
    rows = _LAST_HELPER.all(tx, person_id=person_id, most=most * 4)
    return list(dict.fromkeys(row[0] for row in rows))[:most]
