"""Every step of a call once: repeats, several calls at once, mistakes of ours, and what is said in
danger or by who wants it to stop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from flows.calling import MOST_TURNS, Came
from service import calls, checkins, conversing, replies
from service import house as houses
from service.storage import cases
from tests.houses import SERVICE_NUMBER, environment
from tests.service.calling import InCall, dial, rings
from tests.service.house import ANA, ROSA, Line

ASKED = "How is today"
MENU = "For a check-in now, press 1"
MOODS = "select count(*) from answer where name = 'mood'"


# --- repeats


def test_a_repeated_call_rings_once(line: Line):
    line.member(ANA)
    first = rings(line, ANA, sid="CA1")
    assert rings(line, ANA, sid="CA1").document == first.document
    assert line.rows("select step from call") == [(1,)]


def test_a_repeated_step_is_answered_alike_and_done_once(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    assert call.again() == call.document
    call.presses("1")
    call.presses("4")
    assert call.again() == call.document
    assert call.again() == call.document
    assert line.one(MOODS) == 1


def test_a_step_that_was_answered_long_ago_is_answered_alike(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    greeted = call.document
    call.presses("1")
    call.presses("4")
    heard = calls.call_went_on(line.house, call_id=call.id or "", step=2, came=Came())
    assert heard == greeted


def test_a_step_that_the_call_went_on_without_answers_nothing(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    ahead = calls.call_went_on(line.house, call_id=call.id or "", step=5, came=Came("1"))
    assert ASKED in ahead
    late = calls.call_went_on(line.house, call_id=call.id or "", step=4, came=Came("2"))
    assert late == ahead
    assert line.one(MOODS) == 0


def test_a_step_that_found_us_away_is_followed_by_what_was_said_last(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    asked = call.document
    # the network gave up on the step with the 4, and asks the fallback, which is ours as well
    again = calls.call_came_in(line.house, sid=call.sid, from_=ANA, to=SERVICE_NUMBER)
    assert again == asked
    assert ASKED in again
    call.presses("4")
    assert line.one(MOODS) == 1


def test_the_same_step_twice_at_once_is_done_once(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    id_, step = call.id or "", call._where()[1]

    def post(_: int) -> str:
        return calls.call_went_on(line.house, call_id=id_, step=step, came=Came(keys="4"))

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(post, range(8)))
    assert len(answers) == 1
    assert line.one(MOODS) == 1


def test_ten_calls_at_once_do_not_mix(line: Line):
    ana = line.member(ANA)
    with ThreadPoolExecutor(10) as pool:
        documents = list(
            pool.map(
                lambda n: calls.call_came_in(
                    line.house, sid=f"CAten{n}", from_=ANA, to="+15550100100"
                ),
                range(10),
            )
        )
    ten = [InCall(line, f"CAten{n}", ANA, doc) for n, doc in enumerate(documents)]

    def step(call: InCall) -> str:
        id_, at = call._where()
        return calls.call_went_on(line.house, call_id=id_, step=at, came=Came(keys="1"))

    with ThreadPoolExecutor(10) as pool:
        for _ in range(4):
            for call, document in zip(ten, pool.map(step, ten), strict=True):
                call.prompts = []
                call._read(document)
                assert call.hears
    told = {call.id for call in ten}
    assert len(told) == 10
    assert line.one("select count(*) from call_step") == 50
    # one of them has the open question; all the others are told it when they press a key
    asked = [call for call in ten if ASKED in call.hears or "press" in call.hears]
    assert asked == ten
    assert ana.front is not None


def test_another_process_goes_on_where_this_one_died(line: Line, line_url: str, tmp_path):
    line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    other = houses.House(line.house.settings, now=lambda: line.at)
    mine, line.house = line.house, other
    try:
        call.presses("4")
    finally:
        line.house = mine
        other.close()
    assert line.one(MOODS) == 1
    assert environment(line_url, tmp_path)["DATABASE_URL"] == line_url


def test_a_call_that_we_do_not_know_is_no_call_of_ours(line: Line):
    with pytest.raises(calls.NoSuchCall):
        calls.call_went_on(line.house, call_id="01NOBODY", step=3, came=Came(keys="1"))
    calls.call_status_came_in(line.house, sid="CA404", call_id=None, status="completed")
    calls.call_recorded(line.house, call_id="01NOBODY", sid="RE1", seconds=3)


def test_a_key_that_comes_after_the_end_changes_nothing(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    id_, step = call._where()
    call.hangs_up()
    late = calls.call_went_on(line.house, call_id=id_, step=step, came=Came(keys="1"))
    assert "<Hangup" in late
    assert "<Say" not in late
    assert ana.front is None
    line.passes(hours=12)
    assert ana.hears() == []


# --- danger, and the wish to stop


@pytest.mark.parametrize("confidence", [0.05, 0.5, 0.95])
def test_danger_is_heard_at_any_confidence_and_we_stay(line: Line, confidence: float):
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    heard = call.says("I want to kill myself", confidence=confidence)
    assert "Thank you for telling us" in heard
    assert "9, 8, 8" in heard
    assert ASKED in heard
    assert not call.over
    assert [case.kind for case in ana.open_cases] == ["danger"]
    assert line.phone(ROSA).hears()
    assert line.one(MOODS) == 0


def test_danger_where_others_listen_names_no_line(line: Line):
    ana = line.member(ANA)
    line.do("update number set shared = :yes where id = :id", yes=True,
            id=ana.standing.number.id)  # fmt: skip
    call = dial(line, ANA)
    heard = call.says("I want to kill myself")
    assert "9, 8, 8" not in heard
    assert "Got it" in heard
    assert not call.over
    assert [case.kind for case in ana.open_cases] == ["danger"]


def test_a_clear_wish_to_stop_is_honoured_at_once(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    assert "end now" in call.says("Please stop calling me.")
    assert call.over
    assert ana.standing.number.opted_out_at is not None
    assert ana.hears() == [], "it was said; no text follows"


@pytest.mark.parametrize(("words", "confidence"), [("stop", 0.95), ("please stop calling me", 0.4)])
def test_a_word_that_may_be_a_wish_is_asked_about(line: Line, words: str, confidence: float):
    ana = line.member(ANA)
    call = dial(line, ANA)
    assert "Is that what you would like?" in call.says(words, confidence=confidence)
    assert not call.over
    call.presses("1")
    assert call.over
    assert ana.standing.number.opted_out_at is not None


def test_danger_and_a_wish_to_stop_both_take_effect_and_the_lines_stay(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    heard = call.says("stop calling me, I want to die")
    assert "9, 8, 8" in heard
    assert not call.over
    assert ana.standing.number.opted_out_at is not None
    assert "9, 8, 8" in call.presses("3")


# --- mistakes of ours


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("a mistake of ours")


def test_a_mistake_of_ours_is_said_kindly_and_told(line: Line, monkeypatch):
    line.member(ANA)
    call = dial(line, ANA)
    monkeypatch.setattr(replies, "press", broken)
    heard = call.presses("1")
    assert "It is not you" in heard
    assert "9, 8, 8" in heard
    assert not call.over
    assert call.again() == call.document
    assert any("stopped" in text for text in line.phone(ROSA).hears())
    monkeypatch.undo()
    assert MENU in call.presses("1"), "what stands is asked, and nothing was taken"
    assert ASKED in call.presses("1")


def test_a_second_mistake_ends_the_call_with_a_line(line: Line, monkeypatch):
    line.member(ANA)
    call = dial(line, ANA)
    monkeypatch.setattr(replies, "press", broken)
    monkeypatch.setattr(conversing, "ask_again", broken)
    call.presses("1")
    heard = call.presses("1")
    assert "9, 8, 8" in heard
    assert call.over


def test_a_greeting_that_fails_still_names_a_line(line: Line, monkeypatch):
    line.member(ANA)
    monkeypatch.setattr(conversing, "start", broken)
    call = dial(line, ANA)
    assert "9, 8, 8" in call.hears
    assert call.over


# --- no end without an end


def test_a_call_without_end_ends_kindly(line: Line):
    ana = line.member(ANA)
    assert ASKED in ana.text("CHECKIN")
    call = dial(line, ANA)
    for _ in range(MOST_TURNS + 1):
        if call.over:
            break
        call.presses("*")
    assert call.over
    assert "long call" in call.hears
    assert [ASKED in text for text in ana.hears()] == [True]


# --- check-ins that are asked in a call


def test_a_check_in_that_is_asked_aloud_counts_as_prompted_and_its_silence_begins(line: Line):
    ana = line.member(ANA, on_silence="call")
    line.plan(ana, "daily-checkin", "every day", "10:00")
    assert ASKED not in dial(line, ANA).hears
    line.passes(days=1)
    assert ana.occurrences == ["prompted"]
    ana.hears()
    call = dial(line, ANA)
    assert ASKED in call.hears
    call.hangs_up()
    line.passes(hours=12)
    assert ana.occurrences == ["missed"]
    with line.reading() as tx:
        assert [case.kind for case in cases.all_open_of(tx, ana.person.id)] == ["missed"]
    assert checkins.A_CALL == "call"
