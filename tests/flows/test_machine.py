"""Questions, answers, unclear replies, silence, keywords and late answers, one event at a time."""

from __future__ import annotations

import pytest

from flows.effects import Ask, Breach, Record, Remember, Wait
from flows.events import (
    Expired,
    Heard,
    HeardLate,
    HungUp,
    Performed,
    Pressed,
    Returned,
    Spoke,
    WaitOver,
)
from flows.machine import fits_late
from tests.flows.scripts import Told, flow_text

MOOD = flow_text(
    """
    mood:
      ask:
        en: "How is today, 1 to 5?"
        es: "¿Como va hoy, 1 a 5?"
      by call:
        en: "Press 1 to 5."
        es: "Marque 1 a 5."
      discreet:
        en: "1 to 5?"
        es: "¿1 a 5?"
      accept: a number from 1 to 5
      save as: mood
      unclear:
        try again: 1
        go to: hand
      no reply:
        after: 3 hours
        send again: 1
        go to: quiet
      then:
        - when: mood is 2 or less
          go to: hard
        - when: mood is not answered
          go to: skipped
        - otherwise:
          go to: fine
    hard:
      ask:
        en: "Shall a person call? YES or NO"
        es: "¿Le llamamos? SI o NO"
      accept: yes or no
      save as: call
      then:
        - when: call is yes
          go to: fine
        - otherwise:
          go to: skipped
    fine:
      tell:
        en: "You said {mood}, {name}."
        es: "Dijo {mood}, {name}."
      end: ok
    skipped:
      tell:
        en: "That's fine."
        es: "De acuerdo."
      end: skipped
    hand:
      tell:
        en: "A person reads it."
        es: "Lo lee una persona."
      end: handed
    quiet:
      tell:
        en: "We are here."
        es: "Aqui estamos."
      end: quiet
    """,
    head="start: mood",
)


def test_a_question_is_asked_with_its_wait() -> None:
    told = Told(MOOD).start()
    assert told.effects == [Ask("How is today, 1 to 5?", "main/mood", 1, 3 * 3600, None, "en")]
    assert (told.session.status, told.session.question) == ("asking", "main/mood")


@pytest.mark.parametrize(
    ("reply", "text", "outcome"),
    [
        ("4", "You said 4, friend.", "ok"),
        ("about a 3", "You said 3, friend.", "ok"),
        ("SKIP", "That's fine.", "skipped"),
        ("9", "That's fine.", "skipped"),
        ("99", "That's fine.", "skipped"),
        ("saltar!", "That's fine.", "skipped"),
    ],
)
def test_an_answer_takes_the_first_way_that_fits(reply: str, text: str, outcome: str) -> None:
    told = Told(MOOD).start().hear(reply)
    assert told.texts == [text]
    assert told.end is not None
    assert told.end.outcome == outcome == told.session.outcome


def test_answers_are_recorded_and_come_with_the_end() -> None:
    told = Told(MOOD).start().hear("2")
    assert told.heard == "answer"
    assert told.effects[0] == Record("mood", 2, "main/mood")
    assert told.texts == ["Shall a person call? YES or NO"]
    told.hear("yes please")
    assert told.end is not None
    assert told.end.answers == {"mood": 2, "call": "yes"} == told.session.answers


def test_a_skipped_question_is_recorded_as_not_answered() -> None:
    told = Told(MOOD).start().hear("SKIP")
    assert told.heard == "skip"
    assert told.effects[0] == Record("mood", None, "main/mood")


def test_unclear_replies_ask_again_and_then_take_their_way() -> None:
    told = Told(MOOD).start().hear("hm")
    assert (told.heard, told.texts) == (
        "unclear",
        ["Sorry, I did not get that.", "How is today, 1 to 5?"],
    )
    told.hear("well")
    assert (told.heard, told.texts) == ("unclear", ["A person reads it."])


@pytest.mark.parametrize("event", [Heard(""), Heard("  "), Heard("", 1), Spoke("3", 0.1)])
def test_what_holds_no_words_is_unclear(event: Heard | Spoke) -> None:
    told = Told(MOOD).start().take(event)
    assert told.heard == "unclear"
    assert told.texts[-1] == "How is today, 1 to 5?"


def test_silence_sends_the_question_once_more_and_then_closes_it() -> None:
    told = Told(MOOD).start().take(WaitOver(1))
    assert told.effects == [Ask("How is today, 1 to 5?", "main/mood", 2, 3 * 3600, None, "en")]
    told.take(WaitOver(1))
    assert (told.heard, told.effects) == ("stale", [])
    told.take(WaitOver(2))
    assert told.texts == ["We are here."]
    assert told.session.closed


