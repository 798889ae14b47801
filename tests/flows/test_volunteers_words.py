"""Words of volunteers: heard from them alone, after answers, with a case's code beside them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.events import Heard, Performed, Pressed, Started
from flows.machine import About, Session, begin, step
from flows.walks import SAMPLE
from tests.flows.test_library import PROGRAM

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def about(volunteer: bool, channel: str = "text") -> About:
    values = {**SAMPLE, "volunteer": "yes" if volunteer else "no", "name": "Ida"}
    return About(values, ("en", "es"), channel=channel)


def standing(flow: str, *outcomes: Performed, volunteer: bool = True) -> Session:
    session = step(PROGRAM, begin(flow), Started(), NOW, about(volunteer)).session
    for outcome in outcomes:
        session = step(PROGRAM, session, outcome, NOW, about(volunteer)).session
    return session


ALERT = Performed("open", {"case_code": "K7XM"})


@pytest.mark.parametrize("word", ["SHIFT", "turno", "OFF", "salgo", "SWAP", "CAMBIO"])
def test_only_from_volunteers(word: str) -> None:
    asked = standing("home")
    heard = step(PROGRAM, asked, Heard(word), NOW, about(True)).heard
    assert heard.startswith("keyword:")
    assert step(PROGRAM, asked, Heard(word), NOW, about(False)).heard == "unclear"


def test_break_is_the_shifts_for_who_has_one_and_a_pause_for_all_others() -> None:
    asked = standing("home")
    assert step(PROGRAM, asked, Heard("BREAK"), NOW, about(True)).heard == "keyword:shift-break"
    assert step(PROGRAM, asked, Heard("BREAK"), NOW, about(False)).heard == "keyword:pause"


@pytest.mark.parametrize("reply", ["TAKE K7XM", "take k7xm!", "TAKE", "tomo", "1"])
def test_an_alert_takes_its_own_words_as_its_answer(reply: str) -> None:
    asked = standing("alert", ALERT)
    taken = step(PROGRAM, asked, Heard(reply), NOW, about(True))
    assert taken.heard == "answer"
    assert taken.session.answers["said"] == "take"


def test_star_is_the_supervisors_where_a_case_offers_it_and_repeats_elsewhere() -> None:
    told = Performed(
        "yours",
        {"case_code": "K7XM", "case_name": "Ana", "case_note": "nothing", "case_wishes": "none"},
    )
    asked = standing("taken", told)
    pressed = step(PROGRAM, asked, Pressed("*"), NOW, about(True, "call"))
    assert pressed.heard == "answer"
    assert pressed.session.values["wanted"] == "supervisor"
    again = step(PROGRAM, asked, Pressed("**"), NOW, about(True, "call"))
    assert again.heard == "keyword:again"
