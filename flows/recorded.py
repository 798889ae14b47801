"""Which prompts are recorded: by file, flow, state and language, and which languages are not yet.

Promise: pure. A prompt counts where one of its languages names a `recording:`; the others of its
languages are then told as spoken by the voice, since a caller would hear two voices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flows.definition import Library, Prompt, Recording


class Spoken(NamedTuple):
    """One language of a prompt that somebody recorded in this or another language.

    `flow` is "" for a phrase, whose name is then in `state`. `file` is None where this language
    names none. `words` are those that the recording speaks, or that the voice says in its place.
    """

    flow: str
    state: str
    language: str
    file: str | None
    words: str


def recorded(library: Library) -> Iterator[Spoken]:
    """Every language of every prompt that names a recording, in the order of the files."""
    for flow in library.flows.values():
        for state in flow.states.values():
            if state.prompt is not None:
                yield from _of(state.prompt, flow.name, state.name)
    for phrase in library.phrases.values():
        yield from _of(phrase.prompt, "", phrase.name)


def files(library: Library) -> frozenset[str]:
    """The name of every file that some prompt plays."""
    return frozenset(one.file for one in recorded(library) if one.file is not None)


def _of(prompt: Prompt, flow: str, state: str) -> Iterator[Spoken]:
    by_call: Mapping[str, str | Recording] = prompt.by_call or {}
    if not any(isinstance(said, Recording) for said in by_call.values()):
        return
    for language in dict.fromkeys((*by_call, *prompt.text.texts)):
        said = by_call.get(language, prompt.text.texts.get(language, ""))
        if isinstance(said, Recording):
            yield Spoken(flow, state, language, said.file, said.text)
        else:
            yield Spoken(flow, state, language, None, said)
