"""Taking a case, and all that who took it may do: pass it on, meet the person, hand over, close it.

Promise: of all who take a case at the same moment one wins, by one conditional update; the others
are told so, kindly, and what rings for them in vain is called off. Who took it reaches the person
by the deadline, or it opens again. What concerns the person or another helper is an event due now
for them. Whoever acts is a person of the team, or a coordinator who is only a number.
"""

from __future__ import annotations

from typing import NamedTuple

from flows import escalation
from flows.states import CASE, move
from service import telling
from service.desk import DEADLINE, LINE, LOOK, OVER, TAKEN, WORD, Desk, key, keys, timer
from service.ladder import alert_timer
from service.storage import case_alerts, cases, holding, ids, volunteers
from service.storage.case_alerts import Alert, NewAlert
from service.storage.cases import Case
from service.storage.messages import URGENT
from service.storage.timers import Timer
from service.team import TEXT, today

WON, YOURS, ANOTHERS, PAST = "taken", "yours already", "another's", "over"  # what came of taking
HANDED = -1  # the step of an alert by which somebody is asked by name: to take a case over, mostly


class Taker(NamedTuple):
    """Who acts: a person, and the phone they do it from. A coordinator may be only the phone, or
    sit at a desk: `called` is then what the trail calls them."""

    person_id: str | None
    number_id: str | None
    called: str | None = None

    @property
    def name(self) -> str:
        """As the timeline calls them: an id."""
        return self.called or self.person_id or self.number_id or LINE

    def holds(self, case: Case) -> bool:
        if self.person_id is not None:
            return case.holder_id == self.person_id
        return case.holder_id is None and case.holder_number_id == self.number_id


def take(desk: Desk, case: Case, taker: Taker) -> str:
    """This one takes the case: WON, YOURS, ANOTHERS or PAST."""
    desk.hold(case)
    offered = _offered(desk, case, taker)
    deadline = escalation.contact_by(desk.policy(case), case.priority, desk.now)
    if case.status in holding.HELD and offered is not None and not taker.holds(case):
        return _take_over(desk, case, taker, offered)
    won = holding.take(desk.tx, case.id, taker.person_id, deadline, desk.now, taker.number_id)
    if not won:
        return _not_won(desk, case, taker)
    if taker.person_id is not None:
        volunteers.took(desk.tx, taker.person_id, today(desk.force, desk.now), desk.now)
    desk.note(case, "accepted", taker.name)
    own = [a.id for a in case_alerts.of_case(desk.tx, case.id) if _is_of(a, taker)]
    case_alerts.settle(desk.tx, own, "accepted", desk.now)
    _needless(desk, case, taker.person_id, "taken")
    desk.drop(*keys(case.id, (LOOK, WORD)))
    desk.later(timer(DEADLINE, case, deadline), timer(TAKEN, case, desk.now))
    return WON


def pass_on(desk: Desk, case: Case, taker: Taker) -> bool:
    """This one cannot: the next is asked at once. Also by who has taken it; the case is open then.

    False where they were not asked, or have nothing to give back.
    """
    desk.hold(case)
    if taker.holds(case) and case.status in holding.HELD:
        if not holding.reopen(desk.tx, case.id, case.holder_id):
            return False
        desk.note(case, "given back", taker.name)
        desk.let_go(case)
        _settle_own(desk, case, taker)
        _open_again(desk, case)
        return True
    moved = _settle_own(desk, case, taker)
    if moved:
        desk.note(case, "passed", taker.name)
        if case.status in escalation.WAITS:
            desk.look(case)
    return moved


def reached(desk: Desk, case: Case, taker: Taker) -> bool:
    """They spoke with the person. False where the case is not theirs, or they said so before."""
    desk.hold(case)
    if not taker.holds(case) or not holding.contact(desk.tx, case.id, case.holder_id):
        return False
    desk.note(case, "in contact", taker.name)
    desk.drop(key(DEADLINE, case.id))
    return True


