"""A walk that is told as a call, lived through: a real phone, a real service, the same steps.

Promise: what is pressed and said is what the walk says, and what the walk hears is heard, word for
word of the prompt that it stands in; names, days and numbers of lines may be others. What the walk
says that we do is not looked at but for what comes of it: the words after it, how the conversation
ends, what is remembered.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from flows.aloud import aloud
from flows.compiling import Line
from flows.definition import Place, Walk, WalkStep
from flows.effects import Ask, Effect, Say
from flows.machine import Program
from flows.walked_calls import BARELY, SURELY
from flows.walks import Runner
from service import adding, by_hand, ringing_by_hand
from service.storage import people
from tests.calls import Call
from tests.stories.running import HOME
from tests.stories.telling import Phone, Story

DAY = (10, 20)
HIDDEN_HOLE = "zqz"  # stands for a variable while a prompt is made ready to be found


class Expected(NamedTuple):
    """What a step of the walk hears: the whole prompt, for any values."""

    aloud: re.Pattern[str]
    read: re.Pattern[str]


class _Script(Runner):
    """The walk as it goes in the engine, and which prompt each line that is heard stands in."""

    def __init__(self, walk: Walk, program: Program) -> None:
        super().__init__(walk, program)
        self.expected: dict[int, Expected] = {}
        self._prompts: list[tuple[str, str]] = []  # as said -> with holes

    def note(self, effect: Effect, place: Place) -> None:
        if isinstance(effect, Say | Ask):
            self._prompts.append((effect.text, self._pattern(effect)))
        super().note(effect, place)

    def they_hear(self, written: WalkStep) -> None:
        wanted = " ".join(written.text.split())
        said = next((t for t in self.texts if wanted in " ".join(t.split())), wanted)
        holed = next((holed for text, holed in reversed(self._prompts) if text == said), None)
        holed = holed or self._phrased(said)
        language = self.language.partition("-")[0]
        self.expected[id(written)] = Expected(_found(aloud(holed, language)), _found(holed))
        super().they_hear(written)

    def _phrased(self, said: str) -> str:
        """The phrase that this is, without its values; the words themselves where it is none."""
        about = self.about()
        lines = (self.program.phrase_line(name, about) for name in self.program.library.phrases)
        return next((holed for line in lines if (holed := _holed(line, said)) is not None), said)

    def _pattern(self, effect: Say | Ask) -> str:
        """The prompt of this effect without its values; the text itself where none fits."""
        flow, _, state = effect.state.partition("/")
        made = self.program.flow(flow)
        ready = made.states.get(state) if made is not None else None
        about = self.about()
        voice = (about.languages, about.discreet, about.channel)
        for text in (ready.text, ready.say_unclear) if ready is not None else ():
            if text is not None:
                holed = _holed(text.line(voice), effect.text)
                if holed is not None:
                    return holed
        return effect.text


def _holed(line: Line, said: str) -> str | None:
    """The line with its variables left open, where these words can be it."""
    holed = line.pattern % ((HIDDEN_HOLE,) * len(line.holes)) if line.holes else line.pattern
    return holed if holed and _found(holed).fullmatch(" ".join(said.split())) else None


def _found(holed: str) -> re.Pattern[str]:
    words = re.escape(" ".join(holed.split())).replace(HIDDEN_HOLE, ".+?")
    return re.compile(words.replace("\\ ", r"\s+"), re.IGNORECASE)


class Lived:
    """One walk in somebody's life."""

    def __init__(self, house: Story, walk: Walk, program: Program) -> None:
        self.house = house
        self.walk = walk
        self.script = _Script(walk, program)
        self.script.go()
        assert not self.script.problems, self.script.problems
        self.phone: Phone = house.phone()
        self.call: Call
        self._texts: list[str] = []

    # -- before it --

    def joined(self, plan: bool = True, **cells: str) -> Lived:
        """Somebody who agreed some days ago, whose phone is theirs alone."""
        given = {
            "name": self.walk.person.get("name", "Ana"), "language": self.walk.language,
            "country": "US", "discreet": "no", "consent_date": "2027-01-04",
            "consent_wording": "Texts and calls are fine", **cells,
        }  # fmt: skip
        if plan:
            given |= {"days": "every day", "time": "18:00"}
        adding.add(self.house.house.inside, [self.phone.number], given, "a test")
        self.house.house.quiet()
        self.phone.heard_all()
        return self

    def rung(self) -> Lived:
        """We ring them with this flow, and it is a good time."""
        ringing_by_hand.ring(self.house.house.inside, self.phone.number, "a test", self.walk.flow)
        self.call = self.phone.handset.rings(within=20).answers()
        self.call.presses("1")
        return self

    def calls(self, *said: str) -> Lived:
        """They call, and say or press something at what they hear first."""
        self.call = self.phone.handset.dial()
        for each in said:
            if each.isdigit():
                self.call.presses(each)
            else:
                self.call.says(each)
        return self

    # -- the walk --

    def goes(self) -> Lived:
        """Every step of it, in order."""
        for written in self.walk.steps:
            self._step(written)
        return self

    def _step(self, written: WalkStep) -> None:
        match written.does:
            case "they hear":
                self._hears(written)
            case "they press":
                self.call.presses(written.text)
            case "they say":
                self.call.says(written.text, BARELY if written.barely else SURELY)
            case "they record":
                self.call.records(written.seconds or 3)
            case "they hang up":
                self.call.hangs_up()
            case "they reply":
                self.phone.says(written.text)
                self._texts = self.phone.heard_all()
            case "silence":
                self._silent(written)
            case "ends":
                self._ended(written)
            case "we remember":
                self._remembered(written)

    def _hears(self, written: WalkStep) -> None:
        expected = self.script.expected[id(written)]
        said = " ".join(self.call.said.split())
        if expected.aloud.search(said):
            return
        if self.call.over:
            self._texts += self.phone.heard_all()
            assert any(expected.read.search(" ".join(t.split())) for t in self._texts), (
                f"{self.walk.title}: {expected.read.pattern!r} is not in {self._texts}; {said!r}"
            )
            return
        raise AssertionError(f"{self.walk.title}: {expected.aloud.pattern!r} is not in {said!r}")

    def _silent(self, written: WalkStep) -> None:
        if written.seconds is None:
            self.call.silent()
            return
        while not self.call.over:
            self.call.silent()
        self.house.move_clock(seconds=written.seconds, minutes=5)  # a text is a moment later
        if not DAY[0] <= self.house.house.now().astimezone(HOME).hour < DAY[1]:
            self.house.until(DAY[0])  # what was due by night comes in the morning
        self._texts += self.phone.heard_all()

    def _ended(self, written: WalkStep) -> None:
        flow = self.walk.flow
        rows = self.house.house.look(
            f"SELECT status, outcome FROM conversation WHERE flow = '{flow}'"
        )
        if rows:  # otherwise it was visited from another conversation
            assert ("ended", written.text) in rows, rows

    def _remembered(self, written: WalkStep) -> None:
        kept = self.person().fields.get(written.text)
        assert str(kept) == written.target, (written.text, kept)

    def person(self) -> people.Person:
        """As they are kept now."""
        with self.house.house.inside.database.reading() as tx:
            person = people.load(tx, by_hand.whom(tx, self.phone.number))
        assert person is not None
        return person

    def over(self) -> None:
        """Whoever is still on the line hangs up; what came of it elsewhere is read."""
        if not self.call.over:
            self.call.hangs_up()
        if any(step.does == "we do" and step.text == "alert" for step in self.walk.steps):
            assert self.house.house.look('SELECT id FROM "case"'), "nobody was told of it"
        self.house.close_cases()
        self.phone.heard_all()
        self.house.coordinator.heard_all()
