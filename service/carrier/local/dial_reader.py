"""What `Dial` says: numbers to ring, or a room to join.

Promise: read strictly, with the carrier's codes for what it would not take; calls in rooms and
between two phones are never recorded here, so a document that asks for it is refused. Whether a
caller id may be shown is decided where the account is known.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from service.carrier.local import geography
from service.carrier.local.twiml import RefusedAnswer
from service.carrier.local.voice_values import SCHEMA, method, whole, whole_url, yes
from service.carrier.local.voice_verbs import Conference, Dial, Number

MOST_NUMBERS = 10  # at once
MOST_IN_ROOM = 250
LONGEST_NAME = 128  # of a room, and of a participant's label
BAD_NESTING, BAD_NUMBER, BAD_NAME, BAD_LABEL = 13215, 13223, 13237, 16023
LONGEST_CALL = 14_400  # seconds
_RINGING = frozenset({"initiated", "ringing", "answered", "completed"})
_IN_ROOM = frozenset({
    "start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement",
})  # fmt: skip
_SHAPE = re.compile(r"[\s().-]")
_CALL_SID = re.compile(r"CA[0-9a-f]{32}")
_BEEPS = frozenset({"true", "false", "onEnter", "onExit"})
_UNRECORDED = frozenset({"", "do-not-record", "false"})


def dial(element: ElementTree.Element, url: str) -> Dial:
    """A Dial with all that it rings or joins; RefusedAnswer where the carrier would not."""
    numbers, rooms = [], []
    for child in element:
        if child.tag == "Number":
            numbers.append(_number(child, url))
        elif child.tag == "Conference":
            rooms.append(_room(child, url))
        else:
            raise RefusedAnswer(BAD_NESTING, f"this network does not dial <{child.tag}>")
    if plain := (element.text or "").strip():
        numbers.append(Number(_e164(plain)))
    if len(rooms) > 1 or (rooms and numbers):
        raise RefusedAnswer(BAD_NESTING, "<Dial> takes one <Conference>, or numbers")
    if not rooms and not 1 <= len(numbers) <= MOST_NUMBERS:
        raise RefusedAnswer(BAD_NESTING, f"<Dial> takes from 1 to {MOST_NUMBERS} numbers")
    if element.get("record", "") not in _UNRECORDED:
        raise RefusedAnswer(13217, "this network records no joined call")
    if yes(element, "sequential", False):
        raise RefusedAnswer(SCHEMA, "this network rings all numbers of a <Dial> at once")
    action = element.get("action", "").strip()
    return Dial(
        numbers=tuple(numbers),
        room=rooms[0] if rooms else None,
        action=whole_url(url, action) if action else None,
        method=method(element, "method", 13210),
        timeout=whole(element, "timeout", 30, 13212),
        star_leaves=yes(element, "hangupOnStar", False, 13213),
        longest=min(whole(element, "timeLimit", LONGEST_CALL, 13216), LONGEST_CALL),
        caller_id=element.get("callerId", "").strip(),
        answer_on_bridge=yes(element, "answerOnBridge", False),
    )


def _number(element: ElementTree.Element, url: str) -> Number:
    screen, callback = element.get("url", "").strip(), element.get("statusCallback", "").strip()
    if element.get("machineDetection"):
        raise RefusedAnswer(SCHEMA, "this network detects no machine in a phone that is dialled")
    digits = element.get("sendDigits", "")
    if re.fullmatch(r"[0-9*#wW]*", digits) is None:
        raise RefusedAnswer(13222, "sendDigits of <Number> is made of 0-9, *, # and w")
    return Number(
        number=_e164(element.text or ""),
        url=whole_url(url, screen) if screen else None,
        method=method(element, "method", 13221),
        callback=whole_url(url, callback) if callback else None,
        callback_method=method(element, "statusCallbackMethod", SCHEMA),
        callback_events=_events(element, _RINGING) or ("completed",),
        digits=digits,
    )


def _e164(written: str) -> str:
    bare = _SHAPE.sub("", written)
    if len(bare) == 10 and bare.isdigit():  # as people in the United States write one
        bare = f"+1{bare}"
    if not geography.is_number(bare):
        raise RefusedAnswer(BAD_NUMBER, "a number to dial is written with + and country code")
    return bare


def _room(element: ElementTree.Element, url: str) -> Conference:
    name, label = (element.text or "").strip(), element.get("participantLabel", "")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise RefusedAnswer(BAD_NAME, f"a conference has a name of 1 to {LONGEST_NAME} characters")
    if len(label) > LONGEST_NAME or "/" in label or _CALL_SID.fullmatch(label):
        raise RefusedAnswer(BAD_LABEL, "a participant's label is short, no sid, and without /")
    beep = element.get("beep", "true")
    if beep not in _BEEPS:
        raise RefusedAnswer(13235, "beep of <Conference> is true, false, onEnter or onExit")
    if element.get("record", "") not in _UNRECORDED:
        raise RefusedAnswer(SCHEMA, "this network records no joined call")
    most = whole(element, "maxParticipants", MOST_IN_ROOM, SCHEMA)
    if most > MOST_IN_ROOM:
        raise RefusedAnswer(SCHEMA, f"maxParticipants is at most {MOST_IN_ROOM}")
    callback, wait = element.get("statusCallback", "").strip(), element.get("waitUrl")
    return Conference(
        name=name,
        muted=yes(element, "muted", False, 13230),
        beep=beep,
        starts=yes(element, "startConferenceOnEnter", True, 13232),
        ends=yes(element, "endConferenceOnExit", False, 13231),
        wait_url=whole_url(url, wait) if wait and wait.strip() else wait,
        wait_method=method(element, "waitMethod", 13234),
        most=most,
        label=label,
        coaches=element.get("coach", ""),
        callback=whole_url(url, callback) if callback else None,
        callback_method=method(element, "statusCallbackMethod", SCHEMA),
        callback_events=_events(element, _IN_ROOM),
    )


def _events(element: ElementTree.Element, known: frozenset[str]) -> tuple[str, ...]:
    events = tuple(element.get("statusCallbackEvent", "").split())
    if not known.issuperset(events):
        raise RefusedAnswer(SCHEMA, f"events of <{element.tag}> are {', '.join(sorted(known))}")
    return events