def not_reached(desk: Desk, case: Case, taker: Taker) -> bool:
    """They tried, and nobody answered: noted. The deadline stands as it does."""
    if not taker.holds(case):
        return False
    desk.note(case, "not reached", taker.name)
    return True


def done(desk: Desk, case: Case, taker: Taker, status: str = "resolved") -> bool:
    """The case is over: resolved, or handed over to somebody outside. False where it is not
    theirs."""
    if not taker.holds(case) or case.status not in holding.HELD:
        return False
    return close(desk, case, status, taker.name)


def close(desk: Desk, case: Case, status: str, actor: str) -> bool:
    """Settle a case; whoever is still asked about it hears that it is needless."""
    desk.hold(case)
    if not cases.move(desk.tx, case.id, status, desk.now):
        return False
    desk.note(case, status, actor)
    desk.drop(*keys(case.id))
    desk.let_go(case)
    _needless(desk, case, case.holder_id, "needless")
    return True


def called_off(desk: Desk, case: Case, why: str) -> bool:
    """What it was about is over: the person answered after all, for one. Nobody need come who has
    not taken it yet; whoever has is told, and decides."""
    desk.hold(case)
    if case.status in escalation.WAITS:
        if not cases.move(desk.tx, case.id, "cancelled", desk.now):
            return False
        desk.note(case, f"cancelled: {why}")
        desk.drop(*keys(case.id))
        _needless(desk, case, None, "needless")
        return True
    if case.status == "accepted" and case.holder_number_id is not None:
        desk.note(case, why)
        desk.later(telling.event(case.holder_number_id, "case-answered-helper", desk.now,
                                 code=case.code))  # fmt: skip
    return False


def reopen(desk: Desk, case: Case, actor: str) -> bool:
    """By hand: whoever has it need not go on, and everybody is asked anew."""
    desk.hold(case)
    if not holding.reopen(desk.tx, case.id, case.holder_id):
        return False
    desk.note(case, "open", actor)
    own = [a.id for a in case_alerts.of_case(desk.tx, case.id) if a.status == "accepted"]
    case_alerts.settle(desk.tx, own, "silent", desk.now)
    desk.let_go(case)
    _open_again(desk, case)
    return True


def by_hand(desk: Desk, case: Case, status: str, actor: str) -> bool:
    """Move a case as its table allows; False where somebody else moved it first.

    Raises flows.states.IllegalMove and changes nothing.
    """
    desk.hold(case)
    move(CASE, case.status, status)
    taker = Taker(None, None, actor)
    if status == "accepted":
        return take(desk, case, taker) == WON
    if status == "open":
        return reopen(desk, case, actor)
    if status in CASE.finals:
        return close(desk, case, status, actor)
    if not cases.move(desk.tx, case.id, status, desk.now):
        return False
    desk.note(case, status, actor)
    if status == "in contact":
        desk.drop(key(DEADLINE, case.id))
    else:
        desk.look(case)
    return True


def hand_over(desk: Desk, case: Case, to_id: str, actor: str) -> bool:
    """Ask another to take it over. It stays with who has it until they do.

    False where nobody has it, or the other has it or is being asked.
    """
    if case.status not in holding.HELD or to_id == case.holder_id:
        return False
    return ask(desk, case, to_id, actor, "asked to take over")


def ask(desk: Desk, case: Case, to_id: str, actor: str, act: str) -> bool:
    """Ask this one by name, whoever else is asked. False where they are being asked so already."""
    asked = [a for a in case_alerts.of_case(desk.tx, case.id) if a.person_id == to_id]
    if any(a.step == HANDED and a.status == "told" for a in asked):
        return False
    times = sum(a.step == HANDED for a in asked)
    alert = NewAlert(ids.new(), case.id, to_id, None, TEXT, HANDED, case.round + times, desk.now)
    if not case_alerts.tell(desk.tx, [alert]):
        return False
    desk.note(case, act, actor, to_id)
    until = escalation.contact_by(desk.policy(case), case.priority, desk.now)
    desk.later(alert_timer(alert, until, desk.now))
    return True


