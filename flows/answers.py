"""Understanding a reply to the question that stands, in every shipped language.

Promise: pure; the same words give the same value. When unsure, nothing is understood, and
the flow's `unclear` says what happens: a digit in passing is never a score. Values are what
a session stores: int, str or a list of str.

    number: int    yes-no: "yes" | "no"    choice: its name, or names    date: 2026-11-20
    time: 19:30    duration: "2 weeks"     phone: +15551230000           code, text: str
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Protocol

import phonenumbers

from flows import durations
from flows.assent import YES_OR_NO, yes_or_no
from flows.choosing import choice_reader, choice_words
from flows.definition import Accept
from flows.hours import read_time
from flows.moments import read_date, read_duration
from flows.plain import plain, stripped
from flows.signatures import unsigned
from flows.vocabulary import (
    AROUND,
    AROUND_NUMBERS,
    BECAUSE,
    CORRECTION,
    NUMBERS,
)

LONGEST_TEXT: Final = 1600
RECORDED: Final = "recorded"


class Understood(NamedTuple):
    value: int | str | list[str]


class Hint(Protocol):
    """What a reader may want to know of the person; dates alone need the day."""

    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def today(self) -> date: ...
    @property
    def region(self) -> str | None: ...


class _Hint(NamedTuple):
    languages: tuple[str, ...]
    today: date
    region: str | None


# raw text, the same text plain, what is known of the person -> the value, or None
Reader = Callable[[str, str, Any], Any]


def understand(
    accept: Accept, text: str, languages: tuple[str, ...], today: date, region: str | None
) -> Understood | None:
    """What a text means as the answer to this question; None where that is not sure."""
    value = reader(accept)(text, plain(text), _Hint(tuple(languages), today, region))
    return None if value is None else Understood(value)


def reader(accept: Accept) -> Reader:
    """The function that reads replies to this question, made once a question."""
    read = _READERS[accept.kind](accept)
    if accept.kind in _AS_WRITTEN:
        return read

    def read_unsigned(raw: str, bare: str, hint: Hint) -> Any:
        value = read(raw, bare, hint)
        if value is None and "\n" in raw:
            raw = unsigned(raw)
            value = read(raw, plain(raw), hint)
        return value

    return read_unsigned


def exact_answers(accept: Accept) -> Mapping[str, Any]:
    """Single plain words that are surely an answer, as the reader reads them; maybe none."""
    if accept.kind == "number":
        return _exact_numbers(*_range(accept))
    if accept.kind == "yes-no":
        return YES_OR_NO
    if accept.kind == "choice" and not accept.several:
        return choice_words(accept.choices)
    return {}


def _range(accept: Accept) -> tuple[int, int]:
    low = accept.low if accept.low is not None else 0
    return low, accept.high if accept.high is not None else 999_999


def _exact_numbers(low: int, high: int) -> dict[str, int]:
    exact = {word: n for word, n in NUMBERS.items() if low <= n <= high}
    if high - low <= 1000:
        exact.update({str(n): n for n in range(low, high + 1)})
    return exact


def _number(accept: Accept) -> Reader:
    low, high = _range(accept)
    exact = _exact_numbers(low, high)
    of_high = re.compile(rf"(.+?) (?:out of|of|de|sobre) {high}|(\d+) {high}")

    def find(words: str) -> int | None:
        value = exact.get(words)
        if value is None and words.isdigit() and len(words) <= 9 and low <= int(words) <= high:
            return int(words)
        return value

    def read(raw: str, bare: str, hint: Hint) -> int | None:
        value = find(bare)
        if value is None:
            bare = stripped(bare, AROUND_NUMBERS)
            value = find(bare)
            if value is None:
                part = of_high.fullmatch(bare)
                if part is not None and (part[1] or "/" in raw):
                    value = find(stripped(part[1] or part[2], AROUND_NUMBERS))
                else:
                    value = find(_before_reasons(raw))
        if value is not None and "-" in raw and re.search(r"-\s*\d", raw):
            return None  # "-2" is no 2
        if value is not None and not raw.isascii() and _two_numbers(raw):
            return None
        return value

    return read


_REASONED: Final = re.compile(r"\s*\(?(\w+)\)?(\s*[,;:.!\n(\u2013\u2014-]|\s)\s*(.+)", re.S)
_MOST_REASONS: Final = 40  # words


def _before_reasons(raw: str) -> str:
    """The number in "2, I did not sleep" or "3 because of work"; "" where it is not alone."""
    found = _REASONED.fullmatch(raw)
    if found is None or len(raw) > LONGEST_TEXT:
        return ""
    words = plain(found[3]).split()
    if not words or len(words) > _MOST_REASONS or (found[2].isspace() and words[0] not in BECAUSE):
        return ""
    if any(word in CORRECTION or any(map(str.isdigit, word)) for word in words):
        return ""
    if any(word in NUMBERS and word not in _ARTICLES for word in words):
        return ""
    return plain(found[1])


_ARTICLES: Final = frozenset(("un", "una", "one"))


def _two_numbers(raw: str) -> bool:
    """Whether signs that compare as digits stand apart from other digits: a half, a power."""
    return any(letter.isnumeric() and not letter.isdecimal() for letter in raw)


def _yes_no(accept: Accept) -> Reader:
    return lambda raw, bare, hint: yes_or_no(raw, bare)


def _date(accept: Accept) -> Reader:
    when = accept.when
    return lambda raw, bare, hint: read_date(raw, hint.today, hint.region, when)


def _time(accept: Accept) -> Reader:
    return lambda raw, bare, hint: read_time(raw)


def _duration(accept: Accept) -> Reader:
    return lambda raw, bare, hint: read_duration(raw)


def _until(accept: Accept) -> Reader:
    """A day to come, or so many days or weeks from today: "until 3 May", "2 weeks"."""

    def read(raw: str, bare: str, hint: Hint) -> str | None:
        length = durations.seconds(read_duration(raw) or "")
        if length is None:
            return read_date(raw, hint.today, hint.region, "coming")
        days = length // 86_400
        return (hint.today + timedelta(days=days)).isoformat() if days else None

    return read


def _phone(accept: Accept) -> Reader:
    def read(raw: str, bare: str, hint: Hint) -> str | None:
        if not 5 <= sum(letter.isdigit() for letter in raw) <= 20 or len(raw) > 60:
            return None
        try:
            number = phonenumbers.parse(raw, hint.region)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_valid_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return read


_POSTAL: Final = {"US": re.compile(r"\d{5}(-?\d{4})?"), "ES": re.compile(r"\d{5}")}
_ANY_POSTAL: Final = re.compile(r"(?=.*\d)[A-Z0-9]{2,5}[ -]?[A-Z0-9]{0,5}")


_AROUND_CODES: Final = AROUND | {"zip", "code", "postal", "postcode", "codigo", "cp"}


def _postal_code(accept: Accept) -> Reader:
    def read(raw: str, bare: str, hint: Hint) -> str | None:
        code = stripped(plain(raw.replace("-", " ")), _AROUND_CODES).upper()
        tight = code.replace(" ", "")
        shape = _POSTAL.get(hint.region or "")
        if shape is not None:
            if not shape.fullmatch(tight):
                return None
            return f"{tight[:5]}-{tight[5:]}" if len(tight) == 9 else tight
        return code if len(tight) >= 3 and _ANY_POSTAL.fullmatch(code) else None

    return read


def _code(accept: Accept) -> Reader:
    digits = accept.low or accept.high or 4

    def read(raw: str, bare: str, hint: Hint) -> str | None:
        tight = bare.replace(" ", "")
        return tight if len(tight) == digits and tight.isascii() and tight.isdigit() else None

    return read


_SHORT: Final = 100  # letters: a name or a word, below which nobody means to sign


def _text(accept: Accept) -> Reader:
    longest = accept.high or LONGEST_TEXT

    def read(raw: str, bare: str, hint: Hint) -> str | None:
        words = (raw if longest > _SHORT else unsigned(raw)).strip()
        if not words.isascii():
            # half of a surrogate pair is no letter, and no store takes it
            words = words.encode("utf-8", "ignore").decode().strip()
        return words if words and len(words) <= longest else None

    return read


_AS_WRITTEN: Final = frozenset(("text", "recording"))
_READERS: Final[dict[str, Callable[[Accept], Reader]]] = {
    "number": _number,
    "yes-no": _yes_no,
    "choice": choice_reader,
    "date": _date,
    "time": _time,
    "duration": _duration,
    "until": _until,
    "phone": _phone,
    "postal-code": _postal_code,
    "text": _text,
    "recording": lambda accept: _text(Accept("text", accept.place)),
    "code": _code,
}
