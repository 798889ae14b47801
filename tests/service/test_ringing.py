"""Check-ins by call: at their hour, a second time after some minutes, then by text; and what
becomes of them where nobody can be reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.calling import Came
from service import calls as voice
from service import conversing, waiting
from service.carrier.outcomes import Refused, Retry
from service.storage import people
from tests.houses import SERVICE_NUMBER
from tests.service.house import ANA, Line, Phone

ASKED = "How is today"
TUESDAY = datetime(2026, 5, 5, 14, 0, tzinfo=UTC)  # ten in the morning in New York
MINUTES = timedelta(minutes=1)


def by_call(line: Line, number: str = ANA, kind: str | None = None) -> Phone:
    """Somebody who asked for calls at ten; nothing has rung yet."""
    ana = line.member(number, name="Ana", on_silence="call")
    line.do("update person set channel = 'call'")
    if kind is not None:
        line.do("update number set kind = :kind where id = :id", kind=kind,
                id=ana.standing.number.id)  # fmt: skip
    line.plan(ana, "daily-checkin", "every day", "10:00")
    line.sent.clear()
    return ana


def rung_at(line: Line) -> list[timedelta]:
    """When the phone rang, after the hour of the check-in."""
    return [rung.at - TUESDAY for rung in line.rung]


def statuses(line: Line) -> list[str]:
    return [row[0] for row in line.rows("select status from call order by created_at, attempt")]


def takes(line: Line) -> str:
    """She takes the last call and says that it is a good time; what she hears then."""
    rung = line.rung[-1]
    opening = voice.call_answered(
        line.house, call_id=rung.row.id, sid=rung.sid, answered_by="human"
    )
    assert "good time" in opening
    assert ASKED not in opening, "nothing is told to who has not answered"
    return presses(line, rung.row.id, "1")


def presses(line: Line, call_id: str, keys: str, step: int = 2) -> str:
    return voice.call_went_on(line.house, call_id=call_id, step=step, came=Came(keys=keys))


def test_it_rings_at_the_hour_again_after_ten_minutes_and_then_comes_by_text(line: Line) -> None:
    ana = by_call(line)
    line.until(TUESDAY)
    assert [rung.to for rung in line.rung] == [ANA]
    assert rung_at(line) == [timedelta(0)]
    assert ana.hears() == [], "not by text as well"
    assert ana.occurrences == ["prompted"], "it rang"
    line.passes(minutes=11)
    assert rung_at(line) == [timedelta(0), 10 * MINUTES]
    assert [ASKED in text for text in ana.hears()] == [True]
    ana.text("4")
    assert ana.occurrences == ["answered"]
    line.passes(hours=5)
    assert len(line.rung) == 2


def test_a_call_that_waits_dies_with_its_conversation(line: Line) -> None:
    ana = by_call(line)
    line.until(TUESDAY + 3 * MINUTES)
    with line.turn(ana) as slate:
        for conversation in waiting.for_call(slate):
            conversing.close(slate, conversation, "by hand")
    line.passes(hours=1)
    assert statuses(line) == ["no answer", "cancelled"]
    assert line.one("select held_for from call where attempt = 2") == "conversation over"
    assert ana.hears() == []


def test_the_second_call_comes_after_the_organisations_minutes(line: Line) -> None:
    line.organised(second_call_minutes=25)
    by_call(line)
    line.until(TUESDAY + 60 * MINUTES)
    assert rung_at(line) == [timedelta(0), 25 * MINUTES]


@pytest.mark.parametrize(
    ("fates", "occurrence"),
    [
        (["busy", "no answer"], "missed"),
        (["no answer", "machine"], "missed"),
        (["completed", "completed"], "missed"),
        (["failed", "no answer"], "missed"),
        (["no answer", "failed"], "missed"),
        (["failed", "failed"], "unreachable"),
    ],
)
def test_a_landline_that_nobody_takes_is_missed_and_a_dead_one_unreachable(
    line: Line, fates: list[str], occurrence: str
) -> None:
    ana = by_call(line, kind="landline")
    left = iter(fates)
    line.fate = lambda to: next(left)
    line.until(TUESDAY + 60 * MINUTES)
    assert len(line.rung) == 2
    assert ana.occurrences == [occurrence]
    assert ana.hears() == [], "nothing by text, where no text can come"
    assert bool(ana.open_cases) == (occurrence == "missed"), "silence is of those whose phone rang"
    assert ana.standing.others_wait is False
    assert ana.front is None


def test_who_takes_the_call_is_asked_in_it_and_left_in_peace(line: Line) -> None:
    ana = by_call(line)
    line.fate = lambda to: None
    line.until(TUESDAY)
    assert ASKED in takes(line)
    line.call_over(line.rung[-1].row.id, "completed", seconds=40)
    line.passes(minutes=30)
    assert len(line.rung) == 1
    assert ana.occurrences == ["prompted"]
    assert ana.front is not None, "the question that she was asked stands open"


def test_who_presses_a_key_but_is_not_the_one_is_no_answer(line: Line) -> None:
    """Somebody took it, and did not know the PIN: nothing has begun."""
    ana = by_call(line)
    line.fate = lambda to: "completed"
    line.until(TUESDAY + 15 * MINUTES)
    assert rung_at(line) == [timedelta(0), 10 * MINUTES]
    assert ASKED in " ".join(ana.hears())


def test_who_asks_for_another_time_is_rung_once_more(line: Line) -> None:
    ana = by_call(line)
    line.fate = lambda to: None
    line.until(TUESDAY)
    rung = line.rung[-1]
    voice.call_answered(line.house, call_id=rung.row.id, sid=rung.sid, answered_by="human")
    presses(line, rung.row.id, "2")
    line.call_over(rung.row.id, "completed", seconds=9)
    line.passes(minutes=15)
    assert rung_at(line) == [timedelta(0), 11 * MINUTES]
    assert ana.hears() == []


def test_who_calls_us_back_in_between_is_asked_then_and_not_rung_again(line: Line) -> None:
    by_call(line)
    line.until(TUESDAY + 3 * MINUTES)
    voice.call_came_in(line.house, sid="CAin1", from_=ANA, to=SERVICE_NUMBER)
    call_id = line.one("select id from call where direction = 'in'")
    assert ASKED in presses(line, call_id, "")
    line.passes(minutes=30)
    assert rung_at(line) == [timedelta(0)]
    assert statuses(line).count("cancelled") == 1


def test_a_text_in_between_neither_brings_it_by_text_nor_takes_the_call_away(line: Line) -> None:
    ana = by_call(line)
    line.until(TUESDAY + 3 * MINUTES)
    assert ASKED not in ana.text("MENU")
    ana.text("SKIP")
    assert ASKED not in " ".join(ana.hears())
    line.until(TUESDAY + 10 * MINUTES)
    assert rung_at(line) == [timedelta(0), 10 * MINUTES]


def test_what_stands_in_front_is_asked_first_and_the_check_in_after_it(line: Line) -> None:
    ana = by_call(line)
    line.fate = lambda to: None
    line.until(TUESDAY - 5 * MINUTES)
    ana.text("MENU")
    line.until(TUESDAY)
    assert len(line.rung) == 1
    assert ASKED not in takes(line), "the open question is asked again, and nothing else"
    assert ASKED in presses(line, line.rung[-1].row.id, "9", step=3)


@pytest.mark.parametrize("word", ["STOP", "PAUSE 2 weeks", "LEAVE"])
def test_who_stops_or_rests_is_not_rung_a_second_time(line: Line, word: str) -> None:
    ana = by_call(line)
    line.until(TUESDAY + 3 * MINUTES)
    ana.text(word)
    if word == "LEAVE":
        ana.text("1")
        ana.text("YES")
    line.passes(hours=3)
    assert rung_at(line) == [timedelta(0)], statuses(line)
    assert statuses(line)[-1] == "cancelled"
    assert ana.occurrences == ["skipped"]


def test_who_asks_for_texts_after_the_first_call_gets_it_by_text(line: Line) -> None:
    ana = by_call(line)
    line.until(TUESDAY + 3 * MINUTES)
    with line.turn(ana) as slate:
        from service import preferring

        preferring.prefer(slate, "channel", "text")
    ana.text("MENU")
    assert ASKED in ana.text("SKIP")
    line.passes(hours=3)
    assert rung_at(line) == [timedelta(0)]


def test_on_a_landline_silence_after_the_call_takes_its_time_without_texts(line: Line) -> None:
    ana = by_call(line, kind="landline")
    line.fate = lambda to: None
    line.says = lambda row, body: Refused(21614, 400, "unusable")
    line.until(TUESDAY)
    assert ASKED in takes(line)
    line.call_over(line.rung[-1].row.id, "completed", seconds=20)
    line.passes(hours=4)
    assert ana.occurrences == ["reminded"]
    line.passes(hours=4)
    assert ana.occurrences == ["missed"]
    assert ana.hears() == []
    assert len(line.rung) == 1


# --- by text, where the text cannot come


def by_text(line: Line) -> Phone:
    ana = line.member(ANA, name="Ana", on_silence="call")
    line.plan(ana, "daily-checkin", "every day", "10:00")
    line.until(TUESDAY)
    return ana


def undelivered(line: Line, status: str, code: int | None) -> None:
    asked = next(sent for sent in reversed(line.sent) if ASKED in sent.body)
    line.told(asked.row, status, code)
    line.settle()


@pytest.mark.parametrize(("status", "code"), [("undelivered", 30006), ("failed", None)])
def test_a_check_in_whose_text_never_arrived_is_asked_by_call(
    line: Line, status: str, code: int | None
) -> None:
    ana = by_text(line)
    line.fate = lambda to: None
    undelivered(line, status, code)
    assert [rung.to for rung in line.rung] == [ANA]
    assert ASKED in takes(line), "its question stands in front: the call asks it again"
    assert ana.front is not None
    assert ana.occurrences == ["prompted"]


def test_and_where_nobody_takes_the_calls_either_it_is_missed(line: Line) -> None:
    ana = by_text(line)
    undelivered(line, "undelivered", 30006)
    line.passes(hours=3)
    assert len(line.rung) == 2
    assert ana.occurrences == ["missed"]
    assert ana.front is None
    line.until(TUESDAY + timedelta(days=1))
    assert len(line.rung) == 3, "the next one comes by call at once: no text can come"


@pytest.mark.parametrize("code", [30005, 21610])
def test_a_number_that_is_nobodys_or_that_stopped_is_not_rung(line: Line, code: int) -> None:
    ana = by_text(line)
    undelivered(line, "failed", code)
    line.passes(hours=3)
    assert line.rung == []
    assert ana.occurrences == ["unreachable"]


def test_a_number_that_does_not_exist_is_rung_once_and_told_of(line: Line) -> None:
    ana = by_call(line)
    line.places = lambda row, to: Refused(21211, 400, "unusable")
    line.until(TUESDAY)
    assert ana.standing.number.unusable_code == "21211"
    assert ana.occurrences == ["unreachable"]
    assert statuses(line) == ["failed"]
    line.places = lambda row, to: None
    line.until(TUESDAY + timedelta(days=1))
    assert ana.occurrences == ["unreachable", "unreachable"]
    assert line.rung == []


def test_a_call_that_could_not_be_placed_in_time_counts_for_nothing(line: Line) -> None:
    """Somebody who keeps the books: the day's budget was spent, and the next day is too late."""
    line.organised(daily_budget=0)
    ana = by_call(line)
    line.until(TUESDAY + timedelta(hours=12))
    assert line.rung == []
    assert ana.occurrences == ["suspended"]
    assert ana.hears() == []
    assert ana.open_cases == []


