"""A tiny network and a gateway to it; a local phone network with a service beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from twilio.rest import Client

from service.carrier.gateway import Gateway
from tests.carrier.network import TinyNetwork
from tests.carrier.pages import BEN, HEARING, VOICE, opened
from tests.carrier.service_side import ServiceSide
from tests.carrier.voice_side import ANA
from tests.phone import ACCOUNT, TOKEN, PhoneNetwork


@pytest.fixture
def network():
    network = TinyNetwork().start()
    yield network
    network.stop()


@pytest.fixture
def gateway(network):
    gateway = Gateway("AC1", "token", network.url, timeout=1.0, in_flight=16)
    yield gateway
    gateway.close()


@pytest.fixture(scope="module")
def running() -> Iterator[PhoneNetwork]:
    with PhoneNetwork() as network:
        yield network


@pytest.fixture
def service() -> Iterator[ServiceSide]:
    side = ServiceSide(TOKEN).start()
    yield side
    side.stop()


@pytest.fixture
def phones(running: PhoneNetwork, service: ServiceSide) -> PhoneNetwork:
    """The local phone network on a good day, with nothing in it, its webhooks at `service`."""
    running.forget()
    running.behave()
    running.serve(service.url)
    return running


def client_of(network: PhoneNetwork, token: str = TOKEN) -> Client:
    client = Client(ACCOUNT, token)
    client.api.base_url = network.url
    client.http_client.session.trust_env = False
    return client


@pytest.fixture
def client(phones: PhoneNetwork) -> Client:
    """The carrier's own client at the local phone network."""
    return client_of(phones)


@pytest.fixture
def page(browser: Any, phones: PhoneNetwork) -> Iterator[Any]:
    """The page with Ana's phone and Ben's; `tests/carrier/pages.py` has what can be done there."""
    phones.post("/handsets", {"number": ANA, "name": "Ana’s phone"})
    phones.post("/handsets", {"number": BEN, "name": "Ben’s phone"})
    with opened(browser, phones, VOICE, HEARING) as tab:
        yield tab
