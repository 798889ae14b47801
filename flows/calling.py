"""The manners of a call: what a key, a word or a silence means before a flow hears it.

Promise: pure; the same rules hold for a real call and for a walk that is told as one. Nobody is
hung up on in the middle: silence is asked again twice before the goodbye, a wrong PIN twice, and
every loop has its end. What was heard with little confidence is said back before it counts.
Nothing is spoken here, and no flow is moved: the answer says what is to be done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import orjson

from flows.assent import yes_or_no
from flows.definition import Accept
from flows.events import Event, Heard, Pressed, Spoke
from flows.machine import SURE_ENOUGH
from flows.plain import plain

MOST_SILENCES: Final = 2
"""Silences in a row that are asked again (DESIGN, "One turn"); the one after them is the end."""
MOST_WRONG: Final = 3
"""PINs that do not fit, or choices that there are none of, before the call ends kindly."""
MOST_TURNS: Final = 120
"""Answers in one call: more is a loop, or a line left open."""
PIN_DIGITS: Final = 4
SAID_BACK: Final = 0.6
"""Speech heard with less confidence than this (0 to 1) is said back before it counts."""
SAID_BACK_LONG: Final = 0.8
"""The same for dates, times, phone numbers and numbers of several digits: one slip is another."""
MOST_WORDS_BACK: Final = 12
"""Longer free text is not said back: nobody can judge it by ear."""

_EXACT: Final = frozenset(("date", "time", "until", "phone", "code", "postal-code"))
_LISTEN_S: Final = 8
"""Seconds until silence, after everything is said. Slow fingers and slow words need them."""
_ONE_DIGIT: Final = 9

# Where a call stands. At the door it is not known who calls, or whether they may be spoken to.
PIN: Final = "pin"
STRANGER: Final = "stranger"  # somebody whom we do not know: join, a person, the lines
HIDDEN: Final = "hidden"  # the same without a number that we could answer
NUMBER: Final = "number"  # from a hidden number: which is their own?
OPENING: Final = "opening"  # we rang: is this a good time?
TALK: Final = "talk"  # with the flows
WAIT: Final = "wait"  # a phone of a bridge that waits on the line for another
ROOM: Final = "room"  # in the room with others: nothing is heard there
OVER: Final = "over"


class Manners(NamedTuple):
    """Where one call stands, as far as its manners go.

    silences: in a row. wrong: what did not fit at the door, in a row. told: whether the keys that
    hold everywhere were told. proved: a key came, or speech that fitted, so it is a person. known:
    they showed by their PIN who they are. doubted: words that were said back and wait for a yes.
    turns: what came in so far. tongue: the language that a stranger chose, "" for none. typed: the
    number that a caller without one typed as their own. mistakes: turns that failed by a mistake
    of ours. leaving: at the door the key that leaves was told and waits to be pressed again.
    """

    phase: str = TALK
    silences: int = 0
    wrong: int = 0
    told: bool = False
    proved: bool = False
    known: bool = False
    doubted: str = ""
    turns: int = 0
    tongue: str = ""
    typed: str = ""
    mistakes: int = 0
    leaving: bool = False

    def to_json(self) -> bytes:
        return orjson.dumps(self._asdict())

    @classmethod
    def from_json(cls, kept: bytes | str) -> Manners:
        held = orjson.loads(kept)
        return cls(**{name: held[name] for name in cls._fields if name in held})


class Came(NamedTuple):
    """What came in: keys, or words with their confidence (0 to 1), or a recording's seconds.

    All of it empty is silence.
    """

    keys: str = ""
    speech: str = ""
    confidence: float = 1.0
    recorded: int | None = None


class Asked(NamedTuple):
    """The question that stands: what it takes, and how it would understand words, None for not."""

    accept: Accept | None
    meaning: Callable[[str], str | None]


class Again(NamedTuple):
    """Ask what stands once more. `silent`: since nothing came, so gently."""

    silent: bool = False


class SayBack(NamedTuple):
    """Ask whether this was what they said: "I heard ..."."""

    words: str


class RecordNow(NamedTuple):
    """They pressed the key after the announcement: record now."""


class AtTheDoor(NamedTuple):
    """Keys or words for what is asked before anybody is spoken to; both may be empty."""

    keys: str
    speech: str


class Take(NamedTuple):
    """An event for the conversation."""

    event: Event


class Goodbye(NamedTuple):
    """Say a kind goodbye and hang up. why: silence | wrong | long."""

    why: str


Meaning = Again | SayBack | RecordNow | AtTheDoor | Take | Goodbye
NOTHING_ASKED: Final = Asked(None, lambda words: None)


def take(manners: Manners, came: Came, asked: Asked = NOTHING_ASKED) -> tuple[Manners, Meaning]:
    """What this means for the call, and where the call stands after it."""
    keys, speech = came.keys.strip(), came.speech.strip()
    manners = manners._replace(turns=manners.turns + 1)
    if manners.turns > MOST_TURNS:
        return manners._replace(phase=OVER), Goodbye("long")
    if not keys and not speech and not came.recorded:
        return _silent(manners)
    # at the door words prove nobody before they fit: a voicemail speaks too
    proved = bool(keys) or (bool(speech) and manners.phase == TALK)
    manners = manners._replace(silences=0, proved=manners.proved or proved)
    if came.recorded and not keys:
        return manners._replace(doubted=""), Take(Heard("", 1))
    if manners.phase != TALK:
        return manners, Again() if "*" in keys else AtTheDoor(keys, speech)
    if manners.doubted:
        return _said_back(manners, keys, speech, came.confidence, asked)
    if keys:
        return manners, _by_keys(keys, asked)
    return _by_words(manners, speech, came.confidence, asked)


def wrong(manners: Manners) -> tuple[Manners, Meaning]:
    """What came at the door did not fit: asked again, or a goodbye after so many."""
    manners = manners._replace(wrong=manners.wrong + 1)
    if manners.wrong >= MOST_WRONG:
        return manners._replace(phase=OVER), Goodbye("wrong")
    return manners, Again()


def let_in(manners: Manners, known: bool) -> Manners:
    """Past the door, to the flows. `known`: they showed who they are."""
    return manners._replace(phase=TALK, wrong=0, known=manners.known or known)


def _silent(manners: Manners) -> tuple[Manners, Meaning]:
    manners = manners._replace(silences=manners.silences + 1)
    if manners.silences > MOST_SILENCES:
        return manners._replace(phase=OVER), Goodbye("silence")
    if manners.doubted:
        return manners, SayBack(manners.doubted)
    return manners, Again(silent=True)


def _by_keys(keys: str, asked: Asked) -> Meaning:
    if "*" in keys:  # also after some keys of an answer: they begin anew
        return Take(Pressed("*"))
    if _records(asked) and keys == "1":
        return RecordNow()
    return Take(Pressed(keys))


def _by_words(
    manners: Manners, speech: str, confidence: float, asked: Asked
) -> tuple[Manners, Meaning]:
    if _records(asked) and yes_or_no(speech, plain(speech)) == "yes":
        return manners, RecordNow()
    if SURE_ENOUGH <= confidence < SAID_BACK_LONG:
        words = asked.meaning(speech)
        if words is not None and confidence < _sure(asked.accept, words):
            return manners._replace(doubted=speech), SayBack(words)
    return manners, Take(Spoke(speech, confidence))


def _said_back(
    manners: Manners, keys: str, speech: str, confidence: float, asked: Asked
) -> tuple[Manners, Meaning]:
    """A yes or a no to what was said back; anything else stands for itself."""
    doubted, manners = manners.doubted, manners._replace(doubted="")
    if "*" in keys:
        words = asked.meaning(doubted)
        return manners._replace(doubted=doubted), SayBack(words or doubted)
    said = {"1": "yes", "2": "no"}.get(keys) if keys else yes_or_no(speech, plain(speech))
    if said == "yes":
        return manners, Take(Spoke(doubted, 1.0))
    if said == "no":
        return manners, Take(Spoke(doubted, 0.0))  # not understood, and counted as that
    if keys:
        return manners, _by_keys(keys, asked)
    return _by_words(manners, speech, confidence, asked)


def _records(asked: Asked) -> bool:
    return asked.accept is not None and asked.accept.kind == "recording"


def _sure(accept: Accept | None, words: str) -> float:
    """How surely an answer has to be heard to count at once."""
    kind = accept.kind if accept is not None else ""
    if kind == "text" and len(words.split()) > MOST_WORDS_BACK:
        return 0.0
    several = kind == "number" and sum(map(str.isdigit, words)) > 1
    return SAID_BACK_LONG if kind in _EXACT or several else SAID_BACK


# --- how the network is to listen


class Listening(NamedTuple):
    """How to gather an answer. digits: how many keys end it; None: the pound key, or a pause.

    timeout: seconds until silence. hints: words that speech is likely to hold.
    """

    digits: int | None = 1
    timeout: int = _LISTEN_S
    speech: bool = True
    hints: tuple[str, ...] = ()


ONE_KEY: Final = Listening()
FOR_A_PIN: Final = Listening(PIN_DIGITS)
FOR_A_NUMBER: Final = Listening(None)
_YES_OR_NO: Final = ("yes", "no", "si")
_EVERYWHERE: Final = ("0", "8", "9")


def listening(accept: Accept | None, taken: frozenset[str] = frozenset()) -> Listening:
    """How to listen for the answer to this question.

    `taken`: the keys of everywhere (0, 8, 9) that the question takes for itself; those are then
    pressed twice, so that one key no longer ends an answer.
    """
    if accept is None:
        return ONE_KEY
    kind = accept.kind
    if kind == "yes-no":
        return Listening(1, hints=_YES_OR_NO)
    if kind == "recording":
        return Listening(1, hints=_YES_OR_NO[:1])
    doubled = not taken.isdisjoint(_EVERYWHERE)
    if kind == "choice":
        one = not doubled and not accept.several
        one = one and all(len(choice.key or "") <= 1 for choice in accept.choices)
        hints = tuple(
            dict.fromkeys(
                word
                for choice in accept.choices
                for words in choice.words.values()
                for word in words
            )
        )
        return Listening(1, hints=hints) if one else Listening(None, hints=hints)
    if kind == "number":
        one = not doubled and accept.high is not None and accept.high <= _ONE_DIGIT
        return Listening(1) if one else Listening(None)
    if kind == "code" and accept.low is not None and accept.low == accept.high:
        return Listening(accept.low)
    return Listening(None)
