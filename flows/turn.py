"""One event at work on one session: entering states, ending visits, keeping the budgets.

Promise: changes only the copy of the session that it was given, and hands out effects in
order. Whatever a flow says, it comes to rest: at a question, an action, or an end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flows.compiling import Ready
from flows.effects import Ask, Breach, End, Perform, Record, Remember, Say, Wait
from flows.session import Frame
from flows.standing import (
    FLOW,
    GIVEN,
    HOW,
    KEYWORD,
    MAX_DEPTH,
    OUTCOME,
    PARTS,
    REMINDERS,
    STATE,
    STATUS,
    TOKEN,
    TRIES,
    VALUES,
    VISIT,
    Standing,
)
from flows.values import clean, storable

MAX_STEPS: Final = 64
"""States entered by one event."""
MAX_VISITS: Final = 8
"""Entries of one state while the person has not replied."""
MAX_PARTS: Final = 10
"""Texts gathered into one answer before it is taken as it is."""

NO_OUTCOME: Final = ""


class Turn(Standing):
    """One step at work. Methods that lead on give the next state, or None where it rests."""

    __slots__ = ()

    def state(self, name: str) -> Ready | None:
        """The state to go to; where this edition has none of that name, what a failure brings."""
        flow = self.flow
        found = flow.states.get(name) if flow is not None else None
        if found is None:
            return self.fail("vanished", f"{self.session.at}/{name}")
        return found

    # -- moving on --

    def run(self, state: Ready | None) -> None:
        """Enter states until one of them rests."""
        session = self.session
        session.visits = dict(session.visits)  # from here on our own; what replaces it is too
        while state is not None:
            place = state.place
            self.steps += 1
            if self.steps > MAX_STEPS:
                state = self.fail("steps", place, whole=True)
                continue
            visits = session.visits
            entries = visits.get(place, 0) + 1
            if entries > MAX_VISITS:
                state = self.fail("visits", place)
                continue
            visits[place] = entries
            session.state = state.name
            if self.trace is not None:
                self.trace.append((place, ""))
            state = _ENTER[state.kind](self, state)

    def choose(self, state: Ready) -> Ready | None:
        """The first way on whose guard holds."""
        for test, to, label, ready in state.ways:
            if test is None or test(self):
                if self.trace is not None:
                    self.trace.append((state.place, label))
                return ready or self.state(to)
        return self.fail("no way on", state.place)

    def ask(self, state: Ready) -> Ready | None:
        session = self.session
        if session.unkept:
            self._forget()
        self.room -= 1
        if self.room < 0 and not self.unlimited():
            return self.fail("messages", state.place, whole=True)
        session.status = "asking"
        session.token = session.count = session.count + 1
        assert state.text is not None
        line = state.text.line(self.voice)
        asked = (
            line.render(session.values, self.fields), state.place, session.token, state.wait,
            line.recording, line.language,
        )  # fmt: skip
        self.effects.append(_new(Ask, asked))
        return None

    def tell(self, state: Ready) -> Ready | None:
        self.room -= 1
        if self.room < 0 and not self.unlimited():
            return self.fail("messages", state.place, whole=True)
        assert state.text is not None
        line = state.text.line(self.voice)
        said = (self.filled(line), state.place, line.recording, line.language)
        self.effects.append(_new(Say, said))
        return self.choose(state) if state.end is None else self.end(state)

    def do(self, state: Ready) -> None:
        session = self.session
        session.status = "performing"
        session.token = session.count = session.count + 1
        params = {name: self.filled(line) for name, line in state.params.items()}
        action = state.definition.action or ""
        self.effects.append(Perform(action, params, state.place, session.token))
        if state.late_after is not None:
            self.effects.append(Wait(state.late_after, session.token))

    def visit_state(self, state: Ready) -> Ready | None:
        return self.visit(state.visit or "", VISIT)

    def end(self, state: Ready) -> Ready | None:
        outcome = state.end or ""
        if self.trace is not None:
            self.way(state, f"end: {outcome}")
        return self.finish(outcome)

    def phrase(self, name: str) -> None:
        """Say a phrase of the organisation."""
        self.room -= 1
        line = self.program.phrase_line(name, self.about)
        text = self.filled(line)
        if text:
            place = f"{self.session.at}/{self.session.state}"
            self.effects.append(Say(text, place, line.recording, line.language))

    # -- answers --

    def answered(self, state: Ready, value: Any) -> Ready | None:
        """The open question has its answer."""
        session = self.session
        session.tries = session.reminders = 0
        session.parts, session.visits, session.late = [], {}, None
        name, remembered, kept = state.save_as, state.remember_as, state.keep
        self.effects.append(
            _new(Record, (name or remembered, value if kept else True, state.place, kept))
        )
        if name is not None:
            session.values = {**session.values, name: value}
        if remembered is not None:
            session.values = {**session.values, remembered: value}
            self.effects.append(Remember(remembered, value))
        if not kept:
            session.unkept = [*session.unkept, *filter(None, (name, remembered))]
        return self.choose(state)

    def skipped(self, state: Ready) -> Ready | None:
        """The open question stays not answered, and the conversation moves on."""
        self.settle()
        session = self.session
        session.late = None
        gone = (state.save_as, state.remember_as)
        session.values = {name: held for name, held in session.values.items() if name not in gone}
        self.effects.append(Record(state.save_as or state.remember_as, None, state.place))
        return self.choose(state)

    def unclear(self, state: Ready, phrase: str) -> Ready | None:
        """Ask once more, or take the declared way on after so many tries."""
        session = self.session
        session.visits = {}
        if state.try_again is not None and session.tries >= state.try_again:
            self.way(state, "unclear")
            self.settle()
            return self.state(state.unclear_to or "")
        session.tries += 1
        if state.say_unclear is not None and not self.about.discreet:
            self.room -= 1
            line = state.say_unclear.line(self.voice)
            self.effects.append(Say(self.filled(line), state.place, None, line.language))
        else:
            self.phrase(phrase)
        return self.ask(state)

    def silence(self, state: Ready) -> Ready | None:
        """Send the question again, or close it and take the declared way on."""
        session = self.session
        if session.reminders < state.send_again:
            session.reminders += 1
            return self.ask(state)
        self.way(state, "no reply")
        self.close()
        return self.state(state.silent_to or "")

    def gather(self, text: str) -> None:
        """Keep this text; more of the same answer may come."""
        session = self.session
        state = self.standing()
        session.parts = [*session.parts, clean(text)]
        session.status = "waiting"
        session.visits = {}
        session.token = session.count = session.count + 1
        self.effects.append(Wait((state.within if state else None) or 0, session.token))

    def again(self, state: Ready | None) -> None:
        """Ask the open question once more."""
        self.session.visits = {}
        if state is not None:
            self.run(self.ask(state))

    def close(self) -> None:
        """The open question closes unanswered; a late answer may still take it up."""
        session = self.session
        session.late = [session.at, session.state, session.values, session.below]
        session.tries = session.reminders = 0
        session.parts = []

    def reopen(self) -> None:
        """Stand at the question that closed last, as it was then."""
        session = self.session
        assert session.late is not None
        session.at, session.state, session.values, session.below = session.late
        session.status = "asking"
        session.outcome = session.late = None
        session.unkept = []
        self.flow = self.program.flow(session.at)

    def settle(self) -> None:
        """The person replied, and the open question is done with."""
        session = self.session
        session.tries = session.reminders = 0
        if session.parts:
            session.parts = []
        session.visits = {}

    # -- actions --

    def after_outcome(
        self, state: Ready, outcome: str, given: Mapping[str, object]
    ) -> Ready | None:
        """Where an action's outcome leads; an undeclared one goes the way of a failure."""
        given = storable(given)
        if given:
            self.session.values = {**self.session.values, **given}
        for name in (outcome, "otherwise", "failed"):
            to = state.outcomes.get(name)
            if to is not None:
                self.way(state, name if name == "otherwise" else f"outcome {name}")
                return self.state(to)
            if name == outcome and state.ways:
                return self.choose(state)
        return self.fail("no way on", state.place)

    def no_outcome(self, state: Ready) -> Ready | None:
        self.way(state, "no outcome")
        return self.state(state.late_to or "")

    def outcome_below(self, token: int | None, outcome: str, given: Mapping[str, object]) -> bool:
        """Keep an outcome for a suspended flow that waits for it; False where none does."""
        session = self.session
        for at, frame in enumerate(session.below):
            if frame[STATUS] == "performing" and frame[TOKEN] == token and frame[OUTCOME] is None:
                kept = [*frame[:OUTCOME], outcome, storable(given)]
                session.below = [*session.below[:at], kept, *session.below[at + 1 :]]
                return True
        return False

    # -- visits --

    def visit(self, name: str, how: str) -> Ready | None:
        """Suspend what runs and start another flow; by keyword it comes back to the question."""
        session = self.session
        flow = self.program.flow(name)
        place = f"{session.at}/{session.state}"
        if session.unkept:
            self._forget()
        if flow is None or (how == VISIT and len(session.below) >= MAX_DEPTH):
            self.effects.append(Breach("vanished" if flow is None else "depth", place))
            return self._not_visited(how)
        fold = self.fold(name) if how == KEYWORD else None
        if fold is not None:
            session.below = session.below[: fold + 1]
        else:
            frame: Frame = [
                session.at, session.state, session.values, how, session.status, session.token,
                session.tries, session.reminders, session.parts, None, {},
            ]  # fmt: skip
            session.below = [*session.below, frame]
        session.at, session.values = name, {}
        session.tries = session.reminders = 0
        session.parts = []
        session.visits = {} if how == KEYWORD else session.visits
        self.flow = flow
        return self.state(flow.start)

    def _not_visited(self, how: str) -> Ready | None:
        state = self.standing()
        if state is None:
            return self.fail("vanished", f"{self.session.at}/{self.session.state}")
        if how == VISIT:
            self.ended = "failed"
            return self.choose(state)
        self.phrase("failed-kindly")
        return self.ask(state) if state.kind == "ask" else None

    def finish(self, outcome: str) -> Ready | None:
        """The flow that runs has ended: back to what it suspended, or the conversation ends."""
        session = self.session
        while session.below:
            frame, session.below = session.below[-1], session.below[:-1]
            returned = self.returned()
            session.at, session.state, session.values = frame[FLOW], frame[STATE], frame[VALUES]
            session.tries, session.reminders = frame[TRIES], frame[REMINDERS]
            session.parts, session.unkept = frame[PARTS], []
            self.flow = self.program.flow(session.at)
            state = self.standing()
            if state is None:
                self.effects.append(Breach("vanished", f"{session.at}/{session.state}"))
                outcome = "failed"
                continue
            if frame[HOW] == VISIT:
                session.values = {**session.values, **returned}
                self.ended = outcome
                return self.choose(state)
            if outcome == "failed":
                self.phrase("failed-kindly")
            if frame[STATUS] != "performing":
                return self.ask(state)
            return self._still_performing(state, frame)
        self.end_all(outcome)
        return None

    def _still_performing(self, state: Ready, frame: Frame) -> Ready | None:
        """Back at an action: go on where it came to its outcome meanwhile, or wait on."""
        session = self.session
        session.status, session.token = "performing", frame[TOKEN]
        if frame[OUTCOME] is None:
            return None
        if frame[OUTCOME] == NO_OUTCOME and state.late_to is not None:
            return self.no_outcome(state)
        return self.after_outcome(state, frame[OUTCOME], frame[GIVEN])

    # -- endings --

    def fail(self, budget: str, place: str, whole: bool = False) -> Ready | None:
        """A budget is spent or a state is gone: staff are told, and a visitor takes its way on."""
        self.effects.append(Breach(budget, place))
        if self.session.below and not whole:
            return self.finish("failed")
        self.phrase("budget-reached" if budget == "messages" else "failed-kindly")
        self.end_all("failed")
        return None

    def end_all(self, outcome: str) -> None:
        """The whole conversation ends, whatever it had suspended."""
        session = self.session
        if session.unkept:
            self._forget()
        if session.below:
            root = session.below[0]
            session.at, session.state, session.values = root[FLOW], root[STATE], root[VALUES]
            session.below = []
        session.status = "ended"
        session.outcome = outcome
        session.tries = session.reminders = 0
        session.parts = []
        session.visits = {}
        answers = dict(session.values)
        if "" in answers.values():  # given and not kept
            answers = {name: value for name, value in answers.items() if value != ""}
        self.effects.append(_new(End, (outcome, answers)))

    def _forget(self) -> None:
        """Of answers that are not kept, only that they were given stays."""
        session = self.session
        session.values = {**session.values, **dict.fromkeys(session.unkept, "")}
        session.unkept = []


_new = tuple.__new__  # a NamedTuple without its own constructor, which costs twice as much
_ENTER: Final[dict[str, Callable[[Turn, Ready], Ready | None]]] = {
    "ask": Turn.ask,
    "tell": Turn.tell,
    "do": Turn.do,
    "visit": Turn.visit_state,
    "end": Turn.end,
}
