"""Cases to be read: listed, found by their code, told with their timeline.

Promise: without words a case is told by ids, states, moments and the lexicon's names for what was
read; that somebody looked at the words is a line of the trail. A code that may mean more than one
case is never guessed. Nothing is moved here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows.risk import KINDS, LANGUAGE
from flows.states import CASE
from service import wishes
from service.by_hand import whom
from service.cures import Curable
from service.house import House
from service.storage import case_alerts, case_lists, cases, marked_texts, people, trail
from service.storage.case_alerts import Alert
from service.storage.case_lists import Wanted
from service.storage.cases import Case, CaseEvent
from service.storage.database import Tx

MARKS = cases.MARKS
_ALL = Wanted()
NOUN = "case"  # as the trail names it
_SEE = "See `hearthline cases list`, or with --all the settled ones too."
_ABOUT_SOMEBODY = ("asked to take over", "asked by hand", "given by hand")


def wanted(status: str, kind: str, priority: str, mark: str, holder: str, person: str) -> Wanted:
    """Which cases, as somebody asks for them; an empty text is any. Raises Curable."""
    if status and status not in CASE.states:
        raise Curable(status, "A case has no such state.", f"There are: {', '.join(CASE.states)}.")
    if mark and mark not in MARKS:
        raise Curable(mark, "A case has no such mark.", f"There are: {', '.join(MARKS)}.")
    return Wanted(status, kind, priority, mark, holder, person)


def listing(
    house: House, which: Wanted = _ALL, *, settled: bool = False, most: int = 100
) -> list[dict[str, Any]]:
    """Open cases, the oldest first; with `settled` all of them, the latest first.

    `which.holder` and `which.person` are given as people are: by id, number or name. Raises
    Curable.
    """
    with house.database.reading() as tx:
        ids = {
            name: whom(tx, value) if value else ""
            for name, value in (("holder", which.holder), ("person", which.person))
        }
        found = case_lists.wanted(tx, which._replace(**ids), settled=settled, most=most)
    return [shown(case) for case in found]


def shown(case: Case) -> dict[str, Any]:
    """A case without its note."""
    return {name: value for name, value in case._asdict().items() if name != "note"}


def called(tx: Tx, code: str, now: datetime) -> Case:
    """The case of this code, or of this id. Raises Curable where there is none, or more than one.

    An open one, and one that was settled less than a day ago, is what its code means. After that
    another may have had it too.
    """
    wanted = code.strip().upper()
    by_id = cases.load(tx, wanted)
    if by_id is not None:
        return by_id
    found = cases.by_code(tx, wanted)
    if found is not None:
        return found
    had = case_lists.with_code(tx, wanted)
    if not had:
        raise Curable(code, "No case has this code.", _SEE)
    settled_at = had[0].settled_at
    rests = settled_at is not None and now - settled_at < cases.CODE_RESTS
    if len(had) > 1 and not rests:
        several = ", ".join(f"{case.id} of {case.opened_at:%Y-%m-%d}" for case in had)
        cure = f"Give the id of the one you mean: {several}."
        raise Curable(code, "More than one case had this code.", cure)
    return had[0]


def told(house: House, code: str, by: str, *, words: bool) -> dict[str, Any]:
    """One case and what happened in it; with `words` its notes and wishes. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        case = called(tx, code, now)
        person = people.load(tx, case.person_id)
        fields = person.fields if person is not None else {}
        found = {
            **shown(case),
            "can_become": list(CASE.moves[case.status]),
            "reasons": reasons(tx, case),
            "wishes": wishes.in_words(fields) if words else wishes.told_of(fields),
            **({"note": case.note} if words else {}),
            "asked": [_asked(alert) for alert in case_alerts.of_case(tx, case.id)],
            "tests": [_test(row, words) for row in marked_texts.of_case(tx, case.id)],
            "events": [_event(event, words) for event in cases.events(tx, case.id)],
        }
        if words:
            trail.record(tx, by, "read", NOUN, case.id, now)
    return found


def reasons(tx: Tx, case: Case) -> list[str]:
    """What was read as danger, by the lexicon's names, when it opened and later."""
    if case.kind != "danger":
        return []
    later = [e.detail for e in cases.events(tx, case.id) if e.act == "joined by another"]
    found = [reason for note in (case.note, *later) for reason in _reasons(note or "")]
    return list(dict.fromkeys(found))


def _reasons(note: str) -> list[str]:
    """Of a note that the service wrote, the part that holds the lexicon's names."""
    for part in note.split(";"):
        names = [name.strip() for name in part.split(", ")]
        if any(name == LANGUAGE or name.partition(":")[0] in KINDS for name in names):
            return [name for name in names if name]
    return []


def _asked(alert: Alert) -> dict[str, Any]:
    """Who was asked to take it, and what came of it."""
    return {
        "who": alert.person_id or alert.number_id, "by": alert.channel, "status": alert.status,
        "at": alert.at, "settled_at": alert.settled_at, "step": alert.step, "round": alert.round,
    }  # fmt: skip


def _test(row: marked_texts.MarkedText, words: bool) -> dict[str, Any]:
    said = {"text": row.text} if words else {}
    return {"id": row.id, "mark": row.mark, "at": row.at, "by": row.marked_by, **said}


def _event(event: CaseEvent, words: bool) -> dict[str, Any]:
    """A line of the timeline. Whom it is about is an id, and no word of anybody's."""
    about = {"who": event.detail} if event.act in _ABOUT_SOMEBODY else {}
    note = {"note": event.detail} if words and not about else {}
    return {"at": event.at, "act": event.act, "by": event.actor, **about, **note}
