"""What follows when a text never arrives, and when the whole network is out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service import delivery, outages
from service.carrier.outcomes import InDoubt, Refused, Retry
from service.storage.timers import Timer
from tests.service.house import ANA, BEN, MONDAY, Line, Phone

ASKED = "How is today"
TUESDAY = datetime(2026, 5, 5, 14, 0, tzinfo=UTC)


def asked(line: Line, number: str = ANA, **fields: str) -> Phone:
    """Somebody whose check-in left just now."""
    ana = line.member(number, name="Ana", on_silence="call", **fields)
    line.plan(ana, "daily-checkin", "every day", "10:00")
    return ana


def last_sent(line: Line, part: str = ASKED) -> str:
    return next(sent.row.id for sent in reversed(line.sent) if part in sent.body)


@pytest.mark.parametrize(
    ("status", "code", "occurrence", "number"),
    [
        ("delivered", None, "prompted", (None, None)),
        ("sent", None, "prompted", (None, None)),
        ("undelivered", 30005, "unreachable", (None, "30005")),
        ("failed", 21610, "unreachable", ("carrier", None)),
    ],
)
def test_a_check_in_that_never_arrived_is_unreachable_not_missed(
    line: Line, status: str, code: int | None, occurrence: str,
    number: tuple[str | None, str | None],
) -> None:  # fmt: skip
    ana = asked(line)
    line.until(TUESDAY)
    line.told(last_sent(line), status, code)
    line.settle()
    assert ana.occurrences == [occurrence]
    stopped = "select count(*) from consent where act = 'stopped'"
    assert line.one(stopped) == (1 if code == 21610 else 0)
    stand = ana.standing.number
    assert (stand.opted_out_how, stand.unusable_code) == number
    line.until(TUESDAY + timedelta(hours=10))
    assert ana.occurrences[0] == ("missed" if occurrence == "prompted" else "unreachable")
    assert bool(ana.open_cases) == (occurrence == "prompted"), "silence is of those who were asked"


def test_a_phone_that_is_off_is_tried_again_for_two_hours(line: Line) -> None:
    line.fate = lambda to: "failed"  # nor does it ring when it is called
    ana = asked(line)
    line.until(TUESDAY)
    for _ in range(40):
        line.told(last_sent(line), "undelivered", 30003)
        line.settle()
        if ana.occurrences != ["prompted"]:
            break
        line.passes(minutes=10)
    assert ana.occurrences == ["unreachable"]
    asked_again = [sent for sent in line.sent if ASKED in sent.body]
    assert 3 <= len(asked_again) <= 6, "bounded, and ever more seldom"
    assert not ana.open_cases


def test_a_phone_that_is_on_again_gets_its_check_in_once_more(line: Line) -> None:
    ana = asked(line)
    line.until(TUESDAY)
    line.told(last_sent(line), "undelivered", 30003)
    line.passes(minutes=15)
    line.told(last_sent(line), "delivered", None)
    ana.text("4")
    assert ana.occurrences == ["answered"]


def test_a_reply_that_never_arrived_ends_no_conversation(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("SETTINGS")
    line.told(line.sent[-1].row.id, "undelivered", 30003)
    line.settle()
    assert ana.front is not None


def test_a_check_in_refused_at_once_is_unreachable_too(line: Line) -> None:
    ana = asked(line)
    line.says = lambda row, body: Refused(21610, 400, "opted-out")
    line.until(TUESDAY)
    assert ana.occurrences == ["unreachable"]
    assert ana.front is None


def test_a_wait_begins_when_the_carrier_accepts_the_question(line: Line) -> None:
    ana = asked(line)
    away = True
    line.says = lambda row, body: Retry("connect") if away else None
    line.until(TUESDAY + timedelta(hours=1))
    assert line.one("select count(*) from timer where kind = 'wait'") == 0
    away = False
    line.until(TUESDAY + timedelta(hours=1, minutes=5))
    assert ASKED in "".join(ana.hears())
    due = line.one("select due_at from timer where kind = 'wait'")
    left = datetime.fromtimestamp(due / 1_000_000, UTC) - line.at
    assert timedelta(hours=2, minutes=50) < left <= timedelta(hours=3)


def test_who_could_not_be_asked_in_time_is_not_asked_and_not_silent(line: Line) -> None:
    ana = asked(line)
    away = True
    line.says = lambda row, body: Retry("connect") if away else None
    line.until(TUESDAY + timedelta(hours=2, minutes=30))
    away = False
    line.passes(minutes=10)
    assert ana.hears() == []
    assert ana.occurrences == ["suspended"]
    line.until(TUESDAY + timedelta(hours=24))
    assert ASKED in "".join(ana.hears())


# --- an outage of the phone network


def test_an_outage_gives_everybody_the_time_that_it_took(line: Line) -> None:
    ana = asked(line)
    line.until(TUESDAY)
    ana.hears()
    line.passes(hours=1)
    out = True
    line.says = lambda row, body: Retry("connect") if out else None
    line.phone(BEN).send("JOIN")  # the first that does not get through
    line.passes(hours=4)
    assert ana.hears() == []
    assert ana.occurrences == ["prompted"], "nobody could answer, so nobody was silent"
    out = False
    line.passes(minutes=5)
    assert "Hear more?" in "".join(line.phone(BEN).hears())
    line.passes(hours=1, minutes=50)
    assert ana.hears() == []
    line.passes(minutes=30)  # three hours of network, not of clock
    assert ASKED in "".join(ana.hears())


def test_an_outage_longer_than_a_conversation_is_no_silence(line: Line) -> None:
    ana = asked(line)
    line.until(TUESDAY)
    line.passes(hours=1)
    out = True
    line.says = lambda row, body: Retry("connect") if out else None
    line.phone(BEN).send("JOIN")
    line.passes(hours=22)  # a daily check-in ends after twenty
    assert ana.occurrences == ["prompted"]
    assert ana.open_cases == []
    out = False
    line.passes(minutes=5)
    ana.text("4")
    assert ana.occurrences == ["answered"]


def test_what_is_found_to_have_arrived_ends_an_outage(line: Line) -> None:
    line.says = lambda row, body: InDoubt("timeout")
    line.phone(BEN).send("JOIN")
    line.settle()
    message_id = line.one("select id from message where status = 'in doubt'")
    line.at += timedelta(minutes=1)
    line.told(message_id, "delivered")
    with line.reading() as tx:
        (outage,) = outages.recent(tx, line.at)
    assert outage.until == line.at
    assert line.one("select sum(messages) from spend") == 1, "it is paid for all the same"


def test_an_outage_before_the_question_gives_nothing(line: Line) -> None:
    ana = line.member(ANA)
    with line.writing() as tx:
        outages.began(tx, line.at)
        outages.ended(tx, line.at + timedelta(hours=1))
    line.passes(hours=1)
    ana.text("CHECKIN")
    line.passes(hours=3, minutes=1)
    assert ASKED in "".join(ana.hears())


HOUR = timedelta(hours=1)
T = MONDAY


@pytest.mark.parametrize(
    ("known", "asked_at", "now", "lost"),
    [
        ([], T, T + 3 * HOUR, 0 * HOUR),
        ([(T + HOUR, T + 2 * HOUR)], T, T + 3 * HOUR, HOUR),
        ([(T - 2 * HOUR, T - HOUR)], T, T + 3 * HOUR, 0 * HOUR),
        ([(T - HOUR, T + HOUR)], T, T + 3 * HOUR, HOUR),
        ([(T, T + HOUR), (T + 2 * HOUR, T + 3 * HOUR)], T, T + 3 * HOUR, 2 * HOUR),
        ([(T + HOUR, None)], T, T + 3 * HOUR, 2 * HOUR),
        ([(T + 3 * HOUR, None)], T, T + 3 * HOUR, timedelta(minutes=5)),
        ([(T + HOUR, T + 2 * HOUR)], None, T + 3 * HOUR, 0 * HOUR),
    ],
)
def test_how_much_of_a_wait_was_lost(
    known: list[tuple[datetime, datetime | None]],
    asked_at: datetime | None,
    now: datetime,
    lost: timedelta,
) -> None:
    timer = Timer("1", "wait:1", "wait", "p", "c", now)
    assert outages.lost([outages.Outage(*one) for one in known], timer, asked_at, now) == lost


def test_time_given_back_once_is_not_given_again() -> None:
    known = [outages.Outage(T, T + HOUR)]
    again = Timer("1", "k", "wait", "p", "c", T, None, {"granted": (T + 2 * HOUR).isoformat()})
    assert outages.lost(known, again, T, T + 3 * HOUR) == timedelta(0)


def test_an_outage_is_noticed_by_lost_connections_alone(line: Line) -> None:
    def now_out() -> bool:
        with line.reading() as tx:
            return any(o.until is None for o in outages.recent(tx, line.at))

    line.says = lambda row, body: Refused(21617, 400, "bug")
    line.phone(ANA).text("JOIN")
    assert not now_out(), "an answer is no outage"
    line.says = lambda row, body: InDoubt("timeout")
    line.phone(BEN).text("JOIN")
    assert now_out()
    line.says = lambda row, body: None
    line.phone("+15550142005").text("JOIN")
    assert not now_out()
    line.passes(days=4)
    with line.reading() as tx:
        assert outages.recent(tx, line.at) == ()


def test_reasons_of_ours_have_names() -> None:
    assert (delivery.LATE, delivery.OUT) == ("too late", "network")
