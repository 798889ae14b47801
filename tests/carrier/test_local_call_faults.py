"""Calls at the local phone network when the service, the weather or the network itself fails."""

from __future__ import annotations

import io
import wave

import pytest

from service import clock
from tests.carrier.conftest import client_of
from tests.carrier.service_side import Answer, ServiceSide
from tests.carrier.voice_side import ANA, MENU, STATUS, STEP, VOICE, saying, twiml
from tests.phone import SERVICE_NUMBER, TOKEN, PhoneNetwork


def failing(path: str, answer: Answer, **others: str):
    """This answer for one path, as long as nothing failed before; verbs for the others."""
    usual = saying(**others)

    def answered(asked):
        broken = asked.path.partition("?")[0] == path and "ErrorCode" not in asked.form
        return answer if broken else usual(asked)

    return answered


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (twiml("<Shout/>"), 12200),
        (twiml("<Say/>"), 13520),
        (twiml("<Redirect/><Say>Hello</Say>"), 12200),
        (Answer("no TwiML"), 12100),
        (Answer("Hello", content_type="text/plain"), 12300),
        (Answer(status=404), 11200),
    ],
)
def test_what_cannot_be_used_is_kept_as_trouble_and_the_fallback_is_asked(
    phones, service, answer, code
):
    service.answer = failing(VOICE, answer, voice="<Say>Please call later.</Say>")
    call = phones.handset(ANA).dial()
    call.hears("Please call later")
    assert call.over
    trouble = phones.troubles()[-1]
    assert (trouble["code"], trouble["sid"]) == (code, call.sid)
    again = service.to(VOICE)[-1]
    assert again.signed
    assert (again.form["ErrorCode"], again.form["ErrorUrl"]) == (str(code), service.url + VOICE)
    assert again.form["CallSid"] == call.sid


def test_a_failure_in_the_middle_of_a_call_asks_the_fallback_too(phones, service):
    service.answer = failing(STEP, Answer(status=500), voice=MENU)
    call = phones.handset(ANA).dial().presses("1")
    call.hears("Press 1")
    form = service.to(VOICE)[-1].form
    assert (form["ErrorCode"], form["ErrorUrl"]) == ("11200", service.url + STEP + "?n=1")
    assert call.awaits == "keys"


def test_without_any_use_of_the_fallback_the_caller_hears_an_apology(phones, service):
    service.answer = lambda asked: Answer(status=500)
    call = phones.handset(ANA).dial()
    call.hears("application error")
    assert call.status == "completed"
    assert phones.troubles()[-1]["code"] == 11200
    assert service.to(STATUS)[0].form["CallStatus"] == "completed"


def test_a_number_without_a_fallback_has_none(phones, service, client):
    (number,) = client.incoming_phone_numbers.list()
    number.update(voice_fallback_url="", voice_url=service.url + "/only")
    service.answer = lambda asked: Answer(status=404)
    phones.handset(ANA).dial().hears("application error")
    assert [asked.path for asked in service.asked if "voice" not in asked.path] == ["/only"]


def test_a_call_out_has_a_fallback_of_its_own(phones, service, client):
    service.answer = saying(other="<Say>Later then</Say>", answered="<Say/>")
    client.calls.create(
        to=ANA, from_=SERVICE_NUMBER, url=service.url + "/answered",
        fallback_url=service.url + "/other",
    )  # fmt: skip
    phones.handset(ANA).rings().answers().hears("Later then")


def test_webhooks_are_repeated_as_their_url_asks(phones, service):
    answers = iter([Answer(status=503), Answer(status=503), twiml("<Say>At last</Say>")])
    service.answer = lambda asked: next(answers) if asked.path == VOICE else twiml("")
    phones.handset(ANA).dial().hears("At last")
    tokens = {asked.headers["I-Twilio-Idempotency-Token"] for asked in service.to(VOICE)}
    assert (len(service.to(VOICE)), len(tokens)) == (3, 1)


def test_a_lost_webhook_is_a_failed_one(phones, service):
    phones.misbehave(webhook_lost=1)
    call = phones.handset(ANA).dial()
    call.hears("application error")
    assert service.to(VOICE) == []
    assert phones.troubles()[-1]["code"] == 11205


@pytest.mark.parametrize("weather", ["webhook_doubled", "answer_lost"])
def test_a_webhook_may_come_twice_and_counts_once(phones, service, weather):
    phones.misbehave(**{weather: 1})
    service.answer = saying(voice=MENU, step="<Say>Thank you</Say>")
    call = phones.handset(ANA).dial().presses("1")
    call.hears("Thank you")
    assert [asked.form["Digits"] for asked in service.to(STEP)] == ["1", "1"]
    assert call.heard == ["Press 1 or 2.", "Thank you"]
    assert "repeats answered differently" not in phones.counts()["webhooks"]


