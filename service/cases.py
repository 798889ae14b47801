"""Cases: somebody needs a person. Opening one, telling those who answer, and its states.

Promise: one open case a person and kind; what comes later joins it. Nobody's words stand in an
alert: coordinators are told a code, and read the rest where they may. Which moves a case may
make is `flows.states.CASE`; the ladder of steps behind an alert comes from its policy.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from flows.states import CASE, move
from service import telling
from service.slate import Slate
from service.storage import cases, ids, timers
from service.storage.database import Tx
from service.storage.messages import URGENT
from service.storage.timers import Timer

DANGER, ASKED, ALERT, MISSED = "danger", "asked", "alert", "missed"
PRIORITIES = ("routine", "urgent", "imminent")
LINE = "line"  # the actor of what the service does by itself
_PHRASES = {
    DANGER: "case-danger-coordinator",
    ASKED: "case-opened-coordinator",
    ALERT: "case-alert-coordinator",
    MISSED: "case-missed-coordinator",
}
# no letter or digit that is taken for another when read aloud or typed on a small keypad
_LETTERS = "ACDEFHJKMNPRTUVWXY34679"
_CODE_LENGTH = 4


class Opened(NamedTuple):
    case_id: str
    new: bool


def open_case(
    slate: Slate, kind: str, priority: str, note: str | None = None, policy: str = "on-call"
) -> Opened:
    """Open a case for the person of this slate, or add to the one that is open already."""
    assert slate.person is not None
    tx, now = slate.tx, slate.now
    held = cases.open_of(tx, slate.person.id, kind)
    if held is not None:
        cases.add_event(tx, held.id, "joined by another", LINE, note, now)
        if PRIORITIES.index(priority) > PRIORITIES.index(held.priority):
            cases.set_priority(tx, held.id, priority)
            _tell(slate, held._replace(priority=priority), 0)
        elif priority != "routine" and _asks_no_more(slate, held):
            # nobody took it, and nobody would be asked again: who repeats it is heard again
            telling.staff(slate, _PHRASES[kind], URGENT, code=held.code, priority=held.priority)
            cases.add_event(tx, held.id, "coordinators told", LINE, None, now)
        return Opened(held.id, False)
    policy_hash = slate.force.policies[policy][0] if policy in slate.force.policies else None
    new = cases.NewCase(
        ids.new(), _free_code(tx), slate.person.id, slate.number.id, kind, priority, "open",
        policy_hash, note, now, slate.number.opted_out_at is not None,
    )  # fmt: skip
    cases.add(tx, new)
    cases.add_event(tx, new.id, "opened", LINE, None, now)
    _tell(slate, cases.Case(*new, None), 0)
    return Opened(new.id, True)


def _asks_no_more(slate: Slate, case: cases.Case) -> bool:
    """Whether the case waits for somebody, and its policy has no step left."""
    waits = case.status in ("open", "notifying")
    return waits and not timers.planned(slate.tx, f"case:{case.id}")


def _free_code(tx: Tx) -> str:
    while True:
        code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
        if cases.by_code(tx, code) is None:
            return code


def _tell(slate: Slate, case: cases.Case, step: int) -> None:
    """Tell the coordinators, and look again when the policy's next step is due."""
    tx, now = slate.tx, slate.now
    told = bool(slate.force.organisation.coordinators)
    phrase = _PHRASES[case.kind] if step == 0 else "case-still-open-coordinator"
    telling.staff(slate, phrase, URGENT, code=case.code, priority=case.priority)
    if told:
        cases.move(tx, case.id, "notifying", now)
    act = "coordinators told" if told else "nobody to tell"
    cases.add_event(tx, case.id, act, LINE, None, now)
    due = _due(slate, case, step + 1)
    if due is not None:
        key = f"case:{case.id}"
        token = str(step + 1)
        slate.later(Timer(ids.new(), key, "case", case.person_id, case.id, due, token, lane=URGENT))


def _due(slate: Slate, case: cases.Case, step: int) -> datetime | None:
    """When this step of the case's policy is due; None where the policy has no more."""
    for policy_hash, policy in slate.force.policies.values():
        if policy_hash == case.policy_hash and step < len(policy.steps):
            # Counted from the step before, so that steps that are late, or begin anew with a
            # higher priority, do not come all at once.
            apart = policy.steps[step].after - policy.steps[step - 1].after
            return slate.now + timedelta(seconds=max(apart, 0))
    return None


def step_due(slate: Slate, case_id: str, step: int) -> None:
    """Nobody has taken the case: the policy's next step."""
    case = cases.load(slate.tx, case_id)
    if case is not None and case.status in ("open", "notifying"):
        _tell(slate, case, step)


def person_stopped(slate: Slate) -> None:
    """The person wants no more texts. Their open cases stay open, and say so."""
    assert slate.person is not None
    for case in cases.all_open_of(slate.tx, slate.person.id):
        cases.set_stopped(slate.tx, case.id)
        cases.add_event(slate.tx, case.id, "stopped", "person", None, slate.now)
        telling.staff(slate, "case-stopped-coordinator", URGENT, code=case.code)


def advance(tx: Tx, case: cases.Case, status: str, actor: str, now: datetime) -> bool:
    """Move a case by hand; False where somebody else moved it first.

    Raises flows.states.IllegalMove and changes nothing.
    """
    move(CASE, case.status, status)
    won = cases.move(tx, case.id, status, now)
    if won:
        cases.add_event(tx, case.id, status, actor, None, now)
    return won
