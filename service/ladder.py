"""The ladder of a case that nobody has taken: each look tells who is due, and sets the next look.

Promise: who is told, and when, is `flows.escalation`'s rule; here it is loaded, done and noted, in
a turn of the case's person, whatever brought the turn about. A step happens once, also where two
look at the same moment. A case that waits has its next look in the same transaction. Nobody's name
and no word stand in what others are told.
"""

from __future__ import annotations

from datetime import datetime

from flows import escalation
from flows.escalation import (
    Asked,
    Decision,
    Exhausted,
    GiveLine,
    Inform,
    Matter,
    Silent,
    Tell,
)
from flows.recurrence import next_allowed, within_hours
from service import case_words, team, telling
from service.desk import LINE, WORD, Desk, timer
from service.slate import Slate
from service.storage import case_alerts, cases, holding, ids
from service.storage.case_alerts import Alert, NewAlert
from service.storage.cases import Case
from service.storage.messages import URGENT
from service.storage.timers import Timer
from service.team import Team

ALERT = "alert"  # kind of the timer of who is asked
SUPERVISED = "supervisors told"
_EXHAUSTED = "exhausted"


def look(slate: Slate, case_id: str, *, opening: bool = False) -> bool:
    """Do what is due about a case; whether somebody is asked to take it, or will be.

    `opening`: the person hears in this turn anyway what comes of it, and is told nothing here.
    """
    case = cases.load(slate.tx, case_id)
    if case is None or case.status not in escalation.WAITS:
        return case is not None and case.status in holding.HELD
    desk = Desk.of(slate)
    policy = desk.policy(case)
    last = holding.helpers_of(slate.tx, case.person_id, most=1)
    asked = case_alerts.of_case(slate.tx, case.id)
    there = team.who_is_there(slate.tx, slate.force, slate.now, policy, last)
    matter = _matter(slate, desk, case, asked, last[0] if last else None)
    decision = escalation.decide(policy, matter, there.helpers, slate.now)
    if not _stands(desk, case, decision):
        return True  # somebody moved it meanwhile, and looked
    for act in decision.acts:
        _do(slate, desk, case, act, there, asked, opening)
    desk.look(case, decision.look)
    return not any(isinstance(act, Exhausted) for act in decision.acts)


def raise_priority(slate: Slate, case: Case, priority: str) -> bool:
    """It presses more than it did: everybody is asked anew. Whether somebody is."""
    cases.set_priority(slate.tx, case.id, priority)
    Desk.of(slate).note(case, f"now {priority}")
    slate.later(timer(WORD, case, slate.now + escalation.STILL_TRYING))
    return begin_anew(slate, case)


def begin_anew(slate: Slate, case: Case) -> bool:
    """From the first step, in a round of its own. Whether somebody is asked."""
    if case.status in escalation.WAITS:
        cases.notify(slate.tx, case.id, (case.step, case.round), (0, case.round + 1))
    return look(slate, case.id, opening=True)


def deadline_over(slate: Slate, case_id: str) -> None:
    """Whoever took it has not reached the person in time: it is open again, and they hear so."""
    case = cases.load(slate.tx, case_id)
    if case is None or case.status != "accepted":
        return
    if not holding.too_late(slate.tx, case.id, case.holder_id, slate.now):
        return
    desk = Desk.of(slate)
    holder = case.holder_id or case.holder_number_id
    desk.note(case, "no contact in time", holder or LINE)
    own = [a for a in case_alerts.of_case(slate.tx, case.id) if a.status == "accepted"]
    case_alerts.settle(slate.tx, [a.id for a in own], "silent", slate.now)
    desk.let_go(case)
    if case.holder_number_id is not None:
        telling.number(slate, case.holder_number_id, "case-too-late-helper", code=case.code)
    look(slate, case.id)
    case_words.trying_again(slate, case)


# --- what the rule is given


def _matter(
    slate: Slate, desk: Desk, case: Case, asked: list[Alert], last_helper: str | None
) -> Matter:
    us = slate.force.organisation
    quiet = not within_hours(slate.now, us.zone, us.quiet_to, us.quiet_from)
    until = next_allowed(slate.now, us.zone, us.quiet_to, us.quiet_from) if quiet else None
    imminent = case.priority == "imminent"
    return Matter(
        case.id, case.status, case.priority, case.step, case.round,
        _began_at(desk, case, asked),
        tuple(Asked(_helper(a), a.step, a.round, a.status, a.at) for a in asked),
        _spoken(slate),
        frozenset({case.person_id, *([slate.number.id] if slate.number.id else [])}),
        last_helper, None, until, imminent and _noted(desk, case, SUPERVISED) is not None,
    )  # fmt: skip


def _spoken(slate: Slate) -> tuple[str, ...]:
    """What the person speaks; not what we speak besides, or everybody would fit."""
    if slate.person is None or not slate.person.language:
        return slate.languages()
    return (slate.person.language,)


