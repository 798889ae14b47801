"""Recording: what slates decided, put into the database in one go, for one turn or a wave.

Promise: the number of statements does not grow with the number of turns. Whatever is written
here is written in the transaction that loaded the slates, so it happens whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.slate import URGENT, Slate
from service.storage import (
    answers,
    conversations,
    messages,
    occurrence_moves,
    placings,
    standing,
    timers,
)
from service.storage.database import Tx
from service.storage.messages import Draft


def record(tx: Tx, slates: Sequence[Slate]) -> set[int]:
    """Write all that these slates hold; the lanes in which something is to be sent."""
    drafts: list[Draft] = []
    for slate in slates:
        own = slate.drafts() if slate.out else []
        if own:
            _count(slate, own)
            drafts += own
    _write(tx, slates, drafts)
    calls = {call.lane for slate in slates for call in slate.calls if call.due_at <= slate.now}
    return {draft.lane for draft in drafts} | calls


def _write(tx: Tx, slates: Sequence[Slate], drafts: Sequence[Draft]) -> None:
    numbers = {s.number.id: s.number for s in slates if s.number.changed}
    if numbers:
        standing.save_numbers(tx, sorted(numbers.values(), key=lambda number: number.id))
    people = {s.person.id: s.person for s in slates if s.person is not None and s.person.changed}
    if people:
        standing.save_people(tx, sorted(people.values(), key=lambda person: person.id))
    changed = [row for s in slates for row in s.conversations.values() if row.new or row.changed]
    if changed:
        conversations.save(tx, changed)
    if drafts:
        messages.put(tx, drafts)
    planned = [call for s in slates for call in s.calls]
    if planned:
        placings.plan(tx, planned)
    kept = [answer for s in slates for answer in s.answers]
    if kept:
        answers.put(tx, kept)
    moves = [move for s in slates for move in s.occurrences]
    if moves:
        occurrence_moves.make(tx, moves)
    dropped = [key for s in slates for key in s.dropped]
    if dropped:
        timers.drop(tx, dropped)
    later = [timer for s in slates for timer in s.timers]
    if later:
        timers.put(tx, later, slates[0].now)


def _count(slate: Slate, drafts: Sequence[Draft]) -> None:
    """Count a turn's messages against the day of the person, or of the unknown number."""
    person, number, day = slate.person, slate.number, slate.day
    if person is not None:
        if number.active_until is not None and number.active_person_id != person.id:
            # somebody else was texting; what comes back may be an answer to this
            number.active_until = min(number.active_until, slate.now)
            number.changed = True
        sent = sum(draft.lane != URGENT for draft in drafts)  # danger is never counted
        person.messages_count = sent + (person.messages_count if person.messages_day == day else 0)
        person.messages_day = day
        person.changed = True
    else:
        number.replies_count = len(drafts) + (
            number.replies_count if number.replies_day == day else 0
        )
        number.replies_day = day
        number.changed = True