# --- what follows


def _take_over(desk: Desk, case: Case, taker: Taker, offered: Alert) -> str:
    """From who has it, who asked for it: first come, first served here as well."""
    assert taker.person_id is not None, "only people are asked to take over"
    met = case.status == "in contact"
    deadline = escalation.contact_by(desk.policy(case), case.priority, desk.now)
    won = holding.hand_over(
        desk.tx, case.id, case.holder_id, taker.person_id, None if met else deadline, desk.now,
        taker.number_id,
    )  # fmt: skip
    if not won:
        return _not_won(desk, case, taker)
    volunteers.took(desk.tx, taker.person_id, today(desk.force, desk.now), desk.now)
    case_alerts.settle(desk.tx, [offered.id], "accepted", desk.now)
    desk.note(case, "taken over", taker.name)
    desk.let_go(case)
    _needless(desk, case, taker.person_id, "taken")  # others may have been asked as well
    if not met:
        desk.later(timer(DEADLINE, case, deadline))
    if case.holder_number_id is not None:
        desk.later(telling.event(case.holder_number_id, "case-taken-over-helper", desk.now,
                                 code=case.code))  # fmt: skip
    return WON


def _offered(desk: Desk, case: Case, taker: Taker) -> Alert | None:
    """The alert by which this one is asked to take the case over, if there is one."""
    found = [a for a in case_alerts.of_case(desk.tx, case.id) if a.step == HANDED]
    open_ = [a for a in found if a.status in ("told", "silent", "failed")]
    return next((a for a in reversed(open_) if _is_of(a, taker)), None)


def _not_won(desk: Desk, case: Case, taker: Taker) -> str:
    now = cases.load(desk.tx, case.id) or case
    if now.status in holding.HELD:
        return YOURS if taker.holds(now) else ANOTHERS
    return PAST


def _open_again(desk: Desk, case: Case) -> None:
    """The ladder begins anew, and the person waits again."""
    desk.drop(key(DEADLINE, case.id), key(TAKEN, case.id))
    desk.look(case)
    if case.priority != "routine":
        desk.later(timer(WORD, case, desk.now + escalation.STILL_TRYING))


def _settle_own(desk: Desk, case: Case, taker: Taker) -> bool:
    own = [a.id for a in case_alerts.of_case(desk.tx, case.id) if _is_of(a, taker)]
    return bool(case_alerts.settle(desk.tx, own, "passed", desk.now))


def _needless(desk: Desk, case: Case, holder_id: str | None, why: str) -> None:
    """All others who were woken are told, once each; what waits for them is called off in their
    own turn."""
    over = case_alerts.needless(desk.tx, case.id, holder_id, desk.now)
    told = set[str | None]()
    for alert in sorted(over, key=lambda one: one.status != "told"):
        who = alert.person_id or alert.number_id
        said = why if alert.status in ("told", "silent") and who not in told else ""
        if said:
            told.add(who)
        desk.later(_over(desk, alert, case, said))


def _over(desk: Desk, alert: Alert, case: Case, why: str) -> Timer:
    """The event, due now for whom it was, that an alert is over. `why` "": nothing is said."""
    payload = {"alert": alert.id, "why": why, "code": case.code}
    subject = alert.id if alert.person_id is not None else alert.number_id
    return Timer(
        ids.new(), f"{OVER}:{alert.id}", OVER, alert.person_id, subject, desk.now, None,
        payload, URGENT,
    )  # fmt: skip


def _is_of(alert: Alert, taker: Taker) -> bool:
    if taker.person_id is not None:
        return alert.person_id == taker.person_id
    return alert.person_id is None and alert.number_id == taker.number_id