def test_while_the_network_is_out_nobody_counts_as_silent(line: Line) -> None:
    ana = by_call(line)
    line.places = lambda row, to: Retry("connection refused")
    line.until(TUESDAY + timedelta(hours=1))
    assert ana.occurrences == ["due"]
    line.until(TUESDAY + timedelta(hours=3))
    assert ana.occurrences == ["suspended"]
    line.places = lambda row, to: None
    line.until(TUESDAY + timedelta(days=1))
    assert len(line.rung) == 1, "the next day is a day like any other"
    assert ana.open_cases == []


def test_an_outage_between_two_calls_takes_nobodys_second_chance(line: Line) -> None:
    ana = by_call(line, kind="landline")
    line.until(TUESDAY + 5 * MINUTES)
    line.places = lambda row, to: Retry("connection refused")
    line.until(TUESDAY + timedelta(hours=3))
    assert ana.occurrences == ["suspended"]
    assert ana.open_cases == []


def test_who_takes_the_call_and_does_not_know_the_pin_hears_nothing(line: Line) -> None:
    ana = by_call(line)
    person_id = ana.person.id
    with line.writing() as tx:
        people.set_pin(tx, person_id, "4711")
    line.fate = lambda to: None
    line.until(TUESDAY)
    heard = takes(line)
    for step in (3, 4, 5):
        heard += presses(line, line.rung[-1].row.id, "0000", step=step)
    assert "Sorry, wrong number" in heard
    assert ASKED not in heard
    assert "Hearthline" not in heard
    line.call_over(line.rung[-1].row.id, "completed", seconds=30)
    line.passes(minutes=11)
    assert len(line.rung) == 2, "she was not reached"


def test_a_call_costs_its_minutes_once(line: Line) -> None:
    line.organised(call_price=0.02)
    by_call(line)
    line.fate = lambda to: None
    line.until(TUESDAY)
    spent = "select coalesce(sum(cost_micros), 0) from spend"
    before = line.one(spent)
    for _ in range(2):  # callbacks come twice
        line.call_over(line.rung[-1].row.id, "completed", seconds=61)
    assert line.one(spent) - before == 40_000
    assert line.one("select cost_micros from call") == 40_000
