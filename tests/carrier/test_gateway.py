"""The gateway against a network over real HTTP."""

from __future__ import annotations

import base64
import os
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from service import clock
from service.carrier.gateway import Gateway
from service.carrier.outcomes import (
    NOT_BEGUN,
    Accepted,
    InDoubt,
    Refused,
    Retry,
    SlowDown,
)
from service.carrier.records import CarrierTrouble
from service.carrier.sending import Outgoing
from tests.carrier.network import dropping, refusing, saying, silent

OURS, THEIRS = "+15550199", "+15550100"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ACCOUNT = "/2010-04-01/Accounts/AC1"


def text(identity: str = "m1", to: str = THEIRS, **more) -> Outgoing:
    return Outgoing(identity, to, OURS, more.pop("body", "Hello"), **more)


def test_a_message_arrives_as_it_was_meant(network, gateway):
    outcome = gateway.send(
        text(
            body="¿Cómo estás? 😀 a+b & c=d",
            callback_url="https://h.example/twilio/status?m=m1",
            validity_seconds=99_999,
            media=("https://h.example/a.png",),
        )
    )
    assert isinstance(outcome, Accepted)
    assert outcome.sid.startswith("SM")
    assert network.taken == [
        {
            "To": THEIRS,
            "From": OURS,
            "Body": "¿Cómo estás? 😀 a+b & c=d",
            "StatusCallback": "https://h.example/twilio/status?m=m1",
            "ValidityPeriod": "36000",
            "MediaUrl": "https://h.example/a.png",
        }
    ]
    assert network.headers["Authorization"] == "Basic " + base64.b64encode(b"AC1:token").decode()
    assert network.headers["User-Agent"].startswith("twilio-python/")
    assert network.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_what_comes_too_late_is_not_begun(network, gateway):
    """Its claim may be somebody else's by now."""
    in_time, late = clock.now() + timedelta(seconds=5), clock.now()
    assert isinstance(gateway.send(text(begin_before=in_time)), Accepted)
    assert gateway.send(text(begin_before=late)) == Retry(NOT_BEGUN)
    assert len(network.taken) == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refusing(400, 21610), Refused(21610, 400, "opted-out")),
        (refusing(401, 20003), Refused(20003, 401, "credentials")),
        (refusing(429, 20429, {"Retry-After": "2"}), SlowDown(20429, 2.0)),
        (refusing(500, 20500), InDoubt("http 500")),
        (saying(201, "<html>fine</html>"), InDoubt("unreadable 201")),
        (saying(404, "nothing here"), Refused(None, 404, "config")),
        (dropping(), InDoubt("connection dropped")),
        (silent(5), InDoubt("timeout")),
    ],
)
def test_every_ending_is_one_outcome(network, gateway, answer, outcome):
    network.script[THEIRS] = answer
    assert gateway.send(text()) == outcome


def test_nothing_listening_is_certainly_not_sent():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        gateway = Gateway("AC1", "t", f"http://127.0.0.1:{held.getsockname()[1]}", timeout=1)
        assert gateway.send(text()) == Retry("connection refused")
        gateway.close()


def test_a_name_that_is_not_found_is_certainly_not_sent():
    gateway = Gateway("AC1", "t", "http://no-such-host.invalid", timeout=2)
    assert gateway.send(text()) in (Retry("name not found"), Retry("connect timeout"))
    gateway.close()


def test_plain_http_where_tls_is_spoken_is_certainly_not_sent(network):
    gateway = Gateway("AC1", "t", network.url.replace("http://", "https://"), timeout=1)
    assert gateway.send(text()) == Retry("tls")
    gateway.close()


def test_too_long_or_empty_never_reaches_the_network(network, gateway):
    assert gateway.send(text(body="x" * 1601)) == Refused(21617, 0, "bug")
    assert gateway.send(text(body="")) == Refused(21602, 0, "bug")
    assert network.taken == []


def test_the_environment_does_not_corrupt_the_address(network, monkeypatch):
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    gateway = Gateway("AC1", "token", network.url + "/", timeout=1)
    assert isinstance(gateway.send(text()), Accepted)
    gateway.close()