def _began_at(desk: Desk, case: Case, asked: list[Alert]) -> datetime:
    """When the last step that told somebody began; of an exhausted case, when it was."""
    if case.status == _EXHAUSTED:
        return _noted(desk, case, _EXHAUSTED) or case.opened_at
    own = [a for a in asked if a.round == case.round and a.step >= 0]  # not who is asked by name
    top = max((a.step for a in own), default=0)
    return min((a.at for a in own if a.step == top), default=case.opened_at)


def _noted(desk: Desk, case: Case, act: str) -> datetime | None:
    """When this stood last in the timeline."""
    return max((e.at for e in cases.events(desk.tx, case.id) if e.act == act), default=None)


def _helper(alert: Alert) -> str:
    return alert.person_id or alert.number_id or ""


# --- what it says is done


def _stands(desk: Desk, case: Case, decision: Decision) -> bool:
    """Whether the case goes on to where the decision has it: once, whoever looks as well."""
    was, to = (case.step, case.round), (decision.step, decision.round)
    if was == to and not any(isinstance(act, Tell | Exhausted) for act in decision.acts):
        return True
    if not cases.notify(desk.tx, case.id, was, to):
        return False
    return not any(isinstance(act, Exhausted) for act in decision.acts) or cases.move(
        desk.tx, case.id, _EXHAUSTED, desk.now
    )


def _do(
    slate: Slate, desk: Desk, case: Case, act: escalation.Act, there: Team,
    asked: list[Alert], opening: bool,
) -> None:  # fmt: skip
    match act:
        case Silent(asked=late):
            _silent(desk, case, late, asked, there)
        case Tell():
            _tell(desk, case, act, there)
        case Inform(helpers=who):
            for one in who:
                _inform(slate, case, one, there)
            desk.note(case, SUPERVISED)
        case GiveLine():
            if case_words.give_line(slate, case):
                desk.note(case, "line given")
        case Exhausted(again=again):
            _exhausted(slate, desk, case, again, there, opening)


def _silent(
    desk: Desk, case: Case, late: tuple[Asked, ...], asked: list[Alert], there: Team
) -> None:
    places = {(one.helper, one.step, one.round) for one in late}
    over = [a for a in asked if (_helper(a), a.step, a.round) in places and a.status == "told"]
    moved = case_alerts.settle(desk.tx, [a.id for a in over], "silent", desk.now)
    for alert in over:
        if alert.id in moved:
            desk.note(case, "no answer", _helper(alert))
            there.counts(_helper(alert), -1)


def _tell(desk: Desk, case: Case, act: Tell, there: Team) -> None:
    """Note that these are asked, and have each alerted in a turn of their own."""
    new = [
        NewAlert(
            ids.new(), case.id, one if one in there.ready else None,
            None if one in there.ready else one, team.TEXT, act.step, act.round, desk.now,
        )
        for one in act.helpers
    ]  # fmt: skip
    noted = case_alerts.tell(desk.tx, new)
    told = [alert for alert in new if alert.id in noted]
    if not told:
        return
    for alert in told:
        there.counts(alert.person_id or "", 1)
    steps = desk.policy(case).steps
    step = steps[act.step].tell if act.step < len(steps) else "helper"
    desk.note(case, f"{step} told")
    desk.later(*(alert_timer(alert, act.until, desk.now) for alert in told))


def alert_timer(alert: NewAlert, until: datetime, now: datetime) -> Timer:
    """The event, due now for whom it is, that they are asked to take a case."""
    payload = {"alert": alert.id, "until": until.isoformat()}
    return Timer(
        ids.new(), f"{ALERT}:{alert.id}", ALERT, alert.person_id,
        alert.id if alert.person_id is not None else alert.number_id, now, None, payload, URGENT,
    )  # fmt: skip


def _inform(slate: Slate, case: Case, who: str, there: Team) -> None:
    """Let somebody know, by text where they have one. Nothing is asked of them by it."""
    number_id = who
    if who in there.ready:
        found = [way for way in team.ways(there.ready[who].reach) if way.channel == team.TEXT]
        if not found:
            return
        number_id = found[0].number_id
    telling.number(
        slate, number_id, "case-imminent-supervisor", code=case.code, priority=case.priority
    )


def _exhausted(
    slate: Slate, desk: Desk, case: Case, again: datetime, there: Team, opening: bool
) -> None:
    """Nobody took it: the coordinators are alarmed, and the person hears the truth."""
    desk.note(case, _EXHAUSTED)
    telling.staff(
        slate, "case-exhausted-coordinator", URGENT, code=case.code, priority=case.priority
    )
    known = set(slate.force.organisation.coordinators)
    for one in there.ready.values():
        if team.COORDINATOR not in one.volunteer.roles:
            continue
        found = [way for way in team.ways(one.reach) if way.channel == team.TEXT]
        if found and found[0].number_id not in known:
            telling.number(
                slate, found[0].number_id, "case-exhausted-coordinator", code=case.code,
                priority=case.priority,
            )  # fmt: skip
            known.add(found[0].number_id)
    if not opening:
        case_words.exhausted(slate, case, again)
