"""Actions and their outcomes, visited flows, and the budgets that hold whatever a flow says."""

from __future__ import annotations

import pytest

from flows.definition import Library
from flows.effects import Breach, End, Perform, Wait
from flows.events import Expired, Heard, HeardLate, Performed, Returned, Started, WaitOver
from flows.machine import About, Program, Session, begin, step
from flows.standing import MAX_DEPTH
from flows.turn import MAX_VISITS
from tests.flows.scripts import NOW, Told, flow_text, library

ACTION = flow_text(
    """
    call:
      do: pause
      with:
        for: "{length}"
      outcomes:
        paused:
          go to: good
        not understood:
          go to: bad
        otherwise:
          go to: sorry
      no outcome:
        after: 10 minutes
        go to: nothing
    good:
      tell:
        en: "Until {paused_until}."
        es: "Hasta {paused_until}."
      end: good
    bad:
      tell:
        en: "Bad."
        es: "Mal."
      end: bad
    sorry:
      tell:
        en: "Sorry."
        es: "Perdon."
      end: sorry
    nothing:
      tell:
        en: "Nothing yet."
        es: "Nada."
      end: nothing
    """,
    "start: call",
)


def test_an_action_is_handed_out_with_its_values() -> None:
    told = Told(ACTION).take(Started({"length": "2 weeks"}))
    assert told.effects == [Perform("pause", {"for": "2 weeks"}, "main/call", 1), Wait(600, 1)]
    assert told.session.status == "performing"
    assert Told(ACTION).start().of(Perform)[0].params == {"for": "not answered"}


@pytest.mark.parametrize(
    ("event", "texts", "outcome"),
    [
        (
            Performed("paused", {"paused_until": "2026-03-18"}),
            ["Until Wednesday March 18."],
            "good",
        ),
        (Performed("paused", {}, 1), ["Until not answered."], "good"),
        (Performed("not understood", {}, 1), ["Bad."], "bad"),
        (Performed("failed"), ["Sorry."], "sorry"),
        (Performed("something new"), ["Sorry."], "sorry"),
        (WaitOver(1), ["Nothing yet."], "nothing"),
    ],
)
def test_each_outcome_has_its_way(
    event: Performed | WaitOver, texts: list[str], outcome: str
) -> None:
    told = Told(ACTION).start().take(event)
    assert (told.texts, told.session.outcome) == (texts, outcome)


@pytest.mark.parametrize("event", [Performed("paused", {}, 7), WaitOver(7), Returned()])
def test_what_is_outdated_does_nothing(event: Performed) -> None:
    told = Told(ACTION).start().take(event)
    assert (told.heard, told.effects, told.session.status) == ("stale", [], "performing")


def test_while_an_action_runs_words_are_left_to_the_service_and_keywords_heard() -> None:
    told = Told(ACTION).start().hear("hello")
    assert (told.heard, told.effects) == ("nothing", [])
    told.hear("SKIP")
    assert told.heard == "skip"
    assert told.session.status == "performing"


def test_an_outcome_that_comes_during_a_visit_is_kept_until_it_ends() -> None:
    told = Told(ACTION).start().hear("TALK")
    talk = told.session.token
    told.take(Performed("paused", {"paused_until": "2026-03-18"}, 1))
    assert (told.heard, told.effects) == ("", [])
    assert told.take(Performed("paused", {}, 1)).heard == "stale"
    told.take(Performed("opened", {}, talk))
    assert told.texts == ["We are asking a person.", "Until Wednesday March 18."]


def test_after_a_visit_an_open_action_is_still_awaited() -> None:
    told = Told(ACTION).start().hear("TALK").take(Performed("opened"))
    assert (told.texts, told.session.status) == (["We are asking a person."], "performing")
    told.take(Performed("paused", {}, 1))
    assert told.session.outcome == "good"


def test_a_missing_outcome_below_a_visit_takes_its_way_afterwards() -> None:
    told = Told(ACTION).start().hear("TALK").take(WaitOver(1)).take(Performed("opened"))
    assert told.texts == ["We are asking a person.", "Nothing yet."]


VISITOR = flow_text(
    """
    there:
      visit flow: other
      then:
        - when: arranged
          go to: good
        - when: failed
          go to: sorry
        - otherwise:
          go to: bad
    good:
      tell:
        en: "At {hour}, not {secret}."
        es: "A las {hour}, no {secret}."
      end: good
    bad:
      end: bad
    sorry:
      tell:
        en: "Sorry."
        es: "Perdon."
      end: sorry
    """,
    "start: there",
)
OTHER = """
flow: other
title: Other
purpose: To be visited.
languages: [en, es]
ends after: 1 hour
start: hour
returns: [hour]
states:
  hour:
    ask:
      en: "When?"
      es: "¿Cuando?"
    accept: a time of day
    save as: hour
    no reply:
      after: 1 hour
      go to: no-hour
    then:
      - when: hour is not answered
        go to: no-hour
      - otherwise:
        go to: secret
  secret:
    ask:
      en: "A word?"
      es: "¿Una palabra?"
    accept: free text
    save as: secret
    go to: yes-hour
  yes-hour:
    end: arranged
  no-hour:
    end: declined
"""


def test_a_visit_returns_its_ending_and_the_answers_it_declares() -> None:
    told = Told(VISITOR, OTHER).start()
    assert told.session.question == "other/hour"
    told.hear("7pm", "sesame")
    assert told.texts == ["At 19:00, not not answered."]
    assert told.end == End("good", {"hour": "19:00"})


