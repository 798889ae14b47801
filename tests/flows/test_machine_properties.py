"""Whatever happens in whatever order: nothing raises, budgets hold, nothing handed in changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from flows.definition import Library
from flows.effects import Ask, Breach, End, Perform, Record, Say, Wait
from flows.events import (
    Expired,
    Heard,
    HeardLate,
    HungUp,
    Performed,
    Pressed,
    Returned,
    Spoke,
    Started,
    WaitOver,
)
from flows.machine import About, Program, Session, begin, fits_late, step
from flows.shelf import library_of, shipped
from flows.standing import MAX_DEPTH
from flows.turn import MAX_STEPS, MAX_VISITS
from tests.flows.scripts import NOW, flow_text, library

EVERYTHING = flow_text(
    """
    mood:
      ask:
        en: "{name}, 1 to 5?"
        es: "{name}, ¿1 a 5?"
      discreet:
        en: "1 to 5?"
        es: "¿1 a 5?"
      accept: a number from 1 to 5
      save as: mood
      unclear:
        try again: 1
        go to: diary
      no reply:
        after: 3 hours
        send again: 1
        go to: alert
      then:
        - when: mood is 2 or less
          go to: alert
        - when: mood is not answered
          go to: itself
        - otherwise:
          go to: diary
    diary:
      ask:
        en: "Write."
        es: "Escriba."
      accept: free text of up to 300 letters
      save as: diary
      keep: no
      more within: 90 seconds
      then:
        - when: diary is answered and mood is answered
          go to: named
        - otherwise:
          go to: alert
    named:
      ask:
        en: "Name?"
        es: "¿Nombre?"
      accept: free text of up to 20 letters
      remember as: name
      go to: topics
    topics:
      ask:
        en: "Topics?"
        es: "¿Temas?"
      accept several:
        - choice: work
          key: 1
          words:
            en: [WORK]
            es: [TRABAJO]
        - choice: home
          key: 2
          words:
            en: [HOME]
            es: [CASA]
      save as: topics
      no reply:
        after: 1 hour
        go to: mood
      then:
        - when: topics includes work or mood is between 3 and 4
          go to: day
        - otherwise:
          go to: loop
    day:
      ask:
        en: "When?"
        es: "¿Cuando?"
      accept: a coming date
      save as: day
      go to: mood
    alert:
      do: alert
      with:
        policy: on-call
        priority: urgent
        note: "{mood} {diary} {topics} {day}"
      outcomes:
        opened:
          go to: mood
        otherwise:
          go to: itself
      no outcome:
        after: 10 minutes
        go to: diary
    itself:
      visit flow: main
      then:
        - when: failed
          go to: done
        - otherwise:
          go to: loop
    loop:
      tell:
        en: "Round, {mood}."
        es: "Vuelta, {mood}."
      then:
        - when: mood is 5
          go to: done
        - otherwise:
          go to: loop
    done:
      tell:
        en: "Done on {day}."
        es: "Fin el {day}."
      end: done
    """,
    """
    start: mood
    returns: [mood]
    keywords:
      diary:
        en: [DIARY]
        es: [DIARIO]
        key: 7
        go to: diary
    """,
)
OURS = library(EVERYTHING)
SHIPPED = library_of(shipped())
PROGRAMS = {"ours": Program(OURS), "shipped": Program(SHIPPED)}
FLOWS = [("ours", name) for name in OURS.flows] + [("shipped", name) for name in SHIPPED.flows]
OUTCOMES = ["opened", "already open", "failed", "planned", "not understood", "saved", "?", ""]

_SAYINGS = (
    "1|2|3|5|9|0|00|99|7|yes|no|si|SKIP|TALK|MENU|AGAIN|DIARY|HELP|work and home|tomorrow|7pm"
    "|2 weeks||  |hm|PAUSE 2 weeks"
)
words = st.one_of(st.sampled_from(_SAYINGS.split("|")), st.text(max_size=40))
values = st.dictionaries(
    st.sampled_from(["mood", "next_checkin", "paused_until", "x", "zone", "country", "name"]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.dates())
    | st.lists(st.text(max_size=5), max_size=3),
    max_size=3,
)
tokens = st.integers(-1, 40)
events = st.one_of(
    st.builds(Started, values),
    st.builds(Heard, words, st.integers(0, 2)),
    st.builds(Pressed, st.one_of(words, st.text(alphabet="0123456789*#", max_size=6))),
    st.builds(Spoke, words, st.floats(0, 1)),
    st.builds(WaitOver, tokens),
    st.builds(Performed, st.sampled_from(OUTCOMES), values, st.none() | tokens),
    st.builds(HeardLate, words),
    st.sampled_from([Returned(), Expired(), HungUp()]),
)
people = st.builds(
    About,
    values,
    st.sampled_from([("en",), ("es-tu", "es"), ("fr",), (), ("es", "en")]),
    st.booleans(),
    st.sampled_from(["text", "call"]),
    st.integers(0, 60),
)


class Conversations(RuleBasedStateMachine):
    """One conversation, anything at all happening to it; the session is stored in between."""

    @initialize(which=st.sampled_from(FLOWS), about=people)
    def begin(self, which: tuple[str, str], about: About) -> None:
        self.program = PROGRAMS[which[0]]
        self.about = about
        self.session = begin(which[1])
        self.now = NOW
        self.tokens = {0}
        self.performed: list[Perform] = []

    @rule(event=events)
    def anything(self, event: Any) -> None:
        self.happen(event)

    @rule()
    def start(self) -> None:
        self.happen(Started())

    @rule(text=words)
    def hear(self, text: str) -> None:
        self.happen(Heard(text))

    @rule()
    def wait_in_silence(self) -> None:
        self.now += timedelta(hours=1)
        self.happen(WaitOver(self.session.token))

    @rule(outcome=st.sampled_from(OUTCOMES))
    def come_to_an_outcome(self, outcome: str) -> None:
        token = self.performed[-1].token if self.performed else None
        self.happen(Performed(outcome, {}, token))

    @rule(text=words)
    def hear_late(self, text: str) -> None:
        fits = fits_late(self.program, self.session, text, self.about, self.now)
        late = self.session.late is not None
        after = self.happen(HeardLate(text))
        if late and self.session.status == "ended":
            assert fits == (after.heard == "answer") or after.session.outcome == "failed"

    def happen(self, event: Any) -> Any:
        before = self.session.to_json()
        visits = dict(self.session.visits)
        after = step(self.program, self.session, event, self.now, self.about)
        assert self.session.to_json() == before, "the session handed in was changed"
        again = step(self.program, Session.from_json(before), event, self.now, self.about)
        assert again == after, "the same input gave another output"
        trace: list[tuple[str, str]] = []
        long = step(self.program, self.session, event, self.now, self.about, trace)
        assert long == after, "the short way gave another output than the long way"
        assert Session.from_json(after.session.to_json()) == after.session
        self.check_effects(after.effects)
        if after.heard in ("stale", "nothing"):
            assert after.effects == []
            assert after.session.visits == visits
        self.session = after.session
        return after

    def check_effects(self, effects: list[Any]) -> None:
        assert len(effects) <= 4 * MAX_STEPS
        for effect in effects:
            match effect:
                case Ask(text=text, token=token) if text.strip():
                    assert token > max(self.tokens)
                    self.tokens.add(token)
                case Say(text=text):
                    assert text.strip()
                case Perform(token=token):
                    assert token > max(self.tokens)
                    self.tokens.add(token)
                    self.performed.append(effect)
                case Wait(seconds=seconds):
                    assert seconds > 0
                case Record() | Breach() | End():
                    pass
        ends = [at for at, effect in enumerate(effects) if isinstance(effect, End)]
        assert ends in ([], [len(effects) - 1]) or len(ends) == 1

    @invariant()
    def what_always_holds(self) -> None:
        if not hasattr(self, "session"):
            return
        session = self.session
        assert session.status in ("new", "asking", "waiting", "performing", "ended")
        assert len(session.below) <= MAX_DEPTH + 1
        assert all(count <= MAX_VISITS for count in session.visits.values())
        assert (session.outcome is not None) == (session.status == "ended")
        assert (session.question is not None) == (session.status in ("asking", "waiting"))
        assert session.status != "ended" or not (session.below or session.parts)
        assert len(session.to_json()) < 100_000


Conversations.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_conversations = Conversations.TestCase


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FLOWS), st.lists(events, max_size=15), people)
def test_an_edition_that_lost_everything_still_answers(
    which: tuple[str, str], happened: list[Any], about: About
) -> None:
    session = begin(which[1])
    for event in [Started(), *happened]:
        session = step(PROGRAMS[which[0]], session, event, NOW, about).session
    empty = Program(Library({}, (), {}, {}))
    for event in happened:
        after = step(empty, session, event, NOW, about)
        assert after.session.status in ("ended", session.status)
        session = after.session