def test_many_keep_n_in_flight_over_pooled_connections_and_each_settles_once(network, gateway):
    network.delay = 0.01
    settled = []
    with gateway.sending() as stream:
        stream.put(text(f"m{n}", to=f"+1555{n:07d}") for n in range(200))
        while stream.open:
            settled += stream.take(1.0, at_least=32)
    assert sorted(one.id for one in settled) == sorted(f"m{n}" for n in range(200))
    assert all(isinstance(one.outcome, Accepted) for one in settled)
    assert network.most_at_once == 16
    assert network.connections <= 20
    before = network.connections
    gateway.send(text("again"))  # a later job: no new connection
    assert network.connections == before


def test_take_returns_in_its_time_and_withdraw_gives_back_what_was_not_begun(network, gateway):
    network.delay = 0.5
    with gateway.sending() as stream:
        stream.put(text(f"m{n}") for n in range(50))
        began = time.monotonic()
        assert stream.take(0.05) == []
        assert time.monotonic() - began < 0.45
        back = stream.withdraw()
        assert 30 <= len(back) <= 50
        rest = []
        while stream.open:
            rest += stream.take(1.0, at_least=16)
    assert len(rest) + len(back) == 50
    assert len(network.taken) == len(rest)


def test_who_settles_may_wait_for_work(network, gateway):
    with gateway.sending() as stream:
        assert not stream.wait(0.01)
        threading.Timer(0.05, lambda: stream.put([text()])).start()
        began = time.monotonic()
        assert stream.wait(5)
        assert time.monotonic() - began < 4
        assert len(stream.take(2)) == 1


