"""Definitions by content hash: revisions, which of them is in force, and editions of them all.

Promise: nothing here is ever changed or taken away. An edition is the set of all definitions in
force at one time, so a session that pins one keeps every flow that it can reach. What is in force
is the last publication that is no draft. Publishing changes the stamp of `settings_rows`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from service.storage import ids, settings_rows, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among, insert_into, put
from service.storage.tables import of

r = of(tables.Revision)
p = of(tables.Publication)
e = of(tables.Edition)

RELEASE, PERSON, DRAFT = "release", "person", "draft"
Key = tuple[str, str]  # kind and name


class Publication(NamedTuple):
    """That a revision was put in force, or offered as a draft."""

    id: str
    kind: str
    name: str
    revision: str
    at: datetime
    by: str
    origin: str


class Seeded(NamedTuple):
    """What a release put in force, and what it offered because a person's is in force."""

    published: list[Key]
    drafted: list[Key]


_REVISE = Prepared(
    insert_into(r)
    .values({name: bindparam(name) for name in ("hash", "kind", "name", "text", "created_at")})
    .on_conflict_do_nothing()
)
_PUBLISH = put(p)
_COLUMNS = [p.c.id, p.c.kind, p.c.name, p.c.revision_hash, p.c.at, p.c.by, p.c.origin]
_ALL = Prepared(select(*_COLUMNS).order_by(p.c.id), Publication._make)
_HISTORY = Prepared(
    select(*_COLUMNS)
    .where(p.c.kind == bindparam("kind"), p.c.name == bindparam("name"))
    .order_by(p.c.id.desc()),
    Publication._make,
)
_EDITION = Prepared(
    insert_into(e)
    .values(hash=bindparam("hash"), members=bindparam("members"), created_at=bindparam("at"))
    .on_conflict_do_nothing()
)
_MEMBERS = Prepared(select(e.c.members).where(e.c.hash == bindparam("hash")))
_TEXTS = Prepared(select(r.c.kind, r.c.name, r.c.text).where(among(r.c.hash, "hashes")))
_REVISION = Prepared(select(r.c.kind, r.c.name, r.c.text).where(r.c.hash == bindparam("hash")))


def content_hash(kind: str, name: str, text: str) -> str:
    """What a revision is known by: the same text under two names is two revisions."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(f"{kind}\0{name}\0{plain}".encode()).hexdigest()


def publish(tx: Tx, kind: str, name: str, text: str, by: str, origin: str, at: datetime) -> str:
    """Put a text in force, which was checked before; the new edition's hash."""
    settings_rows.touch(tx, at)  # first: two who publish at once take turns at this row
    _add(tx, kind, name, text, by, origin, at)
    return _edition(tx, at)


def seed(tx: Tx, shipped: Mapping[Key, str], at: datetime, by: str = "release") -> Seeded:
    """Publish what a release ships and changed; where a person's text is in force, offer a draft.

    Seeding the same texts again does nothing.
    """
    settings_rows.touch(tx, at)
    seeded = Seeded([], [])
    histories = _histories(tx)
    for (kind, name), text in sorted(shipped.items()):
        history = histories.get((kind, name), [])
        new = content_hash(kind, name, text)
        shown = [row.revision for row in history if row.origin != PERSON]
        in_force = _in_force(history)
        if in_force is not None and new == in_force.revision:
            continue
        if in_force is None or in_force.origin != PERSON:
            _add(tx, kind, name, text, by, RELEASE, at)
            seeded.published.append((kind, name))
        elif not shown or shown[-1] != new:  # not offered yet, nor what the person changed
            _add(tx, kind, name, text, by, DRAFT, at)
            seeded.drafted.append((kind, name))
    _edition(tx, at)
    return seeded


def current_edition(tx: Tx) -> str | None:
    """The hash of all that is in force; None where nothing is."""
    members = _members_now(tx)
    return _edition_hash(members) if members else None


def edition_members(tx: Tx, edition: str) -> dict[str, str]:
    """ "kind/name" -> revision hash. Raises KeyError for an edition that never was."""
    members = _MEMBERS.value(tx, hash=edition)
    if members is None:
        raise KeyError(edition)
    return dict(members)


def edition_texts(tx: Tx, edition: str) -> dict[Key, str]:
    """The texts of an edition by kind and name. Raises KeyError."""
    hashes = list(edition_members(tx, edition).values())
    return {(kind, name): text for kind, name, text in _TEXTS.all(tx, hashes=hashes)}


def revision(tx: Tx, revision_hash: str) -> tuple[str, str, str] | None:
    """Kind, name and text of one revision."""
    row = _REVISION.one(tx, hash=revision_hash)
    return None if row is None else (row[0], row[1], row[2])


def in_force(tx: Tx, kind: str, name: str) -> Publication | None:
    """The publication that made this definition what it is now."""
    return _in_force(history(tx, kind, name)[::-1])


def history(tx: Tx, kind: str, name: str) -> list[Publication]:
    """Every publication and draft of one definition, the latest first."""
    return _HISTORY.all(tx, kind=kind, name=name)


def drafts(tx: Tx) -> list[Publication]:
    """What releases offer and nobody has decided on: drafts after the last publication."""
    return [rows[-1] for rows in _histories(tx).values() if rows[-1].origin == DRAFT]


def _add(tx: Tx, kind: str, name: str, text: str, by: str, origin: str, at: datetime) -> None:
    if origin not in (RELEASE, PERSON, DRAFT):
        raise ValueError(f"{origin!r} publishes nothing: {RELEASE}, {PERSON} or {DRAFT} does")
    new = content_hash(kind, name, text)
    _REVISE.run(tx, hash=new, kind=kind, name=name, text=text, created_at=at)
    _PUBLISH.run(
        tx, id=ids.new(), kind=kind, name=name, revision_hash=new, at=at, by=by, origin=origin
    )


def _histories(tx: Tx) -> dict[Key, list[Publication]]:
    found: dict[Key, list[Publication]] = {}
    for row in _ALL.all(tx):
        found.setdefault((row.kind, row.name), []).append(row)
    return found


def _in_force(history: Sequence[Publication]) -> Publication | None:
    return next((row for row in reversed(history) if row.origin != DRAFT), None)


def _members_now(tx: Tx) -> dict[str, str]:
    return {
        f"{kind}/{name}": row.revision
        for (kind, name), rows in _histories(tx).items()
        if (row := _in_force(rows)) is not None
    }


def _edition(tx: Tx, at: datetime) -> str:
    members = _members_now(tx)
    edition = _edition_hash(members)
    _EDITION.run(tx, hash=edition, members=members, at=at)
    return edition


def _edition_hash(members: Mapping[str, str]) -> str:
    lines = "".join(f"{key}={members[key]}\n" for key in sorted(members))
    return hashlib.sha256(lines.encode()).hexdigest()
