"""One edition made ready to run, and what a step is told about the person.

Promise: built from a library alone; flows are compiled when first wanted and then kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from flows.compiling import Call, Compiled, Line, Text, call_table, keyword_table, phrase_text
from flows.definition import Library
from flows.plain import plain

UNLIMITED: Final = ("talk", "help")
"""Keywords whose flows no daily limit holds: a way to a person is never closed."""
ARE_YOU_SAFE: Final = "are-you-safe"
"""The flow that asks when words sound heavy; no limit holds it either."""


class About(NamedTuple):
    """Who the conversation is with, as far as a text or a guard may know.

    values: declared fields of the person and the organisation's values (service, line,
    emergency ...), missing ones absent; `country` (ISO) and `zone` also help to read
    dates and numbers. languages: in order of preference, the person's, then the organisation's.
    """

    values: Mapping[str, object]
    languages: tuple[str, ...]
    discreet: bool = False
    channel: str = "text"
    messages_today: int = 0
    daily_limit: int = 40
    pays: bool = False


class _Found:
    """Values of a person, for a guard outside of any conversation."""

    __slots__ = ("_values", "ended")

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values
        self.ended = ""

    def find(self, name: str) -> Any:
        return self._values.get(name)


def _first(calls: tuple[Call, ...], about: About) -> Call | None:
    found = _Found(about.values)
    return next((call for call in calls if call.test is None or call.test(found)), None)


class Program:
    """A library ready to run. One is enough for a process and edition."""

    __slots__ = ("_phrases", "_starts", "keywords", "library", "pressed", "ready", "unlimited")

    def __init__(self, library: Library) -> None:
        self.library = library
        self.ready: dict[str, Compiled] = {}  # what was wanted so far; ask flow() instead
        self._phrases: dict[str, Text] = {}
        self._starts: dict[str, str] | None = None
        self.keywords: dict[str, tuple[Call, ...]] = keyword_table(library.keywords)
        self.pressed = call_table(self.keywords, library.keywords)
        self.unlimited = frozenset(
            keyword.target for keyword in library.keywords if keyword.name in UNLIMITED
        ) | {ARE_YOU_SAFE}

    def flow(self, name: str) -> Compiled | None:
        """The flow made ready; None where this edition has none of that name."""
        made = self.ready.get(name)
        if made is None:
            flow = self.library.flows.get(name)
            if flow is not None:
                made = self.ready[name] = Compiled(flow, self.library)
        return made

    def phrase(self, name: str, about: About) -> str:
        """What the service says outside of a flow, in the person's language and variant."""
        return self.phrase_line(name, about).render({}, about.values)

    def phrase_line(self, name: str, about: About) -> Line:
        """The same, not yet filled in: its language, and its recording where it has one."""
        text = self._phrases.get(name)
        if text is None:
            text = self._phrases[name] = phrase_text(self.library, name)
        return text.line((about.languages, about.discreet, about.channel))

    def heard_by(self, word: str, about: About) -> Call | None:
        """The organisation's keyword of this plain word, whose condition holds."""
        return _first(self.keywords.get(word, ()), about)

    def called_by(self, keys: str, about: About) -> Call | None:
        """The organisation's keyword of keys that were pressed on a call."""
        return _first(self.pressed.get(keys, ()), about)

    def started_by(self, word: str) -> str | None:
        """The flow whose start words hold this plain word."""
        if self._starts is None:
            self._starts = {
                plain(said): flow.name
                for flow in self.library.flows.values()
                for words in flow.start_words.values()
                for said in words
            }
        return self._starts.get(word) if word else None
