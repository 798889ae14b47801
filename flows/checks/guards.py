"""Can each condition come true, and does another take its answers first.

Promise: exact. The answers that a question can bring fall into few kinds that no condition of
the state tells apart; the engine's own conditions are tried on one of each.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.checks.findings import Findings
from flows.checks.graph import endings
from flows.checks.lengths import accepts_of
from flows.checks.structure import nearest
from flows.checks.visits import conditions
from flows.definition import Accept, Condition, Field, Flow, Guard, Library, Place, State
from flows.guarding import compile_condition, compile_guard

MOST_CASES = 20_000  # more mixtures of answers than these are not tried
_ENDED = "\0ended"  # stands for how the visit ended; no answer can be called so
_ORDER = ("at-most", "at-least", "between")
_OTHER = "\0other"  # any text that no condition names
_KINDS = {"number": "a number", "yes-no": "yes or no", "choice": "one of the choices",
          "date": "a date", "until": "a date", "time": "a time", "text": "text",
          "duration": "a duration",
          "phone": "a phone number", "postal-code": "a postal code", "code": "a code",
          "recording": "a recording"}  # fmt: skip


@dataclass(slots=True)
class Domain:
    """What an answer can be: kinds of its questions, and the values where they are few."""

    kinds: set[str] = field(default_factory=set)
    ranges: list[tuple[int, int]] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    several: bool = False

    def takes(self, accept: Accept) -> None:
        self.kinds.add(accept.kind)
        if accept.kind == "number":
            low = accept.low if accept.low is not None else 0
            self.ranges.append((low, accept.high if accept.high is not None else 999_999))
        elif accept.kind == "yes-no":
            self.names.update({"yes": None, "no": None})
        elif accept.kind == "choice":
            self.names.update(dict.fromkeys(choice.name for choice in accept.choices))
            self.several = self.several or accept.several

    def holds(self, declared: Field) -> None:
        self.kinds.add(declared.kind)
        if declared.kind == "number":
            self.ranges.append((0, 999_999))
        elif declared.kind == "yes-no":
            self.names.update({"yes": None, "no": None})
        elif declared.kind == "choice":
            self.names.update(dict.fromkeys(declared.choices))

    @property
    def closed(self) -> bool:
        """Whether the values are known, all of them."""
        return bool(self.kinds) and self.kinds <= {"number", "yes-no", "choice"}


class _Case:
    """One mixture of answers, as the engine's conditions look them up."""

    __slots__ = ("ended", "values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.ended = values.get(_ENDED, "")

    def find(self, name: str) -> Any:
        return self.values.get(name)


def check_guards(flow: Flow, library: Library, found: Findings) -> None:
    """Conditions of the wrong kind, conditions that never come true, conditions that overlap."""
    for state in flow.states.values():
        guarded = [(b.guard, b.place) for b in state.branches if b.guard is not None]
        if guarded:
            _state(state, guarded, flow, library, found)
    for keyword in flow.keywords:
        if keyword.when is not None:
            for condition in conditions(keyword.when):
                domain = domain_of(condition.variable, flow, library)
                _value(condition, domain, keyword.place, found)


def domain_of(name: str, flow: Flow, library: Library) -> Domain:
    """What the name can hold in this flow, as an answer or as a field of the person."""
    domain = Domain()
    for accept in accepts_of(name, flow, library):
        domain.takes(accept)
    declared = library.fields.get(name)
    if declared is not None:
        domain.holds(declared)
    return domain


def _state(
    state: State,
    guarded: list[tuple[Guard, Place]],
    flow: Flow,
    library: Library,
    found: Findings,
) -> None:
    used = [condition for guard, _ in guarded for condition in conditions(guard)]
    domains = {
        condition.variable: domain_of(condition.variable, flow, library)
        for condition in used
        if condition.test != "ended"
    }
    wrong = False
    for guard, place in guarded:
        for condition in conditions(guard):
            if condition.test != "ended":
                wrong |= _value(condition, domains[condition.variable], place, found)
    if wrong:
        return  # what is compared wrongly never comes true; once told is enough
    visited = library.flows.get(state.visit or "")
    ends = [*endings(visited), _OTHER] if visited is not None else [_OTHER]
    if any(condition.test == "ended" and condition.variable not in ends for condition in used):
        return  # an unknown ending is told by the visits' check
    cases = _cases(domains, used, ends)
    if cases is not None:
        _compare(guarded, cases, found)


def _value(condition: Condition, domain: Domain, place: Place, found: Findings) -> bool:
    """Note what the answer can never be asked for; True if something was noted."""
    name, kinds = condition.variable, domain.kinds
    if not kinds or condition.test in ("missing", "present", "ended"):
        return False
    told = " or ".join(_KINDS[kind] for kind in sorted(kinds))
    trouble = cure = ""
    if condition.test in _ORDER and not kinds & {"number", "code"}:
        trouble = f"`{name}` is {told}: it is never more or less than a number."
        cure = f"Compare it as it is answered: `{name} is ...`."
    elif condition.test == "includes" and not domain.several:
        trouble = f"`{name}` holds one answer, so it includes none."
        cure = f"Write `{name} is {condition.values[0]}`."
    elif condition.test in ("is", "includes") and domain.closed:
        for value in condition.values:
            if not _possible(value, domain):
                known = list(domain.names) or [f"a number from {_span(domain)}"]
                trouble = f"`{name}` is never `{value}`: it is {told}."
                cure = nearest(str(value), known)
    if trouble:
        found.note("structure/guard-value", place, trouble, cure)
    return bool(trouble)


def _possible(value: int | str, domain: Domain) -> bool:
    if str(value) in domain.names:
        return True
    return isinstance(value, int) and any(low <= value <= high for low, high in domain.ranges)


def _span(domain: Domain) -> str:
    return f"{min(low for low, _ in domain.ranges)} to {max(high for _, high in domain.ranges)}"


def _cases(
    domains: Mapping[str, Domain], used: list[Condition], ends: list[str]
) -> list[_Case] | None:
    """One mixture of each kind; None where there are too many of them."""
    axes: dict[str, list[Any]] = {}
    for name, domain in domains.items():
        own = [condition for condition in used if condition.variable == name]
        axes[name] = _samples(domain, own)
    if any(condition.test == "ended" for condition in used):
        axes[_ENDED] = list(ends)
    size = 1
    for axis in axes.values():
        size *= len(axis)
    if size > MOST_CASES:
        return None
    return [
        _Case(dict(zip(axes, values, strict=True))) for values in itertools.product(*axes.values())
    ]


def _samples(domain: Domain, used: list[Condition]) -> list[Any]:
    """Values of which every other is told apart by no condition; None is `not answered`."""
    samples: dict[Any, None] = {None: None}
    constants = [value for condition in used for value in condition.values]
    numbers = [value for value in constants if isinstance(value, int)]
    for low, high in domain.ranges:
        near = (low, high, *(n + step for n in numbers for step in (-1, 0, 1)))
        samples.update(dict.fromkeys(n for n in near if low <= n <= high))
    if domain.several:
        named = [name for name in domain.names if name in map(str, constants)][:8]
        rest = [name for name in domain.names if name not in named][:1]
        for size in range(1, len(named) + len(rest) + 1):
            picks = itertools.combinations([*named, *rest], size)
            samples.update(dict.fromkeys(picks))
    else:
        samples.update(dict.fromkeys(domain.names))
    if not domain.closed:
        samples.update(dict.fromkeys([*constants, _OTHER]))
        samples.update(dict.fromkeys(n + step for n in numbers for step in (-1, 1)))
    # a list of choices is a list for the engine, but only a tuple can be a key above
    return [list(value) if isinstance(value, tuple) else value for value in samples]


def _compare(
    guarded: list[tuple[Guard, Place]],
    cases: list[_Case],
    found: Findings,
) -> None:
    taken: set[int] = set()
    before: list[tuple[Guard, set[int]]] = []
    for guard, place in guarded:
        test = compile_guard(guard)
        fits = {number for number, case in enumerate(cases) if test(case)}
        if not fits:
            _never(guard, place, "no answer fits it", found)
        elif fits <= taken:
            first = next((other for other, own in before if fits <= own), None)
            why = f"`{first.text}` above takes" if first else "the lines above take"
            _never(guard, place, f"{why} all that fits it", found)
        else:
            _parts(guard, place, cases, found)
            _overlap(guard, place, fits, before, found)
        taken |= fits
        before.append((guard, fits))


def _never(guard: Guard, place: Place, why: str, found: Findings) -> None:
    found.note(
        "structure/guard-never",
        place,
        f"`{guard.text}` never comes true here: {why}.",
        "Change its values, move it up, or delete the line.",
    )


def _parts(guard: Guard, place: Place, cases: list[_Case], found: Findings) -> None:
    """A part of an `or` that no answer fits hides behind the other parts."""
    for condition in conditions(guard):
        test = compile_condition(condition)
        if not any(test(case) for case in cases):
            found.note(
                "structure/guard-never",
                place,
                f"In `{guard.text}` the part about `{condition.variable}` never comes true.",
                "Change its values, or take it out.",
            )


def _overlap(
    guard: Guard,
    place: Place,
    fits: set[int],
    before: Iterable[tuple[Guard, set[int]]],
    found: Findings,
) -> None:
    """Only where both look at the same answers: otherwise an order of lines is meant."""
    names = {condition.variable for condition in conditions(guard)}
    for other, own in before:
        if fits & own and names == {condition.variable for condition in conditions(other)}:
            found.note(
                "structure/guard-overlap",
                place,
                f"`{guard.text}` and `{other.text}` above fit some of the same answers.",
                "The line above takes them. Write the values so that each stands once.",
            )
