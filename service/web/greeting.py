"""What a caller hears while we cannot answer: kind words, and the lines as far as they are known.

Promise: it asks nothing of the database, of the network or of a file; before anything is known of
the organisation it names no line, since a wrong one is worse than none.
"""

from __future__ import annotations

from typing import Final

from service import fallback, speaking
from service.carrier.voice import Spoken, Voice
from service.editions import InForce
from service.organisation import Organisation

_WORDS: Final = {
    "en": (
        "Hello. Something does not work on our side just now. "
        "In an emergency, please call your emergency number. Please stay on the line."
    ),
    "es": (
        "Hola. Algo no funciona de nuestro lado ahora. "
        "En una emergencia, llame a su numero de emergencias. Por favor, siga en la linea."
    ),
}


def while_away(known: InForce | None) -> list[Spoken]:
    """The organisation's own words for this, in its languages; plain ones before it is known."""
    us = known.organisation if known is not None else Organisation.model_validate({})
    said = fallback.words_for_callers(known) if known is not None else _WORDS.items()
    return [Spoken(words, _voice(us, tag)) for tag, words in said]


def _voice(us: Organisation, tag: str) -> Voice:
    voices = speaking.speakers(us.voices, tag)
    return Voice(voices.language, voices.named(None), us.speech_rate)
