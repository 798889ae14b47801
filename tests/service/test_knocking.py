"""The doctor knocks: hooks hear the network alone, fallbacks say our lines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from werkzeug.serving import make_server

from service import choosing, doctor, fallback, knocking, organisation
from service.findings import Finding
from service.house import House
from service.settings import load
from service.storage import settings_rows
from service.web.opening import open_app
from tests import houses
from tests.carrier.service_side import Answer, ServiceSide
from tests.phone import PhoneNetwork
from tests.servers import free_port


@pytest.fixture
def given(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    return houses.environment(sqlite_url, tmp_path)


@pytest.fixture
def side() -> Iterator[ServiceSide]:
    """Whoever answers in our place."""
    running = ServiceSide("token").start()
    yield running
    running.stop()


@pytest.fixture
def web(given: dict[str, str]) -> Iterator[dict[str, str]]:
    """Our web application on a port, and the settings by which it is reached."""
    port = free_port()
    reached = {**given, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with houses.house(reached):
        pass  # migrated and seeded
    server = make_server("127.0.0.1", port, open_app(load(reached)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield reached
    server.shutdown()
    thread.join(10)
    server.server_close()


def knocked(given: dict[str, str]) -> list[Finding]:
    with houses.house(given) as house:
        return list(knocking.of_the_webhooks(house))


def answering(given: dict[str, str], side: ServiceSide, answer: Callable[..., Answer]) -> str:
    side.answer = answer
    found = knocked({**given, "PUBLIC_URL": side.url})
    assert all(one.state == "mend" and one.cure for one in found)
    return " ".join(one.told for one in found)


def test_our_own_hooks_hear_the_network_alone(web) -> None:
    (found,) = knocked(web)
    assert (found.part, found.state) == ("webhooks", "well")


def test_knocking_leaves_nothing_behind(web) -> None:
    knocked(web)
    with houses.house(web) as house, house.database.reading() as tx:
        for table in ("message", "number", "call", "person", "timer"):
            assert tx.rows(f'SELECT count(*) FROM "{table}"', ()) == [(0,)], table


def test_another_token_is_told(web) -> None:
    found = knocked({**web, "TWILIO_AUTH_TOKEN": "another"})
    assert {one.state for one in found} == {"mend"}
    assert "refuses what is signed with our own token" in found[0].told


def test_a_proxy_that_sends_elsewhere_is_told(given, side) -> None:
    moved = Answer(status=301, headers=(("Location", "https://elsewhere.example/"),))
    assert "answers 301, elsewhere" in answering(given, side, lambda _: moved)


def test_a_page_that_anybody_may_post_to_is_told(given, side) -> None:
    assert "that nobody signed" in answering(given, side, lambda _: Answer())


def test_an_error_for_the_network_is_told(given, side) -> None:
    told = answering(given, side, lambda asked: Answer(status=500 if asked.signed else 403))
    assert "/twilio/voice answers 500 to the phone network" in told


def test_what_is_not_reached_is_told_by_others(given) -> None:
    assert knocked({**given, "PUBLIC_URL": "http://127.0.0.1:9"}) == []


# --- fallbacks


def hosted(
    given: dict[str, str], side: ServiceSide, body: Callable[[House], str], status: int = 200
) -> list[Finding]:
    """What is found where the callers' fallback is hosted and answers so."""
    with houses.house(given) as house:
        choosing.change(house, "voice_fallback", f"{side.url}/fallback.xml", "test")
        document = body(house)
        side.answer = lambda asked: Answer(
            document if asked.signed and asked.method == "GET" else "", status
        )
        with house.database.reading() as tx:
            us = organisation.read(settings_rows.all(tx))
        return list(knocking.of_the_fallbacks(house, us))


def test_a_hosted_fallback_with_our_lines_is_well(given, side) -> None:
    (found,) = hosted(given, side, fallback.for_callers)
    assert (found.part, found.state) == ("fallback", "well")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("<Response><Say>Call 1, 2, 3.</Say></Response>", 200, "says other lines"),
        ("<html>9, 8, 8 and 9, 1, 1</html>", 200, "is no TwiML"),
        ("9, 8, 8 and 9, 1, 1", 200, "is no TwiML"),
        ("<!DOCTYPE x><Response>9, 8, 8 and 9, 1, 1</Response>", 200, "is no TwiML"),
        ("", 404, "answers 404"),
    ],
)
def test_a_hosted_fallback_that_is_not_right_is_told(given, side, body, status, said) -> None:
    (found,) = hosted(given, side, lambda _: body, status)
    assert (found.part, found.state) == ("fallback", "mend")
    assert said in found.told
    assert found.cure


def test_lines_that_changed_since_are_told(given, side) -> None:
    def old(house: House) -> str:
        document = fallback.for_callers(house)
        choosing.change(house, "lines", '{"US": {"line": "211", "emergency": "911"}}', "test")
        return document

    (found,) = hosted(given, side, old)
    assert "says other lines" in found.told


def test_a_fallback_at_our_own_address_is_none(given, side) -> None:
    (found,) = hosted({**given, "PUBLIC_URL": side.url}, side, fallback.for_callers)
    assert "down when we are" in found.told


def test_without_one_production_is_told_and_practice_is_not(given) -> None:
    us = organisation.Organisation()
    with houses.house(given) as house:
        assert list(knocking.of_the_fallbacks(house, us)) == []
    with houses.house({**given, "HEARTHLINE_ENV": "production"}) as house:
        found = list(knocking.of_the_fallbacks(house, us))
    assert [one.state for one in found] == ["look", "look"]
    assert all("hearthline fallback" in (one.cure or "") for one in found)


def test_the_number_is_pointed_to_the_hosted_fallback_which_is_fetched(given) -> None:
    with PhoneNetwork("https://somewhere.else") as network:
        with houses.house({**given, **network.environment()}) as house:
            choosing.change(house, "voice_fallback", "https://files.example/f.xml", "test")
            doctor.point_webhooks(house)
            assert doctor.point_webhooks(house) == []
        path = f"/2010-04-01/Accounts/{network.account}/IncomingPhoneNumbers.json"
        keys = (network.account, network.token)
        answer = requests.get(network.url + path, auth=keys, timeout=10)
        [number] = answer.json()["incoming_phone_numbers"]
    assert number["voice_fallback_url"] == "https://files.example/f.xml"
    assert number["voice_fallback_method"] == "GET"
    assert number["voice_method"] == "POST"
