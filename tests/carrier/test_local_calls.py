"""Calls over the local phone network, from the side of who holds the phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.carrier.service_side import Answer, ServiceSide
from tests.phone import ACCOUNT, SERVICE_NUMBER, TOKEN, PhoneNetwork

ANA = "+15550142001"
VOICE, STEP, STATUS = "/twilio/voice", "/step", "/twilio/voice/status"


@pytest.fixture(scope="module")
def running() -> Iterator[PhoneNetwork]:
    with PhoneNetwork() as network:
        yield network


@pytest.fixture
def service() -> Iterator[ServiceSide]:
    side = ServiceSide(TOKEN).start()
    yield side
    side.stop()


@pytest.fixture
def phones(running: PhoneNetwork, service: ServiceSide) -> PhoneNetwork:
    running.forget()
    running.behave()
    running.serve(service.url)
    return running


def twiml(verbs: str) -> Answer:
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>')


def saying(**by_path: str):
    """Answer each path (`voice`, `step`) with these verbs."""
    return lambda asked: twiml(by_path.get(asked.path.partition("?")[0].split("/")[-1], ""))


MENU = '<Gather numDigits="1" action="/step?n=1"><Say>Press 1 or 2.</Say></Gather>'


def test_a_call_is_told_to_the_service_signed_and_whole(phones, service):
    service.answer = saying(voice="<Say>Hello Ana</Say>")
    call = phones.handset(ANA).dial()
    (asked,) = service.to(VOICE)
    assert asked.signed
    form = asked.form
    assert form["CallSid"] == call.sid
    assert form["From"] == form["Caller"] == ANA
    assert form["To"] == form["Called"] == SERVICE_NUMBER
    assert (form["CallStatus"], form["Direction"]) == ("ringing", "inbound")
    assert (form["AccountSid"], form["ApiVersion"]) == (ACCOUNT, "2010-04-01")
    assert form["FromCity"] == form["CallerCity"] == ""
    call.hears("Hello Ana")
    assert call.over


def test_keys_go_to_the_action_beside_the_document(phones, service):
    service.answer = saying(voice=MENU, step="<Say>Thank you</Say>")
    call = phones.handset(ANA).dial()
    call.hears("press 1")
    assert call.awaits == "keys"
    call.presses("2").hears("Thank you")
    (asked,) = service.to(STEP)
    assert asked.path == "/step?n=1"
    assert asked.form["Digits"] == "2"
    assert asked.form["CallStatus"] == "in-progress"
    assert call.over


def test_hanging_up_ends_a_call_and_tells_the_service(phones, service):
    service.answer = saying(voice=MENU)
    call = phones.handset(ANA).dial().hangs_up()
    assert call.over
    (asked,) = service.to(STATUS)
    assert asked.signed
    assert (asked.form["CallSid"], asked.form["CallStatus"]) == (call.sid, "completed")
    assert int(asked.form["CallDuration"]) >= 1


def test_who_hangs_up_while_it_rings_was_never_answered(phones, service):
    service.answer = saying(voice='<Pause length="3"/>' + MENU)
    call = phones.handset(ANA).dial(stay=False)
    assert (call.status, call.awaits) == ("ringing", "ring")
    call.hangs_up()
    assert (call.status, call.seconds) == ("no-answer", 0)
    (asked,) = service.to(STATUS)
    assert (asked.form["CallStatus"], asked.form["CallDuration"]) == ("no-answer", "0")
