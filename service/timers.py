"""Timers: what is due is claimed, loaded and taken in bulk, each in a turn of its own person.

Promise: a batch is one transaction with a number of statements that does not grow with it; what is
urgent comes one by one, before the rest. A timer whose token is stale does nothing. Ten thousand
check-ins due in one second are three hundred batches, with room between them for those who write
meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flows.events import WaitOver
from service import (
    call_ends,
    case_actions,
    checkins,
    conversing,
    desk,
    logs,
    outages,
    reaching,
    recording,
    ringing,
    shift_watch,
    telling,
)
from service.happenings import HANDLERS
from service.house import House
from service.slate import BULK, CASE, URGENT, Slate
from service.storage import (
    calls,
    conversations,
    ids,
    links,
    occurrences,
    plans,
    restoring,
    settings_rows,
    standing,
    timers,
)
from service.storage.database import Tx, Unavailable
from service.storage.occurrence_moves import OccurrenceMove
from service.storage.standing import Conversation, Standing
from service.storage.timers import Timer

log = logs.get(__name__)

_PUT_OFF = timedelta(minutes=5)  # a timer that fails: a mistake of ours, that somebody repairs
_FOR_ANYBODY = ("erase", desk.LOOK, desk.DEADLINE)  # also for whom no number reaches any more
BATCH = 30  # timers in one transaction: some six milliseconds, for who is in danger waits meanwhile


def tick(house: House, seconds: float = 0.5) -> bool:
    """Take what is due, for about so many seconds; whether there is more."""
    until = time.monotonic() + seconds
    while take_batch(house):
        if time.monotonic() >= until:
            return True
    return False


def take_batch(house: House, lanes: Sequence[int] = (0, 1, 2)) -> int:
    """Take one batch of due timers of these lanes, in one transaction; how many.

    A look first, without the lock of a writer: mostly nothing is due.
    """
    if not any_due(house):
        return 0
    try:
        due, to_send = _take_batch(house, lanes)
    except Unavailable:
        raise
    except Exception as error:
        log.error("a batch of timers failed, its timers are taken one by one", exc_info=error)
        due, to_send = _take_one_by_one(house, lanes)
    for lane in to_send:
        house.nudger.nudge(lane)
    return due


class _Busy(Exception):
    """Somebody of a batch is in a turn just now; `others`: the ids of what is due for others."""

    def __init__(self, others: list[str]) -> None:
        super().__init__()
        self.others = others


def _take_batch(house: House, lanes: Sequence[int]) -> tuple[int, set[int]]:
    """Begun again without those who are in a turn just now: what is due for them is not held while
    this waits for anything, since that turn may be waiting for one of their timers."""
    now = house.now()
    others: list[str] | None = None
    while others is None or others:
        try:
            with house.database.writing() as tx:
                due = (
                    _due(tx, now, lanes) if others is None else timers.claim_these(tx, others, now)
                )
                return _take_in(house, tx, due, now)
        except _Busy as found:
            others = found.others
    return 0, set()


def _due(tx: Tx, now: datetime, lanes: Sequence[int]) -> list[Timer]:
    """What this transaction takes. What is urgent comes alone: it moves cases, and with them what
    others hold too, so a batch of it could wait for another that waits for this one."""
    if URGENT in lanes and (first := timers.claim_first(tx, now, URGENT)):
        return first
    rest = [lane for lane in lanes if lane != URGENT]
    return _one_kind(timers.claim(tx, now, BATCH, rest)) if rest else []


def _one_kind(due: Sequence[Timer]) -> list[Timer]:
    """Those for numbers alone, or else those for people: never one person on two slates."""
    for_numbers = [timer for timer in due if timer.person_id is None]
    return for_numbers or list(due)


def _take_in(house: House, tx: Tx, due: Sequence[Timer], now: datetime) -> tuple[int, set[int]]:
    """Take these; how many, and the lanes in which something is to be sent now.

    Raises _Busy where somebody is in a turn just now: they keep their timers for the next look.
    """
    busy: set[str] = set()
    slates = _slates(house, tx, due, now, busy) if due else {}
    if busy:
        raise _Busy([t.id for t in due if (t.person_id or t.subject_id) not in busy])
    if not due:
        return 0, set()
    timers.done(tx, [timer.id for timer in due])
    shift_watch.take(house, tx, due, now)
    _take(tx, slates, due, now)
    to_send = recording.record(tx, list(slates.values()))
    _doubt_what_was_lost(tx, slates, due, now)
    return len(due), to_send


def _doubt_what_was_lost(
    tx: Tx, slates: Mapping[str, Slate], due: Sequence[Timer], now: datetime
) -> None:
    """What was due before a restore was reconciled may have been said in the time that was lost."""
    lost = next((slate.force.lost for slate in slates.values()), None)
    if lost is None:
        return
    before = {t.person_id or t.subject_id for t in due if t.due_at <= lost.at}
    again = [slate for key, slate in slates.items() if key in before]
    if again:
        called = [call.id for slate in again for call in slate.calls]
        restoring.doubt_these(tx, [slate.turn_id for slate in again], called, lost, now)


def _take_one_by_one(house: House, lanes: Sequence[int]) -> tuple[int, set[int]]:
    """Each in a transaction of its own. One that fails is put off: it must not hold up the rest."""
    now, lanes_to_send, taken = house.now(), set[int](), 0
    with house.database.reading() as tx:
        due = timers.claim(tx, now, BATCH, lanes)
    for timer in due:
        try:
            with house.database.writing() as tx:
                mine = timers.claim_these(tx, [timer.id], now)
                count, to_send = _take_in(house, tx, mine, now)
            taken, lanes_to_send = taken + count, lanes_to_send | to_send
        except Unavailable:
            raise
        except _Busy:
            continue
        except Exception as error:
            log.error("a timer failed and is put off", timer_id=timer.id, exc_info=error)
            with house.database.writing() as tx:
                timers.put_off(tx, timer.id, now + _PUT_OFF)
    return taken, lanes_to_send


def _slates(
    house: House, tx: Tx, due: Sequence[Timer], now: datetime, busy: set[str]
) -> Mapping[str, Slate]:
    """The slate of each timer's person, or number, by its id; one a person, however many timers."""
    people = {timer.person_id for timer in due if timer.person_id is not None}
    numbers = {
        timer.subject_id
        for timer in due
        if timer.person_id is None and timer.subject_id is not None
    }
    found: dict[str, Standing] = {}
    # Numbers are locked before persons, everywhere and always in the order of their ids.
    if numbers:
        found |= standing.by_numbers(tx, sorted(numbers), busy)
    if people:
        found |= standing.by_people(tx, sorted(people), busy)
    for timer in due:  # these come to those, too, whom no number reaches any more
        person_id = timer.person_id or ""
        if timer.kind in _FOR_ANYBODY and person_id not in found and person_id not in busy:
            found[person_id] = standing.without_number(tx, person_id)
    slates: dict[str, Slate] = {}
    for key, stand in found.items():
        force = house.editions.in_force(tx, stand.stamp or settings_rows.stamp(tx))
        sender = force.sender(stand.person.sender_id if stand.person else None)
        slates[key] = Slate(house, tx, now, stand, force, sender, BULK)
    return slates


