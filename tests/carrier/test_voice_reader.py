"""TwiML for calls, read as strictly as the carrier's own library is written."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies
from twilio.twiml import voice_response
from twilio.twiml.voice_response import VoiceResponse

from service.carrier.local.twiml import RefusedAnswer
from service.carrier.local.voice_reader import read
from service.carrier.local.voice_schema import response
from service.carrier.local.voice_verbs import Gather, Hangup, Pause, Play, Record, Redirect, Say

HERE = "https://house.example/twilio/voice/step?c=1"


def reading(verbs: str, content_type: str = "text/xml"):
    return read(f"<Response>{verbs}</Response>".encode(), content_type, HERE)


def test_the_schema_is_the_librarys():
    verbs = response().children
    assert {"Say", "Play", "Pause", "Gather", "Record", "Redirect", "Reject", "Hangup"} <= set(
        verbs
    )
    assert {"Dial", "Connect", "Enqueue", "Start"} <= set(verbs)
    assert set(verbs["Gather"].children) == {"Say", "Play", "Pause"}
    assert {"numDigits", "finishOnKey", "actionOnEmptyResult"} <= verbs["Gather"].attributes
    assert {"voice", "language", "loop"} == verbs["Say"].attributes
    assert "prosody" in verbs["Say"].children["lang"].children
    assert "{http://www.w3.org/XML/1998/namespace}lang" in verbs["Say"].children["lang"].attributes
    assert verbs["Say"].words
    assert not verbs["Gather"].words


def test_every_verb_that_the_library_makes_is_known():
    made = {name.removesuffix("_") for name in vars(VoiceResponse) if not name.startswith("_")}
    assert {name.casefold() for name in response().children} == made
    assert voice_response.Say(message="x").name in response().children


def test_what_the_library_writes_is_read_back():
    answer = VoiceResponse()
    gather = answer.gather(
        input="dtmf speech", num_digits=1, timeout=7, action="/next?n=2", language="es-US",
        finish_on_key="", barge_in=False, action_on_empty_result=True, speech_timeout="auto",
    )  # fmt: skip
    say = gather.say(voice="Polly.Lupe", language="es-US")
    say.prosody("Marque 1, Ana & Luis", rate="75%")
    gather.pause(length=2)
    gather.play("sounds/hello.wav")
    (verb,) = read(str(answer).encode(), "text/xml", HERE)
    assert verb == Gather(
        prompts=(
            Say("Marque 1, Ana & Luis", "Polly.Lupe", "es-US", "75%"),
            Pause(2),
            Play("https://house.example/twilio/voice/sounds/hello.wav"),
        ),
        action="https://house.example/next?n=2", method="POST", keys=True, speech=True, timeout=7,
        digits=1, finish_on_key="", barge_in=False, even_if_empty=True, language="es-US", hints="",
    )  # fmt: skip


def test_what_is_not_said_is_as_the_carrier_has_it():
    gather, record, end = reading("<Gather/><Record/><Hangup/>")
    assert (gather.keys, gather.speech, gather.timeout, gather.digits) == (True, False, 5, None)
    assert (gather.finish_on_key, gather.barge_in, gather.even_if_empty) == ("#", True, False)
    assert gather.action == record.action == HERE
    assert record == Record(
        action=HERE, method="POST", timeout=5, longest=3600, finish_on_key="1234567890*#",
        beep=True, callback=None, callback_method="POST", callback_events=("completed",),
    )  # fmt: skip
    assert end == Hangup()


def test_what_stands_inside_words_is_spoken_with_them():
    (say,) = reading(
        '<Say>Call <say-as interpret-as="telephone">988</say-as>,<break time="1s"/> or '
        '<sub alias="nine one one">911</sub>\n now.</Say>'
    )
    assert say.words == "Call 988, or nine one one now."


def test_urls_are_taken_from_where_the_document_came_from():
    assert reading("<Redirect>step?n=2</Redirect>") == [
        Redirect("https://house.example/twilio/voice/step?n=2", "POST")
    ]
    assert reading("<Redirect/>") == [Redirect(HERE, "POST")]
    assert reading('<Redirect method="GET">//other.example/a</Redirect>') == [
        Redirect("https://other.example/a", "GET")
    ]


def test_sound_alone_is_played():
    assert read(b"RIFF", "audio/wav", HERE) == [Play(HERE)]


def test_no_verbs_are_an_answer_too():
    assert reading("") == []


@pytest.mark.parametrize(
    ("verbs", "code"),
    [
        ("<Say>Hello", 12100),
        ("<Shout>Hello</Shout>", 12200),
        ("<Enqueue>support</Enqueue>", 12200),
        ('<Say loudness="9">Hello</Say>', 12200),
        ("Hello", 12200),
        ("<Gather>Hello</Gather>", 12200),
        ("<Hangup>Goodbye</Hangup>", 12200),
        ("<Say><Play>a.wav</Play></Say>", 12200),
        ("<Say>Hello <b>Ana</b></Say>", 12200),
        ("<Gather><Record/></Gather>", 13320),
        ("<Gather><Gather/></Gather>", 13320),
        ("<Redirect/><Say>Hello</Say>", 12200),
        ("<Hangup/><Say>Hello</Say>", 12200),
        ("<Reject/><Say>Hello</Say>", 12200),
        ("<Say>Hello</Say><Reject/>", 12200),
        ('<Gather actionOnEmptyResult="true"/><Say>Hello</Say>', 12200),
        ('<Gather input="dance"/>', 12200),
        ('<Gather finishOnKey="12"/>', 13310),
        ('<Gather method="PUT"/>', 13312),
        ('<Gather timeout="0"/>', 13313),
        ('<Gather timeout="soon"/>', 13313),
        ('<Gather numDigits="0"/>', 13314),
        ('<Gather speechTimeout="0"/>', 13327),
        ('<Gather speechTimeout="auto" speechModel="deepgram_nova-2"/>', 13327),
        ('<Gather maxSpeechTime="x"/>', 13328),
        ('<Gather language="Spanish"/>', 13331),
        ('<Gather bargeIn="maybe"/>', 13332),
        ("<Play/>", 12200),
        ('<Play digits="12a"/>', 12200),
        ('<Play loop="-1">a.wav</Play>', 13410),
        ("<Say/>", 13520),
        ("<Say> \n </Say>", 13520),
        (f"<Say>{'x' * 4097}</Say>", 13520),
        ('<Say voice="Grandmother">Hello</Say>', 13511),
        ('<Say language="english">Hello</Say>', 12200),
        ('<Say><prosody rate="9000%">Hello</prosody></Say>', 13520),
        ('<Pause length="-1"/>', 13910),
        ('<Record method="PUT"/>', 13610),
        ('<Record timeout="0"/>', 13611),
        ('<Record maxLength="0"/>', 13612),
        ('<Record maxLength="99999"/>', 13612),
        ('<Record finishOnKey="a"/>', 13613),
        ('<Record transcribe="true"/>', 13614),
        ('<Record playBeep="loud"/>', 13616),
        ('<Record recordingStatusCallbackEvent="done"/>', 12200),
        ('<Redirect method="PUT"/>', 13710),
        ('<Reject reason="tired"/>', 12200),
        ("<Redirect>http://[</Redirect>", 11100),
        (f'<Pause length="{"9" * 5000}"/>', 13910),
        ('<Say xmlns="urn:other">Hello</Say>', 12200),
    ],
)
def test_what_the_carrier_would_refuse_is_refused_with_its_code(verbs, code):
    with pytest.raises(RefusedAnswer) as refused:
        reading(verbs)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"<Answer/>", "text/xml", 12102),
        (b"<Response/>", "application/json", 12300),
        (b"Hello", "text/plain", 12300),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><Response/>', "text/xml", 12100),
        (b"", "text/xml", 12100),
    ],
)
def test_what_is_no_document_is_refused(body, content_type, code):
    with pytest.raises(RefusedAnswer) as refused:
        read(body, content_type, HERE)
    assert refused.value.code == code


_NAMES = strategies.sampled_from(
    ["Say", "Play", "Pause", "Gather", "Record", "Redirect", "Reject", "Hangup", "Dial", "Tune"]
)
_ATTRIBUTES = strategies.sampled_from(
    ["action", "method", "timeout", "numDigits", "finishOnKey", "loop", "length", "voice", "tune"]
)
_VALUES = strategies.sampled_from(["", "1", "0", "-1", "#", "POST", "true", "http://[", "x y", "²"])


@strategies.composite
def _elements(draw, depth: int = 2) -> str:
    name, words = draw(_NAMES), draw(strategies.sampled_from(["", "Hello", " ", "/a.wav"]))
    named = draw(strategies.dictionaries(_ATTRIBUTES, _VALUES, max_size=3))
    inner = draw(strategies.lists(_elements(depth - 1), max_size=2)) if depth else []
    attributes = "".join(f' {key}="{value}"' for key, value in named.items())
    return f"<{name}{attributes}>{words}{''.join(inner)}</{name}>"


@given(strategies.lists(_elements(), max_size=4))
def test_whatever_comes_is_read_or_refused_with_a_code(elements):
    code, verbs = None, []
    try:
        verbs = reading("".join(elements))
    except RefusedAnswer as refused:
        code = refused.code
    assert len(verbs) == len(elements) if code is None else 11_100 <= code < 14_000


@given(strategies.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    with pytest.raises(RefusedAnswer):
        read(body, "text/xml", HERE)
