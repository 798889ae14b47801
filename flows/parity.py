"""The table of parity: every flow in every language, by text and by call, and how much of it walks.

Promise: counted from walks that hold, never from what a flow says of itself; pure. What one
channel has not, and why, stands in NOT_THERE and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from flows.definition import Flow, Library
from flows.walks import WalkResult, coverage
from flows.ways import labels_of

CHANNELS: Final = ("text", "call")
NOT_THERE: Final[Mapping[tuple[str, str], Mapping[tuple[str, str], str]]] = MappingProxyType({
    ("home", "call"): MappingProxyType({
        ("home", "no reply"): "the menu of a call ends with the call, before anybody is reminded",
    }),
    ("team", "call"): MappingProxyType({
        ("ask", "no reply"): "the menu of a call ends with the call, before anybody is reminded",
    }),
})  # fmt: skip
"""(flow, channel) -> (state, way) -> why it cannot be walked there."""


class Walked(NamedTuple):
    """One flow in one language and channel. ways: those it has there; missing: (state, way)."""

    flow: str
    language: str
    channel: str
    walks: int
    ways: int
    missing: tuple[tuple[str, str], ...]


def table(library: Library, results: Iterable[WalkResult]) -> list[Walked]:
    """Every flow, language and channel, in order. Walks in discreet wording are not counted."""
    plain = [result for result in results if not result.walk.discreet]
    return [
        _walked(flow, language, channel, plain)
        for _, flow in sorted(library.flows.items())
        for language in flow.languages
        for channel in CHANNELS
    ]


def _walked(flow: Flow, language: str, channel: str, results: list[WalkResult]) -> Walked:
    by_call = channel == "call"
    mine = [
        result
        for result in results
        if result.walk.flow == flow.name
        and result.walk.language == language
        and result.walk.by_call is by_call
    ]
    absent = NOT_THERE.get((flow.name, channel), {})
    ways = [(state.name, label) for state in flow.states.values() for label, _ in labels_of(state)]
    missing = [(way.state, way.label) for way in coverage(flow, mine)]
    return Walked(
        flow.name,
        language,
        channel,
        sum(result.ok for result in mine),
        sum(way not in absent for way in ways),
        tuple(way for way in missing if way not in absent),
    )


def page(library: Library, results: Iterable[WalkResult]) -> str:
    """docs/parity.md."""
    lines = [
        "# By text and by call",
        "",
        "What can be done by text can be done by call, in every language: each way through each",
        "flow is walked in both. A walk is a script that the real engine follows, beside its flow",
        "in `flows/library`. A test counts them and holds this page to what it finds.",
        "",
        "| flow | language | by text: walks | ways | by call: walks | ways |",
        "|---|---|---|---|---|---|",
    ]
    found = {(row.flow, row.language, row.channel): row for row in table(library, results)}
    for name, language, channel in found:
        if channel == CHANNELS[0]:
            cells = [_cells(found[name, language, one]) for one in CHANNELS]
            lines.append(f"| {name} | {language} | {' | '.join(cells)} |")
    lines += ["", "Ways that one channel has not:", ""]
    for (name, channel), absent in NOT_THERE.items():
        for (state, label), why in absent.items():
            lines.append(f"- `{name}`, by {channel}, at `{state}` the way `{label}`: {why}.")
    return "\n".join([*lines, ""])


def _cells(row: Walked) -> str:
    taken = row.ways - len(row.missing)
    return f"{row.walks} | {taken} of {row.ways}"
