"""The ladder, told step by step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows import reading
from flows.definition import Policy
from flows.escalation import (
    Asked,
    Decision,
    Exhausted,
    GiveLine,
    Inform,
    Matter,
    Silent,
    Tell,
    again_after,
    contact_by,
    decide,
    word_due,
)
from flows.fairness import Helper
from flows.shelf import library_of, shipped

NOW = datetime(2026, 5, 4, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def policy(steps: str, more: str = "") -> Policy:
    text = "policy: p\ntitle: P\npriorities: [routine, urgent, imminent]\nsteps:\n" + steps + more
    read = reading.read_policy(text)
    assert read.value is not None, read.problems
    return read.value


IN_TURN = "  - after: 0 minutes\n    tell: on duty\n    how: one after another\n"
STAFF = "  - after: 10 minutes\n    tell: coordinators\n"
LADDER = policy(IN_TURN + STAFF)
VOLUNTEERS = tuple(
    Helper(name, frozenset({"volunteer"}), frozenset({"days"}), taken_today=at)
    for at, name in enumerate("abc")
)
CORA = Helper("cora", frozenset({"coordinator"}))
SUE = Helper("sue", frozenset({"supervisor"}))
ALL = (*VOLUNTEERS, CORA, SUE)


def matter(*asked: Asked, **known: object) -> Matter:
    bare = Matter("case", "notifying", "urgent", 0, 0, NOW, tuple(asked), ("en",))
    return bare._replace(**known)


def told(decision: Decision) -> list[str]:
    return [one for act in decision.acts if isinstance(act, Tell) for one in act.helpers]


def told_at(helper: str, step: int, minutes: float, status: str = "told") -> Asked:
    return Asked(helper, step, 0, status, NOW + minutes * MINUTE)


def test_the_first_is_told_at_once_and_the_next_look_is_when_their_time_is_over() -> None:
    found = decide(LADDER, matter(status="open"), ALL, NOW)
    assert told(found) == ["a"]
    assert (found.step, found.round, found.look) == (1, 0, NOW + 2 * MINUTE)


@pytest.mark.parametrize("status", ["passed", "failed"])
def test_who_passes_or_cannot_be_reached_makes_way_at_once(status: str) -> None:
    found = decide(LADDER, matter(told_at("a", 0, 0, status), step=1), ALL, NOW + MINUTE / 4)
    assert told(found) == ["b"]


def test_who_does_not_answer_in_their_time_makes_way_and_is_noted_as_silent() -> None:
    found = decide(LADDER, matter(told_at("a", 0, 0), step=1), ALL, NOW + 2 * MINUTE)
    assert isinstance(found.acts[0], Silent)
    assert [one.helper for one in found.acts[0].asked] == ["a"]
    assert told(found) == ["b"]


def test_before_that_nobody_else_is_told() -> None:
    found = decide(LADDER, matter(told_at("a", 0, 0), step=1), ALL, NOW + MINUTE)
    assert found.acts == ()
    assert found.look == NOW + 2 * MINUTE


def test_a_step_comes_at_the_latest_when_its_time_has_come() -> None:
    many = tuple(h._replace(id=f"v{at}") for at in range(9) for h in VOLUNTEERS[:1])
    asked = [told_at(f"v{at}", 0, 2 * at, "silent") for at in range(4)]
    asked.append(told_at("v4", 0, 8.5))
    found = decide(LADDER, matter(*asked, step=1), (*many, CORA), NOW + 10 * MINUTE)
    assert told(found) == ["cora"]
    assert found.look == NOW + 10.5 * MINUTE, "those in turn go on beside it"


def test_it_comes_at_once_where_nobody_is_left_above() -> None:
    asked = [told_at(h.id, 0, 0, "passed") for h in VOLUNTEERS]
    found = decide(LADDER, matter(*asked, step=1), ALL, NOW + MINUTE)
    assert told(found) == ["cora"]


def test_an_empty_step_is_passed_over_at_once() -> None:
    found = decide(LADDER, matter(status="open"), (CORA,), NOW)
    assert told(found) == ["cora"]
    assert found.step == 2


def test_nobody_at_all_is_exhausted_at_once_and_tried_again() -> None:
    found = decide(LADDER, matter(status="open"), (), NOW)
    assert found.acts == (Exhausted(NOW + 30 * MINUTE),)
    assert found.look == NOW + 30 * MINUTE
    waits = matter(status="exhausted", step=found.step)
    assert decide(LADDER, waits, (), NOW + 29 * MINUTE).acts == ()
    again = decide(LADDER, waits, ALL, NOW + 30 * MINUTE)
    assert (told(again), again.round) == (["a"], 1)


def test_who_comes_while_it_rests_is_asked_at_once_and_who_was_asked_is_not() -> None:
    rests = matter(told_at("cora", 1, -20, "silent"), status="exhausted", step=2)
    early = NOW + 5 * MINUTE
    assert decide(LADDER, rests, [CORA], early).acts == ()
    came = decide(LADDER, rests, [CORA, VOLUNTEERS[0]], early)
    assert (told(came), came.round) == (["a"], 1)
    away = VOLUNTEERS[0]._replace(away=True)
    assert decide(LADDER, rests, [CORA, away], early).acts == ()
    night = policy("  - after: 0 minutes\n    tell: on duty\n    quiet hours: hold\n" + STAFF)
    quiet = rests._replace(priority="routine", quiet_until=NOW + 60 * MINUTE)
    assert decide(night, quiet, [CORA, VOLUNTEERS[0]], early).acts == (), "nobody is woken for it"


def test_who_comes_meanwhile_is_asked_and_the_next_step_is_not_put_off() -> None:
    alone = matter(told_at("cora", 1, 0), step=2)
    came = decide(LADDER, alone, [CORA, *VOLUNTEERS], NOW + MINUTE)
    assert told(came) == ["a"], "one after another"
    assert came.look == NOW + 3 * MINUTE
    together = policy("  - after: 0 minutes\n    tell: on duty\n" + STAFF)
    asked = matter(told_at("a", 0, 0), step=1)
    came = decide(together, asked, ALL, NOW + 8 * MINUTE)
    assert sorted(told(came)) == ["b", "c"]
    assert came.look == NOW + 10 * MINUTE


def test_it_repeats_as_often_as_it_says_and_is_then_exhausted() -> None:
    twice = policy(IN_TURN.replace("on duty", "coordinators"), "repeat: 1\nagain after: 1 hour\n")
    again = decide(twice, matter(told_at("cora", 0, 0), step=1), (CORA,), NOW + 2 * MINUTE)
    assert (told(again), again.round, again.step) == (["cora"], 1, 1)
    second = Asked("cora", 0, 1, "told", NOW + 2 * MINUTE)
    state = matter(told_at("cora", 0, 0, "silent"), second, step=1, round=1)
    over = decide(twice, state, (CORA,), NOW + 4 * MINUTE)
    assert over.acts[-1] == Exhausted(NOW + 64 * MINUTE)


def test_each_try_after_that_rests_twice_as_long() -> None:
    rests = [again_after(LADDER, round_) for round_ in range(8)]
    assert rests[:3] == [30 * MINUTE, 60 * MINUTE, 120 * MINUTE]
    assert max(rests) == timedelta(hours=12)


def test_late_steps_do_not_come_all_at_once() -> None:
    three = policy(
        "".join(f"  - after: {m} minutes\n    tell: coordinators\n" for m in (0, 10, 30))
    )
    late = NOW + timedelta(hours=6)
    found = decide(three, matter(told_at("cora", 0, 0), step=1), (CORA,), late)
    assert told(found) == ["cora"]
    assert found.look == late + 20 * MINUTE


def test_a_line_is_not_rung_the_person_gets_its_number_and_the_next_step_does_not_wait() -> None:
    with_line = policy("  - after: 0 minutes\n    tell: line\n" + STAFF)
    found = decide(with_line, matter(status="open"), ALL, NOW)
    assert isinstance(found.acts[0], GiveLine)
    assert told(found) == ["cora"]


def test_volunteers_are_told_nothing_off_shift_and_whoever_asked_is_never_told() -> None:
    off = tuple(h._replace(duties=frozenset()) for h in VOLUNTEERS)
    for target in ("on duty", "rota days", "role volunteer", "last helper"):
        found = decide(
            policy(f"  - after: 0 minutes\n    tell: {target}\n"),
            matter(status="open", last_helper="a"), (*off, CORA), NOW,
        )  # fmt: skip
        assert told(found) == []
    found = decide(LADDER, matter(status="open", never=frozenset({"a"})), ALL, NOW)
    assert told(found) == ["b"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("on duty", {"a", "b", "c"}),
        ("rota days", {"a", "b", "c"}),
        ("rota nights", set()),
        ("role volunteer", {"a", "b", "c"}),
        ("role supervisor", {"sue"}),
        ("person Rosa Diaz", {"b"}),
        ("person c", {"c"}),
        ("last helper", {"c"}),
        ("buddy", {"a"}),
        ("coordinators", {"cora"}),
        ("supervisors", {"sue"}),
        ("night-team", set()),
    ],
)
def test_whom_a_step_means(target: str, expected: set[str]) -> None:
    helpers = tuple(h._replace(name="Rosa Diaz") if h.id == "b" else h for h in ALL)
    state = matter(status="open", last_helper="c", buddy="a")
    found = decide(policy(f"  - after: 0 minutes\n    tell: {target}\n"), state, helpers, NOW)
    assert set(told(found)) == expected


def test_only_who_is_trained_is_told_where_that_is_asked() -> None:
    trained = policy("  - after: 0 minutes\n    tell: on duty\n    trained: crisis\n")
    helpers = (*VOLUNTEERS[:2], VOLUNTEERS[2]._replace(trained=frozenset({"crisis"})))
    assert told(decide(trained, matter(status="open"), helpers, NOW)) == ["c"]


def test_quiet_hours_hold_what_is_routine_and_nothing_else() -> None:
    held = policy("  - after: 0 minutes\n    tell: coordinators\n    quiet hours: hold\n")
    morning = NOW + timedelta(hours=9)
    routine = matter(status="open", priority="routine", quiet_until=morning)
    found = decide(held, routine, ALL, NOW)
    assert (found.acts, found.look, found.held) == ((), morning, True)
    assert told(decide(held, routine._replace(quiet_until=None), ALL, morning)) == ["cora"]
    for priority in ("urgent", "imminent"):
        assert told(decide(held, routine._replace(priority=priority), ALL, NOW)) == ["cora"]


def test_of_each_imminent_case_the_supervisors_are_told_once() -> None:
    state = matter(status="open", priority="imminent")
    first = decide(LADDER, state, ALL, NOW)
    assert Inform(("sue",)) in first.acts
    assert Inform(("sue",)) not in decide(LADDER, state._replace(supervised=True), ALL, NOW).acts
    assert not any(isinstance(a, Inform) for a in decide(LADDER, matter(), ALL, NOW).acts)


def test_a_raised_case_asks_anew_those_who_were_asked_before() -> None:
    state = matter(told_at("cora", 1, 0), status="notifying", round=1)
    found = decide(policy(STAFF), state, (CORA,), NOW + MINUTE)
    assert isinstance(found.acts[0], Silent)
    assert told(found) == ["cora"]


@pytest.mark.parametrize("priority", ["routine", "urgent", "imminent"])
def test_the_shipped_policy_brings_volunteers_first_then_the_staff(priority: str) -> None:
    shipped_policy = library_of(shipped()).policies["on-call"]
    state = matter(status="open", priority=priority)
    assert len(told(decide(shipped_policy, state, ALL, NOW))) == 1
    assert told(decide(shipped_policy, state, (CORA,), NOW)) == ["cora"]


def test_an_imminent_case_goes_to_the_crisis_trained_and_then_to_the_others() -> None:
    shipped_policy = library_of(shipped()).policies["on-call"]
    trained = Helper("t", frozenset({"crisis"}), frozenset({"days"}), taken_today=4)
    state = matter(status="open", priority="imminent")
    found = decide(shipped_policy, state, (*ALL, trained), NOW)
    assert told(found) == ["t"]
    passed = state._replace(asked=(told_at("t", 0, 0, "passed"),), step=found.step)
    assert told(decide(shipped_policy, passed, (*ALL, trained), NOW)) == ["a"]


def test_contact_is_due_as_the_policy_says() -> None:
    own = policy(STAFF, "contact within:\n  urgent: 5 minutes\n")
    assert contact_by(own, "urgent", NOW) == NOW + 5 * MINUTE
    assert contact_by(own, "imminent", NOW) == NOW + 10 * MINUTE
    assert contact_by(None, "routine", NOW) == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("priority", "status", "due"),
    [
        ("urgent", "notifying", NOW + 5 * MINUTE),
        ("imminent", "open", NOW + 5 * MINUTE),
        ("routine", "notifying", None),
        ("urgent", "accepted", None),
        ("urgent", "exhausted", None),
    ],
)
def test_who_waits_hears_every_five_minutes(
    priority: str, status: str, due: datetime | None
) -> None:
    assert word_due(priority, status, NOW) == due
