"""The webhooks of calls: passed on as they came; a caller never meets a dead line."""

from __future__ import annotations

import logging
from xml.etree import ElementTree

import pytest

from flows.calling import Came

CALL = {"CallSid": "CA1", "From": "+15550100", "To": "+15550199", "CallStatus": "ringing"}
STEP = "/twilio/voice/step?c=01CALL&s=3"


def test_who_calls_is_passed_on(network, heard):
    answer = network.post("/twilio/voice", CALL)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/xml")
    assert heard.calls == [{"sid": "CA1", "from_": "+15550100", "to": "+15550199"}]


def test_who_takes_a_call_of_ours_is_passed_on(network, heard):
    network.post("/twilio/voice/answered?c=01CALL", {**CALL, "AnsweredBy": "machine_start"})
    network.post("/twilio/voice/answered?c=01CALL", CALL)
    assert heard.calls == [
        {"call_id": "01CALL", "sid": "CA1", "answered_by": "machine_start"},
        {"call_id": "01CALL", "sid": "CA1", "answered_by": None},
    ]


@pytest.mark.parametrize(
    ("form", "came"),
    [
        ({"Digits": "12"}, Came("12")),
        ({"Digits": "*"}, Came("*")),
        ({}, Came()),
        ({"Digits": "", "SpeechResult": ""}, Came()),
        ({"SpeechResult": " Two, please. ", "Confidence": "0.82"},
         Came("", " Two, please. ", 0.82)),
        ({"SpeechResult": "two", "Confidence": "many"}, Came("", "two", 1.0)),
        ({"SpeechResult": "two", "Confidence": "nan"}, Came("", "two", 1.0)),
        ({"SpeechResult": "two", "Confidence": "7"}, Came("", "two", 1.0)),
    ],
)  # fmt: skip
def test_what_came_in_is_passed_on(network, heard, form, came):
    assert network.post(STEP, {**CALL, **form}).status_code == 200
    assert heard.calls == [
        {"call_id": "01CALL", "step": 3, "came": came, "recorded": None, "hung_up": False}
    ]


def test_the_key_that_ends_a_recording_is_no_answer(network, heard):
    for digits in ("#", "hangup"):
        form = {**CALL, "RecordingSid": "RE1", "RecordingDuration": "7", "Digits": digits}
        network.post(STEP, form)
    ended, hung_up = heard.calls
    assert ended["came"] == hung_up["came"] == Came(recorded=7)
    assert ended["recorded"] == hung_up["recorded"] == ("RE1", 7)
    assert (ended["hung_up"], hung_up["hung_up"]) == (False, True)


def test_how_a_call_ended_is_passed_on(network, heard):
    form = {**CALL, "CallStatus": "completed", "CallDuration": "31", "AnsweredBy": "human"}
    assert network.post("/twilio/voice/status?c=01CALL", form).status_code == 200
    assert network.post("/twilio/voice/status", {**CALL, "CallStatus": "busy"}).status_code == 200
    assert heard.ends[0] == {
        "sid": "CA1", "call_id": "01CALL", "status": "completed", "seconds": 31,
        "answered_by": "human", "error_code": None,
    }  # fmt: skip
    assert heard.ends[1]["call_id"] is heard.ends[1]["seconds"] is None


def test_who_came_and_went_in_a_room_is_passed_on(network, heard):
    form = {"ConferenceSid": "CF1", "FriendlyName": "a-room-0", "CallSid": "CA1"}
    left = {**form, "StatusCallbackEvent": "participant-leave", "ParticipantLabel": "01LEG"}
    assert network.post("/twilio/voice/conference", left).status_code == 200
    network.post("/twilio/voice/conference", {**form, "StatusCallbackEvent": "conference-end"})
    assert heard.meetings == [{"leg_id": "01LEG", "room": "a-room-0", "event": "participant-leave"}]


def test_who_hung_up_in_a_room_is_told_so(network, heard):
    form = {"CallSid": "CA1", "CallStatus": "completed", "DialCallStatus": "answered"}
    network.post("/twilio/voice/step?c=01CALL&s=7", form)
    assert heard.calls[-1]["hung_up"] is True
    network.post("/twilio/voice/step?c=01CALL&s=7", {**form, "CallStatus": "in-progress"})
    assert heard.calls[-1]["hung_up"] is False


def test_a_recording_that_can_be_fetched_is_passed_on_and_an_empty_one_is_not(network, heard):
    form = {"CallSid": "CA1", "RecordingSid": "RE1", "RecordingDuration": "7"}
    network.post("/twilio/voice/recording?c=01CALL", {**form, "RecordingStatus": "completed"})
    network.post("/twilio/voice/recording?c=01CALL", {**form, "RecordingStatus": "absent"})
    assert heard.recordings == [{"call_id": "01CALL", "sid": "RE1", "seconds": 7}]


@pytest.mark.parametrize(
    "path",
    ["/twilio/voice", "/twilio/voice/answered?c=1", STEP, "/twilio/voice/status?c=1",
     "/twilio/voice/recording?c=1"],
)  # fmt: skip
def test_what_the_network_did_not_sign_has_no_effect(network, heard, path):
    assert network.post(path, CALL, "").status_code == 403
    assert network.post(path, CALL, "forged").status_code == 403
    assert heard.calls == heard.ends == heard.recordings == []


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/twilio/voice", {"AccountSid": "AC1"}),
        ("/twilio/voice/step?c=01CALL", CALL),
        ("/twilio/voice/step?c=01CALL&s=x", CALL),
        ("/twilio/voice/step?s=2", CALL),
        ("/twilio/voice/answered", CALL),
        ("/twilio/voice/status", {"AccountSid": "AC1"}),
        ("/twilio/voice/recording", CALL),
    ],
)
def test_what_is_of_no_call_is_refused(network, heard, path, form):
    assert network.post(path, form).status_code == 400
    assert heard.calls == heard.ends == heard.recordings == []


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/voice/answered?c=01CALL", STEP])
def test_while_we_are_away_the_lines_are_told_and_the_same_is_asked_again(
    network, heard, caplog, capfd, path
):
    heard.broken = True
    tries, asked = 0, path
    with caplog.at_level(logging.DEBUG):
        while True:
            answer = network.post(asked, CALL)
            assert answer.status_code == 200
            root = ElementTree.fromstring(answer.data)
            if tries in (0, 3):
                assert "9, 8, 8" in root.findtext("Say")
            if root[-1].tag == "Hangup":
                break
            again = root.findtext("Redirect").partition("#")[0]
            assert again.startswith(f"https://line.example/base{path}")
            asked, tries = again.removeprefix("https://line.example/base"), tries + 1
    assert tries == 3
    assert "5550100" not in caplog.text + "".join(capfd.readouterr())


def test_when_we_are_back_the_call_goes_on_where_it_stood(network, heard):
    heard.broken = True
    root = ElementTree.fromstring(network.post(STEP, {**CALL, "Digits": "2"}).data)
    heard.broken = False
    again = root.findtext("Redirect").partition("#")[0].removeprefix("https://line.example/base")
    assert b"Hello." in network.post(again, CALL).data
    assert (heard.calls[0]["call_id"], heard.calls[0]["step"]) == ("01CALL", 3)
