"""Every action of the catalogue is performed, with declared outcomes and all that it gives."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from flows.actions import ACTIONS, FAILED
from flows.bridge_actions import OF_BRIDGES
from flows.case_actions import OF_CASES
from flows.effects import Perform
from flows.events import Performed
from flows.shift_actions import OF_SHIFTS
from service import conversing, performing, pins, safe_words, wishes
from service.slate import CALL
from service.storage import ids, links, people
from tests.service.house import ANA, Line, Phone

PLAN = {"flow": "daily-checkin", "days": "every day", "time": "19:00"}
FACTS = ("language", "country", "time zone", "channel", "hour", "silence", "shared", "costs")

AS_NOTED = "as it was noted"

# told in test_team_actions.py and test_bridges.py
OF_VOLUNTEERS = {action.name for action in (*OF_CASES, *OF_SHIFTS, *OF_BRIDGES)}

# What it is asked, what stands before ("plan", "paused", "erasing"), and what it comes to.
CASES: list[tuple[str, Mapping[str, str], str, str]] = [
    ("alert", {"policy": "on-call", "priority": "urgent", "note": "answered 1"}, "", "opened"),
    ("alert", {"policy": "on-call", "priority": "routine"}, "alerted", "already open"),
    ("alert", {"policy": "on-call", "priority": "routine"}, "nobody", "failed"),
    ("alert", {"policy": "no such policy", "priority": "no such word"}, "", "opened"),
    ("alert", {"policy": "on-call", "priority": "urgent", "kind": "danger"}, "", "opened"),
    ("recall signs", {}, "", "told"),
    ("see joining", {}, "", "joined"),
    ("see joining", {}, "invited", "invited"),
    ("see joining", {}, "joining", "not joined"),
    ("record consent", {"wording": "joining/promise"}, "", "recorded"),
    ("record consent", {"wording": "Yes to texts."}, "", "recorded"),
    ("decline joining", {}, "joining", "declined"),
    ("join", {}, "joining", "joined"),
    ("join", {}, "", "joined"),
    ("plan check-ins", PLAN, "", "planned"),
    ("plan check-ins", {**PLAN, "days": "mon, thu"}, "", "planned"),
    ("plan check-ins", {**PLAN, "days": "someday"}, "", "not understood"),
    ("plan check-ins", {**PLAN, "time": "teatime"}, "", "not understood"),
    ("plan check-ins", {**PLAN, "flow": "no-such-flow"}, "", "failed"),
    ("stop check-ins", {}, "plan", "stopped"),
    ("stop check-ins", {}, "", "stopped"),
    ("skip next check-in", {}, "plan", "skipped"),
    ("skip next check-in", {}, "", "nothing planned"),
    ("pause", {"for": "2 weeks"}, "plan", "paused"),
    ("pause", {"until": "2026-06-01"}, "plan", "paused"),
    ("pause", {"until": "2020-06-01"}, "", "not understood"),
    ("pause", {"until": "soon"}, "", "not understood"),
    ("pause", {"for": "a bit"}, "", "not understood"),
    ("pause", {}, "", "not understood"),
    ("resume", {}, "paused", "resumed"),
    ("resume", {}, "", "nothing planned"),
    ("set preference", {"field": "language", "value": "es-tu"}, "", "saved"),
    ("set preference", {"field": "language", "value": "klingon"}, "", "not understood"),
    ("set preference", {"field": "country", "value": "Spain"}, "plan", "saved"),
    ("set preference", {"field": "country", "value": "no"}, "", "not understood"),
    ("set preference", {"field": "time zone", "value": "Madrid"}, "plan", "saved"),
    ("set preference", {"field": "time zone", "value": "north"}, "", "not understood"),
    ("set preference", {"field": "channel", "value": "call"}, "plan", "saved"),
    ("set preference", {"field": "channel", "value": "text"}, "", "saved"),
    ("set preference", {"field": "channel", "value": "text"}, "landline", "not understood"),
    ("set preference", {"field": "channel", "value": "call"}, "landline", "saved"),
    ("set preference", {"field": "channel", "value": "pigeon"}, "", "not understood"),
    ("set preference", {"field": "hour", "value": "18:30"}, "plan", "saved"),
    ("set preference", {"field": "hour", "value": "teatime"}, "", "not understood"),
    ("set preference", {"field": "silence", "value": "call"}, "", "saved"),
    ("set preference", {"field": "silence", "value": "loud"}, "", "not understood"),
    ("set preference", {"field": "shared", "value": "yes"}, "", "saved"),
    ("set preference", {"field": "shared", "value": "no"}, "", "saved"),
    ("set preference", {"field": "shared", "value": "perhaps"}, "", "not understood"),
    ("set preference", {"field": "costs", "value": "yes"}, "", "saved"),
    ("set preference", {"field": "costs", "value": "perhaps"}, "", "not understood"),
    ("set preference", {"field": "shoe size", "value": "42"}, "", "not understood"),
    ("leave", {}, "plan", "left"),
    ("my data", {}, "plan", "told"),
    ("erase", {}, "", "scheduled"),
    ("erase", {}, "erasing", "scheduled"),
    ("keep", {}, "erasing", "kept"),
    ("keep", {}, "", "nothing to undo"),
    ("tell lines", {}, "", "told"),
    ("set word", {"word": " Blue Door "}, "", "set"),
    ("set word", {"word": " "}, "", "failed"),
    ("see pin", {}, "", "not set"),
    ("see pin", {}, "others see", "by call only"),
    ("see pin", {}, "a PIN", "by call only"),
    ("see pin", {}, "a PIN, by call", "set"),
    ("see pin", {}, "others see, by call", "not set"),
    ("note pin", {"pin": "4815"}, "", "noted"),
    ("note pin", {"pin": "4815"}, "a neighbour, by call", "taken"),
    ("note pin", {"pin": "481"}, "", "failed"),
    ("note pin", {"pin": "4815"}, "others see", "failed"),
    ("set pin", {"pin": "4815", "noted": AS_NOTED}, "", "set"),
    ("set pin", {"pin": "4815", "noted": AS_NOTED}, "others see, by call", "set"),
    ("set pin", {"pin": "4815", "noted": AS_NOTED}, "others see", "failed"),
    ("set pin", {"pin": "4815", "noted": AS_NOTED}, "a neighbour, by call", "failed"),
    ("set pin", {"pin": "4851", "noted": "another"}, "", "not the same"),
    ("clear pin", {}, "a PIN, by call", "cleared"),
    ("clear pin", {}, "a PIN", "failed"),
    ("next message", {}, "a check-in", "message"),
    ("next message", {}, "a check-in, by call", "message"),
    ("next message", {}, "", "no more"),
    ("next message", {"place": "no such place"}, "", "no more"),
    ("next message", {}, "others see", "by call only"),
    ("next message", {}, "a PIN", "by call only"),
    ("see safe word", {}, "", "not set"),
    ("see safe word", {}, "a safe word", "set"),
    ("see safe word", {}, "others see", "by call only"),
    ("set safe word", {"phrase": "Blue teapot"}, "", "set"),
    ("set safe word", {"phrase": "yes"}, "", "not usable"),
    ("set safe word", {"phrase": "Blue teapot"}, "others see", "failed"),
    ("allow by safe word", {"may": "wait"}, "a safe word", "kept"),
    ("allow by safe word", {"may": "wait"}, "", "failed"),
    ("clear safe word", {}, "a safe word", "cleared"),
    ("clear safe word", {}, "others see", "failed"),
    ("see wishes", {}, "", "not told"),
    ("see wishes", {}, "wishes", "kept"),
    ("see wishes", {}, "a PIN", "by call only"),
    ("clear wishes", {}, "wishes", "cleared"),
    ("wrong number", {}, "plan", "unlinked"),
    ("discreet on", {}, "", "set"),
    ("discreet off", {}, "", "set"),
]


def test_the_catalogue_and_what_is_performed_are_the_same() -> None:
    assert performing.performed_actions() == frozenset(ACTIONS)
    assert {action for action, *_ in CASES} == set(ACTIONS) - OF_VOLUNTEERS


def test_every_declared_outcome_is_reached_by_a_case() -> None:
    reached: dict[str, set[str]] = {}
    for action, _, _, outcome in CASES:
        reached.setdefault(action, set()).add(outcome)
    for action in ACTIONS.values():
        if action.name in OF_VOLUNTEERS:
            continue
        assert set(action.outcomes) <= reached[action.name], action.name


def test_every_fact_that_may_be_set_is_set_by_a_case() -> None:
    saved = {p["field"] for action, p, _, o in CASES if action == "set preference" and o == "saved"}
    assert saved == set(FACTS)


def prepared(line: Line, before: str) -> Phone:
    ana = line.member(ANA, name="Ana")
    if before in ("plan", "paused"):
        line.plan(ana, "daily-checkin", "every day", "10:00")
    done = {
        "paused": ("pause", {"for": "2 weeks"}),
        "erasing": ("erase", {}),
        "alerted": ("alert", {"policy": "on-call", "priority": "routine"}),
    }.get(before)
    if done is not None:
        perform(line, ana, *done)
    if before in ("invited", "joining"):
        line.do("update person set status = :status, joined_at = null", status=before)
    if before == "landline":
        line.do("update number set kind = 'landline'")
    if before.startswith("a check-in"):
        line.plan(ana, "daily-checkin", "every day", "10:00")
        line.passes(days=1)
    if before.startswith("others see"):
        line.do("update number set shared = true")
    if before.startswith(("a PIN", "a neighbour")):
        mine, number_id, neighbour = ana.person.id, ana.standing.number.id, ids.new()
        with line.writing() as tx:
            people.add(tx, people.New(neighbour, "active", "en", "UTC", line.at, {}))
            links.add(tx, neighbour, number_id, is_main=False)
            people.set_pin(tx, neighbour if before.startswith("a neighbour") else mine, "4815")
    if before == "a safe word":
        with line.turn(ana) as slate:
            assert safe_words.set_phrase(slate, "blue teapot")
    if before == "wishes":
        with line.turn(ana) as slate:
            performing.remember(slate, wishes.CALL, "Marta")
    if before == "nobody":
        line.do("delete from setting where key = 'coordinators'")
        line.organised(service="Lantern")
    return ana


def perform(
    line: Line, phone: Phone, action: str, params: Mapping[str, str], before: str = ""
) -> Performed:
    with line.turn(phone) as slate:
        if before.endswith("by call"):
            slate.channel = CALL
        if params.get("noted") == AS_NOTED:
            params = {**params, "noted": pins.note(slate, params["pin"])}
        conversation = conversing.prepare(slate, "menu", None)
        slate.front = conversation
        wanted = Perform(action, params, "menu/do", 41)
        return performing.perform(slate, conversation, wanted)


@pytest.mark.parametrize(
    ("action", "params", "before", "outcome"),
    CASES,
    ids=[f"{a}: {' '.join(p.values())[:24]} ({b})" for a, p, b, _ in CASES],
)
def test_outcomes_and_what_they_give(
    line: Line, action: str, params: Mapping[str, str], before: str, outcome: str
) -> None:
    ana = prepared(line, before)
    performed = perform(line, ana, action, params, before)
    assert performed.outcome == outcome
    assert performed.outcome in ACTIONS[action].all_outcomes
    assert performed.token == 41, "the flow waits with this token"
    given = {name: value for name, value in performed.answers.items() if value not in (None, "")}
    assert set(given) <= set(ACTIONS[action].gives)
    good = performed.outcome == ACTIONS[action].outcomes[0]
    assert not good or set(given) == set(ACTIONS[action].gives), "all that is declared is given"
    line.settle()


def test_what_is_not_in_the_catalogue_fails_kindly(line: Line) -> None:
    ana = line.member(ANA)
    assert perform(line, ana, "call the moon", {}).outcome == FAILED


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"until": "2026-06-01"}, "Monday June 1"),
        ({"for": "3 days"}, "Thursday May 7"),
    ],
)
def test_a_pause_ends_when_it_says(line: Line, params: dict[str, str], told: str) -> None:
    ana = prepared(line, "plan")
    performed = perform(line, ana, "pause", params)
    assert performed.answers["paused_until"] == told


def test_consent_is_kept_in_the_words_that_they_saw(line: Line) -> None:
    ana = line.member(ANA)
    from service.storage import consents

    with line.reading() as tx:
        acts = consents.of_person(tx, ana.person.id)
    joined = [row for row in acts if row.act == "joined"]
    assert "Our team reads your answers" in (joined[0].wording or "")


def test_a_field_that_is_remembered_is_kept_and_a_name_is_found(line: Line) -> None:
    from service.storage import people

    ana = line.member(ANA)
    with line.turn(ana) as slate:
        performing.remember(slate, "name", "Ana María")
    with line.reading() as tx:
        assert people.find_by_name(tx, "ana") == [ana.person.id]
    with line.turn(ana) as slate:
        performing.remember(slate, "name", None)
    assert "name" not in ana.person.fields
    with line.reading() as tx:
        assert people.find_by_name(tx, "ana") == []
