"""A flow as a picture: Mermaid text that editors, web pages and hosts of code draw.

Promise: the same flow gives the same text; every state and every way between states is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import durations
from flows.definition import Flow, State

_SHAPES = {
    "ask": ('(["', '"])'),
    "tell": ('["', '"]'),
    "do": ('[/"', '"/]'),
    "visit": ('[["', '"]]'),
    "end": ('(("', '"))'),
}
_LONGEST = 60


def draw(flow: Flow) -> str:
    """The flow as a Mermaid flowchart. Dotted: what happens without a clear answer."""
    ids = {name: f"s{number}" for number, name in enumerate(flow.states)}
    lines = ["flowchart TD", f"    start((start)) --> {_target(flow.start, ids)}"]
    for name, state in flow.states.items():
        before, after = _SHAPES[state.kind]
        lines.append(f"    {ids[name]}{before}{_label(state)}{after}")
    for name, state in flow.states.items():
        for words, to, dotted in _ways(state):
            arrow = "-.->" if dotted else "-->"
            label = f'|"{_safe(words)}"|' if words else ""
            lines.append(f"    {ids[name]} {arrow}{label} {_target(to, ids)}")
        if state.end is not None and state.kind != "end":
            lines.append(f"    {ids[name]} --> {ids[name]}_end")
            lines.append(f'    {ids[name]}_end(("{_safe(state.end)}"))')
    for keyword in flow.keywords:
        if keyword.does == "go-to" and keyword.target is not None:
            words = _safe(f"keyword {keyword.name}")
            lines.append(f'    anywhere((anywhere)) -.->|"{words}"| {_target(keyword.target, ids)}')
    return "\n".join(lines) + "\n"


def _target(name: str, ids: dict[str, str]) -> str:
    """The node of a state; one that is not written yet shows as a question mark."""
    return ids.get(name) or f'missing(["{_safe(name)}?"])'


def _label(state: State) -> str:
    text = ""
    if state.prompt is not None:
        text = next(iter(state.prompt.text.texts.values()), "")
    elif state.kind == "do":
        text = state.action or ""
    elif state.kind == "visit":
        text = state.visit or ""
    else:
        text = state.end or ""
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 3].rstrip() + "..."
    return f"{_safe(state.name)}<br/>{_safe(text)}"


def _ways(state: State) -> Iterator[tuple[str, str, bool]]:
    """(words, target, dotted) for every way on."""
    for branch in state.branches:
        yield (branch.guard.text if branch.guard else "otherwise"), branch.go_to, False
    for outcome, target in state.outcomes.items():
        yield outcome, target, False
    if state.go_to is not None:
        yield ("otherwise" if state.outcomes else ""), state.go_to, False
    if state.unclear is not None:
        yield "unclear", state.unclear.go_to, True
    if state.no_reply is not None:
        yield f"no reply, {durations.words(state.no_reply.after)}", state.no_reply.go_to, True
    if state.no_outcome is not None:
        yield f"no outcome, {durations.words(state.no_outcome.after)}", state.no_outcome.go_to, True


def _safe(text: str) -> str:
    """Letters that Mermaid reads as its own, written as numbers."""
    return "".join(f"#{ord(c)};" if c in '"#<>&;`|[]{}()\\' else c for c in text)
