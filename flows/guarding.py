"""Guards made ready: each condition of the closed grammar becomes one small test.

Promise: a test is total; a missing value, or one of the wrong kind, simply does not hold.
There is no code in a guard and nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flows.definition import Condition, Guard


class Lookup(Protocol):
    """What guards and texts look values up in."""

    ended: str  # how the last visit ended

    def find(self, name: str) -> Any: ...


Test = Callable[[Lookup], bool]


def _as_number(value: Any) -> int | float | None:
    if type(value) is int or type(value) is float:
        return value
    if isinstance(value, str) and len(value) <= 12:
        try:
            return int(value)
        except ValueError:
            return None
    return None


def _same(value: Any, wanted: int | str) -> bool:
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, list):
        return len(value) == 1 and _same(value[0], wanted)
    if type(wanted) is int:
        return _as_number(value) == wanted
    return value is not None and str(value) == str(wanted)


def compile_condition(condition: Condition) -> Test:
    name, values = condition.variable, condition.values
    match condition.test:
        case "at-most" | "at-least" | "between":
            numbers = [n for n in map(_as_number, values) if n is not None] or [0]
            low = float("-inf") if condition.test == "at-most" else numbers[0]
            high = float("inf") if condition.test == "at-least" else numbers[-1]

            def within(lookup: Lookup) -> bool:
                value = lookup.find(name)
                if type(value) is not int:
                    value = _as_number(value)
                return value is not None and low <= value <= high

            return within
        case "is":
            wanted = values[0] if len(values) == 1 else None

            def is_it(lookup: Lookup) -> bool:
                value = lookup.find(name)
                if type(value) is str and type(wanted) is str:
                    return value == wanted
                return any(_same(value, each) for each in values)

            return is_it
        case "includes":

            def includes(lookup: Lookup) -> bool:
                value = lookup.find(name)
                held = value if isinstance(value, list) else [value]
                return any(_same(item, wanted) for item in held for wanted in values)

            return includes
        case "missing":
            return lambda lookup: lookup.find(name) is None
        case "present":
            return lambda lookup: lookup.find(name) is not None
        case "ended":
            return lambda lookup: lookup.ended == name


def compile_guard(guard: Guard | Condition) -> Test:
    if isinstance(guard, Condition):
        return compile_condition(guard)
    tests = [compile_guard(part) for part in guard.parts]
    if len(tests) == 1:
        return tests[0]
    if guard.join == "or":
        return lambda lookup: any(test(lookup) for test in tests)
    return lambda lookup: all(test(lookup) for test in tests)
