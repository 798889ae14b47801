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
from rapidfuzz.distance import OSA

from flows import durations
from flows.definition import Accept, Choice
from flows.moments import read_date, read_duration, read_time
from flows.plain import plain
from flows.vocabulary import (
    AFTER_NO,
    AND,
    AROUND,
    DOUBT,
    EVERYTHING,
    NO,
    NUMBERS,
    POLITE,
    THUMBS_DOWN,
    THUMBS_UP,
    YES,
    YES_FIRST,
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


def from_keys(
    accept: Accept, digits: str, today: date | None = None, region: str | None = None
) -> Understood | None:
    """What pressed keys mean: 1 and 2 are yes and no, choices have their own keys."""
    keys = digits.strip().rstrip("#").strip()
    if not keys or not keys.isascii() or not keys.isdigit():
        return None
    kind = accept.kind
    if kind == "yes-no":
        value: Any = {"1": "yes", "2": "no"}.get(keys)
    elif kind == "choice":
        by_key = {choice.key: choice.name for choice in accept.choices if choice.key}
        value = by_key.get(keys)
        if accept.several and (value is None or len(keys) > 1):
            names = [by_key.get(key) for key in keys]
            value = None if None in names else list(dict.fromkeys(names))
        elif accept.several:
            value = [value]
    elif kind in ("date", "until") and len(keys) in (4, 6, 8):
        split = f"{keys[:2]}/{keys[2:4]}" + (f"/{keys[4:]}" if len(keys) > 4 else "")
        value = read_date(split, today, region, accept.when) if today else None
    elif kind == "time" and len(keys) in (3, 4):
        value = read_time(f"{keys[:-2]}:{keys[-2:]}")
    elif kind in ("text", "recording", "duration", "until"):
        value = None
    else:
        value = reader(accept)(keys, keys, _Hint((), today or date.min, region))
    return None if value is None else Understood(value)


def reader(accept: Accept) -> Reader:
    """The function that reads replies to this question, made once a question."""
    return _READERS[accept.kind](accept)


def exact_answers(accept: Accept) -> Mapping[str, Any]:
    """Single plain words that are surely an answer, as the reader reads them; maybe none."""
    if accept.kind == "number":
        return _exact_numbers(*_range(accept))
    if accept.kind == "yes-no":
        return _YES_OR_NO
    if accept.kind == "choice" and not accept.several:
        return _choice_words(accept.choices)
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
            bare = _strip(bare)
            value = find(bare)
            if value is None:
                part = of_high.fullmatch(bare)
                if part is not None and (part[1] or "/" in raw):
                    value = find(_strip(part[1] or part[2]))
        if value is not None and "-" in raw and re.search(r"-\s*\d", raw):
            return None  # "-2" is no 2
        if value is not None and not raw.isascii() and _two_numbers(raw):
            return None
        return value

    return read


def _two_numbers(raw: str) -> bool:
    """Whether signs that compare as digits stand apart from other digits: a half, a power."""
    return any(letter.isnumeric() and not letter.isdecimal() for letter in raw)


def _strip(bare: str, around: frozenset[str] = AROUND) -> str:
    """The words without those around an answer that change nothing."""
    words = bare.split()
    start, stop = 0, len(words)
    while start < stop and words[start] in around:
        start += 1
    while stop > start and words[stop - 1] in around:
        stop -= 1
    return " ".join(words[start:stop])


_YES_OR_NO: Final = dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no")


def _yes_no(accept: Accept) -> Reader:
    exact = _YES_OR_NO

    def read(raw: str, bare: str, hint: Hint) -> str | None:
        value = exact.get(bare)
        if value is not None:
            return value
        if not bare:
            up, down = THUMBS_UP in raw, THUMBS_DOWN in raw
            return None if up == down else "yes" if up else "no"
        words = bare.split()
        first = words[0]
        if first in YES_FIRST and len(words) <= 8:
            return None if DOUBT.intersection(words) else "yes"
        if first in ("no", "nope", "nah") and AFTER_NO.issuperset(words[1:]):
            return "no"
        core = exact.get(_strip(bare, POLITE)) or exact.get(_strip(bare))
        return None if core == "yes" and DOUBT.intersection(words) else core

    return read


def _choice(accept: Accept) -> Reader:
    words = _choice_words(accept.choices)
    singles = {word: name for word, name in words.items() if not word.isdigit()}

    def one(bare: str) -> str | None:
        name = words.get(bare)
        if name is None:
            core = _strip(bare)
            name = words.get(core)
            if name is None:
                name = _near(bare, singles) or _near(core, singles) or _inside(core, singles)
        return name

    def read(raw: str, bare: str, hint: Hint) -> Any:
        if not accept.several:
            return one(bare) if bare else None
        return _several(bare, raw, one, accept.choices)

    return read


def _choice_words(choices: tuple[Choice, ...]) -> dict[str, str]:
    """Every way to name a choice; a word that two choices share names neither."""
    words: dict[str, str] = {}
    shared: set[str] = set()
    for choice in choices:
        ways = {plain(choice.name.replace("-", " ").replace("_", " "))}
        ways.update(plain(word) for listed in choice.words.values() for word in listed)
        if choice.key:
            ways.add(choice.key)
        for way in ways:
            if words.setdefault(way, choice.name) != choice.name:
                shared.add(way)
    return {way: name for way, name in words.items() if way and way not in shared}


def _near(text: str, words: dict[str, str]) -> str | None:
    """The one choice that a misspelling is close to: one slip from four letters, two from eight."""
    if len(text) < 4 or len(text) > 40 or text in YES or text in NO:
        return None
    found: set[str] = set()
    for word, name in words.items():
        if len(word) >= 4:
            slips = 2 if len(word) >= 8 and len(text) >= 7 else 1
            if OSA.distance(text, word, score_cutoff=slips) <= slips:
                found.add(name)
    return found.pop() if len(found) == 1 else None


def _inside(text: str, words: dict[str, str]) -> str | None:
    """The one choice whose word stands in a short reply that takes nothing back."""
    parts = text.split()
    if not 2 <= len(parts) <= 5 or not DOUBT.isdisjoint(parts):
        return None
    padded = f" {text} "
    found = {name for word, name in words.items() if len(word) > 2 and f" {word} " in padded}
    return found.pop() if len(found) == 1 else None


def _several(
    bare: str, raw: str, one: Callable[[str], str | None], choices: tuple[Choice, ...]
) -> list[str] | None:
    """The choices of a list such as "1, 3 and work"; every part must be understood."""
    if bare in EVERYTHING:
        return [choice.name for choice in choices]
    pieces = [plain(piece) for piece in re.split(r"[,;/+&\n]|\s(?:and|y|e)\s", raw.lower())]
    names: list[str] = []
    for piece in pieces:
        if not piece:
            continue
        name = one(piece)
        if name is not None and not _listed(piece):
            names.append(name)
            continue
        for word in piece.split():
            if word in AND or word in AROUND:
                continue
            single = one(word)
            if single is None:
                whole = one(bare) if len(pieces) == 1 else None
                return [whole] if whole is not None else None
            names.append(single)
    return list(dict.fromkeys(names)) or None


def _listed(piece: str) -> bool:
    return all(word.isdigit() for word in piece.split()) and " " in piece


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


def _postal_code(accept: Accept) -> Reader:
    def read(raw: str, bare: str, hint: Hint) -> str | None:
        code = " ".join(plain(raw.replace("-", " ")).upper().split())
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


def _text(accept: Accept) -> Reader:
    longest = accept.high or LONGEST_TEXT

    def read(raw: str, bare: str, hint: Hint) -> str | None:
        words = raw.strip()
        if not words.isascii():
            # half of a surrogate pair is no letter, and no store takes it
            words = words.encode("utf-8", "ignore").decode().strip()
        return words if words and len(words) <= longest else None

    return read


_READERS: Final[dict[str, Callable[[Accept], Reader]]] = {
    "number": _number,
    "yes-no": _yes_no,
    "choice": _choice,
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
