"""Where a person stands: number, person and front conversation, loaded and locked in one statement.

Promise: everything one turn reads about its own person comes from here, for one text or for a
wave of people alike; numbers are locked before persons, in the order of their ids. Changes are
written back by `save_numbers` and `save_people`, only for rows that changed.

The hot path of every text, so rows are driver rows turned into small mutable objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, exists, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among
from service.storage.tables import of

n, p, c = of(tables.Number), of(tables.Person), of(tables.Conversation)
s, m, v = of(tables.Setting), of(tables.Message), of(tables.Volunteer)

STAMP = "stamp"  # the setting row that changes whenever a definition or a setting does


@dataclass(slots=True)
class Number:
    """A phone number and what belongs to it, whoever holds the phone."""

    id: str
    number: str
    country: str | None
    kind: str
    opted_out_at: datetime | None
    opted_out_how: str | None
    asked_to_join_at: datetime | None
    unusable_code: str | None
    unusable_at: datetime | None
    shared: bool
    costs: bool
    active_person_id: str | None
    active_until: datetime | None
    expecting_word: bool
    replies_day: int
    replies_count: int
    last_heard_at: datetime | None
    changed: bool = False


@dataclass(slots=True)
class Person:
    """A person. `fields` are the declared fields, in plain values."""

    id: str
    status: str
    joined_at: datetime | None
    paused_until: datetime | None
    fields: dict[str, Any]
    language: str | None
    zone: str | None
    channel: str
    discreet: bool
    main_number_id: str | None
    sender_id: str | None
    front_id: str | None
    messages_day: int
    messages_count: int
    last_heard_at: datetime | None
    created_at: datetime
    erase_at: datetime | None
    has_safe_word: bool = False  # what it is: `people.safe`
    is_volunteer: bool = False
    changed: bool = False


@dataclass(slots=True)
class Conversation:
    """One conversation; `session` is the engine's own stored form, in plain bytes."""

    id: str
    person_id: str
    number_id: str | None
    sender_id: str | None
    flow: str
    edition: str
    status: str
    urgency: int
    session: bytes
    token: int
    outcome: str | None
    occurrence_id: str | None
    visible_since: datetime | None
    expires_at: datetime | None
    closed_until: datetime | None
    started_at: datetime
    ended_at: datetime | None
    new: bool = False
    changed: bool = False
    live: Any = None  # the session opened by `conversing`, as long as the turn lasts


@dataclass(slots=True)
class Standing:
    """What one turn begins with. `seen`: the text that it is for was taken before.

    `others_wait`: whether conversations may wait behind the front one; only `by_number` looks.
    """

    number: Number
    person: Person | None
    front: Conversation | None
    stamp: str | None = None
    seen: bool = False
    others_wait: bool = True


NUMBER = [
    n.c.id, n.c.sealed_number, n.c.country, n.c.kind, n.c.opted_out_at, n.c.opted_out_how,
    n.c.asked_to_join_at, n.c.unusable_code, n.c.unusable_at, n.c.shared, n.c.costs,
    n.c.active_person_id, n.c.active_until, n.c.expecting_word, n.c.replies_day,
    n.c.replies_count, n.c.last_heard_at,
]  # fmt: skip
PERSON = [
    p.c.id, p.c.status, p.c.joined_at, p.c.paused_until, p.c.sealed_fields, p.c.language,
    p.c.zone, p.c.channel, p.c.discreet, p.c.main_number_id, p.c.sender_id, p.c.front_id,
    p.c.messages_day, p.c.messages_count, p.c.last_heard_at, p.c.created_at, p.c.erase_at,
    p.c.sealed_safe.is_not(None),
    exists().where(v.c.person_id == p.c.id, v.c.status.in_(("active", "resting"))),
]  # fmt: skip
CONVERSATION = [
    c.c.id, c.c.person_id, c.c.number_id, c.c.sender_id, c.c.flow, c.c.edition, c.c.status,
    c.c.urgency, c.c.sealed_session, c.c.token, c.c.outcome, c.c.occurrence_id,
    c.c.visible_since, c.c.expires_at, c.c.closed_until, c.c.started_at, c.c.ended_at,
]  # fmt: skip
_waiting = c.alias("waiting")
STAMPED = select(s.c.value).where(s.c.key == STAMP).scalar_subquery().label("stamp")
_N, _P = len(NUMBER), len(NUMBER) + len(PERSON)

