"""Webhooks, TwiML and opt-out of the local phone network."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.carrier.service_side import Answer
from tests.phone import ACCOUNT, SERVICE_NUMBER

ANA = "+15550142001"
SMS = "/twilio/sms"


def twiml(verbs: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'


def test_a_text_reaches_the_service_signed_and_whole(phones, service):
    sid = phones.handset(ANA).send(" ¿Qué tal? 😀\n")
    (asked,) = service.wait_for(SMS)
    assert asked.signed
    assert "#" not in asked.path
    form = asked.form
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"] == sid
    assert (form["From"], form["To"]) == (ANA, SERVICE_NUMBER)
    assert form["Body"] == " ¿Qué tal? 😀\n"
    assert (form["NumMedia"], form["NumSegments"], form["ApiVersion"]) == ("0", "1", "2010-04-01")
    assert (form["FromCountry"], form["AccountSid"]) == ("US", ACCOUNT)
    assert form["FromCity"] == ""  # blank ones are part of the signature
    assert "OptOutType" not in form


def test_media_and_unannounced_parameters_come_along(phones, service):
    phones.misbehave(extra={"Novelty": " yes "})
    phones.handset(ANA).send("", media=["http://127.0.0.1/a.png"])
    (asked,) = service.wait_for(SMS)
    assert asked.signed
    assert asked.form["NumMedia"] == "1"
    assert asked.form["MediaUrl0"] == "http://127.0.0.1/a.png"
    assert asked.form["MediaContentType0"] == "image/png"
    assert asked.form["Novelty"] == " yes "


def test_the_twiml_answer_comes_back_as_texts(phones, service, client):
    service.answer = lambda asked: Answer(
        twiml("<Message>One</Message><Message><Body>Two &amp; three</Body></Message>")
    )
    ana = phones.handset(ANA)
    ana.send("Hello")
    assert ana.expect("One").by == "service"
    ana.expect("Two & three")
    ana.silent(0.1)
    assert {m.direction for m in client.messages.list(to=ANA)} == {"outbound-reply"}
    phones.idle()
    assert [row["status"] for row in ana.log] == ["delivered"] * 3


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer("<Response><Message>Hi</Message>"), 12100),
        (Answer("<Message>Hi</Message>"), 12102),
        (Answer(twiml("<Say>Hi</Say>")), 12200),
        (Answer(twiml('<Message colour="red">Hi</Message>')), 12200),
        (Answer(twiml("Hi")), 12200),
        (Answer(twiml("<Message></Message>")), 14103),
        (Answer(twiml('<Message method="PUT">Hi</Message>')), 14104),
        (Answer(twiml(f"<Message>{'x' * 1601}</Message>")), 21617),
        (Answer(twiml("<Message>Hi</Message>"), content_type="application/json"), 12300),
        (Answer('<!DOCTYPE a [<!ENTITY b "c">]><Response/>'), 12100),
        (Answer(twiml("<Redirect/>")), 11215),
        (Answer(status=404), 11200),
        (Answer("x" * 70_000), 11750),
    ],
)
def test_an_answer_that_the_carrier_would_refuse_is_trouble(phones, service, answer, code):
    service.answer = lambda asked: answer
    ana = phones.handset(ANA)
    ana.send("Hello")
    phones.idle()
    assert phones.troubles()[-1]["code"] == code
    assert [row["status"] for row in ana.log] == ["failed"]
    assert ana.messages == []


def test_plain_text_becomes_the_reply_itself(phones, service):
    service.answer = lambda asked: Answer("OK", content_type="text/plain")
    ana = phones.handset(ANA)
    ana.send("Hello")
    assert ana.expect("OK").body == "OK"


def test_a_redirect_verb_keeps_the_parameters_and_a_redirect_status_loses_them(phones, service):
    def answer(asked):
        if asked.path == SMS:
            return Answer(twiml("<Redirect>/next?a=1</Redirect>"))
        if asked.path.startswith("/next"):
            return Answer(status=302, headers=(("Location", "/last"),))
        return Answer(twiml("<Message>Arrived</Message>"))

    service.answer = answer
    ana = phones.handset(ANA)
    ana.send("Hello")
    ana.expect("Arrived")
    (onward,) = service.to("/next")
    assert onward.signed
    assert onward.form["Body"] == "Hello"
    (last,) = service.to("/last")
    assert (last.method, last.form, last.signed) == ("GET", {}, True)


def failing(times: int, status: int):
    """Answer so often with a failure, then with a reply."""
    left = [times]

    def answer(asked):
        left[0] -= 1
        if left[0] >= 0:
            return Answer(status=status)
        return Answer(twiml("<Message>At last</Message>"))

    return answer


@pytest.mark.parametrize(
    ("fragment", "status", "failures", "repeated"),
    [
        ("", 500, 1, False),  # only failed connections are repeated unless asked for
        ("#rc=2&rp=5xx", 500, 2, True),
        ("#rc=2&rp=5xx", 500, 3, False),
        ("#rc=2&rp=4xx", 500, 1, False),
        ("#rc=1&rp=4xx", 404, 1, True),
        ("#rc=3&rp=all", 503, 3, True),
        ("#rc=2&rp=rt", 0, 2, True),
    ],
)
def test_repeats_are_what_the_fragment_asks_for(
    phones, service, client, fragment, status, failures, repeated
):
    (number,) = client.incoming_phone_numbers.list()
    number.update(sms_url=f"{service.url}/mine{fragment}", sms_fallback_url="")
    service.answer = failing(failures, status)
    ana = phones.handset(ANA)
    ana.send("Hello")
    phones.idle()
    assert [m.body for m in ana.messages] == (["At last"] if repeated else [])
    tokens = {asked.headers["I-Twilio-Idempotency-Token"] for asked in service.to("/mine")}
    assert len(tokens) == 1


def test_the_fallback_is_asked_with_what_went_wrong(phones, service, client):
    (number,) = client.incoming_phone_numbers.list()
    number.update(sms_url=f"{service.url}/mine", sms_fallback_url=f"{service.url}/fallback")
    service.answer = lambda asked: (
        Answer(status=500)
        if asked.path == "/mine"
        else Answer(twiml("<Message>From the fallback</Message>"))
    )
    ana = phones.handset(ANA)
    ana.send("Hello")
    ana.expect("From the fallback")
    (asked,) = service.to("/fallback")
    assert (asked.form["ErrorCode"], asked.form["Body"]) == ("11200", "Hello")
    assert asked.form["ErrorUrl"] == f"{service.url}/mine"
    assert asked.signed


def test_a_text_is_kept_for_the_service_while_it_is_down(phones, client):
    phones.serve("http://127.0.0.1:9")
    (number,) = client.incoming_phone_numbers.list()
    number.update(sms_url="http://127.0.0.1:9/sms", sms_fallback_url="")
    ana = phones.handset(ANA)
    ana.send("Anybody there?")
    phones.idle()
    (row,) = ana.log
    assert row["status"] == "failed"
    (held,) = client.messages.list(to=SERVICE_NUMBER)
    assert (held.body, held.status) == ("Anybody there?", "received")


def test_a_phones_texts_wait_for_one_another(phones, service):
    service.answer = lambda asked: Answer(wait=0.2 if asked.form["Body"] == "one" else 0)
    ana = phones.handset(ANA)
    ana.send("one")
    ana.send("two")
    one, two = service.wait_for(SMS, 2)
    assert [one.form["Body"], two.form["Body"]] == ["one", "two"]
    assert two.at - one.at > 0.15


def test_a_doubled_webhook_comes_twice_at_once_and_is_answered_once(phones, service):
    service.answer = lambda asked: Answer(twiml("<Message>Hi</Message>"), wait=0.8)
    phones.misbehave(webhook_doubled=1)
    ana = phones.handset(ANA)
    sid = ana.send("Hello")
    first, second = service.wait_for(SMS, 2)
    assert first.form == second.form
    assert first.form["MessageSid"] == sid
    assert second.at - first.at < 0.7
    ana.expect("Hi")
    ana.silent(0.2)


def test_more_than_thirty_replies_in_thirty_seconds_are_refused(phones, service):
    service.answer = lambda asked: Answer(twiml("<Message>a</Message>" * 35))
    ana = phones.handset(ANA)
    ana.send("Hello")
    phones.idle()
    assert len(ana.messages) == 30
    assert phones.troubles()[-1]["code"] == 14107


@pytest.mark.parametrize(
    "word", ["STOP", "stopall", " Unsubscribe ", "CANCEL", "end", "Quit", "REVOKE", "OPTOUT"]
)
def test_a_stop_word_is_answered_by_the_network_and_blocks_sending(phones, service, client, word):
    service.answer = lambda asked: Answer(twiml("<Message>Our own words</Message>"))
    ana = phones.handset(ANA)
    ana.send(word)
    assert ana.expect("stopped").by == "network"
    (asked,) = service.wait_for(SMS)
    assert asked.form["Body"] == word
    assert "OptOutType" not in asked.form
    phones.idle()
    ana.silent(0)  # the service's reply to a STOP is blocked
    assert phones.troubles()[-1]["code"] == 21610
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=ANA, from_=SERVICE_NUMBER, body="Hi")
    assert refused.value.code == 21610


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
def test_a_start_word_brings_texts_back(phones, service, client, word):
    ana = phones.handset(ANA)
    ana.send("STOP")
    ana.expect("stopped")
    ana.send("STOP")  # said twice, answered once
    ana.send("Hello?")
    ana.send(word)
    assert ana.expect("again").by == "network"
    client.messages.create(to=ANA, from_=SERVICE_NUMBER, body="Welcome back")
    ana.expect("Welcome back")
    ana.silent(0.1)
    heard = [asked.form["Body"] for asked in service.wait_for(SMS, 4)]
    assert heard == ["STOP", "STOP", "Hello?", word]


def test_yes_and_start_are_ordinary_texts_where_nothing_was_stopped(phones, service):
    ana = phones.handset(ANA)
    ana.send("YES")
    ana.send("STOP it")
    ana.send("START")
    service.wait_for(SMS, 3)
    ana.silent(0.1)


def test_help_is_answered_and_the_webhook_comes_too(phones, service):
    ana = phones.handset(ANA)
    ana.send("Help")
    assert ana.expect("STOP").by == "network"
    service.wait_for(SMS)


def test_advanced_opt_out_names_the_word_in_the_webhook(phones, service):
    phones.misbehave(advanced_opt_out=True)
    ana = phones.handset(ANA)
    for word in ("STOP", "START", "INFO", "Hello"):
        ana.send(word)
    kinds = [a.form.get("OptOutType") for a in service.wait_for(SMS, 4)]
    assert kinds == ["STOP", "START", "HELP", None]


def test_opting_out_is_from_one_number_only(phones, service, client):
    second = "+15550100200"
    phones.post("/control/numbers", {"number": second})
    ana = phones.handset(ANA)
    ana.send("STOP")
    ana.expect("stopped")
    client.messages.create(to=ANA, from_=second, body="From the other line")
    ana.expect("other line")


def test_a_text_to_a_number_of_nobody_is_refused(phones):
    with pytest.raises(AssertionError, match="404"):
        phones.handset(ANA).send("Hello", to="+15550100777")
