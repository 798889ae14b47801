"""A flow file, and the organisation's keywords.

Promise: a value only where nothing is wrong; every problem of the file otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from flows import durations
from flows.definition import Flow, Keyword, Place, State, Waiver
from flows.reading.keys import Keys, Notes, languages_of, variable_of
from flows.reading.keywords import read_words
from flows.reading.messages import word_lists
from flows.reading.nodes import Parsed, Scalar, Table, parse
from flows.reading.states import read_state, read_waivers, state_name

_REQUIRED = ("flow", "title", "purpose", "languages", "ends after", "start", "states")
_OPTIONAL = ("start words", "returns", "keywords", "waive")
_UNNAMED = "unnamed"  # a flow whose name could not be read is still checked as far as it goes
FILES = {
    "flow": "a flow",
    "keywords": "keywords",
    "phrases": "phrases",
    "fields": "fields",
    "lexicon": "a lexicon",
    "policy": "a policy",
    "walk": "walks",
}


class OrganisationWords(NamedTuple):
    """keywords.yaml: its languages and its keywords."""

    languages: tuple[str, ...]
    keywords: tuple[Keyword, ...]


def opened(text: str | bytes, file: str, kind: str) -> tuple[Notes, Table | None, Parsed]:
    """The one document of a file of this kind, its notes begun with what YAML itself brought."""
    parsed = parse(text, file)
    notes = Notes(file, parsed.problems)
    start = Place(file, 1, 1)
    if not parsed.documents or _nothing(parsed):
        if not parsed.problems:
            notes.add("empty-file", start, "The file is empty.", f"Begin it with `{kind}:`.")
        return notes, None, parsed
    if len(parsed.documents) > 1:
        notes.add(
            "several-documents",
            parsed.documents[1],
            "A line `---` begins a second part; this file has one.",
            "Delete the line, or make a file of each part.",
        )
    document = parsed.documents[0]
    if not isinstance(document, Table):
        notes.add(
            "not-a-file",
            document,
            f"This is no file of {FILES[kind]}: it has no names with colons.",
            f"Begin it with `{kind}:` and go on as another file does.",
        )
        return notes, None, parsed
    return notes, document, parsed


def _nothing(parsed: Parsed) -> bool:
    first = parsed.documents[0]
    return isinstance(first, Scalar) and not first.value.strip() and not first.quoted


def required(parsed: Parsed, names: tuple[str, ...], document: Table) -> tuple[str, ...]:
    """What has to be there: where parts were left out, a missing key may be among them."""
    if not parsed.left_out:
        return names
    return tuple(name for name in names if name in document.entries)


class Draft(NamedTuple):
    """What could be read of a flow, although something in it is wrong.

    `unsure`: states of which a part could not be read; each stands in `flow` as an ending that
    keeps the ways on that could be read, so that ways to it lead somewhere.
    `languages_known`: whether `languages:` was read whole.
    """

    flow: Flow | None
    unsure: frozenset[str]
    languages_known: bool


def read_flow_file(text: str | bytes, file: str) -> tuple[Flow | None, Notes]:
    """The flow, None where anything is wrong."""
    draft, notes = read_flow_draft(text, file)
    return (None if notes.problems else draft.flow), notes


def read_flow_draft(text: str | bytes, file: str) -> tuple[Draft, Notes]:
    """The flow as far as it goes."""
    notes, document, parsed = opened(text, file, "flow")
    if document is None:
        return Draft(None, frozenset(), False), notes
    needed = required(parsed, _REQUIRED, document)
    keys = Keys(notes, document, "A flow", needed, (*_OPTIONAL, *_REQUIRED))
    before = len(notes.problems)
    languages = languages_of(keys)
    languages_known = bool(languages) and len(notes.problems) == before
    waivers = read_waivers(keys)
    states = _states(keys, languages, waivers)
    group = keys.group("keywords")
    keywords = [] if group is None else read_words(notes, group, languages, inside_flow=True)
    node = keys.node("start words")
    start_words = None if node is None else word_lists(notes, node, "`start words:`")
    flow = Flow(
        name=keys.name("flow") or _UNNAMED,
        title=keys.text("title") or "",
        purpose=keys.text("purpose") or "",
        languages=languages,
        ends_after=keys.duration("ends after") or durations.LONGEST,
        start=keys.name("start") or next(iter(states), ""),
        states=states,
        place=keys.here,
        keywords=tuple(keywords),
        start_words=start_words or {},
        returns=_returns(keys),
        waivers=tuple(waivers),
        places=keys.places,
    )
    unsure = {p.place.state: p.place for p in notes.problems if p.place.state is not None}
    for name, place in unsure.items():
        read = states.get(name, State(name, "end", place))
        bare: dict[str, Any] = {
            "prompt": None,
            "accept": None,
            "action": None,
            "visit": None,
            "save_as": None,
        }
        states[name] = replace(read, kind="end", end=read.end or "unread", **bare)
    return Draft(flow if states else None, frozenset(unsure), languages_known), notes


def _states(keys: Keys, languages: tuple[str, ...], waivers: list[Waiver]) -> dict[str, State]:
    notes = keys.notes
    found: dict[str, State] = {}
    group = keys.group("states")
    for key, node in group.entries.values() if group else ():
        name = state_name(notes, key)
        notes.state = key.value[:60]
        state, own = read_state(notes, key, node, languages)
        waivers.extend(own)
        if state is not None and name is not None:
            found[name] = state
        notes.state = None
    if group is not None and not group.entries:
        notes.add("empty", group, "The flow has no state.", "Add one below `states:`.")
    return found


def _returns(keys: Keys) -> tuple[str, ...]:
    names = (variable_of(keys.notes, node, "`returns:`") for node in keys.rows("returns"))
    return tuple(dict.fromkeys(name for name in names if name is not None))


def read_keywords_file(text: str | bytes, file: str) -> tuple[OrganisationWords | None, Notes]:
    """keywords.yaml."""
    notes, document, parsed = opened(text, file, "keywords")
    if document is None:
        return None, notes
    names = ("keywords", "languages", "words")
    keys = Keys(notes, document, "The file", required(parsed, names, document), names)
    keys.one_of("keywords", ("organisation",))
    languages = languages_of(keys)
    group = keys.group("words")
    words = [] if group is None else read_words(notes, group, languages, inside_flow=False)
    if notes.problems:
        return None, notes
    return OrganisationWords(languages, tuple(words)), notes
