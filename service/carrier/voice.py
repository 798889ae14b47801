"""What a call of ours does next, as TwiML: speak, listen, record, wait, hang up.

Promise: documents that the network takes without complaint, written by the carrier's library. After
each document the call goes on at an address of ours or is over: nobody is left in silence. What is
said, and in which order, is decided elsewhere.

What the library writes for a turn differs in words and addresses only, so each shape of a document
is written once, with marks in their place, and kept; it holds nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from twilio.twiml.voice_response import VoiceResponse

LONGEST_RECORDING: Final = 14_400  # seconds: the network's own bound
_QUIET_S: Final = 10  # of silence end a recording: whoever thinks is not cut short
_USUAL: Final = 100
# no document may hold these; somebody's name might
_UNSPEAKABLE: Final = {code: " " for code in range(32) if chr(code) not in "\t\n\r"} | {
    0xFFFE: " ", 0xFFFF: " ", 0xE000: " ",
}  # fmt: skip
_MOST_HINTS: Final = 500  # the network's own bound, and its letters
_MOST_HINT_LETTERS: Final = 10_000
_QUOTES: Final = {'"': "&quot;"}
_MARK: Final = "\ue000"  # stands for words or an address; no text that is spoken holds it


class Voice(NamedTuple):
    """Who speaks: the network's language tag and name of a voice, and percent of usual speed."""

    language: str
    name: str
    rate: int = _USUAL


class Spoken(NamedTuple):
    """Words in a voice; or, where `play` is an address, what is played in their place."""

    words: str
    voice: Voice
    play: str | None = None


class Ears(NamedTuple):
    """How to listen; `language` is what speech is likely to be in, None for keys alone."""

    digits: int | None
    timeout: int
    language: str | None
    hints: tuple[str, ...] = ()


class Room(NamedTuple):
    """Where calls are joined, and as whom one of them joins. Nothing in it may name a person.

    `ends`: the room is over when this one leaves. `told` hears of its start and end and of who
    comes and goes; the first one's holds for all. `waiting`: an address that gives what is heard
    while nobody else is there; blank is silence. `longest` in seconds.
    """

    name: str
    label: str
    told: str
    ends: bool
    star_leaves: bool
    longest: int
    most: int = 3
    muted: bool = False
    waiting: str = ""


def warm() -> None:
    """Load what documents are made with, so that no caller waits for it."""
    hang_up([])


def ring(seconds: int, then: str) -> str:
    """Let it ring for so long, so that who hangs up has called us for nothing; then go on."""
    return _filled(_ringing(seconds), (then,))


@lru_cache(maxsize=32)
def _ringing(seconds: int) -> tuple[str, ...]:
    answer = _response()
    if seconds > 0:
        answer.pause(length=seconds)
    answer.redirect(_MARK, method="POST")
    return tuple(str(answer).split(_MARK))


def listen(said: Sequence[Spoken], ears: Ears, then: str) -> str:
    """Say this and hear what comes; silence goes on there too. Who answers need not hear it all."""
    return _filled(_listening(tuple(map(_voice, said)), ears), (then, *map(_words, said)))


@lru_cache(maxsize=512)
def _listening(voices: tuple[Voice | None, ...], ears: Ears) -> tuple[str, ...]:
    answer = _response()
    gather = answer.gather(
        input="dtmf" if ears.language is None else "dtmf speech",
        action=_MARK,
        method="POST",
        timeout=ears.timeout,
        finish_on_key="#",
        num_digits=ears.digits,
        action_on_empty_result=True,
        barge_in=True,
        language=ears.language,
        speech_timeout=None if ears.language is None else "auto",
        hints=None if ears.language is None else _hints(ears.hints),
    )
    for voice in voices:
        _speak(gather, _MARK, voice)
    return tuple(str(answer).split(_MARK))


def record(said: Sequence[Spoken], longest: int, then: str, told: str) -> str:
    """Say this and record after the tone. `told` hears when the recording can be fetched.

    An empty recording asks nothing of us by itself, so the call goes on behind it.
    """
    answer = _response()
    for spoken in said:
        _speak(answer, _words(spoken), _voice(spoken))
    answer.record(
        action=then,
        method="POST",
        max_length=min(longest, LONGEST_RECORDING),
        timeout=_QUIET_S,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=told,
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
    answer.redirect(then, method="POST")
    return str(answer)


def join(said: Sequence[Spoken], room: Room, then: str) -> str:
    """Say this and join the call with the others of a room; parted from them, it goes on."""
    answer = _response()
    for spoken in said:
        _speak(answer, _words(spoken), _voice(spoken))
    dial = answer.dial(
        action=then, method="POST", hangup_on_star=room.star_leaves, time_limit=room.longest
    )
    dial.conference(
        room.name,
        start_conference_on_enter=True,
        end_conference_on_exit=room.ends,
        muted=room.muted or None,
        beep="false",
        wait_url=room.waiting,
        wait_method="POST",
        max_participants=room.most,
        status_callback=room.told,
        status_callback_method="POST",
        status_callback_event="start end join leave",
        participant_label=room.label,
    )
    return str(answer)


def hang_up(said: Sequence[Spoken]) -> str:
    """Say this, and end the call."""
    return _filled(_ending(tuple(map(_voice, said))), map(_words, said))


@lru_cache(maxsize=128)
def _ending(voices: tuple[Voice | None, ...]) -> tuple[str, ...]:
    answer = _response()
    for voice in voices:
        _speak(answer, _MARK, voice)
    answer.hangup()
    return tuple(str(answer).split(_MARK))


def over_and_over(said: Sequence[Spoken], times: int) -> str:
    """Say all of this so many times, with a pause after each, and end the call.

    No address stands in it: it needs nobody but the network.
    """
    answer = _response()
    for place, spoken in enumerate([*said] * times):
        if place:
            answer.pause(length=1)
        _speak(answer, _words(spoken), _voice(spoken))
    answer.hangup()
    return str(answer)


def wait(said: Sequence[Spoken], seconds: int, then: str) -> str:
    """Say this, wait, and ask again for what could not be answered just now."""
    answer = _response()
    for spoken in said:
        _speak(answer, _words(spoken), _voice(spoken))
    answer.pause(length=seconds)
    answer.redirect(then, method="POST")
    return str(answer)


def _response() -> VoiceResponse:
    from twilio.twiml.voice_response import VoiceResponse

    return VoiceResponse()


def _speak(into: Any, words: str, voice: Voice | None) -> None:
    """Words in a voice; without one, what is played."""
    if voice is None:
        into.play(words)
    elif voice.rate == _USUAL:
        into.say(words, language=voice.language, voice=voice.name)
    else:
        into.say(language=voice.language, voice=voice.name).prosody(words, rate=f"{voice.rate}%")


def _words(spoken: Spoken) -> str:
    return spoken.words.translate(_UNSPEAKABLE) if spoken.play is None else spoken.play


def _voice(spoken: Spoken) -> Voice | None:
    return spoken.voice if spoken.play is None else None


# --- shapes of documents


def _filled(parts: tuple[str, ...], values: Iterable[str]) -> str:
    """A shape with these in place of its marks, escaped for words and for attributes alike."""
    filled = [parts[0]]
    for value, part in zip(values, parts[1:], strict=True):
        filled += (escape(value, _QUOTES), part)
    return "".join(filled)


def _hints(words: Sequence[str]) -> str | None:
    """Words that are likely, as the network takes them; no comma may stand in one."""
    told = ", ".join(word.replace(",", " ") for word in words[:_MOST_HINTS])
    return told[:_MOST_HINT_LETTERS] or None
