"""May a text leave now: the whole table of verdicts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.leaving import BULK, CHOSEN_FOR, REPLY, URGENT, Cancel, Hold, House, Text, may_leave

NOON = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)  # in New York
NIGHT = datetime(2026, 5, 5, 3, 30, tzinfo=UTC)  # half past eleven in New York
MORNING = datetime(2026, 5, 5, 12, 0, tzinfo=UTC)  # eight in New York
NEXT_DAY = datetime(2026, 5, 5, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def text(**what: Any) -> Text:
    plain = Text(
        lane=REPLY, purpose="answer", created_at=NOON, expires_at=None, chosen=False,
        is_question=False, conversation_over=False, opted_out=False, unusable=False,
        number_kind="mobile", country="US", person_gone=False,
    )  # fmt: skip
    return plain._replace(**what)


def house(now: datetime = NOON, **what: Any) -> House:
    usual = House(now, "America/New_York", frozenset({"US"}), 8, 21, False, NEXT_DAY)
    return usual._replace(**what)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"number_kind": "premium"}, "premium"),
        ({"number_kind": "premium", "lane": URGENT, "purpose": "case"}, "premium"),
        ({"number_kind": "anonymous"}, "anonymous"),
        ({"country": "FR"}, "country"),
        ({"country": None}, "country"),
        ({"opted_out": True}, "stopped"),
        ({"opted_out": True, "purpose": "checkin", "lane": BULK}, "stopped"),
        ({"opted_out": True, "purpose": "notice"}, "stopped"),
        ({"opted_out": True, "purpose": "alert", "lane": URGENT}, "stopped"),
        ({"unusable": True}, "unusable"),
        ({"unusable": True, "lane": BULK}, "unusable"),
        ({"person_gone": True, "purpose": "notice"}, "left"),
        ({"person_gone": True, "purpose": "checkin", "lane": BULK}, "left"),
        ({"is_question": True, "conversation_over": True}, "conversation over"),
        ({"expires_at": NOON}, "too late"),
        ({"expires_at": NOON - HOUR, "lane": URGENT, "purpose": "case"}, "too late"),
    ],
)
def test_what_never_leaves_is_cancelled_with_its_reason(what: dict[str, Any], reason: str) -> None:
    assert may_leave(text(**what), house()) == Cancel(reason)


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"lane": URGENT, "purpose": "case"},
        {"lane": BULK, "purpose": "checkin"},
        {"opted_out": True, "purpose": "consent"},
        {"opted_out": True, "purpose": "case"},
        {"person_gone": True, "purpose": "consent"},
        {"person_gone": True, "purpose": "case"},
        {"person_gone": True},  # an answer to what they wrote, the goodbye among them
        {"unusable": True, "lane": URGENT},
        {"conversation_over": True},  # its last words may still be said
        {"is_question": True},
        {"expires_at": NOON + HOUR},
        {"number_kind": "landline"},  # some landlines take texts: the carrier tells
        {"number_kind": "unknown"},
    ],
)
def test_what_may_leave_by_day(what: dict[str, Any]) -> None:
    assert may_leave(text(**what), house()) is None


@pytest.mark.parametrize(
    ("what", "around", "verdict"),
    [
        ({"lane": BULK}, {"now": NIGHT}, Hold("quiet hours", MORNING)),
        ({"lane": REPLY}, {"now": NIGHT}, None),
        ({"lane": URGENT}, {"now": NIGHT}, None),
        ({"lane": BULK}, {"now": MORNING}, None),
        ({"lane": BULK}, {"now": MORNING - timedelta(seconds=1)}, Hold("quiet hours", MORNING)),
        # the hour that they chose may be outside of ours, but not for long
        ({"lane": BULK, "chosen": True, "created_at": NIGHT}, {"now": NIGHT}, None),
        ({"lane": BULK, "chosen": True, "created_at": NIGHT - CHOSEN_FOR}, {"now": NIGHT}, None),
        (
            {"lane": BULK, "chosen": True, "created_at": NIGHT - 2 * CHOSEN_FOR},
            {"now": NIGHT},
            Hold("quiet hours", MORNING),
        ),
        # the person's own zone counts: nine in the evening in Madrid
        (
            {"lane": BULK},
            {"now": NOON + 3 * HOUR, "zone": "Europe/Madrid"},
            Hold("quiet hours", datetime(2026, 5, 5, 6, 0, tzinfo=UTC)),
        ),
        ({"lane": BULK}, {"spent": True}, Hold("budget", NEXT_DAY)),
        (
            {"lane": BULK, "chosen": True, "created_at": NOON},
            {"spent": True},
            Hold("budget", NEXT_DAY),
        ),
        ({"lane": REPLY}, {"spent": True}, None),
        ({"lane": URGENT}, {"spent": True}, None),
        # what can never leave is not held first
        ({"lane": BULK, "opted_out": True}, {"spent": True}, Cancel("stopped")),
        ({"lane": BULK, "opted_out": True}, {"now": NIGHT}, Cancel("stopped")),
    ],
)
def test_hours_and_budget_hold_bulk_only(
    what: dict[str, Any], around: dict[str, Any], verdict: object
) -> None:
    assert may_leave(text(**what), house(**around)) == verdict


TEXTS = st.builds(
    Text,
    lane=st.sampled_from((URGENT, REPLY, BULK)),
    purpose=st.sampled_from(("consent", "answer", "checkin", "alert", "case", "notice")),
    created_at=st.just(NOON),
    expires_at=st.sampled_from((None, NOON - HOUR, NIGHT + HOUR)),
    chosen=st.booleans(),
    is_question=st.booleans(),
    conversation_over=st.booleans(),
    opted_out=st.booleans(),
    unusable=st.booleans(),
    number_kind=st.sampled_from(("mobile", "landline", "premium", "anonymous", "unknown")),
    country=st.sampled_from(("US", "FR", None)),
    person_gone=st.booleans(),
)
HOUSES = st.builds(house, now=st.sampled_from((NOON, NIGHT, MORNING)), spent=st.booleans())


@given(TEXTS, HOUSES)
def test_nothing_but_bulk_is_ever_held_and_always_until_later(text: Text, house: House) -> None:
    verdict = may_leave(text, house)
    if isinstance(verdict, Hold):
        assert text.lane == BULK
        assert verdict.until > house.now or verdict.reason == "budget"


@given(TEXTS, HOUSES)
def test_only_consent_and_cases_reach_one_who_opted_out(text: Text, house: House) -> None:
    if may_leave(text._replace(opted_out=True), house) is None:
        assert text.purpose in ("consent", "case")
