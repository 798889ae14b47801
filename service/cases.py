"""Cases: somebody needs a person. Opening one, joining one that is open, and moving it by hand.

Promise: one open case a person and kind; what comes later joins it, and is heard where it presses
more. Nobody's words stand in an alert: those who are asked get a code, and read the rest where they
may. Which moves a case may make is `flows.states.CASE`; who is asked, and when, is `ladder`; what
who took it may do is `taking`.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from flows import case_codes
from service import case_words, ladder, taking, telling
from service.desk import LINE, WORD, Desk, key
from service.slate import Slate
from service.storage import cases, holding, ids
from service.storage.cases import Case
from service.storage.database import Tx
from service.storage.messages import URGENT

DANGER, ASKED, ALERT, MISSED = "danger", "asked", "alert", "missed"
PRIORITIES = ("routine", "urgent", "imminent")


class Opened(NamedTuple):
    """A case that was opened or joined. `asked`: somebody is asked to come, or has it already."""

    case_id: str
    new: bool
    asked: bool


def open_case(
    slate: Slate, kind: str, priority: str, note: str | None = None, policy: str = "on-call"
) -> Opened:
    """Open a case for the person of this slate, or add to the one that is open already."""
    assert slate.person is not None
    tx, now = slate.tx, slate.now
    held = cases.open_of(tx, slate.person.id, kind)
    if held is not None:
        return Opened(held.id, False, _joined(slate, held, priority, note))
    policy_hash = slate.force.policies[policy][0] if policy in slate.force.policies else None
    case_id = ids.new()
    new = cases.NewCase(
        case_id, _code(tx, case_id, now), slate.person.id, slate.number.id or None, kind, priority,
        "open", policy_hash, note, now, slate.number.opted_out_at is not None,
    )  # fmt: skip
    cases.add(tx, new)
    cases.add_event(tx, new.id, "opened", LINE, None, now)
    asked = ladder.look(slate, new.id, opening=True)
    if asked:
        case_words.wait(slate, Case(*new, None))
    return Opened(new.id, True, asked)


def _joined(slate: Slate, case: Case, priority: str, note: str | None) -> bool:
    """The same person needs somebody again; whether somebody is asked, or has the case."""
    cases.add_event(slate.tx, case.id, "joined by another", LINE, note, slate.now)
    more = PRIORITIES.index(priority) > PRIORITIES.index(case.priority)
    if case.status in holding.HELD:
        if more:
            cases.set_priority(slate.tx, case.id, priority)
        if priority != "routine" and case.holder_number_id is not None:
            telling.number(slate, case.holder_number_id, "case-more-helper", code=case.code)
        return True
    if more:
        return ladder.raise_priority(slate, case, priority)
    if case.status == "exhausted" and priority != "routine":
        asked = ladder.begin_anew(slate, case)  # who repeats it is heard again, at once
        if asked:
            case_words.wait(slate, case)
        return asked
    return case.status != "exhausted"


def _code(tx: Tx, case_id: str, now: datetime) -> str:
    """A code that no open case has, nor one settled less than a day ago."""
    while True:
        code = "".join(secrets.choice(case_codes.LETTERS) for _ in range(case_codes.LENGTH))
        if case_codes.is_mixed(code) and cases.reserve(tx, code, case_id, now):
            return code


def answered_after_all(slate: Slate, kind: str = MISSED) -> None:
    """They answered late: what their silence brought is needless now."""
    assert slate.person is not None
    held = cases.open_of(slate.tx, slate.person.id, kind)
    if held is not None:
        taking.called_off(Desk.of(slate), held, "answered")


def person_stopped(slate: Slate) -> None:
    """The person wants no more texts. Their open cases stay open, and say so."""
    assert slate.person is not None
    for case in cases.all_open_of(slate.tx, slate.person.id):
        cases.set_stopped(slate.tx, case.id)
        cases.add_event(slate.tx, case.id, "stopped", "person", None, slate.now)
        slate.drop(key(WORD, case.id))
        if case.holder_number_id is not None and case.status in holding.HELD:
            telling.number(slate, case.holder_number_id, "case-stopped-coordinator", code=case.code)
        else:
            telling.staff(slate, "case-stopped-coordinator", URGENT, code=case.code)
