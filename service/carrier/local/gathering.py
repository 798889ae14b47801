"""What a Gather makes of keys: when they are enough, and what the service is told of them.

Promise: pure, by the carrier's rules. numDigits and finishOnKey end an input at once, whichever
comes first; otherwise it ends when no further key comes in time.
"""

from __future__ import annotations

from service.carrier.local.voice_verbs import Gather

END = {"msg": "Gather End"}


def taken(typed: str, verb: Gather) -> tuple[str, str, bool]:
    """The digits that count, the key that finished them if one did, and whether they are enough."""
    digits, finish, complete = typed, "", False
    if verb.finish_on_key and verb.finish_on_key in typed:
        digits, finish, complete = typed.partition(verb.finish_on_key)[0], verb.finish_on_key, True
    if verb.digits is not None and len(digits) >= verb.digits:
        digits, finish, complete = digits[: verb.digits], "", True
    return digits, finish, complete


def keys_told(digits: str, finish: str) -> dict[str, str]:
    """The parameters that tell of keys."""
    return {**END, "Digits": digits, "FinishedOnKey": finish}


def speech_told(words: str, confidence: float, verb: Gather) -> dict[str, str]:
    """The parameters that tell of speech."""
    told = {"SpeechResult": words, "Confidence": f"{confidence:g}", "Language": verb.language}
    return {**END, **told}


def nothing_told(verb: Gather) -> dict[str, str]:
    """The parameters that tell of no input at all, where the action is asked even so."""
    told = dict(END)
    if verb.keys:
        told |= {"Digits": "", "FinishedOnKey": ""}
    if verb.speech:
        told |= {"SpeechResult": ""}
    return told
