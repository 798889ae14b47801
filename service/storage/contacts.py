"""How volunteers are reached: their phones, verified by a code that only came there.

Promise: a code is sealed, opens one contact once, and is worthless after a few wrong tries or when
its time is over; of two who give it at the same moment one is told that it counts. Nothing here
sends anything, and no number is opened.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select

from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among, insert_into
from service.storage.tables import of

k = of(tables.Contact)
n = of(tables.Number)

MOST_TRIES = 5
VERIFIED, WRONG, OVER, NONE = "verified", "wrong", "over", "none"  # what came of a code


class Contact(NamedTuple):
    """One way to reach a volunteer. `channel`: text, call."""

    id: str
    person_id: str
    number_id: str
    channel: str
    place: int
    verified_at: datetime | None
    code_expires_at: datetime | None


class Reach(NamedTuple):
    """A verified way to reach a volunteer, and what its number allows."""

    contact_id: str
    person_id: str
    number_id: str
    channel: str
    place: int
    opted_out: bool
    unusable_code: str | None
    country: str | None
    number_kind: str
    shared: bool


_COLUMNS = [k.c[name] for name in Contact._fields]
_ORDER = (k.c.person_id, k.c.place, k.c.id)
_ADD = Prepared(
    insert_into(k)
    .values(
        {
            name: bindparam(name)
            for name in (
                "id", "person_id", "number_id", "channel", "place", "verified_at", "code_tries",
                "created_at",
            )
        }
    )
    .on_conflict_do_update(
        index_elements=["person_id", "number_id", "channel"],
        set_={
            "place": bindparam("place"),
            "verified_at": func.coalesce(
                k.c.verified_at, bindparam("verified_at", type_=k.c.verified_at.type)
            ),
        },
    )
    .returning(k.c.id)
)  # fmt: skip
_LOAD = Prepared(select(*_COLUMNS).where(k.c.id == bindparam("id")), Contact._make)
_OF_PEOPLE = Prepared(
    select(*_COLUMNS).where(among(k.c.person_id, "ids")).order_by(*_ORDER), Contact._make
)
_OF_NUMBER = Prepared(
    select(*_COLUMNS).where(k.c.number_id == bindparam("number_id")).order_by(*_ORDER),
    Contact._make,
)
_REACH = Prepared(
    select(
        k.c.id, k.c.person_id, k.c.number_id, k.c.channel, k.c.place,
        n.c.opted_out_at.is_not(None), n.c.unusable_code, n.c.country, n.c.kind, n.c.shared,
    )
    .select_from(k.join(n, n.c.id == k.c.number_id))
    .where(among(k.c.person_id, "ids"), k.c.verified_at.is_not(None))
    .order_by(*_ORDER),
    Reach._make,
)  # fmt: skip
_AT = k.c.id == bindparam("at")
_ASK = Prepared(
    k.update()
    .where(_AT)
    .values(sealed_code=bindparam("sealed"), code_tries=0, code_expires_at=bindparam("expires"))
)
_CODE = Prepared(
    select(k.c.id, k.c.sealed_code, k.c.code_tries, k.c.code_expires_at).where(
        k.c.id == bindparam("id")
    )
)
_TRIED = Prepared(
    k.update()
    .where(_AT, k.c.code_tries < MOST_TRIES, k.c.sealed_code.is_not(None))
    .values(code_tries=k.c.code_tries + 1)
)
_NO_CODE = {"sealed_code": None, "code_expires_at": None, "code_tries": 0}
_VERIFIED = Prepared(
    k.update()
    .where(_AT, k.c.sealed_code.is_not(None))
    .values(verified_at=bindparam("now"), **_NO_CODE)
)
_PLACE = Prepared(k.update().where(_AT).values(place=bindparam("place")))
_DROP = Prepared(delete(k).where(k.c.id == bindparam("id")))
_DROP_PERSON = Prepared(delete(k).where(k.c.person_id == bindparam("person_id")))
_DROP_NUMBER = Prepared(delete(k).where(k.c.number_id == bindparam("number_id")))
_OLD = Prepared(
    select(k.c.id)
    .where(
        k.c.id > bindparam("after"),
        k.c.sealed_code.is_not(None),
        k.c.code_expires_at < bindparam("before"),
    )
    .order_by(k.c.id)
    .limit(bindparam("most"))
)
_FADE = Prepared(
    k.update().where(among(k.c.id, "ids"), k.c.sealed_code.is_not(None)).values(**_NO_CODE)
)


def add(
    tx: Tx,
    person_id: str,
    number_id: str,
    channel: str,
    now: datetime,
    *,
    place: int = 0,
    verified: bool = False,
) -> str:
    """A volunteer may be reached there; the contact's id. Added twice it is one, and what was
    verified stays so. `verified`: a coordinator knows it."""
    row = _ADD.one(
        tx, id=ids.new(), person_id=person_id, number_id=number_id, channel=channel, place=place,
        verified_at=now if verified else None, code_tries=0, created_at=now,
    )  # fmt: skip
    assert row is not None, "it was put there, or was there"
    return str(row[0])


def load(tx: Tx, contact_id: str) -> Contact | None:
    return _LOAD.one(tx, id=contact_id)


def of_people(tx: Tx, person_ids: Iterable[str]) -> dict[str, list[Contact]]:
    """All of these people's, by person, in the order in which they are tried."""
    found: dict[str, list[Contact]] = {person_id: [] for person_id in person_ids}
    for contact in _OF_PEOPLE.all(tx, ids=list(found)):
        found[contact.person_id].append(contact)
    return found


