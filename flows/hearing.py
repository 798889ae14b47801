"""In which order a message is heard: consent, danger, a wish to stop, then keywords and answers.

Promise: pure; what is first here is first everywhere. Consent words count only as the phone
network counts them: one of its words standing alone, in any case, blanks around it, nothing
else beside it. "STOP." is no opt-out to the network, which sends on: so here it is a wish to
stop, which ends texts just the same and is confirmed by us.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from flows.definition import Keyword, Lexicon
from flows.plain import plain
from flows.program import About, Program
from flows.risk import Danger, told_spans, weigh
from flows.risk_index import HINT, TAKES_BACK, WISH, index_of
from flows.risk_signs import Span
from flows.signatures import unsigned, without_courtesy

STOP: Final = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
)
START: Final = frozenset({"START", "UNSTOP"})
YES: Final = "YES"
HELP: Final = frozenset({"HELP", "INFO"})
CONSENT_WORDS: Final = STOP | START | HELP | {YES}
"""All that the phone network hears before us; no flow may offer one of them, YES apart."""

Consent = Literal["stop", "start", "help", "yes"]

# with a full stop or twice in a row the network does not hear them, and the wish is as plain
_STOP_WISHES: Final = frozenset(plain(word) for word in STOP) | {
    "opt out", "stop all", "stop stop", "stop stop stop", "stop it", "stop this", "stop that",
    "stop texts", "stop text", "stop texting", "stop txt", "stop messages", "stop messaging",
    "stop the texts", "unsub", "can you stop", "can u stop", "could you stop",
    "could you please stop", "can you please stop", "lose this number",
    "remove me", "take me off", "remove my number",
    "alto", "basta", "parar", "pare", "paren", "cancelar", "detener", "desuscribir",
    "desuscribirme", "no quiero mensajes", "dar de baja", "dame de baja", "deme de baja",
    "denme de baja",
}  # fmt: skip
"""Whole messages that wish for an end, words of politeness around them apart."""
_AROUND: Final = frozenset(
    ("please", "pls", "plz", "thanks", "thx", "thank", "you", "now", "just", "por", "favor",
     "porfa", "gracias", "ya")
)  # fmt: skip
# "please don't leave me alone", "he won't stop calling me": said of others, or the very contrary
_NOT: Final = frozenset(
    ("not", "dont", "never", "wont", "cant", "doesnt", "didnt", "wouldnt", "couldnt", "nunca")
)
_MOST_ALONE: Final = max(len(wish.split()) for wish in _STOP_WISHES)
_LONGEST: Final = max(len(word) for word in CONSENT_WORDS)


class First(NamedTuple):
    """What is heard before any flow. Danger and the wish to stop may both be there."""

    consent: Consent | None
    danger: Danger | None
    stop_wish: bool


_NOTHING: Final = First(None, None, False)


def first(
    text: str,
    lexicon: Lexicon | None,
    *,
    opted_out: bool,
    asked_to_join: bool,
    language: str | None = None,
) -> First:
    """What a message says before any flow hears it.

    `danger` is None where there is none. YES counts only from one who had opted out or was
    asked to join; from anyone else it is an answer.
    """
    consent = consent_word(text)
    if consent is not None and (consent != "yes" or opted_out or asked_to_join):
        return First(consent, None, False)
    words = plain(text).split()
    wish = _alone(words) or ("\n" in text and _alone(plain(unsigned(text)).split()))
    if lexicon is None:
        return First(None, None, True) if wish else _NOTHING
    reading = index_of(lexicon).read(text)
    danger = weigh(reading, text, language)
    if not wish and reading.spans:
        # words that are part of danger ("I want it all to stop") are no wish to stop texts
        # and "he won't stop calling me" is about somebody else
        told = [span for span in told_spans(reading) if span.sign.weighs != HINT]
        taken = [*told, *reading.of(TAKES_BACK)]
        wish = any(
            not any(span.start < other.stop and other.start < span.stop for other in taken)
            and not _denied(span, reading.words)
            for span in reading.of(WISH)
        )
    heard = danger if danger.outcome != "none" else None
    return First(None, heard, wish) if heard is not None or wish else _NOTHING


def _alone(words: list[str]) -> bool:
    """Whether a whole message wishes for an end: "stop it", "please stop", "Stop, thank you"."""
    start, stop = 0, len(words)
    while start < stop and words[start] in _AROUND:
        start += 1
    while stop > start and words[stop - 1] in _AROUND:
        stop -= 1
    return stop - start <= _MOST_ALONE and " ".join(words[start:stop]) in _STOP_WISHES


def _denied(span: Span, words: list[str]) -> bool:
    return span.start > 0 and words[span.start - 1] in _NOT


def consent_word(text: str) -> Consent | None:
    """The consent word that stands alone in a text, exactly."""
    word = text.strip()
    if len(word) > _LONGEST or not word.isascii():
        return None
    word = word.upper()
    if word in STOP:
        return "stop"
    if word in START:
        return "start"
    if word in HELP:
        return "help"
    return "yes" if word == YES else None


def keyword(program: Program, text: str, about: About) -> Keyword | None:
    """The organisation's keyword in a text, where no conversation is open to hear it."""
    call = program.heard_by(plain(text), about) or program.heard_by(without_courtesy(text), about)
    return call.keyword if call is not None else None


_DENIES: Final = frozenset(
    ("not", "no", "cant", "dont", "wont", "cannot", "never", "nunca", "nadie")
)
_MOST_WORDS: Final = 10  # of a sentence that may ask for something; a longer one tells a story


def asking(speech: str) -> tuple[str, ...]:
    """What of something spoken may be a keyword: all of it, then each of its words.

    Nobody speaks in keywords: "can I speak to a person please". "I can't talk now" asks for
    nothing, and out of a story no word is picked.
    """
    words = plain(speech).split()
    if len(words) > _MOST_WORDS or not _DENIES.isdisjoint(words):
        return (speech,)
    return (speech, *words)


def written_in(text: str, program: Program, lexicon: Lexicon | None) -> str | None:
    """The one language whose keyword a text is, or whose phrases of the lexicon it holds.

    None where there is none, or where several share the words. For somebody of whom we know
    nothing but this text; it looks through every word there is.
    """
    bare = plain(text)
    said = without_courtesy(text)
    tags = {
        tag
        for keyword in program.library.keywords
        for tag, words in keyword.words.items()
        if any(plain(word) in (bare, said) for word in words)
    }
    if not tags and lexicon is not None:
        tags = index_of(lexicon).read(text).languages()
    return tags.pop() if len(tags) == 1 else None


def starts(program: Program, text: str, about: About) -> str | None:
    """The flow that a text starts: its start words, alone, in any of its languages."""
    return program.started_by(plain(text)) or program.started_by(without_courtesy(text))