_TO_PERSON = n.outerjoin(p, p.c.id == n.c.active_person_id).outerjoin(c, c.c.id == p.c.front_id)
_BY_BLIND = Prepared(
    select(
        *NUMBER,
        *PERSON,
        *CONVERSATION,
        exists().where(m.c.carrier_sid == bindparam("sid")),
        exists().where(_waiting.c.person_id == p.c.id, _waiting.c.status == "waiting"),
        STAMPED,
    )
    .select_from(_TO_PERSON)
    .where(among(n.c.blind, "blinds"))
)
_BY_NUMBER_IDS = Prepared(
    select(*NUMBER, *PERSON, *CONVERSATION, STAMPED)
    .select_from(_TO_PERSON)
    .where(among(n.c.id, "ids"))
)
_BY_PEOPLE = Prepared(
    select(*NUMBER, *PERSON, *CONVERSATION, STAMPED)
    .select_from(p.join(n, n.c.id == p.c.main_number_id).outerjoin(c, c.c.id == p.c.front_id))
    .where(among(p.c.id, "ids"))
)
_PERSON = Prepared(select(*PERSON).where(p.c.id == bindparam("id")).with_for_update())

# PostgreSQL re-reads a row that it waited for, but not the rows joined to it. So the locks are
# taken by statements of their own, numbers first, and what is loaded afterwards is fresh.
_LOCK_BLIND = Prepared(select(n.c.id).where(among(n.c.blind, "blinds")).with_for_update())
_LOCK_HOLDER = Prepared(
    select(p.c.id)
    .where(p.c.id.in_(select(n.c.active_person_id).where(among(n.c.blind, "blinds"))))
    .with_for_update()
)
_LOCK_NUMBERS = Prepared(
    select(n.c.id).where(among(n.c.id, "ids")).order_by(n.c.id).with_for_update()
)
_LOCK_HOLDERS = Prepared(
    select(p.c.id)
    .where(p.c.id.in_(select(n.c.active_person_id).where(among(n.c.id, "ids"))))
    .order_by(p.c.id)
    .with_for_update()
)
_LOCK_MAIN_NUMBERS = Prepared(
    select(n.c.id)
    .where(n.c.id.in_(select(p.c.main_number_id).where(among(p.c.id, "ids"))))
    .order_by(n.c.id)
    .with_for_update()
)
_LOCK_PEOPLE = Prepared(
    select(p.c.id).where(among(p.c.id, "ids")).order_by(p.c.id).with_for_update()
)

# The same for who is free: a batch holds timers, which turns of these people may wait for, so it
# must not wait for those turns in its turn.
_FREE_MAIN_NUMBERS = Prepared(
    select(n.c.id)
    .where(n.c.id.in_(select(p.c.main_number_id).where(among(p.c.id, "ids"))))
    .order_by(n.c.id)
    .with_for_update(skip_locked=True)
)
_FREE_NUMBERS = Prepared(
    select(n.c.id, n.c.active_person_id)
    .where(among(n.c.id, "ids"))
    .order_by(n.c.id)
    .with_for_update(skip_locked=True)
)
_FREE_PEOPLE = Prepared(
    select(p.c.id, p.c.main_number_id)
    .where(among(p.c.id, "ids"))
    .order_by(p.c.id)
    .with_for_update(skip_locked=True)
)


def _lock(tx: Tx, number: Prepared[Any], person: Prepared[Any], **values: Any) -> None:
    """Numbers, then persons. On SQLite the write transaction is the lock."""
    if tx.postgres:
        number.send(tx, **values)
        person.send(tx, **values)


def by_number(tx: Tx, number: str, sid: str | None = None) -> Standing | None:
    """The standing of the person who holds this number now; None where we never saw it.

    `sid`: the carrier's name for the text that came from there. Two deliveries of one text go
    one after the other, since both lock its number first.
    """
    blinds = list(tx.sealer.blinds(number, "number"))
    _lock(tx, _LOCK_BLIND, _LOCK_HOLDER, blinds=blinds)
    rows = _BY_BLIND.all(tx, blinds=blinds, sid=sid)
    if not rows:
        return None
    *row, seen, others_wait, stamp = rows[0]
    found = opened(tx, (*row, stamp))
    found.seen, found.others_wait = bool(seen), bool(others_wait)
    return found


def by_people(
    tx: Tx, person_ids: Sequence[str], busy: set[str] | None = None
) -> dict[str, Standing]:
    """The standings of many people at once, each on their main number.

    With `busy`, nobody is waited for: who is in a turn of their own just now is put there.
    """
    wanted = list(person_ids)
    if busy is not None and tx.postgres:
        numbers = {row[0] for row in _FREE_MAIN_NUMBERS.all(tx, ids=wanted)}
        free = {row[0] for row in _FREE_PEOPLE.all(tx, ids=wanted) if row[1] in numbers}
        found = _BY_PEOPLE.all(tx, ids=wanted)
        busy.update(row[_N] for row in found if row[_N] not in free)
        return {row[_N]: opened(tx, row) for row in found if row[_N] in free}
    _lock(tx, _LOCK_MAIN_NUMBERS, _LOCK_PEOPLE, ids=wanted)
    return {row[_N]: opened(tx, row) for row in _BY_PEOPLE.all(tx, ids=wanted)}