def test_another_ending_takes_the_other_way() -> None:
    assert Told(VISITOR, OTHER).start().hear("SKIP").session.outcome == "bad"


def test_a_question_closed_in_a_visit_is_answered_late_there() -> None:
    told = Told(VISITOR, OTHER).start().take(WaitOver(1))
    assert told.session.outcome == "bad"
    told.take(HeardLate("7pm")).hear("word")
    assert told.session.outcome == "good"


def test_expiry_in_a_visit_ends_the_whole_conversation() -> None:
    told = Told(VISITOR, OTHER).start().take(Expired())
    assert told.end == End("expired", {})
    assert (told.session.flow, told.session.at, told.session.below) == ("main", "main", [])


def test_a_flow_that_is_gone_fails_for_the_visitor() -> None:
    told = Told(VISITOR).start()
    assert told.texts == ["Sorry."]
    assert told.of(Breach) == [Breach("vanished", "main/there")]
    assert told.session.outcome == "sorry"


def test_visits_go_five_deep_and_then_fail_for_the_visitor() -> None:
    itself = VISITOR.replace("visit flow: other", "visit flow: main")
    told = Told(itself).start()
    assert told.of(Breach)[0] == Breach("depth", "main/there")
    assert told.session.status == "ended"


def test_a_failure_at_the_root_is_told_kindly() -> None:
    program = Program(Library({}, (), {}, {}))
    after = step(program, begin("gone"), Started(), NOW, About({}, ("es",)))
    said, breach, end = after.effects[1].text, after.effects[0], after.effects[2]  # type: ignore[union-attr]
    assert said.startswith("Perdone")
    assert breach == Breach("vanished", "gone/")
    assert end == End("failed", {})
    assert after.session.status == "ended"


def test_a_session_whose_state_is_gone_fails_kindly() -> None:
    session = step(
        Program(library(VISITOR, OTHER)), begin("main"), Started(), NOW, About({}, ("en",))
    ).session
    fewer = Program(library(VISITOR))
    after = step(fewer, session, Heard("7pm"), NOW, About({}, ("en",)))
    assert after.session.outcome == "sorry"
    assert Breach("vanished", "other/hour") in after.effects


LOOP = flow_text(
    """
    one:
      tell:
        en: "One."
        es: "Uno."
      go to: two
    two:
      tell:
        en: "Two."
        es: "Dos."
      go to: one
    """,
    "start: one",
)


def test_a_loop_without_a_reply_ends_kindly() -> None:
    told = Told(LOOP).start()
    assert told.texts[-1] == "Sorry, our side."
    assert told.texts.count("One.") == MAX_VISITS
    assert told.of(Breach) == [Breach("visits", "main/one")]
    assert told.session.outcome == "failed"


def test_a_loop_of_actions_is_held_across_events() -> None:
    told = Told(flow_text("again:\n  do: leave\n  go to: again", "start: again")).start()
    for _ in range(MAX_VISITS):
        told.take(Performed("left"))
    assert told.session.outcome == "failed"


def test_a_silent_loop_is_held_over_the_days_and_a_reply_renews_it() -> None:
    states = """
    ask:
      ask:
        en: "Here?"
        es: "¿Ahi?"
      accept: a number from 1 to 5
      no reply:
        after: 1 day
        go to: ask
      go to: ask
    """
    told = Told(flow_text(states, "start: ask")).start()
    for _ in range(MAX_VISITS - 1):
        told.take(WaitOver(told.session.token))
    assert told.session.status == "asking"
    told.hear("3")
    told.take(WaitOver(told.session.token))
    assert told.session.status == "asking"
    for _ in range(MAX_VISITS - 1):
        told.take(WaitOver(told.session.token))
    assert told.session.outcome == "failed"


def test_messages_a_day_are_limited_but_never_the_way_to_a_person() -> None:
    about = {"messages_today": 3, "daily_limit": 3}
    told = Told(LOOP, **about).start()
    assert (told.texts, told.of(Breach)) == (
        ["Enough for a day."], [Breach("messages", "main/one")],
    )  # fmt: skip
    talk = Told(LOOP, **about)
    talk.session = begin("talk")
    talk.start().take(Performed("opened"))
    assert talk.texts == ["We are asking a person."]


def test_keywords_never_stack_beyond_the_depth() -> None:
    told = Told(VISITOR, OTHER).start()
    for _ in range(3 * MAX_DEPTH):
        told.hear("TALK")
        assert told.heard == "keyword:talk"
        assert len(told.session.below) == 2
    told.take(Performed("opened"))
    assert told.texts == ["We are asking a person.", "When?"]


def test_a_flow_may_have_words_of_its_own() -> None:
    states = """
    ask:
      ask:
        en: "Number?"
        es: "¿Numero?"
      accept: a number from 1 to 5
      go to: end
    end:
      end: done
    shelf:
      tell:
        en: "The shelf."
        es: "El estante."
      end: shelf
    """
    head = """
    start: ask
    keywords:
      shelf:
        en: [SHELF]
        es: [ESTANTE]
        key: 7
        go to: shelf
    """
    for word in ("SHELF", "estante", "7"):
        told = Told(flow_text(states, head)).start().hear(word)
        assert (told.heard, told.session.outcome) == ("keyword:shelf", "shelf")


@pytest.mark.parametrize("stored", [b"[]", b"{}", b"[99]", b"null", b'[1, "a"]', b"7"])
def test_what_is_no_session_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match="not a stored session"):
        Session.from_json(stored)
