"""Guards: the closed grammar of `when:`.

    guard      = all { "or" all }            all = one { "and" one }
    one        = NAME                        how a visit ended, in one or a few words
               | NAME "is" VALUE
               | NAME "is" N "or less" | NAME "is" N "or more"
               | NAME "is between" N "and" N
               | NAME "is answered" | NAME "is not answered"
               | NAME "includes" VALUE

Promise: text to a guard or to one fault with its letter and cure. No brackets, no code.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from flows.definition import Condition, Guard, Place
from flows.reading.keys import RESERVED, RESERVED_ENDINGS, RESERVED_VALUES

MOST_LETTERS = 500
_WORD = re.compile(r"\S+")
_NAME = re.compile(r"[^\W\d_][\w-]{0,59}")
_VALUE = re.compile(r"\w[\w:.+-]{0,59}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,5}")
_SIGNS = {
    "<": "is N or less",
    ">": "is N or more",
    "=": "is",
    "!": "`otherwise:` below, or `is not answered`",
    "(": "two lines of `then:`",
    ")": "two lines of `then:`",
    "&": "and",
    "|": "or",
}


class GuardFault(NamedTuple):
    """What is wrong at this letter, and the cure."""

    offset: int
    trouble: str
    cure: str


class _Trouble(Exception):
    def __init__(self, offset: int, trouble: str, cure: str) -> None:
        super().__init__(trouble)
        self.fault = GuardFault(offset, trouble, cure)


class _Word(NamedTuple):
    text: str
    offset: int


def parse_guard(text: str, place: Place) -> Guard | GuardFault:
    """Read one guard; places of its parts are counted from `place`."""
    if len(text) > MOST_LETTERS:
        return GuardFault(0, "This condition is very long.", "Split it into lines of `then:`.")
    parser = _Parser(text, place)
    try:
        return parser.guard()
    except _Trouble as trouble:
        return trouble.fault


class _Parser:
    def __init__(self, text: str, place: Place) -> None:
        self.text = text
        self.place = place
        self.words = [_Word(found[0], found.start()) for found in _WORD.finditer(text)]
        self.at = 0

    def guard(self) -> Guard:
        """The whole text as one guard."""
        alternatives = [self._all()]
        while self._took("or"):
            alternatives.append(self._all())
        if self.at < len(self.words):
            word = self.words[self.at]
            raise _Trouble(
                word.offset,
                f"`{word.text[:60]}` is not expected here.",
                "Join comparisons with `and` or `or`; values are one word each.",
            )
        if len(alternatives) == 1:
            only = alternatives[0]
            return replace(only, text=self.text.strip())
        parts = tuple(one.parts[0] if one.join == "one" else one for one in alternatives)
        return Guard("or", parts, self.text.strip(), self.place)

    def _all(self) -> Guard:
        start = self.at
        parts = [self._one()]
        while self._took("and"):
            parts.append(self._one())
        offset = self.words[start].offset
        last = self.words[self.at - 1]
        text = self.text[offset : last.offset + len(last.text)]
        place = replace(self.place, column=self.place.column + offset)
        return Guard("one" if len(parts) == 1 else "and", tuple(parts), text, place)

    def _one(self) -> Condition:
        name = self._next("a name")
        self._check_name(name)
        if self._took("includes"):
            return Condition(name.text, "includes", (self._value(),))
        if self._took("is"):
            return self._is(name.text)
        words = [name.text]
        while self.at < len(self.words) and self.words[self.at].text not in ("and", "or"):
            word = self._next("a name")
            if word.text in RESERVED or not _NAME.fullmatch(word.text):
                raise self._sign(word) or _Trouble(
                    word.offset,
                    f"After `{words[-1]}` stands `{word.text[:60]}`.",
                    "Write `is` or `includes` between an answer and its value.",
                )
            words.append(word.text)
        return Condition(" ".join(words), "ended")

    def _check_name(self, name: _Word) -> None:
        if not _NAME.fullmatch(name.text) or name.text != name.text.lower():
            raise self._sign(name) or _Trouble(
                name.offset,
                f"`{name.text[:60]}` is no name.",
                "Begin with the name of an answer, such as `mood is 2 or less`.",
            )
        compared = self._ahead(1) in (["is"], ["includes"])
        if name.text in (RESERVED if compared else RESERVED_ENDINGS):
            raise _Trouble(
                name.offset,
                f"A name is missing before `{name.text}`.",
                "Write the name again in each comparison: `mood is 2 or mood is 4`.",
            )

    def _is(self, name: str) -> Condition:
        if self._took("answered"):
            return Condition(name, "present")
        if self._took("not"):
            word = self.words[self.at] if self.at < len(self.words) else self._end()
            if not self._took("answered"):
                raise _Trouble(
                    word.offset,
                    "`is not` is only known as `is not answered`.",
                    "Name the values that count, and let `otherwise:` take the rest.",
                )
            return Condition(name, "missing")
        if self._took("between"):
            return self._between(name)
        value = self._value()
        following = self._ahead(3)
        compared = following[2:] in (["is"], ["includes"])  # an answer may be called `more`
        if following[:2] in (["or", "less"], ["or", "more"]) and not compared:
            if not isinstance(value, int):
                raise self._whole(self.words[self.at - 1])
            self.at += 2
            return Condition(name, "at-most" if following[1] == "less" else "at-least", (value,))
        return Condition(name, "is", (value,))

    def _between(self, name: str) -> Condition:
        low = self._number()
        if not self._took("and"):
            word = self.words[self.at] if self.at < len(self.words) else self._end()
            raise _Trouble(
                word.offset, "`between` needs two numbers.", "Write `is between 2 and 4`."
            )
        word = self.words[self.at] if self.at < len(self.words) else self._end()
        high = self._number()
        if low >= high:
            raise _Trouble(
                word.offset,
                f"Nothing lies between {low} and {high}.",
                "Write the smaller number first.",
            )
        return Condition(name, "between", (low, high))

    def _number(self) -> int:
        word = self._next("a number")
        if not _NUMBER.fullmatch(word.text):
            raise self._whole(word)
        return int(word.text)

    def _value(self) -> int | str:
        word = self._next("a value")
        if word.text in ("and", "or"):
            raise _Trouble(word.offset, f"A value is missing before `{word.text}`.", _EXAMPLES)
        if _NUMBER.fullmatch(word.text):
            return int(word.text)
        words = [self._plain(word)]
        while self.at < len(self.words) and self.words[self.at].text not in ("and", "or"):
            words.append(self._plain(self._next("a value")))
        return " ".join(words)

    def _plain(self, word: _Word) -> str:
        if _VALUE.fullmatch(word.text) and word.text not in RESERVED_VALUES:
            return word.text
        raise self._sign(word) or _Trouble(
            word.offset,
            f"`{word.text[:60]}` is no value.",
            "Write a number, yes, no, or the name of a choice, without quotation marks.",
        )

    def _next(self, wanted: str) -> _Word:
        if self.at >= len(self.words):
            raise _Trouble(self._end().offset, f"The condition ends before {wanted}.", _EXAMPLES)
        self.at += 1
        return self.words[self.at - 1]

    def _took(self, word: str) -> bool:
        if self.at < len(self.words) and self.words[self.at].text == word:
            self.at += 1
            return True
        return False

    def _ahead(self, count: int) -> list[str]:
        return [word.text for word in self.words[self.at : self.at + count]]

    def _end(self) -> _Word:
        return _Word("", len(self.text.rstrip()))

    def _whole(self, word: _Word) -> _Trouble:
        return _Trouble(
            word.offset,
            f"`{word.text[:60]}` is no whole number.",
            "Compare whole numbers in digits, without noughts before them.",
        )

    def _sign(self, word: _Word) -> _Trouble | None:
        for offset, letter in enumerate(word.text):
            if letter in _SIGNS:
                return _Trouble(
                    word.offset + offset,
                    f"`{letter}` is not known here.",
                    f"Write it in words: {_SIGNS[letter]}.",
                )
        return None


_EXAMPLES = (
    "Write it like one of these: `mood is 2 or less`, `mood is between 2 and 4`, "
    "`topics includes work`, `mood is not answered`."
)
