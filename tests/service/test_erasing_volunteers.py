"""Erasing somebody who works with us: their cases and phones."""

from __future__ import annotations

from datetime import timedelta

from service.storage import (
    cases,
    contacts,
    holding,
    ids,
    shifts,
    volunteers,
)
from service.storage.cases import NewCase
from service.storage.shifts import NewShift
from tests.service.house import ANA, BEN, Line
from tests.service.test_erasing import NAME, WEEK


def test_an_erased_volunteer_leaves_no_case_behind_and_no_phone(line: Line) -> None:
    """What she had in hand is open again for others; her shifts are seen to be empty."""
    ana, ben = line.member(ANA, name=NAME), line.member(BEN, name="Ben")
    person_id, phone_id, bens = ana.person.id, ana.standing.number.id, ben.person.id
    with line.writing() as tx:
        volunteers.put(tx, person_id, line.at, trained={"crisis": "2026-01-02"}, languages=["es"])
        contacts.add(tx, person_id, phone_id, "text", line.at, verified=True)
        starts = line.at + timedelta(days=9)
        new = NewShift("day", "volunteer", person_id, "slot", starts, starts, "rotation")
        shifts.plan(tx, [new._replace(ends_at=starts + timedelta(hours=1))], line.at)
        case_id = ids.new()
        cases.add(
            tx, NewCase(case_id, "AB34", bens, None, "missed", "routine", "open", None,
                        None, line.at)
        )  # fmt: skip
    erased_at = line.at + timedelta(**WEEK)
    while ana.front is not None:
        ana.text("SKIP")
    ana.text("DELETE")
    ana.text("YES")
    line.passes(days=6)
    with line.writing() as tx:
        assert holding.take(tx, case_id, person_id, None, line.at)
    line.passes(days=1, minutes=1)
    assert line.at >= erased_at
    with line.reading() as tx:
        case = cases.load(tx, case_id)
        assert case is not None
        assert case.holder_id is None
        assert case.status in ("open", "notifying", "exhausted")
        assert case.round >= 1
        assert next(event.act for event in cases.events(tx, case_id)) == "given back"
        kept = volunteers.load(tx, person_id)
        assert kept is not None
        assert (kept.status, kept.trained, kept.languages) == ("left", {}, [])
        assert contacts.of_people(tx, [person_id]) == {person_id: []}
        assert [shift.status for shift in shifts.latest(tx, person_id, 9)] == ["open"]
