"""What a question takes: the phrases of `accept:` and the lists of choices.

Promise: text or list to an Accept, every problem noted. Understanding replies is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from rapidfuzz import fuzz, process

from flows import durations
from flows.definition import Accept, AcceptKind, Choice, Place
from flows.reading.keys import Keys, Notes, rows, table, text, value_of
from flows.reading.messages import word_lists
from flows.reading.nodes import Node, Rows, Scalar

MOST_CODE_DIGITS = 12
MOST_TEXT_LETTERS = 1_600
MOST_RECORDING = 600
"""Seconds: ten minutes."""

PHRASES = (
    "a number from A to B",
    "yes or no",
    "a date",
    "a coming date",
    "a past date",
    "a time of day",
    "a duration",
    "a duration or a coming date",
    "a phone number",
    "a postal code",
    "free text",
    "free text of up to N letters",
    "a recording",
    "a recording of up to D",
    "a code of N digits",
)
_When = Literal["any", "coming", "past"]
_FIXED: dict[str, tuple[AcceptKind, _When]] = {
    "yes or no": ("yes-no", "any"),
    "a date": ("date", "any"),
    "a coming date": ("date", "coming"),
    "a past date": ("date", "past"),
    "a time of day": ("time", "any"),
    "a duration": ("duration", "any"),
    "a duration or a coming date": ("until", "coming"),
    "a phone number": ("phone", "any"),
    "a postal code": ("postal-code", "any"),
    "free text": ("text", "any"),
    "a recording": ("recording", "any"),
}
_KEY = re.compile(r"[0-9]{1,2}")
_CALL_KEY = re.compile(r"[0-9*]")


class AcceptFault(ValueError):
    """Why a phrase is not understood; the first argument is the trouble, the second the cure."""

    @property
    def trouble(self) -> str:
        return str(self.args[0])

    @property
    def cure(self) -> str:
        return str(self.args[1])


def accept_phrase(phrase: str, place: Place) -> Accept:
    """One phrase; raises AcceptFault with trouble and cure."""
    fixed = _FIXED.get(phrase)
    if fixed is not None:
        kind, when = fixed
        return Accept(kind, place, when=when)
    for pattern, build in _MEASURED:
        found = pattern.fullmatch(phrase)
        if found is not None:
            return build(found, place)
    near = phrase[:80].lower()
    best = process.extractOne(near, PHRASES, scorer=fuzz.partial_ratio, score_cutoff=70)
    raise AcceptFault(
        f"`{phrase[:60]}` is nothing that a question can take.",
        f"Did you mean `{best[0]}`?"
        if best is not None
        else "Write one of: " + "; ".join(PHRASES) + "; or a list of choices.",
    )


def _number(found: re.Match[str], place: Place) -> Accept:
    low, high = int(found[1]), int(found[2])
    if low >= high:
        raise AcceptFault(
            f"There is no choice from {low} to {high}.", "Write the smaller number first."
        )
    return Accept("number", place, low=low, high=high)


def _text(found: re.Match[str], place: Place) -> Accept:
    letters = int(found[1])
    if not 1 <= letters <= MOST_TEXT_LETTERS:
        raise AcceptFault(
            f"A text holds from 1 to {MOST_TEXT_LETTERS} letters.",
            "Write a number in that range, or `free text` alone.",
        )
    return Accept("text", place, high=letters)


def _recording(found: re.Match[str], place: Place) -> Accept:
    length = durations.seconds(found[1])
    if length is None:
        raise AcceptFault(f"`{found[1][:60]}` is no length of time.", durations.CURE)
    if not 1 <= length <= MOST_RECORDING:
        raise AcceptFault(
            "A recording lasts at most ten minutes.",
            "Write a shorter time, such as `a recording of up to 2 minutes`.",
        )
    return Accept("recording", place, high=length)


def _code(found: re.Match[str], place: Place) -> Accept:
    digits = int(found[1])
    if not 1 <= digits <= MOST_CODE_DIGITS:
        raise AcceptFault(
            f"A code has from 1 to {MOST_CODE_DIGITS} digits.", "Write a number in that range."
        )
    return Accept("code", place, low=digits, high=digits)


_MEASURED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Place], Accept]], ...] = (
    (re.compile(r"a number from ([0-9]{1,6}) to ([0-9]{1,6})"), _number),
    (re.compile(r"free text of up to ([0-9]{1,6}) letters?"), _text),
    (re.compile(r"a recording of up to (.{1,80})"), _recording),
    (re.compile(r"a code of ([0-9]{1,6}) digits?"), _code),
)


def read_accept(notes: Notes, keys: Keys, languages: tuple[str, ...]) -> Accept | None:
    """`accept:` or `accept several:` of a question."""
    keys.only_one(("accept", "accept several"), "A question takes one kind of answer.")
    node = keys.node("accept")
    if node is not None:
        if isinstance(node, Scalar):
            return _phrase(notes, node)
        return _choices(notes, node, languages, several=False)
    node = keys.node("accept several")
    if node is not None:
        return _choices(notes, node, languages, several=True)
    if "accept" not in keys and "accept several" not in keys:
        notes.add(
            "missing-key",
            keys.at("ask"),
            "The question does not say what it takes.",
            "Add a line `accept:`, such as `accept: yes or no`.",
        )
    return None


def _phrase(notes: Notes, node: Scalar) -> Accept | None:
    value = text(notes, node, "`accept:`")
    if value is None:
        return None
    try:
        return accept_phrase(value, notes.place(node))
    except AcceptFault as fault:
        notes.add("accept", node, fault.trouble, fault.cure)
        return None


def _choices(notes: Notes, node: Node, languages: tuple[str, ...], several: bool) -> Accept | None:
    what = "`accept several:`" if several else "`accept:`"
    if not isinstance(node, Rows):
        notes.add(
            "shape",
            node,
            f"{what} needs a list of choices.",
            "Write one choice an item: `- choice: NAME`, with `key:` and `words:` below it.",
        )
        return None
    choices = []
    items = rows(notes, node, what)
    for item in items:
        choice = _choice(notes, item, languages)
        if choice is not None:
            choices.append(choice)
    _doubled(notes, choices)
    if len(items) == 1:
        notes.add("choice", node, "One choice is no choice.", "Add a second one.")
    if len(choices) < len(items):
        return None
    return Accept("choice", notes.place(node), choices=tuple(choices), several=several)


def _choice(notes: Notes, item: Node, languages: tuple[str, ...]) -> Choice | None:
    group = table(notes, item, "A choice")
    if group is None:
        return None
    keys = Keys(notes, group, "A choice", ("choice", "words"), ("key", "call key"))
    node = keys.node("choice")
    name = None if node is None else value_of(notes, node, "`choice:`")
    key, call_key = read_key(keys), read_call_key(keys)
    node = keys.node("words")
    words = None if node is None else word_lists(notes, node, "`words:`")
    if name is None or words is None:
        return None
    return Choice(name, key, words, keys.here, call_key)


def read_key(keys: Keys) -> str | None:
    """`key:`, one or two digits of a keypad."""
    key = keys.text("key")
    node = keys.node("key")
    if key is None or node is None or _KEY.fullmatch(key):
        return key
    keys.notes.add("key", node, f"`{key[:60]}` is no key.", "Write one digit, or 00 or 99.")
    return None


def read_call_key(keys: Keys) -> str | None:
    """`call key:`, one key of a telephone but the pound key, which ends what is typed."""
    key = keys.text("call key")
    node = keys.node("call key")
    if key is None or node is None or _CALL_KEY.fullmatch(key):
        return key
    keys.notes.add("key", node, f"`{key[:60]}` is no key of a call.", 'Write one digit, or "*".')
    return None


def _doubled(notes: Notes, choices: list[Choice]) -> None:
    for what, code in (("name", "choice"), ("key", "key")):
        seen: dict[str, Choice] = {}
        for choice in choices:
            value = choice.name if what == "name" else choice.key
            if value is None:
                continue
            if value in seen:
                line = seen[value].place.line
                notes.add(
                    f"doubled-{code}",
                    choice.place,
                    f"Two choices have the {what} `{value}`: here and on line {line}.",
                    f"Give one of them another {what}.",
                )
            seen.setdefault(value, choice)


def accept_words(accept: Accept) -> str:
    """The phrase that reads back as this Accept; for choices their names, keys and words."""
    if accept.kind == "choice":
        many = "several of " if accept.several else ""
        return many + "; ".join(_choice_words(choice) for choice in accept.choices)
    if accept.kind == "number":
        return f"a number from {accept.low} to {accept.high}"
    if accept.kind == "code":
        return f"a code of {accept.low} digits"
    if accept.kind == "text" and accept.high is not None:
        return f"free text of up to {accept.high} letters"
    if accept.kind == "recording" and accept.high is not None:
        return f"a recording of up to {durations.words(accept.high)}"
    return next(p for p, fixed in _FIXED.items() if fixed == (accept.kind, accept.when))


def _choice_words(choice: Choice) -> str:
    key = "" if choice.key is None else f" with key {choice.key}"
    words = ", ".join(f"{language}: {' / '.join(w)}" for language, w in choice.words.items())
    return f"{choice.name}{key} ({words})"
