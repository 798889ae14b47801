"""A walk told as a call: keys, words, silence and hanging up, by the manners of a real call.

Promise: what an input means is decided by calling.py, as on the phone; what is said around the
questions are the phrases that a call says. After the call the conversation goes on by text.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from flows import calling
from flows.calling import Again, Asked, AtTheDoor, Came, Goodbye, Manners, RecordNow, SayBack, Take
from flows.compiling import Ready
from flows.definition import Place, WalkStep
from flows.events import Event, HungUp, Returned
from flows.machine import About, Program, Session, meaning

SURELY: Final = 0.9
"""How confidently speech is heard in a walk, where it does not say `heard: barely`."""
BARELY: Final = 0.5
HOMES: Final = ("home", "team")  # what a call begins with
"""The menu of a call: it ends with the call."""
CALL_OVER: Final = "call over"
LONGEST_RECORDING_S: Final = 120
"""Where a question names no bound."""


class Walker(Protocol):
    """The walk that is under way."""

    program: Program
    session: Session
    now: datetime
    texts: list[str]

    def about(self) -> About: ...
    def happen(self, event: Event, place: Place) -> str: ...
    def taken(self, heard: str, written: WalkStep) -> None: ...
    def hears(self, text: str) -> None: ...
    def tells(self, who: str, text: str) -> None: ...
    def wrong(self, code: str, place: Place, trouble: str, cure: str) -> None: ...


class WalkedCall:
    """The call of one walk. `on`: it has not ended."""

    def __init__(self, walker: Walker, on: bool) -> None:
        self._walker = walker
        self._manners = Manners(told=True)
        self._records = False
        self.on = on

    def takes(self, came: Came, written: WalkStep) -> None:
        """Keys, words, a recording or silence on the line."""
        walker = self._walker
        self._on_the_line(written)
        if came.recorded and not self._records:
            walker.wrong(
                "walk/not-recording",
                written.place,
                "Nothing is recorded here.",
                "Let the question that takes a recording stand, and write `they press: 1` above.",
            )
        self._records = False
        question = self._question()
        self._as_gathered(came.keys, question, written)
        asked = Asked(question.definition.accept if question is not None else None, self._in_words)
        self._manners, what = calling.take(self._manners, came, asked)
        match what:
            case Take(event=event):
                walker.taken(walker.happen(event, written.place), written)
            case SayBack(words=words):
                self._phrase("confirm-heard", heard=words)
            case RecordNow():
                self._records = True
                walker.tells("us", "(a tone)")
            case Goodbye(why=why):
                self._goodbye(why, written.place)
            case Again(silent=silent):
                if silent:
                    again = self._manners.silences > 1
                    self._phrase("still-there-again" if again else "still-there")
                walker.happen(Returned(), written.place)
            case AtTheDoor():
                pass  # a walk begins behind the door

    def _as_gathered(self, keys: str, question: Ready | None, written: WalkStep) -> None:
        """Where one key is an answer, the network hands it over before a second can come."""
        ears = calling.ONE_KEY
        if question is not None and not self._manners.doubted:
            ears = calling.listening(question.definition.accept, question.taken_by_call)
        pressed = keys.rstrip("#")
        if pressed in self._walker.program.pressed:
            return  # 99 where 9 is enough: the first of both has done it
        if ears.digits is not None and len(pressed) > ears.digits:
            self._walker.wrong(
                "walk/too-many-keys",
                written.place,
                f"The question has its answer after {ears.digits} of the keys {pressed!r}.",
                f"Press {pressed[: ears.digits]!r}, or say it.",
            )

    def stays_silent(self, written: WalkStep) -> None:
        """Nothing is said until the call has ended."""
        while self.on and self._question() is not None:
            self._walker.texts.clear()
            self.takes(Came(), written)
        self.on = False

    def hangs_up(self, written: WalkStep) -> None:
        """They end the call; what was asked stays open."""
        self._on_the_line(written)
        self.on = False
        self._walker.happen(HungUp(), written.place)
        self._leave_home()

    def asked(self) -> None:
        """After a question that takes a recording, it is told how that is done."""
        ready = self._question()
        if self.on and ready is not None and ready.takes_recording:
            accept = ready.definition.accept
            longest = (accept.high if accept is not None else None) or LONGEST_RECORDING_S
            self._phrase("record-announce", minutes=max(1, round(longest / 60)))

    def _on_the_line(self, written: WalkStep) -> None:
        if not self.on:
            self._walker.wrong(
                "walk/no-call",
                written.place,
                "They are not on the phone here.",
                "Write `by call: yes` above the steps, and this before the call ends.",
            )

    def _goodbye(self, why: str, place: Place) -> None:
        """A kind end. An open question goes on by text; the menu of the call ends with it."""
        at_home = self._at_home()
        by_text = self._question() is not None and not at_home
        if why == "long":
            self._phrase("call-too-long")
        else:
            self._phrase("call-goodbye-text" if by_text else "call-goodbye")
        self.on = False
        if by_text:
            self._walker.happen(Returned(), place)
        self._leave_home()

    def _leave_home(self) -> None:
        if self._at_home():
            session = self._walker.session.copy()
            session.status, session.outcome = "ended", CALL_OVER
            self._walker.session = session
            self._walker.tells("ends", CALL_OVER)

    def _at_home(self) -> bool:
        session = self._walker.session
        return self._question() is not None and session.at == session.flow and session.at in HOMES

    def _question(self) -> Ready | None:
        """The question that stands."""
        session = self._walker.session
        if session.status not in ("asking", "waiting"):
            return None
        flow = self._walker.program.flow(session.at)
        return flow.states.get(session.state) if flow is not None else None

    def _in_words(self, text: str) -> str | None:
        walker = self._walker
        return meaning(walker.program, walker.session, text, walker.about(), walker.now)

    def _phrase(self, name: str, **values: object) -> None:
        about = self._walker.about()
        said = self._walker.program.phrase_line(name, about).render(values, about.values)
        if said:
            self._walker.hears(said)
