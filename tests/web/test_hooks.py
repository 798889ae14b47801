"""The webhooks: what is signed is passed on as it came, and nothing else is."""

from __future__ import annotations

import logging
from xml.etree import ElementTree

import pytest

SMS = {
    "MessageSid": "SM1",
    "SmsMessageSid": "SM1",
    "AccountSid": "AC1",
    "From": "+15550100",
    "To": "+15550199",
    "Body": "  I am fine, ¿y tú? 😀 \n",
    "NumMedia": "0",
    "SomethingNew": "",
}


def test_a_text_is_passed_on_untrimmed_and_answered_with_nothing_said(network, heard):
    answer = network.post("/twilio/sms", SMS)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/xml")
    assert len(ElementTree.fromstring(answer.data)) == 0
    assert heard.texts == [
        {
            "sid": "SM1",
            "from_": "+15550100",
            "to": "+15550199",
            "body": "  I am fine, ¿y tú? 😀 \n",
            "media": (),
            "opt_out_type": None,
        }
    ]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"Body": ""}, {"body": ""}),
        ({"Body": "x" * 1600}, {"body": "x" * 1600}),
        ({"Body": "مرحبا"}, {"body": "مرحبا"}),
        ({"Body": "", "NumMedia": "1", "MediaUrl0": "https://m/1"}, {"media": ("https://m/1",)}),
        ({"NumMedia": "999999"}, {"media": ("",) * 10}),
        ({"NumMedia": "many"}, {"media": ()}),
        ({"Body": "STOP", "OptOutType": "STOP"}, {"opt_out_type": "STOP"}),
        ({"From": ""}, {"from_": ""}),
    ],
)
def test_what_people_may_send(network, heard, changed, expected):
    assert network.post("/twilio/sms", {**SMS, **changed}).status_code == 200
    assert {name: heard.texts[0][name] for name in expected} == expected


def test_a_repeat_gets_the_same_answer(network, heard):
    first, second = network.post("/twilio/sms", SMS), network.post("/twilio/sms", SMS)
    assert first.data == second.data
    assert len(heard.texts) == 2  # which of them counts is decided where turns are taken


@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/status", "/twilio/voice"])
@pytest.mark.parametrize("signature", ["", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "ñ"])
def test_a_forgery_is_forbidden_and_has_no_effect(network, heard, path, signature):
    answer = network.post(path, {**SMS, "MessageStatus": "sent"}, signature)
    assert answer.status_code == 403
    assert answer.data == b""
    assert heard.texts == heard.statuses == []


def test_a_signature_for_one_address_does_not_open_another(network, heard):
    signature = network.verifier.sign("/twilio/sms", SMS)
    assert network.post("/twilio/sms?m=01", SMS, signature).status_code == 403
    assert network.post("/twilio/status", SMS, signature).status_code == 403
    assert heard.texts == []


def test_a_status_names_our_message(network, heard):
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    answer = network.post("/twilio/status?m=01ABC", form)
    assert answer.status_code == 200
    network.post("/twilio/status", {"SmsSid": "SM2", "SmsStatus": "sent"})
    assert heard.statuses == [
        {"sid": "SM1", "message_id": "01ABC", "status": "undelivered", "error_code": 30003},
        {"sid": "SM2", "message_id": None, "status": "sent", "error_code": None},
    ]


def test_the_query_is_checked_as_it_was_asked_for(network, heard):
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    assert network.post("/twilio/status?m=01%41+b", form).status_code == 200
    assert heard.statuses[0]["message_id"] == "01A b"


def test_a_form_without_what_it_must_have_is_refused(network, heard):
    assert network.post("/twilio/sms", {"Body": "x"}).status_code == 400
    assert network.post("/twilio/status", {"MessageSid": "SM1"}).status_code == 400
    assert heard.texts == heard.statuses == []


def test_an_error_says_nothing_and_asks_for_a_repeat(network, heard, capfd, caplog):
    heard.broken = True
    with caplog.at_level(logging.DEBUG):
        answer = network.post("/twilio/sms", SMS)
    assert answer.status_code == 500
    assert answer.data == b""
    said = caplog.text + "".join(capfd.readouterr())
    assert "5550100" not in said


def test_too_much_is_refused(network, heard):
    assert network.post("/twilio/sms", {**SMS, "Body": "x" * 300_000}).status_code == 413
    many = {**SMS, **{f"P{n}": "1" for n in range(1000)}}
    assert network.post("/twilio/sms", many).status_code == 400
    assert heard.texts == []


def test_only_a_post_is_a_hook(network):
    assert network.client.get("/twilio/sms").status_code == 405
