"""People, phones and cases for the tests of those who answer."""

from __future__ import annotations

from datetime import datetime

from service.storage import cases, contacts, ids, numbers, people, volunteers
from service.storage.cases import NewCase
from service.storage.database import Tx
from tests.storage.conftest import AT

DAY = 20260504  # of AT


def person(tx: Tx, name: str, number: str | None = None) -> tuple[str, str]:
    """A person with a phone of their own: (person, number)."""
    person_id = ids.new()
    last = sum(map(ord, name)) % 10_000
    number_id, _ = numbers.add(
        tx, number or f"+1555014{last:04}", country="US", kind="mobile", at=AT
    )
    people.add(
        tx,
        people.New(person_id, "active", "en", "UTC", AT, {"name": name}, main_number_id=number_id),
    )
    return person_id, number_id


def volunteer(
    tx: Tx, name: str, *roles: str, channel: str = "text", languages: tuple[str, ...] = ("en",)
) -> tuple[str, str]:
    """An active volunteer with one verified phone: (person, number)."""
    person_id, number_id = person(tx, name)
    volunteers.put(tx, person_id, AT, roles=("volunteer", *roles), languages=languages, daily_cap=3)
    assert volunteers.vet(tx, person_id, "coordinator", AT)
    assert volunteers.move(tx, person_id, "active")
    contacts.add(tx, person_id, number_id, channel, AT, verified=True)
    return person_id, number_id


def case(tx: Tx, person_id: str, code: str = "AB12", kind: str = "asked", at: datetime = AT) -> str:
    """An open case of this person."""
    case_id = ids.new()
    assert cases.reserve(tx, code, case_id, at)
    cases.add(
        tx, NewCase(case_id, code, person_id, None, kind, "urgent", "open", None, "her words", at)
    )
    return case_id
