"""What is looked at in a policy before it may be published.

Promise: pure; a policy that comes through brings somebody for each priority it says it serves,
pressing ones at once, and never leaves the coordinators out without a warning.
"""

from __future__ import annotations

from flows.checks.findings import Findings
from flows.policies import Policy, PolicyStep
from flows.reading.keys import meant
from flows.reading.policies import TARGETS

ROLES = ("volunteer", "supervisor", "coordinator", "crisis")
"""What somebody may be who is told of cases; a crisis helper is trained for imminent ones."""
_STAFF = ("coordinators", "supervisors")
_PRESSING = ("urgent", "imminent")


def check_policy(policy: Policy, found: Findings) -> None:
    """Every finding of one policy."""
    for step in policy.steps:
        _target(step, found)
        _priorities(policy, step, found)
    for priority in policy.priorities:
        _serves(policy, priority, found)
    if not any(step.target.kind in _STAFF for step in policy.steps):
        found.note(
            "policy/no-staff",
            policy.place,
            "No step tells the coordinators or the supervisors: where nobody else is there, the "
            "case waits until its steps are through.",
            "End with a step `tell: coordinators`.",
        )


def steps_for(policy: Policy, priority: str) -> tuple[PolicyStep, ...]:
    """The steps that count for a case of this priority, in their order."""
    return tuple(s for s in policy.steps if not s.only_for or priority in s.only_for)


def _target(step: PolicyStep, found: Findings) -> None:
    kind, name = step.target.kind, step.target.name
    if kind == "unknown":
        _, cure = meant(name, (*TARGETS, *(f"role {role}" for role in ROLES)))
        trouble = f"`{name}` is nobody that a policy can tell."
        found.note("policy/unknown-target", step.place, trouble, cure)
    elif kind == "role" and name not in ROLES:
        _, cure = meant(name, ROLES)
        trouble = f"There is no role `{name[:60]}`."
        found.note("policy/unknown-target", step.place, trouble, cure)


def _priorities(policy: Policy, step: PolicyStep, found: Findings) -> None:
    for priority in step.only_for:
        if priority not in policy.priorities:
            found.note(
                "policy/priority",
                step.place,
                f"This step is only for {priority} cases, which the policy does not take.",
                f"Add {priority} to `priorities:`, or delete the step.",
            )
    if step.holds and "routine" not in (step.only_for or policy.priorities):
        found.note(
            "policy/holds-nothing",
            step.place,
            "Quiet hours hold routine cases only, and none comes to this step.",
            "Delete `quiet hours: hold`.",
        )


def _serves(policy: Policy, priority: str, found: Findings) -> None:
    people = [step for step in steps_for(policy, priority) if step.target.kind != "line"]
    if not people:
        found.note(
            "policy/nobody",
            policy.place,
            f"No step brings a person to {priority} cases.",
            f"Add a step for them, or take {priority} out of `priorities:`.",
        )
    elif priority in _PRESSING and people[0].after > 0:
        found.note(
            "policy/late",
            people[0].place,
            f"In {priority} cases nobody is told at once.",
            "Begin with a step `after: 0 minutes`.",
        )
