"""A keyword and its answer in one message: "PAUSE 2 weeks", "CHECKIN 4", "MENU 3".

Promise: heard only where the rest of the message answers the first question of the flow that
the keyword visits, and that question takes no free words and no yes or no: "leave, please"
asks first. Pure; nothing moves here.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from flows.answers import Hint
from flows.compiling import Call
from flows.guarding import Lookup
from flows.plain import plain
from flows.program import Program

KINDS: Final = frozenset({"number", "choice", "date", "until", "time", "duration"})
LONGEST: Final = 80
"""Letters of such a message at most; longer ones say something else."""
_MOST_WORDS = 3  # of a keyword


class Asker(Lookup, Hint, Protocol):
    """Who is texting: what conditions of keywords and readers of replies look up."""


class Shortcut(NamedTuple):
    """The keyword, and the words after it."""

    call: Call
    rest: str


def shortcut(program: Program, text: str, who: Asker) -> Shortcut | None:
    """The keyword and its answer in this text, or None where it is not both."""
    words = text.split(maxsplit=_MOST_WORDS)
    if len(words) < 2 or len(text) > LONGEST:
        return None
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        for call in program.keywords.get(plain(" ".join(words[:count])), ()):
            rest = " ".join(words[count:])
            if (call.test is None or call.test(who)) and _answers(program, call, rest, who):
                return Shortcut(call, rest)
    return None


def _answers(program: Program, call: Call, rest: str, hint: Hint) -> bool:
    flow = program.flow(call.keyword.target or "") if call.keyword.does == "visit" else None
    first = flow.states.get(flow.start) if flow is not None else None
    if first is None or first.read is None or first.definition.accept is None:
        return False
    if first.definition.accept.kind not in KINDS:
        return False
    return first.read(rest, plain(rest), hint) is not None
