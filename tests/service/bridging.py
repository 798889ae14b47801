"""Two phones of a case, and how they come into one room, for tests of bridges, on a line."""

from __future__ import annotations

from service.storage import bridges, cases
from service.storage.cases import Case
from tests.service.calling import InCall, dial, takes
from tests.service.house import ANA, ROSA, Line, Phone
from tests.service.team import IDA, take


def taken(line: Line, ana: Phone, ida: Phone, words: str = "TALK") -> Case:
    """Ana asked for somebody, and Ida has it."""
    ana.text(words)
    (case,) = ana.open_cases
    line.passes(seconds=30)
    take(line, ida, case.id)
    line.settle()
    for phone in (ana, ida, line.phone(ROSA)):
        phone.hears()
    return now(line, case)


def now(line: Line, case: Case) -> Case:
    with line.reading() as tx:
        found = cases.load(tx, case.id)
    assert found is not None
    return found


def leg_of(line: Line, case: Case, role: str) -> bridges.Leg:
    """The phone of this role in the case's bridge."""
    with line.reading() as tx:
        (bridge,) = bridges.of_case(tx, case.id)
        return next(leg for leg in bridges.legs(tx, bridge.id) if leg.role == role)


def at_her_case(line: Line) -> InCall:
    """Ida calls us and stands before what she may do with her case."""
    call = dial(line, IDA)
    call.presses("1")
    assert "To ring them, press 1." in call.hears
    return call


def rung(line: Line, number: str, *, yes: bool = True) -> InCall:
    """Whoever we rang last takes it, and shows that they are a person."""
    line.passes(seconds=2)  # for our number places one call a second
    assert line.rung[-1].to == number
    call = takes(line)
    if yes:
        call.presses("1")
    return call


def together(line: Line) -> tuple[InCall, InCall]:
    """Ida and Ana in one room."""
    helper = at_her_case(line)
    helper.presses("1")
    person = rung(line, ANA)
    helper.waits()
    person.waits()
    assert helper.room == person.room is not None
    return helper, person
