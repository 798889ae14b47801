"""Placing: calls that are due leave here, one a second for each of our numbers.

Promise: nothing is lost and nobody is rung twice for one reason. `placing` is committed before the
network is called, and no transaction is open meanwhile. Whether a call may leave is looked at
again at that moment (`flows.leaving`); what was surely not taken is tried again until it would be
too late; what may have been taken is in doubt and looked for (`call_books`); what was refused is
an event for its person. A line of the directory is never rung from here, whoever's phone it is
said to be. What is said in a call, and what follows it, is not decided here.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from flows import leaving, ringing
from service import alerting, bridge_phones, call_ends, logs, outages, outbox, turns
from service.carrier.outcomes import (
    NOT_BEGUN,
    Accepted,
    InDoubt,
    Outcome,
    Refused,
    Retry,
    SlowDown,
    can_be_rung,
)
from service.editions import InForce
from service.house import House
from service.slate import CASE, CHECKIN
from service.storage import calls, messages, placings, senders, settings_rows, timers
from service.storage.database import Refused as Contradicted
from service.storage.database import Tx
from service.storage.placings import Candidate

MOST_TRIES = 8
_AT_A_LOOK = 50
_LOOKS = 8  # at what is due, while all of it has to be held
_LONGEST_WAIT = 60.0  # seconds between two tries
_STOP_FOR = timedelta(minutes=5)
_OUR_FAULT = ("credentials", "daily-cap", "config")
# Refusals that are about where one call goes, though the account's settings are at fault.
_ONE_CALL_ONLY = (21215, 21216)
_SETTLED = ("answered", "answered late", "missed", "unreachable", "skipped")

log = logs.get(__name__)

Rows = Sequence[tuple[Candidate, Outcome]]


# --- claiming


def claim(house: House, lanes: Sequence[int], worker: str) -> list[Candidate]:
    """Claim what may be placed now, committed as `placing` when this returns."""
    now = house.now()
    with house.database.reading() as tx:
        waiting = [lane for lane in lanes if placings.any_due(tx, lane, now)]
    if not waiting:
        return []
    with house.database.writing() as tx:
        force = house.editions.in_force(tx, settings_rows.stamp(tx))
        if force.restored:
            return []  # the backup may not know of a STOP yet: `recovery` looks first
        return [row for lane in waiting for row in _claim(tx, force, lane, worker, now)]


def _claim(tx: Tx, force: InForce, lane: int, worker: str, now: datetime) -> list[Candidate]:
    for _ in range(_LOOKS):
        due = placings.due(tx, lane, now, _AT_A_LOOK)
        ready = _ready(tx, force, due, now)
        if ready or not due:
            break
    granted = _paced(tx, force, ready, now)
    claimed = placings.claim(tx, [row.id for row in granted], worker, now) if granted else set()
    return [row for row in granted if row.id in claimed]


def _ready(tx: Tx, force: InForce, due: Sequence[Candidate], now: datetime) -> list[Candidate]:
    """Those that may leave now, one a number; the others are held or cancelled."""
    circumstances = outbox.circumstances(tx, force, {row.lane for row in due}, now)
    ready: dict[str, Candidate] = {}
    held: list[tuple[str, str, datetime]] = []
    for row in due:
        verdict = leaving.may_leave(_as_leaving(row), circumstances(row.zone))
        if verdict is None and _is_a_line(tx, force, row):
            cancel(tx, row, "a line", now)
        elif verdict is None:
            ready.setdefault(row.number_id, row)
        elif isinstance(verdict, leaving.Hold):
            held.append((row.id, verdict.reason, verdict.until))
        else:
            cancel(tx, row, verdict.reason, now)
    if held:
        placings.hold(tx, held)
    return list(ready.values())


def _is_a_line(tx: Tx, force: InForce, row: Candidate) -> bool:
    """Whether this would have a machine ring a line: only a helper joins one, by their own key."""
    if row.purpose in bridge_phones.PURPOSES:
        return False
    voices = tuple(
        (line.voice, line.country)
        for lines in force.directory.by_country.values()
        for line in lines
        if line.voice
    )
    return messages.number(tx, row.number_id, row.sealed_number) in _lines(voices)


@lru_cache(maxsize=4)
def _lines(voices: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The lines of the directory as they would be dialled from anywhere."""
    dialled = (turns.as_dialled(voice, country) for voice, country in voices)
    return frozenset(number for number in dialled if number is not None)


def _as_leaving(row: Candidate) -> leaving.Text:
    over = row.conversation_status == "ended" or row.occurrence_status in _SETTLED
    return leaving.Text(
        row.lane, row.purpose, row.created_at, row.expires_at, row.purpose == CHECKIN,
        row.conversation_id is not None, over, row.opted_out_at is not None,
        not can_be_rung(row.unusable_code), row.number_kind, row.country,
        row.person_status in ("left", "erased"), row.case_presses,
    )  # fmt: skip


