"""What people recorded: fetched from the carrier, sealed, deleted there, and listened to.

Promise: whatever the carrier made of a call's recording is fetched sooner or later, however long
the network is away, and is deleted there only after it is sealed here; what was forgotten here is
deleted there unheard. Each step may be repeated. A listing holds no words; who listens, or takes a
file out, is a line of the trail. No transaction is open while the carrier is asked.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from service import logs, telling
from service.by_hand import whom
from service.carrier.records import CarrierTrouble
from service.cures import Curable
from service.house import House
from service.slate import REPLY
from service.sounds import Audio
from service.storage import calls, ids, people, settings_rows, timers, trail
from service.storage import recordings as kept
from service.storage.database import Tx
from service.storage.recordings import NewRecording, Recording
from service.storage.timers import Timer

KIND = "recording"  # the timers that have one fetched, or deleted at the carrier
RECORDING = "recording"  # as the trail names it
_FIRST_PAUSE = timedelta(seconds=5)  # the carrier needs a moment until it can be fetched
_LONGEST_PAUSE = timedelta(hours=1)
_GIVEN_UP = timedelta(days=1)  # what the carrier does not have by then, it never had
_SLACK = timedelta(minutes=2)  # for what tells of it at once; their clock and ours
_RECORDED = "recorded"  # up to when the carrier was asked what it recorded
_ABSENT = "absent"  # the carrier's word where it was to record and had nothing to
_MOST = 64
_LOST = "recording-lost-coordinator"
_ENDINGS = {"audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/x-wav": ".wav"}

_SILENT = {
    "made": (
        "It is still at the phone network.",
        "The workers fetch it by themselves: try again in a while.",
    ),
    "lost": ("The phone network did not have it any more.", "Nothing can bring it back."),
    "forgotten": ("Its sound was erased, or kept long enough.", "Nothing can bring it back."),
}

log = logs.get(__name__)


# --- made


def made(tx: Tx, new: NewRecording) -> Recording:
    """Note a recording that the carrier has, and have it fetched; told twice, it is one.

    Of somebody who was erased meanwhile nothing is fetched: the carrier deletes it.
    """
    found, fresh = kept.made(tx, new)
    if fresh:
        person = people.load(tx, new.person_id) if new.person_id is not None else None
        if person is not None and person.status == "erased":
            kept.fade(tx, [found.id])
        timers.put(tx, [_timer(found.id, new.at, 0)], new.at)
    return found


def _key(recording_id: str) -> str:
    return f"{KIND}:{recording_id}"


def _timer(recording_id: str, due: datetime, tries: int) -> Timer:
    payload = {"tries": tries}
    return Timer(
        ids.new(), _key(recording_id), KIND, None, recording_id, due, None, payload, timers.CARRIER
    )


# --- fetched, and deleted at the carrier


def look(house: House, seconds: float) -> None:
    """Fetch and clear those that are due, for about so long.

    Raises CarrierTrouble where the carrier is away; what was tried waits longer then.
    """
    until = time.monotonic() + seconds
    with house.database.reading() as tx:
        due = timers.for_the_carrier(tx, house.now(), _MOST)
    for timer in due:
        if timer.kind == KIND:
            _take(house, timer)
            if time.monotonic() > until:
                return


def _take(house: House, timer: Timer) -> None:
    try:
        done = _tend(house, timer.subject_id or "")
    except CarrierTrouble as trouble:
        _later(house, timer)
        log.warning("a recording is fetched later", recording_id=timer.subject_id)
        if trouble.kind != "refused":
            raise
        return
    if done:
        with house.database.writing() as tx:
            timers.done(tx, [timer.id])
    else:
        _later(house, timer)


def sweep(house: House) -> None:
    """What the carrier recorded and no webhook told, and what nothing stands for any more."""
    _untold(house)
    _untended(house)


def _untold(house: House) -> None:
    """Note those of our calls that the carrier has and we do not, some minutes after the fact.

    The moment up to which all is known moves on only when all of it was noted.
    """
    now = house.now()
    with house.database.reading() as tx:
        known = settings_rows.get(tx, _RECORDED)
    since = datetime.fromisoformat(known) if known else now - _GIVEN_UP
    held = house.gateway.list_recordings(since)
    with house.database.writing() as tx:
        for record in held:
            at = record.created_at or now
            if record.status == _ABSENT or at > now - _SLACK:
                continue
            if kept.by_sid(tx, record.sid) is not None:
                continue
            call = calls.by_sid(tx, record.call_sid)
            if call is not None:  # otherwise it is nothing of ours
                made(tx, NewRecording(
                    record.sid, call.person_id, call.number_id, call.id, call.conversation_id,
                    "answer", None, None, record.seconds, at,
                ))  # fmt: skip
                log.info("a recording that no webhook told of", call_id=call.id)
        settings_rows.put(tx, _RECORDED, (now - 2 * _SLACK).isoformat(), now)


def _untended(house: House) -> int:
    """Have those tended that no timer stands for, such as after an erasure; how many."""
    now = house.now()
    with house.database.reading() as tx:
        rows = [*kept.to_fetch(tx, _MOST), *kept.to_clear(tx, _MOST)]
        left = [row for row in rows if not timers.planned(tx, _key(row.id))]
    if left:
        with house.database.writing() as tx:
            timers.put(tx, [_timer(row.id, now, 0) for row in left], now)
    return len(left)


def _later(house: House, timer: Timer) -> None:
    tries = int((timer.payload or {}).get("tries", 0))
    now = house.now()
    pause = min(_FIRST_PAUSE * 2 ** min(tries, 20), _LONGEST_PAUSE)
    with house.database.writing() as tx:
        timers.done(tx, [timer.id])
        timers.put(tx, [_timer(timer.subject_id or "", now + pause, tries + 1)], now)


def _tend(house: House, recording_id: str) -> bool:
    """One step further as far as it goes; whether nothing is left to do."""
    with house.database.reading() as tx:
        row = kept.load(tx, recording_id)
    if row is None or row.carrier_deleted_at is not None:
        return True
    if row.status == "made":
        data, media_type = house.gateway.fetch_recording(row.carrier_sid) or (b"", "")
        if not data:
            return _not_there(house, row)
        with house.database.writing() as tx:  # where it was forgotten meanwhile nothing is kept
            kept.fetched(tx, row.id, media_type, data, house.now())
    house.gateway.delete_recording(row.carrier_sid)
    with house.database.writing() as tx:
        kept.cleared(tx, row.id, house.now())
    return True


def _not_there(house: House, row: Recording) -> bool:
    """The carrier may still be at it. After a day it is lost, and the coordinators are told."""
    now = house.now()
    if now - row.created_at < _GIVEN_UP:
        return False
    with house.database.writing() as tx:
        if kept.lost(tx, row.id, now):
            force = house.editions.in_force(tx, settings_rows.stamp(tx))
            timers.put(tx, telling.timers_for_staff(force, _LOST, now, REPLY), now)
            log.error("the carrier has lost a recording", recording_id=row.id)
    return True


# --- listened to


def sound(house: House, recording_id: str) -> Audio | None:
    """What was said; None where it is not here, not yet or not any more."""
    with house.database.reading() as tx:
        found = kept.audio(tx, recording_id)
    return None if found is None else Audio(*found)


def listing(house: House, given: str | None, most: int) -> list[dict[str, Any]]:
    """One person's in the order in which they were made, or everybody's latest. Curable."""
    with house.database.reading() as tx:
        rows = kept.latest(tx, most) if given is None else kept.of_person(tx, whom(tx, given))
    return [row._asdict() for row in rows]


def save(house: House, recording_id: str, path: Path, by: str) -> dict[str, Any]:
    """Write one into a file that is not there yet. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        row, found = _audible(tx, recording_id)
        _write(path, found.data)
        _listened(tx, row, by, now)
    return {"id": row.id, "file": str(path), "seconds": row.seconds, "media_type": found.media_type}


