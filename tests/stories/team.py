"""A team in a story: people checked, trained and on shift, each with a phone of their own.

ida = helper(house, rested=3)
kai = helper(house, by="call", trained=("crisis",))
ana = someone(house, "Ana")

Promise: everything goes the way of the commands that a coordinator has; nobody is told of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from service import adding, by_hand, rota, volunteers
from service.storage import shifts
from service.storage import volunteers as stored
from service.storage.shifts import NewShift
from tests.stories.telling import Phone, Story

_AGREED = {"country": "US", "discreet": "no", "consent_date": "2027-01-04",
           "consent_wording": "Texts and calls are fine"}  # fmt: skip
HOURS = 40  # of a shift, so that a story has its night


def someone(house: Story, name: str, language: str = "en") -> Phone:
    """Somebody who agreed some days ago, on a phone that is theirs alone. No check-ins."""
    phone = house.phone()
    cells = {"name": name, "language": language, **_AGREED}
    adding.add(house.house.inside, [phone.number], cells, "a coordinator")
    house.house.quiet()
    phone.heard_all()
    return phone


def helper(
    house: Story, name: str = "Ida", *, role: str = "volunteer", by: str = "text",
    language: str = "en", trained: Sequence[str] = ("listening",), rested: float = 1,
    hours: float = HOURS,
) -> Phone:  # fmt: skip
    """Somebody of the team. `rested`: hours since their last case, the longest is asked first.

    `by`: text, or call for a plain landline. `hours`: of their shift from now on, 0 for none.
    """
    phone = someone(house, name, language)
    inside, number = house.house.inside, phone.number
    volunteers.add(inside, number, [role], [language], None, "a coordinator")
    volunteers.vet(inside, number, None, "a coordinator")
    for topic in trained:
        volunteers.train(inside, number, topic, None, "a coordinator")
    volunteers.add_contact(inside, number, number, by, 0, "a coordinator", known=True)
    now = inside.now()
    with inside.database.writing() as tx:
        person_id = by_hand.whom(tx, number)
        before = now - timedelta(hours=rested)
        stored.took(tx, person_id, 20270101, before)  # on another day
    if hours:
        shift(house, phone, 0, hours)
    house.house.quiet()
    phone.heard_all()
    return phone


def shift(house: Story, phone: Phone, begins: float, hours: float) -> None:
    """They are on shift from so many hours from now on, for so many."""
    inside = house.house.inside
    now = inside.now()
    starts = now + timedelta(hours=begins)
    with inside.database.writing() as tx:
        person_id = by_hand.whom(tx, phone.number)
        row = NewShift(
            "days", "volunteer", person_id, starts.isoformat()[:19], starts,
            starts + timedelta(hours=hours), "hand",
        )  # fmt: skip
        shifts.plan(tx, [row], now)
        rota.look_soon(tx, now)


def code_in(text: str) -> str:
    """The code of the case that an alert is about."""
    found = re.search(r"\b(?:[Cc]as[eo]) ([A-Z0-9]{4})\b", text)
    assert found is not None, text
    return found[1]


def timeline(house: Story, code: str) -> list[str]:
    """What happened in a case, in order."""
    rows = house.house.look(
        'SELECT e.act FROM case_event e JOIN "case" c ON c.id = e.case_id'
        f" WHERE c.code = '{code}' ORDER BY e.at, e.id"
    )
    return [row[0] for row in rows]
