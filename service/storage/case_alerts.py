"""Alerts: who was asked to take which case, at which step, and what came of it.

Promise: a person is asked once a step and round, whoever asks twice; every move is one
conditional statement, and says whether it won. Which move is legal is read from
`flows.states.ALERT`. Nobody's words and no number stand here. Whether the case itself is taken is
`cases`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from flows.states import ALERT, before
from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Bulk, Prepared, among
from service.storage.tables import of
from service.storage.tables.care import OPEN_CASE

a = of(tables.CaseAlert)
c = of(tables.Case)

TOLD, ACCEPTED, PASSED, SILENT, FAILED, NEEDLESS = (
    "told", "accepted", "passed", "silent", "failed", "needless",
)  # fmt: skip


class NewAlert(NamedTuple):
    """An alert about to be given. `person_id` is None for a coordinator who is only a number."""

    id: str
    case_id: str
    person_id: str | None
    number_id: str | None
    channel: str
    step: int
    round: int
    at: datetime


class Alert(NamedTuple):
    """An alert as stored."""

    id: str
    case_id: str
    person_id: str | None
    number_id: str | None
    channel: str
    step: int
    round: int
    status: str
    conversation_id: str | None
    message_id: str | None
    call_id: str | None
    at: datetime
    settled_at: datetime | None


_COLUMNS = [a.c[name] for name in Alert._fields]
_TELL = Bulk(
    a, "id", "case_id", "person_id", "number_id", "channel", "step", "round", "at", "status",
    skip_known=True,
)  # fmt: skip
_LOAD = Prepared(select(*_COLUMNS).where(a.c.id == bindparam("id")), Alert._make)
_OF_CASES = Prepared(
    select(*_COLUMNS).where(among(a.c.case_id, "ids")).order_by(a.c.at, a.c.id), Alert._make
)


def _found_by(name: str) -> Prepared[Alert]:
    return Prepared(
        select(*_COLUMNS)
        .where(a.c[name] == bindparam("id"), a.c[name].is_not(None))
        .order_by(a.c.at.desc(), a.c.id.desc()),
        Alert._make,
    )


_BY_MESSAGE, _BY_CALL = _found_by("message_id"), _found_by("call_id")
_BY_CONVERSATION = _found_by("conversation_id")
_STANDING = Prepared(
    select(*_COLUMNS)
    .select_from(a.join(c, c.c.id == a.c.case_id))
    .where(among(a.c.person_id, "ids"), a.c.status == TOLD, OPEN_CASE)
    .order_by(a.c.at.desc(), a.c.id.desc()),
    Alert._make,
)
_ASKED = Prepared(
    select(a.c.person_id, func.count())
    .select_from(a.join(c, c.c.id == a.c.case_id))
    .where(among(a.c.person_id, "ids"), a.c.status == TOLD, OPEN_CASE)
    .group_by(a.c.person_id)
)
_LATELY = Prepared(
    select(*_COLUMNS)
    .where(a.c.person_id == bindparam("person_id"), a.c.at >= bindparam("since"))
    .order_by(a.c.at.desc(), a.c.id.desc()),
    Alert._make,
)
_LATELY_AT = Prepared(
    select(*_COLUMNS)
    .where(
        a.c.person_id.is_(None),
        a.c.number_id == bindparam("number_id"),
        a.c.at >= bindparam("since"),
    )
    .order_by(a.c.at.desc(), a.c.id.desc()),
    Alert._make,
)
_LATEST = Prepared(
    select(*_COLUMNS)
    .where(a.c.person_id == bindparam("person_id"))
    .order_by(a.c.at.desc(), a.c.id.desc())
    .limit(bindparam("most")),
    Alert._make,
)
_BIND = Prepared(
    a.update()
    .where(a.c.id == bindparam("at_id"))
    .values(
        conversation_id=func.coalesce(bindparam("conversation_id"), a.c.conversation_id),
        message_id=func.coalesce(bindparam("message_id"), a.c.message_id),
        call_id=func.coalesce(bindparam("call_id"), a.c.call_id),
        channel=func.coalesce(bindparam("channel"), a.c.channel),
        number_id=func.coalesce(bindparam("number_id"), a.c.number_id),
    )
)


def _moving(new: str) -> Prepared[tuple[Any, ...]]:
    return Prepared(
        a.update()
        .where(among(a.c.id, "ids"), a.c.status.in_(before(ALERT, new)))
        .values(status=new, settled_at=bindparam("now"))
        .returning(a.c.id)
    )


_MOVE = {new: _moving(new) for new in ALERT.states if new != ALERT.start}
_STILL_OPEN = Prepared(
    select(*_COLUMNS)
    .where(
        a.c.case_id == bindparam("of"),
        a.c.status.in_(before(ALERT, NEEDLESS)),
        func.coalesce(a.c.person_id, "") != bindparam("holder"),
    )
    .order_by(a.c.at, a.c.id)
    .with_for_update(),
    Alert._make,
)


def tell(tx: Tx, alerts: Sequence[NewAlert]) -> set[str]:
    """Note these; ids of the new ones. Who was asked in that step and round already is not asked
    again."""
    return set(_TELL.insert(tx, [(*alert, TOLD) for alert in alerts]))


def bind(
    tx: Tx,
    alert_id: str,
    *,
    conversation_id: str | None = None,
    message_id: str | None = None,
    call_id: str | None = None,
    channel: str | None = None,
    number_id: str | None = None,
) -> None:
    """By which conversation, text or call it goes. What is not given stays."""
    _BIND.send(
        tx, at_id=alert_id, conversation_id=conversation_id, message_id=message_id,
        call_id=call_id, channel=channel, number_id=number_id,
    )  # fmt: skip


def load(tx: Tx, alert_id: str) -> Alert | None:
    return _LOAD.one(tx, id=alert_id)


def of_case(tx: Tx, case_id: str) -> list[Alert]:
    """All alerts of a case, the first first."""
    return _OF_CASES.all(tx, ids=[case_id])


def of_cases(tx: Tx, case_ids: Sequence[str]) -> dict[str, list[Alert]]:
    """The same of many cases in one statement, by case."""
    found: dict[str, list[Alert]] = {case_id: [] for case_id in case_ids}
    for alert in _OF_CASES.all(tx, ids=list(found)):
        found[alert.case_id].append(alert)
    return found


def by_message(tx: Tx, message_id: str) -> Alert | None:
    """The alert that went by this text."""
    return _BY_MESSAGE.one(tx, id=message_id)


def by_call(tx: Tx, call_id: str) -> Alert | None:
    """The alert that went by this call."""
    return _BY_CALL.one(tx, id=call_id)


def by_conversation(tx: Tx, conversation_id: str) -> Alert | None:
    """The alert that this conversation is about."""
    return _BY_CONVERSATION.one(tx, id=conversation_id)


def standing(tx: Tx, person_ids: Sequence[str]) -> dict[str, list[Alert]]:
    """What each of these people is asked just now, by person, the latest first; only of cases
    that are open."""
    found: dict[str, list[Alert]] = {person_id: [] for person_id in person_ids}
    for alert in _STANDING.all(tx, ids=list(found)):
        found[str(alert.person_id)].append(alert)
    return found


def asked(tx: Tx, person_ids: Sequence[str]) -> dict[str, int]:
    """Of how many open cases each of these people is asked just now; who is not is not there."""
    return dict(_ASKED.all(tx, ids=list(person_ids)))


def lately(tx: Tx, person_id: str, since: datetime) -> list[Alert]:
    """What a person was asked since a moment, the latest first, whatever came of it."""
    return _LATELY.all(tx, person_id=person_id, since=since)


def lately_at(tx: Tx, number_id: str, since: datetime) -> list[Alert]:
    """The same of a coordinator who is only a number."""
    return _LATELY_AT.all(tx, number_id=number_id, since=since)


def latest(tx: Tx, person_id: str, most: int) -> list[Alert]:
    """What a person was asked, the latest first, at most so many."""
    return _LATEST.all(tx, person_id=person_id, most=most)


def settle(tx: Tx, alert_ids: Iterable[str], status: str, now: datetime) -> set[str]:
    """Move these, where each one's status allows it; ids of those that moved."""
    return {row[0] for row in _MOVE[status].all(tx, ids=list(alert_ids), now=now)}


def needless(tx: Tx, case_id: str, holder_id: str | None, now: datetime) -> list[Alert]:
    """Nobody else need answer: all open alerts of a case except the holder's are needless; which,
    each with the status that it had before."""
    found = _STILL_OPEN.all(tx, of=case_id, holder=holder_id or "")
    moved = settle(tx, [alert.id for alert in found], NEEDLESS, now) if found else set()
    return [alert for alert in found if alert.id in moved]
