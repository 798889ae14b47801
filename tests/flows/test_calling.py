"""The manners of a call, told from the caller's side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import calling
from flows.calling import (
    HIDDEN,
    MOST_SILENCES,
    MOST_TURNS,
    MOST_WRONG,
    NUMBER,
    OPENING,
    OVER,
    PIN,
    STRANGER,
    TALK,
    Again,
    Asked,
    AtTheDoor,
    Came,
    Goodbye,
    Listening,
    Manners,
    RecordNow,
    SayBack,
    Take,
)
from flows.definition import Accept, Choice, Place
from flows.events import Heard, Pressed, Spoke

HERE = Place("a.yaml", 1, 1)
WORDS = st.text(st.characters(codec="utf-8"))


def asked(kind: str, understood: str | None = None, **more: object) -> Asked:
    """A question of this kind, which understands whatever is said as these words."""
    return Asked(Accept(kind, HERE, **more), lambda words: understood)  # type: ignore[arg-type]


MOOD = asked("number", "2", low=1, high=5)
CALL_YOU = asked("yes-no", "yes")


def test_a_key_is_an_answer():
    manners, meaning = calling.take(Manners(), Came(keys="2"), MOOD)
    assert meaning == Take(Pressed("2"))
    assert manners.proved


def test_words_heard_well_are_an_answer():
    _, meaning = calling.take(Manners(), Came(speech="two", confidence=0.9), MOOD)
    assert meaning == Take(Spoke("two", 0.9))


def test_silence_is_asked_again_twice_and_then_ends_kindly():
    manners = Manners()
    for _ in range(MOST_SILENCES):
        manners, meaning = calling.take(manners, Came(), MOOD)
        assert meaning == Again(silent=True)
    manners, meaning = calling.take(manners, Came(), MOOD)
    assert meaning == Goodbye("silence")
    assert manners.phase == OVER
    assert not manners.proved, "nobody showed that they are there"


def test_who_answers_in_between_may_be_silent_again():
    manners = Manners()
    for _ in range(3):
        for _ in range(MOST_SILENCES):
            manners, meaning = calling.take(manners, Came(), MOOD)
            assert meaning == Again(silent=True)
        manners, _ = calling.take(manners, Came(keys="2"), MOOD)


def test_words_heard_barely_are_said_back_and_count_after_a_yes():
    manners, meaning = calling.take(Manners(), Came(speech="yes", confidence=0.5), CALL_YOU)
    assert meaning == SayBack("yes")
    for yes in (Came(keys="1"), Came(speech="yes", confidence=0.5)):
        after, meaning = calling.take(manners, yes, CALL_YOU)
        assert meaning == Take(Spoke("yes", 1.0))
        assert after.doubted == ""


def test_a_no_to_what_was_said_back_is_an_unclear_answer():
    manners, _ = calling.take(Manners(), Came(speech="yes", confidence=0.5), CALL_YOU)
    after, meaning = calling.take(manners, Came(keys="2"), CALL_YOU)
    assert meaning == Take(Spoke("yes", 0.0))
    assert after.doubted == ""


def test_what_was_said_back_is_said_back_again_after_silence_and_star():
    manners, _ = calling.take(Manners(), Came(speech="yes", confidence=0.5), CALL_YOU)
    for again in (Came(), Came(keys="*")):
        after, meaning = calling.take(manners, again, CALL_YOU)
        assert meaning == SayBack("yes")
        assert after.doubted == "yes"


@pytest.mark.parametrize("key", ["0", "9", "8", "3"])
def test_keys_stand_for_themselves_while_something_is_said_back(key: str):
    manners, _ = calling.take(Manners(), Came(speech="yes", confidence=0.5), CALL_YOU)
    after, meaning = calling.take(manners, Came(keys=key), CALL_YOU)
    assert meaning == Take(Pressed(key))
    assert after.doubted == ""


def test_new_words_take_the_place_of_those_said_back():
    manners, _ = calling.take(Manners(), Came(speech="three", confidence=0.5), MOOD)
    _, meaning = calling.take(manners, Came(speech="two", confidence=0.9), MOOD)
    assert meaning == Take(Spoke("two", 0.9))


@pytest.mark.parametrize(
    ("question", "confidence", "said_back"),
    [
        (MOOD, 0.34, False),  # so unsure that the question itself is asked again
        (MOOD, 0.35, True),
        (MOOD, 0.59, True),
        (MOOD, 0.6, False),
        (asked("number", "12", low=1, high=40), 0.79, True),
        (asked("number", "12", low=1, high=40), 0.8, False),
        (asked("number", "7", low=1, high=40), 0.7, False),
        (asked("date", "3 May"), 0.79, True),
        (asked("time", "7 in the evening"), 0.79, True),
        (asked("phone", "555 0100"), 0.79, True),
        (asked("date", "3 May"), 0.8, False),
        (asked("text", "Ana"), 0.5, True),
        (asked("text", "Ana"), 0.6, False),
        (asked("text", "a long tale " * 10), 0.4, False),
        (asked("choice", None), 0.4, False),  # no answer: nothing that could be said back
    ],
)
def test_how_surely_an_answer_has_to_be_heard(question: Asked, confidence: float, said_back: bool):
    _, meaning = calling.take(Manners(), Came(speech="so", confidence=confidence), question)
    assert isinstance(meaning, SayBack) == said_back


def test_star_asks_again_whatever_was_typed_before():
    for keys in ("*", "12*", "*3"):
        _, meaning = calling.take(Manners(), Came(keys=keys), MOOD)
        assert meaning == Take(Pressed("*"))


def test_a_recording_begins_after_a_key_or_a_yes():
    story = asked("recording")
    assert calling.take(Manners(), Came(keys="1"), story)[1] == RecordNow()
    assert calling.take(Manners(), Came(speech="yes", confidence=0.9), story)[1] == RecordNow()
    assert calling.take(Manners(), Came(keys="9"), story)[1] == Take(Pressed("9"))


def test_what_was_recorded_is_an_answer_and_proves_nobody():
    manners, meaning = calling.take(Manners(), Came(recorded=7), asked("recording"))
    assert meaning == Take(Heard("", 1))
    assert not manners.proved


def test_an_empty_recording_is_silence():
    _, meaning = calling.take(Manners(), Came(recorded=0), asked("recording"))
    assert meaning == Again(silent=True)


@pytest.mark.parametrize("phase", [PIN, STRANGER, HIDDEN, NUMBER, OPENING])
def test_at_the_door_keys_and_words_open_or_they_do_not(phase: str):
    manners = Manners(phase)
    assert calling.take(manners, Came(keys="2"))[1] == AtTheDoor("2", "")
    assert calling.take(manners, Came(speech="a person"))[1] == AtTheDoor("", "a person")
    assert calling.take(manners, Came(keys="*"))[1] == Again()
    assert calling.take(manners, Came())[1] == Again(silent=True)


def test_a_voicemail_that_speaks_proves_nobody():
    ringing = Manners(OPENING)
    assert not calling.take(ringing, Came(speech="leave a message after the tone"))[0].proved
    assert calling.take(ringing, Came(keys="1"))[0].proved
    assert calling.take(Manners(TALK), Came(speech="two"), MOOD)[0].proved


def test_what_does_not_fit_at_the_door_is_asked_again_twice():
    manners = Manners(PIN)
    for _ in range(MOST_WRONG - 1):
        manners, meaning = calling.wrong(manners)
        assert meaning == Again()
    manners, meaning = calling.wrong(manners)
    assert meaning == Goodbye("wrong")
    assert manners.phase == OVER


def test_past_the_door_it_is_forgotten_what_did_not_fit():
    manners, _ = calling.wrong(Manners(PIN))
    manners = calling.let_in(manners, known=True)
    assert (manners.phase, manners.wrong, manners.known) == (TALK, 0, True)


def test_a_call_without_end_ends():
    manners = Manners()
    for _ in range(MOST_TURNS):
        manners, meaning = calling.take(manners, Came(keys="*"), MOOD)
        assert meaning == Take(Pressed("*"))
    assert calling.take(manners, Came(keys="*"), MOOD)[1] == Goodbye("long")


def test_a_call_is_kept_between_two_steps():
    manners = Manners(PIN, 1, 2, True, True, True, "sí, mañana", 7, "es", "+15550100", 1)
    assert Manners.from_json(manners.to_json()) == manners
    assert Manners.from_json(b'{"phase":"talk","of_another_release":1}') == Manners()


@given(
    st.builds(
        Manners,
        st.sampled_from([PIN, STRANGER, HIDDEN, OPENING, TALK]),
        st.integers(0, 5), st.integers(0, 5), st.booleans(), st.booleans(), st.booleans(),
        WORDS, st.integers(0, 200), WORDS, WORDS, st.integers(0, 2),
    ),
    st.builds(
        Came, st.text("0123456789*#"), WORDS, st.floats(0, 1),
        st.none() | st.integers(0, 600),
    ),
    st.sampled_from([MOOD, CALL_YOU, asked("recording"), asked("text", "x"), asked("date")]),
)  # fmt: skip
def test_whatever_comes_means_something(manners: Manners, came: Came, question: Asked):
    after, meaning = calling.take(manners, came, question)
    assert after.turns == manners.turns + 1
    assert (after.phase == OVER) == isinstance(meaning, Goodbye)
    assert Manners.from_json(after.to_json()) == after


# --- how the network is to listen


def choice(key: str, word: str) -> Choice:
    return Choice(word, key, {"en": (word,)}, HERE)


@pytest.mark.parametrize(
    ("accept", "taken", "digits"),
    [
        (None, "", 1),
        (Accept("yes-no", HERE), "", 1),
        (Accept("number", HERE, low=1, high=5), "", 1),
        (Accept("number", HERE, low=0, high=3), "0", None),
        (Accept("number", HERE, low=1, high=9), "89", None),
        (Accept("number", HERE, low=1, high=40), "89", None),
        (Accept("number", HERE), "089", None),
        (Accept("choice", HERE, choices=(choice("1", "ride"), choice("2", "food"))), "", 1),
        (Accept("choice", HERE, choices=(choice("1", "ride"), choice("12", "food"))), "", None),
        (Accept("choice", HERE, choices=(choice("1", "ride"),), several=True), "", None),
        (Accept("date", HERE), "", None),
        (Accept("text", HERE), "", None),
        (Accept("code", HERE, low=4, high=4), "", 4),
        (Accept("recording", HERE), "", 1),
    ],
)
def test_one_key_is_enough_where_every_answer_is_one_key(
    accept: Accept | None, taken: str, digits: int | None
):
    assert calling.listening(accept, frozenset(taken)).digits == digits


def test_likely_words_help_the_listening():
    heard = calling.listening(Accept("choice", HERE, choices=(choice("1", "ride"),)))
    assert heard.hints == ("ride",)
    assert heard.speech
    assert Listening(calling.PIN_DIGITS) == calling.FOR_A_PIN
