"""What a flow is: the shapes that reading.py builds from YAML and every other module reads.

Promise: plain, frozen values with no behaviour beyond look-ups; nothing here reads a file,
knows a clock or renders a text. Every part keeps the place it was written at, so that any
finding can name file, line, column and state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from flows.policies import Policy as Policy
from flows.policies import PolicyStep as PolicyStep
from flows.policies import Target as Target


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: 1-based line and column, and the state it belongs to."""

    file: str
    line: int
    column: int
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a definition: stable code, place, trouble in plain words, and the cure.

    An `error` blocks publishing, a `warning` informs. `waived` holds the reason written beside
    the line, where a coordinator wrote one.
    """

    code: str
    place: Place
    trouble: str
    cure: str
    level: Literal["error", "warning"] = "error"
    waived: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded prompt and the words it speaks."""

    file: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Message:
    """One message in its languages (tag -> template); `{name}` marks a variable."""

    texts: Mapping[str, str]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is told or asked: the text, and its variants for a call and for a phone others see.

    call_places: where each language of `by_call` stands.
    """

    text: Message
    by_call: Mapping[str, str | Recording] | None = None
    discreet: Message | None = None
    call_places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list: the value saved, its key, and its words a language.

    `key` is taken by text and by call, `call_key` by call alone.
    """

    name: str
    key: str | None
    words: Mapping[str, tuple[str, ...]]
    place: Place
    call_key: str | None = None


