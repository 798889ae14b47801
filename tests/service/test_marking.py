"""What was missed and what was a false alarm: marked, kept without names, and held against."""

from __future__ import annotations

import pytest

from flows import risk
from flows.definition import Problem
from flows.reading import read_lexicon
from flows.shelf import DefinitionError, shipped
from service import lexicon_tests, marking, publishing, retention
from service.cures import Curable
from service.marking import FALSE_ALARM, MISSED
from service.storage import people
from tests.service.calling import dial
from tests.service.house import ANA, Line, Phone

HARD = "Bea says purple is a colour that I like"  # nothing that the lexicon reads


@pytest.fixture
def ana(line: Line) -> Phone:
    return line.member(ANA, name="Ana Ruiz", wish_call="my sister Bea")


def code(phone: Phone) -> str:
    return phone.open_cases[0].code


def words(line: Line) -> list[tuple[str, str]]:
    return [(row.mark, row.text) for row in lexicon_tests.rows(line.house)]


def messages(line: Line) -> list[str]:
    """Ids of texts that came in, the first first."""
    return [
        row[0]
        for row in line.rows(
            "select id from message where direction = 'in' order by created_at, id"
        )
    ]


def test_a_false_alarm_gives_the_words_that_were_heard(line: Line, ana: Phone) -> None:
    ana.text("Ana Ruiz here, I want to die, call +1 555 014 2001")
    line.passes(minutes=2)
    ana.text("How are you?")
    done = marking.mark_case(line.house, code(ana), FALSE_ALARM, "rosa")
    assert len(done["tests"]) == 1
    assert words(line) == [(FALSE_ALARM, "[name] [name] here, I want to die, call [number]")]
    stored = line.one("select sealed_text from marked_text")
    assert b"die" not in bytes(stored)


def test_what_joined_the_case_is_a_test_as_well(line: Line, ana: Phone) -> None:
    ana.text("I want to die")
    line.passes(minutes=20)
    ana.text("I will kill myself tonight")
    done = marking.mark_case(line.house, code(ana), FALSE_ALARM, "rosa")
    assert len(done["tests"]) == 2


def test_what_was_missed_is_the_text_before_it(line: Line, ana: Phone) -> None:
    ana.text(HARD)
    line.passes(minutes=5)
    ana.text("TALK")
    done = marking.mark_case(line.house, code(ana), MISSED, "rosa")
    assert len(done["tests"]) == 1
    assert words(line) == [(MISSED, HARD.replace("Bea", "[name]"))]


def test_where_several_may_be_meant_it_is_asked(line: Line, ana: Phone) -> None:
    ana.text(HARD)
    line.passes(minutes=5)
    ana.text("the train was late today again")
    line.passes(minutes=5)
    ana.text("TALK")
    with pytest.raises(Curable, match="2 texts came before it") as asked:
        marking.mark_case(line.house, code(ana), MISSED, "rosa")
    first = asked.value.cure.split(": ")[1].split(",")[0]
    assert words(line) == []
    assert ana.open_cases[0].mark is None
    done = marking.mark_case(line.house, code(ana), MISSED, "rosa", [first])
    assert len(done["tests"]) == 1
    with pytest.raises(Curable, match="No words of this person"):
        marking.mark_case(line.house, code(ana), MISSED, "rosa", ["nothing"])


def test_a_case_without_words_is_marked_all_the_same(line: Line, ana: Phone) -> None:
    ana.text("TALK")
    done = marking.mark_case(line.house, code(ana), MISSED, "rosa")
    assert (done["mark"], done["tests"]) == (MISSED, [])
    assert ana.open_cases[0].mark == MISSED


def test_unmarked_it_tests_nothing(line: Line, ana: Phone) -> None:
    ana.text("I want to die")
    marking.mark_case(line.house, code(ana), FALSE_ALARM, "rosa")
    done = marking.mark_case(line.house, code(ana), None, "rosa")
    assert (done["mark"], done["dropped"]) == (None, 1)
    assert words(line) == []
    assert ana.open_cases[0].mark is None
    acts = [row[0] for row in line.rows("select act from trail where subject = 'case'")]
    assert acts == ["marked as false alarm", "unmarked"]


