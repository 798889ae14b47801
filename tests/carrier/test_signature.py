"""Only what the network signed is genuine."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from service.carrier.signature import Form, Verifier

URL = "https://line.example"
BODY = b"MessageSid=SM1&From=%2B15550100&To=%2B15550199&Body=+hello%20&NumMedia=0&Extra="


def verifier(url: str = URL) -> Verifier:
    return Verifier("token", url)


def signed_by_twilio(url: str, form: dict[str, str], token: str = "token") -> str:
    return RequestValidator(token).compute_signature(url, form)


PLAIN = {
    "MessageSid": "SM1",
    "From": "+15550100",
    "To": "+15550199",
    "Body": " hello ",
    "NumMedia": "0",
    "Extra": "",
}


def test_a_form_is_read_untrimmed_with_blank_values():
    form = Form.of(BODY)
    assert {name: form.first(name) for name in form} == PLAIN
    assert form.first("Missing", "none") == "none"
    assert Form.of(b"a=1&a=2").getall("a") == ["1", "2"]


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=8))
def test_a_form_reads_like_the_standard_parser(pairs):
    body = urlencode(pairs)
    read = [(name, value) for name, values in Form.of(body).items() for value in values]
    assert sorted(read) == sorted(parse_qsl(body, keep_blank_values=True))


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(body):
    assert not verifier().genuine("/twilio/sms", Form.of(body), GOOD)


def test_what_the_network_signs_is_genuine():
    signature = signed_by_twilio(URL + "/twilio/sms", PLAIN)
    assert verifier().genuine("/twilio/sms", Form.of(BODY), signature)
    assert verifier(URL + "/").genuine("/twilio/sms", Form.of(BODY), signature)


@pytest.mark.parametrize("signed_url", ["https://line.example:443", "https://line.example"])
@pytest.mark.parametrize("our_url", ["https://line.example:443", "https://line.example"])
def test_the_network_may_sign_with_the_port_or_without(signed_url, our_url):
    signature = signed_by_twilio(signed_url + "/twilio/status?m=01", PLAIN)
    assert verifier(our_url).genuine("/twilio/status?m=01", Form.of(BODY), signature)


GOOD = signed_by_twilio(URL + "/twilio/sms", PLAIN)


@pytest.mark.parametrize(
    ("path", "body", "signature"),
    [
        ("/twilio/sms", BODY, None),
        ("/twilio/sms", BODY, ""),
        ("/twilio/sms", BODY, "ñ" * 28),
        ("/twilio/sms", BODY, GOOD[:-2] + "A="),
        ("/twilio/sms", BODY + b"&Added=1", GOOD),
        ("/twilio/sms", BODY.replace(b"+hello%20", b"hello"), GOOD),
        ("/twilio/sms?x=1", BODY, GOOD),
        ("/twilio/voice", BODY, GOOD),
        ("/twilio/sms", b"", GOOD),
        ("/twilio/sms", BODY, signed_by_twilio(URL + "/twilio/sms", PLAIN, "another")),
    ],
)
def test_a_forgery_is_not(path, body, signature):
    assert not verifier().genuine(path, Form.of(body), signature)


@pytest.mark.parametrize("words", ["مرحبا", "¿Cómo? 😀", "a&b=c+d%", "line\nline", ""])
def test_any_words_are_signed_as_they_are(words):
    form = {**PLAIN, "Body": words}
    signature = signed_by_twilio(URL + "/twilio/sms", form)
    assert verifier().genuine("/twilio/sms", Form.of(urlencode(form)), signature)
    assert verifier().sign("/twilio/sms", form) == signature


def test_absurdly_many_parameters_are_refused():
    with pytest.raises(ValueError, match="many"):
        Form.of("&".join(f"p{n}=1" for n in range(1000)))


def test_bytes_that_are_no_text_do_not_crash():
    assert not verifier().genuine("/twilio/sms", Form.of(b"Body=%ff\xff&\x00=1"), GOOD)
