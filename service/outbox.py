"""The outbox: what is due leaves here, what the carrier says of it comes back here.

Promise: nothing is lost and nothing doubled. `sending` is committed before the network is
called, and no transaction is open during the call. What may leave is `flows.leaving`'s rule;
what an error means is the gateway's; in which lane and order rows are claimed is decided here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from flows import leaving
from service import alerting, delivery, outages, spending, turns
from service.editions import InForce
from service.house import House
from service.slate import BULK, CASE, REPLY, URGENT, day_of
from service.storage import messages, placings, senders, settings_rows, settlements, timers
from service.storage.database import Refused, Tx
from service.storage.messages import Candidate

AHEAD = {
    URGENT: timedelta(seconds=10),  # what is urgent may run ahead of a number's pace
    REPLY: timedelta(seconds=0.5),
    BULK: timedelta(seconds=0.5),
}
_LOOKS = 8  # at what is due, while all of it has to be held
SWEPT = "swept"  # up to when all is known that came in at the carrier
SWEEPING = "sweeping"  # when somebody last began to ask for it
_SWEEP_TAKES = timedelta(seconds=15)  # so long nobody else begins


# --- claiming


def claim(house: House, lane: int, most: int, worker: str) -> list[Candidate]:
    """Claim up to so many messages of one lane, committed as `sending` when this returns."""
    now = house.now()
    with house.database.writing() as tx:
        for _ in range(_LOOKS):
            due = messages.due(tx, lane, now, now + AHEAD[lane], most)
            if not due:
                return []
            force = house.editions.in_force(tx, settings_rows.stamp(tx))
            if force.restored:
                return []  # the backup may not know of a STOP yet: `recovery` looks first
            ready = _ready(tx, force, _one_a_number(due), now)
            if ready:
                break  # otherwise all of these are held: what stands behind them may leave
        granted = _paced(tx, force, ready, lane, now)
        if not granted:
            return []
        claimed = messages.claim(tx, [row.id for row in granted], worker, now)
    return [row for row in granted if row.id in claimed]


def _one_a_number(due: Sequence[Candidate]) -> list[Candidate]:
    """The first for each number: the next is not claimed before the carrier has this one."""
    first: dict[str, Candidate] = {}
    for row in due:
        first.setdefault(row.number_id, row)
    return list(first.values())


def _ready(tx: Tx, force: InForce, due: Sequence[Candidate], now: datetime) -> list[Candidate]:
    """Those that may leave now; the others are held or cancelled."""
    around = circumstances(tx, force, {row.lane for row in due}, now)
    ready: list[Candidate] = []
    held: list[tuple[str, str, datetime]] = []
    for row in due:
        verdict = leaving.may_leave(_text(row), around(row.zone))
        if verdict is None:
            ready.append(row)
        elif isinstance(verdict, leaving.Hold):
            held.append((row.id, verdict.reason, verdict.until))
        else:
            _cancel(tx, row, verdict.reason, now)
    if held:
        messages.hold(tx, held)
    return ready


def circumstances(
    tx: Tx, force: InForce, lanes: Collection[int], now: datetime
) -> Callable[[str | None], leaving.House]:
    """By a person's zone: what holds for texts and calls of these lanes at this moment."""
    organisation = force.organisation
    budget = int(organisation.daily_budget * 1_000_000)
    spent = BULK in lanes and settlements.spent(tx, day_of(now)) >= budget
    countries = allowed_countries(force)
    next_day = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return lambda zone: leaving.House(
        now, zone or organisation.zone, countries, organisation.quiet_to,
        organisation.quiet_from, spent, next_day,
    )  # fmt: skip


def _text(row: Candidate) -> leaving.Text:
    return leaving.Text(
        row.lane, row.purpose, row.created_at, row.expires_at, row.expires_at is not None,
        row.wait_token is not None, row.conversation_status == "ended",
        row.opted_out_at is not None, row.unusable_code is not None, row.number_kind,
        row.country, row.person_status in ("left", "erased"), row.case_presses,
    )  # fmt: skip


def _cancel(tx: Tx, row: Candidate, reason: str, now: datetime) -> None:
    """It will never leave. What waits for it may; and its conversation is told."""
    messages.cancel(tx, [row.id], reason, now)
    settlements.free(tx, [row.id])
    if row.person_id is None and row.purpose == CASE:
        timers.put(tx, [delivery.number_failure(row.id, row.number_id, reason, now)], now)
    elif row.person_id is not None and (row.conversation_id is not None or row.purpose == CASE):
        timer = delivery.failure(
            row.id, row.person_id, row.conversation_id, row.purpose, reason, now
        )
        timers.put(tx, [timer], now)


def _paced(
    tx: Tx, force: InForce, ready: Sequence[Candidate], lane: int, now: datetime
) -> list[Candidate]:
    """As many as each of our numbers may send within the next moments."""
    granted: list[Candidate] = []
    for sender in force.senders:
        own = [row for row in ready if row.sender_id == sender.id]
        if own:
            sizes = [row.segments for row in own]
            granted += own[: senders.reserve(tx, sender.id, sizes, now, AHEAD[lane])]
    return granted


def allowed_countries(force: InForce) -> frozenset[str]:
    """Countries that texts go to: those allowed, by default those of our own numbers."""
    allowed = force.organisation.allowed_countries
    if allowed:
        return frozenset(allowed)
    own = frozenset(turns.described(sender.number)[0] or "" for sender in force.senders)
    return own | {force.organisation.country}


# --- what the carrier says


