"""Volunteers and rotas for the tests of shifts, on a line."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from flows.recurrence import moment_of
from flows.rotation_words import turn_of
from flows.rotations import Rota
from service import rota
from service.storage import contacts, shifts, volunteers
from tests.service.house import Line, Phone

ZONE = "America/New_York"
MAYA, TOM, LEE = "+15550142011", "+15550142012", "+15550142013"


class Volunteer(NamedTuple):
    """A volunteer's phone, and the ids of who they are and of their number."""

    phone: Phone
    id: str
    number_id: str

    def hears(self) -> list[str]:
        return self.phone.hears()


def volunteer(line: Line, number: str, name: str, *, trained: bool = True) -> Volunteer:
    """Somebody who was checked and trained, with one verified phone for texts."""
    phone = line.member(number, name=name)
    id_, number_id = phone.person.id, phone.standing.number.id
    with line.writing() as tx:
        topics = {"listening": "2026-04-01"} if trained else {}
        volunteers.put(tx, id_, line.at, languages=("en",), trained=topics)
        volunteers.vet(tx, id_, "rosa", line.at)
        volunteers.move(tx, id_, "active")
        contacts.add(tx, id_, number_id, "text", line.at, verified=True)
    return Volunteer(phone, id_, number_id)


def evenings(*volunteers_: Volunteer, hours: str = "18:00 to 22:00", **more) -> Rota:
    """Every evening from Monday 4 May on, one after another."""
    people = [one.id for one in volunteers_]
    turn = turn_of("every day", hours, people, date(2026, 5, 4), **more)
    return Rota("evenings", ZONE, (turn,))


def keep(line: Line, one: Rota) -> rota.Filled:
    with line.writing() as tx:
        filled = rota.keep(tx, one, line.at)
    line.settle()
    return filled


def at(text: str) -> datetime:
    return moment_of(datetime.fromisoformat(f"2026-{text}"), ZONE)


def held(line: Line, *statuses: str) -> list[tuple[str, str]]:
    """Who has which shift, by name and local slot."""
    with line.reading() as tx:
        found = shifts.of_rota(tx, "evenings", at("05-01T00:00"), at("06-30T00:00"))
        return [
            (s.person_id, s.local_slot[5:16])
            for s in found
            if s.status in (statuses or ("planned",))
        ]


def there(line: Line, **which) -> list[str]:
    """Who is on duty now, by id."""
    with line.reading() as tx:
        return [one.volunteer.person_id for one in rota.on_duty(tx, line.at, **which)]