def test_a_late_answer_resumes_where_the_question_closed() -> None:
    told = Told(MOOD).start().take(WaitOver(1)).take(WaitOver(2))
    assert fits_late(told.program, told.session, "a 2", told.about)
    assert not fits_late(told.program, told.session, "hello", told.about)
    told.take(HeardLate("hello"))
    assert (told.heard, told.effects, told.session.status) == ("nothing", [], "ended")
    told.take(HeardLate("2"))
    assert told.heard == "answer"
    assert told.texts[-1] == "Shall a person call? YES or NO"
    assert (told.session.status, told.session.outcome, told.session.closed) == (
        "asking", None, False,
    )  # fmt: skip
    told.hear("no")
    assert told.session.outcome == "skipped"


def test_what_fits_only_the_closed_question_is_its_late_answer() -> None:
    states = """
    mood:
      ask:
        en: "1 to 5?"
        es: "¿1 a 5?"
      accept: a number from 1 to 5
      save as: mood
      no reply:
        after: 1 hour
        go to: other
      go to: done
    other:
      ask:
        en: "Shall a person call? YES or NO"
        es: "¿Llamamos? SI o NO"
      accept: yes or no
      save as: call
      go to: done
    done:
      tell:
        en: "{mood} {call}"
        es: "{mood} {call}"
      end: done
    """
    told = Told(flow_text(states, "start: mood")).start().take(WaitOver(1))
    assert told.session.question == "main/other"
    told.hear("4")
    assert (told.heard, told.texts[-1]) == ("answer", "4 not answered")
    told = Told(flow_text(states, "start: mood")).start().take(WaitOver(1)).hear("yes")
    assert told.texts == ["not answered yes"]
    assert not told.session.closed


def test_expiry_ends_quietly_and_leaves_the_question_to_a_late_answer() -> None:
    told = Told(MOOD).start().take(Expired())
    assert told.texts == []
    assert told.session.outcome == "expired"
    told.take(Expired())
    assert told.heard == "stale"
    told.take(HeardLate("5"))
    assert told.texts[-1] == "You said 5, friend."


def test_a_keyword_visits_and_comes_back_to_the_same_question() -> None:
    told = Told(MOOD).start().hear("TALK")
    assert (told.heard, told.done, told.session.question) == ("keyword:talk", ["alert"], None)
    told.take(Performed("opened"))
    assert told.texts == ["We are asking a person.", "How is today, 1 to 5?"]
    told.hear("5")
    assert told.session.outcome == "ok"


@pytest.mark.parametrize("word", ["0", "00", "talk.", "Hablar", " TALK "])
def test_keywords_are_heard_in_every_language_and_by_key(word: str) -> None:
    assert Told(MOOD).start().hear(word).heard == "keyword:talk"


@pytest.mark.parametrize(
    ("reply", "heard"),
    [("0", "answer"), ("00", "keyword:talk"), ("9", "answer"), ("99", "skip"), ("7", "answer")],
)
def test_a_key_that_the_question_takes_is_its_answer(reply: str, heard: str) -> None:
    told = Told(MOOD.replace("from 1 to 5", "from 0 to 10")).start().hear(reply)
    assert told.heard == heard


@pytest.mark.parametrize("text", ["lets talk", "talk to me", "skipping"])
def test_a_keyword_counts_only_as_the_whole_message(text: str) -> None:
    assert Told(MOOD).start().hear(text).heard == "unclear"


def test_again_asks_once_more_without_counting_as_unclear() -> None:
    told = Told(MOOD).start().hear("AGAIN", "otra vez", "hm")
    assert told.texts[-1] == "How is today, 1 to 5?"
    assert told.session.token == 4


def test_a_conversation_that_returns_asks_its_question_once_more() -> None:
    told = Told(MOOD).start().take(Returned())
    assert told.effects == [Ask("How is today, 1 to 5?", "main/mood", 2, 3 * 3600, None, "en")]
    assert told.take(WaitOver(1)).heard == "stale"


def test_hanging_up_leaves_the_question_open() -> None:
    told = Told(MOOD, channel="call").start().take(HungUp())
    assert told.effects == []
    assert told.session.question == "main/mood"


@pytest.mark.parametrize(
    ("about", "text"),
    [
        ({}, "How is today, 1 to 5?"),
        ({"languages": ("es", "en")}, "¿Como va hoy, 1 a 5?"),
        ({"languages": ("es-tu",)}, "¿Como va hoy, 1 a 5?"),
        ({"languages": ("fr", "es")}, "¿Como va hoy, 1 a 5?"),
        ({"languages": ("fr",)}, "How is today, 1 to 5?"),
        ({"languages": ()}, "How is today, 1 to 5?"),
        ({"discreet": True}, "1 to 5?"),
        ({"discreet": True, "channel": "call"}, "1 to 5? Press a key from 1 to 5."),
        ({"channel": "call"}, "Press 1 to 5."),
        ({"channel": "call", "languages": ("es",)}, "Marque 1 a 5."),
    ],
)
def test_the_variant_and_language_of_the_person(about: dict[str, object], text: str) -> None:
    assert Told(MOOD, **about).start().texts == [text]


