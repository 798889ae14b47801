"""A tiny network and a gateway to it."""

from __future__ import annotations

import pytest

from service.carrier.gateway import Gateway
from tests.carrier.network import TinyNetwork


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
