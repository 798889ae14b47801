"""Is everything there in every language that the flow declares, and nothing beside them.

Promise: a tag such as `es-tu` is a form of `es`: it may stand beside `es`, never alone, and is
never missing. Which words collide is words.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flows.checks.findings import Findings
from flows.checks.words import keys_of
from flows.compiling import keys_taken
from flows.definition import Flow, Keyword, Library, Message, Place, Prompt, Recording, State
from flows.templates import names as variables_in


def check_languages(flow: Flow, library: Library, found: Findings) -> None:
    """Missing and orphan languages, variables of each language, and 00 and 99 told."""
    declared = flow.languages
    keys = keys_of((*library.keywords, *flow.keywords))
    for state in flow.states.values():
        if state.prompt is not None:
            check_prompt(state.prompt, declared, "this text", found)
        if state.unclear is not None and state.unclear.say is not None:
            _message(state.unclear.say, declared, "`say:`", found)
        for choice in state.accept.choices if state.accept is not None else ():
            what = f"the words of `{choice.name}`"
            check_words(choice.words, declared, choice.place, what, found)
        if state.prompt is not None and state.accept is not None:
            for key in sorted(keys_taken(state, keys)):
                _key_told(state, key, found)
    for keyword in flow.keywords:
        check_keyword(keyword, declared, found)
    if flow.start_words:
        place = flow.places.get("start words", flow.place)
        check_words(flow.start_words, declared, place, "`start words:`", found)


def check_prompt(prompt: Prompt, declared: tuple[str, ...], what: str, found: Findings) -> None:
    """One text with its variants."""
    _message(prompt.text, declared, what, found)
    if prompt.discreet is not None:
        _message(prompt.discreet, declared, "`discreet:`", found)
    if prompt.by_call is not None:
        place = prompt.text.place
        _languages(prompt.by_call, declared, place, {}, "`by call:`", found)
        # a recording is the same for everybody, so it never names what the voice may
        told = {
            language: spoken
            for language, spoken in prompt.by_call.items()
            if not isinstance(spoken, Recording)
        }
        _variables(told, place, {}, "`by call:`", found)


def check_keyword(keyword: Keyword, declared: tuple[str, ...], found: Findings) -> None:
    """The words of one keyword."""
    what = f"the keyword `{keyword.name}`"
    check_words(keyword.words, declared, keyword.place, what, found)


def check_words(
    words: Mapping[str, tuple[str, ...]],
    declared: tuple[str, ...],
    place: Place,
    what: str,
    found: Findings,
) -> None:
    """A list of words a language."""
    _languages(words, declared, place, {}, what, found)


def check_missing_words(
    words: Mapping[str, str], declared: tuple[str, ...], place: Place, what: str, found: Findings
) -> None:
    """What is said while a field is not answered."""
    _languages(words, declared, place, {}, what, found)


def _message(message: Message, declared: tuple[str, ...], what: str, found: Findings) -> None:
    _languages(message.texts, declared, message.place, message.places, what, found)
    _variables(message.texts, message.place, message.places, what, found)


def _languages(
    texts: Mapping[str, Any],
    declared: Iterable[str],
    place: Place,
    places: Mapping[str, Place],
    what: str,
    found: Findings,
) -> None:
    declared = tuple(declared)
    what = what[0].upper() + what[1:]
    alone = set()
    for tag in texts:
        base = tag.partition("-")[0]
        at = places.get(tag, place)
        if tag not in declared and base not in declared:
            found.note(
                "languages/orphan",
                at,
                f"{what} has `{tag}:`, and the languages declared are {', '.join(declared)}.",
                f"Add {tag} to `languages:`, or delete the line.",
            )
        elif tag != base and base in declared and base not in texts:
            alone.add(base)
            found.note(
                "languages/form-alone",
                at,
                f"{what} has `{tag}:` without `{base}:`; people who chose {base} would miss it.",
                f"Write `{base}:` beside it.",
            )
    for tag in declared:
        base = tag.partition("-")[0]
        is_form = tag != base and base in declared
        if tag not in texts and not is_form and tag not in alone:
            found.note(
                "languages/missing",
                place,
                f"{what} has no `{tag}:`.",
                f"Write it in {tag}, or take {tag} out of `languages:`.",
            )


def _variables(
    texts: Mapping[str, str],
    place: Place,
    places: Mapping[str, Place],
    what: str,
    found: Findings,
) -> None:
    named = {tag: set(variables_in(text)) for tag, text in texts.items()}
    first = next(iter(named), "")
    for tag, names in named.items():
        for name in sorted(named[first] ^ names):
            here, there = (tag, first) if name in names else (first, tag)
            found.note(
                "languages/variables",
                places.get(tag, place),
                f"`{{{name}}}` stands in `{here}:` and not in `{there}:`.",
                "Name the same variables in every language.",
            )


def _key_told(state: State, key: str, found: Findings) -> None:
    """A question that takes the key as its answer tells the doubled one in each variant."""
    prompt = state.prompt
    assert prompt is not None
    doubled = key * 2
    told = re.compile(rf"(?<!\d){doubled}(?!\d)")
    variants: list[tuple[str, Place, str]] = []
    for message in (prompt.text, prompt.discreet):
        for tag, text in message.texts.items() if message is not None else ():
            assert message is not None
            variants.append((tag, message.places.get(tag, message.place), text))
    for tag, spoken in (prompt.by_call or {}).items():
        text = spoken.text if isinstance(spoken, Recording) else spoken
        variants.append((tag, state.places.get("by call", prompt.text.place), text))
    for tag, place, text in variants:
        if not told.search(text):
            found.note(
                "structure/key-told",
                place,
                f"The question takes {key} as an answer, and `{tag}:` does not tell {doubled}.",
                f"Tell what {doubled} does, or let the answers leave {key} free.",
            )
