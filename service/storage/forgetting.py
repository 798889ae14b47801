"""Forgetting: what is taken away of a person, a number, and of messages and calls that are old.

Promise: words, names and numbers go; ids, moments and states stay, so that counts and the trail
stay true. Each step may be repeated. The order of an erasure is `service/erasing.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, update

from flows.states import CALL_IN, CALL_OUT
from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among
from service.storage.tables import of

m = of(tables.Message)
n = of(tables.Number)
p = of(tables.Person)
k = of(tables.Call)
h = of(tables.CallStep)
link = of(tables.PersonNumber)
name = of(tables.PersonName)

# Also what was written on their phones before it was known by whom: as a stranger, or a word.
_THEIRS = or_(
    m.c.person_id == bindparam("of"),
    and_(m.c.person_id.is_(None), among(m.c.number_id, "numbers")),
)
_COUNT = Prepared(select(func.count()).where(m.c.person_id == bindparam("person_id")))
_STEPS = Prepared(
    select(func.count())
    .select_from(k.join(h, h.c.call_id == k.c.id))
    .where(k.c.person_id == bindparam("person_id"))
)
_SIDS = Prepared(
    select(m.c.carrier_sid).where(_THEIRS, m.c.carrier_sid.is_not(None)).order_by(m.c.created_at)
)
_HAS_WORDS = or_(m.c.sealed_body.is_not(None), m.c.sealed_media.is_not(None))
_NO_WORDS = {"sealed_body": None, "sealed_media": None}
_OF_PERSON = Prepared(update(m).where(_THEIRS, _HAS_WORDS).values(**_NO_WORDS))
_CANCELLED = {
    "status": "cancelled", "held_for": bindparam("reason"), "settled_at": bindparam("now"),
}  # fmt: skip
_NOBODYS = Prepared(
    update(m)
    .where(
        m.c.person_id.is_(None),
        among(m.c.number_id, "numbers"),
        m.c.status.in_(("pending", "held")),
    )
    .values(**_CANCELLED)
)
_CLOSE = Prepared(
    update(m).where(among(m.c.id, "ids"), m.c.status == "in doubt").values(**_CANCELLED)
)
_AT_THE_CARRIER = m.c.status.in_(("accepted", "sent"))  # its last word on them may never come
_OLD = Prepared(
    select(m.c.id)
    .where(
        m.c.id > bindparam("after"),
        or_(
            m.c.settled_at < bindparam("before"),
            and_(_AT_THE_CARRIER, m.c.created_at < bindparam("before")),
        ),
        _HAS_WORDS,
    )
    .order_by(m.c.id)
    .limit(bindparam("most"))
)
_OF_IDS = Prepared(update(m).where(among(m.c.id, "ids")).values(**_NO_WORDS))
# The same of their calls. What was said in one stands in its steps, and in its own state.
_THEIR_CALLS = or_(
    k.c.person_id == bindparam("of"),
    and_(k.c.person_id.is_(None), among(k.c.number_id, "numbers")),
)
_CALL_SIDS = Prepared(
    select(k.c.carrier_sid)
    .where(_THEIR_CALLS, k.c.carrier_sid.is_not(None))
    .order_by(k.c.created_at)
)
_STEP_HAS_WORDS = or_(h.c.sealed_heard.is_not(None), h.c.sealed_reply.is_not(None))
_SILENT = {"sealed_heard": None, "sealed_reply": None}
_STEPS_OF_PERSON = Prepared(
    update(h)
    .where(h.c.call_id.in_(select(k.c.id).where(_THEIR_CALLS)), _STEP_HAS_WORDS)
    .values(**_SILENT)
)
_STATES_OF_PERSON = Prepared(
    update(k).where(_THEIR_CALLS, k.c.sealed_state.is_not(None)).values(sealed_state=None)
)
_OVER = tuple(sorted(CALL_IN.finals | CALL_OUT.finals))
_ON_THE_LINE = k.c.status.in_(("ringing", "placed", "answered"))  # its end may never be told
_OLD_CALLS = Prepared(
    select(k.c.id)
    .where(
        k.c.id > bindparam("after"),
        k.c.created_at < bindparam("before"),
        or_(k.c.status.in_(_OVER), _ON_THE_LINE),
        or_(k.c.sealed_state.is_not(None), exists().where(h.c.call_id == k.c.id, _STEP_HAS_WORDS)),
    )
    .order_by(k.c.id)
    .limit(bindparam("most"))
)
_STEPS_OF_CALLS = Prepared(
    update(h).where(among(h.c.call_id, "ids"), _STEP_HAS_WORDS).values(**_SILENT)
)
_STATES_OF_CALLS = Prepared(update(k).where(among(k.c.id, "ids")).values(sealed_state=None))
_BLIND = Prepared(select(n.c.blind).where(n.c.id == bindparam("id")))
_UNLINK = Prepared(delete(link).where(link.c.number_id == bindparam("id")))
_NUMBER = Prepared(delete(n).where(n.c.id == bindparam("id")))
_NAMES = Prepared(delete(name).where(name.c.person_id == bindparam("id")))
_PERSON = Prepared(
    update(p)
    .where(p.c.id == bindparam("at"))
    .values(
        status="erased",
        sealed_fields=None,
        sealed_pin=None,
        sealed_safe=None,
        main_number_id=None,
        front_id=None,
        paused_until=None,
        erase_at=None,
    )
)


def count_messages(tx: Tx, person_id: str) -> int:
    """How many messages to and from a person are kept, what was said at each step of a call for
    one."""
    return int(_COUNT.value(tx, person_id=person_id)) + int(_STEPS.value(tx, person_id=person_id))


def sids_of(tx: Tx, person_id: str, number_ids: Sequence[str] = ()) -> list[str]:
    """The carrier's names of a person's messages and calls, which it has to forget as well.

    `number_ids`: their phones, for what was written there when nobody knew by whom.
    """
    found = _SIDS.all(tx, of=person_id, numbers=number_ids)
    found += _CALL_SIDS.all(tx, of=person_id, numbers=number_ids)
    return [row[0] for row in found]


def messages(tx: Tx, person_id: str, number_ids: Sequence[str] = ()) -> int:
    """Take the words out of all of a person's messages; how many had words."""
    return _OF_PERSON.run(tx, of=person_id, numbers=number_ids)


