"""What the checks can find: every code with its level and meaning, and a list that gathers them.

Promise: the one catalogue of codes; a finding with a code that is not in it cannot be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from flows.definition import Place, Problem


class Code(NamedTuple):
    """One kind of finding. `waivable`: a reason beside the line may quiet it."""

    level: Literal["error", "warning"]
    waivable: bool
    meaning: str


def _broken(meaning: str) -> Code:
    """The flow could not run: no reason makes it good."""
    return Code("error", False, meaning)


def _wrong(meaning: str) -> Code:
    return Code("error", True, meaning)


def _doubtful(meaning: str) -> Code:
    return Code("warning", True, meaning)


def _informs(meaning: str) -> Code:
    """A warning about a file in which no waiver can stand."""
    return Code("warning", False, meaning)


CODES: Mapping[str, Code] = MappingProxyType({
    "structure/unknown-state": _broken("a way leads to a state that is not there"),
    "structure/unknown-flow": _broken("a flow is visited that is not there"),
    "structure/unknown-action": _broken("no action has this name"),
    "structure/unknown-parameter": _broken("the action takes no such parameter"),
    "structure/missing-parameter": _broken("the action needs a parameter that is not given"),
    "structure/unknown-value": _broken("a parameter has a value that the action does not take"),
    "structure/unknown-outcome": _broken("the action never comes to this outcome"),
    "structure/missing-outcome": _broken("an outcome of the action has no way on"),
    "structure/unknown-ending": _broken("the visited flow never ends so"),
    "structure/unknown-field": _broken("no such field of the person is declared"),
    "structure/unknown-variable": _broken("nothing has this name: no answer, field or value"),
    "structure/unknown-return": _broken("the flow returns an answer that it never saves"),
    "structure/name-taken": _broken("an answer has the name of something else"),
    "structure/never-saved": _wrong("no way to this state saves the answer that it uses"),
    "structure/unsaved": _doubtful("on some way to this state the answer was never asked for"),
    "structure/unreachable": _wrong("no way leads to this state"),
    "structure/dead-end": _wrong("from this state no way leads to an end"),
    "structure/loop": _wrong("states follow each other in a circle without a reply"),
    "structure/silence": _wrong("silence has no way on"),
    "structure/ends-too-soon": _wrong("the flow ends before its own wait is over"),
    "structure/visit-depth": _broken("visits lead deeper than five flows"),
    "structure/visit-circle": _broken("a flow visits itself, directly or through others"),
    "structure/guard-value": _broken("a condition asks for what its answer can never be"),
    "structure/guard-never": _wrong("a condition never comes true here"),
    "structure/guard-overlap": _doubtful("two conditions fit the same answer"),
    "structure/key-told": _wrong("a question takes 0 or 9 and does not tell 00 or 99"),
    "languages/missing": _wrong("a text or a list of words lacks a language"),
    "languages/orphan": _doubtful("a text has a language that the flow does not declare"),
    "languages/form-alone": _wrong("a form such as es-tu stands without its language beside it"),
    "languages/variables": _wrong("one language names a variable that another does not"),
    "languages/consent-word": _broken("a word belongs to the phone network"),
    "languages/yes-no-keyword": _broken("YES and NO are answers, never keywords"),
    "languages/danger-word": _broken("a word that means danger is taken for something else"),
    "languages/offered": _broken("a text offers a word that ends all texts"),
    "languages/keyword-collision": _broken("one word or key calls two keywords"),
    "languages/answer-collision": _wrong("a keyword is heard before this answer"),
    "languages/choice-collision": _wrong("one word means two choices"),
    "languages/start-collision": _broken("one word starts two things"),
    "cost/too-long": _wrong("a message takes more than two segments"),
    "cost/ucs2": _doubtful("letters make the message cost more than twice as much"),
    "policy/unknown-target": _broken("a step of a policy tells somebody who is not known"),
    "policy/priority": _broken("a step is for a priority that its policy does not take"),
    "policy/nobody": _broken("a policy brings no person to a priority that it takes"),
    "policy/late": _informs("pressing cases wait before the first person is told"),
    "policy/no-staff": _informs("a policy never tells coordinators or supervisors"),
    "policy/holds-nothing": _informs("a step waits for quiet hours that hold nothing there"),
    "policy/not-taken": _broken("a flow hands a case to a policy that does not take its priority"),
    "voice/too-many-options": _wrong("a spoken question tells more than five options"),
    "voice/key-first": _wrong("a key is told before what it is for"),
    "voice/no-key": _wrong("a choice cannot be reached by a keypad"),
    "voice/keys-alike": _wrong("the key of one choice begins that of another"),
    "voice/key-shadowed": _wrong("an answer's keys are a key of everywhere, pressed twice"),
    "voice/key-untold": _wrong("a spoken question does not tell the keys that answer it"),
    "voice/key-told": _wrong("a key of everywhere is an answer by call, and twice is not told"),
    "voice/key-nowhere": _wrong("a key is told that nothing hears"),
    "voice/repeat-key": _wrong("star is told for something else than to hear it again"),
    "voice/texting": _wrong("a spoken text names what only a text can do"),
    "voice/unspeakable": _wrong("a spoken text has what no voice can say"),
    "voice/unheard": _doubtful("a text without `by call` does not suit the ear"),
    "voice/too-long": _doubtful("a spoken text takes more than 25 seconds"),
    "voice/form-missing": _doubtful("a spoken text says usted, and has no words for tu"),
    "voice/recorded-words": _wrong("a recording has no words, or a variable among them"),
    "voice/no-limit": _doubtful("a recording has no longest time"),
    "voice/wait-too-short": _wrong("a question's wait is over while the call still asks"),
    "waiver/unknown-code": _broken("a waiver names a code that no check has"),
    "waiver/not-allowed": _broken("a waiver names a finding that no reason makes good"),
    "waiver/unused": _doubtful("a waiver quiets nothing"),
})  # fmt: skip


class Findings(list[Problem]):
    """Problems in the order found; the level comes from the catalogue."""

    def note(self, code: str, place: Place, trouble: str, cure: str) -> None:
        problem = Problem(code, place, trouble, cure, CODES[code].level)
        if problem not in self:
            self.append(problem)
