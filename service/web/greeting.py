"""What a caller hears while calls are not taken yet: kind words and a line that answers.

Promise: nobody meets a dead line. Pure words; the organisation's own line and emergency number.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.carrier.twiml import spoken_digits

_WORDS = {
    "en": (
        "Hello. You have reached {service}. We cannot take calls on this number yet. "
        "Please send us a text message, and we will answer you. "
        "To talk with a person now, call {line}. In an emergency, call {emergency}."
    ),
    "es": (
        "Hola. Este es el número de {service}. Todavía no atendemos llamadas aquí. "
        "Por favor, envíenos un mensaje de texto y le contestaremos. "
        "Para hablar con una persona ahora, llame al {line}. "
        "En una emergencia, llame al {emergency}."
    ),
}


def greeting(
    service: str, line: str, emergency: str, languages: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """(language, words) in the organisation's order; every language there are words for."""
    wanted = [tag.split("-", maxsplit=1)[0] for tag in languages]
    ordered = dict.fromkeys([tag for tag in wanted if tag in _WORDS] + list(_WORDS))
    return tuple(
        (tag, _WORDS[tag].format(service=service, line=_said(line), emergency=_said(emergency)))
        for tag in ordered
    )


def _said(number: str) -> str:
    """Digit by digit where it is a number; "988" is not nine hundred and eighty-eight."""
    return spoken_digits(number) if not any(letter.isalpha() for letter in number) else number
