"""Recordings: what people said after the tone, sealed, and what is left of them at the carrier.

Promise: a recording exists once a carrier's sid; its sound is sealed and opened here and nowhere
else; a recording that was forgotten never gets its sound back, however late it is fetched. Every
move is one conditional statement. What is asked of the carrier is the service's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, func, or_, select

from flows.states import RECORDING, before
from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among, insert_into
from service.storage.tables import of

r = of(tables.Recording)


class NewRecording(NamedTuple):
    """A recording that the carrier has made. `kind`: answer, voicemail."""

    sid: str
    person_id: str | None
    number_id: str
    call_id: str
    conversation_id: str | None
    kind: str
    flow: str | None
    state: str | None
    seconds: int
    at: datetime


class Recording(NamedTuple):
    """A recording without its sound (see `audio`)."""

    id: str
    person_id: str | None
    number_id: str
    call_id: str
    conversation_id: str | None
    kind: str
    flow: str | None
    state: str | None
    carrier_sid: str
    status: str
    seconds: int
    media_type: str | None
    created_at: datetime
    fetched_at: datetime | None
    carrier_deleted_at: datetime | None
    heard_at: datetime | None


_COLUMNS = [r.c[name] for name in Recording._fields]
_MAKE = Prepared(
    insert_into(r)
    .values(
        {
            name: bindparam(name)
            for name in (
                "id", "person_id", "number_id", "call_id", "conversation_id", "kind", "flow",
                "state", "carrier_sid", "status", "seconds", "created_at",
            )
        }
    )
    .on_conflict_do_nothing(index_elements=["carrier_sid"])
)  # fmt: skip
_BY_SID = Prepared(select(*_COLUMNS).where(r.c.carrier_sid == bindparam("sid")), Recording._make)
_LOAD = Prepared(select(*_COLUMNS).where(r.c.id == bindparam("id")), Recording._make)
_AUDIO = Prepared(select(r.c.media_type, r.c.sealed_audio).where(r.c.id == bindparam("id")))
_OF_CALL = Prepared(
    select(*_COLUMNS).where(r.c.call_id == bindparam("call_id")).order_by(r.c.created_at, r.c.id),
    Recording._make,
)
_OF_PERSON = Prepared(
    select(*_COLUMNS)
    .where(r.c.person_id == bindparam("person_id"))
    .order_by(r.c.created_at, r.c.id),
    Recording._make,
)
_LATEST = Prepared(
    select(*_COLUMNS).order_by(r.c.id.desc()).limit(bindparam("most")), Recording._make
)
_TO_FETCH = Prepared(
    select(*_COLUMNS)
    .where(r.c.status == RECORDING.start)
    .order_by(r.c.created_at)
    .limit(bindparam("most")),
    Recording._make,
)
_TO_CLEAR = Prepared(
    select(*_COLUMNS)
    .where(r.c.carrier_deleted_at.is_(None), r.c.status.in_(("fetched", "forgotten")))
    .order_by(r.c.created_at)
    .limit(bindparam("most")),
    Recording._make,
)
_AT = r.c.id == bindparam("at")
_FETCHED = Prepared(
    r.update()
    .where(_AT, r.c.status.in_(before(RECORDING, "fetched")))
    .values(
        status="fetched",
        media_type=bindparam("media_type"),
        sealed_audio=bindparam("sealed"),
        fetched_at=bindparam("now"),
    )
)
_LOST = Prepared(
    r.update()
    .where(_AT, r.c.status.in_(before(RECORDING, "lost")))
    .values(status="lost", carrier_deleted_at=bindparam("now"))
)
_CLEARED = Prepared(
    r.update()
    .where(_AT)
    .values(
        status=case((r.c.status.in_(before(RECORDING, "cleared")), "cleared"), else_=r.c.status),
        carrier_deleted_at=func.coalesce(
            r.c.carrier_deleted_at, bindparam("now", type_=r.c.carrier_deleted_at.type)
        ),
    )
)
_HEARD = Prepared(r.update().where(_AT, r.c.heard_at.is_(None)).values(heard_at=bindparam("now")))
_FORGETTABLE = r.c.status.in_(before(RECORDING, "forgotten"))
_FORGET: dict[str, Any] = {"status": "forgotten", "sealed_audio": None}
# Also what was said on their phones when nobody knew yet by whom.
_FORGET_PERSON = Prepared(
    r.update()
    .where(
        _FORGETTABLE,
        or_(
            r.c.person_id == bindparam("of"),
            and_(r.c.person_id.is_(None), among(r.c.number_id, "numbers")),
        ),
    )
    .values(_FORGET)
)
_OLD = Prepared(
    select(r.c.id)
    .where(r.c.id > bindparam("after"), r.c.created_at < bindparam("before"), _FORGETTABLE)
    .order_by(r.c.id)
    .limit(bindparam("most"))
)
_FADE = Prepared(r.update().where(among(r.c.id, "ids"), _FORGETTABLE).values(_FORGET))


def made(tx: Tx, new: NewRecording) -> tuple[Recording, bool]:
    """Note that there is one, to be fetched, and whether that is news."""
    fresh = _MAKE.run(
        tx, id=ids.new(), person_id=new.person_id, number_id=new.number_id,
        call_id=new.call_id, conversation_id=new.conversation_id, kind=new.kind, flow=new.flow,
        state=new.state, carrier_sid=new.sid, status=RECORDING.start, seconds=new.seconds,
        created_at=new.at,
    )  # fmt: skip
    found = by_sid(tx, new.sid)
    assert found is not None, "it was put there just now, or stood in the way"
    return found, fresh > 0


def by_sid(tx: Tx, sid: str) -> Recording | None:
    return _BY_SID.one(tx, sid=sid)


def load(tx: Tx, recording_id: str) -> Recording | None:
    return _LOAD.one(tx, id=recording_id)


def audio(tx: Tx, recording_id: str) -> tuple[str, bytes] | None:
    """Its media type and its sound; None where it is not here, not yet or not any more."""
    row = _AUDIO.one(tx, id=recording_id)
    if row is None or row[1] is None:
        return None
    return row[0], tx.sealer.open(row[1], _place(recording_id))


def of_call(tx: Tx, call_id: str) -> list[Recording]:
    """Those of a call in the order in which they were made."""
    return _OF_CALL.all(tx, call_id=call_id)


def of_person(tx: Tx, person_id: str) -> list[Recording]:
    """Those of a person in the order in which they were made."""
    return _OF_PERSON.all(tx, person_id=person_id)


def latest(tx: Tx, most: int = 100) -> list[Recording]:
    return _LATEST.all(tx, most=most)


def to_fetch(tx: Tx, most: int) -> list[Recording]:
    """What the carrier has made and we have not, the oldest first."""
    return _TO_FETCH.all(tx, most=most)


def to_clear(tx: Tx, most: int) -> list[Recording]:
    """What the carrier need not keep any more and was not yet told to delete, the oldest first."""
    return _TO_CLEAR.all(tx, most=most)


def fetched(tx: Tx, recording_id: str, media_type: str, sound: bytes, now: datetime) -> bool:
    """Keep its sound. False where it is here already, or was forgotten meanwhile."""
    sealed = tx.sealer.seal(sound, _place(recording_id))
    return _FETCHED.run(tx, at=recording_id, media_type=media_type, sealed=sealed, now=now) > 0


def lost(tx: Tx, recording_id: str, now: datetime) -> bool:
    """The carrier does not have it; whether that is news."""
    return _LOST.run(tx, at=recording_id, now=now) > 0


def cleared(tx: Tx, recording_id: str, now: datetime) -> None:
    """The carrier has deleted it."""
    _CLEARED.run(tx, at=recording_id, now=now)


def heard(tx: Tx, recording_id: str, now: datetime) -> bool:
    """One of us listened to it; whether for the first time."""
    return _HEARD.run(tx, at=recording_id, now=now) > 0


def forget(tx: Tx, person_id: str, number_ids: Sequence[str] = ()) -> int:
    """Take away all that a person said; how many recordings. What the carrier has of them is
    `to_clear` then. `number_ids`: their phones, for what was said there before it was known who.
    """
    return _FORGET_PERSON.run(tx, of=person_id, numbers=list(number_ids))


def old(tx: Tx, before: datetime, after: str, most: int) -> list[str]:
    """Ids of recordings made before a moment and not forgotten, those after a given id."""
    return [row[0] for row in _OLD.all(tx, before=before, after=after, most=most)]


def fade(tx: Tx, recording_ids: Sequence[str]) -> int:
    """Take the sound out of these; how many there were."""
    return _FADE.run(tx, ids=list(recording_ids))


def _place(recording_id: str) -> str:
    return f"recording.sealed_audio:{recording_id}"