def by_numbers(
    tx: Tx, number_ids: Sequence[str], busy: set[str] | None = None
) -> dict[str, Standing]:
    """The standings of many numbers at once, whoever holds them; `busy` as with `by_people`."""
    wanted = list(number_ids)
    if busy is not None and tx.postgres:
        holders = dict(_FREE_NUMBERS.all(tx, ids=wanted))
        people = {row[0] for row in _FREE_PEOPLE.all(tx, ids=[p for p in holders.values() if p])}
        free = {id_ for id_, holder in holders.items() if holder is None or holder in people}
        found = _BY_NUMBER_IDS.all(tx, ids=wanted)
        busy.update(row[0] for row in found if row[0] not in free)
        return {row[0]: opened(tx, row) for row in found if row[0] in free}
    _lock(tx, _LOCK_NUMBERS, _LOCK_HOLDERS, ids=wanted)
    return {row[0]: opened(tx, row) for row in _BY_NUMBER_IDS.all(tx, ids=wanted)}


def without_number(tx: Tx, person_id: str) -> Standing:
    """Somebody whom no number reaches any more. Nothing can be said to them."""
    nowhere = Number(
        "", "", None, "unknown", None, None, None, None, None, False, False, None, None, False,
        0, 0, None,
    )  # fmt: skip
    return Standing(nowhere, person(tx, person_id), None)


def person(tx: Tx, person_id: str) -> Person | None:
    """One person, locked; the number has to be locked before."""
    row = _PERSON.one(tx, id=person_id)
    return None if row is None else _person(tx, row)


def opened(tx: Tx, row: Sequence[Any]) -> Standing:
    """A row of NUMBER, PERSON, CONVERSATION and STAMPED, with what is sealed in it opened."""
    number = _number(tx, row[:_N])
    person = _person(tx, row[_N:_P]) if row[_N] is not None else None
    front = conversation(tx, row[_P:-1]) if row[_P] is not None else None
    return Standing(number, person, front, row[-1])


def _number(tx: Tx, row: Sequence[Any]) -> Number:
    plain = tx.sealer.open(row[1], f"number.sealed_number:{row[0]}").decode()
    return Number(row[0], plain, *row[2:])


def _person(tx: Tx, row: Sequence[Any]) -> Person:
    sealed = row[4]
    fields = (
        orjson.loads(tx.sealer.open(sealed, f"person.sealed_fields:{row[0]}")) if sealed else {}
    )
    return Person(row[0], row[1], row[2], row[3], fields, *row[5:])


def conversation(tx: Tx, row: Sequence[Any]) -> Conversation:
    """A row of CONVERSATION with its session opened."""
    values = list(row)
    values[8] = tx.sealer.open(row[8], f"conversation.sealed_session:{row[0]}")
    return Conversation(*values)


_SAVE_NUMBER = Prepared(
    n.update()
    .where(n.c.id == bindparam("at"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "kind", "opted_out_at", "opted_out_how", "asked_to_join_at", "unusable_code",
                "unusable_at", "shared", "costs", "active_person_id", "active_until",
                "expecting_word", "replies_day", "replies_count", "last_heard_at",
            )
        }
    )
)  # fmt: skip
_SAVE_PERSON = Prepared(
    p.update()
    .where(p.c.id == bindparam("at"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "status", "joined_at", "paused_until", "sealed_fields", "language", "zone",
                "channel", "discreet", "main_number_id", "sender_id", "front_id",
                "messages_day", "messages_count", "last_heard_at", "erase_at",
            )
        }
    )
)  # fmt: skip


def save_numbers(tx: Tx, numbers: Sequence[Number]) -> None:
    _SAVE_NUMBER.many(
        tx,
        [
            {
                "at": row.id, "kind": row.kind, "opted_out_at": row.opted_out_at,
                "opted_out_how": row.opted_out_how, "asked_to_join_at": row.asked_to_join_at,
                "unusable_code": row.unusable_code, "unusable_at": row.unusable_at,
                "shared": row.shared, "costs": row.costs,
                "active_person_id": row.active_person_id, "active_until": row.active_until,
                "expecting_word": row.expecting_word, "replies_day": row.replies_day,
                "replies_count": row.replies_count, "last_heard_at": row.last_heard_at,
            }
            for row in numbers
        ],
    )  # fmt: skip


def save_people(tx: Tx, people: Sequence[Person]) -> None:
    seal = tx.sealer.seal
    _SAVE_PERSON.many(
        tx,
        [
            {
                "at": row.id, "status": row.status, "joined_at": row.joined_at,
                "paused_until": row.paused_until,
                "sealed_fields": seal(
                    orjson.dumps(row.fields), f"person.sealed_fields:{row.id}"
                ),
                "language": row.language, "zone": row.zone, "channel": row.channel,
                "discreet": row.discreet, "main_number_id": row.main_number_id,
                "sender_id": row.sender_id, "front_id": row.front_id,
                "messages_day": row.messages_day, "messages_count": row.messages_count,
                "last_heard_at": row.last_heard_at, "erase_at": row.erase_at,
            }
            for row in people
        ],
    )  # fmt: skip
