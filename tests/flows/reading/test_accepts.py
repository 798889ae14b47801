from __future__ import annotations

import pytest

from flows.definition import Accept, Place
from flows.reading.accepts import PHRASES, AcceptFault, accept_phrase, accept_words

HERE = Place("flow.yaml", 1, 1)


@pytest.mark.parametrize(
    ("phrase", "kind", "low", "high", "when"),
    [
        ("a number from 1 to 5", "number", 1, 5, "any"),
        ("a number from 0 to 999999", "number", 0, 999_999, "any"),
        ("yes or no", "yes-no", None, None, "any"),
        ("a date", "date", None, None, "any"),
        ("a coming date", "date", None, None, "coming"),
        ("a past date", "date", None, None, "past"),
        ("a time of day", "time", None, None, "any"),
        ("a duration", "duration", None, None, "any"),
        ("a phone number", "phone", None, None, "any"),
        ("a postal code", "postal-code", None, None, "any"),
        ("free text", "text", None, None, "any"),
        ("free text of up to 300 letters", "text", None, 300, "any"),
        ("a recording", "recording", None, None, "any"),
        ("a recording of up to 2 minutes", "recording", None, 120, "any"),
        ("a code of 6 digits", "code", 6, 6, "any"),
    ],
)
def test_a_phrase_is_understood_and_told_back(
    phrase: str, kind: str, low: int | None, high: int | None, when: str
) -> None:
    accept = accept_phrase(phrase, HERE)
    assert (accept.kind, accept.low, accept.high, accept.when) == (kind, low, high, when)
    assert accept_words(accept) == phrase


def test_every_listed_phrase_is_one() -> None:
    for phrase in PHRASES:
        words = ["1" if w == "A" else "6" if w in "BN" else w for w in phrase.split()]
        written = " ".join("2 minutes" if w == "D" else w for w in words)
        assert isinstance(accept_phrase(written, HERE), Accept)


@pytest.mark.parametrize(
    ("phrase", "cure"),
    [
        ("a number from 5 to 1", "smaller number first"),
        ("a number from 3 to 3", "smaller number first"),
        ("a number from one to five", "Did you mean `a number from A to B`?"),
        ("yes/no", "Did you mean `yes or no`?"),
        ("Yes or No", "Did you mean `yes or no`?"),
        ("free text of up to 0 letters", "range"),
        ("free text of up to 99999 letters", "range"),
        ("a recording of up to an hour", "number and a unit"),
        ("a recording of up to 3 hours", "shorter time"),
        ("a code of 99 digits", "range"),
        ("a code of 0 digits", "range"),
        ("???", "Write one of"),
        ("a number from " + "9" * 5000 + " to 5", "Did you mean"),
    ],
)
def test_what_is_no_phrase_is_told_with_its_cure(phrase: str, cure: str) -> None:
    with pytest.raises(AcceptFault) as caught:
        accept_phrase(phrase, HERE)
    assert caught.value.trouble
    assert cure in caught.value.cure
