"""Cases by hand: listed by code, read, taken, moved, noted, closed.

Promise: of two who take a case the first wins, and the other is told so; a move that the table of
states does not have changes nothing. Reading a case's words is a line of the trail.
"""

from __future__ import annotations

from typing import Any

from flows.states import CASE, IllegalMove
from service import taking
from service.cures import Curable
from service.desk import Desk
from service.house import House
from service.storage import cases, settings_rows, trail
from service.storage.cases import Case
from service.storage.database import Tx
from service.storage.messages import URGENT

TAKEN, RESOLVED = "accepted", "resolved"
CLOSED = ("resolved", "handed over", "cancelled")
_LOOKED_THROUGH = 10_000  # settled cases, the latest first, for a code that may come again


def listing(house: House, *, settled: bool = False, most: int = 100) -> list[dict[str, Any]]:
    """Open cases, the oldest first; with `settled` all of them, the latest first."""
    with house.database.reading() as tx:
        return [_shown(case) for case in cases.listing(tx, settled=settled, most=most)]


def shown(house: House, code: str, by: str, *, words: bool) -> dict[str, Any]:
    """One case and what happened in it; with `words` its notes. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        case = _called(tx, code)
        events = cases.events(tx, case.id)
        if words:
            trail.record(tx, by, "read", "case", case.id, now)
    return {
        **_shown(case),
        **({"note": case.note} if words else {}),
        "events": [
            {"at": e.at, "act": e.act, "by": e.actor, **({"note": e.detail} if words else {})}
            for e in events
        ],
    }


def take(house: House, code: str, by: str) -> dict[str, Any]:
    """Take a case. Raises Curable where somebody has it already."""
    return move(house, code, TAKEN, by)


def move(house: House, code: str, status: str, by: str) -> dict[str, Any]:
    """Move a case to another state. Raises Curable, and changes nothing then."""
    if status not in CASE.states:
        raise Curable(status, "A case has no such state.", f"There are: {', '.join(CASE.states)}.")
    now = house.now()
    with house.database.writing() as tx:
        case = _called(tx, code)
        _advance(house, tx, case, status, by)
        trail.record(tx, by, f"moved to {status}", "case", case.id, now, {"code": case.code})
        moved = cases.load(tx, case.id)
    assert moved is not None, "cases are never taken away"
    house.nudger.nudge(URGENT)  # the person and those who were asked hear of it now
    return _shown(moved)


def close(house: House, code: str, status: str, by: str) -> dict[str, Any]:
    """Settle a case, taking it first where nobody has."""
    with house.database.writing() as tx:
        case = _called(tx, code)
        if status != "cancelled" and not CASE.allows(case.status, status):
            _advance(house, tx, case, TAKEN, by)
    return move(house, code, status, by)


def note(house: House, code: str, words: str, by: str) -> None:
    """Add to a case what somebody should know; it is sealed."""
    now = house.now()
    with house.database.writing() as tx:
        case = _called(tx, code)
        cases.add_event(tx, case.id, "note", by, words, now)
        trail.record(tx, by, "noted", "case", case.id, now, {"code": case.code})


def _advance(house: House, tx: Tx, case: Case, status: str, by: str) -> None:
    desk = Desk(tx, house.editions.in_force(tx, settings_rows.stamp(tx)), house.now())
    try:
        won = taking.by_hand(desk, case, status, by)
    except IllegalMove:
        raise Curable(case.code, f"This case is {case.status}.", _ways(case)) from None
    if not won:
        cure = "See `hearthline cases show`: thank you all the same."
        raise Curable(case.code, "Somebody moved this case first.", cure)


def _ways(case: Case) -> str:
    onward = CASE.moves[case.status]
    return f"From there it can become {', '.join(onward)}." if onward else "That is its end."


def _called(tx: Tx, code: str) -> Case:
    wanted = code.strip().upper()
    found = cases.coded(tx, wanted)
    if found is None:  # by its id, or of a release that kept no codes: the latest
        known = cases.listing(tx, settled=True, most=_LOOKED_THROUGH)
        found = next((case for case in known if wanted in (case.code, case.id)), None)
    if found is None:
        raise Curable(code, "No case has this code.", "See `hearthline cases list`.")
    return found


def _shown(case: Case) -> dict[str, Any]:
    return {name: value for name, value in case._asdict().items() if name != "note"}
