"""What each message costs: segments a language, after the longest that each variable gets.

Promise: counts what leaves as a text; what is only spoken costs nothing here. Two segments at
most, and the letters that force the dear alphabet are named.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.actions import Action
from flows.checks.findings import Findings
from flows.checks.lengths import Longest
from flows.definition import Flow, Library, Message
from flows.segments import Segments, count
from flows.templates import Variable, template

MOST_SEGMENTS = 2
_GIVES_WAY = {"á": "a", "í": "i", "ó": "o", "ú": "u", "Á": "A", "Í": "I", "Ó": "O", "Ú": "U",
              "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...",
              "\u00a0": "a space", "ç": "Ç"}  # fmt: skip


def check_cost(
    flow: Flow, library: Library, actions: Mapping[str, Action], found: Findings
) -> None:
    """Every text of the flow in every language and variant."""
    longest = Longest(library, flow, actions)
    for state in flow.states.values():
        if state.prompt is not None:
            check_message(state.prompt.text, longest, found)
            if state.prompt.discreet is not None:
                check_message(state.prompt.discreet, longest, found)
        if state.unclear is not None and state.unclear.say is not None:
            check_message(state.unclear.say, longest, found)


def check_message(message: Message, longest: Longest, found: Findings) -> None:
    """One message in its languages."""
    for language, text in message.texts.items():
        place = message.places.get(language, message.place)
        full, filled = filled_in(text, language, longest)
        counted = count(full)
        if counted.segments > MOST_SEGMENTS:
            found.note(
                "cost/too-long",
                place,
                f"`{language}:` takes {counted.segments} segments at its longest"
                f"{_why(counted, filled)}.",
                _shorter(counted),
            )
        if counted.forcing:
            letters = " ".join(counted.forcing[:8])
            found.note(
                "cost/ucs2",
                place,
                f"`{language}:` has letters that make a segment hold 70 instead of 160: {letters}",
                _without(counted.forcing),
            )


def filled_in(text: str, language: str, longest: Longest) -> tuple[str, dict[str, int]]:
    """The text with the longest of each variable, and how many letters each one takes."""
    parts, filled = [], {}
    for part in template(text).parts:
        if isinstance(part, Variable):
            value = longest.text(part.name, language)
            filled[part.name] = len(value)
            parts.append(value)
        else:
            parts.append(part)
    return "".join(parts), filled


def _why(counted: Segments, filled: Mapping[str, int]) -> str:
    held = 153 if counted.encoding == "GSM-7" else 67
    told = f" ({counted.units} letters, {held * MOST_SEGMENTS} fit"
    if filled:
        named = ", ".join(f"{{{name}}} up to {size}" for name, size in filled.items())
        told += f"; {named}"
    return told + ")"


def _shorter(counted: Segments) -> str:
    if counted.forcing:
        return f"Replace {' '.join(counted.forcing[:8])}, or make the text shorter."
    over = counted.units - 153 * MOST_SEGMENTS
    if over <= 0:  # only where a two-unit letter falls on the edge of a segment
        return "Take some letters out of it."
    return f"Take {over} letters out of it, or limit the answer: `free text of up to N letters`."


def _without(forcing: tuple[str, ...]) -> str:
    known = [f"{letter} as {_GIVES_WAY[letter]}" for letter in forcing if letter in _GIVES_WAY]
    if len(known) == len(forcing):
        return f"Write {', '.join(known)}. ñ, é, ü, ¿ and ¡ cost nothing more."
    return "Leave them out where the text is as clear. ñ, é, ü, ¿ and ¡ cost nothing more."