def test_closing_lets_what_is_in_flight_end(network):
    gateway = Gateway("AC1", "token", network.url, timeout=1.0)
    network.delay = 0.2
    with gateway.sending() as stream:
        stream.put([text()])
        time.sleep(0.1)
        gateway.close()
        assert isinstance(stream.take(0)[0].outcome, Accepted)
    assert not [t for t in threading.enumerate() if t.name == "hearthline-gateway"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_after_a_fork_the_child_has_a_line_of_its_own(network):
    gateway = Gateway("AC1", "token", network.url, timeout=20)
    gateway.send(text("parent"))
    child = os.fork()
    if not child:
        os._exit(0 if isinstance(gateway.send(text("child")), Accepted) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert isinstance(gateway.send(text("parent again")), Accepted)
    gateway.close()


def held(sid: str, created: datetime, **more) -> dict[str, object]:
    stamp = created.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return {
        "sid": sid,
        "account_sid": "AC1",
        "to": THEIRS,
        "from": OURS,
        "body": "Hello",
        "status": "queued",
        "direction": "outbound-api",
        "num_media": "0",
        "error_code": None,
        "date_created": stamp,
        "date_updated": stamp,
        "date_sent": None,
        **more,
    }


def test_what_the_network_holds_is_listed_over_pages_until_too_old(network, gateway):
    network.routes["GET", f"{ACCOUNT}/Messages.json"] = (
        200,
        {
            "messages": [held("SM2", NOON), held("SM1", NOON - timedelta(minutes=1))],
            "next_page_uri": f"{ACCOUNT}/Page2.json?Page=1",
        },
    )
    network.routes["GET", f"{ACCOUNT}/Page2.json"] = (
        200,
        {"messages": [held("SM0", NOON - timedelta(hours=1))], "next_page_uri": None},
    )
    found = gateway.list_messages(THEIRS, OURS, NOON - timedelta(minutes=5))
    assert [record.sid for record in found] == ["SM2", "SM1"]
    assert found[0].created_at == NOON
    assert found[0].sent_at is None
    assert found[0].body == "Hello"
    query = network.asked[0][1]
    assert "To=%2B15550100" in query
    assert "From=%2B15550199" in query
    assert "DateSent" not in query


def test_what_came_in_is_listed_oldest_first_without_what_went_out(network, gateway):
    sent = {"date_sent": held("", NOON)["date_created"]}
    network.routes["GET", f"{ACCOUNT}/Messages.json"] = (
        200,
        {
            "messages": [
                held("SM3", NOON, direction="inbound", status="received", **sent),
                held("SM2", NOON, **sent),
                held("SM1", NOON, direction="inbound", status="received", **sent),
            ],
            "next_page_uri": None,
        },
    )
    found = gateway.list_received(NOON, to=OURS)
    assert [record.sid for record in found] == ["SM1", "SM3"]
    assert "DateSent%3E=2026-03-01T11:58:00Z" in network.asked[0][1].replace("%3A", ":")


def test_one_message_is_fetched_or_is_not_there(network, gateway):
    network.routes["GET", f"{ACCOUNT}/Messages/SM1.json"] = (
        200,
        held("SM1", NOON, status="undelivered", error_code=30003),
    )
    record = gateway.fetch("SM1")
    assert record is not None
    assert (record.status, record.error_code) == ("undelivered", 30003)
    assert gateway.fetch("SM2") is None


def test_erasure_empties_and_deletes(network, gateway):
    path = f"{ACCOUNT}/Messages/SM1.json"
    network.routes["POST", path] = (200, held("SM1", NOON, body=""))
    network.routes["DELETE", path] = (204, None)
    assert gateway.redact("SM1")
    assert network.asked[-1] == ("POST", path, {"Body": ""})
    assert gateway.delete("SM1")
    assert not gateway.redact("SM9")
    assert not gateway.delete("SM9")


NUMBER = {
    "sid": "PN1",
    "phone_number": OURS,
    "sms_url": "https://old.example/sms",
    "sms_fallback_url": "",
    "voice_url": None,
    "voice_fallback_url": "",
    "status_callback": "",
}


def test_webhooks_are_read_and_pointed_here(network, gateway):
    network.routes["GET", f"{ACCOUNT}/IncomingPhoneNumbers.json"] = (
        200,
        {"incoming_phone_numbers": [NUMBER], "next_page_uri": None},
    )
    [number] = gateway.numbers()
    assert (number.number, number.sms_url, number.voice_url) == (
        OURS,
        "https://old.example/sms",
        "",
    )
    path = f"{ACCOUNT}/IncomingPhoneNumbers/PN1.json"
    network.routes["POST", path] = (200, {**NUMBER, "sms_url": "https://h.example/twilio/sms"})
    url = "https://h.example/twilio/sms#rc=2&rp=5xx,ct,rt"
    assert gateway.point_webhooks("PN1", {"sms_url": url}).sms_url == "https://h.example/twilio/sms"
    assert network.asked[-1] == ("POST", path, {"SmsUrl": url, "SmsMethod": "POST"})


def test_ping_tells_the_account_and_what_is_wrong(network, gateway):
    network.routes["GET", f"{ACCOUNT}.json"] = (200, {"sid": "AC1", "status": "active"})
    assert gateway.ping() == "active"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, 20003, "credentials"),
        (500, None, "failing"),
        (429, 20429, "failing"),
        (403, 20005, "refused"),
    ],
)
def test_trouble_is_one_error_for_single_things_and_for_lists(network, gateway, status, code, kind):
    answer = (status, {"code": code, "message": f"about {THEIRS}", "status": status})
    network.routes["GET", f"{ACCOUNT}.json"] = answer
    network.routes["GET", f"{ACCOUNT}/Messages.json"] = answer
    for ask in (gateway.ping, lambda: gateway.list_messages(THEIRS, OURS, NOON)):
        with pytest.raises(CarrierTrouble) as trouble:
            ask()
        assert trouble.value.kind == kind
        assert THEIRS not in str(trouble.value)


def test_no_line_is_unreachable():
    gateway = Gateway("AC1", "t", "http://127.0.0.1:9", timeout=1)
    with pytest.raises(CarrierTrouble) as trouble:
        gateway.ping()
    assert trouble.value.kind == "unreachable"
    gateway.close()
