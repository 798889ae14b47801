"""Every walk on the phone: what is told as texts leads the same way by keys and by voice.

What is heard meanwhile suits the ear, and each question tells how keys or a voice answer it.
"""

from __future__ import annotations

from functools import cache

import pytest

from flows import parity
from flows.checks import ear
from tests.flows.by_call import Heard, Played, play
from tests.flows.test_library import LIBRARY, PROGRAM, SHIPPED, WALKS, results

WORDS = {w for k in LIBRARY.keywords for said in k.words.values() for w in said}
CAPITALS = frozenset({*(word.upper() for word in WORDS), "YES", "NO", "SI"})
SAID = ("text", "recording")  # answered by voice; long words are not spelled on keys


@cache
def played() -> tuple[Played, ...]:
    return tuple(play(walk, LIBRARY, PROGRAM) for walk in WALKS)


def of(name: str) -> list[Played]:
    return [one for one in played() if one.walk.flow == name]


def heard_in(name: str) -> list[Heard]:
    """Each thing that is heard, once."""
    return list({heard[:3]: heard for one in of(name) for heard in one.heard}.values())


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_what_is_told_as_texts_leads_the_same_way_by_call(name: str) -> None:
    """The same states, actions, fields and endings; silence, too, ends where it did."""
    absent = parity.NOT_THERE.get((name, "call"), {})
    by_text = {id(result.walk): result.ways for result in results()}
    for one in of(name):
        ways = by_text[id(one.walk)]
        if any((place.partition("/")[2], way) in absent for place, way in ways):
            continue
        assert one.problems == (), one.walk.title
        assert one.ways == ways, one.walk.title


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_something_is_heard_before_anybody_has_to_answer(name: str) -> None:
    for one in of(name):
        assert one.silent == (), one.walk.title


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_nothing_is_heard_that_only_a_text_has(name: str) -> None:
    for heard in heard_in(name):
        assert heard.text.strip(), heard.place
        assert ear.only_in_texts(heard.text, heard.language, CAPITALS) is None, heard
        assert ear.cannot_be_said(heard.text, heard.language) is None, heard
        assert ear.key_first(heard.text, heard.language) is None, heard
        assert "{" not in heard.text, heard


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_each_question_tells_how_it_is_answered(name: str) -> None:
    for heard in heard_in(name):
        accept = heard.accept
        if accept is None or accept.kind in SAID:
            continue
        told = {key for each in ear.keys_told(heard.text, heard.language) for key in each.keys}
        if accept.kind in ("yes-no", "choice"):
            keys = {
                choice.call_key if choice.call_key in told else choice.key
                for choice in accept.choices
            } or {"1", "2"}
            assert keys <= told or {min(map(str, keys)), max(map(str, keys))} <= told, heard
        else:
            assert ear.tells_keys(heard.text, heard.language), heard


def test_keys_alone_answered_most_of_it() -> None:
    """Spoken is what no keys say: long words (a phrase, a wish, a note), keywords without a key."""
    told_as_texts = [one for one in played() if not one.walk.by_call]
    assert sum(one.by_keys for one in told_as_texts) > 2 * sum(one.spoken for one in told_as_texts)
