"""Walks run on the engine: what holds passes, what does not is told with place, trouble, cure."""

from __future__ import annotations

import pytest

from flows.definition import Walk
from flows.reading import read_walks
from flows.walks import NotWalked, WalkResult, coverage, run
from flows.ways import labels_of
from tests.flows.scripts import flow_text, library, read

MAIN = flow_text(
    """
    mood:
      ask:
        en: "Hello {name}, it's {service}. 1 to 5?"
        es: "Hola {name}. ¿1 a 5?"
      discreet:
        en: "Hi. 1 to 5?"
        es: "Hola. ¿1 a 5?"
      accept: a number from 1 to 5
      remember as: mood
      unclear:
        try again: 1
        go to: fine
      no reply:
        after: 3 hours
        send again: 1
        go to: fine
      then:
        - when: mood is 2 or less
          go to: hard
        - otherwise:
          go to: fine
    hard:
      do: alert
      with:
        policy: on-call
        priority: routine
        note: "{mood}"
      outcomes:
        opened:
          go to: there
        otherwise:
          go to: fine
      no outcome:
        after: 10 minutes
        go to: fine
    there:
      visit flow: talk
      go to: fine
    fine:
      tell:
        en: "Thank you."
        es: "Gracias."
      end: ok
    """,
    "start: mood",
)
LIBRARY = library(MAIN)


def walks(text: str) -> tuple[Walk, ...]:
    walked: tuple[Walk, ...] = read(read_walks(text))
    return walked


def walk(steps: str, head: str = "language: en") -> WalkResult:
    lines = "\n".join(f"  - {line}" for line in steps.strip().split("\n"))
    (one,) = walks(f"walk: one\nflow: main\n{head}\nsteps:\n{lines}\n".replace("  -   ", "    "))
    return run(one, LIBRARY)


def test_a_walk_from_end_to_end() -> None:
    result = walk(
        """they hear: "Hello friend, it's Hearthline"
they reply: "2"
we do: alert on-call
visits: talk
we do: alert on-call
they hear: "asking a person"
they hear: "Thank you"
we remember: mood 2
ends: ok"""
    )
    assert result.problems == ()
    assert result.ok
    assert result.states >= {"main/mood", "main/hard", "main/there", "talk/told", "main/fine"}
    assert ("main/mood", "when mood is 2 or less") in result.ways
    assert [line.who for line in result.transcript] == [
        "us", "them", "we do", "so", "we do", "so", "us", "us", "ends",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "head"),
    [
        ('they hear: "Hola Ana. ¿1 a 5?"', "language: es\nperson:\n  name: Ana"),
        ('they hear: "Hi. 1 to 5?"', "language: en\ndiscreet: yes"),
        ('they hear: "1 to"\nthey reply: "hm"\nthey hear: "1 to 5"\nthey reply: "hm"\nends: ok',
         "language: en"),
        ('silence: 3 hours\nthey hear: "1 to 5?"\nsilence: 3 hours\nthey hear: "Thank"\nends: ok',
         "language: en"),
        ("silence: 7 hours\nends: ok\nthey reply: \"2\"\nwe do: alert\n  outcome: failed\nends: ok",
         "language: en"),
        ('they reply: "1"\nwe do: alert\n  outcome: none\nsilence: 10 minutes\nends: ok',
         "language: en"),
        ('they reply: "TALK"\nwe do: alert\nthey hear: "a person"\nthey hear: "1 to 5"',
         "language: en"),
        ('they press: "4"\nends: ok', "language: en\nby call: yes"),
    ],
)  # fmt: skip
def test_walks_that_hold(steps: str, head: str) -> None:
    result = walk(steps, head)
    assert result.problems == ()


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ('they hear: "Goodbye"', "walk/not-heard"),
        ('they reply: "4"\nthey reply: "hello"', "walk/not-awaited"),
        ('they reply: "2"\nthey reply: "hello"', "walk/action-not-named"),
        ('they reply: "2"', "walk/action-not-named"),
        ("we do: alert", "walk/not-done"),
        ('they reply: "2"\nwe do: pause', "walk/not-done"),
        ('they reply: "2"\nwe do: alert somebody-else', "walk/other-target"),
        ('they reply: "2"\nwe do: alert\n  outcome: taken away', "walk/unknown-outcome"),
        ("visits: talk", "walk/not-visited"),
        ("ends: ok", "walk/other-end"),
        ('they reply: "4"\nends: done', "walk/other-end"),
        ("we remember: mood 4", "walk/not-remembered"),
        ('they reply: "4"\nwe remember: mood 5', "walk/not-remembered"),
    ],
)
def test_walks_that_do_not_hold_say_where_and_why(steps: str, code: str) -> None:
    result = walk(steps)
    assert not result.ok
    (problem,) = result.problems
    assert problem.code == code
    assert problem.place.line >= 5
    assert problem.trouble.endswith(".")
    assert problem.cure.endswith(".")


def test_a_walk_of_a_flow_that_is_not_there() -> None:
    (one,) = walks("walk: one\nflow: gone\nlanguage: en\nsteps:\n  - they hear: Hello\n")
    assert [problem.code for problem in run(one, LIBRARY).problems] == ["walk/unknown-flow"]


def test_coverage_names_the_ways_that_no_walk_took() -> None:
    flow = LIBRARY.flows["main"]

    def missed(*results: WalkResult) -> list[tuple[str, str]]:
        return [(way.state, way.label) for way in coverage(flow, results)]

    nothing = coverage(flow, [])
    assert all(isinstance(way, NotWalked) and way.place.line for way in nothing)
    assert len(nothing) == sum(len(list(labels_of(state))) for state in flow.states.values())
    some = walk('they reply: "4"')
    assert ("mood", "otherwise") not in missed(some)
    results = [
        some,
        walk('they reply: "2"\nwe do: alert\nwe do: alert'),
        walk('they reply: "2"\nwe do: alert\n  outcome: failed'),
        walk('they reply: "2"\nwe do: alert\n  outcome: none\nsilence: 10 minutes'),
        walk('they reply: "a"\nthey reply: "b"'),
        walk("silence: 7 hours"),
    ]
    assert all(result.ok for result in results)
    assert missed(*results) == []


def test_a_walk_that_does_not_hold_covers_nothing() -> None:
    failed = walk('they reply: "4"\nends: done')
    assert failed.ways
    assert len(coverage(LIBRARY.flows["main"], [failed])) == len(
        coverage(LIBRARY.flows["main"], [])
    )


def test_a_walk_goes_the_same_way_twice() -> None:
    steps = 'they reply: "2"\nwe do: alert\nwe do: alert\nends: ok'
    assert walk(steps) == walk(steps)