def _take(tx: Tx, slates: Mapping[str, Slate], due: Sequence[Timer], now: datetime) -> None:
    _take_slots(tx, slates, [timer for timer in due if timer.kind == "slot"], now)
    talks = [timer for timer in due if timer.kind in ("wait", "expire")]
    rows = _conversations(tx, slates, talks)
    out = outages.recent(tx, now) if talks else ()
    _on_the_number(
        tx,
        [
            (slate, row.number_id)
            for timer in talks
            if (slate := slates.get(timer.person_id or "")) is not None
            and (row := rows.get(timer.subject_id or "")) is not None
            and row.status == "front"
        ],
    )
    for timer in talks:
        slate = slates.get(timer.person_id or "")
        if slate is None:
            continue
        # as it stands by now: an earlier timer of this batch may have brought it to the front
        row = slate.conversations.get(timer.subject_id or "") or rows.get(timer.subject_id or "")
        if row is None or row.status == "ended":
            continue
        usual = slate.lane, slate.purpose
        if case_actions.is_about_a_case(row):
            slate.lane, slate.purpose = URGENT, CASE
        _take_talk(slate, row, timer, out)
        slate.lane, slate.purpose = usual
    _on_the_called(tx, slates, [timer for timer in due if timer.kind == call_ends.KIND])
    for timer in due:
        handle = HANDLERS.get(timer.kind)
        slate = slates.get(timer.person_id or timer.subject_id or "")
        if handle is not None and slate is not None:
            handle(slate, timer)


def _conversations(
    tx: Tx, slates: Mapping[str, Slate], due: Sequence[Timer]
) -> dict[str, Conversation]:
    """The conversations of these timers; those on a slate already are not loaded again."""
    held = {row.id: row for slate in slates.values() for row in slate.conversations.values()}
    missing = [t.subject_id for t in due if t.subject_id and t.subject_id not in held]
    return held | (conversations.by_ids(tx, missing) if missing else {})


