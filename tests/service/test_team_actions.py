"""Every action of volunteers' flows comes to each of its outcomes, with all that it gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from flows.actions import ACTIONS
from flows.case_actions import OF_CASES
from flows.effects import Perform
from flows.events import Performed
from flows.shift_actions import OF_SHIFTS
from service import case_actions, conversing, performing, shift_actions
from service.storage import contacts, swaps, trials, volunteers
from service.storage.trials import Trial
from tests.service.house import ANA, BEN, Line, Phone
from tests.service.team import IDA, JAN, SUE, does, on_duty, take, volunteer

OURS = {action.name for action in (*OF_CASES, *OF_SHIFTS)}
NOTE = {"note": "Her sister is with her"}

# What it is asked, what stands before, and what it comes to.
CASES: list[tuple[str, Mapping[str, str], str, str]] = [
    ("see case", {}, "asked", "open"),
    ("see case", {}, "mine", "yours"),
    ("see case", {}, "another's", "taken by another"),
    ("see case", {}, "over", "over"),
    ("see case", {}, "a wrong code", "which"),
    ("see case", {}, "asked twice", "which"),
    ("see cases", {}, "asked twice", "cases"),
    ("see cases", {}, "nothing", "no case"),
    ("pick case", {"code": "CODE"}, "asked", "found"),
    ("pick case", {"code": "X9X9"}, "asked", "unknown"),
    ("take case", {}, "asked", "taken"),
    ("take case", {}, "mine", "yours already"),
    ("take case", {}, "another's", "taken by another"),
    ("take case", {}, "over", "over"),
    ("take case", {}, "asked twice", "which"),
    ("pass case", {}, "asked", "passed"),
    ("pass case", {}, "mine", "passed"),
    ("pass case", {}, "another's", "not yours"),
    ("pass case", {}, "asked twice", "which"),
    ("reached", {}, "mine", "noted"),
    ("reached", {}, "asked", "not yours"),
    ("reached", {}, "a wrong code", "which"),
    ("not reached", {}, "mine", "noted"),
    ("not reached", {}, "another's", "not yours"),
    ("not reached", {}, "a wrong code", "which"),
    ("note case", NOTE, "mine", "noted"),
    ("note case", NOTE, "asked", "not yours"),
    ("note case", NOTE, "a wrong code", "which"),
    ("note case", {"note": " "}, "mine", "failed"),
    ("close case", {}, "mine", "closed"),
    ("close case", {}, "mine, of danger", "hard"),
    ("close case", {}, "another's", "not yours"),
    ("close case", {}, "a wrong code", "which"),
    ("hand over case", {}, "mine, supervised", "asked"),
    ("hand over case", {}, "mine", "nobody"),
    ("hand over case", {}, "asked", "not yours"),
    ("hand over case", {}, "a wrong code", "which"),
    ("debrief", {"talk": "yes"}, "mine", "told"),
    ("debrief", {"talk": "no"}, "mine", "noted"),
    ("debrief", {"talk": "yes"}, "nobody to tell", "nobody"),
    ("see shifts", {}, "on duty", "planned"),
    ("see shifts", {}, "nothing", "no shift"),
    ("on shift", {}, "trained", "on"),
    ("on shift", {}, "nothing", "not yet"),
    ("off shift", {}, "on duty", "off"),
    ("off shift", {}, "mine", "holding"),
    ("take break", {"minutes": "30"}, "on duty", "resting"),
    ("take break", {"minutes": "30"}, "no volunteer", "not yet"),
    ("take break", {"minutes": "soon"}, "on duty", "failed"),
    ("see swap", {}, "on duty", "planned"),
    ("see swap", {}, "offered", "offered"),
    ("see swap", {}, "nothing", "no shift"),
    ("offer swap", {}, "on duty, with Jan", "offered"),
    ("offer swap", {}, "on duty", "nobody"),
    ("offer swap", {}, "nothing", "no shift"),
    ("see offer", {}, "offered", "offered"),
    ("see offer", {}, "nothing", "gone"),
    ("answer swap", {"answer": "yes"}, "offered", "yours"),
    ("answer swap", {"answer": "no"}, "offered", "declined"),
    ("answer swap", {"answer": "yes"}, "nothing", "gone"),
    ("verify contact", {"code": "482913"}, "a code", "verified"),
    ("verify contact", {"code": "482914"}, "a code", "wrong"),
    ("verify contact", {"code": "482913"}, "an old code", "over"),
    ("verify contact", {"code": "482913"}, "nothing", "not asked for"),
    ("answer test", {}, "a test", "noted"),
    ("answer test", {}, "nothing", "not asked"),
]


def test_each_outcome_is_reached_by_a_case() -> None:
    assert set(case_actions.ACTIONS) | set(shift_actions.ACTIONS) == OURS
    reached: dict[str, set[str]] = {}
    for action, _, _, outcome in CASES:
        reached.setdefault(action, set()).add(outcome)
    for name in OURS:
        assert set(ACTIONS[name].outcomes) <= reached[name], name


def prepared(line: Line, before: str) -> tuple[Phone, str]:
    """Ida, and the code of the case that her conversation is about, if there is one."""
    asked = before.partition(",")[0] in ("asked", "mine", "another's", "over", "nobody to tell")
    busy = asked or before in ("a wrong code", "asked twice")
    ida = line.member(IDA) if before == "no volunteer" else volunteer(line, IDA, duty=busy)
    if before.startswith("on duty"):
        on_duty(line, ida)
    people = [ida]
    if before in ("another's", "offered", "on duty, with Jan"):
        people.append(volunteer(line, JAN, duty=before == "offered"))
    if before == "mine, supervised":
        volunteer(line, SUE, roles=("supervisor",), duty=False)
    if before in ("trained", "offered", "on duty, with Jan"):
        ids = [phone.person.id for phone in people]
        with line.writing() as tx:
            for person_id in ids:
                volunteers.set_trained(tx, person_id, {"listening": "2026-01-10"})
    if before == "offered":
        with line.turn(people[1]) as slate:
            performing.perform(
                slate, conversing.prepare(slate, "swap", None),
                Perform("offer swap", {}, "swap/offer", 1),
            )  # fmt: skip
        with line.reading() as tx:
            assert swaps.offered_to(tx, ida.person.id, line.at)
    if before in ("a code", "an old code"):
        standing, late = ida.standing, timedelta(hours=-1 if before == "an old code" else 1)
        assert standing.person is not None
        with line.writing() as tx:
            new = contacts.add(tx, standing.person.id, standing.number.id, "call", line.at)
            contacts.ask(tx, new, "482913", line.at + late)
    return ida, _case(line, before, people) if busy else ""


def _case(line: Line, before: str, people: list[Phone]) -> str:
    if before == "nobody to tell":
        line.do("delete from setting where key = 'coordinators'")
        line.organised(service="Lantern")
    ana = line.member(ANA, name="Ana")
    danger = "I want to kill myself tonight with pills"
    ana.text(danger if before == "mine, of danger" else "TALK")
    (case,) = ana.open_cases
    if before == "asked twice":
        line.member(BEN).text("TALK")
    line.passes(minutes=3)
    if before.startswith("mine"):
        take(line, people[0], case.id)
    if before in ("another's", "over"):
        take(line, people[-1], case.id)
    if before == "over":
        assert does(line, "done", people[0], case.id)
    line.settle()
    return {"asked twice": "", "a wrong code": "X9X9"}.get(before, case.code)


@pytest.mark.parametrize(("action", "params", "before", "outcome"), CASES)
def test_an_action(
    line: Line, action: str, params: Mapping[str, str], before: str, outcome: str
) -> None:
    ida, code = prepared(line, before)
    given = {name: code if value == "CODE" else value for name, value in params.items()}
    with line.turn(ida) as slate:
        conversation = conversing.prepare(slate, "note", None)
        if before == "a test":
            trials.add(slate.tx, Trial(
                "1", conversation.person_id, "contact", "text", conversation.id, "rosa", line.at,
            ))  # fmt: skip
        if code and action != "pick case":
            conversation.live.values = {"case_code": code}
        came = performing.perform(slate, conversation, Perform(action, given, "note/ask", 7))
    assert came == Performed(outcome, came.answers, 7)
    assert set(came.answers) <= set(ACTIONS[action].gives)
    assert all(came.answers.values()), "no answer is blank"
    if outcome in ("yours", "offered", "on", "resting", "planned", "cases"):
        assert came.answers or (action, outcome) == ("see swap", "offered")
