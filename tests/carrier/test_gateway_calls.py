"""Calls through the gateway, against a network over real HTTP: the same manners as texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service import clock
from service.carrier.outcomes import (
    NOT_BEGUN,
    Accepted,
    InDoubt,
    Refused,
    Retry,
    SlowDown,
    can_be_rung,
)
from service.carrier.records import CallRecord, CarrierTrouble
from service.carrier.sending import Outgoing, OutgoingCall
from tests.carrier.network import dropping, refusing, saying, silent

OURS, THEIRS = "+15550199", "+15550100"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ACCOUNT = "/2010-04-01/Accounts/AC1"
ANSWERED = "https://h.example/twilio/voice/answered?c=c1#rc=3"
STATUS = "https://h.example/twilio/voice/status?c=c1#rc=3"


def call(identity: str = "c1", to: str = THEIRS, **more) -> OutgoingCall:
    return OutgoingCall(identity, to, OURS, ANSWERED, STATUS, **more)


def test_a_call_is_placed_as_it_was_meant(network, gateway):
    outcome = gateway.send(call(ring_seconds=25))
    assert isinstance(outcome, Accepted)
    assert outcome.sid.startswith("CA")
    assert network.taken == [
        {
            "To": THEIRS,
            "From": OURS,
            "Url": ANSWERED,
            "Method": "POST",
            "FallbackUrl": ANSWERED,
            "FallbackMethod": "POST",
            "StatusCallback": STATUS,
            "StatusCallbackMethod": "POST",
            "StatusCallbackEvent": "initiated answered completed",
            "Timeout": "25",
            "MachineDetection": "DetectMessageEnd",
        }
    ]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refusing(400, 21211), Refused(21211, 400, "unusable")),
        (refusing(400, 21215), Refused(21215, 400, "config")),
        (refusing(401, 20003), Refused(20003, 401, "credentials")),
        (refusing(429, 20429, {"Retry-After": "2"}), SlowDown(20429, 2.0)),
        (refusing(429, 10004), SlowDown(10004, None)),
        (refusing(500, 20500), InDoubt("http 500")),
        (saying(201, "<html>fine</html>"), InDoubt("unreadable 201")),
        (dropping(), InDoubt("connection dropped")),
        (silent(5), InDoubt("timeout")),
    ],
)
def test_every_ending_is_one_outcome_and_nothing_is_repeated(network, gateway, answer, outcome):
    asked = []

    async def once(request):
        asked.append(request.path)
        return await answer(request)

    network.script[THEIRS] = once
    assert gateway.send(call()) == outcome
    assert asked == [f"{ACCOUNT}/Calls.json"], "a POST is never repeated by itself"


def test_what_comes_too_late_is_not_begun(network, gateway):
    late = clock.now() - timedelta(seconds=1)
    assert gateway.send(call(begin_before=late)) == Retry(NOT_BEGUN)
    assert gateway.send(call(to="")) == Refused(21201, 0, "bug")
    assert network.taken == []


def test_texts_and_calls_share_a_stream_and_each_comes_to_its_own_outcome(network, gateway):
    network.script["+15550101"] = refusing(400, 21211)
    with gateway.sending() as stream:
        stream.put([Outgoing("m1", THEIRS, OURS, "Hello"), call("c1"), call("c2", "+15550101")])
        settled = {}
        while stream.open:
            settled.update({one.id: one.outcome for one in stream.take(1.0)})
    assert settled["c2"] == Refused(21211, 400, "unusable")
    assert settled["m1"].sid.startswith("SM")
    assert settled["c1"].sid.startswith("CA")


def held(sid: str, created: datetime, **more) -> dict[str, object]:
    return {
        "sid": sid,
        "account_sid": "AC1",
        "to": THEIRS,
        "from": OURS,
        "status": "queued",
        "direction": "outbound-api",
        "duration": None,
        "answered_by": None,
        "date_created": created.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "start_time": None,
        **more,
    }


def test_calls_between_two_numbers_are_listed_over_pages_until_too_old(network, gateway):
    done = {"status": "completed", "duration": "42", "answered_by": "human"}
    network.routes["GET", f"{ACCOUNT}/Calls.json"] = (
        200,
        {
            "calls": [held("CA2", NOON), held("CA1", NOON - timedelta(minutes=1), **done)],
            "next_page_uri": f"{ACCOUNT}/Page2.json?Page=1",
        },
    )
    network.routes["GET", f"{ACCOUNT}/Page2.json"] = (
        200,
        {"calls": [held("CA0", NOON - timedelta(hours=1))], "next_page_uri": None},
    )
    found = gateway.list_calls(THEIRS, OURS, NOON - timedelta(minutes=5))
    assert found == [
        CallRecord("CA2", "outbound-api", THEIRS, OURS, "queued", "", 0, NOON),
        CallRecord(
            "CA1", "outbound-api", THEIRS, OURS, "completed", "human", 42,
            NOON - timedelta(minutes=1),
        ),
    ]  # fmt: skip
    query = network.asked[0][1]
    assert "To=%2B15550100" in query
    assert "From=%2B15550199" in query
    assert "StartTime" not in query, "what has not begun to ring has none"


def test_one_call_is_fetched_or_is_not_there(network, gateway):
    network.routes["GET", f"{ACCOUNT}/Calls/CA1.json"] = (200, held("CA1", NOON, status="busy"))
    record = gateway.fetch_call("CA1")
    assert record is not None
    assert record.status == "busy"
    assert gateway.fetch_call("CA2") is None


def test_a_call_is_deleted_where_calls_are_kept(network, gateway):
    network.routes["DELETE", f"{ACCOUNT}/Calls/CA1.json"] = (204, None)
    assert gateway.delete("CA1")
    assert not gateway.delete("CA2")


def test_a_recording_comes_in_bytes_as_it_is_and_is_deleted(network, gateway):
    sound = bytes(range(256)) * 8
    network.routes["GET", f"{ACCOUNT}/Recordings/RE1.mp3"] = (200, sound)
    network.routes["DELETE", f"{ACCOUNT}/Recordings/RE1.json"] = (204, None)
    assert gateway.fetch_recording("RE1") == (sound, "audio/mpeg")
    assert gateway.fetch_recording("RE2") is None
    assert gateway.delete_recording("RE1")
    assert not gateway.delete_recording("RE2")


def recorded(sid: str, at: datetime, **more) -> dict:
    made = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return {
        "sid": sid, "call_sid": "CA1", "status": "completed", "duration": "7",
        "date_created": made, **more,
    }  # fmt: skip


def test_recordings_are_listed_until_they_are_older_than_asked_for(network, gateway):
    rows = [
        recorded("RE3", NOON + timedelta(hours=1), status="processing", duration="-1"),
        recorded("RE2", NOON),
        recorded("RE1", NOON - timedelta(minutes=3)),
    ]
    network.routes["GET", f"{ACCOUNT}/Recordings.json"] = (
        200, {"recordings": rows, "next_page_uri": None},
    )  # fmt: skip
    found = gateway.list_recordings(NOON)
    assert [(one.sid, one.call_sid, one.status, one.seconds) for one in found] == [
        ("RE3", "CA1", "processing", 0),
        ("RE2", "CA1", "completed", 7),
    ]
    assert found[1].created_at == NOON


def test_a_recording_that_is_no_sound_or_far_too_long_is_refused(network, gateway, monkeypatch):
    path = f"{ACCOUNT}/Recordings/RE1.mp3"
    network.routes["GET", path] = (200, {"not": "sound"})
    with pytest.raises(CarrierTrouble) as trouble:
        gateway.fetch_recording("RE1")
    assert trouble.value.kind == "refused"
    monkeypatch.setattr("service.carrier.records.LONGEST_RECORDING", 100)
    network.routes["GET", path] = (200, b"x" * 101)
    with pytest.raises(CarrierTrouble) as trouble:
        gateway.fetch_recording("RE1")
    assert trouble.value.kind == "refused"
    network.routes["GET", path] = (503, {"code": None})
    with pytest.raises(CarrierTrouble) as trouble:
        gateway.fetch_recording("RE1")
    assert trouble.value.kind == "failing"


@pytest.mark.parametrize(
    ("code", "rings"),
    [(None, True), ("21614", True), ("21635", True), ("30006", True), ("21211", False),
     ("30005", False), ("refused", True)],
)  # fmt: skip
def test_whom_no_text_reaches_may_still_be_rung(code, rings):
    assert can_be_rung(code) is rings
