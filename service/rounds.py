"""The doctor's rounds: what waits, is held or in doubt, and what would fail when it is needed.

Promise: looks and changes nothing; costs the same however many people there are, but for keys
that are on their way out. Numbers of people are never told, ids are.
"""

from __future__ import annotations

import http.client
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from service import outages, outbox
from service.findings import Finding, State
from service.slate import day_of
from service.storage import (
    call_doubts,
    message_lists,
    numbers,
    people,
    restoring,
    rotation,
    settings_rows,
    settlements,
)
from service.storage.database import Refused, Tx, Unavailable
from service.storage.sealing import CannotOpen

if TYPE_CHECKING:
    from service.editions import InForce
    from service.house import House

_DOUBT_IS_OLD = timedelta(minutes=10)
_WITHOUT_ASKING = 5  # sweeps that nobody made
_PATIENCE = 5.0  # seconds, for our own web
_LITTLE_ROOM, _NO_ROOM = 0.10, 0.03  # of a disk
_CLOCK_OFF = timedelta(seconds=3)
_BUDGET_TOLD = 0.8
_OF_THEMSELVES = ("quiet hours", "case")  # reasons to hold a text that pass by themselves


class _OnlyATry(Exception):
    """Undoes what was written to see that it can be."""


def of_the_database(house: House) -> Iterator[Finding]:
    """Whether it takes what is written, keys open what is in it, and it may send."""
    try:
        with house.database.writing() as tx:
            settings_rows.put(tx, "doctor", 1, house.now())
            raise _OnlyATry
    except _OnlyATry:
        pass
    except (Unavailable, Refused) as error:
        cure = "See that it is no copy for reading only, and that its disk has room."
        yield Finding("database", "mend", f"It takes nothing that is written ({error}).", cure)
    with house.database.reading() as tx:
        yield from _keys(house, tx)
        yield from _restored(tx)


def _keys(house: House, tx: Tx) -> Iterator[Finding]:
    try:
        numbers.listing(tx, most=1)
        people.listing(tx, most=1)
    except CannotOpen as error:
        cure = "Put the key back that it was sealed with: docs/operating.md, a lost key."
        yield Finding("keys", "mend", f"What is private does not open: {error}.", cure)
        return
    for key in house.sealer.keys[1:]:
        if key.master is None:
            continue
        rows = sum(rotation.still_sealed(tx, key.id).values())
        told = f"The key {key.id} still seals {rows} rows."
        cure = "Run `hearthline keys rotate`."
        if not rows:
            told = f"The key {key.id} seals nothing any more."
            cure = f"Run `hearthline keys retire {key.id}` and put what it prints in its place."
        yield Finding("keys", "look", told, cure)
    yield Finding("keys", "well", f"What is private is sealed with {house.sealer.key_id}.")


def _restored(tx: Tx) -> Iterator[Finding]:
    waiting = restoring.waiting(tx)
    if waiting is not None:
        told = f"It comes from a backup of {waiting.taken_at:%Y-%m-%d %H:%M} UTC: nothing leaves."
        yield Finding("database", "mend", told, "Run `hearthline restore --reconcile`.")


def of_the_outbox(house: House, force: InForce) -> Iterator[Finding]:
    """What is in doubt or held, outages, what came in, and what the day has cost."""
    now = house.now()
    with house.database.reading() as tx:
        yield from _doubts(tx, now)
        yield from _doubted_calls(tx, now)
        yield from _held(tx)
        yield from _asked(house, tx, now)
        if any(outage.until is None for outage in outages.recent(tx, now)):
            told = "Nothing gets through to the phone network: check-ins are suspended."
            yield Finding("phone network", "mend", told, "See its status page; we go on trying.")
        spent = settlements.spent(tx, day_of(now)) / 1_000_000
    budget = force.organisation.daily_budget
    if spent >= budget * _BUDGET_TOLD:
        told = f"Today cost {spent:.2f} of {budget:.2f}; at the budget check-ins wait."
        cure = "See `hearthline spend`; `hearthline settings set daily_budget` raises it."
        yield Finding("budget", "look", told, cure)


