"""Recordings at the local phone network: made in a call, fetched, called back, deleted."""

from __future__ import annotations

import io
import wave

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from service.carrier.local.recordings import Recording
from tests.carrier.voice_side import ANA, STATUS, STEP, saying
from tests.phone import ACCOUNT, TOKEN

RECORD = (
    '<Say>Tell us after the tone.</Say><Record action="/step" maxLength="60" timeout="4" '
    'recordingStatusCallback="/told?c=1" recordingStatusCallbackEvent="completed absent"/>'
    "<Say>Nothing came.</Say>"
)


@pytest.fixture
def talk(phones, service):
    service.answer = saying(voice=RECORD, step="<Say>Thank you</Say>")
    return phones.handset(ANA).dial()


def sound(phones, sid, ending=""):
    url = f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}{ending}"
    session = requests.Session()
    session.trust_env = False
    return session.get(url, auth=(ACCOUNT, TOKEN), timeout=10)


def test_what_was_spoken_after_the_tone_can_be_fetched(phones, service, client, talk):
    talk.hears("after the tone")
    assert (talk.awaits, talk.expects["longest"]) == ("recording", 60)
    assert [event["kind"] for event in talk.events][-1] == "beep"
    talk.records(7).hears("Thank you")
    form = service.to(STEP)[0].form
    assert (form["RecordingDuration"], form["Digits"]) == ("7", "")
    assert form["RecordingUrl"].startswith(phones.url)
    assert form["RecordingUrl"].endswith(form["RecordingSid"])
    phones.idle()
    (told,) = service.to("/told")
    assert told.signed
    assert told.form["RecordingStatus"] == "completed"
    assert told.form["RecordingSid"] == form["RecordingSid"]
    assert (told.form["CallSid"], told.form["RecordingDuration"]) == (talk.sid, "7")

    answer = sound(phones, form["RecordingSid"])
    assert answer.headers["Content-Type"] == "audio/x-wav"
    with wave.open(io.BytesIO(answer.content)) as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, 8000)
        assert wav.getnframes() == 7 * 8000
    assert sound(phones, form["RecordingSid"], ".wav").content == answer.content
    mp3 = sound(phones, form["RecordingSid"], ".mp3")
    assert mp3.headers["Content-Type"] == "audio/mpeg"
    assert mp3.content.startswith(b"ID3")
    assert 55_000 < len(mp3.content) < 57_000  # 64 kbit/s

    fetched = client.recordings(form["RecordingSid"]).fetch()
    assert (fetched.call_sid, fetched.duration, fetched.status) == (talk.sid, "7", "completed")
    assert [found.sid for found in client.calls(talk.sid).recordings.list()] == [fetched.sid]
    assert [found.sid for found in client.recordings.list(call_sid=talk.sid)] == [fetched.sid]


@pytest.mark.parametrize("key", ["#", "1"])
def test_a_key_ends_a_recording(phones, service, talk, key):
    talk.records(5, key=key)
    assert service.to(STEP)[0].form["Digits"] == key


def test_a_recording_is_no_longer_than_it_may_be(phones, service, talk):
    talk.records(600)
    assert service.to(STEP)[0].form["RecordingDuration"] == "60"


def test_an_empty_recording_goes_on_to_the_next_verb(phones, service, client, talk):
    talk.silent().hears("Nothing came")
    phones.idle()
    assert service.to(STEP) == []
    (told,) = service.to("/told")
    assert told.form["RecordingStatus"] == "absent"
    assert "RecordingUrl" not in told.form
    assert client.recordings.list() == []


def test_hanging_up_keeps_what_was_said_until_then(phones, service, client, talk):
    talk.records(3, hangs_up=True)
    assert talk.over
    phones.idle()
    (asked,) = service.to(STEP)
    assert (asked.form["Digits"], asked.form["RecordingDuration"]) == ("hangup", "3")
    assert asked.form["CallStatus"] == "completed"
    assert service.to(STATUS)[0].form["CallStatus"] == "completed"
    assert len(client.recordings.list()) == 1
    assert "Thank you" not in talk.heard


def test_hanging_up_at_the_tone_is_told_too(phones, service, client, talk):
    talk.hangs_up()
    phones.idle()
    (asked,) = service.to(STEP)
    assert asked.form["Digits"] == "hangup"
    assert "RecordingUrl" not in asked.form
    assert client.recordings.list() == []


def test_a_recording_cannot_be_fetched_before_it_is_ready(phones, service, client, talk):
    phones.misbehave(recorded_after_ms=60_000)
    talk.records(3)
    (made,) = client.recordings.list()
    assert (made.status, sound(phones, made.sid).status_code) == ("processing", 404)
    assert service.to("/told") == []
    phones.flush()
    assert sound(phones, made.sid).status_code == 200
    assert len(service.to("/told")) == 1


def test_a_deleted_recording_is_gone(phones, client, talk):
    talk.records(3)
    (made,) = client.recordings.list()
    assert client.recordings(made.sid).delete()
    assert client.recordings.list() == []
    assert sound(phones, made.sid).status_code == 404
    with pytest.raises(TwilioRestException) as refused:
        client.recordings(made.sid).fetch()
    assert refused.value.status == 404


def test_recordings_can_be_told_apart_by_their_sound():
    def made(sid):
        return Recording(sid=sid, call="CA1", account=ACCOUNT, seconds=2, created=0)

    first, second = made("RE00"), made("RE01")
    assert first.wav() != second.wav()
    assert first.mp3() != second.mp3()
    assert (first.wav(), first.mp3()) == (made("RE00").wav(), made("RE00").mp3())


def test_sounds_need_the_credentials(phones, client, talk):
    talk.records(1)
    phones.idle()
    (made,) = client.recordings.list()
    url = f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{made.sid}"
    session = requests.Session()
    session.trust_env = False
    assert session.get(url, timeout=10).status_code == 401
