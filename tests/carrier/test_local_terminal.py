"""A phone in the terminal, against a real local phone network."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest

from service.carrier.local.terminal import NoNetwork, converse
from tests.carrier.service_side import Answer, ServiceSide
from tests.phone import TOKEN, PhoneNetwork
from tests.servers import free_port

ANA = "+15550142001"


@pytest.fixture
def service() -> Iterator[ServiceSide]:
    side = ServiceSide(TOKEN).start()
    side.answer = lambda asked: Answer(
        f"<Response><Message>You said {asked.form['Body']}</Message></Response>"
    )
    yield side
    side.stop()


@pytest.fixture
def phones(service: ServiceSide) -> Iterator[PhoneNetwork]:
    with PhoneNetwork(service.url) as network:
        yield network


def test_one_text_and_what_comes_back(phones):
    phones.handset(ANA).send("before")
    phones.idle()
    lines: list[str] = []
    assert converse(phones.url, ANA, "JOIN", quiet=0.2, show=lines.append) == 0
    assert lines == ["< You said JOIN"]


def test_the_answers_as_json(phones):
    lines: list[str] = []
    converse(phones.url, ANA, "JOIN", quiet=0.2, as_json=True, show=lines.append)
    told = json.loads(lines[0])
    assert told["sent"] == "JOIN"
    assert [answer["body"] for answer in told["answers"]] == ["You said JOIN"]


def test_silence_is_told_and_ends_with_1(phones, service):
    service.answer = lambda asked: Answer()
    lines: list[str] = []
    assert converse(phones.url, ANA, "JOIN", wait=0.3, show=lines.append) == 1
    assert lines == ["Nothing came back within 0.3 seconds."]


def test_the_network_s_own_words_are_marked(phones):
    lines: list[str] = []
    converse(phones.url, ANA, "STOP", quiet=0.2, show=lines.append)
    assert lines[0].endswith("(from the phone network)")


def test_a_script_is_read_out_line_by_line(phones):
    lines: list[str] = []
    script = io.StringIO("one\n\ntwo\n")
    assert converse(phones.url, ANA, quiet=0.2, show=lines.append, typed=script) == 0
    assert lines == ["> one", "< You said one", "> two", "< You said two"]


def test_no_network_names_the_cure():
    with pytest.raises(NoNetwork, match="hearthline network"):
        converse(f"http://127.0.0.1:{free_port()}", ANA, "JOIN")


def test_a_refusal_is_told_in_the_network_s_words(phones):
    with pytest.raises(NoNetwork, match="no number of this service"):
        converse(phones.url, ANA, "JOIN", to="+15550100777")
