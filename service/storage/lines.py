"""The directory of lines: which there are, and which a coordinator rang and ticked.

Promise: what a release brings is put there unticked, and never over what a person changed or
ticked. Facts only, public ones; which line suits a person is decided by `service`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, or_, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among, insert_into
from service.storage.tables import of

n = of(tables.Line)

NEEDS = ("self", "violence", "overdose", "child", "young")
RELEASE, PERSON = "release", "person"  # origins


class NewLine(NamedTuple):
    """A line as dialled in its country. `hours`: JSON values, None where nobody knows;
    `source_date`: a day, 2026-05-04."""

    id: str
    country: str
    name: str
    needs: Sequence[str]
    languages: Sequence[str]
    voice: str | None
    text: str | None = None
    text_word: str | None = None
    emergency: str | None = None
    region: str | None = None
    hours: Any = None
    notes: str | None = None
    source: str | None = None
    source_date: str | None = None
    origin: str = PERSON


class Line(NamedTuple):
    """A line as stored. It counts as ticked while `checked_at` is there and `expires_at` ahead."""

    id: str
    country: str
    name: str
    needs: Sequence[str]
    languages: Sequence[str]
    voice: str | None
    text: str | None
    text_word: str | None
    emergency: str | None
    region: str | None
    hours: Any
    notes: str | None
    source: str | None
    source_date: str | None
    origin: str
    checked_at: datetime | None
    checked_by: str | None
    expires_at: datetime | None
    created_at: datetime

    def ticked(self, now: datetime) -> bool:
        """Whether somebody rang it, and not too long ago."""
        expired = self.expires_at is not None and self.expires_at <= now
        return self.checked_at is not None and not expired


_COLUMNS = [n.c[name] for name in Line._fields]
_ORDER = (n.c.country, func.coalesce(n.c.region, ""), n.c.name, n.c.id)
_NEW = (*NewLine._fields, "created_at")
_UNTICKED = {"checked_at": None, "checked_by": None, "expires_at": None}


def _putting(**more: Any) -> Any:
    changed = [name for name in NewLine._fields if name != "id"]
    return (
        insert_into(n)
        .values({name: bindparam(name) for name in _NEW})
        .on_conflict_do_update(
            index_elements=["id"],
            set_={**{name: bindparam(name) for name in changed}, **_UNTICKED},
            **more,
        )
    )


_PUT = Prepared(_putting())
_SEED = Prepared(_putting(where=(n.c.origin == RELEASE) & n.c.checked_at.is_(None)))
_LOAD = Prepared(select(*_COLUMNS).where(n.c.id == bindparam("id")), Line._make)
_ALL = Prepared(select(*_COLUMNS).order_by(*_ORDER), Line._make)
_OF_COUNTRIES = Prepared(
    select(*_COLUMNS).where(among(n.c.country, "countries")).order_by(*_ORDER), Line._make
)
_EXPIRING = Prepared(
    select(*_COLUMNS)
    .where(n.c.checked_at.is_not(None), n.c.expires_at <= bindparam("until"))
    .order_by(n.c.expires_at, n.c.id),
    Line._make,
)
_TICK = Prepared(
    n.update()
    .where(n.c.id == bindparam("at"))
    .values(
        checked_at=bindparam("now"), checked_by=bindparam("by"), expires_at=bindparam("expires")
    )
)
_UNTICK = Prepared(n.update().where(n.c.id == bindparam("at")).values(_UNTICKED))
_DROP = Prepared(delete(n).where(n.c.id == bindparam("id")))
_COUNT = Prepared(
    select(
        func.count(),
        func.count(n.c.checked_at).filter(
            or_(n.c.expires_at.is_(None), n.c.expires_at > bindparam("now"))
        ),
    )
)


def put(tx: Tx, line: NewLine, now: datetime) -> None:
    """Have this line in the place of the one with its id; it is to be rung again. Raises
    ValueError for a need that is none."""
    _check(line)
    _PUT.run(tx, **_row(line, now))


def seed(tx: Tx, lines: Iterable[NewLine], now: datetime) -> None:
    """What a release brings: new and changed entries, unticked; nothing over what a person
    changed or ticked."""
    rows = []
    for line in lines:
        _check(line)
        rows.append(_row(line._replace(origin=RELEASE), now))
    _SEED.many(tx, rows)


def load(tx: Tx, line_id: str) -> Line | None:
    return _LOAD.one(tx, id=line_id)


def listing(tx: Tx) -> list[Line]:
    """All lines, by country."""
    return _ALL.all(tx)


def of_country(tx: Tx, country: str, need: str | None = None) -> list[Line]:
    """The lines of a country, of one need where it is given, ticked or not."""
    found = _OF_COUNTRIES.all(tx, countries=[country])
    return [line for line in found if need is None or need in line.needs]


def of_countries(tx: Tx, countries: Iterable[str]) -> dict[str, list[Line]]:
    """The lines of several countries in one statement, by country."""
    found: dict[str, list[Line]] = {country: [] for country in countries}
    for line in _OF_COUNTRIES.all(tx, countries=list(found)):
        found[line.country].append(line)
    return found


def expiring(tx: Tx, until: datetime) -> list[Line]:
    """Ticked ones whose tick ends by that moment, those that ended among them, the first first."""
    return _EXPIRING.all(tx, until=until)


def tick(tx: Tx, line_id: str, by: str, now: datetime, expires_at: datetime | None) -> bool:
    """A coordinator rang it and it answers; whether there is such a line."""
    return _TICK.run(tx, at=line_id, by=by, now=now, expires=expires_at) > 0


def untick(tx: Tx, line_id: str) -> bool:
    """It did not answer as it should."""
    return _UNTICK.run(tx, at=line_id) > 0


def drop(tx: Tx, line_id: str) -> bool:
    return _DROP.run(tx, id=line_id) > 0


def counts(tx: Tx, now: datetime) -> tuple[int, int]:
    """How many lines there are, and how many of them are ticked."""
    row = _COUNT.one(tx, now=now)
    assert row is not None
    return row[0], row[1]


def _check(line: NewLine) -> None:
    for need in line.needs:
        if need not in NEEDS:
            raise ValueError(f"{need!r} is no need: one of {', '.join(NEEDS)}")


def _row(line: NewLine, now: datetime) -> dict[str, Any]:
    values = {**line._asdict(), "created_at": now}
    return values | {"needs": list(line.needs), "languages": list(line.languages)}
