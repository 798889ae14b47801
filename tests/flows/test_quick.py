"""The short way of the commonest step gives exactly what the long way gives, or stays out of it."""

from __future__ import annotations

import pytest

from flows import quick
from flows.events import Heard, Started
from flows.machine import About, Program, Session, begin, step
from tests.flows.scripts import NOW, library
from tests.flows.test_machine import MOOD

PROGRAM = Program(library(MOOD))
PROGRAM.flow("main")
ANA = About({"name": "Ana"}, ("en",))


def asked(about: About = ANA) -> Session:
    return step(PROGRAM, begin("main"), Started(), NOW, about, []).session


@pytest.mark.parametrize("text", ["1", "2", "three", "CINCO", "5"])
@pytest.mark.parametrize(
    "about", [ANA, About({}, ("es-tu",), True), About({}, (), channel="call"), About({}, ("fr",))]
)
def test_it_gives_what_the_long_way_gives(text: str, about: About) -> None:
    session = asked(about)
    short = quick.answer(PROGRAM, session, Heard(text), about)
    assert short == step(PROGRAM, session, Heard(text), NOW, about, [])
    assert short is not None


def test_it_begins_as_the_long_way_does() -> None:
    short = quick.start(PROGRAM, begin("main"), Started(), ANA)
    assert short == step(PROGRAM, begin("main"), Started(), NOW, ANA, [])
    assert short is not None


@pytest.mark.parametrize(
    "text", ["", "6", "about a 3", "2.", "-2", "٣", "2½", "TALK", "0", "9", "skip", "hm", "2 weeks"]
)
def test_it_leaves_everything_else_to_the_long_way(text: str) -> None:
    assert quick.answer(PROGRAM, asked(), Heard(text), ANA) is None


def test_it_leaves_limits_media_and_sessions_at_rest_to_the_long_way() -> None:
    session = asked()
    limited = ANA._replace(messages_today=40)
    assert quick.answer(PROGRAM, session, Heard("2"), limited) is None
    assert quick.answer(PROGRAM, session, Heard("2", 1), ANA) is None
    assert quick.answer(PROGRAM, begin("main"), Heard("2"), ANA) is None
    assert quick.answer(PROGRAM, begin("gone"), Heard("2"), ANA) is None
    assert quick.start(PROGRAM, session, Started(), ANA) is None
    assert quick.start(PROGRAM, begin("main"), Started({"mood": 2}), ANA) is None