def _doubts(tx: Tx, now: datetime) -> Iterator[Finding]:
    count, oldest = message_lists.doubts(tx)
    if oldest is not None and now - oldest > _DOUBT_IS_OLD:
        minutes = int((now - oldest).total_seconds() // 60)
        told = f"{count} messages are in doubt, the oldest for {minutes} minutes."
        cure = "See that workers run and the phone network answers: they look by themselves."
        yield Finding("messages", "mend", told, cure)
    elif not count:
        yield Finding("messages", "well", "Nothing is in doubt.")


def _doubted_calls(tx: Tx, now: datetime) -> Iterator[Finding]:
    count, oldest = call_doubts.oldest(tx)
    if oldest is not None and now - oldest > _DOUBT_IS_OLD:
        minutes = int((now - oldest).total_seconds() // 60)
        told = f"{count} calls are in doubt, the oldest for {minutes} minutes."
        cure = "See that workers run and the phone network answers: they look by themselves."
        yield Finding("calls", "mend", told, cure)


def _held(tx: Tx) -> Iterator[Finding]:
    reasons: dict[str, int] = {}
    for held in message_lists.held(tx):
        if held.reason not in (*_OF_THEMSELVES, restoring.HELD_FOR):
            reasons[held.reason or "?"] = reasons.get(held.reason or "?", 0) + held.messages
    if reasons:
        told = ", ".join(f"{count} for {reason}" for reason, count in sorted(reasons.items()))
        cure = "See `hearthline messages held`; `hearthline messages release` lets them go."
        yield Finding("messages", "look", f"Messages are held: {told}.", cure)


def _asked(house: House, tx: Tx, now: datetime) -> Iterator[Finding]:
    swept = settings_rows.get(tx, outbox.SWEPT)
    if swept is None:
        return
    age = now - datetime.fromisoformat(swept)
    if age > timedelta(seconds=_WITHOUT_ASKING * house.settings.sweep_seconds):
        minutes = int(age.total_seconds() // 60)
        told = f"For {minutes} minutes nobody has asked the phone network what came in."
        yield Finding("worker", "mend", told, "See that the clock and a general worker run.")


def of_the_organisation(house: House, force: InForce) -> Iterator[Finding]:
    """Whether those are reached who should be, and people are told a line that is theirs."""
    us = force.organisation
    with house.database.reading() as tx:
        known = numbers.load_many(tx, list(us.coordinators))
    for number_id in us.coordinators:
        row = known.get(number_id)
        if row is not None and row.country not in outbox.allowed_countries(force):
            told = f"A coordinator's number ({number_id}) lies where we do not text: {row.country}."
            cure = "Allow it: `hearthline settings set allowed_countries`, or set another one."
            yield Finding("organisation", "mend", told, cure)
        if row is None or row.opted_out_at is not None or row.unusable_code is not None:
            why = "is not there" if row is None else "opted out" if row.opted_out_at else "is dead"
            cure = "Set who is told instead: `hearthline settings set coordinators NUMBERS`."
            if row is not None and row.opted_out_at is not None:
                cure = "Have them text START to us, or set another one."
            told = f"A coordinator's number ({number_id}) {why}."
            yield Finding("organisation", "mend", told, cure)
    used = outbox.allowed_countries(force) | {us.country}
    without = sorted(
        country
        for country in used
        if country and country not in us.lines and not force.directory.of(country)
    )
    if without:
        told = f"No line is known for {', '.join(without)}."
        cure = "Set them: `hearthline settings set lines` with line and emergency by country."
        state: State = "mend" if us.country in without else "look"
        yield Finding("organisation", state, told, cure)


def of_the_web(house: House) -> Iterator[Finding]:
    """Whether our own address leads to a web process that is ready."""
    url = house.settings.public_url
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=_PATIENCE) as answer:
            status = int(answer.status)
    except urllib.error.HTTPError as refused:
        status = refused.code
    except (OSError, ValueError, http.client.HTTPException) as error:
        told = f"{url} is not reached from here ({type(error).__name__})."
        cure = (
            "See that web runs and that PUBLIC_URL leads to it: the phone network texts us there."
        )
        yield Finding("web", "look", told, cure)
        return
    if status == 200:
        yield Finding("web", "well", f"{url} is ready.")
        return
    cure = "See its logs." if status == 503 else "See that PUBLIC_URL leads to web and to no other."
    yield Finding("web", "mend", f"{url}/ready answers {status}.", cure)


def of_the_machine(house: House) -> Iterator[Finding]:
    """Room on the disks, and whether its clock is right."""
    seen: set[int] = set()
    folders = [house.settings.home]
    if house.database.path is not None:
        folders.append(house.database.path.parent)
    for folder in folders:
        yield from _room(folder, seen)
    there = house.nudger.time()
    if there is not None and house.settings.clock_file is None:
        off = abs(house.now() - there)
        if off > _CLOCK_OFF:
            told = f"This machine's clock and Redis' differ by {off.total_seconds():.0f} s."
            cure = "Have both machines set their clocks by themselves (NTP)."
            yield Finding("machine", "look", told, cure)


def _room(folder: Path, seen: set[int]) -> Iterator[Finding]:
    while not folder.exists():
        folder = folder.absolute().parent
    disk = folder.stat().st_dev
    if disk in seen:
        return
    seen.add(disk)
    usage = shutil.disk_usage(folder)
    free = usage.free / usage.total
    told = f"The disk of {folder} has {free:.0%} of its room left ({usage.free >> 20} MB)."
    if free < _LITTLE_ROOM:
        cure = "Make room: when it is full, nothing can be kept or sent."
        yield Finding("machine", "mend" if free < _NO_ROOM else "look", told, cure)
    else:
        yield Finding("machine", "well", told)
