"""Walks: scripts beside a flow, several in a file, parted by `---`.

Promise: shapes only; running them is `flows/walks.py`.
"""

from __future__ import annotations

from flows import durations
from flows.actions import ACTIONS
from flows.definition import Place, Walk, WalkStep
from flows.reading.flows import opened, required
from flows.reading.keys import (
    Keys,
    Notes,
    ending_of,
    known_as_language,
    name_of,
    table,
    text,
    variable_of,
)
from flows.reading.nodes import Node, Parsed, Table, parse

_REQUIRED = ("walk", "flow", "language", "steps")
_OPTIONAL = ("discreet", "by call", "person")
ONCE = "once"
_EXTRA = {"we do": ("outcome", "gives"), "they say": ("heard",)}
STEPS = (
    "they hear",
    "they reply",
    "they press",
    "they say",
    "they record",
    "they hang up",
    "we do",
    "visits",
    "silence",
    "ends",
    "we remember",
)


def read_walks_file(text: str | bytes, file: str) -> tuple[tuple[Walk, ...] | None, Notes]:
    """Every walk of a file, None where anything is wrong."""
    parsed = parse(text, file)
    if len(parsed.documents) < 2:
        notes, only, parsed = opened(text, file, "walk")
        documents: list[Node] = [] if only is None else [only]
    else:
        notes = Notes(file, parsed.problems)
        documents = [d for d in parsed.documents if isinstance(d, Table) or _something(d)]
    walks: list[Walk] = []
    for document in documents:
        group = table(notes, document, "A walk")
        walk = None if group is None else _walk(notes, group, parsed)
        if walk is not None:
            walks.append(walk)
    _doubled(notes, walks)
    return (None if notes.problems else tuple(walks)), notes


def _something(node: Node) -> bool:
    return bool(getattr(node, "value", "x"))


def _walk(notes: Notes, group: Table, parsed: Parsed) -> Walk | None:
    keys = Keys(notes, group, "A walk", required(parsed, _REQUIRED, group), _REQUIRED + _OPTIONAL)
    title = keys.text("walk")
    flow = keys.name("flow")
    language = keys.text("language")
    node = keys.node("language")
    if language is not None and node is not None:
        known_as_language(notes, node, language)
    items = keys.rows("steps")
    steps = [step for item in items if (step := _step(notes, item)) is not None]
    discreet = keys.yes("discreet", False)
    by_call = keys.yes("by call", False)
    person = _named(keys, "person", "A field")
    if title is None or flow is None or language is None:
        return None
    return Walk(title, flow, language, tuple(steps), keys.here, discreet, by_call, person)


def _named(keys: Keys, group_name: str, what: str) -> dict[str, str]:
    """A group of names with a text each."""
    found = {}
    group = keys.group(group_name)
    for key, node in group.entries.values() if group else ():
        name = variable_of(keys.notes, key, what)
        value = text(keys.notes, node, f"`{key.value[:60]}:`")
        if name is not None and value is not None:
            found[name] = value
    return found


def _step(notes: Notes, item: Node) -> WalkStep | None:
    group = table(notes, item, "A step")
    if group is None:
        return None
    there = [step for step in STEPS if step in group.entries]
    extra = _EXTRA.get(there[0], ()) if len(there) == 1 else ()
    keys = Keys(notes, group, "A step", (), (*STEPS, *extra))
    named = [step for step in STEPS if step in keys]
    if not named:
        notes.add(
            "no-kind",
            keys.here,
            "This step does not say what happens.",
            "Begin it with one of: " + ", ".join(f"`{step}:`" for step in STEPS) + ".",
        )
        return None
    keys.only_one(STEPS, "A step is one thing.")
    value = keys.text(named[0])
    return None if value is None else _STEP_READERS.get(named[0], _plain)(keys, named[0], value)


def _plain(keys: Keys, does: str, value: str) -> WalkStep | None:
    return _made(does, value, keys.here)


def _press(keys: Keys, does: str, value: str) -> WalkStep | None:
    node = keys.node(does)
    if node is not None and not set(value) <= set("0123456789*#"):
        keys.notes.add("key", node, f"`{value[:60]}` are no keys.", "Write digits, * or #.")
        return None
    return _made(does, value, keys.here)


def _name(keys: Keys, does: str, value: str) -> WalkStep | None:
    node = keys.node(does)
    named = ending_of if does == "ends" else name_of
    name = None if node is None else named(keys.notes, node, f"`{does}:`")
    return None if name is None else _made(does, name, keys.here)


def _say(keys: Keys, does: str, value: str) -> WalkStep | None:
    barely = keys.one_of("heard", ("barely",)) is not None
    return WalkStep("they say", value, keys.here, barely=barely)


def _hang_up(keys: Keys, does: str, value: str) -> WalkStep | None:
    node = keys.node(does)
    if node is not None and value != "yes":
        keys.notes.add(
            "yes", node, "`they hang up:` takes yes.", "Write `they hang up: yes`, or delete it."
        )
        return None
    return _made(does, value, keys.here)


def _silence(keys: Keys, does: str, value: str) -> WalkStep | None:
    if does == "silence" and value == ONCE:
        return _made(does, ONCE, keys.here)
    seconds = keys.duration(does)
    if seconds is None:
        return None
    words = durations.words(seconds)
    return WalkStep(does, words, keys.here, seconds=seconds)  # type: ignore[arg-type]


def _do(keys: Keys, does: str, value: str) -> WalkStep | None:
    gives = _named(keys, "gives", "An answer")
    outcome = keys.text("outcome")
    action, target = action_and_target(value)
    return WalkStep("we do", action, keys.here, target, outcome, gives)


def action_and_target(line: str) -> tuple[str, str | None]:
    """`alert on-call` -> the action and whom it is for: names of actions have spaces too."""
    for action in sorted(ACTIONS, key=len, reverse=True):
        if line == action:
            return action, None
        if line.startswith(f"{action} "):
            return action, line[len(action) + 1 :].strip()
    return line, None


def _remember(keys: Keys, does: str, value: str) -> WalkStep | None:
    node = keys.node(does)
    field, _, kept = value.partition(" ")
    if node is not None and not kept.strip():
        keys.notes.add(
            "remember",
            node,
            "`we remember:` takes a field and its value.",
            'Write both, parted by a space: `we remember: "name Ana"`.',
        )
        return None
    return WalkStep("we remember", field, keys.here, target=kept.strip())


_STEP_READERS = {
    "they press": _press,
    "visits": _name,
    "ends": _name,
    "silence": _silence,
    "they say": _say,
    "they record": _silence,
    "they hang up": _hang_up,
    "we do": _do,
    "we remember": _remember,
}


def _made(does: str, value: str, place: Place) -> WalkStep:
    return WalkStep(does, value, place)  # type: ignore[arg-type]


def _doubled(notes: Notes, walks: list[Walk]) -> None:
    seen: dict[str, Walk] = {}
    for walk in walks:
        if walk.title in seen:
            notes.add(
                "doubled-walk",
                walk.place,
                f"Two walks have this title: here and on line {seen[walk.title].place.line}.",
                "Give each its own.",
            )
        seen.setdefault(walk.title, walk)
