"""The REST API of the local phone network, asked by the carrier's own client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from service.carrier import webhooks
from tests.carrier.conftest import client_of
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


def send(client: Client, body: str = "Hello", to: str = ANA, **more):
    return client.messages.create(to=to, from_=SERVICE_NUMBER, body=body, **more)


def test_a_message_is_created_delivered_and_shown(phones, client):
    made = send(client, "Good morning")
    assert (made.status, made.direction, made.num_segments) == ("queued", "outbound-api", "1")
    assert made.date_created.tzinfo
    assert (made.date_sent, made.price) == (None, None)
    assert phones.handset(ANA).expect("Good morning").sid == made.sid
    phones.idle()
    again = client.messages(made.sid).fetch()
    assert (again.status, again.error_code, again.price) == ("delivered", None, "-0.00790")
    assert again.date_sent is not None


@pytest.mark.parametrize(
    ("given", "code", "status"),
    [
        ({"to": "5550142001"}, 21211, 400),
        ({"to": "+1 555 014 2001"}, 21211, 400),
        ({"to": "+0123456789"}, 21211, 400),
        ({"to": SERVICE_NUMBER}, 21606, 400),
        ({"body": ""}, 21619, 400),
        ({"body": "  "}, 21619, 400),
        ({"body": "x" * 1601}, 21617, 400),
        ({"from_": "+15550109999"}, 21659, 400),
        ({"from_": "somebody"}, 21212, 400),
        ({"status_callback": "nowhere"}, 21609, 400),
        ({"validity_period": 0}, 20001, 400),
        ({"validity_period": 36_001}, 20001, 400),
        ({"to": "+15550140614"}, 21614, 400),
        ({"to": "+15550140610"}, 21610, 400),
        ({"to": "+15550141611"}, 21611, 429),
        ({"to": "+491511234567"}, 21408, 400),
    ],
)
def test_what_the_carrier_refuses_is_refused(phones, client, given, code, status):
    phones.misbehave(
        numbers={"+15550140614": 21614, "+15550140610": 21610, "+15550141611": 21611},
        regions=["US"],
    )
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**{"to": ANA, "from_": SERVICE_NUMBER, "body": "Hi", **given})
    assert (refused.value.code, refused.value.status) == (code, status)
    assert phones.counts()["refused"] == {str(code): 1}
    assert phones.counts()["accepted"] == 0


def test_1600_letters_and_media_alone_are_accepted(client):
    assert send(client, "é" * 1600).num_segments == "11"
    assert send(client, "😀" * 800).num_segments == "25"
    media = send(client, "", media_url=["http://127.0.0.1/a.png", "http://127.0.0.1/b.png"])
    assert media.sid.startswith("MM")
    assert media.num_media == "2"
    assert len(client.messages(media.sid).media.list()) == 2


def test_a_messaging_service_keeps_the_number_a_person_knows(phones, client):
    second = "+15550100200"
    phones.post("/control/numbers", {"number": second})
    client.messages.create(to=ANA, from_=second, body="first")
    service = "MG" + "0" * 32
    made = client.messages.create(to=ANA, messaging_service_sid=service, body="second")
    assert (made.from_, made.messaging_service_sid) == (second, service)
    other = client.messages.create(to="+15550142002", messaging_service_sid=service, body="third")
    assert other.from_ == SERVICE_NUMBER


def test_errors_have_the_carriers_shape(phones):
    path = f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = requests.post(path, data={"To": ANA}, auth=(ACCOUNT, TOKEN), timeout=30)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "more_info", "status"}
    nobody = requests.get(path, timeout=30)
    assert nobody.status_code == 401
    assert nobody.json()["code"] == 20003
    assert "WWW-Authenticate" in nobody.headers
    with pytest.raises(TwilioRestException) as refused:
        send(client_of(phones, "wrong"))
    assert (refused.value.code, refused.value.status) == (20003, 401)
    other = requests.get(path.replace(ACCOUNT, "AC" + "9" * 32), auth=(ACCOUNT, TOKEN), timeout=30)
    assert other.status_code == 404
    nothing = requests.get(
        f"{phones.url}/2010-04-01/Nothing.json", auth=(ACCOUNT, TOKEN), timeout=30
    )
    assert (nothing.status_code, nothing.json()["code"]) == (404, 20404)


def test_lists_are_filtered_by_number_newest_first(phones, client):
    for place in range(3):
        send(client, f"to Ana {place}")
    send(client, "to Ben", to="+15550142002")
    phones.handset(ANA).send("from Ana")
    phones.idle()
    to_ana = client.messages.list(to=ANA)
    assert [m.body for m in to_ana] == ["to Ana 2", "to Ana 1", "to Ana 0"]
    received = client.messages.list(to=SERVICE_NUMBER)
    assert [(m.body, m.direction, m.status) for m in received] == [
        ("from Ana", "inbound", "received")
    ]
    assert [m.body for m in client.messages.list(to=ANA, from_=SERVICE_NUMBER)] == [
        m.body for m in to_ana
    ]
    assert client.messages.list(to=ANA, from_="+15550100999") == []
    assert len(client.messages.list()) == 5


def test_lists_come_page_by_page(client):
    for place in range(25):
        send(client, f"{place}")
    pages = list(client.messages.stream(to=ANA, page_size=10))
    assert [m.body for m in pages] == [str(place) for place in range(24, -1, -1)]
    first = client.messages.page(to=ANA, page_size=10)
    assert len(list(first)) == 10
    send(client, "one more while paging")
    assert [m.body for m in first.next_page()] == [str(place) for place in range(14, 4, -1)]


def test_lists_are_filtered_by_the_moment_of_sending(phones, client):
    begin = datetime.now(UTC).replace(microsecond=0)
    send(client, "now")
    phones.idle()
    second = timedelta(seconds=1)
    day = begin.date()
    assert len(client.messages.list(date_sent_after=begin)) == 1
    assert len(client.messages.list(date_sent_before=begin + 60 * second)) == 1
    assert client.messages.list(date_sent_after=begin + 60 * second) == []
    assert client.messages.list(date_sent_before=begin - second) == []
    assert len(client.messages.list(date_sent=day)) == 1
    assert client.messages.list(date_sent=day - timedelta(days=1)) == []
    phones.misbehave(sent_after_ms=60_000)
    send(client, "queued")
    assert [m.body for m in client.messages.list(date_sent_after=begin)] == ["now"]
    assert [m.body for m in client.messages.list(to=ANA)] == ["queued", "now"]


def test_a_list_can_lag_behind(phones, client):
    phones.misbehave(list_late_ms=60_000)
    made = send(client)
    assert client.messages.list(to=ANA) == []
    assert client.messages(made.sid).fetch().sid == made.sid


def test_a_body_is_redacted_and_a_message_deleted(phones, client):
    made = send(client, "private")
    phones.idle()
    assert client.messages(made.sid).update(body="").body == ""
    with pytest.raises(TwilioRestException):
        client.messages(made.sid).update(body="other words")
    assert client.messages(made.sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        client.messages(made.sid).fetch()
    assert gone.value.status == 404
    assert client.messages.list(to=ANA) == []
    assert [m.body for m in phones.handset(ANA).messages] == [""]


def test_a_message_on_its_way_is_not_deleted(phones, client):
    phones.misbehave(sent_after_ms=60_000)
    made = send(client)
    with pytest.raises(TwilioRestException) as refused:
        client.messages(made.sid).delete()
    assert refused.value.status == 409


def test_the_numbers_say_where_their_webhooks_point(phones, client):
    (number,) = client.incoming_phone_numbers.list(phone_number=SERVICE_NUMBER)
    assert number.sms_url == "http://127.0.0.1:9/twilio/sms#rc=3&rp=5xx,ct,rt"
    expected = webhooks.addresses("http://127.0.0.1:9")
    assert {field: getattr(number, field) for field in expected} == expected
    assert number.capabilities["sms"]
    changed = number.update(sms_url="http://127.0.0.1:9/other", sms_method="POST")
    assert changed.sms_url == "http://127.0.0.1:9/other"
    assert client.incoming_phone_numbers(number.sid).fetch().sms_url == changed.sms_url
    with pytest.raises(TwilioRestException):
        number.update(sms_url="no url")
    number.update(sms_url=expected["sms_url"])
    assert client.incoming_phone_numbers.list(phone_number="+15550100999") == []


def test_account_and_balance_are_there(client):
    account = client.api.v2010.accounts(ACCOUNT).fetch()
    assert (account.sid, account.status) == (ACCOUNT, "active")
    assert client.balance.fetch().currency == "USD"


def test_a_broken_list_raises_what_the_carriers_client_raises(phones, client):
    phones.misbehave(broken=1)
    with pytest.raises(TwilioException):
        client.messages.list(to=ANA)
