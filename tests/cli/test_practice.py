"""`hearthline phone` texts over the local phone network."""

from __future__ import annotations

import pytest

from tests.phone import PhoneNetwork


@pytest.fixture(scope="module")
def network():
    with PhoneNetwork("http://127.0.0.1:9") as network:
        yield network


def test_a_text_reaches_the_network_and_its_answer_is_shown(hearthline, network):
    ran = hearthline("phone", "+15550142001", "STOP", "--network", network.url, "--wait", "5")
    assert ran.code == 0, ran.err
    assert "phone network" in ran.out
    ran = hearthline(
        "phone", "+15550142001", "STOP", "--json", "--wait", "1", "--network", network.url
    )
    assert ran.objects[0]["sent"] == "STOP"


def test_without_a_network_the_cure_is_told(hearthline):
    ran = hearthline("phone", "+15550142001", "Hi", "--network", "http://127.0.0.1:9", "--json")
    assert ran.code == 2
    assert "hearthline network" in ran.error["cure"]


def test_a_number_that_is_none_is_refused(hearthline, network):
    ran = hearthline("phone", "12", "Hi", "--network", network.url)
    assert ran.code == 2
    assert ran.err


def test_the_network_tells_its_options(hearthline):
    ran = hearthline("network", "--help")
    assert ran.code == 0
    assert "--port" in ran.out
