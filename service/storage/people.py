"""People: who they are, which numbers reach them, and how a name is looked up.

Promise: declared fields go in and come out as a plain dict and are sealed between; a name is found
by the first letters of its words, of which only keyed digests are stored. Many people are loaded
or added with a handful of statements, however many they are. What a turn changes of its own
person is written by `standing`.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, delete, func, select, update

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Bulk, Prepared, among
from service.storage.tables import of

p = of(tables.Person)
w = of(tables.PersonName)

NAME_FIELDS = ("name",)  # declared fields by whose words a person can be looked up
_SHORTEST, _LONGEST = 2, 12  # letters of a word's beginning that are indexed


class Person(NamedTuple):
    """A person as stored; `fields` are the declared fields, plain."""

    id: str
    status: str
    joined_at: datetime | None
    paused_until: datetime | None
    fields: Mapping[str, Any]
    language: str
    zone: str
    channel: str
    discreet: bool
    main_number_id: str | None
    sender_id: str | None
    front_id: str | None
    last_heard_at: datetime | None
    created_at: datetime
    erase_at: datetime | None


class New(NamedTuple):
    """A person to be added. The id is the caller's, so that plans can be added beside it."""

    id: str
    status: str
    language: str
    zone: str
    created_at: datetime
    fields: Mapping[str, Any]
    channel: str = "text"
    discreet: bool = False
    main_number_id: str | None = None
    sender_id: str | None = None
    joined_at: datetime | None = None
    paused_until: datetime | None = None


_COLUMNS = [
    p.c.id, p.c.status, p.c.joined_at, p.c.paused_until, p.c.sealed_fields, p.c.language,
    p.c.zone, p.c.channel, p.c.discreet, p.c.main_number_id, p.c.sender_id, p.c.front_id,
    p.c.last_heard_at, p.c.created_at, p.c.erase_at,
]  # fmt: skip
_LOAD = Prepared(select(*_COLUMNS).where(among(p.c.id, "ids")))
_LIST = Prepared(
    select(*_COLUMNS).where(p.c.id > bindparam("after")).order_by(p.c.id).limit(bindparam("most"))
)
_LIST_STATUS = Prepared(
    select(*_COLUMNS)
    .where(p.c.id > bindparam("after"), p.c.status == bindparam("status"))
    .order_by(p.c.id)
    .limit(bindparam("most"))
)
_COUNTS = Prepared(select(p.c.status, func.count()).group_by(p.c.status))
_ADD = Bulk(
    p, "id", "status", "language", "zone", "created_at", "sealed_fields", "channel", "discreet",
    "main_number_id", "sender_id", "joined_at", "paused_until", "messages_day", "messages_count",
)  # fmt: skip
_AT = p.c.id == bindparam("at")
_PAUSE = Prepared(update(p).where(_AT).values(paused_until=bindparam("until")))
_MAIN = Prepared(update(p).where(_AT).values(main_number_id=bindparam("number_id")))
_FIELDS = Prepared(update(p).where(_AT).values(sealed_fields=bindparam("fields")))
_PIN = Prepared(update(p).where(_AT).values(sealed_pin=bindparam("sealed")))
_PINS = Prepared(
    select(p.c.id, p.c.sealed_pin).where(among(p.c.id, "ids"), p.c.sealed_pin.is_not(None))
)
_SAFE = Prepared(update(p).where(_AT).values(sealed_safe=bindparam("sealed")))
_SAFES = Prepared(
    select(p.c.id, p.c.sealed_safe).where(among(p.c.id, "ids"), p.c.sealed_safe.is_not(None))
)
_NAMES = Bulk(w, "person_id", "token")
_DROP_NAMES = Prepared(delete(w).where(w.c.person_id == bindparam("person_id")))
_BY_NAME = Prepared(
    select(w.c.person_id)
    .where(among(w.c.token, "tokens"))
    .group_by(w.c.person_id)
    .having(func.count() >= bindparam("words"))
    .order_by(w.c.person_id)
    .limit(bindparam("most"))
)


def load(tx: Tx, person_id: str) -> Person | None:
    return load_many(tx, [person_id]).get(person_id)


def load_many(tx: Tx, person_ids: Sequence[str]) -> dict[str, Person]:
    """All of these in one statement, by id."""
    return {row[0]: _open(tx, row) for row in _LOAD.all(tx, ids=person_ids)}


def listing(tx: Tx, status: str | None = None, after: str = "", most: int = 100) -> list[Person]:
    """People in the order in which they came, those after a given id."""
    if status is None:
        rows = _LIST.all(tx, after=after, most=most)
    else:
        rows = _LIST_STATUS.all(tx, after=after, most=most, status=status)
    return [_open(tx, row) for row in rows]


def counts(tx: Tx) -> dict[str, int]:
    """How many people there are, by status."""
    return dict(_COUNTS.all(tx))


def add(tx: Tx, new: New) -> None:
    add_many(tx, [new])