def test_a_repeat_that_is_answered_differently_is_counted(phones, service):
    phones.misbehave(answer_lost=1)
    words = iter(["One", "Another"])
    service.answer = lambda asked: twiml(f"<Say>{next(words)}</Say>" if asked.path == VOICE else "")
    phones.handset(ANA).dial().hears("Another")
    assert phones.counts()["webhooks"]["repeats answered differently"] == 1


def test_status_callbacks_can_be_lost_and_doubled(phones, service):
    phones.misbehave(callback_lost=1)
    phones.handset(ANA).dial()
    phones.idle()
    assert service.to(STATUS) == []
    phones.misbehave(callback_lost=0, callback_doubled=1)
    phones.handset(ANA).dial()
    phones.idle()
    assert len(service.to(STATUS)) == 2


def test_unannounced_parameters_come_with_every_webhook(phones, service):
    phones.misbehave(extra={"Novelty": " yes "})
    phones.handset(ANA).dial()
    phones.idle()
    for path in (VOICE, STATUS):
        (asked,) = service.to(path)
        assert asked.signed
        assert asked.form["Novelty"] == " yes "


def test_a_sound_is_fetched_and_takes_its_time(phones, service):
    kept = io.BytesIO()
    with wave.open(kept, "wb") as wav:
        wav.setparams((1, 2, 8000, 0, "NONE", ""))
        wav.writeframes(bytes(32_000))
    usual = saying(voice="<Play>/sound.wav?until=9&amp;key=a%2Fb</Play>")

    def answered(asked):
        if asked.path.startswith("/sound.wav"):
            return Answer(kept.getvalue(), content_type="audio/wav")
        return usual(asked)

    service.answer = answered
    call = phones.handset(ANA).dial()
    call.hears("/sound.wav")
    (asked,) = service.to("/sound.wav")
    assert (asked.method, asked.path, asked.signed) == (
        "GET", "/sound.wav?until=9&key=a%2Fb", True,
    )  # fmt: skip
    (played,) = [event for event in call.events if event["kind"] == "play"]
    assert (played["seconds"], played["media_type"]) == (2.0, "audio/wav")


@pytest.mark.parametrize(
    ("answer", "code"),
    [(Answer(status=403), 11200), (Answer("x", content_type="text/html"), 13420)],
)
def test_a_sound_that_cannot_be_played_is_trouble(phones, service, answer, code):
    usual = saying(voice="<Play>/sound.wav</Play>")
    service.answer = lambda asked: answer if asked.path == "/sound.wav" else usual(asked)
    phones.handset(ANA).dial().hears("application error")
    assert code in [trouble["code"] for trouble in phones.troubles()]


def test_a_restart_ends_calls_as_failed_and_keeps_recordings(tmp_path):
    side = ServiceSide(TOKEN).start()
    record = '<Record action="/step"/>'
    side.answer = saying(voice=record, step=MENU, answered=MENU)
    network = PhoneNetwork(side.url, home=tmp_path).start()
    try:
        talk = network.handset(ANA).dial().records(4)
        gone = network.handset("+15550142002").dial().records(2)
        gone.hangs_up()
        (dropped,) = client_of(network).calls(gone.sid).recordings.list()
        dropped.delete()
        out = client_of(network).calls.create(
            to="+15550142003", from_=SERVICE_NUMBER, url=side.url + "/answered",
            status_callback=side.url + "/status",
        )  # fmt: skip
        network.handset("+15550142003").rings()
        network.kill()
        network.start()
        found = {call.sid: call.status for call in client_of(network).calls.list()}
        assert found == {talk.sid: "failed", gone.sid: "completed", out.sid: "failed"}
        assert side.wait_for("/status")[0].form["CallStatus"] == "failed"
        (kept,) = client_of(network).recordings.list()
        assert (kept.call_sid, kept.duration, kept.status) == (talk.sid, "4", "completed")
        network.kill()
        network.start()
        assert len(client_of(network).calls.list()) == 3
        network.idle()
        assert len(side.to("/status")) == 1
    finally:
        network.stop()
        side.stop()


def test_rings_and_forgotten_calls_end_by_the_services_clock(tmp_path, service):
    offset = tmp_path / "clock"
    clock.write_offset(offset, 0.0)
    service.answer = saying(voice=MENU)
    with PhoneNetwork(service.url, clock_file=offset) as network:
        forgotten = network.handset(ANA).dial()
        client_of(network).calls.create(
            to="+15550142002", from_=SERVICE_NUMBER, url=service.url + "/answered", timeout=30,
            status_callback=service.url + "/status",
        )  # fmt: skip
        network.handset("+15550142002").rings()
        clock.write_offset(offset, 31.0)
        (asked,) = service.wait_for("/status")
        assert asked.form["CallStatus"] == "no-answer"
        assert not forgotten.over
        clock.write_offset(offset, 4 * 3600.0)
        (asked,) = service.wait_for(STATUS)
        assert (asked.form["CallSid"], asked.form["CallStatus"]) == (forgotten.sid, "completed")
        assert int(asked.form["CallDuration"]) >= 4 * 3600 - 60
