"""The local phone network's misbehaviour, callbacks, clock and restarts."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from service.carrier.local.weather import Weather
from tests.carrier.conftest import client_of
from tests.carrier.service_side import Answer, ServiceSide
from tests.conftest import Clock
from tests.phone import ROOT, SERVICE_NUMBER, PhoneNetwork

ANA = "+15550142001"
STATUS = "/twilio/status"


def send(client: Client, body: str = "Hello", to: str = ANA, **more):
    return client.messages.create(to=to, from_=SERVICE_NUMBER, body=body, **more)


def told(service: ServiceSide) -> list[str]:
    return [asked.form["MessageStatus"] for asked in service.to(STATUS)]


# status callbacks


def test_callbacks_are_signed_and_in_order(phones, service, client):
    made = send(client, status_callback=f"{service.url}{STATUS}?m=01ABC")
    phones.idle()
    assert told(service) == ["queued", "sent", "delivered"]
    for asked in service.to(STATUS):
        assert asked.signed
        assert asked.path == f"{STATUS}?m=01ABC"
        assert asked.form["MessageSid"] == asked.form["SmsSid"] == made.sid
        assert (asked.form["To"], asked.form["From"]) == (ANA, SERVICE_NUMBER)
        assert "ErrorCode" not in asked.form


@pytest.mark.parametrize(
    ("weather", "statuses", "code"),
    [
        ({"numbers": {ANA: 30003}}, ["queued", "sent", "undelivered"], "30003"),
        ({"numbers": {ANA: 30034}}, ["queued", "failed"], "30034"),
        ({"undelivered": 1, "undelivered_code": 30007}, ["queued", "sent", "undelivered"], "30007"),
        ({"outage": "undelivered"}, ["queued", "sent", "undelivered"], "30008"),
    ],
)
def test_a_message_that_does_not_arrive_says_why(phones, service, client, weather, statuses, code):
    phones.misbehave(**weather)
    made = send(client, status_callback=f"{service.url}{STATUS}")
    phones.idle()
    assert told(service) == statuses
    assert service.to(STATUS)[-1].form["ErrorCode"] == code
    assert str(client.messages(made.sid).fetch().error_code) == code
    assert phones.handset(ANA).messages == []


def test_a_callback_can_come_before_create_returns(phones, service, client):
    phones.misbehave(latency_ms=300)
    send(client, status_callback=f"{service.url}{STATUS}")
    assert told(service)[0] == "queued"


def test_callbacks_are_lost(phones, service, client):
    phones.misbehave(callback_lost=1)
    send(client, status_callback=f"{service.url}{STATUS}")
    phones.idle()
    assert told(service) == []
    assert phones.counts()["callbacks"] == {"due": 3, "lost": 3}


def test_callbacks_are_doubled(phones, service, client):
    phones.misbehave(callback_doubled=1)
    send(client, status_callback=f"{service.url}{STATUS}")
    phones.idle()
    assert sorted(told(service)) == sorted(["queued", "sent", "delivered"] * 2)


def test_callbacks_are_reordered(phones, service, client):
    phones.misbehave(callback_reordered=0.5, seed=7)
    for place in range(20):
        send(client, str(place), status_callback=f"{service.url}{STATUS}?m={place}")
    phones.idle()
    orders = {
        tuple(a.form["MessageStatus"] for a in service.to(STATUS) if a.path.endswith(f"m={n}"))
        for n in range(20)
    }
    assert len(orders) > 2
    assert all(len(order) == 3 for order in orders)


def test_late_callbacks_wait_for_the_flush(phones, service, client):
    phones.misbehave(callback_late=1, callback_late_ms=3_600_000)
    send(client, status_callback=f"{service.url}{STATUS}")
    phones.handset(ANA).expect("Hello")
    assert told(service) == []
    phones.flush()
    assert sorted(told(service)) == ["delivered", "queued", "sent"]


def test_callbacks_come_at_a_given_rate(phones, service, client):
    phones.misbehave(callback_rate=50, callback_statuses=["delivered"])
    for place in range(10):
        send(client, str(place), status_callback=f"{service.url}{STATUS}")
    phones.idle()
    asked = service.to(STATUS)
    assert len(asked) == 10
    assert asked[-1].at - asked[0].at > 0.15


def test_a_refused_callback_is_counted(phones, service, client):
    service.answer = lambda asked: Answer(status=500)
    send(client, status_callback=f"{service.url}{STATUS}")
    phones.idle()
    assert phones.counts()["callbacks"]["failed"] == 3


# creates in bad weather


@pytest.mark.parametrize(
    ("setting", "status", "code"),
    [("too_many", 429, 20429), ("broken", 500, 20500), ("broken_after", 500, 20500)],
)
def test_creates_fail_as_told(phones, client, setting, status, code):
    phones.misbehave(**{setting: 1})
    with pytest.raises(TwilioRestException) as refused:
        send(client)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert phones.counts()["accepted"] == (1 if setting == "broken_after" else 0)


@pytest.mark.parametrize(("setting", "accepted"), [("drop_before", 0), ("drop_after", 1)])
def test_connections_are_dropped_before_and_after_accepting(phones, client, setting, accepted):
    phones.misbehave(**{setting: 1})
    with pytest.raises(requests.ConnectionError):
        send(client)
    assert phones.counts()["accepted"] == accepted
    assert len(client.messages.list(to=ANA)) == accepted


def test_a_stalled_create_was_accepted(phones, client):
    phones.misbehave(stall=1, stall_ms=5000)
    client.http_client.timeout = 0.3
    with pytest.raises(requests.Timeout):
        send(client)
    assert phones.counts()["accepted"] == 1


def test_drops_are_as_many_as_told_and_the_same_with_the_same_seed(phones, client):
    phones.misbehave(drop_after=0.3, seed=5)

    def run() -> list[bool]:
        lived = []
        for place in range(30):
            try:
                send(client, str(place))
                lived.append(True)
            except requests.ConnectionError:
                lived.append(False)
        return lived

    first = run()
    phones.misbehave(seed=5)
    assert run() == first
    assert 3 < first.count(False) < 20
    assert len(phones.doubled()) == 30


def test_an_outage_refuses_everything_until_it_is_over(phones, client):
    phones.misbehave(outage="refuse")
    for ask in (lambda: send(client), lambda: client.messages.list()):
        with pytest.raises(Exception, match="503"):
            ask()
    phones.misbehave(outage="unreachable")
    with pytest.raises(requests.ConnectionError):
        send(client)
    phones.misbehave(outage=None)
    send(client)
    assert phones.counts()["accepted"] == 1


def test_latency_is_felt_by_each_request(phones, client):
    phones.misbehave(latency_ms=150)
    begin = time.monotonic()
    send(client)
    assert time.monotonic() - begin > 0.14


def test_a_number_sends_at_its_pace(phones, client):
    phones.misbehave(pace=5)
    begin = time.monotonic()
    for place in range(4):
        send(client, str(place))
    phones.idle()
    assert time.monotonic() - begin > 0.55
    assert [m.body for m in phones.handset(ANA).messages] == ["0", "1", "2", "3"]


def test_a_message_that_waits_longer_than_it_is_valid_dies(phones, service, client):
    phones.misbehave(pace=0.2)
    made = [send(client, f"{n}", validity_period=1) for n in range(3)]
    phones.idle()
    ends = [client.messages(m.sid).fetch() for m in made]
    assert [m.status for m in ends] == ["delivered", "failed", "failed"]
    assert [m.error_code for m in ends] == [None, 30036, 30036]
    assert [m.body for m in phones.handset(ANA).messages] == ["0"]


def test_wrong_settings_are_told_with_their_names(phones):
    answer = requests.post(f"{phones.url}/control", json={"drop": 1}, timeout=30)
    assert answer.status_code == 400
    assert "drop_after" in answer.json()["error"]
    answer = requests.post(f"{phones.url}/control", json={"drop_after": 2}, timeout=30)
    assert answer.status_code == 400
    form = requests.post(f"{phones.url}/control", data={"drop_after": "1"}, timeout=30)
    assert form.status_code == 415


# texts in bad weather


def test_a_text_whose_webhook_is_lost_is_in_the_list(phones, service, client):
    phones.misbehave(webhook_lost=1)
    sid = phones.handset(ANA).send("Hello")
    phones.idle()
    assert service.asked == []
    assert [m.sid for m in client.messages.list(to=SERVICE_NUMBER)] == [sid]


def test_a_webhook_whose_answer_is_lost_comes_again_and_counts_once(phones, service):
    service.answer = lambda asked: Answer("<Response><Message>Hi</Message></Response>")
    phones.misbehave(answer_lost=1)
    ana = phones.handset(ANA)
    ana.send("Hello")
    ana.expect("Hi")
    phones.idle()
    ana.silent(0)
    first, second = service.to("/twilio/sms")
    assert first.form == second.form


def test_anybody_may_be_the_sender_where_control_is_open(phones, service):
    for sender in ("+266696687", "72345", "BANK"):
        answer = requests.post(
            f"{phones.url}/control/handsets/{sender}/send",
            json={"body": ""},
            timeout=30,
        )
        assert answer.status_code == 201
    assert len(service.wait_for("/twilio/sms", 3)) == 3


def test_the_documentation_names_every_setting():
    documented = (ROOT / "docs" / "phone-network.md").read_text()
    for name in Weather.model_fields:
        assert f"`{name}`" in documented, name


# clock, counts, restarts


def test_callbacks_and_dates_follow_the_moved_clock(service: ServiceSide, moving_clock: Clock):
    weather = {"callback_late": 1.0, "callback_late_ms": 7_200_000}
    with PhoneNetwork(service.url, **weather) as phones:
        client = client_of(phones)
        send(client, status_callback=f"{service.url}{STATUS}")
        phones.handset(ANA).expect("Hello")
        moving_clock.move(timedelta(days=2))
        service.wait_for(STATUS, 3, within=2)
        second = send(client, "Two days later")
        first = client.messages.list(to=ANA)[1]
        assert second.date_created - first.date_created >= timedelta(days=2)


def test_everything_survives_a_kill(tmp_path: Path, service: ServiceSide):
    phones = PhoneNetwork(service.url, home=tmp_path)
    with phones:
        client = client_of(phones)
        ana = phones.handset(ANA)
        kept, gone, blank = (send(client, body) for body in ("kept", "secret one", "secret two"))
        phones.idle()
        client.messages(gone.sid).delete()
        client.messages(blank.sid).update(body="")
        (number,) = client.incoming_phone_numbers.list()
        number.update(friendly_name="The line")
        phones.handset("+15550142002").send("STOP")
        phones.idle()
        phones.misbehave(sent_after_ms=60_000)
        under_way = send(client, "under way")
        phones.serve("http://127.0.0.1:9")
        phones.misbehave(webhooks_together=True)
        phones.kill()
        assert "kept" in (tmp_path / "phone-network.jsonl").read_text()

        phones.start()
        assert ana.expect("under way").sid == under_way.sid
        assert [m.body for m in ana.messages] == ["kept", "", "under way"]
        assert {m.sid for m in client.messages.list(to=ANA)} == {
            kept.sid, blank.sid, under_way.sid,
        }  # fmt: skip
        assert client.incoming_phone_numbers.list()[0].friendly_name == "The line"
        with pytest.raises(TwilioRestException) as refused:
            send(client, to="+15550142002")
        assert refused.value.code == 21610
        assert "secret" not in (tmp_path / "phone-network.jsonl").read_text()


def test_a_journal_cut_off_by_a_crash_is_read_up_to_the_cut(tmp_path: Path, service: ServiceSide):
    phones = PhoneNetwork(service.url, home=tmp_path)
    with phones:
        send(client_of(phones), "whole")
        phones.idle()
        phones.kill()
        with (tmp_path / "phone-network.jsonl").open("ab") as file:
            file.write(b'{"is": "text", "sid": "SM')
        phones.start()
        assert [m.body for m in phones.handset(ANA).messages] == ["whole"]


def test_a_text_the_service_had_not_answered_is_told_again_after_a_restart(
    tmp_path: Path, service: ServiceSide
):
    phones = PhoneNetwork(service.url, home=tmp_path)
    with phones:
        service.answer = lambda asked: Answer(wait=5)
        sid = phones.handset(ANA).send("Hello")
        service.wait_for("/twilio/sms")
        phones.kill()
        service.answer = lambda asked: Answer()
        phones.start()
        again = service.wait_for("/twilio/sms", 2)[-1]
        assert again.form["MessageSid"] == sid


def test_control_is_closed_unless_asked_for(tmp_path: Path):
    from service.carrier.local.__main__ import parser

    assert not parser({}).parse_args(["--forget"]).control
