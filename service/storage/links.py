"""Which numbers reach which person, and by which word people on one phone are told apart.

Promise: words are sealed and compared by blind index; nothing here tells who else is on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Bulk, Prepared, among, insert_into
from service.storage.tables import of

link = of(tables.PersonNumber)
p = of(tables.Person)
GONE = ("left", "erased")  # who is being erased may still take it back


class Link(NamedTuple):
    """One number of one person."""

    person_id: str
    number_id: str
    is_main: bool
    has_word: bool


_COLUMNS = [link.c.person_id, link.c.number_id, link.c.is_main, link.c.word_blind.is_not(None)]
_OF_PEOPLE = Prepared(
    select(*_COLUMNS)
    .where(among(link.c.person_id, "ids"))
    .order_by(link.c.person_id, link.c.is_main.desc(), link.c.number_id),
    Link._make,
)
_HOLDERS = Prepared(
    select(*_COLUMNS)
    .select_from(link.join(p, p.c.id == link.c.person_id))
    .where(link.c.number_id == bindparam("number_id"), p.c.status.not_in(GONE))
    .order_by(link.c.person_id),
    Link._make,
)
_ON_NUMBERS = Prepared(
    select(link.c.number_id, link.c.person_id, p.c.status, link.c.word_blind.is_not(None))
    .select_from(link.join(p, p.c.id == link.c.person_id))
    .where(among(link.c.number_id, "ids"))
    .order_by(link.c.number_id, link.c.person_id)
)
_BY_WORD = Prepared(
    select(link.c.person_id)
    .select_from(link.join(p, p.c.id == link.c.person_id))
    .where(
        link.c.number_id == bindparam("number_id"),
        among(link.c.word_blind, "blinds"),
        p.c.status.not_in(GONE),
    )
)
_PUT = Prepared(
    insert_into(link)
    .values(
        person_id=bindparam("person_id"),
        number_id=bindparam("number_id"),
        is_main=bindparam("is_main"),
    )
    .on_conflict_do_update(
        index_elements=["person_id", "number_id"], set_={"is_main": bindparam("is_main")}
    )
)
_PUT_MANY = Bulk(link, "person_id", "number_id", "is_main")
_AT = (link.c.person_id == bindparam("at"), link.c.number_id == bindparam("on"))
_WORD = Prepared(
    update(link).where(*_AT).values(sealed_word=bindparam("sealed"), word_blind=bindparam("blind"))
)
_DROP = Prepared(delete(link).where(*_AT))


def of_person(tx: Tx, person_id: str) -> list[Link]:
    """The numbers of a person, the main one first."""
    return _OF_PEOPLE.all(tx, ids=[person_id])


def of_people(tx: Tx, person_ids: Sequence[str]) -> dict[str, list[Link]]:
    """The numbers of many people, by person."""
    found: dict[str, list[Link]] = {person_id: [] for person_id in person_ids}
    for row in _OF_PEOPLE.all(tx, ids=list(found)):
        found[row.person_id].append(row)
    return found


def holders(tx: Tx, number_id: str) -> list[Link]:
    """Who is reached by a number and has not left."""
    return _HOLDERS.all(tx, number_id=number_id)


class Holder(NamedTuple):
    """Somebody on a number, whether they are still with us or not."""

    person_id: str
    status: str
    has_word: bool


def everybody(tx: Tx, number_ids: Sequence[str]) -> dict[str, list[Holder]]:
    """Who is or was reached by each of these numbers, those who left among them."""
    found: dict[str, list[Holder]] = {number_id: [] for number_id in number_ids}
    for row in _ON_NUMBERS.all(tx, ids=list(found)):
        found[row[0]].append(Holder(row[1], row[2], bool(row[3])))
    return found


def add(tx: Tx, person_id: str, number_id: str, *, is_main: bool) -> None:
    _PUT.run(tx, person_id=person_id, number_id=number_id, is_main=is_main)


def add_many(tx: Tx, links: Sequence[tuple[str, str, bool]]) -> None:
    """(person, number, main) of many new links."""
    _PUT_MANY.insert(tx, links)


def drop(tx: Tx, person_id: str, number_id: str) -> bool:
    """The number no longer reaches that person; whether it did."""
    return _DROP.run(tx, at=person_id, on=number_id) > 0


def set_word(tx: Tx, person_id: str, number_id: str, word: str | None) -> None:
    """The word by which this person is known on a shared phone."""
    sealed = tx.sealer.seal_text(word, place(person_id, number_id))
    blind = None if word is None else tx.sealer.blind(fold_word(word), purpose(number_id))
    _WORD.run(tx, at=person_id, on=number_id, sealed=sealed, blind=blind)


def by_word(tx: Tx, number_id: str, word: str) -> str | None:
    """Who on this number chose that word; None where nobody did, or two did."""
    blinds = tx.sealer.blinds(fold_word(word), purpose(number_id))
    rows = _BY_WORD.all(tx, number_id=number_id, blinds=blinds)
    return rows[0][0] if len(rows) == 1 else None


def fold_word(word: str) -> str:
    return " ".join(word.casefold().split())


def place(person_id: str, number_id: str) -> str:
    """Where a sealed word stands."""
    return f"person_number.sealed_word:{person_id}/{number_id}"


def purpose(number_id: str) -> str:
    """Of a word's blind index: the same word on another phone looks different."""
    return f"word:{number_id}"
