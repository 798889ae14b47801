"""What watches the service sees counts and states only."""

from __future__ import annotations

from service.heartbeat import Trouble
from tests.web.test_hooks import SMS


def test_health_asks_nobody(network, heard):
    heard.database = False
    answer = network.client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"health": "ok"})


def test_ready_tells_what_is_away_and_fails_only_for_what_is_needed(network, heard):
    answer = network.client.get("/ready")
    assert answer.status_code == 200
    assert answer.json == {"ready": True, "database": "ok", "redis": "away"}
    heard.database = False
    answer = network.client.get("/ready")
    assert answer.status_code == 503
    assert answer.json == {"ready": False, "database": "away", "redis": "away"}


def test_the_heartbeat_fails_loudly_and_says_why(network, heard):
    answer = network.client.get("/heartbeat")
    assert (answer.status_code, answer.json) == (200, {"heartbeat": "ok"})
    heard.troubles = [
        Trouble("clock", "It was last heard of 90 s ago."),
        Trouble("phone network", "It has not answered for 70 s."),
    ]
    answer = network.client.get("/heartbeat")
    assert answer.status_code == 503
    assert answer.json == {
        "heartbeat": "failing",
        "reasons": [
            "clock: It was last heard of 90 s ago.",
            "phone network: It has not answered for 70 s.",
        ],
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert network.client.head("/heartbeat").status_code == 503
    assert network.client.get("/ready").status_code == 200, "this process is as it should be"


def test_metrics_count_hooks_and_show_the_house(network, heard):
    network.post("/twilio/sms", SMS)
    network.post("/twilio/sms", SMS, "forged")
    heard.broken = True
    network.post("/twilio/sms", SMS)
    text = network.client.get("/metrics").text
    assert 'hearthline_hooks_total{kind="sms",status="200"} 1.0' in text
    assert 'hearthline_hooks_total{kind="sms",status="403"} 1.0' in text
    assert 'hearthline_hooks_total{kind="sms",status="500"} 1.0' in text
    assert 'hearthline_hook_seconds_count{kind="sms"} 3.0' in text
    assert 'hearthline_pending{lane="bulk"} 7.0' in text
    assert "5550100" not in text


def test_metrics_are_hidden_from_outside(network):
    answer = network.client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 404


def test_an_unknown_page_says_nothing(network):
    answer = network.client.get("/nowhere")
    assert (answer.status_code, answer.data) == (404, b"")
