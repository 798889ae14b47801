"""Walks played as calls: each reply of a text becomes keys, or else words that are spoken.

Promise: the same engine and the same manners as on a real call. What is asked while the call
lasts is noted with what it takes; what a text walk says that they hear is not compared, since a
call has its own words. After the call has ended the walk goes on by text, as a person would.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from flows import durations
from flows.answers import understand
from flows.calling import Came
from flows.definition import Accept, Library, Place, Walk, WalkStep
from flows.effects import Ask, Effect, Say
from flows.keypad import LETTERS, from_keys
from flows.machine import Program
from flows.plain import plain
from flows.walked_calls import SURELY
from flows.walks import Runner


class Heard(NamedTuple):
    """What was said on the call; `accept` where it is a question."""

    text: str
    language: str
    place: str
    accept: Accept | None = None


class Played(NamedTuple):
    """How it went. silent: steps on the call after which nothing was heard. by_keys: replies."""

    walk: Walk
    problems: tuple[str, ...]
    heard: tuple[Heard, ...]
    silent: tuple[str, ...]
    by_keys: int
    spoken: int
    ways: frozenset[tuple[str, str]]


def play(walk: Walk, library: Library, program: Program) -> Played:
    """The walk as a call, whether it was told as one or as texts."""
    caller = _Caller(replace(walk, by_call=True), program)
    caller.converts = not walk.by_call
    caller.go()
    return Played(
        walk,
        tuple(f"{one.place.line}: {one.trouble}" for one in caller.problems),
        tuple(caller.heard),
        tuple(caller.silent),
        caller.by_keys,
        caller.spoken,
        frozenset(way for way in caller.trace if way[1]),
    )


class _Caller(Runner):
    """Somebody who walks on the phone."""

    def __init__(self, walk: Walk, program: Program) -> None:
        super().__init__(walk, program)
        self.converts = True
        self.heard: list[Heard] = []
        self.silent: list[str] = []
        self.by_keys = self.spoken = 0
        self._since = 0  # things heard since they did something

    def hears(self, text: str) -> None:
        super().hears(text)
        self._since += 1

    def note(self, effect: Effect, place: Place) -> None:
        if self.call.on and isinstance(effect, Say | Ask):
            accept = self._taken(effect)
            self.heard.append(Heard(effect.text, effect.language, effect.state, accept))
        super().note(effect, place)

    def they_hear(self, written: WalkStep) -> None:
        if not self.converts:
            super().they_hear(written)

    def on_the_call(self, told: str, came: Came, written: WalkStep) -> None:
        if not self._since and came.recorded is None:  # a tone tells when to record
            self.silent.append(f"before {written.does} {written.text!r}")
        self._since = 0
        super().on_the_call(told, came, written)

    def they_reply(self, written: WalkStep) -> None:
        question = self.call._question()
        if self.call.on and self.converts and question is None:
            self.call.hangs_up(written)
        if not self.call.on:
            super().they_reply(written)
            return
        assert question is not None
        keys = self._keys(question.definition.accept, question.taken_by_call, written.text)
        self.by_keys += keys is not None
        self.spoken += keys is None
        came = Came(speech=written.text, confidence=SURELY) if keys is None else Came(keys=keys)
        self.on_the_call(written.text, came, written)

    def _taken(self, effect: Say | Ask) -> Accept | None:
        flow, _, state = effect.state.partition("/")
        made = self.program.flow(flow)
        asked = made.states.get(state) if made is not None else None
        return asked.definition.accept if isinstance(effect, Ask) and asked is not None else None

    def _keys(self, accept: Accept | None, taken: frozenset[str], text: str) -> str | None:
        """The keys that say the same; None where only words do."""
        flow = self.program.flow(self.session.at)
        assert flow is not None
        for called in flow.calls.get(plain(text), ()):
            key = called.keyword.key or called.keyword.call_key
            return None if key is None else key * 2 if key in taken else key
        if accept is None:
            return None
        about = self.about()
        today, region = self.now.date(), about.values.get("country")
        where = str(region) if region else None
        meant = understand(accept, text, about.languages, today, where)
        if meant is None:
            return None
        keys = _keys_for(accept, meant.value, today)
        pressed = from_keys(accept, keys, today, where) if keys else None
        return keys if pressed is not None and pressed.value == meant.value else None


def _keys_for(accept: Accept, value: Any, today: date) -> str:
    """Keys that may mean this value; "" where none can."""
    said = str(value)
    match accept.kind:
        case "yes-no":
            return {"yes": "1", "no": "2"}.get(said, "")
        case "choice":
            by_name = {choice.name: choice.key or "" for choice in accept.choices}
            return "".join(by_name[name] for name in ([value] if isinstance(value, str) else value))
        case "text":
            return _spelled(said)
        case "until":
            return str((datetime.fromisoformat(said).date() - today).days)
        case "duration":
            return str((durations.seconds(said) or 0) // 86_400)
        case _:
            return "".join(letter for letter in said if letter.isdigit())


def _spelled(text: str) -> str:
    places = {
        letter: f"{key}{place}"
        for key, letters in LETTERS.items()
        for place, letter in enumerate(letters, start=1)
    }
    return "".join(places.get(letter, "") for letter in text.lower())
