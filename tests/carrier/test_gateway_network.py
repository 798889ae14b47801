"""The gateway against the local phone network: what it says of each fate, and what it can ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from service import clock
from service.carrier.gateway import Gateway
from service.carrier.outcomes import Accepted, InDoubt, Outcome, Refused, SlowDown
from service.carrier.sending import Outgoing
from tests.phone import ACCOUNT, SERVICE_NUMBER, TOKEN, PhoneNetwork

ANA = "+15550142001"


@pytest.fixture(scope="module")
def running() -> Iterator[PhoneNetwork]:
    with PhoneNetwork("http://127.0.0.1:9") as network:
        yield network


@pytest.fixture
def phones(running: PhoneNetwork) -> PhoneNetwork:
    running.forget()
    running.behave()
    return running


@pytest.fixture
def gateway(phones: PhoneNetwork) -> Iterator[Gateway]:
    gateway = Gateway(ACCOUNT, TOKEN, phones.url, timeout=1.0, in_flight=32)
    yield gateway
    gateway.close()


def send(gateway: Gateway, body: str = "Hello", to: str = ANA) -> Outcome:
    return gateway.send(Outgoing("m", to, SERVICE_NUMBER, body))


def test_a_text_arrives_and_is_followed_to_its_end(phones, gateway):
    outcome = send(gateway, "¿Cómo estás? 😀")
    assert isinstance(outcome, Accepted)
    assert phones.handset(ANA).expect("¿Cómo estás? 😀").sid == outcome.sid
    phones.idle()
    record = gateway.fetch(outcome.sid)
    assert record is not None
    assert record.status == "delivered"
    assert record.sent_at is not None
    assert gateway.fetch("SM" + "0" * 32) is None


@pytest.mark.parametrize(
    ("weather", "outcome", "taken"),
    [
        ({"broken": 1}, InDoubt("http 500"), 0),
        ({"broken_after": 1}, InDoubt("http 500"), 1),
        ({"drop_before": 1}, InDoubt("connection dropped"), 0),
        ({"drop_after": 1}, InDoubt("connection dropped"), 1),
        ({"stall": 1, "stall_ms": 5000}, InDoubt("timeout"), 1),
        ({"outage": "unreachable"}, InDoubt("connection dropped"), 0),
        ({"numbers": {ANA: 21614}}, Refused(21614, 400, "unusable"), 0),
        ({"regions": ["CA"]}, Refused(21408, 400, "config"), 0),
    ],
)
def test_each_fate_has_its_outcome_and_what_was_taken_is_found(
    phones, gateway, weather, outcome, taken
):
    began = clock.now()
    phones.misbehave(**weather)
    judged = send(gateway)
    phones.behave()
    assert judged == outcome or (judged[0] == outcome[0] and type(judged) is type(outcome))
    held = gateway.list_messages(ANA, SERVICE_NUMBER, began)
    assert [record.body for record in held] == ["Hello"] * taken


def test_too_much_at_once_slows_down(phones, gateway):
    phones.misbehave(too_many=1)
    assert isinstance(send(gateway), SlowDown)


def test_a_person_who_wrote_stop_is_told_apart(phones, gateway):
    phones.handset(ANA).send("STOP")
    phones.idle()
    assert send(gateway) == Refused(21610, 400, "opted-out")


def test_of_many_under_a_bad_sky_none_is_lost_from_sight(phones, gateway, scale):
    phones.misbehave(drop_after=0.05, drop_before=0.05, too_many=0.1, broken=0.05)
    count = int(2000 * scale)
    settled = {}
    with gateway.sending() as stream:
        stream.put(Outgoing(f"m{n}", ANA, SERVICE_NUMBER, f"Text {n}") for n in range(count))
        while stream.open:
            settled.update(stream.take(2.0, at_least=64))
    phones.behave()
    assert len(settled) == count
    taken = phones.accepted()
    for n in range(count):
        held = taken.get((ANA, f"Text {n}"), 0)
        match settled[f"m{n}"]:
            case Accepted():
                assert held == 1
            case SlowDown():
                assert held == 0
            case InDoubt():
                assert held in (0, 1)
            case other:
                raise AssertionError(other)


def test_what_came_in_while_nobody_heard_is_listed(phones, gateway):
    began = clock.now()
    sid = phones.handset(ANA).send("Is anybody there?")
    send(gateway)
    [heard] = gateway.list_received(began)
    assert (heard.sid, heard.from_, heard.to) == (sid, ANA, SERVICE_NUMBER)
    assert heard.body == "Is anybody there?"
    assert gateway.list_received(began, to=SERVICE_NUMBER) == [heard]
    assert gateway.list_received(clock.now() + timedelta(hours=1)) == []


def test_words_can_be_taken_back_from_the_network(phones, gateway):
    outcome = send(gateway, "Private")
    assert isinstance(outcome, Accepted)
    phones.idle()
    assert gateway.redact(outcome.sid)
    record = gateway.fetch(outcome.sid)
    assert record is not None
    assert record.body == ""
    assert gateway.delete(outcome.sid)
    assert gateway.fetch(outcome.sid) is None


def test_our_numbers_tell_where_their_webhooks_point(phones, gateway):
    [number] = gateway.numbers()
    assert number.number == SERVICE_NUMBER
    url = "https://line.example/twilio/sms#rc=3&rp=5xx,ct,rt"
    gateway.point_webhooks(number.sid, {"sms_url": url, "sms_fallback_url": url})
    [after] = gateway.numbers()
    assert (after.sms_url, after.sms_fallback_url) == (url, url)
    assert gateway.ping() == "active"