def test_a_message_is_in_one_language_with_its_words_for_what_is_missing() -> None:
    assert Told(MOOD, languages=("es",)).start().hear("4").texts == ["Dijo 4, amistad."]
    assert Told(MOOD, values={"name": "Ana"}).start().hear("4").texts == ["You said 4, Ana."]
    assert Told(MOOD, values={"name": ""}).start().hear("4").texts == ["You said 4, friend."]


@pytest.mark.parametrize(
    ("digits", "heard"),
    [("3", "answer"), ("3#", "answer"), ("9", "skip"), ("0", "keyword:talk"), ("8", "unclear")],
)
def test_keys_on_a_call(digits: str, heard: str) -> None:
    assert Told(MOOD, channel="call").start().take(Pressed(digits)).heard == heard


def test_speech_is_heard_like_text() -> None:
    assert Told(MOOD, channel="call").start().take(Spoke("a three", 0.9)).heard == "answer"


TEXTS = flow_text(
    """
    diary:
      ask:
        en: "Write."
        es: "Escriba."
      accept: free text
      save as: diary
      keep: no
      more within: 90 seconds
      then:
        - when: diary is answered
          go to: name
        - otherwise:
          go to: done
    name:
      ask:
        en: "Your name?"
        es: "¿Su nombre?"
      accept: free text of up to 20 letters
      remember as: name
      go to: done
    done:
      tell:
        en: "{name}: {diary}"
        es: "{name}: {diary}"
      end: done
    """,
    "start: diary",
)


def test_several_texts_are_one_answer() -> None:
    told = Told(TEXTS).start().hear("one")
    assert told.effects == [Wait(90, 2)]
    assert told.session.status == "waiting"
    told.hear("two")
    assert told.effects == [Wait(90, 3)]
    assert told.take(WaitOver(2)).heard == "stale"
    told.take(WaitOver(3))
    assert told.effects[0] == Record("diary", True, "main/diary", False)
    assert told.session.question == "main/name"


def test_a_keyword_between_several_texts_loses_none_of_them() -> None:
    told = Told(TEXTS).start().hear("one", "TALK").take(Performed("opened"))
    assert told.session.parts == ["one"]
    told.hear("two")
    assert told.session.parts == ["one", "two"]


def test_very_many_texts_are_taken_before_they_are_endless() -> None:
    told = Told(TEXTS).start().hear(*(f"part {n}" for n in range(10)))
    assert told.session.question == "main/name"


def test_words_that_were_gathered_count_when_the_conversation_expires() -> None:
    told = Told(TEXTS).start().hear("one").take(Expired())
    assert told.of(Record)[0].kept is False
    assert told.session.outcome == "expired"


def test_what_is_not_kept_is_gone_from_the_session_and_what_is_remembered_is_handed_out() -> None:
    told = Told(TEXTS).start().hear("a secret").take(WaitOver(2))
    assert b"secret" not in told.session.to_json()
    told.hear("Ana")
    assert told.of(Remember) == [Remember("name", "Ana")]
    assert told.texts == ["Ana: not answered"]
    assert told.end is not None
    assert told.end.answers == {"name": "Ana"}


def test_media_alone_answers_no_text_question() -> None:
    told = Told(TEXTS).start().hear("x").take(WaitOver(2)).take(Heard("", 1))
    assert told.heard == "unclear"


def test_events_after_the_end_do_nothing() -> None:
    told = Told(MOOD).start().hear("5")
    for event in (Heard("5"), Heard("TALK"), Pressed("1"), Spoke("1"), WaitOver(1), Returned()):
        told.take(event)
        assert told.heard in ("nothing", "stale")
        assert told.effects == []


def test_a_word_of_its_own_for_unclear() -> None:
    say = '      say:\n        en: "A digit?"\n        es: "¿Cifra?"'
    own = MOOD.replace("      try again: 1", f"      try again: 1\n{say}")
    assert Told(own).start().hear("hm").texts == ["A digit?", "How is today, 1 to 5?"]
    assert not Told(own).start().hear("hm").of(Breach)


def test_words_too_long_to_be_an_answer_end_quietly_at_expiry() -> None:
    told = Told(TEXTS.replace("free text\n", "free text of up to 5 letters\n")).start()
    told.hear("far too long").take(Expired())
    assert (told.heard, told.texts) == ("", [])
    assert told.session.outcome == "expired"