def calls(tx: Tx, person_id: str, number_ids: Sequence[str] = ()) -> int:
    """Take out what was said in all of a person's calls; how many steps had words."""
    _STATES_OF_PERSON.run(tx, of=person_id, numbers=number_ids)
    return _STEPS_OF_PERSON.run(tx, of=person_id, numbers=number_ids)


def cancel_nobodys(tx: Tx, number_ids: Sequence[str], reason: str, now: datetime) -> int:
    """What is to leave for these numbers and is for nobody in particular does not; how many."""
    return _NOBODYS.run(tx, numbers=list(number_ids), reason=reason, now=now)


def close_doubts(tx: Tx, ids: Sequence[str], reason: str, now: datetime) -> int:
    """These are in doubt, and are not looked for any more; how many."""
    return _CLOSE.run(tx, ids=list(ids), reason=reason, now=now)


def old_messages(tx: Tx, before: datetime, after: str, most: int) -> list[str]:
    """Ids of messages with words that were settled before a moment, those after a given id.

    It may look at many rows: ask it in a reading, then `strip` in a short writing.
    """
    return [row[0] for row in _OLD.all(tx, before=before, after=after, most=most)]


def strip(tx: Tx, message_ids: Sequence[str]) -> int:
    """Take the words out of these messages; how many there were."""
    return _OF_IDS.run(tx, ids=message_ids)


def old_calls(tx: Tx, before: datetime, after: str, most: int) -> list[str]:
    """Ids of calls with words from before a moment, those after a given id."""
    return [row[0] for row in _OLD_CALLS.all(tx, before=before, after=after, most=most)]


def strip_calls(tx: Tx, call_ids: Sequence[str]) -> int:
    """Take the words out of these calls; how many steps had some."""
    _STATES_OF_CALLS.run(tx, ids=call_ids)
    return _STEPS_OF_CALLS.run(tx, ids=call_ids)


def blinds_of(tx: Tx, number_id: str) -> Sequence[str]:
    """The keyed digest of a number, to know it by when it is gone; none where it is gone."""
    blind = _BLIND.value(tx, id=number_id)
    return [] if blind is None else [blind]


def number(tx: Tx, number_id: str) -> None:
    """Take a number away altogether. Whether it must never be texted is `suppressions`."""
    _UNLINK.run(tx, id=number_id)
    _NUMBER.run(tx, id=number_id)


def person(tx: Tx, person_id: str) -> None:
    """Take away all that says who a person was."""
    _NAMES.run(tx, id=person_id)
    _PERSON.run(tx, at=person_id)
