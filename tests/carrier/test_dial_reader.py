"""Dial as the carrier reads it: numbers to ring, or a room to join."""

from __future__ import annotations

import pytest
from twilio.twiml.voice_response import VoiceResponse

from service.carrier import voice
from service.carrier.local.twiml import RefusedAnswer
from service.carrier.local.voice_reader import read
from service.carrier.local.voice_verbs import Conference, Dial, Number, Say

HERE = "https://house.example/twilio/voice/step?c=1"
ROOM = "<Conference>room</Conference>"


def reading(verbs: str):
    return read(f"<Response>{verbs}</Response>".encode(), "text/xml", HERE)


def test_a_room_that_the_library_writes_is_read_back():
    answer = VoiceResponse()
    dial = answer.dial(
        action="/next?n=2", method="GET", timeout=20, hangup_on_star=True, time_limit=60
    )
    dial.conference(
        "room", muted=True, beep="onEnter", start_conference_on_enter=False,
        end_conference_on_exit=True, wait_url="music.wav", wait_method="GET", max_participants=3,
        status_callback="/room", status_callback_event="start end join leave",
        participant_label="one", coach="CA1",
    )  # fmt: skip
    (verb,) = read(str(answer).encode(), "text/xml", HERE)
    assert verb == Dial(
        numbers=(),
        room=Conference(
            "room", muted=True, beep="onEnter", starts=False, ends=True,
            wait_url="https://house.example/twilio/voice/music.wav", wait_method="GET", most=3,
            label="one", coaches="CA1", callback="https://house.example/room",
            callback_events=("start", "end", "join", "leave"),
        ),
        action="https://house.example/next?n=2", method="GET", timeout=20, star_leaves=True,
        longest=60, caller_id="", answer_on_bridge=False,
    )  # fmt: skip


def test_numbers_that_the_library_writes_are_read_back():
    answer = VoiceResponse()
    dial = answer.dial("(555) 014-2001", caller_id="+15550100100", answer_on_bridge=True)
    dial.number("+1 555 014-2002", url="/screen?c=1", status_callback="/told", method="GET")
    (verb,) = read(str(answer).encode(), "text/xml", HERE)
    assert isinstance(verb, Dial)
    assert verb.numbers == (
        Number(
            "+15550142002", "https://house.example/screen?c=1", "GET",
            callback="https://house.example/told",
        ),
        Number("+15550142001"),
    )  # fmt: skip
    assert (verb.room, verb.action, verb.timeout, verb.longest) == (None, None, 30, 14_400)
    assert (verb.caller_id, verb.answer_on_bridge, verb.star_leaves) == (
        "+15550100100",
        True,
        False,
    )


def test_what_the_service_writes_is_read():
    room = voice.Room("f3a9c1", "01LEG", "https://house.example/room", True, True, 1800)
    speaker = voice.Voice("en-US", "Polly.Joanna")
    written = voice.join([voice.Spoken("Here they are.", speaker)], room, "/next")
    said, verb = read(written.encode(), "text/xml", HERE)
    assert isinstance(said, Say)
    assert isinstance(verb, Dial)
    assert verb.room is not None
    assert (verb.room.name, verb.room.wait_url, verb.room.ends) == ("f3a9c1", "", True)
    assert (verb.star_leaves, verb.longest) == (True, 1800)


def test_without_an_action_the_next_verb_is_reached():
    assert len(reading(f"<Dial>{ROOM}</Dial><Say>And on we go.</Say>")) == 2


@pytest.mark.parametrize(
    ("verbs", "code"),
    [
        ("<Dial/>", 13215),
        (f"<Dial>{ROOM}{ROOM}</Dial>", 13215),
        (f"<Dial>{ROOM}<Number>+15550142001</Number></Dial>", 13215),
        ("<Dial><Say>Hello</Say></Dial>", 13215),
        ("<Dial><Client>ana</Client></Dial>", 13215),
        (f"<Dial>{'<Number>+15550142001</Number>' * 11}</Dial>", 13215),
        (f'<Dial action="/next">{ROOM}</Dial><Say>Never</Say>', 12200),
        (f'<Dial loudness="9">{ROOM}</Dial>', 12200),
        (f"<Gather><Dial>{ROOM}</Dial></Gather>", 13320),
        ("<Conference>room</Conference>", 12200),
        (f'<Dial method="PUT">{ROOM}</Dial>', 13210),
        (f'<Dial timeout="0">{ROOM}</Dial>', 13212),
        (f'<Dial hangupOnStar="maybe">{ROOM}</Dial>', 13213),
        (f'<Dial timeLimit="soon">{ROOM}</Dial>', 13216),
        (f'<Dial record="record-from-answer">{ROOM}</Dial>', 13217),
        (f'<Dial answerOnBridge="1">{ROOM}</Dial>', 12200),
        (f'<Dial sequential="true">{ROOM}</Dial>', 12200),
        ('<Dial><Number method="PUT">+15550142001</Number></Dial>', 13221),
        ('<Dial><Number sendDigits="1a">+15550142001</Number></Dial>', 13222),
        ("<Dial><Number>Ana</Number></Dial>", 13223),
        ("<Dial><Number/></Dial>", 13223),
        ("<Dial>5550</Dial>", 13223),
        ('<Dial><Number machineDetection="Enable">+15550142001</Number></Dial>', 12200),
        ('<Dial><Number statusCallbackEvent="start">+15550142001</Number></Dial>', 12200),
        ('<Dial><Conference muted="x">room</Conference></Dial>', 13230),
        ('<Dial><Conference endConferenceOnExit="x">room</Conference></Dial>', 13231),
        ('<Dial><Conference startConferenceOnEnter="x">room</Conference></Dial>', 13232),
        ('<Dial><Conference waitMethod="PUT">room</Conference></Dial>', 13234),
        ('<Dial><Conference beep="loud">room</Conference></Dial>', 13235),
        ("<Dial><Conference/></Dial>", 13237),
        (f"<Dial><Conference>{'x' * 129}</Conference></Dial>", 13237),
        ('<Dial><Conference maxParticipants="0">room</Conference></Dial>', 12200),
        ('<Dial><Conference maxParticipants="251">room</Conference></Dial>', 12200),
        ('<Dial><Conference record="record-from-start">room</Conference></Dial>', 12200),
        ('<Dial><Conference statusCallbackEvent="answered">room</Conference></Dial>', 12200),
        ('<Dial><Conference participantLabel="a/b">room</Conference></Dial>', 16023),
        (
            f'<Dial><Conference participantLabel="CA{"0" * 32}">room</Conference></Dial>',
            16023,
        ),
    ],
)
def test_what_the_carrier_would_refuse_is_refused_with_its_code(verbs, code):
    with pytest.raises(RefusedAnswer) as refused:
        reading(verbs)
    assert refused.value.code == code
