"""Retention: after so many days the words of messages, calls, answers, recordings, cases and
consents go; ids and states stay.

Promise: carried out once a day by whoever looks first, in batches short enough that nobody waits;
stopped at any moment, it goes on where it was the next time. How long is the organisation's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from service import logs
from service.house import House
from service.organisation import Organisation
from service.storage import (
    answers,
    bridges,
    cases,
    consents,
    contacts,
    conversations,
    forgetting,
    marked_texts,
    recordings,
    settings_rows,
)
from service.storage.database import Tx

RETAINED = "retained"  # when it was last carried out to its end
BATCH = 500
_EVERY = timedelta(days=1)

_Old = Callable[[Tx, datetime, str, int], list[str]]
_Fade = Callable[[Tx, Sequence[str]], int]

log = logs.get(__name__)


class Faded(NamedTuple):
    """How many messages (and steps of calls), answers, recordings, cases and consents lost their
    words."""

    messages: int = 0
    answers: int = 0
    recordings: int = 0
    cases: int = 0
    consents: int = 0

    def plus(self, other: Faded) -> Faded:
        return Faded(*(mine + more for mine, more in zip(self, other, strict=True)))


def due(tx: Tx, now: datetime) -> bool:
    """Whether a day has gone by since it was carried out."""
    last = settings_rows.get(tx, RETAINED)
    return last is None or now - datetime.fromisoformat(last) >= _EVERY


def look(house: House, seconds: float = 5.0) -> None:
    """Carry it out where it is due, for about so long; the next look goes on."""
    with house.database.reading() as tx:
        if not due(tx, house.now()):
            return
    until = time.monotonic() + seconds
    for _ in carry_out(house):
        if time.monotonic() >= until:
            return


def run(house: House) -> Faded:
    """Carry it out to its end, whether it is due or not."""
    total = Faded()
    for step in carry_out(house):
        total = total.plus(step)
    return total


def carry_out(house: House) -> Iterator[Faded]:
    """A batch at each step. When the last is done, the day is kept."""
    now = house.now()
    with house.database.reading() as tx:
        us = house.editions.in_force(tx, settings_rows.stamp(tx)).organisation
    total = Faded()
    for step in _steps(house, us, now):
        total = total.plus(step)
        yield step
    with house.database.writing() as tx:
        settings_rows.put(tx, RETAINED, now.isoformat(), now)
    if any(total):
        log.info("words that were kept long enough are gone", count=sum(total))


def _steps(house: House, us: Organisation, now: datetime) -> Iterator[Faded]:
    messages, told = _before(now, us.keep_messages_days), _before(now, us.keep_answers_days)
    for count in _in_batches(house, forgetting.old_messages, forgetting.strip, messages):
        yield Faded(messages=count)
    for count in _in_batches(house, forgetting.old_calls, forgetting.strip_calls, messages):
        yield Faded(messages=count)
    for count in _in_batches(house, answers.old, answers.fade, told):
        yield Faded(answers=count)
    for _ in _in_batches(house, conversations.old, conversations.fade, told):
        yield Faded()  # a session remembers its answers
    heard = _before(now, us.keep_recordings_days)
    for count in _in_batches(house, recordings.old, recordings.fade, heard):
        yield Faded(recordings=count)
    settled = _before(now, us.keep_cases_days)
    for count in _in_batches(house, cases.old, cases.fade, settled):
        yield Faded(cases=count)
    for _ in _in_batches(house, bridges.old, bridges.fade, settled):
        yield Faded()  # names of rooms, by which the carrier knew them
    for _ in _in_batches(house, marked_texts.old, marked_texts.drop, settled):
        yield Faded()  # what they taught stands in the lexicon by then
    agreed = _before(now, us.keep_consents_days)
    for count in _in_batches(house, consents.old, consents.fade, agreed):
        yield Faded(consents=count)
    for _ in _in_batches(house, contacts.old, contacts.fade, now):
        yield Faded()  # codes that nobody gave in time


def _before(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def _in_batches(house: House, old: _Old, fade: _Fade, before: datetime) -> Iterator[int]:
    """Look without keeping anybody waiting, then change a few; how many, at each step."""
    after = ""
    while True:
        with house.database.reading() as tx:
            ids = old(tx, before, after, BATCH)
        if not ids:
            return
        with house.database.writing() as tx:
            count = fade(tx, ids)
        after = ids[-1]
        yield count
