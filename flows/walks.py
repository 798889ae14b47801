"""Walks: scripts of what a person hears and answers, run on the real engine.

Promise: the same walk gives the same result; time passes only by `silence`. Everything the
engine does has to be in the walk where it matters: an action that is not named is a problem,
a text may pass unnamed. Nothing is performed: a walk says what comes of an action.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from flows.actions import ACTIONS, FAILED
from flows.calling import Came
from flows.definition import Flow, Library, Place, Problem, Walk, WalkStep
from flows.effects import Ask, Breach, Effect, End, Perform, Record, Remember, Say, Wait
from flows.events import Event, Expired, Heard, HeardLate, Performed, Started, WaitOver
from flows.machine import About, Program, Session, begin, fits_late, step
from flows.standing import Trace
from flows.values import storable
from flows.walked_calls import BARELY, SURELY, WalkedCall
from flows.ways import labels_of

SAMPLE: Final[Mapping[str, str]] = MappingProxyType({
    "service": "Hearthline", "contact": "555-0100", "programme": "check-ins", "hours": "9 to 9",
    "per_week": "7", "line": "555-0111", "emergency": "911", "number": "555-0100",
})  # fmt: skip
"""The organisation's values while a walk runs, where `person` gives no other."""

START: Final = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""When every walk begins: a Monday."""
MANY: Final = 1_000_000
OPEN: Final = "none"
"""The outcome that a walk writes where an action comes to none yet."""


class Line(NamedTuple):
    """One line of a transcript. `who`: us, them, or the moment something happened otherwise."""

    who: str
    text: str


class WalkResult(NamedTuple):
    """How a walk went. `states` are "flow/state"; `ways` are ("flow/state", label)."""

    walk: Walk
    ok: bool
    problems: tuple[Problem, ...]
    transcript: tuple[Line, ...]
    states: frozenset[str]
    ways: frozenset[tuple[str, str]]


class NotWalked(NamedTuple):
    """A way that no walk took: the state, and the label as a coordinator knows it."""

    state: str
    label: str
    place: Place


def run(walk: Walk, library: Library, program: Program | None = None) -> WalkResult:
    """Walk it. The first step that does not hold ends it, with place, trouble and cure."""
    if walk.flow not in library.flows:
        problem = Problem(
            "walk/unknown-flow",
            walk.place,
            f"There is no flow `{walk.flow}` to walk.",
            "Name a flow of the library in `flow:`.",
        )
        return WalkResult(walk, False, (problem,), (), frozenset(), frozenset())
    runner = Runner(walk, program or Program(library))
    runner.go()
    trace = runner.trace
    return WalkResult(
        walk,
        not runner.problems,
        tuple(runner.problems),
        tuple(runner.transcript),
        frozenset(place for place, label in trace if not label),
        frozenset(way for way in trace if way[1]),
    )


def coverage(flow: Flow, results: Iterable[WalkResult]) -> list[NotWalked]:
    """The ways of a flow that no walk took, in the order they are written."""
    taken = {way for result in results if result.ok for way in result.ways}
    return [
        NotWalked(state.name, label, place)
        for state in flow.states.values()
        for label, place in labels_of(state)
        if (f"{flow.name}/{state.name}", label) not in taken
    ]


class _Stop(Exception):
    """The walk does not hold here."""


class Runner:
    """One walk on its way. What is heard and done stands in it, step by step."""

    def __init__(self, walk: Walk, program: Program) -> None:
        self.walk = walk
        self.program = program
        self.session: Session = begin(walk.flow)
        self.person: dict[str, object] = {**SAMPLE, **walk.person}
        self.language = walk.language
        self.now = START
        self.ends_at = START + timedelta(seconds=program.library.flows[walk.flow].ends_after)
        self.texts: list[str] = []  # not yet answered, oldest first
        self.actions: list[Perform] = []  # handed out and open; the first must be named next
        self.later: list[Perform] = []  # left open by the walk: their outcome may still come
        self.due: dict[int, datetime] = {}
        self.remembered: dict[str, object] = {}
        self.trace: Trace = []
        self.visited_from = 0
        self.transcript: list[Line] = []
        self.problems: list[Problem] = []
        self.call = WalkedCall(self, walk.by_call)

    def go(self) -> None:
        try:
            self.happen(Started(), self.walk.place)
            for written in self.walk.steps:
                self.take(written)
            self.no_action_waits(self.walk.steps[-1].place if self.walk.steps else self.walk.place)
        except _Stop:
            return

    # -- the engine's side --

    def about(self) -> About:
        languages = tuple(dict.fromkeys((self.language, *self.program.library.languages)))
        channel = "call" if self.call.on else "text"
        return About(self.person, languages, self.walk.discreet, channel, 0, MANY)

    def happen(self, event: Event, place: Place) -> str:
        after = step(self.program, self.session, event, self.now, self.about(), self.trace)
        self.session = Session.from_json(after.session.to_json())
        for effect in after.effects:
            self.note(effect, place)
        if after.effects and isinstance(after.effects[-1], Ask):
            self.call.asked()
        return after.heard

    def hears(self, text: str) -> None:
        self.texts.append(text)
        self.tells("us", text)

    def tells(self, who: str, text: str) -> None:
        self.transcript.append(Line(who, text))

    def note(self, effect: Effect, place: Place) -> None:
        match effect:
            case Say(text=text):
                self.hears(text)
            case Ask(text=text, wait=wait, token=token):
                self.hears(text)
                if wait is not None:
                    self.due[token] = self.now + timedelta(seconds=wait)
            case Wait(seconds=seconds, token=token):
                self.due[token] = self.now + timedelta(seconds=seconds)
            case Perform(action=action, params=params):
                self.actions.append(effect)
                given = ", ".join(f"{name}: {value}" for name, value in params.items())
                self.transcript.append(Line("we do", f"{action} ({given})" if given else action))
            case Remember(field=field, value=value):
                self.remembered[field] = value
                self.person[field] = value
                if field == "language" and isinstance(value, str):
                    self.language = value
            case End(outcome=outcome):
                self.transcript.append(Line("ends", outcome))
            case Breach(budget=budget, state=state):
                self.wrong(
                    "walk/breach",
                    place,
                    f"At `{state}` the conversation could not go on ({budget}).",
                    "Look for a loop without a reply, or a name that leads nowhere.",
                )
            case Record():
                pass

    # -- the walk's side --

    def take(self, written: WalkStep) -> None:
        if written.does not in ("we do", "they hear", "visits", "we remember"):
            self.no_action_waits(written.place)
        match written.does:
            case "they hear":
                self.they_hear(written)
            case "they reply":
                self.they_reply(written)
            case "they press":
                self.on_the_call(f"[{written.text}]", Came(keys=written.text), written)
            case "they say":
                sure = BARELY if written.barely else SURELY
                came = Came(speech=written.text, confidence=sure)
                self.on_the_call(written.text, came, written)
            case "they record":
                came = Came(recorded=written.seconds)
                self.on_the_call(f"({written.text})", came, written)
            case "they hang up":
                self.tells("them", "(they hang up)")
                self.call.hangs_up(written)
            case "we do":
                self.we_do(written)
            case "visits":
                self.visits(written)
            case "silence":
                self.silence(written)
            case "ends":
                self.ends(written)
            case "we remember":
                self.we_remember(written)

    def they_hear(self, written: WalkStep) -> None:
        wanted = " ".join(written.text.split())
        for at, text in enumerate(self.texts):
            if wanted in " ".join(text.split()):
                del self.texts[:at]
                return
        heard = f"They hear: {self.texts[-1]!r}." if self.texts else "They hear nothing here."
        self.wrong(
            "walk/not-heard",
            written.place,
            f"They do not hear {written.text!r}. {heard}",
            "Write words that stand in the text, or mend the way that leads here.",
        )

    def on_the_call(self, told: str, came: Came, written: WalkStep) -> None:
        self.tells("them", told)
        self.texts.clear()
        self.call.takes(came, written)

    def they_reply(self, written: WalkStep) -> None:
        if self.call.on:
            self.wrong(
                "walk/on-the-phone",
                written.place,
                "They are on the phone here, and write nothing.",
                "Write `they say` or `they press`, or `they hang up: yes` above it.",
            )
        self.transcript.append(Line("them", written.text))
        self.texts.clear()
        late = self.session.status == "ended" and fits_late(
            self.program, self.session, written.text, self.about(), self.now
        )
        event: Event = HeardLate(written.text) if late else Heard(written.text)
        self.taken(self.happen(event, written.place), written)

    def taken(self, heard: str, written: WalkStep) -> None:
        if heard in ("nothing", "stale"):
            self.wrong(
                "walk/not-awaited",
                written.place,
                f"Nothing waits for {written.text!r} here.",
                "Leave it out, or let a question stand before it.",
            )

    def we_do(self, written: WalkStep) -> None:
        waiting = self.actions[0] if self.actions else None
        if waiting is None or waiting.action != written.text:
            waiting = next((each for each in self.later if each.action == written.text), None)
        if waiting is None:
            next_one = f"`{self.actions[0].action}`" if self.actions else "nothing"
            self.wrong(
                "walk/not-done",
                written.place,
                f"We do not `{written.text}` here but {next_one}.",
                "Name the action that stands in the flow, at its place.",
            )
            return
        if written.target and written.target not in waiting.params.values():
            self.wrong(
                "walk/other-target",
                written.place,
                f"`{written.target}` is none of what `{written.text}` is given here.",
                f"It is given: {', '.join(waiting.params.values()) or 'nothing'}.",
            )
        for kept in (self.actions, self.later):
            if waiting in kept:
                kept.remove(waiting)
        outcome = written.outcome or _first_outcome(waiting.action)
        if outcome == OPEN:
            self.later.append(waiting)
            return
        self.known_outcome(waiting.action, outcome, written)
        self.transcript.append(Line("so", outcome))
        self.happen(Performed(outcome, storable(written.gives), waiting.token), written.place)

    def known_outcome(self, action: str, outcome: str, written: WalkStep) -> None:
        declared = ACTIONS.get(action)
        if declared is not None and outcome not in declared.all_outcomes:
            self.wrong(
                "walk/unknown-outcome",
                written.place,
                f"`{action}` never comes to `{outcome}`.",
                f"It comes to: {', '.join(declared.all_outcomes)}.",
            )

    def visits(self, written: WalkStep) -> None:
        for at in range(self.visited_from, len(self.trace)):
            if self.trace[at][0].partition("/")[0] == written.text:
                self.visited_from = at + 1
                return
        self.wrong(
            "walk/not-visited",
            written.place,
            f"The flow `{written.text}` is not visited here.",
            f"The conversation stands at `{self.session.at}/{self.session.state}`.",
        )

    def silence(self, written: WalkStep) -> None:
        if written.seconds is None:
            self.on_the_call("(silence)", Came(), written)
            return
        until = self.now + timedelta(seconds=written.seconds)
        self.transcript.append(Line("silence", written.text))
        self.texts.clear()
        if self.call.on:
            self.call.stays_silent(written)
        while not self.actions:
            token, moment = min(
                self.due.items(), key=lambda item: item[1], default=(None, self.ends_at)
            )
            if moment >= self.ends_at:
                token, moment = None, self.ends_at
            if moment > until or (token is None and self.session.status == "ended"):
                break
            self.now = max(self.now, moment)
            if token is None:
                self.happen(Expired(), written.place)
                break
            del self.due[token]
            self.happen(WaitOver(token), written.place)
        self.now = max(self.now, until) if not self.actions else self.now

    def ends(self, written: WalkStep) -> None:
        if self.session.status != "ended" or self.session.outcome != written.text:
            stands = (
                f"It ends `{self.session.outcome}`."
                if self.session.status == "ended"
                else f"It stands at `{self.session.at}/{self.session.state}`."
            )
            self.wrong(
                "walk/other-end",
                written.place,
                f"The conversation does not end `{written.text}` here. {stands}",
                "Name how it ends, or add what is still to be said.",
            )

    def we_remember(self, written: WalkStep) -> None:
        value = self.remembered.get(written.text)
        said = ", ".join(map(str, value)) if isinstance(value, list) else value
        if value is None or (written.target is not None and str(said) != written.target):
            kept = "nothing" if value is None else f"`{said}`"
            self.wrong(
                "walk/not-remembered",
                written.place,
                f"As `{written.text}` we remember {kept}, not `{written.target}`.",
                "Name the field of `remember as`, and the value as it is kept.",
            )

    def no_action_waits(self, place: Place) -> None:
        if self.actions:
            action = self.actions[0].action
            self.wrong(
                "walk/action-not-named",
                place,
                f"Before this, we do `{action}`, and the walk does not say so.",
                f"Add `- we do: {action}` above, with `outcome:` where it is not the first.",
            )

    def wrong(self, code: str, place: Place, trouble: str, cure: str) -> None:
        self.problems.append(Problem(code, place, trouble, cure))
        raise _Stop


def _first_outcome(action: str) -> str:
    declared = ACTIONS.get(action)
    return declared.outcomes[0] if declared is not None and declared.outcomes else FAILED
