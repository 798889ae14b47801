"""A keyword with its answer in one message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows import shelf
from flows.effects import Ask, Perform, Say
from flows.events import Heard, Performed, Started
from flows.machine import About, Program, begin, keyword_with_answer, step
from flows.walks import SAMPLE

PROGRAM = Program(shelf.library_of(shelf.shipped()))
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ABOUT = About({**SAMPLE, "country": "US"}, ("en", "es"))

BOTH = [
    ("PAUSE 2 weeks", "pause", "2 weeks"),
    ("pause until 3 May", "pause", "until 3 May"),
    ("PAUSA 2 semanas", "pause", "2 semanas"),
    ("Check in 4", "daily-checkin", "4"),
    ("MENU 3", "menu", "3"),
    ("settings language", "preferences", "language"),
]
NOT_BOTH = [
    "PAUSE",  # the keyword alone
    "rest in peace",  # no length of time
    "break a leg",
    "leave please",  # a yes is asked for by itself
    "delete yes",
    "word bluebird",  # free words fit anything
    "talk to me",
    "I want to pause 2 weeks",  # does not begin with the keyword
    "pause 2 weeks " + "x" * 80,
    "",
]


@pytest.mark.parametrize(("text", "flow", "rest"), BOTH)
def test_a_keyword_and_its_answer_are_heard_together(text: str, flow: str, rest: str) -> None:
    assert keyword_with_answer(PROGRAM, text, ABOUT, NOW) == (flow, rest)


@pytest.mark.parametrize("text", NOT_BOTH)
def test_anything_less_is_heard_as_before(text: str) -> None:
    assert keyword_with_answer(PROGRAM, text, ABOUT, NOW) is None


def test_the_question_that_has_its_answer_is_not_asked() -> None:
    after = step(PROGRAM, begin("pause"), Started(said="2 weeks"), NOW, ABOUT)
    assert not [effect for effect in after.effects if isinstance(effect, Ask)]
    action = after.effects[-1]
    assert isinstance(action, Perform)
    assert action.params == {"until": "2026-12-04"}


def test_an_answer_that_does_not_fit_leaves_the_question_open() -> None:
    after = step(PROGRAM, begin("pause"), Started(said="soon"), NOW, ABOUT)
    assert after.session.question == "pause/how-long"
    assert isinstance(after.effects[-1], Ask)


def test_in_the_middle_of_a_question_it_comes_back_to_it() -> None:
    asked = step(PROGRAM, begin("daily-checkin"), Started(), NOW, ABOUT)
    paused = step(PROGRAM, asked.session, Heard("PAUSE 2 weeks"), NOW, ABOUT)
    assert paused.heard == "keyword:pause"
    back = step(PROGRAM, paused.session, Performed("paused"), NOW, ABOUT)
    assert back.session.question == "daily-checkin/mood"
    assert [type(effect) for effect in back.effects] == [Say, Ask]


def test_it_counts_one_message_less_against_the_daily_limit() -> None:
    nearly = ABOUT._replace(messages_today=38)
    asked = step(PROGRAM, begin("daily-checkin"), Started(), NOW, nearly)
    nearly = ABOUT._replace(messages_today=39)
    paused = step(PROGRAM, asked.session, Heard("PAUSE 2 weeks"), NOW, nearly)
    told = step(PROGRAM, paused.session, Performed("paused"), NOW, nearly)
    assert "COMEBACK" in "".join(e.text for e in told.effects if isinstance(e, Say))