def _paced(tx: Tx, force: InForce, ready: Sequence[Candidate], now: datetime) -> list[Candidate]:
    """As many as each of our numbers may place now: calls have a pace of their own."""
    granted: list[Candidate] = []
    for sender in force.senders:
        own = [row for row in ready if row.sender_id == sender.id]
        if own:
            granted += own[: senders.reserve_calls(tx, sender.id, len(own), now)]
    return granted


def cancel(tx: Tx, row: Candidate, reason: str, now: datetime) -> None:
    """It will never be placed; its person's turn hears of it."""
    placings.cancel(tx, [row.id], reason, now)
    if row.person_id is not None:
        came_to = ringing.outcome("cancelled", None, False, why=reason)
        timers.put(tx, [call_ends.event(row.id, row.person_id, came_to, now)], now)


# --- what the network answered


def settle(house: House, rows: Rows) -> None:
    """Write what became of these, in one transaction."""
    try:
        _settle(house, rows)
    except Contradicted:
        if len(rows) > 1:
            for row in rows:
                settle(house, [row])
        elif isinstance(rows[0][1], Accepted):
            # its lease was over, and another call counts as this one: it is looked for
            log.warning("another call counts as this one", call_id=rows[0][0].id)
        else:
            raise


def _settle(house: House, rows: Rows) -> None:
    now = house.now()
    with house.database.writing() as tx:
        taken = [(row.id, said.sid) for row, said in rows if isinstance(said, Accepted)]
        if taken:
            placings.placed(tx, taken)
            outages.ended(tx, now)
        for row, said in rows:
            if not isinstance(said, Accepted):
                _other(house, tx, row, said, now)
        if not taken:
            outages.notice(tx, [said for _, said in rows], now)


def under_way(house: House, call_id: str, sid: str) -> None:
    """The carrier has this call, as a callback tells: perhaps before the answer to our request, or
    in its place."""
    now = house.now()
    with contextlib.suppress(Contradicted), house.database.writing() as tx:
        if not calls.known_sids(tx, [sid]):
            placings.placed(tx, [(call_id, sid)])
            outages.ended(tx, now)


def _other(house: House, tx: Tx, row: Candidate, said: Outcome, now: datetime) -> None:
    match said:
        case InDoubt(reason=reason):
            log.warning("a call is in doubt", call_id=row.id, reason=reason)
            due = now + timedelta(seconds=house.settings.doubt_seconds)
            placings.doubted(tx, [(row.id, row.tries + 1, 0, due)])
            if row.purpose == CASE and row.person_id is not None:  # somebody waits: not for this
                event = alerting.doubt(
                    row.id, row.person_id, row.number_id, now, row.conversation_id
                )
                timers.put(tx, [event], now)
        case SlowDown(code=code, retry_after=seconds):
            _again(tx, row, code, now, seconds)
        case Retry(reason=reason) if reason == NOT_BEGUN:
            placings.again(tx, [(row.id, row.tries + 1, None, now)])
        case Retry(reason=reason):
            if row.tries + 1 >= MOST_TRIES and isinstance(reason, int):
                _refused(tx, row, reason, now)
            else:
                _again(tx, row, reason if isinstance(reason, int) else None, now, None)
        case Refused(code=code, kind=kind):
            if kind in _OUR_FAULT and code not in _ONE_CALL_ONLY:
                log.error("the carrier refuses our calls", kind=kind, code=code)
                said_code = str(code) if code is not None else kind
                placings.again(tx, [(row.id, row.tries + 1, said_code, now + _STOP_FOR)])
            else:
                _refused(tx, row, code, now)
        case _:
            raise TypeError(f"no outcome: {said!r}")


def _again(tx: Tx, row: Candidate, code: int | None, now: datetime, seconds: float | None) -> None:
    """Not taken: again after a while that grows, with some chance in it."""
    wait = seconds or min(2.0 ** min(row.tries, 8), _LONGEST_WAIT)
    due = now + timedelta(seconds=wait * random.uniform(1.0, 1.5))
    placings.again(tx, [(row.id, row.tries + 1, str(code) if code is not None else None, due)])


def _refused(tx: Tx, row: Candidate, code: int | None, now: datetime) -> None:
    said = str(code) if code is not None else "refused"
    if placings.refused(tx, row.id, row.tries + 1, said, now) is None:
        return  # the carrier has it after all, or somebody else is placing it again
    if row.person_id is not None:
        timer = call_ends.event(row.id, row.person_id, ringing.FAILED, now, said)
        timers.put(tx, [timer], now)
