"""Every answer of the network is one outcome: the rules as tables."""

from __future__ import annotations

import pytest

from service.carrier.outcomes import (
    CODES,
    Accepted,
    InDoubt,
    Refused,
    Retry,
    SlowDown,
    judge,
    kind_of,
    unsendable,
)

ANSWERS = [
    # status, code, Retry-After -> outcome
    (400, 21610, None, Refused(21610, 400, "opted-out")),
    (400, 21211, None, Refused(21211, 400, "unusable")),
    (400, 21614, None, Refused(21614, 400, "unusable")),
    (400, 21635, None, Refused(21635, 400, "unusable")),
    (400, 30005, None, Refused(30005, 400, "unusable")),
    (400, 30006, None, Refused(30006, 400, "unusable")),
    (400, 30007, None, Refused(30007, 400, "config")),
    (403, 21408, None, Refused(21408, 403, "config")),
    (400, 21606, None, Refused(21606, 400, "config")),
    (400, 21659, None, Refused(21659, 400, "config")),
    (400, 21660, None, Refused(21660, 400, "config")),
    (400, 30034, None, Refused(30034, 400, "config")),
    (400, 21617, None, Refused(21617, 400, "bug")),
    (400, 21619, None, Refused(21619, 400, "bug")),
    (401, 20003, None, Refused(20003, 401, "credentials")),
    (401, None, None, Refused(None, 401, "credentials")),
    (429, 20429, None, SlowDown(20429, None)),
    (429, 20429, "3", SlowDown(20429, 3.0)),
    (429, None, "tomorrow", SlowDown(None, None)),
    (400, 21611, None, SlowDown(21611, None)),
    (400, 30022, None, SlowDown(30022, None)),
    (400, 14107, None, SlowDown(14107, 30.0)),
    (429, 63038, None, Refused(63038, 429, "daily-cap")),
    (400, 63038, None, Refused(63038, 400, "daily-cap")),
    (400, 30003, None, Retry(30003)),
    (400, 99999, None, Refused(99999, 400, "other")),
    (400, None, None, Refused(None, 400, "other")),
    (404, 20404, None, Refused(20404, 404, "config")),
    (302, None, None, Refused(None, 302, "config")),
    (408, None, None, InDoubt("http 408")),
    (500, 20500, None, InDoubt("http 500")),
    (503, 20429, "1", InDoubt("http 503")),
    (502, 21610, None, InDoubt("http 502")),
]


@pytest.mark.parametrize(("status", "code", "retry_after", "outcome"), ANSWERS)
def test_an_error_is_judged_by_its_status_first_then_by_the_table(
    status, code, retry_after, outcome
):
    assert judge(status, {"code": code, "message": "x"}, retry_after) == outcome


def test_an_error_without_a_readable_body_is_judged_by_its_status():
    assert judge(400, None) == Refused(None, 400, "other")
    assert judge(500, None) == InDoubt("http 500")
    assert judge(429, None, "2") == SlowDown(None, 2.0)


def test_a_code_written_as_a_string_is_read():
    assert judge(400, {"code": "21610"}) == Refused(21610, 400, "opted-out")


def test_accepted_names_the_sid():
    assert judge(201, {"sid": "SM1", "status": "accepted"}) == Accepted("SM1", "accepted")
    assert judge(201, {"sid": "SM1"}) == Accepted("SM1", "queued")


@pytest.mark.parametrize("answer", [None, {}, {"sid": ""}, {"sid": 7}])
def test_a_success_that_names_no_sid_is_in_doubt(answer):
    assert judge(200, answer) == InDoubt("unreadable 200")


def test_status_callbacks_are_read_by_the_same_table():
    assert kind_of(30003) == kind_of(30008) == kind_of(30001) == "later"
    assert kind_of(21610) == "opted-out"
    assert kind_of(None) == kind_of(1) == "other"
    assert all(10_000 <= code <= 99_999 for code in CODES)


@pytest.mark.parametrize(
    ("to", "from_", "body", "media", "code"),
    [
        ("+15550100", "+15550199", "Hi", 0, None),
        ("+15550100", "+15550199", "x" * 1600, 0, None),
        ("+15550100", "+15550199", "", 1, None),
        ("+15550100", "+15550199", "x" * 1601, 0, 21617),
        ("+15550100", "+15550199", " \n", 0, 21602),
        ("", "+15550199", "Hi", 0, 21604),
        ("+15550100", "", "Hi", 0, 21603),
    ],
)
def test_what_the_network_would_refuse_is_found_before_sending(to, from_, body, media, code):
    found = unsendable(to, from_, body, media)
    assert (found.code if found else None) == code
    assert found is None or found.kind == "bug"
