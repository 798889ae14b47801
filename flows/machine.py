"""One event moves one conversation: step(program, session, event, now, about) -> Step.

Promise: pure and total. The same input gives the same output, the session handed in stays as
it was, and no event raises in any state. Nothing is performed here: effects say what is to be
done, in order. Budgets hold whatever a flow says; on a breach the person gets a kind line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from flows import quick
from flows.answers import RECORDED
from flows.called import NO_KEYS, called, keywords_of
from flows.case_codes import CODE, without_code
from flows.compiling import Call, Ready
from flows.effects import Ask, Effect
from flows.events import (
    Event,
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
from flows.keypad import from_keys
from flows.plain import plain
from flows.program import About, Program
from flows.session import Session, begin
from flows.shortcuts import shortcut
from flows.standing import KEYWORD, Trace
from flows.turn import MAX_PARTS, NO_OUTCOME, Turn
from flows.values import storable
from flows.wording import show

__all__ = [
    "About", "Program", "Session", "Step", "begin", "fits_late", "keyword_with_answer", "meaning",
    "step",
]  # fmt: skip

SURE_ENOUGH: Final = 0.35
"""Speech heard with less confidence than this (0 to 1) is asked again."""


class Step(NamedTuple):
    """The session as it stands now, what is to be done, and how the event was heard.

    heard: 'answer' | 'unclear' | 'skip' | 'keyword:NAME' | 'nothing' (no question took it and
    no keyword) | 'stale' (an outdated token, or nothing to act on) | ''.
    """

    session: Session
    effects: list[Effect]
    heard: str


def step(
    program: Program,
    session: Session,
    event: Event,
    now: datetime,
    about: About,
    trace: Trace | None = None,
) -> Step:
    """What this event makes of the conversation. `trace` collects the ways that were taken."""
    if trace is None:
        done = None
        if type(event) is Heard:
            done = quick.answer(program, session, event, about)
        elif type(event) is Started:
            done = quick.start(program, session, event, about)
        if done is not None:
            return _new(Step, done)
    handle = _HANDLERS.get(type(event))
    if handle is None:
        return Step(session, [], "stale")
    turn = Turn(program, session.copy(), now, about, trace)
    if not turn.stands():
        turn.run(turn.fail("vanished", f"{session.at}/{session.state}"))
        return Step(turn.session, turn.effects, "")
    return _new(Step, (turn.session, turn.effects, handle(turn, event)))


def fits_late(
    program: Program, session: Session, text: str, about: About, now: datetime | None = None
) -> bool:
    """Whether this text answers the question that closed last without an answer.

    `now` matters only where a date was asked for.
    """
    if session.late is None:
        return False
    return _late_value(Turn(program, session.copy(), now, about, None), text) is not None


def meaning(
    program: Program, session: Session, text: str, about: About, now: datetime
) -> str | None:
    """How the answer reads in words, if the open question took these words; None where it is none.

    Nothing moves: a call says it back where speech was heard with little confidence. A keyword is
    no answer, and neither is anything where no question stands.
    """
    turn = Turn(program, session.copy(), now, about, None)
    state = turn.here if turn.stands() and session.status in ("asking", "waiting") else None
    if state is None or state.text is None or state.takes_recording:
        return None
    bare = plain(text)
    said, calls = keywords_of(turn, text, bare)
    if calls is not None and called(turn, calls, said, True, state.taken) is not None:
        return None
    if " " in bare and shortcut(program, text, turn) is not None:
        return None
    value = _read(turn, state, text)
    if value is None:
        return None
    language = state.text.line(turn.voice).language
    return show(value, state.definition.accept, language).strip() or None


_new = tuple.__new__  # a NamedTuple without its own constructor, which costs twice as much


# -- what is heard -------------------------------------------------------------------------


def _spoke(turn: Turn, event: Spoke) -> str:
    if event.confidence < SURE_ENOUGH and turn.session.status == "asking":
        state = turn.open_state()
        if state is not None:
            turn.run(turn.unclear(state, "unclear"))
            return "unclear"
    return _heard(turn, Heard(event.text))


def _heard(turn: Turn, event: Heard) -> str:
    if turn.here is None:
        return "nothing"  # new, or ended
    text, media = event
    text = without_code(text, turn.session.values.get(CODE))
    bare = plain(text)
    state = turn.here if turn.session.status != "performing" else None
    said, calls = keywords_of(turn, text, bare)
    if calls is not None:
        heard = _keyword(turn, calls, said, state, state.taken if state else NO_KEYS)
        if heard:
            return heard
    if " " in bare:
        found = shortcut(turn.program, text, turn)
        if found is not None:
            turn.run(turn.visit(found.call.keyword.target or "", KEYWORD))
            _answered_already(turn, found.rest)
            return found.call.label
    if state is None:
        return "nothing"
    return _answer(turn, state, text, bare, media)


def _answered_already(turn: Turn, words: str) -> None:
    """The question that a keyword led to came with its answer: it is not asked."""
    state = turn.open_state()
    value = None if state is None else _read(turn, state, words)
    if state is None or value is None:
        return
    if turn.effects and isinstance(turn.effects[-1], Ask):
        turn.effects.pop()
        turn.room += 1
    turn.run(turn.answered(state, value))


def _answer(turn: Turn, state: Ready, text: str, bare: str, media: int) -> str:
    if state.within is not None and (text.strip() or media):
        turn.gather(text.strip() or RECORDED)
        if turn.about.channel == "call":
            turn.effects.pop()  # on the line nobody waits for more: it is said
        elif len(turn.session.parts) < MAX_PARTS:
            return "answer"
        return _gathered(turn, state)
    value = state.read(text, bare, turn) if state.read is not None else None
    if value is None and media and state.takes_recording:
        value = RECORDED
    if value is not None:
        turn.run(turn.answered(state, value))
        return "answer"
    if _resume_late(turn, text, only_exact=True):
        return "answer"
    turn.run(turn.unclear(state, _why_unclear(turn, text, media)))
    return "unclear"


def _read(turn: Turn, state: Ready, text: str) -> Any:
    return state.read(text, plain(text), turn) if state.read is not None else None


def _why_unclear(turn: Turn, text: str, media: int) -> str:
    """The phrase said before the question is asked again."""
    phrase = "unclear" if text.strip() else "media-received" if media else "empty-text"
    return phrase if phrase in turn.program.library.phrases else "unclear"


def _pressed(turn: Turn, event: Pressed) -> str:
    session = turn.session
    if session.status in ("ended", "new"):
        return "nothing"
    keys = event.digits.strip().rstrip("#").strip()
    state = turn.open_state()
    calls = turn.flow.pressed.get(keys)  # type: ignore[union-attr]
    if calls is not None:
        taken = state.taken_by_call if state is not None else NO_KEYS
        heard = _keyword(turn, calls, keys, state, taken)
        if heard:
            return heard
    if state is None:
        return "nothing"
    accept = state.definition.accept
    found = from_keys(accept, keys, turn.today, turn.region) if accept is not None else None
    if found is None:
        turn.run(turn.unclear(state, "unclear"))
        return "unclear"
    turn.run(turn.answered(state, found.value))
    return "answer"


def _keyword(
    turn: Turn, calls: tuple[Call, ...], word: str, state: Ready | None, taken: frozenset[str]
) -> str:
    call = called(turn, calls, word, state is not None, taken)
    if call is None:
        return ""
    keyword = call.keyword
    if keyword.does == "skip":
        if state is None:
            turn.phrase("nothing-to-skip")
        else:
            turn.run(turn.skipped(state))
        return "skip"
    if keyword.does == "repeat":
        turn.again(state)
    elif keyword.does == "go-to":
        turn.settle()
        turn.run(turn.state(keyword.target or ""))
    else:
        turn.run(turn.visit(keyword.target or "", KEYWORD))
    return call.label


def keyword_with_answer(
    program: Program, text: str, about: About, now: datetime
) -> tuple[str, str] | None:
    """The flow and the answer in a text such as "PAUSE 2 weeks", where no conversation is open.

    Started(said=...) takes the answer.
    """
    found = shortcut(program, text, Turn(program, begin(""), now, about, None))
    return None if found is None else (found.call.keyword.target or "", found.rest)


# -- late answers --------------------------------------------------------------------------


def _late_state(turn: Turn) -> Ready | None:
    late = turn.session.late
    if late is None:
        return None
    flow = turn.program.flow(late[0])
    return flow.states.get(late[1]) if flow is not None else None


def _late_value(turn: Turn, text: str) -> Any:
    state = _late_state(turn)
    return None if state is None else _read(turn, state, text)


def _resume_late(turn: Turn, text: str, only_exact: bool = False) -> bool:
    """Take the text as the late answer, where it fits; words that fit anything are not exact."""
    state = _late_state(turn)
    if state is None or (only_exact and state.takes_anything):
        return False
    value = _late_value(turn, text)
    if value is None:
        return False
    turn.reopen()
    turn.phrase("late-thanks")
    turn.run(turn.answered(state, value))
    return True


def _heard_late(turn: Turn, event: HeardLate) -> str:
    return "answer" if _resume_late(turn, event.text) else "nothing"


# -- everything else -----------------------------------------------------------------------


def _started(turn: Turn, event: Started) -> str:
    session = turn.session
    if session.status != "new" or turn.flow is None:
        return "stale"
    if event.answers:
        session.values = storable(event.answers)
    turn.run(turn.state(turn.flow.start))
    if event.said:
        _answered_already(turn, event.said)
    return ""


def _wait_over(turn: Turn, event: WaitOver) -> str:
    session = turn.session
    if event.token != session.token or session.status in ("new", "ended"):
        return "" if turn.outcome_below(event.token, NO_OUTCOME, {}) else "stale"
    state = turn.standing()
    assert state is not None  # step looked
    if session.parts:
        return _gathered(turn, state)
    if session.status == "asking":
        if state.silent_to is None:
            return "stale"
        turn.run(turn.silence(state))
        return ""
    if state.late_to is None:
        return "stale"
    turn.run(turn.no_outcome(state))
    return ""


def _gathered(turn: Turn, state: Ready) -> str:
    """Several texts are one answer now that no more of them came."""
    value = _parts_read(turn, state)
    if value is None:
        turn.session.parts = []
        turn.run(turn.unclear(state, "unclear"))
        return "unclear"
    turn.run(turn.answered(state, value))
    return "answer"


def _parts_read(turn: Turn, state: Ready) -> Any:
    text = "\n".join(turn.session.parts)
    return _read(turn, state, text)


def _performed(turn: Turn, event: Performed) -> str:
    session = turn.session
    if session.status != "performing" or event.token not in (None, session.token):
        known = turn.outcome_below(event.token, event.outcome, event.answers)
        return "" if known else "stale"
    state = turn.standing()
    assert state is not None  # step looked
    turn.run(turn.after_outcome(state, event.outcome, event.answers))
    return ""


def _returned(turn: Turn, event: Returned) -> str:
    state = turn.open_state()
    if state is None:
        return "stale"
    turn.again(state)
    return ""


def _expired(turn: Turn, event: Expired) -> str:
    session = turn.session
    if session.status == "ended":
        return "stale"
    state = turn.open_state()
    value = _parts_read(turn, state) if state is not None and session.parts else None
    if state is not None and value is not None:
        # words that were gathered are an answer: its guards and actions are owed to the person
        turn.run(turn.answered(state, value))
        if session.status in ("performing", "ended"):
            return "answer"
    if turn.open_state() is not None:
        turn.close()
    turn.end_all("expired")
    return "" if value is None else "answer"


def _hung_up(turn: Turn, event: HungUp) -> str:
    return ""  # the question stays open and its wait runs on; the session goes on by text


_HANDLERS: Final[Mapping[type, Callable[[Turn, Any], str]]] = {
    Started: _started,
    Heard: _heard,
    Pressed: _pressed,
    Spoke: _spoke,
    WaitOver: _wait_over,
    Performed: _performed,
    HeardLate: _heard_late,
    Returned: _returned,
    Expired: _expired,
    HungUp: _hung_up,
}
