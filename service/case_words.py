"""What a person hears while they wait for somebody: that we try, who comes, or the truth.

Promise: in CARE's words, by text, on the phone they asked from; nothing for routine cases, and
nothing to a phone that left or takes no texts. On a phone that others may see it is the discreet
wording; where a safe word brought us, nothing. It stops when the case is taken, over, or exhausted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows import escalation, lines
from flows.wording import slot_said
from service import checkins, reaching
from service.desk import SAFE_WORD, TAKEN, WORD, Desk, key, timer
from service.slate import CALL, CASE, URGENT, Slate
from service.storage import cases, standing, timers
from service.storage.cases import Case
from service.storage.timers import Timer


def wait(slate: Slate, case: Case) -> None:
    """From now on the person hears every few minutes that we are trying."""
    due = escalation.word_due(case.priority, "open", slate.now)
    if due is not None and case.kind != SAFE_WORD:
        slate.later(timer(WORD, case, due))


def still_trying(slate: Slate, waiting: Timer) -> None:
    """Five minutes are over, and nobody has taken it yet."""
    case = cases.load(slate.tx, waiting.subject_id or "")
    if case is None:
        return
    last = max(case.told_at or case.opened_at, case.opened_at)
    due = escalation.word_due(case.priority, case.status, last)
    if due is None:
        return
    if due > slate.now:
        slate.later(timer(WORD, case, due))
        return
    _say(slate, case, "still-trying")
    slate.later(timer(WORD, case, slate.now + escalation.STILL_TRYING))


def somebody_comes(slate: Slate, event: Timer) -> None:
    """It was taken."""
    case = cases.load(slate.tx, event.subject_id or "")
    if case is not None and case.status == "accepted" and case.priority != "routine":
        _say(slate, case, "someone-will-call")


def exhausted(slate: Slate, case: Case, again: datetime) -> None:
    """Nobody here can: the line that can, and when we try again."""
    timers.drop(slate.tx, [key(WORD, case.id)])
    if case.priority == "routine":
        return
    local = again.astimezone(checkins.zone(slate)) if slate.person is not None else again
    clock = f"{local.hour}:{local.minute:02}"
    near = again - slate.now < timedelta(hours=20)
    _say(
        slate, case, "nobody-can-call",
        time=clock if near else slot_said(local.replace(tzinfo=None), slate.languages()[0]),
    )  # fmt: skip


def give_line(slate: Slate, case: Case) -> bool:
    """A step of the policy that is a line: they get its number. Whether they do."""
    recent = case.told_at is not None and slate.now - case.told_at < escalation.STILL_TRYING
    return not recent and _say(slate, case, "line-answers")


def trying_again(slate: Slate, case: Case) -> None:
    """Whoever took it gave it back or did not come: they hear of us again as they wait."""
    Desk.of(slate).drop(key(TAKEN, case.id))
    wait(slate, case)


def _say(slate: Slate, case: Case, phrase: str, **values: object) -> bool:
    """Say this on the phone they asked from, if it still takes texts; whether it was said."""
    if case.kind == SAFE_WORD:
        return False
    _on_their_phone(slate, case)
    slate.need = slate.need or lines.need_of(case.note)
    number = slate.number
    if case.stopped or not number.id or slate.person is None:
        return False
    if slate.channel != CALL and not reaching.takes_texts(number):
        return False
    slate.phrase(phrase, URGENT, CASE, **values)
    cases.told(slate.tx, [case.id], slate.now)
    return True


def _on_their_phone(slate: Slate, case: Case) -> None:
    if case.number_id is None or case.number_id == slate.number.id or slate.channel == CALL:
        return
    found = standing.by_numbers(slate.tx, [case.number_id]).get(case.number_id)
    if found is not None and (found.person is None or found.person.id == case.person_id):
        slate.number = found.number