def of_number(tx: Tx, number_id: str) -> list[Contact]:
    """Whose contact a number is."""
    return _OF_NUMBER.all(tx, number_id=number_id)


def reach(tx: Tx, person_ids: Iterable[str]) -> dict[str, list[Reach]]:
    """The verified ones of these people, by person, in the order in which they are tried."""
    found: dict[str, list[Reach]] = {person_id: [] for person_id in person_ids}
    for one in _REACH.all(tx, ids=list(found)):
        found[one.person_id].append(one._replace(opted_out=bool(one.opted_out)))
    return found


def ask(tx: Tx, contact_id: str, code: str, expires_at: datetime) -> bool:
    """This code is on its way there; one before it counts no more. Whether there is the contact."""
    sealed = tx.sealer.seal_text(code, _place(contact_id))
    return _ASK.run(tx, at=contact_id, sealed=sealed, expires=expires_at) > 0


def give(tx: Tx, contact_id: str, code: str, now: datetime) -> str:
    """A code was given: `verified`; `wrong` (and one try less); `over`: too late, or too many
    tries; `none` was asked for."""
    row = _CODE.one(tx, id=contact_id)
    if row is None or row[1] is None:
        return NONE
    if row[3] <= now or not _TRIED.run(tx, at=contact_id):
        return OVER
    wanted = tx.sealer.open(row[1], _place(contact_id))
    if not hmac.compare_digest(wanted, code.strip().encode("utf-8", "replace")):
        return WRONG
    return VERIFIED if _VERIFIED.run(tx, at=contact_id, now=now) else OVER


def set_place(tx: Tx, contact_id: str, place: int) -> bool:
    """The smallest is tried first."""
    return _PLACE.run(tx, at=contact_id, place=place) > 0


def drop(tx: Tx, contact_id: str) -> bool:
    return _DROP.run(tx, id=contact_id) > 0


def drop_person(tx: Tx, person_id: str) -> int:
    """Nobody is reached there for cases any more; how many there were."""
    return _DROP_PERSON.run(tx, person_id=person_id)


def drop_number(tx: Tx, number_id: str) -> int:
    """The number is gone, or another's."""
    return _DROP_NUMBER.run(tx, number_id=number_id)


def old(tx: Tx, before: datetime, after: str, most: int) -> list[str]:
    """Ids of contacts whose code was not given by that moment, those after a given id."""
    return [row[0] for row in _OLD.all(tx, before=before, after=after, most=most)]


def fade(tx: Tx, contact_ids: Iterable[str]) -> int:
    """Take those codes away."""
    return _FADE.run(tx, ids=list(contact_ids))


def _place(contact_id: str) -> str:
    return f"contact.sealed_code:{contact_id}"
