"""Reading danger: own cases of both sides, the measure on real texts, and what it costs.

The cases in `risk/` are made up for this project, a table a file: what is expected (`alarm`,
`heard` for alarm or question, `none`, `language` for one that nobody reads here), of which kind,
and the text. The measure reads real texts where they are present; none of them is kept here.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import risk
from flows.risk_index import index_of
from tests.conftest import outside

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data"
FAMILIES = sorted((HERE / "risk").glob("families-*.csv"))
"""Many ways to say one thing; each file is one test."""


def _cases(paths: Iterable[Path]) -> list[tuple[str, str, str, str]]:
    return [
        (path.stem, row["expected"], row["kind"], row["text"])
        for path in paths
        for row in csv.DictReader(path.open(encoding="utf-8"))
    ]


CASES = _cases(sorted(set((HERE / "risk").glob("*.csv")) - set(FAMILIES)))


def test_there_are_cases_of_both_sides() -> None:
    assert len(CASES) >= 300
    by_expectation = Counter(expected for _, expected, _, _ in [*CASES, *_cases(FAMILIES)])
    assert by_expectation["heard"] >= 700
    assert by_expectation["none"] >= 400
    assert by_expectation["alarm"] >= 100
    assert {kind for _, _, kind, _ in CASES if kind} == set(risk.KINDS)


@pytest.mark.parametrize(("part", "expected", "kind", "text"), CASES)
def test_what_people_write_is_read(part: str, expected: str, kind: str, text: str) -> None:
    danger = risk.read(text)
    if expected == "language":
        assert danger == risk.Danger("question", ("language",))
    elif expected == "heard":
        assert danger.outcome in ("alarm", "question")
        assert kind in danger.kinds
    else:
        assert danger.outcome == expected
        assert (kind in danger.kinds) or expected == "none"


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_many_ways_to_say_it_are_read(path: Path) -> None:
    wrong = []
    for _, expected, kind, text in _cases([path]):
        danger = risk.read(text)
        heard = danger.outcome != "none" and kind in danger.kinds
        if heard != (expected == "heard") or (expected == "none" and danger.outcome != "none"):
            wrong.append((text, danger))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("I feel suicidal", "I feel suicidal, the gun is loaded"),
        ("I feel suicidal", "I feel suicidal and it will be tonight"),
        ("I think of dying", "I think of dying on the train tracks"),
        ("my son wants to kill himself", "my son wants to kill himself, he has pills"),
        ("he hit me", "he hit me and he has a knife"),
        ("pienso en la muerte", "pienso en la muerte, tengo el frasco de pastillas aqui"),
        ("mi hija se quiere matar", "mi hija se quiere matar hoy"),
    ],
)
def test_means_dose_place_and_time_weigh_more_than_the_word(text: str, raised: str) -> None:
    assert risk.read(text).outcome == "question"
    assert risk.read(raised).outcome == "alarm"


def test_an_idiom_takes_back_only_what_lies_in_it() -> None:
    assert risk.read("my phone died").outcome == "none"
    assert risk.read("my phone died and I want to die").outcome == "alarm"
    assert risk.read("I can't go on, vacation is over").outcome == "question"


def test_a_joke_makes_it_less_but_never_an_overdose_or_a_child() -> None:
    assert risk.read("kms lol").outcome == "question"
    assert risk.read("took all my pills lol").outcome == "alarm"
    assert risk.read("he touches my daughter haha").outcome == "alarm"


def test_a_denial_reaches_over_words_that_carry_it_and_no_others() -> None:
    assert risk.read("I have no plan or intent to kill myself").outcome == "none"
    assert risk.read("no money and I want to kill myself").outcome == "alarm"
    assert risk.read("I can't stop thinking about suicide").outcome == "question"
    assert risk.read("I'm not suicidal but I can't do this anymore").outcome == "question"


def test_reasons_are_the_lexicons_names_and_not_the_text() -> None:
    danger = risk.read("My cousin Eulalia hit me, I want to die, I have a gun in my lap")
    assert danger.kinds == ("self", "other")
    told = " ".join(danger.reasons)
    assert "Eulalia" not in told
    assert "lap" not in told
    names = {f"{group.kind}: {group.name}" for group in risk.shipped().signs}
    names |= {f"{group.weighs}: {group.name}" for group in risk.shipped().signs}
    assert set(danger.reasons) <= names


def test_a_language_that_is_named_and_not_read_goes_to_a_person() -> None:
    assert risk.read("tudo certo", language="pt") == risk.Danger("question", ("language",))
    assert risk.read("ok", language="fr-CA").reasons == ("language",)
    assert risk.read("todo bien", language="es-tu").outcome == "none"
    assert risk.read("", language="pt").outcome == "none"
    assert risk.read("I want to die", language="pt").outcome == "alarm"


def test_disguised_words_are_read_and_everyday_ones_are_left_alone() -> None:
    for word in ("suicde", "su1cide", "su*cide", "suiiicide", "s u i c i d e", "$uicide"):
        assert risk.read(word).kinds == ("self",), word
    for word in ("suitcase", "overdone", "decide", "itself", "odd", "deaf", "dice", "dyed"):
        assert risk.read(f"the {word} is here").outcome == "none", word


@given(st.text(max_size=300))
def test_reading_is_total_and_the_same_twice(text: str) -> None:
    assert risk.read(text) == risk.read(text)


def test_a_phrase_is_looked_at_only_where_its_rarest_word_stands() -> None:
    """What a text costs: counted, since time is no measure on a busy machine."""
    index = index_of(risk.shipped())
    words = index.spelling.read("see you at the shop around three, bring some bread please")
    phrases = sum(len(some) for group in risk.shipped().signs for some in group.phrases.values())
    assert index._signs.tried(words) * 200 < phrases


# --- the measure on real texts


def _rows(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.is_file():
        outside(f"{name} is not here: the measure needs the folder shared/data")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _shares(rows: list[dict[str, str]]) -> dict[str, float]:
    told = Counter(risk.read(row["text"]).outcome for row in rows)
    return {outcome: told[outcome] / len(rows) for outcome in ("alarm", "question", "none")}


def test_measure_what_should_be_heard() -> None:
    rows = [
        row
        for row in _rows("risk-dev.csv")
        if (row["label"].startswith("cssrs_") and row["evident"] == "yes")
        or row["label"] in ("selfharm_yes", "selfharm_ed_seek", "stb_yes")
    ]
    assert 1 - _shares(rows)["none"] >= 0.9


def test_measure_everyday_texts() -> None:
    shares = _shares(_rows("ham-dev.csv"))
    assert shares["alarm"] + shares["question"] <= 0.005
    assert shares["alarm"] <= 0.001


def test_measure_jokes_with_words_of_death() -> None:
    rows = [
        row
        for row in _rows("risk-dev.csv")
        if row["label"].startswith(("benign_", "emotion_benign_deathword"))
    ]
    assert 1 - _shares(rows)["none"] <= 0.05