def add_many(tx: Tx, new: Sequence[New]) -> None:
    """Add all at once, with their names' index; links to numbers are `links.add_many`."""
    rows = [
        (*row[:5], _seal(tx, row.id, row.fields), *row[6:], 0, 0)
        for row in new
    ]  # fmt: skip
    _ADD.insert(tx, rows)
    _NAMES.insert(tx, [(row.id, token) for row in new for token in sorted(_tokens(tx, row.fields))])


def set_fields(tx: Tx, person_id: str, fields: Mapping[str, Any]) -> None:
    """Replace all declared fields, and the names' index with them."""
    _FIELDS.run(tx, at=person_id, fields=_seal(tx, person_id, fields))
    index_name(tx, person_id, fields)


def index_name(tx: Tx, person_id: str, fields: Mapping[str, Any]) -> None:
    """Index anew what somebody is called; to be called whenever a turn changed a name field."""
    _DROP_NAMES.run(tx, person_id=person_id)
    _NAMES.insert(tx, [(person_id, token) for token in sorted(_tokens(tx, fields))])


def find_by_name(tx: Tx, words: str, most: int = 50) -> list[str]:
    """Ids of those in whose name every given word begins a word; letters after the 12th are not
    looked at, and a single letter finds nobody."""
    wanted = {word[:_LONGEST] for word in _words(words) if len(word) >= _SHORTEST}
    if not wanted:
        return []
    # Under every key, as rotation may be under way; a person has each word under one key only.
    tokens = [blind for word in wanted for blind in tx.sealer.blinds(word, "name")]
    return [row[0] for row in _BY_NAME.all(tx, tokens=tokens, words=len(wanted), most=most)]


def pause(tx: Tx, person_id: str, until: datetime | None) -> None:
    """Nothing scheduled until that moment; None ends a pause."""
    _PAUSE.run(tx, at=person_id, until=until)


def set_main_number(tx: Tx, person_id: str, number_id: str | None) -> None:
    _MAIN.run(tx, at=person_id, number_id=number_id)


def set_pin(tx: Tx, person_id: str, pin: str | None) -> None:
    """The digits that are asked for when this person calls; None asks for none."""
    _PIN.run(tx, at=person_id, sealed=tx.sealer.seal_text(pin, _pin_place(person_id)))


def with_pin(tx: Tx, person_ids: Sequence[str]) -> set[str]:
    """Those of these people who have a PIN."""
    return {row[0] for row in _PINS.all(tx, ids=list(person_ids))}


def by_pin(tx: Tx, person_ids: Sequence[str], pin: str) -> list[str]:
    """Those of these people whose PIN this is."""
    given = pin.encode("utf-8", "replace")
    return [
        row[0]
        for row in _PINS.all(tx, ids=list(person_ids))
        if hmac.compare_digest(tx.sealer.open(row[1], _pin_place(row[0])), given)
    ]


def set_safe(tx: Tx, person_id: str, safe: Mapping[str, Any] | None) -> None:
    """A person's safe word and what we may do when it is said, as plain JSON values; None takes
    it away."""
    sealed = None
    if safe is not None:
        sealed = tx.sealer.seal(orjson.dumps(dict(safe)), _safe_place(person_id))
    _SAFE.run(tx, at=person_id, sealed=sealed)


def safe(tx: Tx, person_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What those of these people chose who have a safe word, by person."""
    return {
        row[0]: orjson.loads(tx.sealer.open(row[1], _safe_place(row[0])))
        for row in _SAFES.all(tx, ids=list(person_ids))
    }


def _safe_place(person_id: str) -> str:
    return f"person.sealed_safe:{person_id}"


def _pin_place(person_id: str) -> str:
    return f"person.sealed_pin:{person_id}"


def _seal(tx: Tx, person_id: str, fields: Mapping[str, Any]) -> bytes:
    return tx.sealer.seal(orjson.dumps(dict(fields)), f"person.sealed_fields:{person_id}")


def _open(tx: Tx, row: Sequence[Any]) -> Person:
    sealed = row[4]
    place = f"person.sealed_fields:{row[0]}"
    fields = orjson.loads(tx.sealer.open(sealed, place)) if sealed is not None else {}
    return Person._make((*row[:4], fields, *row[5:]))


def name_tokens(fields: Mapping[str, Any]) -> set[str]:
    """The beginnings of words by which a person with these fields can be looked up, plain."""
    return {
        word[:length]
        for field in NAME_FIELDS
        for word in _words(str(fields.get(field) or ""))
        for length in range(min(_SHORTEST, len(word)), min(len(word), _LONGEST) + 1)
    }


def _tokens(tx: Tx, fields: Mapping[str, Any]) -> set[str]:
    return {tx.sealer.blind(token, "name") for token in name_tokens(fields)}


def _words(text: str) -> Iterable[str]:
    """Small letters without accents: José is found by jose."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split()
