"""All problems of a flow's text at once, and none that would go away by itself."""

from __future__ import annotations

import pytest

from flows.checks import check_flow
from flows.checks.drafts import check_text
from flows.definition import Problem
from flows.reading import read_flow
from flows.shelf import library_of, shipped

TEXTS = shipped()
LIBRARY = library_of(TEXTS)
DAILY = TEXTS["flow", "daily-checkin"]


def codes(text: str) -> list[tuple[str, str | None]]:
    found = check_text(text, "daily-checkin.yaml", LIBRARY)
    return [(p.code, p.place.state) for p in found if p.waived is None]


@pytest.mark.parametrize("name", LIBRARY.flows)
def test_a_flow_that_reads_whole_gets_what_the_checks_find(name: str) -> None:
    found = check_text(TEXTS["flow", name], f"{name}.yaml", LIBRARY)
    assert set(found) == set(check_flow(LIBRARY.flows[name], LIBRARY))


def test_slips_of_reading_and_findings_come_together() -> None:
    text = DAILY
    for written, instead in [
        ("title:", "titel:"),
        ("a number from 1 to 5", "a numbr"),
        ("go to: good-day", "go to: gud-day"),
        ("visit flow: arrange-a-call", "visit flow: arange-a-call"),
        ("wants_call is yes", "wants_call is == yes"),
        ("    end: ok", "    end: ok }"),
    ]:
        assert written in text
        text = text.replace(written, instead, 1)
    found = codes(text)
    for expected in [
        ("reading/unknown-key", None),
        ("reading/accept", "mood"),
        ("structure/unknown-state", "mood"),
        ("reading/guard", "offer"),
        ("structure/unknown-flow", "arrange"),
    ]:
        assert expected in found


SLIPS = [
    ("a number from 1 to 5", "a numbr"),
    ("title:", "titel:"),
    ("20 hours", "soon"),
    ("start: mood", "start: the mood"),
    ("    save as: mood", "    save as: my mood"),
    ("mood is 2 or less", "mood <= 2"),
    ("    do: alert", "\tdo: alert"),
    ("    do: alert", "    doo: alert"),
    ("languages: [en, es]", "languages: [en, spanish]"),
    ('  thanks:\n    tell:\n      en: "', "  thanks:\n    tell:\n      en: "),
    ("  thanks:\n", "  thanks you:\n"),
]


@pytest.mark.parametrize(("written", "instead"), SLIPS)
def test_one_slip_brings_no_findings_that_hang_on_it(written: str, instead: str) -> None:
    assert written in DAILY
    before = codes(DAILY)
    after = codes(DAILY.replace(written, instead, 1))
    added = [one for one in after if one not in before]
    assert [one for one in added if one[0].startswith("reading/")]
    names = [one for one in added if not one[0].startswith("reading/")]
    assert names == ([("structure/unknown-state", "mood")] * len(names) if "you" in instead else [])


@pytest.mark.parametrize(
    "text", ["", "x", "flow: x", "flow: x\nstates: y", "\t", b"\xff", "[" * 99]
)
def test_what_is_no_flow_gets_the_reader_s_problems_alone(text: str | bytes) -> None:
    found: list[Problem] = check_text(text, "x.yaml", LIBRARY)
    assert found == read_flow(text, "x.yaml").problems
    assert found
