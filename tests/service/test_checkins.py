"""Check-ins on real days: plans, DST, skipping, pausing, silence; and once a slot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from service import checkins, preferring, timers
from service.slate import Slate
from service.storage import links, numbers, plans
from tests.service.house import ANA, Line, Phone

ASKED = "How is today"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at_home(
    line: Line, zone: str, starts: str, days: str = "every day", hour: str = "10:00"
) -> Phone:
    """A member in this zone from this moment on, with a plan."""
    ana = line.member(ANA, name="Ana")
    line.at = utc(starts)
    line.do("update person set zone = :zone", zone=zone)
    line.plan(ana, "daily-checkin", days, hour)
    return ana


def asked_at(line: Line, phone: Phone, days: int) -> list[str]:
    """At which moments the check-in came, day by day, each answered."""
    moments = []
    for _ in range(days * 12):
        seen = len(line.sent)
        line.passes(hours=2)
        moments += [s.at for s in line.sent[seen:] if s.to == phone.number and ASKED in s.body]
        if phone.front is not None:
            phone.text("4")
    return [moment.strftime("%m-%dT%H:%M") for moment in moments]


@pytest.mark.parametrize(
    ("zone", "starts", "hour", "expected"),
    [
        # the clocks go forward on 14 March: ten stays ten
        ("America/New_York", "2027-03-12T16:00", "10:00",
         ["03-13T15:00", "03-14T14:00", "03-15T14:00"]),
        # half past two does not exist on that day: it comes at the moment the clocks moved
        ("America/New_York", "2027-03-12T16:00", "02:30",
         ["03-13T07:30", "03-14T07:00", "03-15T06:30"]),
        # half past one comes twice on 7 November: it is asked once
        ("America/New_York", "2027-11-05T16:00", "01:30",
         ["11-06T05:30", "11-07T05:30", "11-08T06:30"]),
        ("Europe/Madrid", "2027-03-26T16:00", "10:00",
         ["03-27T09:00", "03-28T08:00", "03-29T08:00"]),
        ("Asia/Kolkata", "2027-03-26T16:00", "19:15",
         ["03-27T13:45", "03-28T13:45", "03-29T13:45"]),
        ("America/New_York", "2028-02-27T16:00", "10:00",
         ["02-28T15:00", "02-29T15:00", "03-01T15:00"]),
    ],
)  # fmt: skip
def test_the_hour_stays_theirs_through_the_year(
    line: Line, zone: str, starts: str, hour: str, expected: list[str]
) -> None:
    ana = at_home(line, zone, starts, hour=hour)
    assert asked_at(line, ana, 3)[:3] == expected


def test_skip_once_leaves_out_one_and_only_one(line: Line) -> None:
    ana = at_home(line, "America/New_York", "2026-05-04T16:00")
    assert "Wednesday May 6" in ana.text("SKIP NEXT")
    assert asked_at(line, ana, 3) == ["05-06T14:00", "05-07T14:00"]
    assert ana.occurrences == ["skipped", "answered", "answered"]


def test_a_pause_is_a_rest_and_coming_back_is_at_once(line: Line) -> None:
    ana = at_home(line, "America/New_York", "2026-05-04T16:00")
    ana.text("PAUSE 3 days")
    assert asked_at(line, ana, 2) == []
    assert asked_at(line, ana, 1) == ["05-07T14:00"]
    ana.text("PAUSE 2 weeks")
    line.passes(days=2)
    assert "Next check-in" in ana.text("COMEBACK")
    assert len(asked_at(line, ana, 2)) == 2


def test_a_plan_moves_with_the_person_to_another_zone(line: Line) -> None:
    ana = at_home(line, "America/New_York", "2026-05-04T16:00")
    with line.turn(ana) as slate:
        assert preferring.prefer(slate, "time zone", "Los Angeles")
    assert asked_at(line, ana, 3)[:2] == ["05-05T17:00", "05-06T17:00"]


def test_who_flies_west_after_the_check_in_is_not_asked_twice_that_day(line: Line) -> None:
    ana = at_home(line, "America/New_York", "2026-05-04T16:00")
    line.until(utc("2026-05-05T14:05"))
    assert ASKED in "".join(ana.hears())
    ana.text("4")
    with line.turn(ana) as slate:
        preferring.prefer(slate, "time zone", "Los Angeles")
    assert asked_at(line, ana, 1) == []
    assert asked_at(line, ana, 1) == ["05-06T17:00"]


def test_several_plans_keep_their_own_days(line: Line) -> None:
    ana = at_home(line, "America/New_York", "2026-05-04T16:00")
    line.plan(ana, "weekly-checkin", "wed", "18:00")
    with line.reading() as tx:
        assert len(plans.of_person(tx, ana.person.id)) == 2
    line.plan(ana, "daily-checkin", "every day", "11:00")  # in the place of the first one
    assert asked_at(line, ana, 2) == ["05-05T15:00", "05-06T15:00"]
    assert line.one("select count(*) from plan where status = 'active'") == 2


def test_two_plans_due_at_once_are_asked_one_after_the_other(line: Line) -> None:
    ana = at_home(line, "America/New_York", "2026-05-04T16:00")
    line.plan(ana, "weekly-checkin", "tue", "10:00")
    line.until(utc("2026-05-05T14:00"))
    assert len([row for row in ana.conversations if row.status == "front"]) == 1
    ana.hears()
    first = ana.front
    ana.text("4")
    assert ana.front is not None
    assert first is not None
    assert ana.front.id != first.id


# --- silence, and what is none


def quiet(line: Line, **fields: Any) -> Phone:
    ana = at_home(line, "America/New_York", "2026-05-04T16:00")
    with line.turn(ana) as slate:
        assert slate.person is not None
        slate.person.fields.update(fields)
        slate.person.changed = True
    return ana


def test_one_reminder_then_silence_and_an_open_door(line: Line) -> None:
    ana = quiet(line)
    line.until(utc("2026-05-06T13:00"))
    heard = ana.hears()
    assert [ASKED in text for text in heard] == [True, True, False]
    assert "No rush" in heard[2]
    assert ana.occurrences == ["missed"]
    assert ana.open_cases == []


@pytest.mark.parametrize(
    ("chosen", "told", "kinds"),
    [
        ("nothing", None, []),
        ("text", "You asked for a text after a quiet day", []),
        ("call", None, ["missed"]),
        ("someone", None, ["missed"]),
    ],
)
def test_silence_brings_what_they_chose(
    line: Line, chosen: str, told: str | None, kinds: list[str]
) -> None:
    ana = quiet(line, on_silence=chosen)
    line.do("update plan set rrule = 'FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0'")
    line.until(utc("2026-05-07T16:00"))
    heard = "".join(ana.hears())
    assert told is None or told in heard
    assert (told is not None) == ("quiet day" in heard)
    assert [case.kind for case in ana.open_cases] == kinds


def test_an_answer_in_the_meantime_changes_what_silence_brings(line: Line) -> None:
    ana = quiet(line, on_silence="text")
    line.until(utc("2026-05-05T21:00"))
    ana.hears()
    ana.text("4")
    line.until(utc("2026-05-06T21:00"))
    assert "quiet day" not in "".join(ana.hears())


def test_a_skip_or_an_unclear_reply_is_no_silence(line: Line) -> None:
    ana = quiet(line, on_silence="call")
    line.until(utc("2026-05-05T14:00"))
    ana.text("SKIP")
    line.until(utc("2026-05-06T14:00"))
    ana.text("purple xyz")
    line.until(utc("2026-05-07T13:00"))
    assert ana.occurrences == ["skipped", "answered"]
    assert line.one("select answer from occurrence where status = 'answered'") == "unclear"
    assert ana.open_cases == []


def test_a_worry_outweighs_every_other_reading(line: Line) -> None:
    ana = quiet(line)
    line.until(utc("2026-05-05T14:00"))
    ana.text("1")
    ana.text("NO")
    assert ana.occurrences == ["answered"]
    assert line.one("select answer from occurrence") == "concern"


@pytest.mark.parametrize("words", ["I want to die", "TALK"])
def test_who_calls_for_a_person_instead_of_answering_was_not_silent(line: Line, words: str) -> None:
    ana = quiet(line, on_silence="call")
    line.until(utc("2026-05-05T14:00"))
    ana.text(words)
    line.until(utc("2026-05-06T13:00"))
    assert ana.occurrences == ["answered"]
    assert line.one("select answer from occurrence") == "concern"
    assert "missed" not in [case.kind for case in ana.open_cases]


def test_who_rests_since_is_not_asked_about_the_quiet_day(line: Line) -> None:
    ana = quiet(line, on_silence="text")
    line.until(utc("2026-05-05T21:00"))
    ana.text("PAUSE 2 weeks")
    line.until(utc("2026-05-07T16:00"))
    assert "quiet day" not in "".join(ana.hears())


def test_an_answer_that_overtakes_the_carriers_word_is_an_answer(line: Line) -> None:
    ana = quiet(line)
    line.at = utc("2026-05-05T14:00")
    timers.tick(line.house)
    assert ana.occurrences == ["due"]
    ana.send("4")
    assert ana.occurrences == ["answered"]
    line.settle()
    assert ana.occurrences == ["answered"]


# --- once a plan and slot


def test_a_batch_that_is_repeated_makes_no_second_occurrence(line: Line) -> None:
    ana = quiet(line)
    before = line.rows("select * from timer where kind = 'slot'")
    line.at = utc("2026-05-05T14:00")
    line.settle()
    # as after a restore, or a hand that put it back: the same timer once more
    row = before[0]._mapping
    line.do("delete from timer where kind = 'slot'")
    line.do(
        "insert into timer (id, key, kind, person_id, subject_id, lane, due_at, token, created_at)"
        " values (:id, :key, 'slot', :person, :plan, 2, :due, :token, :made)",
        id=row["id"], key=row["key"], person=row["person_id"], plan=row["subject_id"],
        due=row["due_at"], token=row["token"], made=row["created_at"],
    )  # fmt: skip
    line.settle()
    assert line.one("select count(*) from occurrence") == 1
    assert len([text for text in ana.hears() if ASKED in text]) == 1


def test_a_turn_that_fails_leaves_no_trace_and_is_taken_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = quiet(line)
    line.at = utc("2026-05-05T14:00")
    monkeypatch.setattr(timers.recording, "record", _crash)
    with pytest.raises(KeyboardInterrupt):
        timers.take_batch(line.house)
    assert line.one("select count(*) from occurrence") == 0
    monkeypatch.undo()
    line.settle()
    assert line.one("select count(*) from occurrence") == 1
    assert len([text for text in ana.hears() if ASKED in text]) == 1


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_slot_found_hours_too_late_is_suspended_not_sent(line: Line) -> None:
    ana = quiet(line)
    line.at = utc("2026-05-05T17:00")
    line.settle()
    assert ana.hears() == []
    assert ana.occurrences == ["suspended"]
    assert asked_at(line, ana, 1) == ["05-06T14:00"]


def test_a_check_in_that_never_left_is_no_silence(line: Line) -> None:
    ana = quiet(line, on_silence="call")
    line.at = utc("2026-05-05T14:00")
    timers.tick(line.house)  # nobody sends
    line.at = utc("2026-05-06T10:30")
    timers.tick(line.house)
    assert ana.occurrences == ["suspended"]
    assert ana.open_cases == []


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("update number set unusable_code = '30005', unusable_at = 1", "unreachable"),
        ("update number set opted_out_at = 1", None),
        ("update person set status = 'left'", None),
        ("update person set paused_until = 9999999999999999", None),
        ("update plan set skip_next = {true}", "skipped"),
        ("update plan set status = 'ended'", None),
        ("update plan set flow = 'gone-since'", "skipped"),
    ],
)
def test_who_is_not_asked(line: Line, sql: str, status: str | None) -> None:
    ana = quiet(line)
    line.do(sql.format(true="true" if line.database.postgres else "1"))
    line.until(utc("2026-05-05T14:30"))
    assert ana.hears() == []
    assert ana.occurrences == ([status] if status else [])


def test_the_hour_moves_and_the_days_stay(line: Line) -> None:
    ana = at_home(line, "America/New_York", "2026-05-04T16:00", days="mon, wed")
    with line.turn(ana) as slate:
        assert preferring.prefer(slate, "hour", "18:30")
    assert asked_at(line, ana, 3) == ["05-04T22:30", "05-06T22:30"]


def test_next_of_and_unknown_times(line: Line) -> None:
    ana = at_home(line, "America/New_York", "2026-05-04T16:00")
    with line.turn(ana) as slate:
        assert isinstance(slate, Slate)
        slot = checkins.next_of(slate)
        assert slot is not None
        assert slot.due == utc("2026-05-05T14:00")
        with pytest.raises(checkins.RecurrenceError):
            checkins.plan(slate, "daily-checkin", "every day", "teatime")
        with pytest.raises(checkins.RecurrenceError):
            checkins.plan(slate, "daily-checkin", "somedays", "10:00")


def test_a_check_in_comes_to_the_number_that_its_plan_names(line: Line) -> None:
    ana, work = line.member(ANA, name="Ana"), line.phone("+15550142077")
    line.plan(ana, "daily-checkin", "every day", "10:00")
    person_id = ana.person.id
    with line.writing() as tx:
        number_id, _ = numbers.add(tx, work.number, country="US", kind="mobile", at=line.at)
        links.add(tx, person_id, number_id, is_main=False)
        numbers.set_holder(tx, number_id, person_id, None)
    line.do("update plan set number_id = :number", number=number_id)
    line.passes(days=1, hours=4)
    asked = [sent.to for sent in line.sent if ASKED in sent.body]
    assert asked == [work.number, work.number], "the question and its one reminder"
    work.text("4")
    assert ana.occurrences[0] in ("answered", "answered late")


def test_a_plan_on_a_number_that_is_gone_comes_to_the_main_one(line: Line) -> None:
    ana = line.member(ANA, name="Ana")
    line.plan(ana, "daily-checkin", "every day", "10:00")
    line.do("update plan set number_id = :number", number="gone")
    line.passes(days=1)
    assert ASKED in " ".join(sent.body for sent in line.sent if sent.to == ana.number)
