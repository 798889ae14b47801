"""The lexicon's groups, lists and spellings as they are read, and what is wrong in them."""

from __future__ import annotations

import pytest

from flows import reading

LEXICON = """\
lexicon: organisation
languages: [en, es]
word lists:
  pills: [pills, tablets]
spelling:
  stands for:
    en:
      wanna: want to
danger:
  self:
    wish to die:
      weighs: question
      en: [want to die]
  overdose:
    too much:
      weighs: alarm
      en: [took ... <pills>]
raises:
  time:
    en: [tonight]
not danger:
  idiom:
    en: [my phone died]
softens:
  joke:
    en: [lol]
denials:
  words:
    en: [not]
  carried by:
    en: [want, to]
languages not read:
  fr: [je, veux]
wish to stop:
  en: [stop texting me]
"""


def test_groups_are_read_with_what_they_weigh() -> None:
    value, problems = reading.read_lexicon(LEXICON)
    assert problems == []
    assert value is not None
    assert [(group.name, group.weighs, group.kind) for group in value.signs] == [
        ("wish to die", "question", "self"),
        ("too much", "alarm", "overdose"),
        ("idiom", "takes back", ""),
        ("time", "raises", ""),
        ("joke", "softens", ""),
    ]
    assert value.lists == {"pills": ("pills", "tablets")}
    assert value.spellings.also == {"wanna": "want to"}
    assert value.denials.carried_by == ("want", "to")
    assert value.not_read == {"fr": ("je", "veux")}


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("weighs: question", "weighs: much", "unknown-value"),
        ("      weighs: alarm\n", "", "missing-key"),
        ("<pills>", "<pilss>", "unknown-list"),
        ("took ... <pills>", "took ...", "gap"),
        ("wanna: want to", "want to be: want", "word"),
        ("softens:", "soften:", "unknown-key"),
    ],
)
def test_what_is_wrong_is_told(right: str, wrong: str, code: str) -> None:
    value, problems = reading.read_lexicon(LEXICON.replace(right, wrong, 1))
    assert value is None
    assert f"reading/{code}" in {problem.code for problem in problems}
    assert all(problem.cure for problem in problems)
