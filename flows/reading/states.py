"""One state of a flow, in each of its kinds.

Promise: whatever is wrong in a state is noted with its place, all of it, and stays inside it.
Whether the names it leads to exist is for the checks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows.definition import Branch, Guard, NoOutcome, NoReply, State, Unclear, Waiver
from flows.reading.accepts import read_accept
from flows.reading.guards import GuardFault, parse_guard
from flows.reading.keys import Keys, Notes, name_of, rows, table, text
from flows.reading.messages import read_message, read_prompt, read_text
from flows.reading.nodes import Node, Scalar, Table

KINDS = ("ask", "tell", "do", "visit flow")
_ONWARD = ("go to", "then")
_SHARED = ("waive",)
_KEYS: dict[str, tuple[str, ...]] = {
    "ask": (
        *("by call", "discreet", "accept", "accept several", "save as", "remember as", "keep"),
        *("unclear", "no reply", "more within", *_ONWARD),
    ),
    "tell": ("by call", "discreet", *_ONWARD, "end"),
    "do": ("with", "go to", "outcomes", "no outcome"),
    "visit flow": _ONWARD,
    "end": (),
}
_CALLED = {
    "ask": "A question",
    "tell": "A state that tells",
    "do": "A state that does something",
    "visit flow": "A visit",
    "end": "A state that ends",
}
STATE_KEYS = tuple(dict.fromkeys((*KINDS, "end", *(k for keys in _KEYS.values() for k in keys))))
MOST_AGAIN = 5
"""How often a question is asked again at most, whether unclear or unanswered."""


def read_state(
    notes: Notes, key: Scalar, node: Node, languages: tuple[str, ...]
) -> tuple[State | None, list[Waiver]]:
    """The state, None where its kind cannot be told; its waivers."""
    name = key.value
    group = table(notes, node, f"The state `{name[:60]}`")
    if group is None:
        return None, []
    kind = _kind(notes, name, group)
    if kind is None:
        return None, []
    others = tuple(k for k in KINDS if k in group.entries and k != kind)
    keys = Keys(notes, group, _CALLED[kind], (kind,), (*_KEYS[kind], *_SHARED, *others))
    keys.only_one((kind, *others), "A state does one thing.")
    parts = _READERS[kind](keys, languages)
    state = State(
        name=name,
        kind="visit" if kind == "visit flow" else kind,  # type: ignore[arg-type]
        place=notes.place(key),
        places=keys.places,
        **parts,
    )
    return state, read_waivers(keys)


def _kind(notes: Notes, name: str, group: Table) -> str | None:
    """What the state does: the key that says so, or the one that a misspelt key is nearest to."""
    for kind in (*KINDS, "end"):
        if kind in group.entries:
            return kind
    for written in group.entries:
        plain = written.replace("_", " ").replace("-", " ").lower().strip()
        for kind in KINDS:
            if plain in (kind, f"{kind}s", kind.replace(" ", "")) or plain == f"{kind} ":
                return kind
    notes.add(
        "no-kind",
        group,
        f"The state `{name[:60]}` does not say what it does.",
        "Begin it with one of `ask:`, `tell:`, `do:`, `visit flow:` or `end:`.",
    )
    return None


def _ask(keys: Keys, languages: tuple[str, ...]) -> dict[str, Any]:
    notes = keys.notes
    return {
        "prompt": read_prompt(keys, "ask"),
        "accept": read_accept(notes, keys, languages),
        "save_as": keys.variable("save as"),
        "remember_as": keys.variable("remember as"),
        "keep": keys.yes("keep", True),
        "unclear": _unclear(keys),
        "no_reply": _no_reply(keys),
        "more_within": keys.duration("more within"),
        **_onward(keys),
    }


def _tell(keys: Keys, languages: tuple[str, ...]) -> dict[str, Any]:
    onward = _onward(keys, ("go to", "then", "end"))
    return {"prompt": read_prompt(keys, "tell"), "end": keys.ending("end"), **onward}


def _do(keys: Keys, languages: tuple[str, ...]) -> dict[str, Any]:
    keys.only_one(("go to", "outcomes"), "Either every outcome goes one way, or each its own.")
    if "go to" not in keys and "outcomes" not in keys:
        _no_way_on(keys, "`go to:` for every outcome, or `outcomes:` with a way for each")
    outcomes = _outcomes(keys)
    otherwise = outcomes.pop("otherwise", None)
    if outcomes and otherwise is None and "failed" not in outcomes:
        keys.notes.add(
            "no-otherwise",
            keys.at("outcomes"),
            "Nothing says what happens when the action fails.",
            "Add `otherwise:` as the last of the outcomes, with its `go to:`.",
        )
    return {
        "action": keys.text("do"),
        "with_": _with(keys),
        "outcomes": outcomes,
        "no_outcome": _no_outcome(keys),
        "go_to": keys.name("go to") or otherwise,
    }


def _visit(keys: Keys, languages: tuple[str, ...]) -> dict[str, Any]:
    return {"visit": keys.name("visit flow"), **_onward(keys)}


def _end(keys: Keys, languages: tuple[str, ...]) -> dict[str, Any]:
    return {"end": keys.ending("end")}


_READERS: dict[str, Callable[[Keys, tuple[str, ...]], dict[str, Any]]] = {
    "ask": _ask,
    "tell": _tell,
    "do": _do,
    "visit flow": _visit,
    "end": _end,
}


def _onward(keys: Keys, ways: tuple[str, ...] = _ONWARD) -> dict[str, Any]:
    keys.only_one(ways, "There is one way on.")
    if not any(way in keys for way in ways):
        _no_way_on(keys, ", ".join(f"`{way}:`" for way in ways[:-1]) + f" or `{ways[-1]}:`")
    return {"go_to": keys.name("go to"), "branches": _then(keys)}


def _no_way_on(keys: Keys, ways: str) -> None:
    keys.notes.add(
        "no-way-on",
        keys.here,
        f"{keys.what} does not say how it goes on.",
        f"Add {ways}.",
    )


def _then(keys: Keys) -> tuple[Branch, ...]:
    notes = keys.notes
    branches = []
    items = keys.rows("then")
    otherwise_at: int | None = None
    for number, item in enumerate(items):
        group = table(notes, item, "A line of `then:`")
        if group is None:
            continue
        line = Keys(notes, group, "A line of `then:`", ("go to",), ("when", "otherwise"))
        line.only_one(("when", "otherwise"), "A line of `then:` is one or the other.")
        guard = read_guard(line)
        if "otherwise" in line:
            _nothing_beside_otherwise(line)
            if otherwise_at is not None:
                _misplaced(line, "`otherwise:` stands twice here.", "Keep the last one.")
            otherwise_at = number
        elif "when" not in line:
            notes.add(
                "missing-key",
                line.here,
                "This line does not say when it counts.",
                "Add `when:` with a condition, or `otherwise:` for all the rest.",
            )
        go_to = line.name("go to")
        if go_to is not None and (guard is not None or "otherwise" in line):
            branches.append(Branch(guard, go_to, line.here))
    if items and otherwise_at is None:
        notes.add(
            "no-otherwise",
            keys.at("then"),
            "`then:` does not say what happens when nothing fits.",
            "End it with an item `- otherwise:` and its `go to:`.",
        )
    elif otherwise_at is not None and otherwise_at < len(items) - 1:
        notes.add(
            "otherwise-not-last",
            items[otherwise_at],
            "Lines after `otherwise:` are never reached.",
            "Move `otherwise:` to the end.",
        )
    return tuple(branches)


def _nothing_beside_otherwise(line: Keys) -> None:
    node = line.node("otherwise")
    if not (isinstance(node, Scalar) and not node.value.strip()):
        _misplaced(line, "`otherwise:` takes no value.", "Write `go to:` on the line below it.")


def _misplaced(line: Keys, trouble: str, cure: str) -> None:
    line.notes.add("otherwise", line.at("otherwise"), trouble, cure)


def read_guard(keys: Keys) -> Guard | None:
    """`when:` as a guard; its fault is noted at the word."""
    node = keys.node("when")
    if node is None:
        return None
    condition = text(keys.notes, node, "`when:`")
    if condition is None or not isinstance(node, Scalar):
        return None
    guard = parse_guard(condition, keys.notes.place(node, int(node.quoted)))
    if isinstance(guard, GuardFault):
        place = keys.notes.place(node, guard.offset + node.quoted)
        keys.notes.add("guard", place, guard.trouble, guard.cure)
        return None
    return guard


def _unclear(keys: Keys) -> Unclear | None:
    group = keys.group("unclear")
    if group is None:
        return None
    part = Keys(keys.notes, group, "`unclear:`", ("go to",), ("try again", "say"))
    tries = part.whole("try again", MOST_AGAIN)
    go_to = part.name("go to")
    node = part.node("say")
    say = None if node is None else read_message(keys.notes, node, "`say:`")
    _keep_places(keys, "unclear", part)
    return None if go_to is None else Unclear(tries or 0, go_to, keys.at("unclear"), say)


def _no_reply(keys: Keys) -> NoReply | None:
    group = keys.group("no reply")
    if group is None:
        return None
    part = Keys(keys.notes, group, "`no reply:`", ("after", "go to"), ("send again",))
    after = part.duration("after")
    again = part.whole("send again", MOST_AGAIN)
    go_to = part.name("go to")
    _keep_places(keys, "no reply", part)
    if after is None or go_to is None:
        return None
    return NoReply(after, again or 0, go_to, keys.at("no reply"))


def _no_outcome(keys: Keys) -> NoOutcome | None:
    group = keys.group("no outcome")
    if group is None:
        return None
    part = Keys(keys.notes, group, "`no outcome:`", ("after", "go to"))
    after = part.duration("after")
    go_to = part.name("go to")
    _keep_places(keys, "no outcome", part)
    return (
        None if after is None or go_to is None else NoOutcome(after, go_to, keys.at("no outcome"))
    )


def _keep_places(keys: Keys, name: str, part: Keys) -> None:
    for inner, place in part.places.items():
        keys.places[f"{name}.{inner}"] = place


def _outcomes(keys: Keys) -> dict[str, str]:
    """Outcome -> state; `otherwise` stands for all that are not named, `failed` among them."""
    found: dict[str, str] = {}
    group = keys.group("outcomes")
    for name, (key, node) in (group.entries if group else {}).items():
        way = table(keys.notes, node, f"`{name[:60]}:`")
        if way is None:
            continue
        part = Keys(keys.notes, way, f"`{name[:60]}:`", ("go to",))
        go_to = part.name("go to")
        keys.places[f"outcomes.{name}"] = keys.notes.place(key)
        if go_to is not None:
            found[name] = go_to
    return found


def _with(keys: Keys) -> dict[str, str]:
    found = {}
    group = keys.group("with")
    for name, (key, node) in (group.entries if group else {}).items():
        keys.places[f"with.{name}"] = keys.notes.place(key)
        value = read_text(keys.notes, node, f"`{name[:60]}:`")
        if value is not None:
            found[name] = value
    return found


def read_waivers(keys: Keys) -> list[Waiver]:
    """`waive:` of a state or a flow."""
    notes = keys.notes
    node = keys.node("waive")
    waivers = []
    for item in [] if node is None else rows(notes, node, "`waive:`"):
        group = table(notes, item, "A waiver")
        if group is None:
            continue
        part = Keys(notes, group, "A waiver", ("code", "reason"))
        code = part.text("code")
        reason = part.text("reason")
        if code is not None and reason is not None:
            waivers.append(Waiver(code, reason, part.here))
    return waivers


def state_name(notes: Notes, key: Scalar) -> str | None:
    """The name of a state, as it stands before the colon."""
    return name_of(notes, key, "A state")
