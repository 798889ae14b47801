"""How phrases of the lexicon are written: choices, lists, endings, places left empty, gaps."""

from __future__ import annotations

import pytest

from flows import reading, risk
from flows.risk_phrases import endings, items_of, lists_named

LISTS = {"die": ("die", "dying"), "end": ("<die>", "stop~"), "two": ("wake up", "rise")}


def _places(phrase: str) -> list[list[object]]:
    """Each shape: words as sorted lists, a gap as `...`, one of light words as `..`."""
    found = items_of(phrase, LISTS, str.split)
    return [[".." if item == frozenset() else sorted(item) if item else "..." for item in shape]
            for shape in found]  # fmt: skip


def test_a_choice_is_one_place_and_a_list_may_name_others() -> None:
    assert _places("want/wish to <die>") == [[["want", "wish"], ["to"], ["die", "dying"]]]
    assert _places("<end>") == [[["die", "dying", "stop", "stoped", "stoping", "stopped",
                                  "stopping", "stops"]]]  # fmt: skip


def test_a_word_of_two_is_a_shape_of_its_own() -> None:
    assert _places("never <two>") == [[["never"], ["rise"]], [["never"], ["wake"], ["up"]]]


def test_a_place_may_be_empty() -> None:
    assert _places("open (my/your) eyes") == [
        [["open"], ["my", "your"], ["eyes"]],
        [["open"], ["eyes"]],
    ]


def test_gaps_lie_between_words_alone() -> None:
    assert _places("took ... pills") == [[["took"], "...", ["pills"]]]
    assert _places("hope .. die") == [[["hope"], "..", ["die"]]]
    assert _places("hope .. (to) .. die")[1] == [["hope"], "..", ["die"]]
    assert _places("die .. (now)")[1] == [["die"]]


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("kill", {"kill", "kills", "killed", "killing"}),
        ("save", {"save", "saves", "saved", "saving"}),
        ("carry", {"carry", "carries", "carried", "carrying"}),
        ("stab", {"stabbed", "stabbing"}),
        ("punch", {"punches", "punched"}),
    ],
)
def test_a_word_with_its_endings(word: str, forms: set[str]) -> None:
    assert forms <= set(endings(word))


def test_lists_are_named_in_phrases_and_in_lists() -> None:
    assert list(lists_named("(<a>/b) .. x/<c> d")) == ["a", "c"]


LEXICON = """\
lexicon: organisation
languages: [en]
word lists:
  light: [i, will, that, to, my]
  i: [i, my]
  die: [die, "<more>"]
  more: [death]
danger:
  self:
    wish to die:
      weighs: alarm
      en: [hope~ .. <die>]
    despair:
      weighs: hint
      en: [hopeless, no friends]
not danger:
  idiom:
    en: [my phone died]
wish to stop:
  en: [stop texting me]
"""


def test_light_words_may_stand_between_and_no_others() -> None:
    lexicon, problems = reading.read_lexicon(LEXICON)
    assert problems == []
    assert risk.read("I'm hoping that I will die", None, lexicon).outcome == "alarm"
    assert risk.read("hoped to die", None, lexicon).outcome == "alarm"
    assert risk.read("I hope to see death valley", None, lexicon).outcome == "none"
    assert risk.read("I hope. Death metal is on", None, lexicon).outcome == "none"


def test_hints_count_only_where_somebody_speaks_of_themselves() -> None:
    lexicon, _ = reading.read_lexicon(LEXICON)
    assert risk.read("i feel hopeless, no friends", None, lexicon).outcome == "question"
    assert risk.read("hopeless guy, no friends", None, lexicon).outcome == "none"


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ('"<more>"', '"<lost>"', "unknown-list"),
        ("hope~ .. <die>", "hope~ ..", "gap"),
        ("hope~ .. <die>", "hope~ .. ... <die>", "gap"),
    ],
)
def test_what_is_wrong_is_told(right: str, wrong: str, code: str) -> None:
    value, problems = reading.read_lexicon(LEXICON.replace(right, wrong, 1))
    assert value is None
    assert f"reading/{code}" in {problem.code for problem in problems}


def test_words_cut_short_are_opened_and_a_lost_g_is_found() -> None:
    assert risk.read("I'll kill myself").outcome == "alarm"
    assert risk.read("I\u2019ll end my life").outcome == "alarm"
    assert risk.read("we'll see you in hell's kitchen, she'll drive").outcome == "none"
    assert risk.read("thinkin bout endin my life").outcome == "alarm"
