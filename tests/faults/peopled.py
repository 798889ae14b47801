"""Who a fragile house has: crowds of people, their plans, and texts that are to leave.

Promise: all of it is put there by the storage's own functions, at once, however many they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flows.recurrence import Slot
from service import cases, checkins, recording
from service.house import House
from service.slate import Slate
from service.storage import cases as stored_cases
from service.storage import (
    contacts,
    ids,
    links,
    messages,
    numbers,
    people,
    placings,
    plans,
    settings_rows,
    shifts,
    standing,
    volunteers,
)
from service.storage import timers as stored_timers
from service.storage.shifts import NewShift


class Somebody(NamedTuple):
    """A person of the crowd."""

    id: str
    number_id: str
    number: str


class Peopled:
    """What a house with people in it can be asked for."""

    inside: House
    _people: int

    def crowd(self, count: int) -> list[Somebody]:
        """So many active people, each with a number of their own."""
        now = self.inside.now()
        first = 2_000_000 + self._people
        self._people += count
        plain = [f"+1555{place:07d}" for place in range(first, first + count)]
        with self.inside.database.writing() as tx:
            known = numbers.add_many(tx, [(number, "US", "mobile") for number in plain], now)
            crowd = [Somebody(ids.new(), id_, number) for number, id_ in known.items()]
            people.add_many(
                tx,
                [
                    people.New(
                        one.id, "active", "en", "UTC", now, {"name": "Ana"},
                        main_number_id=one.number_id, joined_at=now,
                    )
                    for one in crowd
                ],
            )  # fmt: skip
            links.add_many(tx, [(one.id, one.number_id, True) for one in crowd])
            for one in crowd:
                numbers.set_holder(tx, one.number_id, one.id, None)
        return crowd

    def helpers(
        self, count: int, roles: Sequence[str] = ("volunteer",), *, duty: bool = True
    ) -> list[Somebody]:
        """So many who were checked and may take any number of cases, each with a phone for texts;
        on duty for two months, or not."""
        found, now = self.crowd(count), self.inside.now()
        start, slot = now - timedelta(minutes=1), now.isoformat()[:19]
        end = now + timedelta(days=60)
        with self.inside.database.writing() as tx:
            for one in found:
                volunteers.put(tx, one.id, now, roles=roles, daily_cap=30_000)
                volunteers.vet(tx, one.id, "rosa", now)
                volunteers.move(tx, one.id, "active")
                contacts.add(tx, one.id, one.number_id, "text", now, verified=True)
            on = [NewShift("days", "volunteer", o.id, slot, start, end, "hand") for o in found]
            shifts.plan(tx, on if duty else [], now)
        return found

    def coordinators(self, plain: Sequence[str]) -> list[Somebody]:
        """Coordinators who are only these numbers, and no others."""
        now = self.inside.now()
        with self.inside.database.writing() as tx:
            known = numbers.add_many(tx, [(number, "US", "mobile") for number in plain], now)
            settings_rows.put(tx, "coordinators", list(known.values()), now)
        return [Somebody("", id_, number) for number, id_ in known.items()]

    def needs(self, one: Somebody, kind: str, priority: str) -> None:
        """They need somebody, as a turn of theirs finds out. Where they have a case, nothing."""
        house = self.inside
        with house.database.writing() as tx:
            found = standing.by_people(tx, [one.id], set())[one.id]
            force = house.editions.in_force(tx, found.stamp or settings_rows.stamp(tx))
            slate = Slate(house, tx, house.now(), found, force, force.sender(None))
            if not stored_cases.all_open_of(tx, one.id):
                cases.open_case(slate, kind, priority)
            recording.record(tx, [slate])

    def plan(self, crowd: Sequence[Somebody], due: datetime | None = None) -> None:
        """A daily check-in for each, due at that moment, by default now: one wave."""
        now = self.inside.now()
        due = due or now
        local = due.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        rule = f"FREQ=DAILY;BYHOUR={local.hour};BYMINUTE={local.minute};BYSECOND={local.second}"
        slot = Slot(local, due.replace(microsecond=0))
        started = (local - timedelta(days=1)).isoformat()
        made = [
            plans.NewPlan(
                ids.new(), one.id, "daily-checkin", rule, started, None, "text", one.number_id, now
            )
            for one in crowd
        ]
        with self.inside.database.writing() as tx:
            plans.add_many(tx, [(plan, slot) for plan in made])
            stored_timers.put(
                tx, [checkins.slot_timer(plan.id, plan.person_id, slot) for plan in made], now
            )

    def draft(
        self, to: Somebody, body: str, *, turn: str = "", seq: int = 0, waits_for: str | None = None
    ) -> messages.Draft:
        """A text to somebody, for `messages.put`."""
        now = self.inside.now()
        with self.inside.database.reading() as tx:
            force = self.inside.editions.in_force(tx, settings_rows.stamp(tx))
        return messages.Draft(
            ids.new(), to.id, to.number_id, force.sender(None).id, None, turn or ids.new(), seq,
            messages.REPLY, "pending", None, body, 1, now, waits_for, None, None, now, None,
            "answer",
        )  # fmt: skip

    def pace(self, segments_a_second: float) -> None:
        """How fast our number may send, until the next test."""
        with self.inside.database.writing() as tx:
            tx.execute(f"UPDATE sender SET pace_milli = {round(segments_a_second * 1000)}")
            settings_rows.touch(tx, self.inside.now())

    def turn(self, to: Somebody, bodies: Sequence[str]) -> list[messages.Draft]:
        """Texts that leave one after the other."""
        drafts: list[messages.Draft] = []
        for seq, body in enumerate(bodies):
            before = drafts[-1] if drafts else None
            drafts.append(
                self.draft(
                    to, body, turn=before.turn_id if before else "", seq=seq,
                    waits_for=before.id if before else None,
                )
            )  # fmt: skip
        return drafts

    def call(self, crowd: Sequence[Somebody]) -> None:
        """A call to each of them, to be placed as soon as one may be."""
        now = self.inside.now()
        with self.inside.database.writing() as tx:
            force = self.inside.editions.in_force(tx, settings_rows.stamp(tx))
            placings.plan(
                tx,
                [
                    placings.NewCall(
                        ids.new(), "notice", one.id, one.number_id, force.sender(None).id,
                        messages.REPLY, now, now, expires_at=now + timedelta(hours=2),
                    )
                    for one in crowd
                ],
            )  # fmt: skip

    def put(self, drafts: Sequence[messages.Draft]) -> None:
        with self.inside.database.writing() as tx:
            messages.put(tx, drafts)
