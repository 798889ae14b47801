"""A multitude at rest: people stored by plain SQL, in seconds, who are in nobody's way.

Promise: each has a number, a link, a plan with its timer, and a text of yesterday that the
carrier took; whatever looks for something that is due has to find its way past them. Nobody
opens their rows: what would be sealed is random bytes. On SQLite only.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from service.storage.database import Database
from service.storage.moments import to_micros

_EACH = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
_ROWS = (
    """INSERT INTO number (id, sealed_number, blind, key_id, country, kind, shared, costs,
    active_person_id, expecting_word, replies_day, replies_count, created_at)
    SELECT printf('0N%024d', i), randomblob(46), lower(hex(randomblob(16))), 'one', 'US', 'mobile',
    0, 0, printf('0P%024d', i), 0, 0, 0, :now FROM n""",
    """INSERT INTO person (id, status, joined_at, sealed_fields, language, zone, channel, discreet,
    main_number_id, messages_day, messages_count, created_at)
    SELECT printf('0P%024d', i), 'active', :now, randomblob(50), 'en', 'UTC', 'text', 0,
    printf('0N%024d', i), 0, 0, :now FROM n""",
    """INSERT INTO person_number (person_id, number_id, is_main)
    SELECT printf('0P%024d', i), printf('0N%024d', i), 1 FROM n""",
    """INSERT INTO plan (id, person_id, flow, rrule, starts_local, status, on_silence, skip_next,
    next_local, next_due, created_at)
    SELECT printf('0L%024d', i), printf('0P%024d', i), 'daily-checkin', 'FREQ=DAILY', '', 'active',
    1, 0, '', :later + i * :apart, :now FROM n""",
    """INSERT INTO timer (id, "key", kind, person_id, subject_id, lane, due_at, token, created_at)
    SELECT printf('0T%024d', i), printf('slot:0L%024d', i), 'slot', printf('0P%024d', i),
    printf('0L%024d', i), 2, :later + i * :apart, '', :now FROM n""",
    """INSERT INTO message (id, direction, person_id, number_id, sender_id, seq, lane, status,
    sealed_body, segments, carrier_sid, due_at, attempts, doubts, created_at, accepted_at, purpose)
    SELECT printf('0M%024d', i), 'out', printf('0P%024d', i), printf('0N%024d', i), :sender, 0, 2,
    'accepted', randomblob(110), 1, printf('SMr%031d', i), :now, 1, 0, :now, :now, 'checkin'
    FROM n""",
)


def store(database: Database, count: int, sender_id: str, now: datetime) -> None:
    """Put so many there; the database has to be new, and nobody else may be at it."""
    assert database.path is not None
    values = {
        "count": count,
        "now": to_micros(now - timedelta(days=1)),
        "later": to_micros(now + timedelta(days=1)),
        "apart": 80_000,
        "sender": sender_id,
    }
    with sqlite3.connect(database.path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        for rows in _ROWS:
            into, _, chosen = rows.partition("SELECT ")
            connection.execute(f"{into} {_EACH} SELECT {chosen}", values)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def sid(place: int) -> tuple[str, str]:
    """The carrier's sid and our id of the text of the n-th person, from 1 on."""
    return f"SMr{place:031d}", f"0M{place:024d}"