def _take_talk(
    slate: Slate, row: Conversation, timer: Timer, out: Sequence[outages.Outage]
) -> None:
    if timer.kind == "expire":
        if row.expires_at is not None and row.expires_at > slate.now:
            return  # it was given more time
        lost = outages.lost(out, timer, row.visible_since, slate.now)
        if lost > timedelta(0) and row.status == "front":
            row.expires_at = slate.now + lost
            slate.changed(row)
            _go_on(slate, timer, lost)
        else:
            conversing.expire(slate, row)
        return
    if str(row.token) != timer.token:
        return
    lost = outages.lost(out, timer, timer.created_at, slate.now)
    if lost > timedelta(0):
        _go_on(slate, timer, lost)
        return
    slate.conversations[row.id] = row
    conversing.wait_over(slate, row, WaitOver(int(timer.token or 0)))


def _go_on(slate: Slate, timer: Timer, lost: timedelta) -> None:
    """The network was away while we waited: nobody could answer, so nobody was silent."""
    payload = {"granted": slate.now.isoformat()}
    slate.later(timer._replace(id=ids.new(), due_at=slate.now + lost, payload=payload))


def _take_slots(tx: Tx, slates: Mapping[str, Slate], due: Sequence[Timer], now: datetime) -> None:
    if not due:
        return
    known = plans.load_many(tx, [timer.subject_id for timer in due if timer.subject_id])
    items = [
        checkins.Due(timer, plan, slate)
        for timer in due
        if (plan := known.get(timer.subject_id or "")) is not None
        and plan.status == "active"
        and (slate := slates.get(timer.person_id or "")) is not None
    ]
    _on_the_number(tx, [(item.slate, item.plan.number_id) for item in items])
    for item, occurrence in checkins.slots_due(tx, items, now):
        _begin_checkin(item, occurrence)


def _on_the_called(tx: Tx, slates: Mapping[str, Slate], due: Sequence[Timer]) -> None:
    """What follows a call is about the number that was called."""
    found = calls.load_many(tx, [timer.subject_id or "" for timer in due]) if due else {}
    _on_the_number(
        tx,
        [
            (slate, call.number_id)
            for timer in due
            if (slate := slates.get(timer.person_id or "")) is not None
            and (call := found.get(timer.subject_id or "")) is not None
        ],
    )


def _on_the_number(tx: Tx, wanted: Sequence[tuple[Slate, str | None]]) -> None:
    """These turns speak on the number that a plan or a talk names, if it still reaches them."""
    other = [
        (slate, slate.person.id, number_id)
        for slate, number_id in wanted
        if number_id is not None and number_id != slate.number.id and slate.person is not None
    ]
    if not other:
        return
    reach = links.of_people(tx, sorted({person_id for _, person_id, _ in other}))
    found = standing.by_numbers(tx, sorted({number_id for _, _, number_id in other}))
    for slate, person_id, number_id in other:
        if number_id in found and any(own.number_id == number_id for own in reach[person_id]):
            slate.number = found[number_id].number


def _begin_checkin(item: checkins.Due, occurrence: occurrences.NewOccurrence) -> None:
    """Start the check-in in front, or let it wait until the plan's next slot."""
    slate, flow = item.slate, item.plan.flow
    if flow not in slate.force.program.library.flows:
        # planned long ago, and no longer told by anything in force: a person has to look
        slate.occurrences.append(OccurrenceMove(occurrence.id, "skipped", slate.now))
        telling.staff(slate, conversing.ENGINE_TROUBLE, code=item.plan.id)
        return
    conversation = conversing.prepare(slate, flow, occurrence.id, occurrence.conversation_id)
    conversation.closed_until = item.next_due  # a late answer counts until then at most
    by_call = reaching.by_call(slate, item.plan.channel)
    if by_call:  # also where something stands in front: that is asked first, in the same call
        ringing.begin(slate, conversation, occurrence.due_at)
    if slate.front is not None or by_call:
        if item.next_due is not None and conversation.expires_at is not None:
            conversation.expires_at = min(conversation.expires_at, item.next_due)
            conversing.expires(slate, conversation)
        return
    slate.prompts_expire_at = occurrence.due_at + checkins.TOO_LATE
    conversing.start(slate, flow, before=conversation)
    slate.prompts_expire_at = None


def any_due(house: House) -> bool:
    """Whether something is due now: one look at an index.

    After a restore nothing is, until it is reconciled: who answered meanwhile must not be asked
    again (`recovery`).
    """
    with house.database.reading() as tx:
        return timers.any_due(tx, house.now()) and restoring.waiting(tx) is None


def overdue(house: House) -> tuple[int, datetime | None]:
    """How many timers should have been taken a minute ago, and the oldest of them."""
    with house.database.reading() as tx:
        return timers.overdue(tx, house.now() - timedelta(minutes=1))
