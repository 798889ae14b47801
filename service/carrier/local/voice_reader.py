"""The TwiML that a call's webhook is answered with.

Promise: read strictly by the schema of the carrier's own library: an unknown verb, attribute or
nesting, a value that means nothing and a verb that can never be reached are refused with the
carrier's codes, so that a mistake shows in practice and not in production. It calls nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from xml.etree import ElementTree

from service.carrier.local.dial_reader import dial
from service.carrier.local.twiml import RefusedAnswer
from service.carrier.local.voice_schema import Element, response
from service.carrier.local.voice_values import SCHEMA, method, number, whole, whole_url, yes
from service.carrier.local.voice_verbs import (
    ALL_KEYS,
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Prompt,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)

NO_XML, NO_RESPONSE, WRONG_TYPE = 12100, 12102, 12300
LONGEST_WORDS = 4096
_BAD_NESTING = {"Gather": 13320, "Dial": 13215}
_XML = frozenset({"text/xml", "application/xml", "text/html"})
_AUDIO = re.compile(r"audio/\w", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{3})?(-[A-Z]{2}|-\d{3})?")
_VOICE = re.compile(r"man|woman|alice|Polly\.[A-Z]\w+(-Neural|-Generative)?|Google\.[\w-]+")
_RATE = re.compile(r"x-slow|slow|medium|fast|x-fast|default|\d{1,3}%")
_PLAYED_KEYS = re.compile(r"[0-9*#wW]+")
_EVENTS = frozenset({"in-progress", "completed", "absent"})


def read(body: bytes, content_type: str, url: str) -> list[Verb]:
    """The verbs of an answer, in order; RefusedAnswer where the carrier would not go on.

    `url`: where the document came from; what it names is taken from there.
    """
    if _AUDIO.match(content_type):  # sound alone is played, as the carrier does
        return [Play(url)]
    if content_type not in _XML:
        raise RefusedAnswer(WRONG_TYPE, "an answer has to be text/xml")
    root = _root(body)
    _fits(root, response())
    verbs = [_verb(element, url) for element in root]
    _reachable(verbs)
    return verbs


def _root(body: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise RefusedAnswer(NO_XML, "an answer declares no document type")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise RefusedAnswer(NO_XML, f"the answer is no XML: {error}") from None
    if root.tag != "Response":
        raise RefusedAnswer(NO_RESPONSE, "the root of an answer is <Response>")
    return root


def _fits(element: ElementTree.Element, schema: Element) -> None:
    """Every attribute, word and element inside is one that the library could have written."""
    for name in sorted(element.attrib.keys() - schema.attributes):
        raise RefusedAnswer(SCHEMA, f"<{schema.name}> has no attribute {name}")
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    if not schema.words and any(piece.strip() for piece in pieces):
        raise RefusedAnswer(SCHEMA, f"<{schema.name}> holds no words of its own")
    for child in element:
        inner = schema.children.get(child.tag)
        if inner is None:
            code = _BAD_NESTING.get(schema.name, SCHEMA)
            raise RefusedAnswer(code, f"<{child.tag}> has no place in <{schema.name}>")
        _fits(child, inner)


def _reachable(verbs: list[Verb]) -> None:
    for place, verb in enumerate(verbs):
        if isinstance(verb, Reject) and place:
            raise RefusedAnswer(SCHEMA, "<Reject> works only as the first verb")
        ends = isinstance(verb, (Redirect, Reject, Hangup)) or (
            verb.even_if_empty
            if isinstance(verb, Gather)
            else isinstance(verb, Dial) and verb.action is not None
        )
        if ends and place + 1 < len(verbs):
            after, before = type(verbs[place + 1]).__name__, type(verb).__name__
            raise RefusedAnswer(SCHEMA, f"<{after}> can never be reached after <{before}>")


def _verb(element: ElementTree.Element, url: str) -> Verb:
    reader = _READERS.get(element.tag)
    if reader is None:
        raise RefusedAnswer(SCHEMA, f"this network does not carry out <{element.tag}>")
    return reader(element, url)


# verbs that speak


def _say(element: ElementTree.Element, url: str) -> Say:
    words = " ".join("".join(_spoken(element)).split())
    if not words:
        raise RefusedAnswer(13520, "<Say> has nothing to say")
    if len(words) > LONGEST_WORDS:
        raise RefusedAnswer(13520, f"<Say> has more than {LONGEST_WORDS} characters")
    voice, language = element.get("voice", ""), element.get("language", "en-US")
    if voice and not _VOICE.fullmatch(voice):
        raise RefusedAnswer(13511, f"there is no voice {voice}")
    if not _LANGUAGE.fullmatch(language):
        raise RefusedAnswer(SCHEMA, f"{language} is no language like en-US")
    rates = [inner.get("rate", "") for inner in element.iter("prosody")]
    for rate in filter(None, rates):
        if not _RATE.fullmatch(rate) or (rate[0].isdigit() and not 20 <= int(rate[:-1]) <= 200):
            raise RefusedAnswer(13520, f"a rate is from 20% to 200%, or a word like slow: {rate}")
    if "Generative" in voice and len(element):
        raise RefusedAnswer(13520, "a generative voice takes plain words alone")
    return Say(words, voice, language, next(filter(None, rates), ""), _loop(element, 13510))


def _spoken(element: ElementTree.Element) -> Iterable[str]:
    """The words of an element with those inside it; an alias is spoken in place of its words."""
    if "alias" in element.attrib:
        yield element.attrib["alias"]
        return
    yield element.text or ""
    for child in element:
        if child.tag in ("break", "p", "s"):
            yield " "
        yield from _spoken(child)
        yield child.tail or ""


def _play(element: ElementTree.Element, url: str) -> Play:
    digits, sound = element.get("digits", ""), (element.text or "").strip()
    if digits and not _PLAYED_KEYS.fullmatch(digits):
        raise RefusedAnswer(SCHEMA, "the digits of <Play> are 0-9, *, # and w")
    if bool(digits) == bool(sound):
        raise RefusedAnswer(SCHEMA, "<Play> takes a URL or digits")
    return Play(whole_url(url, sound) if sound else "", _loop(element, 13410), digits)


def _pause(element: ElementTree.Element, url: str) -> Pause:
    return Pause(whole(element, "length", 1, 13910))


def _loop(element: ElementTree.Element, code: int) -> int:
    return whole(element, "loop", 1, code, least=0)


# verbs that listen


def _gather(element: ElementTree.Element, url: str) -> Gather:
    inputs = element.get("input", "dtmf").split()
    if not inputs or not {"dtmf", "speech"}.issuperset(inputs):
        raise RefusedAnswer(SCHEMA, "the input of <Gather> is dtmf, speech or both")
    finish = element.get("finishOnKey", "#")
    if len(finish) > 1 or finish not in ALL_KEYS:
        raise RefusedAnswer(13310, "finishOnKey of <Gather> is one of 0-9, *, # or blank")
    _speech_times(element)
    language = element.get("language", "en-US")
    if not _LANGUAGE.fullmatch(language):
        raise RefusedAnswer(13331, f"{language} is no language like en-US")
    timeout = "5" if element.get("timeout") == "auto" else element.get("timeout", "5")
    prompts: list[Prompt] = [_PROMPTS[child.tag](child, url) for child in element]
    return Gather(
        prompts=tuple(prompts),
        action=whole_url(url, element.get("action", "")),
        method=method(element, "method", 13312),
        keys="dtmf" in inputs,
        speech="speech" in inputs,
        timeout=number(timeout, "timeout of <Gather>", 13313, least=1),
        digits=whole(element, "numDigits", 0, 13314) or None,
        finish_on_key=finish,
        barge_in=yes(element, "bargeIn", True, 13332),
        even_if_empty=yes(element, "actionOnEmptyResult", False),
        language=language,
        hints=element.get("hints", ""),
    )


def _speech_times(element: ElementTree.Element) -> None:
    pause, model = element.get("speechTimeout", ""), element.get("speechModel", "")
    if pause == "auto":
        if model and model not in ("default", "numbers_and_commands", "phone_call"):
            raise RefusedAnswer(13327, "speechTimeout auto does not go with this speechModel")
    elif pause:
        number(pause, "speechTimeout of <Gather>", 13327, least=1)
    whole(element, "maxSpeechTime", 60, 13328)


def _record(element: ElementTree.Element, url: str) -> Record:
    finish = element.get("finishOnKey", ALL_KEYS)
    if any(key not in ALL_KEYS for key in finish):
        raise RefusedAnswer(13613, "finishOnKey of <Record> is made of 0-9, * and #")
    longest = whole(element, "maxLength", 3600, 13612)
    if longest > 14_400:
        raise RefusedAnswer(13612, "maxLength of <Record> is at most 14400 seconds")
    if element.get("trim", "trim-silence") not in ("trim-silence", "do-not-trim"):
        raise RefusedAnswer(SCHEMA, "trim of <Record> is trim-silence or do-not-trim")
    events = tuple(element.get("recordingStatusCallbackEvent", "completed").split())
    if not _EVENTS.issuperset(events):
        raise RefusedAnswer(SCHEMA, f"a recording's events are {', '.join(sorted(_EVENTS))}")
    if yes(element, "transcribe", False) or element.get("transcribeCallback"):
        raise RefusedAnswer(13614, "this network writes no recordings down")
    callback = element.get("recordingStatusCallback", "").strip()
    return Record(
        action=whole_url(url, element.get("action", "")),
        method=method(element, "method", 13610),
        timeout=whole(element, "timeout", 5, 13611),
        longest=longest,
        finish_on_key=finish,
        beep=yes(element, "playBeep", True, 13616),
        callback=whole_url(url, callback) if callback else None,
        callback_method=method(element, "recordingStatusCallbackMethod", SCHEMA),
        callback_events=events,
    )


# verbs that lead elsewhere


def _redirect(element: ElementTree.Element, url: str) -> Redirect:
    return Redirect(whole_url(url, element.text or ""), method(element, "method", 13710))


def _reject(element: ElementTree.Element, url: str) -> Reject:
    reason = element.get("reason", "rejected")
    if reason not in ("rejected", "busy"):
        raise RefusedAnswer(SCHEMA, "the reason of <Reject> is rejected or busy")
    return Reject(reason)


def _hangup(element: ElementTree.Element, url: str) -> Hangup:
    return Hangup()


_PROMPTS: dict[str, Callable[[ElementTree.Element, str], Prompt]] = {
    "Say": _say,
    "Play": _play,
    "Pause": _pause,
}
_READERS: dict[str, Callable[[ElementTree.Element, str], Verb]] = {
    **_PROMPTS,
    "Gather": _gather,
    "Record": _record,
    "Redirect": _redirect,
    "Reject": _reject,
    "Hangup": _hangup,
    "Dial": dial,
}