_ACCEPTED = ("accepted", "queued", "scheduled", "sending")
_ENDS = {
    "sent": "sent", "delivered": "delivered", "read": "delivered", "undelivered": "undelivered",
    "failed": "failed", "canceled": "failed",
}  # fmt: skip


def ends(status: str) -> bool:
    """Whether this word of the carrier is its last about a text."""
    return _ENDS.get(status, "sent") != "sent"


def status_came_in(
    house: House, *, sid: str, message_id: str | None, status: str, error_code: int | None
) -> None:
    """Take a status callback. Late, doubled or out of order, it never moves a message back."""
    if status in _ENDS:
        code = str(error_code) if error_code is not None else None
        try:
            failed = _ended(house, sid, message_id, _ENDS[status], code)
        except Refused:  # reconciling took this sid for another text with the same words
            failed = _ended(house, sid, None, _ENDS[status], code)
        if failed:
            house.nudger.nudge(URGENT)
    elif status in _ACCEPTED and message_id is not None:
        # where another text with the same words has this sid, that one was accepted long ago
        with contextlib.suppress(Refused), house.database.writing() as tx:
            settled_as_accepted(house, tx, [(message_id, sid)], house.now())


def _ended(house: House, sid: str, message_id: str | None, status: str, code: str | None) -> bool:
    """The carrier is done with it, or nearly so; whether it failed just now."""
    now = house.now()
    with house.database.writing() as tx:
        row = settlements.moved(tx, message_id or sid, message_id is None, sid, status, code, now)
        if row is None:
            return False
        if row.accepted_at is None:  # it overtook the answer to our own request
            settled_as_accepted(house, tx, [(row.id, sid)], now)
        if status == "sent" or status == "delivered":
            return False
        _failed(tx, row, code, now)
        return True


def settled_as_accepted(
    house: House, tx: Tx, rows: Sequence[tuple[str, str | None]], now: datetime
) -> None:
    """The carrier has these: their waits begin, and what waited for them may go."""
    new = settlements.accepted(tx, rows, now)
    if new:
        delivery.accepted(tx, new, now)
        spending.taken(house, tx, new, now)
        outages.ended(tx, now)  # also where we learn it from a callback, or by asking


def _failed(tx: Tx, row: settlements.Settled, code: str | None, now: datetime) -> None:
    if row.person_id is None and row.conversation_id is None:
        timers.put(tx, [delivery.number_failure(row.id, row.number_id, code, now)], now)
    elif row.person_id is not None:
        timer = delivery.failure(row.id, row.person_id, row.conversation_id, row.purpose, code, now)
        timers.put(tx, [timer], now)


# --- the clock's look


def tick(house: House) -> set[int]:
    """Find what is held no longer, what a dead process left behind; the lanes with work."""
    now = house.now()
    with house.database.reading() as tx:
        work = _work(tx, house, now)
    if work.changes:
        with house.database.writing() as tx:
            messages.release(tx, now)
            before = now - timedelta(seconds=house.settings.lease_seconds)
            left = messages.leases_over(tx, before, now)
            placings.release(tx, now)
            left += placings.leases_over(tx, before, now)
            # whoever waits for an answer to one of these does not wait for the carrier's books
            alerts = [row for row in left if _is_alert(row)]
            timers.put(tx, [_doubted(row, now) for row in alerts], now)
        if alerts:
            work.lanes.add(URGENT)
    return work.lanes


def _is_alert(row: messages.LeftBehind) -> bool:
    return row.lane == URGENT and row.purpose == CASE


def _doubted(row: messages.LeftBehind, now: datetime) -> timers.Timer:
    return alerting.doubt(row.id, row.person_id, row.number_id, now, row.conversation_id)


class _Work:
    __slots__ = ("changes", "lanes")

    def __init__(self, lanes: set[int], changes: bool) -> None:
        self.lanes = lanes
        self.changes = changes


def _work(tx: Tx, house: House, now: datetime) -> _Work:
    lanes = {lane for lane in (URGENT, REPLY, BULK) if messages.any_due(tx, lane, now)}
    before = now - timedelta(seconds=house.settings.lease_seconds)
    release, leases, doubts = messages.anything_stuck(tx, now, before)
    calls = placings.anything(tx, now, before)
    lanes.update(calls.lanes)
    forget = bool(timers.for_the_carrier(tx, now, 1))
    changes = release or leases or calls.held or calls.leases
    if changes or doubts or calls.doubts or forget or sweep_due(tx, house, now):
        lanes.add(REPLY)  # the general workers look into it
    return _Work(lanes, changes)


def sweep_due(tx: Tx, house: House, now: datetime) -> bool:
    """Whether the carrier was not asked for a while what came in, and nobody is asking."""
    often = timedelta(seconds=house.settings.sweep_seconds)
    return not (
        _younger(settings_rows.get(tx, SWEPT), often, now)
        or _younger(settings_rows.get(tx, SWEEPING), min(often, _SWEEP_TAKES), now)
    )


def _younger(moment: str | None, than: timedelta, now: datetime) -> bool:
    return moment is not None and timedelta(0) <= now - datetime.fromisoformat(moment) < than


def our_numbers(tx: Tx, house: House) -> tuple[senders.Sender, ...]:
    """The numbers we send from."""
    return house.editions.in_force(tx, settings_rows.stamp(tx)).senders


def number_of(tx: Tx, house: House, sender_id: str | None) -> str:
    return house.editions.in_force(tx, settings_rows.stamp(tx)).sender(sender_id).number
