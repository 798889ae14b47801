"""Steps of policies that will have nobody: whom a step means, and in which hours of shifts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows import coverage
from flows.coverage import Member, Need
from flows.definition import Place
from flows.policies import Policy, PolicyStep, Target
from flows.rota import Span

HERE = Place("on-call.yaml", 1, 1)
SINCE, UNTIL = datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 7, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-05-{text}:00+00:00")


def span(begins: str, ends: str) -> Span:
    return Span(at(begins), at(ends))


def policy(*steps: PolicyStep) -> Policy:
    return Policy("on-call", "On call", ("routine", "urgent", "imminent"), steps, HERE)


def step(kind: str, name: str = "", **more) -> PolicyStep:
    return PolicyStep(0, kind, HERE, Target(kind, name), **more)  # type: ignore[arg-type]


def need(kind: str, name: str = "", trained: str | None = None, rests: bool = False) -> Need:
    return Need("on-call", (1,), Target(kind, name), trained, rests)  # type: ignore[arg-type]


EVENING, LATER = span("04T18", "04T22"), span("05T18", "05T22")
MAYA = Member("maya", frozenset({"volunteer"}), frozenset({"crisis"}), (("evenings", EVENING),))
TOM = Member("tom", frozenset({"volunteer"}), frozenset({"listening"}), (("evenings", LATER),))
WANTS = {"evenings": (EVENING, LATER)}


def found(one: Need, *team: Member, wants=WANTS, bare=None, quiet=()) -> list[tuple]:
    told = coverage.empty(one, team, wants, bare or {}, SINCE, UNTIL, quiet)
    return [(each.gap.starts, each.gap.ends) for each in told]


def test_steps_that_ask_alike_are_one_need_and_those_of_no_shift_are_none() -> None:
    told = coverage.needs([policy(
        step("on duty", trained="crisis"), step("on duty"), step("buddy"), step("line"),
        step("last helper"), step("on duty"), step("coordinators"),
    )])  # fmt: skip
    assert [(one.steps, one.told) for one in told] == [
        ((1,), "on duty, crisis"), ((2, 6), "on duty"), ((7,), "coordinators"),
    ]  # fmt: skip


def test_a_shift_of_somebody_without_the_training_has_nobody_for_that_step() -> None:
    assert found(need("on duty"), MAYA, TOM) == []
    assert found(need("on duty", trained="crisis"), MAYA, TOM) == [LATER]


@pytest.mark.parametrize("one", [
    need("on duty"), need("rota", "evenings"), need("role", "volunteer"),
])  # fmt: skip
def test_somebody_who_cannot_be_reached_is_nobody(one: Need) -> None:
    unreached = TOM._replace(reachable=False)
    assert found(one, MAYA, unreached) == [LATER]
    assert found(one, MAYA, TOM) == []


def test_a_role_is_wanted_of_who_comes() -> None:
    chief = MAYA._replace(roles=frozenset({"volunteer", "crisis"}))
    assert found(need("role", "crisis"), chief, TOM) == [LATER]


def test_part_of_a_shift_is_told_as_it_is() -> None:
    half = TOM._replace(shifts=(("evenings", span("05T18", "05T20")),))
    assert found(need("on duty"), MAYA, half) == [span("05T20", "05T22")]


def test_what_another_rota_covers_counts_for_whoever_is_on_duty_and_not_for_that_rota() -> None:
    other = TOM._replace(shifts=(("days", LATER),))
    wants = {**WANTS, "days": (LATER,)}
    assert found(need("on duty"), MAYA, other, wants=wants) == []
    assert found(need("rota", "evenings"), MAYA, other, wants=wants) == [LATER]


def test_the_same_hours_of_two_rotas_are_told_once() -> None:
    wants = {**WANTS, "days": (span("05T19", "05T21"),)}
    assert found(need("on duty", trained="crisis"), MAYA, TOM, wants=wants) == [LATER]


def test_where_nobody_comes_at_all_the_rota_tells_it() -> None:
    assert found(need("on duty"), MAYA, bare={"evenings": (LATER,)}) == []


def test_routine_cases_wait_while_hours_are_quiet() -> None:
    quiet = (span("05T20", "06T08"),)
    assert found(need("on duty", rests=True), MAYA, quiet=quiet) == [span("05T18", "05T20")]
    assert found(need("on duty"), MAYA, quiet=quiet) == [LATER]


def test_a_step_rests_only_where_all_that_ask_alike_do() -> None:
    held = step("on duty", only_for=("routine",), holds=True)
    assert [one.rests for one in coverage.needs([policy(held)])] == [True]
    assert [one.rests for one in coverage.needs([policy(held, step("on duty"))])] == [False]
    assert [one.rests for one in coverage.needs([policy(step("on duty", holds=True))])] == [False]


@pytest.mark.parametrize(("one", "nobody"), [
    (need("on duty"), False),
    (need("on duty", trained="crisis"), False),
    (need("on duty", trained="spanish"), True),
    (need("rota", "evenings"), False),
    (need("rota", "nights"), True),
    (need("supervisors"), True),
    (need("role", "supervisor"), True),
    (need("person", "maya"), False),
    (need("person", "Maya"), True),
])  # fmt: skip
def test_what_nobody_could_ever_do_is_no_matter_of_a_shift(one: Need, nobody: bool) -> None:
    assert coverage.never(one, (MAYA, TOM), WANTS) is nobody


def test_a_person_is_meant_by_the_name_that_a_policy_has() -> None:
    named = MAYA._replace(names=frozenset({"Maya"}))
    assert not coverage.never(need("person", "Maya"), (named,), WANTS)


def test_hours_that_no_rota_has_are_told_from_gaps() -> None:
    told = coverage.without_rota(need("on duty"), WANTS, SINCE, UNTIL)
    assert [(gap.starts, gap.ends) for gap in told] == [
        (SINCE, EVENING.starts), (EVENING.ends, LATER.starts), (LATER.ends, UNTIL),
    ]  # fmt: skip
    assert coverage.without_rota(need("supervisors"), WANTS, SINCE, UNTIL) == []


@pytest.mark.parametrize(("begins", "ends", "hours"), [(21, 8, 11), (1, 6, 5), (0, 0, 0)])
def test_quiet_hours_are_those_of_the_clock_also_where_it_jumps(begins, ends, hours) -> None:
    since, until = datetime(2026, 11, 5, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)
    told = coverage.quiet_spans(since, until, "America/New_York", begins, ends)
    assert {(one.ends - one.starts).total_seconds() / 3600 for one in told} == (
        {hours} if hours else set()
    )
    jump = coverage.quiet_spans(
        datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, 12, tzinfo=UTC),
        "America/New_York", 21, 8,
    )  # fmt: skip
    assert [(one.ends - one.starts).total_seconds() / 3600 for one in jump] == [11, 12]
