"""Which conversation stands in front: interruptions, scheduled starts, late answers, expiry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.session import Session
from service import conversing
from tests.service.house import ANA, Line, Phone

DAY = timedelta(days=1)


def daily(line: Line, hour: str = "10:00", flow: str = "daily-checkin", **fields: str) -> Phone:
    """A member checked in on every day at this hour, New York time."""
    ana = line.member(ANA, name="Ana", **fields)
    line.plan(ana, flow, "every day", hour)
    return ana


def fronts(phone: Phone) -> int:
    return sum(row.status == "front" for row in phone.conversations)


def test_what_interrupts_comes_to_the_front_and_what_it_interrupted_returns(line: Line) -> None:
    ana = line.member(ANA)
    assert "How is today" in ana.text("CHECKIN")
    checkin = ana.front
    heard = ana.text("HELP")
    assert "texts a week" in heard
    assert "How is today" in heard.partition("texts a week")[2], "it asks once more"
    assert ana.front is not None
    assert checkin is not None
    assert ana.front.id == checkin.id
    assert fronts(ana) == 1
    assert "Your 4 is noted" in ana.text("4")
    assert fronts(ana) == 0


def test_a_scheduled_start_waits_behind_and_then_begins(line: Line) -> None:
    ana = daily(line)  # it is ten now: tomorrow at ten
    line.until(datetime(2026, 5, 5, 13, 58, tzinfo=UTC))
    assert "which one" in ana.text("SETTINGS").lower() or ana.front is not None
    assert ana.front is not None
    assert ana.front.flow == "preferences"
    line.passes(minutes=5)
    assert ana.hears() == []
    assert [row.status for row in ana.conversations[:2]].count("waiting") == 1
    heard = [ana.text("SKIP")]
    while ana.front is not None and ana.front.flow == "preferences":
        heard.append(ana.text("SKIP"))
    assert "How is today" in heard[-1]
    assert "Your 4 is noted" in ana.text("4")
    assert ana.occurrences == ["answered"]


def test_a_scheduled_start_that_never_came_to_the_front_is_skipped_at_its_next_slot(
    line: Line,
) -> None:
    ana = daily(line)
    line.until(datetime(2026, 5, 5, 13, 58, tzinfo=UTC))
    ana.text("SETTINGS")
    line.do(
        "update conversation set expires_at = :far where status = 'front'",
        far=int((line.at + 5 * DAY).timestamp() * 1_000_000),
    )
    line.do("delete from timer where kind = 'wait' or (kind = 'expire' and subject_id = :id)",
            id=ana.front.id if ana.front else "")  # fmt: skip
    line.passes(hours=25)
    assert ana.occurrences[0] == "skipped"
    assert fronts(ana) == 1


def test_an_answer_that_comes_late_still_counts_until_the_next_slot(line: Line) -> None:
    ana = daily(line)
    line.until(datetime(2026, 5, 5, 14, 0, tzinfo=UTC))
    assert "How is today" in "".join(ana.hears())
    line.passes(hours=7)  # the reminder after three, the open door after six
    assert "No rush" in "".join(ana.hears())
    assert ana.occurrences == ["missed"]
    assert "your answer still counts" in ana.text("4")
    assert ana.occurrences == ["answered late"]


def test_a_late_answer_runs_guards_and_alerts_like_any_other(line: Line) -> None:
    ana = daily(line)
    line.until(datetime(2026, 5, 5, 21, 0, tzinfo=UTC))
    ana.hears()
    assert "person to call you" in ana.text("1")
    assert [case.kind for case in ana.open_cases] == ["alert"]


@pytest.mark.parametrize(
    ("hour_of_next", "counts_at", "counts_no_more_at"),
    [
        # Wait: asked at ten, reminded at one, closed at four in the afternoon.
        ("10:00", "2026-05-06T09:59", "2026-05-06T10:00"),  # the plan's next slot comes first
        ("10:00 weekly", "2026-05-06T15:59", "2026-05-06T16:00"),  # at most 24 hours
    ],
)
def test_a_late_answer_counts_until_the_next_slot_and_at_most_a_day(
    line: Line, hour_of_next: str, counts_at: str, counts_no_more_at: str
) -> None:
    ana = line.member(ANA)
    days = "tue" if "weekly" in hour_of_next else "every day"
    line.plan(ana, "daily-checkin", days, "10:00")
    line.until(datetime(2026, 5, 5, 20, 30, tzinfo=UTC))
    closed = ana.conversations[0]
    assert closed.status == "ended"
    assert closed.closed_until is not None
    until = closed.closed_until - timedelta(hours=4)  # New York
    assert until.replace(tzinfo=None) == datetime.fromisoformat(counts_no_more_at)
    assert datetime.fromisoformat(counts_at) < until.replace(tzinfo=None)


def test_an_answer_that_is_late_twice_keeps_its_first_end(line: Line) -> None:
    ana = daily(line)
    line.until(datetime(2026, 5, 5, 21, 0, tzinfo=UTC))
    end = ana.conversations[0].closed_until
    ana.text("1")  # the door is open again: "would you like a person to call you?"
    line.passes(hours=3)
    row = next(row for row in ana.conversations if row.flow == "daily-checkin")
    assert row.status == "ended"
    assert row.closed_until is not None
    assert end is not None
    assert row.closed_until <= end


def test_what_does_not_fit_the_closed_question_is_no_late_answer(line: Line) -> None:
    ana = daily(line)
    line.until(datetime(2026, 5, 5, 21, 0, tzinfo=UTC))
    ana.hears()
    assert "still counts" not in ana.text("a lovely purple day")
    assert ana.occurrences == ["missed"]


def test_a_conversation_ends_after_its_time_without_a_word(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("WORD")
    assert ana.front is not None
    line.do("delete from timer where kind = 'wait'")
    line.passes(days=4)
    assert ana.front is None
    assert all(row.status == "ended" for row in ana.conversations)
    assert ana.hears() == []
    assert line.one("select count(*) from timer where kind in ('wait', 'expire')") == 0


def interrupted(line: Line) -> tuple[Phone, str, str]:
    """Somebody in two conversations, and the ids of the one behind and of the one in front."""
    ana = line.member(ANA)
    ana.text("CHECKIN")
    behind = ana.front
    with line.turn(ana) as slate:
        conversing.start(slate, "preferences")
    line.settle()
    ana.hears()
    front = ana.front
    assert behind is not None
    assert front is not None
    return ana, behind.id, front.id


def test_a_wait_that_is_over_for_a_conversation_behind_does_nothing(line: Line) -> None:
    ana, behind, front = interrupted(line)
    due(line, behind, "wait")
    line.settle()
    assert ana.hears() == []
    assert ana.front is not None
    assert ana.front.id == front


def due(line: Line, conversation: str, *kinds: str) -> None:
    """Let timers of this conversation be due now."""
    now = int(line.at.timestamp() * 1_000_000)
    if "expire" in kinds:
        line.do("update conversation set expires_at = :n where id = :c", n=now, c=conversation)
    for kind in kinds:
        line.do(
            "update timer set due_at = :now where subject_id = :id and kind = :kind",
            now=now, id=conversation, kind=kind,
        )  # fmt: skip


def test_two_ends_of_one_person_in_one_batch_leave_one_in_front(line: Line) -> None:
    """The one in front ends in the moment in which the one behind it would have fallen silent."""
    ana, behind, front = interrupted(line)
    now = int(line.at.timestamp() * 1_000_000)
    line.do("update conversation set expires_at = :n where id = :c", n=now, c=front)
    line.do("update timer set due_at = :n - 2 where subject_id = :c and kind = 'expire'",
            n=now, c=front)  # fmt: skip
    line.do("update timer set due_at = :n - 1, lane = 2 where subject_id = :c and kind = 'wait'",
            n=now, c=behind)  # fmt: skip
    line.settle()
    assert "How is today" in "".join(ana.hears())
    assert ana.front is not None
    assert (ana.front.id, ana.front.status) == (behind, "front")
    assert "Your 4 is noted" in ana.text("4")


def test_a_flow_that_never_stops_asking_for_actions_fails_kindly(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversing, "MOST_ACTIONS", 0)
    ana = line.phone(ANA)
    heard = ana.text("JOIN")
    assert heard, "they are not left without a word"
    assert ana.front is None or ana.front.status == "front"
    assert "stopped" in "".join(line.phone("+15550142009").hears())


def test_words_that_answer_already_are_not_asked_for(line: Line) -> None:
    ana = line.member(ANA)
    assert "come back on" in ana.text("PAUSE 2 WEEKS")
    assert ana.person.paused_until is not None


def test_what_nobody_understands_gets_a_way_to_a_person(line: Line) -> None:
    ana = line.member(ANA)
    assert ana.text("purple xyz")
    assert ana.front is not None
    assert ana.front.flow == "fallback"


def test_a_session_is_the_same_after_it_was_stored(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("CHECKIN")
    front = ana.front
    assert front is not None
    session = Session.from_json(front.session)
    assert Session.from_json(session.to_json()) == session
    assert front.token == session.token
    assert session.question == "daily-checkin/mood"
