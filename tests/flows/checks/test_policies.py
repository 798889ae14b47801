"""Policies that a coordinator could write by mistake."""

from __future__ import annotations

import pytest

from flows.checks import CODES, check_flow, check_shared
from tests.flows.checks.house import GOOD, POLICY, changed, flow_of, house

LADDER = """\
policy: on-call
title: Whoever is on call
priorities: [routine, urgent]
steps:
  - after: 0 minutes
    tell: on duty
    how: one after another
  - after: 5 minutes
    tell: role crisis
    only for: [urgent]
  - after: 10 minutes
    tell: coordinators
    quiet hours: hold
"""


@pytest.mark.parametrize("good", [POLICY, LADDER])
def test_a_good_policy_has_no_finding(good: str) -> None:
    assert check_shared(house(policy=good)) == []


CARELESS = [
    ("policy/unknown-target", ("tell: on duty", "tell: coordinaters"), "`coordinators`"),
    ("policy/unknown-target", ("role crisis", "role crysis"), "`crisis`"),
    ("policy/priority", ("[urgent]\n", "[imminent]\n"), "does not take"),
    ("policy/nobody", ("[routine, urgent]", "[routine]"), ""),
    ("policy/late", ("after: 0 minutes", "after: 1 minute"), "after: 0 minutes"),
    ("policy/no-staff", ("tell: coordinators", "tell: line"), "tell: coordinators"),
    ("policy/holds-nothing", ("quiet hours: hold", "quiet hours: hold\n    only for: [urgent]"),
     "Delete"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change", "told"), CARELESS)
def test_careless_policies(code: str, change: tuple[str, str], told: str) -> None:
    text = changed(LADDER, change)
    if code == "policy/nobody":
        text = changed(LADDER, ("tell: on duty\n    how: one after another", "tell: line"),
                       ("tell: coordinators", "tell: line"))  # fmt: skip
    problems = [p for p in check_shared(house(policy=text)) if p.code == code]
    assert problems, [p.code for p in check_shared(house(policy=text))]
    for problem in problems:
        assert told in f"{problem.trouble} {problem.cure}"
        assert problem.level == CODES[code].level
        assert problem.place.file == "on-call.yaml"


def test_a_flow_hands_its_case_to_a_policy_that_takes_it() -> None:
    narrow = POLICY.replace("[routine, urgent, imminent]", "[urgent]")
    found = check_flow(flow_of(GOOD), house(policy=narrow))
    assert [p.code for p in found if p.code.startswith("policy/")] == ["policy/not-taken"]
    wide = check_flow(flow_of(GOOD), house())
    assert not [p for p in wide if p.code.startswith("policy/")]