def test_a_text_that_opened_no_case_is_marked_by_itself_and_once(line: Line, ana: Phone) -> None:
    ana.text(HARD)
    message = messages(line)[-1]
    marking.mark_text(line.house, message, FALSE_ALARM, "rosa")
    done = marking.mark_text(line.house, message, MISSED, "rosa")
    assert [mark for mark, _ in words(line)] == [MISSED]
    assert done["tests"] == [row.id for row in lexicon_tests.rows(line.house)]
    assert marking.mark_text(line.house, message, None, "rosa")["dropped"] == 1
    assert words(line) == []
    with pytest.raises(Curable, match="No words that came in"):
        marking.mark_text(line.house, "nothing", MISSED, "rosa")


def test_what_was_spoken_counts_as_well(line: Line, ana: Phone) -> None:
    call = dial(line, ANA)
    call.says("I want to kill myself")
    done = marking.mark_case(line.house, code(ana), FALSE_ALARM, "rosa")
    assert len(done["tests"]) == 1
    assert words(line)[0][1] == "I want to kill myself"


def test_a_safe_word_is_no_test(line: Line, ana: Phone) -> None:
    ana.text("the blue teapot is broken")
    person_id = ana.person.id
    with line.writing() as tx:
        people.set_safe(tx, person_id, {"phrase": "the blue teapot is broken", "may": "wait"})
    with pytest.raises(Curable, match="No words that came in"):
        marking.mark_text(line.house, messages(line)[-1], MISSED, "rosa")
    ana.text("TALK")
    assert marking.mark_case(line.house, code(ana), MISSED, "rosa")["tests"] == []


def test_they_go_with_their_person_and_when_they_are_old(line: Line, ana: Phone) -> None:
    ana.text(HARD)
    marking.mark_text(line.house, messages(line)[-1], MISSED, "rosa")
    line.passes(days=800)
    retention.run(line.house)
    assert words(line) == []
    ana.text(HARD)
    marking.mark_text(line.house, messages(line)[-1], MISSED, "rosa")
    ana.text("DELETE")
    ana.text("YES")
    line.passes(days=8)
    assert words(line) == []


KEY = ("lexicon", "organisation")
LEXICON = shipped()[KEY]
LESSER = """\
lexicon: organisation
languages: [en, es]
danger:
  self:
    code words:
      weighs: question
      en: [purple rain]
      es: [lluvia morada]
not danger:
  en: [my phone died]
  es: [se murio mi telefono]
wish to stop:
  en: [stop texting me]
  es: [no me escriban]
"""


def problems(line: Line, text: str) -> list[Problem]:
    lexicon = read_lexicon(text, "lexicon.yaml").value
    assert lexicon is not None
    return lexicon_tests.problems(line.house, risk.shipped(), lexicon)


def test_what_a_lexicon_would_unlearn_is_an_error_without_a_word(line: Line, ana: Phone) -> None:
    ana.text("I want to die")
    marking.mark_text(line.house, messages(line)[-1], MISSED, "rosa")
    [problem] = problems(line, LESSER)
    assert (problem.code, problem.level) == ("risk/marked", "error")
    assert "not heard by this one" in problem.trouble
    assert "die" not in problem.trouble
    marking.mark_text(line.house, messages(line)[-1], FALSE_ALARM, "rosa")
    assert problems(line, LESSER) == [], "it is not heard any more, as it should be"


def test_what_it_never_read_rightly_is_only_told(line: Line, ana: Phone) -> None:
    ana.text(HARD)
    marking.mark_text(line.house, messages(line)[-1], MISSED, "rosa")
    [problem] = problems(line, LEXICON)
    assert problem.level == "warning"
    assert "still" in problem.trouble


def test_a_lexicon_that_unlearns_is_not_published(line: Line, ana: Phone) -> None:
    ana.text("I want to die")
    marking.mark_text(line.house, messages(line)[-1], MISSED, "rosa")
    with pytest.raises(DefinitionError) as refused:
        publishing.publish(line.house, {KEY: LESSER}, "rosa")
    assert [problem.code for problem in refused.value.problems] == ["risk/marked"]
    marking.mark_text(line.house, messages(line)[-1], None, "rosa")
    publishing.publish(line.house, {KEY: LESSER}, "rosa")