AcceptKind = Literal[
    "number", "yes-no", "choice", "date", "time", "duration", "phone", "postal-code", "text",
    "recording", "code", "until",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accept:
    """What a question takes as its answer.

    `low`/`high`: bounds of a number, or digits of a code, or letters of free text, or seconds
    of a recording. `several` lets a choice question take more than one choice.
    `when`: 'any', 'coming' or 'past', for dates. An 'until' is a coming date, or a length of time
    from today that is kept as the date it ends on.
    """

    kind: AcceptKind
    place: Place
    low: int | None = None
    high: int | None = None
    choices: tuple[Choice, ...] = ()
    several: bool = False
    when: Literal["any", "coming", "past"] = "any"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a guard. Numbers are ints, words are str; 'ended': how a visit ended."""

    variable: str
    test: Literal["is", "at-most", "at-least", "between", "includes", "missing", "present", "ended"]
    values: tuple[int | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition, or several joined by one word: 'and' binds tighter than 'or'."""

    join: Literal["one", "and", "or"]
    parts: tuple[Guard | Condition, ...]
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of `then`: `when` (None for otherwise) and where it goes."""

    guard: Guard | None
    go_to: str
    place: Place


@dataclass(frozen=True, slots=True)
class Unclear:
    try_again: int
    go_to: str
    place: Place
    say: Message | None = None


@dataclass(frozen=True, slots=True)
class NoReply:
    """After so many seconds of silence: the question again `send_again` times, then `go_to`."""

    after: int
    send_again: int
    go_to: str
    place: Place


@dataclass(frozen=True, slots=True)
class NoOutcome:
    after: int
    go_to: str
    place: Place


@dataclass(frozen=True, slots=True)
class State:
    """One state. `kind` says which of the optional parts are there.

    ask: prompt, accept, save_as/remember_as, keep, unclear, no_reply, more_within, branches|go_to
    tell: prompt, then go_to | branches | end
    do: action, with_, outcomes (name -> state), go_to (every outcome not named), no_outcome
    visit: flow, branches | go_to
    end: end only
    """

    name: str
    kind: Literal["ask", "tell", "do", "visit", "end"]
    place: Place
    prompt: Prompt | None = None
    accept: Accept | None = None
    save_as: str | None = None
    remember_as: str | None = None
    keep: bool = True
    unclear: Unclear | None = None
    no_reply: NoReply | None = None
    more_within: int | None = None
    action: str | None = None
    with_: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    no_outcome: NoOutcome | None = None
    visit: str | None = None
    go_to: str | None = None
    branches: tuple[Branch, ...] = ()
    end: str | None = None
    places: Mapping[str, Place] = field(default_factory=dict)  # key as written -> its place


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word (or key) that is heard before answers.

    does: 'skip' | 'repeat' | 'visit' | 'go-to'. `target` is the flow visited or the state.
    `key` is heard by text and by call, `call_key` by call alone.
    """

    name: str
    words: Mapping[str, tuple[str, ...]]
    key: str | None
    does: Literal["skip", "repeat", "visit", "go-to"]
    target: str | None
    place: Place
    when: Guard | None = None
    members: bool = False  # heard only from those who said yes to joining
    call_key: str | None = None
    volunteers: bool = False  # heard only from volunteers, where the question does not take it


@dataclass(frozen=True, slots=True)
class Waiver:
    """`waive:` beside a line: the code it quiets, and the reason."""

    code: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Flow:
    name: str
    title: str
    purpose: str
    languages: tuple[str, ...]
    ends_after: int  # seconds
    start: str
    states: Mapping[str, State]
    place: Place
    keywords: tuple[Keyword, ...] = ()
    start_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    returns: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """A declared field of the person: its kind, and the word used while it is not answered."""

    name: str
    kind: Literal["text", "choice", "number", "date", "time", "yes-no", "phone"]
    missing: Mapping[str, str]
    place: Place
    choices: tuple[str, ...] = ()
    private: bool = True
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text that the service says outside of any flow, with its discreet variant."""

    name: str
    prompt: Prompt
    place: Place


@dataclass(frozen=True, slots=True)
class SignGroup:
    """One group of a lexicon's phrases, and what they weigh.

    `weighs`: alarm (alone an alarm), question (alone the question), hint (several ask), raises
    (beside what asks: an alarm), takes back (what lies inside is none), softens (one step less).
    `kind` is that of danger (self, other, overdose, child), otherwise empty. Phrases by language.
    """

    name: str
    weighs: str
    kind: str
    phrases: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Spellings:
    """How words are also written: what they stand for, words left out, words read with a slip."""

    also: Mapping[str, str] = field(default_factory=dict)
    fillers: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Denials:
    """Words that deny what follows, words that carry the denial on, and words that turn it."""

    words: tuple[str, ...] = ()
    carried_by: tuple[str, ...] = ()
    turned_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """What words and pairs of words weigh together: `words` as `flows.risk_points` writes them.

    From `ask_from` points on a text leads to the gentle question; a long one needs `ten_more` for
    every ten words more.
    """

    words: Mapping[str, int] = field(default_factory=dict)
    ask_from: int = 0
    ten_more: int = 0


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The organisation's signs of danger, of no danger, and of a wish to stop.

    `lists` are words that phrases name as `<want>`; `not_read` holds, by language, frequent words
    of languages that nobody reads here; `wish_to_stop` is a wish in free words.
    """

    name: str
    languages: tuple[str, ...]
    signs: tuple[SignGroup, ...]
    wish_to_stop: Mapping[str, tuple[str, ...]]
    place: Place
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spellings: Spellings = Spellings()
    denials: Denials = Denials()
    not_read: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    points: Points = Points()


@dataclass(frozen=True, slots=True)
class WalkStep:
    """One line of a walk; `does` is the key as written.

    they hear: `text` stands in what the person gets. they reply: `text` comes in. they press:
    `text` holds the keys. they say: `text` is spoken, `barely` heard or well. they record: for
    so many `seconds`. they hang up: the call ends. we do: `text` is the action, `target` the
    rest of the line, `outcome` what comes of it (None: the action's first outcome; 'none': it
    stays open) and `gives` the answers it brings. visits: `text` is a flow. silence: `seconds`
    pass, or once (None) nothing is said on a call. ends: `text` is an outcome. we remember:
    `text` is a field, `target` the value.
    """

    does: Literal[
        "they hear", "they reply", "they press", "they say", "they record", "they hang up",
        "we do", "visits", "silence", "ends", "we remember",
    ]  # fmt: skip
    text: str
    place: Place
    target: str | None = None
    outcome: str | None = None
    gives: Mapping[str, str] = field(default_factory=dict)
    seconds: int | None = None
    barely: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """One scripted walk through a flow. `person` holds declared fields of who walks."""

    title: str
    flow: str
    language: str
    steps: tuple[WalkStep, ...]
    place: Place
    discreet: bool = False
    by_call: bool = False
    person: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything one edition holds: a session pins it, so nothing moves under it."""

    flows: Mapping[str, Flow]
    keywords: tuple[Keyword, ...]
    phrases: Mapping[str, Phrase]
    fields: Mapping[str, Field]
    lexicon: Lexicon | None = None
    policies: Mapping[str, Policy] = field(default_factory=dict)
    languages: tuple[str, ...] = ()  # of keywords.yaml: what the organisation speaks
