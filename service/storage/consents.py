"""What people agreed to and ended: who, which number, in which words, when and how.

Promise: rows are only ever added. The words are sealed; when a person is erased the words go and
the fact that somebody agreed or stopped stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, exists, or_, select, update

from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.statements import Bulk, Prepared, among
from service.storage.tables import of

c = of(tables.Consent)
p = of(tables.Person)
ACTS = ("asked", "joined", "declined", "stopped", "started", "imported")


class Consent(NamedTuple):
    """One act of consent; `wording` is what was said, plain."""

    act: str
    at: datetime
    how: str
    person_id: str | None = None
    number_id: str | None = None
    wording: str | None = None
    campaign: str | None = None


_COLUMNS = [
    c.c.act, c.c.at, c.c.how, c.c.person_id, c.c.number_id, c.c.sealed_wording, c.c.campaign,
    c.c.id,
]  # fmt: skip
_ADD = Bulk(c, "id", "act", "at", "how", "person_id", "number_id", "sealed_wording", "campaign")
_OF_PERSON = Prepared(
    select(*_COLUMNS).where(c.c.person_id == bindparam("person_id")).order_by(c.c.at, c.c.id)
)
_OF_NUMBER = Prepared(
    select(*_COLUMNS).where(c.c.number_id == bindparam("number_id")).order_by(c.c.at, c.c.id)
)
_FORGET = Prepared(
    update(c).where(c.c.person_id == bindparam("person_id")).values(sealed_wording=None)
)

_WITH_US = exists().where(p.c.id == c.c.person_id, p.c.status.not_in(("left", "erased")))
_since = c.alias("since")
_LATELY = exists().where(
    or_(
        _since.c.person_id == c.c.person_id,
        and_(c.c.person_id.is_(None), _since.c.number_id == c.c.number_id),
    ),
    _since.c.at >= bindparam("before"),
)
_OLD = Prepared(
    select(c.c.id)
    .where(
        c.c.id > bindparam("after"),
        c.c.at < bindparam("before"),
        c.c.sealed_wording.is_not(None),
        ~_WITH_US,
        ~_LATELY,
    )
    .order_by(c.c.id)
    .limit(bindparam("most"))
)
_FADE = Prepared(
    update(c)
    .where(among(c.c.id, "ids"), c.c.sealed_wording.is_not(None))
    .values(sealed_wording=None)
)


def record(tx: Tx, consents: Sequence[Consent]) -> None:
    """Add these; raises ValueError for an act that is none."""
    for row in consents:
        if row.act not in ACTS:
            raise ValueError(f"{row.act!r} is no act of consent: one of {', '.join(ACTS)}")
    _ADD.insert(tx, [_row(tx, row) for row in consents])


def of_person(tx: Tx, person_id: str) -> list[Consent]:
    """Everything a person agreed to or ended, the first first."""
    return [_open(tx, row) for row in _OF_PERSON.all(tx, person_id=person_id)]


def of_number(tx: Tx, number_id: str) -> list[Consent]:
    return [_open(tx, row) for row in _OF_NUMBER.all(tx, number_id=number_id)]


def forget(tx: Tx, person_id: str) -> None:
    """Take the words away; that there was consent stays."""
    _FORGET.run(tx, person_id=person_id)


def old(tx: Tx, before: datetime, after: str, most: int) -> list[str]:
    """Ids of consents, those after a given id, whose words prove nothing any more: of people who
    are not with us, of whom (or of whose number) nothing was noted since that moment."""
    return [row[0] for row in _OLD.all(tx, before=before, after=after, most=most)]


def fade(tx: Tx, consent_ids: Sequence[str]) -> int:
    """Take the words out of these; how many had some."""
    return _FADE.run(tx, ids=list(consent_ids))


def _row(tx: Tx, row: Consent) -> tuple[Any, ...]:
    id_ = ids.new()
    sealed = tx.sealer.seal_text(row.wording, f"consent.sealed_wording:{id_}")
    return (id_, row.act, row.at, row.how, row.person_id, row.number_id, sealed, row.campaign)


def _open(tx: Tx, row: Sequence[Any]) -> Consent:
    wording = tx.sealer.open_text(row[5], f"consent.sealed_wording:{row[7]}")
    return Consent(row[0], row[1], row[2], row[3], row[4], wording, row[6])