def play_order(house: House, given: str, folder: Path, by: str) -> list[dict[str, Any]]:
    """Write one person's, or one call's, into a folder: files and a list to play them in order.

    What is not here, not yet or not any more, is told with its status. Raises Curable.
    """
    now = house.now()
    with house.database.writing() as tx:
        rows = kept.of_call(tx, given) or kept.of_person(tx, whom(tx, given))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        told, names = [], []
        for place, row in enumerate(rows, start=1):
            found = kept.audio(tx, row.id)
            name = f"{place:03}{_ENDINGS.get(row.media_type or '', '.audio')}" if found else None
            if found is not None and name is not None:
                _write(folder / name, found[1])
                _listened(tx, row, by, now)
                names.append(name)
            told.append({**row._asdict(), "file": name})
        if names:
            _write(folder / "in-order.m3u", "".join(f"{name}\n" for name in names).encode())
    return told


def _audible(tx: Tx, recording_id: str) -> tuple[Recording, Audio]:
    row, found = kept.load(tx, recording_id), kept.audio(tx, recording_id)
    if row is None:
        cure = "See `hearthline recordings list`."
        raise Curable(recording_id, "No recording has this id.", cure)
    if found is None:
        raise Curable(recording_id, *_SILENT.get(row.status, _SILENT["forgotten"]))
    return row, Audio(*found)


def _listened(tx: Tx, row: Recording, by: str, now: datetime) -> None:
    kept.heard(tx, row.id, now)
    trail.record(tx, by, "listened to", RECORDING, row.id, now)


def _write(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            path.chmod(0o600)  # somebody's own voice
            file.write(data)
    except FileExistsError:
        cure = "Give a name that is not taken."
        raise Curable(str(path), "This file is there already.", cure) from None
    except OSError as error:
        cure = "See that the folder is there, and that you may write to it."
        raise Curable(str(path), f"It cannot be written: {error.strerror}.", cure) from None
