"""Cases by hand: taken, given to somebody, passed on, moved, noted, closed.

Promise: all of it through `taking`, so that whoever is concerned hears of it as if a volunteer had
done it; of two who take a case the first wins, and the other is told so. A move that the table of
states does not have changes nothing. Each act is a line of the trail with who did it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows.states import CASE, IllegalMove
from service import case_actions, giving, taking
from service.case_files import NOUN, called, shown
from service.cures import Curable
from service.desk import Desk
from service.house import House
from service.storage import cases, holding, settings_rows, trail, volunteers
from service.storage.cases import Case
from service.storage.database import Tx
from service.storage.messages import URGENT
from service.taking import Taker

TAKEN, RESOLVED = "accepted", "resolved"
CLOSED = ("resolved", "handed over", "cancelled")
_FIRST = "See `hearthline cases show`: thank you all the same."

Act = Callable[[Desk, Case], str | None]  # moves it, and returns whom it was about


def take(house: House, code: str, by: str, to: str | None = None) -> dict[str, Any]:
    """Take a case; or note that somebody of the team takes it, `to`, by id, number or name.

    They are told that it is theirs, and what stands on it. Raises Curable where somebody has it.
    """
    if to is None:
        return move(house, code, TAKEN, by)

    def act(desk: Desk, case: Case) -> str:
        helper = giving.helper(desk, case, to)
        came = giving.give(desk, case, helper, by)
        if came == taking.PAST:
            raise Curable(case.code, f"This case is {case.status}.", _ways(case))
        if came != taking.WON:
            cure = "Ask them to take it over: `cases hand-over`; or have it open again: `reopen`."
            raise Curable(case.code, "Somebody has this case.", cure)
        return helper.person_id

    return _do(house, code, by, "given", act)


def give_back(house: House, code: str, by: str, whose: str | None = None) -> dict[str, Any]:
    """Whoever has it cannot go on, or one who is asked cannot come: the next ones are asked now.

    whose: the one who cannot, by id, number or name; without it, who has the case. Raises Curable.
    """

    def act(desk: Desk, case: Case) -> str | None:
        if whose is None:
            who = _holder(case, by)
        else:
            who = Taker(giving.somebody(desk.tx, whose), None, by)
        if not taking.pass_on(desk, case, who):
            cure = "See whom: `hearthline cases show`, or have everybody asked: `cases reopen`."
            raise Curable(case.code, "They neither have this case nor are asked to take it.", cure)
        giving.tell_holder(desk, case, giving.OFF, by)
        return who.person_id

    return _do(house, code, by, "passed", act)


def reached(house: House, code: str, by: str) -> dict[str, Any]:
    """Whoever has it spoke with the person. Raises Curable."""

    def act(desk: Desk, case: Case) -> str | None:
        if case.status == "in contact":
            return case.holder_id
        if not taking.reached(desk, case, _holder(case, by)):
            raise _moved_first(case)
        return case.holder_id

    return _do(house, code, by, "reached", act)


def done(house: House, code: str, by: str, status: str = RESOLVED) -> dict[str, Any]:
    """Whoever has it is done with it. Raises Curable where nobody has."""

    def act(desk: Desk, case: Case) -> str | None:
        if not taking.done(desk, case, _holder(case, by), status):
            raise _moved_first(case)
        giving.tell_holder(desk, case, giving.CLOSED, by)
        if case.holder_id is not None and case_actions.weighs(case):
            volunteers.set_hard_case(desk.tx, case.holder_id, desk.now)
        return case.holder_id

    return _do(house, code, by, f"moved to {status}", act)


def hand_over(house: House, code: str, to: str, by: str) -> dict[str, Any]:
    """Ask this one to take it, whoever has it. It stays with who has it until they do.

    Raises Curable.
    """

    def act(desk: Desk, case: Case) -> str:
        helper = giving.helper(desk, case, to)
        if not giving.ask(desk, case, helper, by):
            cure = "See `hearthline cases show` for who is asked, and who has it."
            raise Curable(to, "They have this case, or are asked already.", cure)
        return helper.person_id

    return _do(house, code, by, "asked somebody", act)


def reopen(house: House, code: str, by: str) -> dict[str, Any]:
    """Everybody is asked anew, whoever has it. Raises Curable."""
    return move(house, code, "open", by)


def cancel(house: House, code: str, by: str) -> dict[str, Any]:
    """It was about nothing, or is needless now. Raises Curable."""
    return move(house, code, "cancelled", by)


def move(house: House, code: str, status: str, by: str) -> dict[str, Any]:
    """Move a case to another state. Raises Curable, and changes nothing then."""
    if status not in CASE.states:
        raise Curable(status, "A case has no such state.", f"There are: {', '.join(CASE.states)}.")

    def act(desk: Desk, case: Case) -> str | None:
        _advance(desk, case, status, by)
        return case.holder_id

    return _do(house, code, by, f"moved to {status}", act)


def close(house: House, code: str, status: str, by: str) -> dict[str, Any]:
    """Settle a case, taking it first where nobody has."""

    def act(desk: Desk, case: Case) -> str | None:
        if status != "cancelled" and not CASE.allows(case.status, status):
            _advance(desk, case, TAKEN, by)
            case = cases.load(desk.tx, case.id) or case
        _advance(desk, case, status, by)
        return case.holder_id

    return _do(house, code, by, f"moved to {status}", act)


def note(house: House, code: str, words: str, by: str) -> None:
    """Add to a case what somebody should know; it is sealed."""
    now = house.now()
    with house.database.writing() as tx:
        case = called(tx, code, now)
        cases.add_event(tx, case.id, "note", by, words, now)
        trail.record(tx, by, "noted", NOUN, case.id, now, {"code": case.code})


# --- how each of them is done


def _do(house: House, code: str, by: str, called_: str, act: Act) -> dict[str, Any]:
    """One act in one transaction with its line of the trail; the case as it is then."""
    now = house.now()
    with house.database.writing() as tx:
        case = called(tx, code, now)
        about = act(_desk(house, tx), case)
        detail = {"code": case.code, **({"who": about} if about is not None else {})}
        trail.record(tx, by, called_, NOUN, case.id, now, detail)
        moved = cases.load(tx, case.id)
    assert moved is not None, "cases are never taken away"
    house.nudger.nudge(URGENT)  # the person and those who were asked hear of it now
    return shown(moved)


def _desk(house: House, tx: Tx) -> Desk:
    return Desk(tx, house.editions.in_force(tx, settings_rows.stamp(tx)), house.now())


def _advance(desk: Desk, case: Case, status: str, by: str) -> None:
    try:
        won = taking.by_hand(desk, case, status, by)
    except IllegalMove:
        raise Curable(case.code, f"This case is {case.status}.", _ways(case)) from None
    if not won:
        raise _moved_first(case)
    if status == "open":
        giving.tell_holder(desk, case, giving.OFF, by)
    elif status in CASE.finals:
        giving.tell_holder(desk, case, giving.CLOSED, by)


def _holder(case: Case, by: str) -> Taker:
    """Whoever has it, in whose place somebody says so. Raises Curable where nobody has."""
    if case.status not in holding.HELD:
        cure = "Take it, or say who does: `hearthline cases take`."
        raise Curable(case.code, f"Nobody has this case: it is {case.status}.", cure)
    return Taker(case.holder_id, case.holder_number_id, by)


def _moved_first(case: Case) -> Curable:
    return Curable(case.code, "Somebody moved this case first.", _FIRST)


def _ways(case: Case) -> str:
    onward = CASE.moves[case.status]
    return f"From there it can become {', '.join(onward)}." if onward else "That is its end."
