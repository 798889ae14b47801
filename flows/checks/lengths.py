"""What every variable can hold, and how long it gets in a message.

Promise: one place that knows the longest of each: the organisation's values as the settings
limit them, an answer as its question limits it, a field as the questions that fill it do.
Lengths are letters. Text that people or settings give is counted as GSM-7 letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from flows.actions import ACTIONS, Action
from flows.definition import Accept, Field, Flow, Library
from flows.segments import count
from flows.wording import Show, show

ORGANISATION: Mapping[str, int] = MappingProxyType({
    "service": 30, "contact": 60, "programme": 40, "hours": 60, "per_week": 3, "line": 40,
    "emergency": 20, "number": 16,
})  # fmt: skip
"""Values that any text may name, and their longest; settings take nothing longer."""

PHRASES: Mapping[str, int] = MappingProxyType({
    "code": 8, "priority": 8, "share": 3, "heard": 60, "minutes": 2, "place": 40, "key": 1,
    "time": 40, "codes": 32, "rota": 40, "missing": 2, "more": 2,
    "policy": 40, "step": 2, "asked_by": 40,
})  # fmt: skip
"""Values that only the organisation's phrases may name, besides what actions give."""

TEXT_FIELD = 40  # a field that no question fills: imported, or set by the service
_COUNTED = 6
_NEXT = 40  # a day and an hour in words
_BY_KIND = {"time": 5, "phone": 16, "number": _COUNTED, "postal-code": 11, "duration": 45,
            "recording": 8}  # fmt: skip
_GIVEN = {"next_checkin": _NEXT, "kept_messages": _COUNTED, "kept_answers": _COUNTED,
          "kept_plans": _COUNTED, "message_said": 160, "message_place": 36, "pin_noted": 64,
          "case_code": 4, "case_codes": 32, "case_wishes": 150, "case_note": 50,
          "next_shifts": 80}  # fmt: skip
_GIVEN_DATES = ("paused_until", "erase_at", "kept_since", "message_day")
_ANY_LETTER = "x"


def answers(flow: Flow, library: Library, actions: Mapping[str, Action]) -> set[str]:
    """Every name that the flow's own conversation may hold, fields of the person apart."""
    names: set[str] = set()
    for state in flow.states.values():
        if state.save_as is not None:
            names.add(state.save_as)
        action = actions.get(state.action or "")
        if action is not None:
            names.update(action.gives)
        visited = library.flows.get(state.visit or "")
        if visited is not None:
            names.update(visited.returns)
    return names


def accepts_of(name: str, flow: Flow, library: Library, deep: bool = True) -> Iterator[Accept]:
    """Every question whose answer the name may hold, in this flow or in one that it visits."""
    for state in flow.states.values():
        if state.accept is not None and name in (state.save_as, state.remember_as):
            yield state.accept
        visited = library.flows.get(state.visit or "")
        if deep and visited is not None and name in visited.returns:
            yield from accepts_of(name, visited, library, deep=False)


class Longest:
    """The longest that a variable gets in a message of one flow (None: in a phrase)."""

    def __init__(
        self, library: Library, flow: Flow | None, actions: Mapping[str, Action] = ACTIONS
    ) -> None:
        self.library = library
        self.flow = flow
        self.given = {name for action in actions.values() for name in action.gives}

    def text(self, name: str, language: str) -> str:
        """A value of that variable that costs most; it stands for every other."""
        return max(self._candidates(name, language), key=_weight, default="")

    def _candidates(self, name: str, language: str) -> Iterator[str]:
        missing = self._missing(name, language)
        if missing:
            yield missing
        if self.flow is not None:
            for accept in accepts_of(name, self.flow, self.library):
                yield longest_answer(accept, language)
        field = self.library.fields.get(name)
        if field is not None:
            yield self._field(field, language)
        elif name in ORGANISATION:
            yield _ANY_LETTER * ORGANISATION[name]
        elif self.flow is None and name in PHRASES:
            yield _ANY_LETTER * PHRASES[name]
        elif name in _GIVEN_DATES:
            yield _longest_day(language)
        elif name in self.given:
            yield _ANY_LETTER * _GIVEN.get(name, TEXT_FIELD)

    def _missing(self, name: str, language: str) -> str:
        field = self.library.fields.get(name)
        if field is not None:
            return _in(field.missing, language)
        phrase = self.library.phrases.get("not-answered")
        if name in ORGANISATION or name in PHRASES or phrase is None:
            return ""
        return _in(phrase.prompt.text.texts, language)

    def _field(self, field: Field, language: str) -> str:
        if field.kind == "choice":
            return max(field.choices, key=len, default="")
        if field.kind == "yes-no":
            return _longest_shown(("yes", "no"), "yes-no", language)
        if field.kind == "date":
            return _longest_day(language)
        if field.kind != "text":
            return _ANY_LETTER * _BY_KIND[field.kind]
        told = [
            longest_answer(accept, language)
            for flow in self.library.flows.values()
            for state in flow.states.values()
            if state.remember_as == field.name and state.accept is not None
            for accept in [state.accept]
        ]
        return max(told, key=len, default=_ANY_LETTER * TEXT_FIELD)


def longest_answer(accept: Accept, language: str) -> str:
    """The longest that an answer to this question reads in a message."""
    if accept.kind == "number":
        return max(str(accept.low or 0), str(accept.high or "9" * _COUNTED), key=len)
    if accept.kind == "yes-no":
        return _longest_shown(("yes", "no"), "yes-no", language)
    if accept.kind == "choice":
        names = [choice.name for choice in accept.choices]
        if accept.several:
            return show(names, accept, language)
        return _longest_shown(names, accept, language)
    if accept.kind in ("date", "until"):
        return _longest_day(language)
    if accept.kind == "code":
        return "9" * (accept.high or accept.low or 4)
    if accept.kind == "text":
        return _ANY_LETTER * (accept.high or 1600)
    return _ANY_LETTER * _BY_KIND[accept.kind]


def _longest_shown(values: Iterable[str], how: Show, language: str) -> str:
    return max((show(value, how, language) for value in values), key=_weight, default="")


@lru_cache(maxsize=64)
def _longest_day(language: str) -> str:
    days = (date(2028, 1, 1) + timedelta(days=number) for number in range(7 * 366))
    return max((show(day.isoformat(), "date", language) for day in days), key=len)


def _weight(text: str) -> tuple[bool, int]:
    counted = count(text)
    return counted.encoding == "UCS-2", counted.units


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get(language.partition("-")[0]) or ""
