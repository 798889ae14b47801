"""Whatever is changed in whatever order: never two where one was asked for, no gap unreported."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from flows import rota as rules
from flows.rotation_words import turn_of
from flows.rotations import Override, Rota
from service import rota
from service.house import House
from service.storage import shifts, swaps, volunteers
from service.storage.database import Tx
from tests.service.conftest import Now
from tests.storage.team import volunteer

ZONE = "Europe/Madrid"
NAMES = ("ana", "ben", "cleo", "dee")


class Coordinator:
    """Somebody who changes a rota at random, and a team that swaps and rests as it likes."""

    def __init__(self, house: House, now: Now, seed: int) -> None:
        self.house, self.now, self.dice = house, now, random.Random(seed)
        self.people: list[str] = []
        with house.database.writing() as tx:
            for name in NAMES:
                person_id, _ = volunteer(tx, name)
                volunteers.set_trained(tx, person_id, {"listening": "2026-01-01"})
                self.people.append(person_id)
            turns = (
                turn_of("weekdays", "18:00 to 2:00", self.people[:3], now.at.date()),
                turn_of("weekends", "9:00 to 9:00", self.people, now.at.date(), "saturday"),
            )
            rota.keep(tx, Rota("r", ZONE, turns, rest=timedelta(0)), now.at)

    def does_something(self) -> None:
        act = self.dice.choice(
            (self.overrides, self.takes_back, self.rotates, self.holiday, self.swaps, self.ends,
             self.rests, self.waits, self.offers)
        )  # fmt: skip
        with self.house.database.writing() as tx:
            one = rota.load(tx, "r")
            assert one is not None
            act(tx, one)
            for kept in rota.every(tx):
                rota.fill(tx, kept, self.now.at)

    def overrides(self, tx: Tx, one: Rota) -> None:
        begins = self._local() + timedelta(hours=self.dice.randint(-3, 200))
        length = timedelta(hours=self.dice.randint(1, 60))
        instead = self.dice.choice((None, *self.people))
        new = Override(begins, begins + length, (self.dice.choice(self.people),), instead)
        rota.keep(tx, one._replace(overrides=(*one.overrides, new)), self.now.at)

    def takes_back(self, tx: Tx, one: Rota) -> None:
        rota.keep(tx, one._replace(overrides=()), self.now.at)

    def rotates(self, tx: Tx, one: Rota) -> None:
        order = self.dice.sample(self.people, self.dice.randint(1, 4))
        day = self._local().date() + timedelta(days=self.dice.randint(0, 9))
        changed = rules.rotated(one, order, day, self.dice.randint(1, 2))
        assert changed is not None
        rota.keep(tx, changed, self.now.at)

    def holiday(self, tx: Tx, one: Rota) -> None:
        day = self._local().date() + timedelta(days=self.dice.randint(0, 9))
        who = tuple(self.dice.sample(self.people, self.dice.randint(0, 1)))
        rota.keep(tx, one._replace(holidays={**one.holidays, day: who}), self.now.at)

    def swaps(self, tx: Tx, one: Rota) -> None:
        shift = self._some_shift(tx)
        able = rota.candidates(tx, one, shift, self.now.at) if shift is not None else []
        if shift is not None and able:
            assert shifts.take_over(tx, shift.id, self.dice.choice(able), self.now.at)

    def offers(self, tx: Tx, one: Rota) -> None:
        shift = self._some_shift(tx)
        able = rota.candidates(tx, one, shift, self.now.at) if shift is not None else []
        if shift is not None and able:
            made = swaps.offer(tx, shift.id, shift.person_id, able, self.now.at)
            assert not made or swaps.accept(tx, self.dice.choice(made).id, self.now.at)

    def ends(self, tx: Tx, one: Rota) -> None:
        for shift in shifts.planned(tx, self.now.at, self.now.at):
            shifts.end(tx, shift.id, self.now.at)

    def rests(self, tx: Tx, one: Rota) -> None:
        who = self.dice.choice(self.people)
        if not volunteers.move(tx, who, "resting"):
            volunteers.move(tx, who, "active")

    def waits(self, tx: Tx, one: Rota) -> None:
        self.now.move(hours=self.dice.randint(1, 40))

    def _some_shift(self, tx: Tx) -> shifts.Shift | None:
        found = shifts.planned(tx, self.now.at, self.now.at + rota.AHEAD)
        return self.dice.choice(found) if found else None

    def _local(self) -> datetime:
        return self.now.at.astimezone(rules.zone_of(ZONE)).replace(tzinfo=None, minute=0)

    def looks(self) -> None:
        """What holds at every moment of the days to come."""
        now = self.now.at
        until = now + rota.AHEAD
        with self.house.database.reading() as tx:
            one = rota.load(tx, "r")
            assert one is not None
            gaps = rota.gaps(tx, one, now, until)
            known = volunteers.load_many(tx, self.people)
            held = [
                shift
                for shift in shifts.planned(tx, now, until)
                if rota.able(known[shift.person_id])
            ]
        wants = rules.wanted(one, now, until)
        for half in range(14 * 48):
            moment = now + timedelta(minutes=30 * half)
            there = [s.person_id for s in held if s.starts_at <= moment < s.ends_at]
            asked = sum(w.asked for w in wants if w.span.starts <= moment < w.span.ends)
            missing = any(gap.starts <= moment < gap.ends for gap in gaps)
            assert len(there) == len(set(there)) <= asked, (moment, there, asked)
            assert missing == (len(there) < asked), moment


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("begins", [date(2026, 3, 20), date(2026, 10, 16)])
def test_whatever_is_changed_nothing_is_doubled_and_nothing_is_missed_silently(
    house: House, now: Now, seed: int, begins: date
) -> None:
    now.at = now.at.replace(year=begins.year, month=begins.month, day=begins.day)
    coordinator = Coordinator(house, now, seed)
    for _ in range(15):
        coordinator.does_something()
        coordinator.looks()
