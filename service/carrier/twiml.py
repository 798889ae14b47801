"""Answers to the phone network's webhooks, as TwiML.

Promise: text/xml that the network takes without complaint; words are escaped by the library.
`text/plain` would become the reply itself, so nothing else is ever answered. No rule lives here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

CONTENT_TYPE = "text/xml; charset=utf-8"

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

# language -> the network's language and a voice that takes a rate; its plain ones take none
_SLOW_VOICES = {"en": ("en-US", "Polly.Joanna"), "es": ("es-US", "Polly.Lupe")}


def message(body: str) -> str:
    """Answer a text with one text; an empty body answers with nothing."""
    from twilio.twiml.messaging_response import MessagingResponse

    if not body.strip():
        return EMPTY
    answer = MessagingResponse()
    answer.message(body)
    return str(answer)


class Spoken(NamedTuple):
    """Words, and the language that they are in."""

    language: str
    words: str


def spoken_slowly(said: Sequence[Spoken], rate: int, times: int) -> str:
    """Speak all of it, `times` over and at `rate` percent of the usual speed, then hang up.

    Needs nothing but the network: no address stands in it.
    """
    from twilio.twiml.voice_response import VoiceResponse

    answer = VoiceResponse()
    for place, (language, words) in enumerate([*said] * times):
        if place:
            answer.pause(length=1)
        tag, voice = _SLOW_VOICES.get(language, _SLOW_VOICES["en"])
        answer.say(voice=voice, language=tag).prosody(words, rate=f"{rate}%")
    answer.hangup()
    return str(answer)


def aloud(number: str) -> str:
    """A line for the voice: digit by digit where it is a number, otherwise as it is written."""
    return number if any(letter.isalpha() for letter in number) else spoken_digits(number)


def spoken_digits(number: str) -> str:
    """A number for the voice to read digit by digit: "+1 555" -> "1, 5, 5, 5"."""
    return ", ".join(letter for letter in number if letter.isdigit())
