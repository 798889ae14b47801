"""Learning what words weigh together: what is learnt, that it repeats, and how it is written."""

from __future__ import annotations

import csv
import dataclasses
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import risk, risk_measure
from flows.definition import Points
from flows.reading import read_lexicon
from flows.risk_learning import Judged, learn, unseen, written
from flows.risk_points import Scale, marks

SMALL = """\
lexicon: organisation
languages: [en]
danger:
  self:
    wish to die:
      weighs: alarm
      en: [want to die]
denials:
  words:
    en: [not]
  carried by:
    en: [want, to]
not danger:
  en: [my phone died]
wish to stop:
  en: [stop texting me]
"""
HEAVY = ("the well is deep", "deep in the well again", "down the well today", "well so deep")
LIGHT = ("tea at four", "tea again today", "the bus at four", "so late again")


def judged(*, times: int = 3) -> list[Judged]:
    heard = [Judged(tuple(text.split()), True) for text in HEAVY * times]
    return heard + [Judged(tuple(text.split()), False, True) for text in LIGHT * times]


def test_words_beside_each_other_and_with_one_between_count() -> None:
    assert set(marks(["we", "fell", "apart"])) == {
        "we", "fell", "apart", "^ we", "we fell", "fell apart", "we _ apart", "apart $",
    }  # fmt: skip
    assert set(marks([])) == {"^ $"}


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12))
def test_a_scale_counts_every_mark_as_often_as_it_stands_there(words: list[str]) -> None:
    words_of = {"a": 3, "a b": 5, "c _ a": -7, "^ b": 11, "c $": 13, "^ $": 17}
    told = sum(words_of.get(mark, 0) for mark in marks(words))
    assert Scale(Points(words_of)).weigh(words) == told


def test_a_long_text_needs_more() -> None:
    scale = Scale(Points({"well": 2}, ask_from=50, ten_more=20))
    assert scale.asks(["well"] * 25)
    assert not scale.asks(["well"] * 25 + ["tea"])
    assert not scale.asks(["well"] * 26 + ["tea"] * 9)
    assert scale.asks(["well"] * 35)


def test_what_should_be_heard_weighs_more() -> None:
    points = learn(judged(), 0.0)
    scale = Scale(points)
    assert scale.weigh(["deep", "in", "the", "well"]) >= points.ask_from
    assert scale.weigh(["tea", "again"]) < points.ask_from
    assert points.words["well"] > 0 > points.words["tea"]


def test_the_same_texts_teach_the_same_in_whatever_order() -> None:
    texts = judged()
    mixed = random.Random(3).sample(texts, len(texts))
    assert learn(texts, 0.01) == learn(mixed, 0.01)


def test_no_more_unseen_everyday_texts_are_asked_about_than_wanted() -> None:
    wells = [Judged(("the", "well", "is", "deep", colour), False, True) for colour in "abcdefgh"]
    texts = [*judged(times=10), *wells]
    assert len([row for row, _ in unseen(texts) if row.everyday]) == 48
    strict, loose = learn(texts, 0.0), learn(texts, 0.5)
    assert strict.words == loose.words
    assert strict.ask_from > loose.ask_from


def test_a_word_of_one_text_alone_is_not_learnt() -> None:
    odd = [*judged(), Judged(("zanzibar",), True)]
    assert "zanzibar" not in learn(odd, 0.0).words


# --- in a lexicon


@pytest.fixture
def taught() -> str:
    return written(SMALL, learn(judged(), 0.0))


def test_the_lexicon_keeps_all_else_and_reads_its_points(taught: str) -> None:
    lexicon, problems = read_lexicon(taught)
    assert lexicon is not None, problems
    assert taught.startswith(SMALL)
    assert lexicon.points == learn(judged(), 0.0)
    assert risk.read("deep in the well", None, lexicon) == risk.Danger("question", (risk.TOGETHER,))
    assert risk.read("tea at four", None, lexicon).outcome == "none"


def test_learning_anew_replaces_the_points(taught: str) -> None:
    assert written(taught, learn(judged(), 0.0)) == taught
    assert (
        written(taught + "word lists:\n  tea: [tea]\n", learn(judged(), 0.0)).count("points:") == 1
    )


def test_signs_that_yaml_reads_otherwise_are_written_as_words() -> None:
    odd = {"#few pills": 4, "^ no": 3, "yes": 2, "k*ll": 5, "a $": 1, "ñame _ b": -2}
    points = dataclasses.replace(learn(judged(), 0.0), words=odd)
    lexicon, problems = read_lexicon(written(SMALL, points))
    assert lexicon is not None, problems
    assert lexicon.points.words == odd


def test_what_a_phrase_takes_back_is_not_asked_about(taught: str) -> None:
    lexicon, _ = read_lexicon(taught)
    assert risk.read("deep in the well, not want to die", None, lexicon).outcome == "none"
    assert risk.read("deep in the well, want to die", None, lexicon).outcome == "alarm"


@pytest.mark.parametrize(
    ("block", "trouble"),
    [
        ("  words:\n    heavy: [well]\n", "`heavy:` is no number of points."),
        ("  words:\n    3: [well]\n    4: [well]\n", "`well` has points in two places."),
        ("  ask from: never\n", "`ask from:` takes a whole number"),
        ("  asks: 3\n", "asks"),
    ],
)
def test_points_that_cannot_be_read_are_told(block: str, trouble: str) -> None:
    lexicon, problems = read_lexicon(f"{SMALL}points:\n{block}")
    assert lexicon is None
    assert any(trouble in problem.trouble for problem in problems)
    assert all(problem.cure and problem.place.line >= 16 for problem in problems)


# --- on the project's own examples


def examples() -> list[Judged]:
    """Made up for this project, of both sides. They tell of suicide, self-harm and abuse."""
    rows = []
    for path in sorted((Path(__file__).parent / "risk_examples").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    lexicon = risk.shipped()
    return [text._replace(everyday=not text.heard) for text in risk_measure.judged(rows, lexicon)]


def test_what_is_learnt_from_some_texts_is_heard_in_others() -> None:
    texts = examples()
    assert sum(text.heard for text in texts) > 2000
    points = learn(texts[::2], 0.02)
    scale = Scale(points)
    asked = [(text.heard, scale.asks(text.words)) for text in texts[1::2]]
    heard = [asks for should, asks in asked if should]
    false = [asks for should, asks in asked if not should]
    assert sum(heard) / len(heard) > 0.3
    assert sum(false) / len(false) < 0.04


def test_the_shipped_lexicon_has_learnt() -> None:
    points = risk.shipped().points
    assert len(points.words) > 1000
    assert points.ask_from > 0
