"""The wordings of danger of each kind: in every language and way, two segments at most."""

from __future__ import annotations

import pytest

from flows import segments, shelf
from flows.checks import check_shared

LIBRARY = shelf.library_of(shelf.shipped())
OF_EVERY_KIND = ("danger-answer", "danger-unknown")
OWN = [f"{every}-{need}" for every in OF_EVERY_KIND for need in ("violence", "overdose", "child")]


@pytest.mark.parametrize("name", OWN)
def test_each_is_written_in_every_language_and_way(name: str) -> None:
    prompt = LIBRARY.phrases[name].prompt
    assert {"en", "es"} <= set(prompt.text.texts)
    assert {"en", "es"} <= set(prompt.by_call or ())
    assert prompt.discreet is not None
    assert prompt.discreet.texts["en"] == "Got it. Call when you can."


@pytest.mark.parametrize("name", OWN)
def test_each_holds_the_words_for_every_kind_and_fits_two_segments(name: str) -> None:
    every = LIBRARY.phrases[name.rpartition("-")[0]].prompt.text.texts
    for language, text in LIBRARY.phrases[name].prompt.text.texts.items():
        if language in every:
            assert text.startswith(every[language])
        longest = text.format(line="x" * 40, emergency="x" * 20, service="x" * 30)
        assert segments.count(longest).segments <= 2


@pytest.mark.parametrize("name", OF_EVERY_KIND[:1])
def test_who_pays_gets_one_segment_even_where_names_are_long(name: str) -> None:
    for text in LIBRARY.phrases[name].prompt.text.texts.values():
        assert segments.count(text.format(line="x" * 40, emergency="x" * 20)).segments == 1


def test_nothing_is_wrong_with_them() -> None:
    wrong = [one for one in check_shared(LIBRARY) if "danger-" in one.trouble]
    assert wrong == []
