"""`hearthline phone` texts over the local phone network."""

from __future__ import annotations

import io

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


def test_a_call_is_dialled_and_its_end_tells_the_exit_code(hearthline, network, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n"))
    ran = hearthline("phone", "+15550142001", "--call", "--hidden", "--network", network.url)
    assert ran.code == 1  # nobody is behind the network: its apology, and a line left over
    assert "application error" in ran.out
    assert "The call was over before '1'." in ran.out
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ran = hearthline("phone", "+15550142001", "--call", "--json", "--network", network.url)
    assert (ran.code, ran.objects[0]["status"]) == (0, "completed")


@pytest.mark.parametrize("how", ["--answer", "--busy", "--voicemail"])
def test_a_phone_that_does_not_ring_ends_with_1(hearthline, network, how):
    ran = hearthline("phone", "+15550142001", how, "--wait", "0.1", "--network", network.url)
    assert ran.code == 1
    assert "did not ring" in ran.out


@pytest.mark.parametrize(
    ("arguments", "trouble"),
    [(("Hi", "--call"), "not begun with a text"), (("--answer", "--hidden"), "hide its number")],
)
def test_what_does_not_go_together_is_refused(hearthline, network, arguments, trouble):
    ran = hearthline("phone", "+15550142001", *arguments, "--network", network.url)
    assert ran.code == 2
    assert trouble in ran.err


def test_the_network_tells_its_options(hearthline):
    ran = hearthline("network", "--help")
    assert ran.code == 0
    assert "--port" in ran.out
