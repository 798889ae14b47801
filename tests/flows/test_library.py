"""The shipped library: checks clean, every walk holds, walks take every way in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

import pytest

from flows import hearing, shelf, walks
from flows.checks import check_library
from flows.definition import Flow, State
from flows.effects import Ask, Perform, Say
from flows.events import Heard, Performed
from flows.machine import About, Program, begin, step
from flows.parity import CHANNELS
from flows.session import Session
from flows.walks import SAMPLE, WalkResult

TEXTS = shelf.shipped()
LIBRARY = shelf.library_of(TEXTS)
PROGRAM = Program(LIBRARY)
WALKS = shelf.walks_of(TEXTS)
SHIPPED = {
    "alert", "are-you-safe", "arrange-a-call", "call-back", "call-needs-you", "come-back",
    "daily-checkin", "debrief",
    "delete", "done", "fallback", "help", "home", "imported-invitation", "joining", "keep",
    "leave", "menu", "messages", "my-data", "note", "pass", "pause", "pin", "preferences",
    "reached", "ring", "ring-back", "safe-word", "shift", "shift-break", "shift-off", "shift-on",
    "shift-reminder",
    "skip-next", "swap", "swap-offer", "take", "taken", "talk", "team", "team-message",
    "test-message",
    "verify-contact", "weekly-checkin", "which-case", "wishes", "word", "wrong-number",
}  # fmt: skip
LANGUAGES = ("en", "es")
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@cache
def results() -> tuple[WalkResult, ...]:
    return tuple(walks.run(walk, LIBRARY, PROGRAM) for walk in WALKS)


def test_everything_that_ships_is_there() -> None:
    assert set(LIBRARY.flows) == SHIPPED
    assert {name for kind, name in TEXTS if kind == "walks"} == SHIPPED
    assert set(LIBRARY.policies) == {"on-call"}
    assert LIBRARY.lexicon is not None
    assert LIBRARY.languages == LANGUAGES


def test_the_library_checks_clean() -> None:
    found = [shelf.told(problem) for problem in check_library(LIBRARY) if problem.waived is None]
    assert found == []


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_walk_holds(name: str) -> None:
    found = [
        f"{result.walk.title}: {shelf.told(problem)}"
        for result in results()
        if result.walk.flow == name
        for problem in result.problems
    ]
    assert found == []


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_each_flow_is_walked_with_tu_and_discreetly(name: str, channel: str) -> None:
    mine = [walk for walk in WALKS if walk.flow == name and walk.by_call is (channel == "call")]
    assert any(walk.language == "es-tu" for walk in mine)
    assert {walk.language for walk in mine if walk.discreet} >= {"en", "es"}


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_walk_says_how_it_ends(name: str) -> None:
    """No walk stops in the middle: the person is never left at an open question."""
    assert [w.title for w in WALKS if w.flow == name and w.steps[-1].does != "ends"] == []


# -- at every question ---------------------------------------------------------------------

QUESTIONS = [
    (flow, state)
    for flow in LIBRARY.flows.values()
    for state in flow.states.values()
    if state.kind == "ask"
]


def _named(value: object) -> str:
    return value.name if isinstance(value, Flow | State) else str(value)


def _standing(flow: Flow, state: State) -> Session:
    """A session at this question."""
    session = begin(flow.name)
    session.state = state.name
    session.status = "asking"
    session.token = session.count = 1
    return session


def _about(language: str, discreet: bool = False) -> About:
    return About(SAMPLE, (language, *LANGUAGES), discreet)


SKIPS = [("en", "SKIP"), ("es", "SALTAR"), ("en", "9"), ("en", "99")]
TALKS = [("en", "TALK"), ("es", "HABLAR"), ("en", "0"), ("en", "00")]


def _is_answer(state: State, word: str) -> bool:
    return state.accept is not None and state.accept.kind == "time" and word in ("0", "9")


@pytest.mark.parametrize(("language", "word"), SKIPS)
@pytest.mark.parametrize(("flow", "state"), QUESTIONS, ids=_named)
def test_every_question_can_be_skipped(flow: Flow, state: State, language: str, word: str) -> None:
    if _is_answer(state, word):
        return
    after = step(PROGRAM, _standing(flow, state), Heard(word), NOW, _about(language))
    assert after.heard == "skip"
    assert any(isinstance(effect, Say | Ask | Perform) for effect in after.effects)


@pytest.mark.parametrize(("language", "word"), TALKS)
@pytest.mark.parametrize(("flow", "state"), QUESTIONS, ids=_named)
def test_a_person_is_one_word_away_and_the_question_comes_back(
    flow: Flow, state: State, language: str, word: str
) -> None:
    if _is_answer(state, word):
        return
    asked = step(PROGRAM, _standing(flow, state), Heard(word), NOW, _about(language))
    assert asked.heard == "keyword:talk"
    action = asked.effects[-1]
    assert isinstance(action, Perform)
    assert (action.action, action.params["policy"]) == ("alert", "on-call")
    back = step(PROGRAM, asked.session, Performed("opened"), NOW, _about(language))
    assert back.session.question == f"{flow.name}/{state.name}"
    assert isinstance(back.effects[-1], Ask)


@pytest.mark.parametrize("word", ["ABOUT", "MENU", "LEAVE", "PAUSE", "SETTINGS", "MYDATA"])
@pytest.mark.parametrize(("flow", "state"), QUESTIONS, ids=_named)
def test_help_and_the_way_out_are_one_word_away(flow: Flow, state: State, word: str) -> None:
    after = step(PROGRAM, _standing(flow, state), Heard(word), NOW, _about("en"))
    assert after.heard.startswith("keyword:")


# -- what the organisation says and hears --------------------------------------------------

NETWORK = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT",
           "START", "UNSTOP", "YES", "NO", "HELP", "INFO"}  # fmt: skip


def test_no_keyword_is_the_networks_or_an_answer() -> None:
    for keyword in [*LIBRARY.keywords, *(k for f in LIBRARY.flows.values() for k in f.keywords)]:
        for words in keyword.words.values():
            assert not NETWORK & {word.upper() for word in words}


def test_talk_and_skip_have_their_keys() -> None:
    keys = {keyword.key: keyword.name for keyword in LIBRARY.keywords if keyword.key}
    assert keys == {"0": "talk", "9": "skip"}


@pytest.mark.parametrize("language", [*LANGUAGES, "es-tu"])
@pytest.mark.parametrize("discreet", [False, True])
def test_every_phrase_can_be_said(language: str, discreet: bool) -> None:
    for name in LIBRARY.phrases:
        assert PROGRAM.phrase(name, _about(language, discreet)).strip()


def test_a_shared_phone_hears_only_the_discreet_wording() -> None:
    """Whatever happens in a discreet walk, none of its texts is one in plain wording."""
    plain_texts = {
        text
        for flow in LIBRARY.flows.values()
        for state in flow.states.values()
        if state.prompt is not None and state.prompt.discreet is not None
        for text in state.prompt.text.texts.values()
        if "{" not in text and text not in state.prompt.discreet.texts.values()
    }
    for result in results():
        if result.walk.discreet:
            said = {line.text for line in result.transcript if line.who == "us"}
            assert not said & plain_texts


@pytest.mark.parametrize("flow", LIBRARY.flows.values(), ids=_named)
def test_texts_of_the_flow_name_only_words_that_are_heard(flow: Flow) -> None:
    """A word in capitals is a keyword, an answer, or the network's STOP or START."""
    heard = {w for k in (*LIBRARY.keywords, *flow.keywords) for ws in k.words.values() for w in ws}
    heard |= {"STOP", "START", "YES", "NO", "SI", "O", "AM", "PM"}
    parts = {part for word in heard for part in word.split()}
    for state in flow.states.values():
        for message in (state.prompt.text, state.prompt.discreet) if state.prompt else ():
            for text in message.texts.values() if message else ():
                offered = re.findall(r"\b[A-ZÑ]{2,}\b", text)
                assert set(offered) <= parts | {"SEMANAS", "WEEKS"}, (state.name, offered)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("JOIN", "en"),
        ("Unirme", "es"),
        ("hablar", "es"),
        ("menu", None),
        ("no aguanto mas, me quiero morir", "es"),
        ("I want to die", "en"),
        ("deja de escribirme", "es"),
        ("xyz", None),
    ],
)
def test_the_first_words_tell_the_language(text: str, language: str | None) -> None:
    assert hearing.written_in(text, PROGRAM, LIBRARY.lexicon) == language
